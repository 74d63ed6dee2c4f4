"""The indicators: months are counted from the facts and again when one is corrected; shares show their numbers."""

from datetime import UTC, datetime, timedelta
from math import isnan

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.indicators import tally_months
from playbooks.models import (
    DeliveryEvent,
    Enrolment,
    Handover,
    Message,
    MessageEdit,
    MonthMark,
    MonthTally,
    Reaction,
    Task,
)
from playbooks.queries.middles import kept_middles, live_middles
from renewals.actions.scope import in_workspace
from renewals.models import Account, Milestone, Outcome, Renewal, Workspace
from signals.models import CurrentScore, Score
from signals.queries import distributions
from signals.queries.distributions import measure_spread
from tests.dashboards.outbox import make_messages
from tests.dashboards.test_pipeline import rows_of
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("finance", "sales", "product_viewer")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    """Two accounts; three messages left to the first, one rewritten, one bounced, one complained of, one answered."""
    world = make_world(workspace, now=clock, accounts=2, roles=ROLES)
    make_messages(world, ("sent", "sent", "sent"))
    with in_workspace(workspace.id, by=world.actor):
        _facts(world)
        tally_months(workspace_id=workspace.id, now=world.now)
    return world


def _facts(world: World) -> None:
    here = {"workspace": world.workspace}
    first, second, third = Message.objects.order_by("id")
    Message.objects.update(sent_at=world.now - timedelta(seconds=60))
    MessageEdit.objects.create(
        **here, message=first, template_subject="a", template_text="a", subject="b", text_body="b",
        edited_at=world.now, edited_by="Ana",
    )  # fmt: skip
    for message, kind in ((second, "bounced_hard"), (third, "complained")):
        DeliveryEvent.objects.create(
            **here, message=message, source="postmark", event_key=kind, kind=kind, occurred_at=world.now,
            received_at=world.now,
        )  # fmt: skip
    Reaction.objects.create(
        **here, account=first.account, kind="reply", key="r", occurred_at=world.now, received_at=world.now
    )
    enrolment, today = Enrolment.objects.get(), world.now.date()
    tasks = list(Task.objects.order_by("id"))
    for task, due_on, done_at in ((tasks[0], today, world.now), (tasks[1], today - timedelta(days=1), None)):
        Task.objects.filter(id=task.id).update(
            enrolment=enrolment, due_on=due_on, state="done" if done_at else "open", completed_at=done_at
        )
    Milestone.objects.update(target_on=today - timedelta(days=1))
    Milestone.objects.filter(account=first.account).update(achieved_on=today - timedelta(days=1), evidence="seen")
    people, renewals = world.people, list(Renewal.objects.order_by("id"))
    for renewal, state, hours in ((renewals[0], "accepted", 6), (renewals[1], "offered", None)):
        Handover.objects.create(
            **here, account=renewal.account, renewal=renewal, sender=people["csm"], receiver=people["sales"],
            duties=["owner"], state=state, offered_at=world.now - timedelta(seconds=60),
            deadline_at=world.now + timedelta(days=2),
            answered_at=None if hours is None else world.now + timedelta(hours=hours, seconds=-60),
        )  # fmt: skip
    Renewal.objects.filter(id=renewals[1].id).update(
        stage="closed", closed_on=today, final_amount=0, notice_on=today - timedelta(days=1)
    )
    for renewal, kind in ((renewals[1], "churned"),):
        Outcome.objects.create(
            **here, renewal=renewal, kind=kind, primary_reason="price", decided_on=today, recorded_at=world.now,
            recorded_by="Ana",
        )  # fmt: skip


def counted() -> dict[tuple[str, str, str], tuple[int, int, float]]:
    """Return what the months hold together, by measure, subject and segment."""
    found: dict[tuple[str, str, str], tuple[int, int, float]] = {}
    for row in MonthTally.objects.all():
        key = (row.measure, row.subject, row.segment)
        hits, base, total = found.get(key, (0, 0, 0.0))
        found[key] = (hits + row.hits, base + row.base, round(total + row.total, 3))
    return found


