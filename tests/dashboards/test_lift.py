"""The report of measured lift: two arms through the real engine, exact counts, and the accounts behind each figure."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from dashboards.core.lift_words import signed
from playbooks.actions.enrol import enrol_due
from playbooks.core.lift import FEWEST, measure_lift
from playbooks.models import Enrolment, Message, TouchBudget
from playbooks.queries.lift import compared, drawn_rows
from renewals.actions.scope import in_workspace
from renewals.core.assignment import is_in_share, lot_of
from renewals.models import Outcome, Renewal, Workspace
from tests.dashboards.test_pipeline import rows_of
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world
from tests.playbooks.factories import make_world as make_account
from tests.playbooks.replay.lives import run_on
from tests.playbooks.stories import email_step, publish_simple

ACCOUNTS = 100
WAITING = 6
DAYS = timedelta(days=40)


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    """People who look, and a hundred accounts that went through it."""
    world = make_world(workspace, now=clock, accounts=1, roles=("finance", "product_viewer"))
    measure(world)
    return world


def measure(world: World) -> None:
    """Let accounts go through a playbook that holds out half; most renewals are decided, one account is let out."""
    workspace, clock = world.workspace, world.now
    began = clock - DAYS
    with in_workspace(workspace.id, by=world.actor, now=began):
        TouchBudget.objects.create(
            workspace=workspace, account=None, max_touches=50, per_days=1, min_gap_days=0, set_by="t", set_at=began
        )
        Renewal.objects.update(closed_on=began.date(), stage="closed", final_amount=0)
        steps = (email_step("hello", -90), email_step("again", -80, holdout_percent=50))
        publish_simple(world.actor, began, *steps, key="strategic", name="Pilot", holdout_percent=50)
        for number in range(ACCOUNTS):
            make_account(workspace, key=f"L-{number:03}", due_on=(began + timedelta(days=100)).date())
        enrol_due(by=world.actor, now=began)
    run_on(workspace, world.actor, began, until=clock)
    with in_workspace(workspace.id, by=world.actor):
        rows = Enrolment.objects.order_by("id").values_list("id", "renewal_id")
        for place, (_, renewal) in enumerate(rows[WAITING:]):
            kind = "churned" if place % 4 == 0 else "flat"
            Outcome.objects.create(
                workspace=workspace, renewal_id=renewal, kind=kind, primary_reason="price",
                decided_on=clock.date(), recorded_at=clock, recorded_by="test",
            )  # fmt: skip
        Enrolment.objects.filter(id=held_out()[-1]).update(
            released_at=clock, released_by="Mo Idris", release_reason="They asked for it"
        )


def held_out() -> list[int]:
    """The enrolments whose account the playbook holds out, told by the hash and not by what was kept."""
    found = Enrolment.objects.order_by("id").values_list("id", "account_id")
    return [each for each, account in found if is_in_share(lot_of("playbook:strategic", account), 50)]


def arm_words(enrolments: list[int]) -> str:
    """What the page is to say of an arm, counted from the outcomes themselves."""
    found = Enrolment.objects.filter(id__in=enrolments)
    kinds = [each for each in found.values_list("renewal__outcomes__kind", flat=True) if each]
    kept = sum(kind != "churned" for kind in kinds)
    waiting = len(enrolments) - len(kinds)
    return f"{100 * kept / len(kinds):.1f}% {kept} of {len(kinds)}" + (f", {waiting} open" if waiting else "")


@pytest.mark.requirement("X1", 46, 93)
def test_report_shows_the_exact_counts_of_both_arms_and_their_difference(world: World, client: Client) -> None:
    """The held-out got no message, every treated one did; the lift stands with its interval beside the responses."""
    with in_workspace(world.workspace.id, by=world.actor):
        held = held_out()
        others = list(Enrolment.objects.exclude(id__in=held).order_by("id").values_list("id", flat=True))
        assert min(len(held), len(others)) > FEWEST + WAITING
        written = Message.objects.filter(step_run__step_key="hello").values_list("enrolment_id", flat=True)
        assert set(written) == set(others)
        expected = [arm_words(others), arm_words(held)]
        found = {each.comparison.step_key: each for each in compared(since=world.now - 2 * DAYS, accounts=None)}
        lift = measure_lift(found[""].strata)
        step = [
            row.renewal_id
            for is_held_out in (True, False)
            for row in drawn_rows(
                found["again"].comparison, is_held_out=is_held_out, since=world.now - 2 * DAYS, accounts=None, limit=500
            )
        ]
    client.force_login(world.people["finance"])
    html = client.get("/indicators/lift/").content.decode()
    shown = rows_of(html, "Measured lift")
    assert shown[0][:3] == ["Pilot", *expected]
    assert lift.points is not None and lift.interval is not None
    low, high = (signed(each) for each in (lift.interval.low, lift.interval.high))
    assert shown[0][3] == f"{signed(lift.points)} points 95%: {low} to {high}"
    # Who is held out of the playbook is in neither arm of its step.
    with in_workspace(world.workspace.id, by=world.actor):
        assert sorted(step) == sorted(Enrolment.objects.filter(id__in=others).values_list("renewal_id", flat=True))
    assert [row[0] for row in shown] == ["Pilot", "Pilot · Again"]
    words = words_of(html)
    assert "Randomised" in words and "Association" in words
    assert "1 account released by people; they count in the arm they drew." in words
    assert [row[:2] for row in rows_of(html, "Messages of treated accounts")][1] == ["Pilot · Hello", str(len(others))]


@pytest.mark.requirement("X1")
def test_every_figure_opens_the_accounts_behind_it(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    with in_workspace(world.workspace.id, by=world.actor):
        held = held_out()
        playbook = Enrolment.objects.values_list("playbook_id", flat=True)[0]
        names = set(Enrolment.objects.filter(id__in=held).values_list("account__name", flat=True))
    path = f"/indicators/lift/accounts/?layer=playbook&playbook={playbook}&arm=held_out"
    assert path.replace("&", "&amp;") in client.get("/indicators/lift/").content.decode()
    html = client.get(path).content.decode()
    rows = rows_of(html, "Accounts")
    assert {row[0] for row in rows} == names
    assert sum(row[5] == "By a person" for row in rows) == 1
    assert f"{len(held)} accounts held out of Pilot" in words_of(html)
    sheet = client.get(f"{path}&table=accounts&sheet=csv")
    assert sheet.status_code == 200
    for bad in ("arm=both", "arm=held_out&layer=step&step=nothing", ""):
        assert client.get(f"/indicators/lift/accounts/?{bad}").status_code == 404


def test_colleague_counts_own_accounts_only_and_a_stranger_is_shut_out(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    assert "accounts only" in words_of(client.get("/indicators/lift/").content.decode())
    client.force_login(world.people["product_viewer"])
    assert client.get("/indicators/lift/").status_code == 403
    assert client.get("/indicators/lift/accounts/").status_code == 403


@pytest.mark.parametrize("path", ["/indicators/lift/"])
def test_page_asks_a_bounded_number_of_queries(
    path: str, world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(world.people["finance"])
    client.get(path)
    with django_assert_max_num_queries(14):
        client.get(path)
