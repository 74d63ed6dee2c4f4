"""Gives and gets on their page and the leakage report: recorded, settled, and who sees which of them."""

import pytest
from django.test import Client

from offers.models import Concession
from renewals.actions.scope import in_workspace
from renewals.core.roles import PERMISSIONS, Role
from renewals.models import Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("finance", "product_viewer", "sales")
FORM = {
    "kind": "price",
    "what": "5 % for a year",
    "amount": "1200",
    "starts_on": "2026-01-01",
    "expires_on": "2026-06-30",
    "reason": "They asked two others.",
}
GET = {"get_kind": "reference", "get_what": "A call with Acme", "get_due_on": "2026-02-01"}


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    return make_world(workspace, now=database_now(), accounts=1, roles=ROLES)


@pytest.fixture
def path(world: World) -> str:
    with in_workspace(world.workspace.id, by=world.actor):
        return f"/renewals/{Renewal.objects.get().id}/proposal/concessions/"


def test_negotiations_are_never_seen_further_than_prices() -> None:
    for role in Role:
        assert PERMISSIONS["negotiations"][role].view <= PERMISSIONS["prices"][role].view


@pytest.mark.requirement(90)
def test_give_is_recorded_with_its_get_settled_and_leaks_until_it_is_back(
    world: World, client: Client, path: str
) -> None:
    client.force_login(world.people["csm"])
    for bad in ({}, GET | {"get_what": ""}, GET | {"expires_on": "2025-12-31"}, GET | {"amount": "-1"}):
        assert client.post(path, FORM | bad).status_code == 422
    assert client.post(path, FORM | GET).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        row = Concession.objects.get()
    found = words_of(client.get(path).content.decode())
    assert "Expired, still given" in found
    assert "A call with Acme Due:" in found
    wish = {"offer": "", "discount_percent": "0", "term_months": "12", "payment_days": "30", "seen": "0"}
    assert client.post(path.replace("concessions/", ""), wish).status_code == 302
    assert "somebody was promised more than is in the price" in words_of(client.get(path).content.decode())
    report = client.get("/offers/leakage/?by=segment").content.decode()
    assert "leak=still_given&amp;segment=strategic" in report
    rows = words_of(client.get("/offers/leakage/rows/?leak=not_delivered&segment=strategic").content.decode())
    assert "Gets not delivered: 1 row" in rows
    assert "5 % for a year" in rows
    own = f"{path}{row.id}/"
    assert 'value="1200"' in client.get(own).content.decode()
    changed = FORM | GET | {"get_what": "Two calls with Acme", "revision": "1"}
    assert client.post(own, changed | {"get_what": ""}).status_code == 422
    assert client.post(own, changed).status_code == 302
    late = client.post(own, changed | {"amount": "7"})
    assert (late.status_code, "E-NEG-04" in late.content.decode()) == (409, True)
    client.post(f"{path}{row.id}/settlement/", {"revision": "2", "done": "yes", "on": "2026-02-01", "note": "Held."})
    stale = client.post(f"{path}{row.id}/end/", {"revision": "1", "ended_on": "2026-07-01", "reason": "Invoice 7."})
    assert (stale.status_code, "E-NEG-04" in stale.content.decode()) == (409, True)
    client.post(f"{path}{row.id}/end/", {"revision": "3", "ended_on": "2026-07-01", "reason": "Invoice 7."})
    assert "Came back" in words_of(client.get(path).content.decode())
    assert "Nothing leaks" in words_of(client.get("/offers/leakage/").content.decode())


@pytest.mark.parametrize(
    ("role", "seen", "changed", "report"),
    [("finance", 200, 403, 200), ("product_viewer", 403, 403, 403), ("sales", 404, 404, 200)],
)
def test_concessions_are_shown_by_role_and_reach(
    world: World, client: Client, path: str, role: str, seen: int, changed: int, report: int
) -> None:
    client.force_login(world.people["csm"])
    client.post(path, FORM | GET)
    client.force_login(world.people[role])
    assert client.get(path).status_code == seen
    assert client.post(path, FORM | GET).status_code == changed
    answer = client.get("/offers/leakage/rows/?leak=still_given")
    assert (answer.status_code, "5 % for a year" in answer.content.decode()) == (report, role == "finance")