@pytest.mark.requirement(33)
@pytest.mark.requirement(38)
@pytest.mark.requirement(46)
@pytest.mark.requirement(58)
@pytest.mark.requirement(106)
def test_months_count_exactly_the_facts(world: World) -> None:
    book, steps = "Strategic renewals", [f"Strategic renewals · step_{n}" for n in range(3)]
    with in_workspace(world.workspace.id, by=world.actor):
        found = counted()
    escalations = {key: found.pop(key) for key in list(found) if key[0] == "escalations"}
    assert all(hits == 0 for hits, _, _ in escalations.values())
    assert found == {
        ("tasks_on_time", book, "strategic"): (1, 1, 0.0),
        ("tasks_on_time", book, "mid_market"): (0, 1, 0.0),
        ("personalised", book, "strategic"): (1, 3, 0.0),
        ("bounced", book, "strategic"): (1, 3, 0.0),
        ("complained", book, "strategic"): (1, 3, 0.0),
        **{("answered", step, "strategic"): (1, 1, 0.0) for step in steps},
        ("handovers", "", "strategic"): (1, 1, 6.0),
        ("handovers", "", "mid_market"): (0, 1, 0.0),
        ("milestones", "", "strategic"): (1, 1, 0.0),
        ("milestones", "", "mid_market"): (0, 1, 0.0),
        ("early_interest", "", "mid_market"): (0, 1, 0.0),
        ("proactive", "", "mid_market"): (0, 1, 0.0),
    }


@pytest.mark.requirement(58)
@pytest.mark.parametrize(("days", "counted_as"), [(-1, None), (0, (1, 1, 0.0)), (4, (1, 1, 4.0))])
def test_renewal_that_was_decided_before_a_message_left_did_not_come_after_it(
    world: World, days: int, counted_as: tuple[int, int, float] | None
) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Enrolment.objects.get().renewal
        sent_on = Message.objects.earliest("id").sent_at.astimezone(UTC).date()
        Outcome.objects.create(
            workspace=world.workspace, renewal=renewal, kind="flat", primary_reason="habit",
            decided_on=sent_on + timedelta(days=days), recorded_at=world.now, recorded_by="Ana",
        )  # fmt: skip
        tally_months(workspace_id=world.workspace.id, now=world.now + timedelta(days=1))
        found = counted()
    assert found.get(("converted", "Strategic renewals · step_0", "strategic")) == counted_as


