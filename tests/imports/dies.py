"""Run in a process of its own: import a file of accounts and die in a given phase, as if the plug were pulled."""

import os
import signal
import sys
from pathlib import Path

from renewals.actions.imports.load import ImportOrder
from renewals.core.actors import system_actor
from renewals.core.imports.mapping_file import read_mapping
from renewals.core.imports.report import Progress
from renewals.queries.clock import database_now
from renewals.queries.imports.limits import UPLOAD
from signals.actions.imports import all_kinds, import_file


def main() -> None:
    """Arguments: workspace id, file, mapping, phase to die in ('' lives)."""
    workspace_id, path, mapping, phase = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]

    def tell(progress: Progress) -> None:
        if progress.phase == phase:
            os.kill(os.getpid(), signal.SIGKILL)

    with path.open("rb") as stream:
        order = ImportOrder(
            stream=stream,
            file_name=path.name,
            mapping=read_mapping(mapping, kinds=all_kinds()),
            limits=UPLOAD,
            is_dry_run=False,
        )
        import_file(order=order, by=system_actor(workspace_id, "test"), now=database_now(), tell=tell)
