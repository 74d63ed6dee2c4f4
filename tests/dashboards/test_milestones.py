"""Success milestones by hand: agreed, changed, reached with evidence, confirmed, dropped with a reason, and by whom."""

from datetime import timedelta

import pytest
from django.test import Client

from playbooks.queries.knowledge import knowledge_of
from renewals.actions.scope import in_workspace
from renewals.models import Account, Contact, Milestone, Workspace
from renewals.queries.clock import database_now
from renewals.queries.history import history_model
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=2, roles=("product_viewer", "finance"))


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


@pytest.fixture
def account(world: World) -> Account:
    with in_workspace(world.workspace.id, by=world.actor):
        return Account.objects.earliest("id")


def agreed(csm: Client, world: World, account: Account, name: str = "Close in three days", **more: str) -> str:
    """Agree on a milestone and return its path."""
    answer = csm.post(f"/accounts/{account.id}/milestones/new/", {"name": name, **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def kept(world: World, path: str) -> Milestone:
    with in_workspace(world.workspace.id, by=world.actor):
        return Milestone.objects.get(id=int(path.rstrip("/").rpartition("/")[2]))


def seen(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return words_of(answer.content.decode())


@pytest.mark.requirement(81)
def test_milestone_goes_from_agreed_to_confirmed_with_who_and_when(csm: Client, world: World, account: Account) -> None:
    today = world.now.date()
    by = (today + 30 * DAY).isoformat()
    path = agreed(csm, world, account, target_on=by)
    assert agreed(csm, world, account, target_on=by) == path, "twice is once"
    assert path in csm.get(f"/accounts/{account.id}/about/").content.decode()
    assert "Ahead, by" in seen(csm, path)
    later = {"name": "Close in two days", "target_on": (today + 60 * DAY).isoformat()}
    assert csm.post(f"{path}plan/", later).status_code == 302
    told = {"achieved_on": today.isoformat(), "evidence": "Their report of March"}
    assert csm.post(f"{path}reach/", told).status_code == csm.post(f"{path}reach/", told).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        contact = Contact.objects.filter(account=account).earliest("id")
    assert "not confirmed by them" in seen(csm, path)
    said = {"contact": str(contact.id), "confirmed_on": today.isoformat()}
    assert csm.post(f"{path}confirm/", said).status_code == 302
    words = seen(csm, path)
    assert f"by {contact.name}" in words
    assert "It was reached" not in words
    row = kept(world, path)
    assert (row.name, row.achieved_on, row.evidence) == ("Close in two days", today, "Their report of March")
    assert (row.confirmed_by_id, row.confirmed_on) == (contact.id, today)
    with in_workspace(world.workspace.id, by=world.actor):
        events = history_model(Milestone).objects.filter(pgh_obj_id=row.id).order_by("pgh_id")
        assert [event.pgh_context["id"] for event in events] == [world.people["csm"].id] * 4
    assert "Ana Ruiz" in words
    assert "Close in three days" in words, "the history has what was agreed first"


@pytest.mark.requirement(81)
def test_dropped_milestone_is_aimed_at_no_more_and_can_be_taken_up_again(
    csm: Client, world: World, account: Account
) -> None:
    path = agreed(csm, world, account, "Leave the old tool")
    assert csm.post(f"{path}drop/", {"reason": "They keep it for audits"}).status_code == 302
    assert "They keep it for audits" in seen(csm, path)
    assert "dropped · They keep it for audits" in seen(csm, f"/accounts/{account.id}/about/")
    assert "Leave the old tool" not in seen(csm, f"/accounts/{account.id}/brief/")
    with in_workspace(world.workspace.id, by=world.actor):
        assert knowledge_of([account.id], now=world.now)[account.id].next_goal != "Leave the old tool"
    assert csm.post(f"{path}resume/").status_code == 302
    assert "Ahead, no day agreed" in seen(csm, path)
    assert csm.post(f"{path}drop/", {"reason": "No"}).status_code == 302
    told = {"achieved_on": world.now.date().isoformat(), "evidence": "Switched off"}
    assert csm.post(f"{path}reach/", told).status_code == 302
    row = kept(world, path)
    assert (row.dropped_on, row.drop_reason) == (None, "")
    refused = csm.post(f"{path}drop/", {"reason": "No"})
    assert refused.status_code == 422
    assert "there is nothing to drop" in words_of(refused.content.decode())


@pytest.mark.parametrize(
    ("step", "values", "answer"),
    [
        ("plan", {"name": "  "}, "This field is required"),
        ("plan", {"name": "a\x07b"}, "invisible control character"),
        ("plan", {"name": "x" * 151}, "at most 150"),
        ("plan", {"name": "Fine", "target_on": "soon"}, "valid date"),
        ("reach", {"achieved_on": "2099-01-01", "evidence": "A"}, "That day is still ahead"),
        ("reach", {"achieved_on": "2026-01-01", "evidence": " "}, "This field is required"),
        ("confirm", {"contact": "999999", "confirmed_on": "2026-01-01"}, "Select a valid choice"),
        ("drop", {"reason": ""}, "This field is required"),
    ],
)
def test_bad_input_is_refused_at_its_field(
    step: str, values: dict[str, str], answer: str, csm: Client, world: World, account: Account
) -> None:
    path = agreed(csm, world, account, f"Refused {step} {sorted(values.values())!r}"[:100].replace("\x07", ""))
    before = kept(world, path)
    refused = csm.post(f"{path}{step}/", values)
    assert refused.status_code == 422
    assert answer in words_of(refused.content.decode())
    after = kept(world, path)
    assert (after.name, after.achieved_on, after.dropped_on) == (before.name, None, None)


def test_milestone_is_changed_by_its_people_alone(
    csm: Client, world: World, account: Account, other_workspace: Workspace
) -> None:
    path = agreed(csm, world, account, "Seen by others")
    new = f"/accounts/{account.id}/milestones/new/"
    csm.force_login(world.people["finance"])
    assert "Drop it" not in seen(csm, path)
    assert new not in csm.get(f"/accounts/{account.id}/about/").content.decode()
    for address in (new, f"{path}drop/", f"{path}resume/"):
        assert csm.post(address, {"name": "Mine", "reason": "No"}).status_code == 403
    csm.force_login(world.people["csm"])
    with in_workspace(world.workspace.id, by=world.actor):
        stranger = Account.objects.latest("id")
    assert csm.get(path.replace(f"/accounts/{account.id}/", f"/accounts/{stranger.id}/")).status_code == 404
    assert csm.post(f"{path}nonsense/").status_code == 404
