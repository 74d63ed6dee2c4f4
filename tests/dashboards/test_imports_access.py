"""Who sees and starts imports: roles, strangers, other workspaces; and how much each page asks the database."""

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import User, Workspace
from tests.dashboards.importing import (
    ACCOUNTS,
    BAD_ROWS,
    IMPORTERS,
    LOOKERS,
    REFUSED,
    THREE,
    checked,
    imported,
    make_people,
    names,
    reload,
    upload,
)
from tests.dashboards.world import make_member


@pytest.fixture
def people(workspace: Workspace) -> dict[str, User]:
    return make_people(workspace)


@pytest.fixture
def admin(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["admin"])
    return client


@pytest.mark.parametrize("role", LOOKERS)
@pytest.mark.requirement(78)
def test_role_that_may_only_look_sees_counts_but_no_cells_and_starts_nothing(
    role: str, people: dict[str, User], admin: Client, workspace: Workspace
) -> None:
    run_id = checked(admin, workspace, BAD_ROWS + b"A-5,Secretcell,Retail,Nowhereland,2024-03-01\n")
    admin.force_login(people[role])
    html = admin.get(f"/imports/{run_id}/").content.decode()
    assert "refuse 3 of 5 rows" in html
    for hidden in ("Secretcell", "<select", "/start/", "/refused-rows/", "In the file"):
        assert hidden not in html
    for door in ("start", "mapping", "mapping-file", "answers", "reversal", "removal"):
        assert admin.post(f"/imports/{run_id}/{door}/").status_code == 403
    assert admin.get(f"/imports/{run_id}/refused-rows/").status_code == 403
    assert upload(admin, ACCOUNTS).status_code == 403
    assert reload(workspace, run_id).state == "previewed"


@pytest.mark.parametrize("role", IMPORTERS)
def test_role_with_the_right_imports(role: str, people: dict[str, User], client: Client, workspace: Workspace) -> None:
    client.force_login(people[role])
    imported(client, workspace, THREE)
    assert len(names(workspace)) == 3


@pytest.mark.parametrize("role", REFUSED)
def test_role_without_the_right_is_refused(role: str, people: dict[str, User], client: Client) -> None:
    client.force_login(people[role])
    assert client.get("/imports/").status_code == 403


def test_stranger_is_asked_to_log_in(client: Client, db: None) -> None:
    for page in ("/imports/", "/imports/1/", "/imports/1/refused-rows/"):
        assert client.get(page)["Location"].startswith("/accounts/login/")


def test_import_of_another_workspace_does_not_exist(
    admin: Client, workspace: Workspace, other_workspace: Workspace
) -> None:
    run_id = imported(admin, workspace, THREE, name="canary.csv")
    with in_workspace(other_workspace.id, by=system_actor(other_workspace.id, "tests")):
        stranger = make_member(other_workspace, "admin")
    admin.force_login(stranger)
    answers = [admin.get(f"/imports/{run_id}/"), admin.get(f"/imports/{run_id}/refused-rows/"), admin.get("/imports/")]
    answers += [
        admin.post(f"/imports/{run_id}/{door}/") for door in ("start", "mapping", "answers", "reversal", "removal")
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 200, 404, 404, 404, 404, 404]
    assert not [answer for answer in answers if b"canary" in answer.content]
    assert reload(workspace, run_id).state == "done"


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_queries_for_one_and_three(
    number: int, admin: Client, workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(number):
        upload(admin, ACCOUNTS)
    admin.get("/imports/")
    with django_assert_num_queries(11):
        admin.get("/imports/")


@pytest.mark.parametrize("content", [ACCOUNTS, THREE], ids=["one", "three"])
def test_page_asks_the_same_number_of_queries_for_one_row_and_three(
    content: bytes, admin: Client, workspace: Workspace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    run_id = checked(admin, workspace, content)
    admin.get(f"/imports/{run_id}/")
    with django_assert_num_queries(14):
        admin.get(f"/imports/{run_id}/")
