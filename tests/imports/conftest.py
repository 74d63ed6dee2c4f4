"""Files made on the spot and imported into a workspace with an admin."""

import gzip
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from renewals.actions.imports.load import ImportOrder
from renewals.core.actors import Actor, person_actor
from renewals.core.imports.mapping_file import read_mapping
from renewals.core.imports.report import ImportReport
from renewals.models import Membership, User, Workspace
from renewals.queries.imports.limits import UPLOAD, Limits
from signals.actions.imports import all_kinds, import_file

FILES = Path(__file__).parent / "files"
Importing = Callable[..., ImportReport]


@pytest.fixture
def admin(inside: Workspace) -> Actor:
    """A person of the workspace, who owns what nobody else does."""
    user = User.objects.create_user("ada@example.com", name="Ada")
    Membership.objects.create(workspace=inside, user=user, role="admin")
    return person_actor(inside.id, user.id, "Ada")


@pytest.fixture
def bring(admin: Actor, now: datetime, tmp_path: Path) -> Importing:
    """Import text or bytes as a kind, with a mapping as TOML without its first line."""

    def importing(
        kind: str, content: str | bytes, mapping: str, *, name: str = "file.csv", limits: Limits = UPLOAD, **more: bool
    ) -> ImportReport:
        path = tmp_path / "upload"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with path.open("rb") as stream:
            order = ImportOrder(
                stream=stream,
                file_name=name,
                mapping=read_mapping(f'kind = "{kind}"\n{mapping}', kinds=all_kinds()),
                limits=limits,
                is_dry_run=more.get("dry_run", False),
            )
            return import_file(order=order, by=admin, now=now, tell=lambda progress: None)

    return importing


def workbook(rows: list[list[object]], *, sheets: tuple[str, ...] = ("Sheet1",)) -> bytes:
    """Return an XLSX file with the same rows on each sheet."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name in sheets:
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return target.getvalue()


def zipped(text: str) -> bytes:
    """Return gzipped text."""
    return gzip.compress(text.encode())
