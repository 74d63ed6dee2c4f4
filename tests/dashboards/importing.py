"""What the tests of imports share: small files, and the way of a file through the pages."""

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Account, ImportRun, User, Workspace
from renewals.queries.clock import database_now
from signals.actions.imports.sweep import run_due_imports
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import make_member

ACCOUNTS = b"account_id,account_name,industry,country,signup_date\nA-1,Northwind,Logistics,DE,2024-01-02\n"
THREE = ACCOUNTS + b"A-2,Tidewater,Utilities,US,2024-05-06\nA-3,Sable,Retail,FR,2024-07-08\n"
AMBIGUOUS = b"account_id,account_name,signup_date\nA-1,Northwind,03/04/2024\nA-2,Sable,05/06/2024\n"
BAD_ROWS = (
    ACCOUNTS + b",Tidewater,Logistics,US,2024-05-06\nA-3,Sable,Retail,FR,2024-02-30\nA-4,Fine,Retail,FR,2024-03-01\n"
)
IMPORTERS = ("csm", "cs_manager", "renewal_manager", "finance")
LOOKERS = ("auditor",)
REFUSED = ("sales", "executive", "product_viewer")


def make_people(workspace: Workspace) -> dict[str, User]:
    """Return a person of each role."""
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        return {role: make_member(workspace, role) for role in ("admin", *IMPORTERS, *LOOKERS, *REFUSED)}


def upload(
    client: Client, content: bytes, *, kind: str = "accounts", name: str = "accounts.csv", **more: object
) -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    return client.post("/imports/uploads/", {"kind": kind, **more, "file": file})


def run_id_of(answer: HttpResponse) -> int:
    assert answer.status_code == 302, words_of(answer.content.decode())
    return int(re.fullmatch(r"/imports/(\d+)/", answer["Location"])[1])


def work(workspace: Workspace) -> int:
    by = system_actor(workspace.id, "worker")
    return run_due_imports(workspace_id=workspace.id, by=by, now=database_now())


def reload(workspace: Workspace, run_id: int) -> ImportRun:
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        return ImportRun.objects.get(id=run_id)


def names(workspace: Workspace) -> list[str]:
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        return list(Account.objects.order_by("external_id").values_list("name", flat=True))


def checked(client: Client, workspace: Workspace, content: bytes, **more: object) -> int:
    """Upload, accept the suggested columns, and let the worker check the file."""
    run_id = run_id_of(upload(client, content, **more))
    client.post(f"/imports/{run_id}/mapping/", {})
    assert work(workspace) == 1
    return run_id


def imported(client: Client, workspace: Workspace, content: bytes, **more: object) -> int:
    run_id = checked(client, workspace, content, **more)
    client.post(f"/imports/{run_id}/start/")
    work(workspace)
    return run_id
