"""Run as a process: import a file of accounts and die at a given phase, as if somebody had pulled the plug."""

import os
import signal
import sys
from pathlib import Path

import django


def main() -> None:
    """Arguments: workspace id, file, mapping, phase to die in ('' lives)."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    from renewals.actions.imports.load import ImportOrder  # noqa: PLC0415 - Django must be set up first
    from renewals.core.actors import system_actor  # noqa: PLC0415
    from renewals.core.imports.mapping_file import read_mapping  # noqa: PLC0415
    from renewals.queries.clock import database_now  # noqa: PLC0415
    from renewals.queries.imports.limits import UPLOAD  # noqa: PLC0415
    from signals.actions.imports import all_kinds, import_file  # noqa: PLC0415

    workspace_id, path, mapping, phase = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]

    def tell(progress: object) -> None:
        if getattr(progress, "phase", "") == phase:
            os.kill(os.getpid(), signal.SIGKILL)

    with path.open("rb") as stream:
        order = ImportOrder(
            stream=stream,
            file_name=path.name,
            mapping=read_mapping(mapping, kinds=all_kinds()),
            limits=UPLOAD,
            is_dry_run=False,
        )
        import_file(order, by=system_actor(workspace_id, "test"), now=database_now(), tell=tell)


if __name__ == "__main__":
    main()
