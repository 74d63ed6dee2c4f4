"""What is known of a negotiation on its page and in the lists; a split of 99.99 % keeps what was typed."""

import pytest
from django.test import Client

from offers.models import CreditSplit, NegotiationNote
from renewals.actions.scope import in_workspace
from renewals.models import Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    return make_world(workspace, now=database_now(), accounts=1, roles=("finance", "sales", "product_viewer"))


@pytest.fixture
def renewal(world: World) -> int:
    with in_workspace(world.workspace.id, by=world.actor):
        return Renewal.objects.get().id


@pytest.mark.requirement(10)
@pytest.mark.requirement(27)
def test_competitor_opening_and_credit_are_recorded_shown_and_listed(
    world: World, client: Client, renewal: int
) -> None:
    path, today = f"/renewals/{renewal}/proposal/notes/", f"{world.now:%Y-%m-%d}"
    client.force_login(world.people["csm"])
    heard = {"kind": "competitor", "subject": "Rival", "source": "call", "heard_on": today}
    assert client.post(path, heard | {"amount": "5"}).status_code == 422
    client.post(path, heard)
    client.post(path, heard | {"kind": "cross_sell", "subject": "Analytics", "amount": "500"})
    me, other = (f"user:{world.people[role].id}" for role in ("csm", "finance"))
    shares = {"holder_0": me, "percent_0": "60", "holder_1": other, "percent_1": "39.99", "seen": "0"}
    refused = client.post(f"{path}credit/", shares)
    assert (refused.status_code, 'value="39.99"' in refused.content.decode()) == (422, True)
    client.post(f"{path}credit/", {"holder_0": me, "holder_1": other, "seen": "0"})
    stale = client.post(f"{path}credit/", shares | {"percent_1": "40"})
    assert (stale.status_code, "E-NEG-08" in stale.content.decode()) == (409, True)
    with in_workspace(world.workspace.id, by=world.actor):
        assert [str(each) for each in CreditSplit.objects.get().percents] == ["50.000", "50.000"]
        note = NegotiationNote.objects.get(subject="Rival")
    found = words_of(client.get(path).content.decode())
    assert "Analytics" in found
    assert "50 %" in found
    assert "Competitor: Rival" in words_of(client.get(f"/renewals/{renewal}/about/").content.decode())
    for show, word in (("competitor", "Rival"), ("openings", "Analytics"), ("credit", "Ana Ruiz"), ("cycle", "touch")):
        assert word in words_of(client.get(f"/offers/negotiations/?show={show}").content.decode())
    client.post(f"{path}{note.id}/", {"reason": "Heard of another account."})
    assert "Rival" not in words_of(client.get("/offers/negotiations/").content.decode())


@pytest.mark.parametrize(
    ("role", "seen", "changed", "listed"),
    [("finance", 200, 403, 200), ("sales", 404, 404, 200), ("product_viewer", 403, 403, 403)],
)
def test_notes_are_shown_by_role_and_reach(
    world: World, client: Client, renewal: int, role: str, seen: int, changed: int, listed: int
) -> None:
    path, today = f"/renewals/{renewal}/proposal/notes/", f"{world.now:%Y-%m-%d}"
    heard = {"kind": "competitor", "subject": "Rival", "source": "call", "heard_on": today}
    client.force_login(world.people["csm"])
    client.post(path, heard)
    client.force_login(world.people[role])
    assert client.get(path).status_code == seen
    assert client.post(path, heard).status_code == changed
    found = client.get("/offers/negotiations/")
    assert (found.status_code, "Rival" in found.content.decode()) == (listed, role == "finance")
