"""The pages of /playbooks/replay/: who may order one, how far it is, what it found, and the rows behind the figures."""

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.enrol import enrol_due
from playbooks.actions.publish import publish_library
from playbooks.actions.sweeps import sweep_replays
from playbooks.models import PlaybookDraft, ReplayedAct, ReplayedRenewal, ReplayRun
from renewals.actions.scope import in_workspace
from renewals.models import Account, Membership, Renewal, Workspace
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world
from tests.playbooks.replay.lives import run_on

ROLES = ("admin", "cs_manager", "renewal_manager", "product_viewer", "auditor", "sales")
PATH = "/playbooks/replay/"


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    """Six accounts, the shipped playbooks, and the renewals whose window is open enrolled."""
    made = make_world(workspace, now=clock, accounts=6, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_library(by=made.actor, now=clock)
        enrol_due(by=made.actor, now=clock)
    return made


def enter(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role])
    return client


def text(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return unescape(words_of(answer.content.decode()))


def order(client: Client, **given: str) -> int:
    """Order a replay of these days and return its id."""
    answer = client.post(f"{PATH}order/", {"period": "year", "whose": "book"} | given)
    assert answer.status_code == 302, unescape(words_of(answer.content.decode()))
    return int(answer.headers["Location"].rstrip("/").rpartition("/")[2])


def today(clock: datetime) -> dict[str, str]:
    """Today alone: what was recorded in this test was recorded today."""
    return {"period": "dates", "first_on": clock.date().isoformat(), "last_on": clock.date().isoformat()}


def found_row(world: World, run_id: int, **changes: object) -> None:
    """One touch that a replay found, of the first renewal."""
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
        shared = {"workspace": world.workspace, "run_id": run_id, "renewal": renewal, "account_id": renewal.account_id}
        person = world.people["csm"].id
        act = {"change": "added", "name": "=Call", "kind": "task", "after_effect": "task", "after_at": world.now}
        ReplayedAct.objects.create(**shared | act | {"after_owner_id": person, "at": world.now} | changes)
        ReplayedRenewal.objects.update_or_create(
            **shared,
            defaults={
                "outcome": "churned", "decided_on": world.now.date(), "was_enrolled": False, "is_enrolled": True,
                "touches_before": 0, "touches_after": 1, "human_before": 0, "human_after": 1, "lead_after_days": 42,
                "decisions": 0, "equal_decisions": 0,
            },
        )  # fmt: skip


@pytest.mark.parametrize(
    ("role", "sees", "orders"),
    [
        ("admin", True, True),
        ("cs_manager", True, True),
        ("renewal_manager", True, True),
        ("csm", True, False),
        ("auditor", True, False),
        ("product_viewer", False, False),
    ],
)
def test_managers_order_replays_and_others_look(world: World, role: str, sees: bool, orders: bool) -> None:
    client = enter(world, role)
    assert (client.get(PATH).status_code == 200) is sees
    answer = client.post(f"{PATH}order/", {"period": "year", "whose": "book"})
    nobody_in_reach = "There is no account of yours among those." in unescape(words_of(answer.content.decode()))
    assert (answer.status_code == 302 or nobody_in_reach) is orders
    assert (answer.status_code == 403) is not orders


def test_empty_list_says_what_a_replay_is_and_how_little_is_recorded(world: World, clock: datetime) -> None:
    words = text(enter(world, "admin"), PATH)
    assert "Replay a change against history" in words
    assert "are recorded, since" in words


@pytest.mark.requirement(19)
def test_unchanged_replay_of_today_says_that_every_decision_came_again(world: World, clock: datetime) -> None:
    admin = enter(world, "admin")
    run_on(world.workspace, world.actor, clock, until=clock)
    run_id = order(admin, **today(clock))
    running = text(admin, f"{PATH}{run_id}/")
    assert "Waiting for a worker" in running
    sweep_replays(now=clock + timedelta(minutes=1), only=world.workspace.id)
    words = text(admin, f"{PATH}{run_id}/")
    with in_workspace(world.workspace.id, by=world.actor):
        decisions = sum(ReplayedRenewal.objects.values_list("decisions", flat=True))
    assert decisions > 0
    assert "History comes again" in words
    assert f"Unchanged replay: {decisions} of {decisions} decision" in words
    assert "Nothing: a check that history comes again" in words


def test_part_that_asks_for_itself_stops_when_the_replay_is_over(world: World, clock: datetime) -> None:
    admin = enter(world, "admin")
    run_id = order(admin, **today(clock))
    part = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "replay-part"}
    assert 'hx-trigger="every 1s"' in admin.get(f"{PATH}{run_id}/", **part).content.decode()
    admin.post(f"{PATH}{run_id}/cancellation/")
    after = admin.get(f"{PATH}{run_id}/", **part).content.decode()
    assert "every 1s" not in after
    assert "cancelled it" in after