def test_months_are_made_once_and_again_when_a_fact_is_corrected(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        before = counted()
        assert tally_months(workspace_id=world.workspace.id, now=world.now) == 0
        Message.objects.filter(id=Message.objects.order_by("id")[0].id).update(state="cancelled", sent_at=None)
        assert tally_months(workspace_id=world.workspace.id, now=world.now + timedelta(days=1)) == 13
        after = counted()
        assert MonthMark.objects.count() == 13
    assert {key: value for key, value in before.items() if after.get(key) != value} == {
        ("personalised", "Strategic renewals", "strategic"): (1, 3, 0.0),
        ("bounced", "Strategic renewals", "strategic"): (1, 3, 0.0),
        ("complained", "Strategic renewals", "strategic"): (1, 3, 0.0),
        ("answered", "Strategic renewals · step_0", "strategic"): (1, 1, 0.0),
    }


@pytest.mark.requirement(61)
def test_kept_middles_are_those_of_the_scores_and_the_page_reads_no_score(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        kept = kept_middles()
        assert kept == live_middles()
        assert kept is not None
        assert {segment for _, segment in kept.by_place} == {"", "mid_market", "strategic"}
    client.force_login(world.people["finance"])
    with django_assert_max_num_queries(27) as captured:  # one asks whether its empty figures were counted at all
        shown = words_of(client.get("/indicators/").content.decode())
    assert not [query for query in captured.captured_queries if "signals_score " in query["sql"]]
    with in_workspace(world.workspace.id, by=world.actor):
        CurrentScore.objects.filter(id=CurrentScore.objects.earliest("account_id").id).delete()
        assert kept_middles() == kept
        assert live_middles() != kept
        tally_months(workspace_id=world.workspace.id, now=world.now + timedelta(minutes=11))
        assert kept_middles() == live_middles()
    assert words_of(client.get("/indicators/").content.decode()) != shown


@pytest.mark.requirement(61)
@pytest.mark.requirement(86)
def test_page_spans_usage_money_and_sentiment_and_leads_to_rows(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    html = client.get("/indicators/").content.decode()
    areas = rows_of(html, "Usage, money and sentiment")
    assert {row[1] for row in areas} == {"Usage", "Money", "Sentiment"}
    assert 'href="/at-risk/?reason=' in html
    assert [row[0] for row in rows_of(html, "What follows")] == [
        "Gross renewal rate",
        "Average contract value",
        "Expansion revenue",
    ]
    segments = rows_of(html, "Success metrics and escalation by segment")
    assert segments[0][:5] == ["Strategic", "Milestones reached in time", "at least 85%", "100% 1 of 1", "met"]
    assert segments[0][5] == "Renewal manager → CS manager → Executive"
    assert client.get("/indicators/?segment=odd&period=99").status_code == 200
    client.force_login(world.people["product_viewer"])
    assert client.get("/indicators/").status_code == 403


@pytest.mark.requirement(33)
@pytest.mark.requirement(46)
def test_quality_shows_each_share_with_its_denominator(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    html = client.get("/indicators/quality/").content.decode()
    third = "33% 1 of 3"
    assert rows_of(html, "Playbooks")[0] == ["Strategic renewals", "50% 1 of 2", third, third, third]
    touch = ["Strategic renewals · Step 0", "100% 1 of 1", "no cases", "no cases"]
    assert rows_of(html, "Automated touches")[0] == touch
    assert rows_of(html, "Handovers")[-1] == ["All", "50% 1 of 2", "6.0 h"]
    assert "50% of the work was done on time; 1 task late" in words_of(html)
    assert "An association, not an effect" in html


def test_who_reaches_a_part_of_the_accounts_sees_their_figures_alone(world: World, client: Client) -> None:
    client.force_login(world.people["finance"])
    whole = {path: client.get(path).content.decode() for path in ("/indicators/", "/indicators/quality/")}
    client.force_login(world.people["csm"])
    for path, html in whole.items():
        mine = client.get(path).content.decode()
        assert "accounts only" in mine and "added up now" in mine
        for caption in (
            ("Playbooks", "Handovers") if "quality" in path else ("Leading indicators", "Leading indicators by month")
        ):
            assert [row[:5] for row in rows_of(mine, caption)] == [row[:5] for row in rows_of(html, caption)]
    second = given_to(world, "sales")
    mine = client.get("/indicators/quality/").content.decode()
    assert rows_of(mine, "Handovers")[-1][1] == "100% 1 of 1"
    assert given_to(world, "csm") == second


def given_to(world: World, role: str) -> int:
    """Give the second account, with every role of its renewals, to somebody else; return which it is."""
    person = world.people[role]
    with in_workspace(world.workspace.id, by=world.actor):
        account_id = int(Account.objects.order_by("id").values_list("id", flat=True)[1])
        Account.objects.filter(id=account_id).update(owner=person)
        roles = dict.fromkeys(("owner", "initiator", "negotiator", "finaliser"), person)
        Renewal.objects.filter(account_id=account_id).update(**roles)
    return account_id


@pytest.mark.parametrize(("path", "most"), [("/indicators/", 30), ("/indicators/quality/", 16)])
def test_page_asks_a_bounded_number_of_queries(
    path: str, most: int, world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(world.people["finance"])
    client.get(path)
    with django_assert_max_num_queries(most):
        client.get(path)


@pytest.mark.parametrize("sample", [1, 2, 1000])
def test_spread_is_of_the_known_inputs_of_the_scores_it_draws(
    sample: int, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distributions, "SAMPLE", sample)
    with in_workspace(world.workspace.id, by=world.actor):
        now = list(CurrentScore.objects.order_by("account_id").values_list("account_id", "score_id"))
        scores = Score.objects.in_bulk([score_id for _, score_id in now])
        whole, some = measure_spread(), measure_spread(accounts=[now[0][0]])
    expected: dict[str, dict[str, list[float]]] = {}
    for score in scores.values():
        for key, (value, *_) in zip(score.details["keys"], score.inputs, strict=True):
            if not isnan(value):
                expected.setdefault(key, {}).setdefault(score.details["facts"]["segment"], []).append(value)
    assert some.accounts == 1
    assert expected
    if sample >= len(now):
        assert whole.accounts == len(now)
        assert whole.values == {
            key: {segment: sorted(found) for segment, found in by.items()} for key, by in expected.items()
        }
    for key, by in whole.values.items():
        for segment, found in by.items():
            assert found == sorted(found)
            assert set(found) <= set(expected[key][segment])
    first = scores[now[0][1]]
    assert {key: by[first.details["facts"]["segment"]] for key, by in some.values.items()} == {
        key: [value] for key, (value, *_) in zip(first.details["keys"], first.inputs, strict=True) if not isnan(value)
    }