def test_draft_is_replayed_from_its_page_and_named_with_the_result(world: World, clock: datetime) -> None:
    admin = enter(world, "admin")
    with in_workspace(world.workspace.id, by=world.actor):
        known = Account.objects.order_by("id").first()
    playbook = admin.get("/playbooks/").content.decode().split('href="/playbooks/')
    number = next(each.split("/")[0] for each in playbook if each.split("/")[0].isdecimal())
    admin.post(f"/playbooks/{number}/drafts/", {"reason": "Try it"})
    with in_workspace(world.workspace.id, by=world.actor):
        draft = PlaybookDraft.objects.get()
    page = admin.get(f"/playbooks/drafts/{draft.id}/").content.decode()
    assert f'href="/playbooks/replay/?playbook=draft-{draft.id}"' in page
    assert f'value="draft-{draft.id}" selected' in admin.get(f"{PATH}?playbook=draft-{draft.id}").content.decode()
    choice = {
        "playbook": f"draft-{draft.id}",
        "whose": "accounts",
        "names": known.name if "," not in known.name else "",
    }
    run_id = order(admin, **today(clock), **choice)
    sweep_replays(now=clock + timedelta(minutes=1), only=world.workspace.id)
    words = text(admin, f"{PATH}{run_id}/")
    assert "draft of that moment" in words
    assert "No touch would differ" in words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"whose": "segment"}, "Choose one."),
        ({"whose": "accounts", "names": "Nobody Ltd"}, "No account is called “Nobody Ltd”."),
        ({"period": "dates", "first_on": "2026-05-01"}, "Name the day."),
        ({"period": "dates", "first_on": "2026-05-02", "last_on": "2026-05-01"}, "The last day lies before the first."),
        ({"most": "3"}, "A budget needs touches and days."),
    ],
)
def test_order_with_a_hole_is_shown_again_with_what_is_wrong(world: World, given: dict[str, str], said: str) -> None:
    answer = enter(world, "admin").post(f"{PATH}order/", {"period": "year", "whose": "book"} | given)
    assert answer.status_code == 422
    assert said in unescape(words_of(answer.content.decode()))


def test_figures_lead_to_their_rows_and_rows_leave_as_csv_without_formulas(world: World, clock: datetime) -> None:
    admin = enter(world, "admin")
    run_id = order(admin, most="2", per_days="7", gap_days="1")
    sweep_replays(now=clock, only=world.workspace.id)
    found_row(world, run_id)
    words = text(admin, f"{PATH}{run_id}/")
    assert "1 loss seen earlier" in words
    assert "2 touches in 7 days, 1 days between" in words
    assert "=Call" in text(admin, f"{PATH}{run_id}/?part=touches&change=added")
    assert "An alarm at all, 42 days before" in text(admin, f"{PATH}{run_id}/?part=losses")
    assert "+1" in text(admin, f"{PATH}{run_id}/?part=work")
    for part in ("kept", "check"):
        assert "No row: nothing here differs." in text(admin, f"{PATH}{run_id}/?part={part}")
    sheet = admin.get(f"{PATH}{run_id}/touches.csv?change=added").content.decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert '"\'=Call"' in sheet[1]


def test_rows_of_accounts_out_of_reach_are_not_counted_and_other_workspaces_see_nothing(
    world: World, other_workspace: Workspace, clock: datetime
) -> None:
    run_id = order(enter(world, "admin"), most="2", per_days="7", gap_days="1")
    sweep_replays(now=clock, only=world.workspace.id)
    found_row(world, run_id)
    assert "1 added" in text(enter(world, "auditor"), f"{PATH}{run_id}/")
    assert "1 added" not in text(enter(world, "sales"), f"{PATH}{run_id}/")
    stranger = Client()
    with in_workspace(other_workspace.id, by=world.actor):
        person = make_world(other_workspace, now=clock, accounts=1, roles=("admin",)).people["admin"]
    assert Membership is not None
    stranger.force_login(person)
    for path in ("", "touches.csv"):
        assert stranger.get(f"{PATH}{run_id}/{path}").status_code == 404


def test_page_costs_the_same_for_one_row_and_for_many(
    world: World, clock: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    admin = enter(world, "admin")
    run_id = order(admin, most="2", per_days="7", gap_days="1")
    sweep_replays(now=clock, only=world.workspace.id)
    for number in range(12):
        found_row(world, run_id, step_key=f"s{number}")
    for part in ("", "touches", "work", "losses", "kept", "check"):
        with django_assert_max_num_queries(45):
            admin.get(f"{PATH}{run_id}/?part={part}")


def test_failed_replay_says_why(world: World, clock: datetime) -> None:
    admin = enter(world, "admin")
    run_id = order(admin)
    with in_workspace(world.workspace.id, by=world.actor):
        ReplayRun.objects.filter(id=run_id).update(state="failed", error="Out of luck.", finished_at=clock)
    words = text(admin, f"{PATH}{run_id}/")
    assert "The replay stopped" in words
    assert "Out of luck." in words
