"""When steps are due: anchors, calendar moves, phases, lateness, moved dates, and projection against execution."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.core.cadence import late_decision, next_step, plan, plan_changes
from playbooks.core.definition import Late, Playbook
from playbooks.core.facts import Blackout, DoneState, DoneStep, PlanFacts
from playbooks.core.planned import Planned, PlannedStep
from playbooks.core.vocabulary import AnchorKind, DayUnit, LatePolicy, MessageClass, Roll, StepKind
from playbooks.core.windows import why_closed
from renewals.core.dates import BusinessCalendar, ResolvedZone, local_date
from tests.playbooks.core.specimens import (
    GERMANY,
    RENEWAL_ON,
    anchor,
    email_step,
    plan_facts,
    playbook,
    shipped_playbook,
    task_step,
)

EARLY = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)


def only(definition: Playbook, facts: PlanFacts, now: datetime = EARLY) -> PlannedStep:
    (planned,) = plan(definition, facts, now=now).steps
    return planned


@pytest.mark.parametrize(
    ("kind", "days", "unit", "roll", "computed_on", "due_on"),
    [
        (AnchorKind.RENEWAL_DATE, -30, DayUnit.DAYS, Roll.NEXT, date(2027, 3, 1), date(2027, 3, 1)),
        (AnchorKind.RENEWAL_DATE, -31, DayUnit.DAYS, Roll.NEXT, date(2027, 2, 28), date(2027, 3, 1)),
        (AnchorKind.RENEWAL_DATE, -31, DayUnit.DAYS, Roll.PREVIOUS, date(2027, 2, 28), date(2027, 2, 26)),
        (AnchorKind.RENEWAL_DATE, -5, DayUnit.DAYS, Roll.PREVIOUS, date(2027, 3, 26), date(2027, 3, 25)),
        (AnchorKind.RENEWAL_DATE, -5, DayUnit.BUSINESS_DAYS, Roll.NEXT, date(2027, 3, 23), date(2027, 3, 23)),
        (AnchorKind.RENEWAL_DATE, 3, DayUnit.BUSINESS_DAYS, Roll.NEXT, date(2027, 4, 5), date(2027, 4, 5)),
        (AnchorKind.NOTICE_DEADLINE, 0, DayUnit.DAYS, Roll.PREVIOUS, date(2027, 1, 30), date(2027, 1, 29)),
        (AnchorKind.NOTICE_DEADLINE, 0, DayUnit.DAYS, Roll.NEXT, date(2027, 1, 30), date(2027, 1, 29)),
        (AnchorKind.NOTICE_DEADLINE, -15, DayUnit.BUSINESS_DAYS, Roll.PREVIOUS, date(2027, 1, 11), date(2027, 1, 11)),
        (AnchorKind.TERM_START, 200, DayUnit.DAYS, Roll.NEXT, date(2026, 10, 18), date(2026, 10, 19)),
        (AnchorKind.AFTER_PREVIOUS, 2, DayUnit.DAYS, Roll.NEXT, date(2026, 10, 3), date(2026, 10, 5)),
        (AnchorKind.AFTER_PREVIOUS, 2, DayUnit.DAYS, Roll.PREVIOUS, date(2026, 10, 3), date(2026, 10, 5)),
        (AnchorKind.AFTER_PREVIOUS, 2, DayUnit.BUSINESS_DAYS, Roll.NEXT, date(2026, 10, 5), date(2026, 10, 5)),
    ],
)
def test_step_with_each_anchor_lands_on_the_documented_day(
    kind: AnchorKind, days: int, unit: DayUnit, roll: Roll, computed_on: date, due_on: date
) -> None:
    step = email_step(anchor=anchor(kind, days, unit, roll))
    planned = only(playbook(step), plan_facts())
    assert (planned.computed_on, planned.due_on, planned.due_time) == (computed_on, due_on, time(9, 30))
    assert planned.due_at == datetime.combine(due_on, time(9, 30), ZoneInfo("Europe/Berlin")).astimezone(UTC)


def test_calendar_move_is_told_with_its_reason_and_zone() -> None:
    planned = only(playbook(email_step(anchor=anchor(days=-5, roll=Roll.PREVIOUS))), plan_facts())
    (move,) = planned.moves
    assert (move.code, dict(move.values)) == (
        "calendar_move",
        {
            "from_on": date(2027, 3, 26),
            "to_on": date(2027, 3, 25),
            "because": "holiday",
            "roll": "previous_business_day",
        },
    )
    assert (planned.zone.name, planned.zone.taken_from) == ("Europe/Berlin", "contact")


@pytest.mark.parametrize(
    ("zone", "on", "at", "instant"),
    [
        ("America/New_York", date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        ("America/New_York", date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
        ("Asia/Kathmandu", date(2026, 6, 1), time(9, 0), datetime(2026, 6, 1, 3, 15, tzinfo=UTC)),
    ],
)
def test_due_time_across_clock_changes_follows_the_golden_rules(
    zone: str, on: date, at: time, instant: datetime
) -> None:
    facts = plan_facts(
        zone=ResolvedZone(name=zone, taken_from="account"),
        renewal_on=on,
        calendar=BusinessCalendar(weekend_days=frozenset()),
        started_at=instant - timedelta(days=30),
    )
    planned = only(playbook(task_step(anchor=anchor(days=0), at=at)), facts, instant - timedelta(days=1))
    assert (planned.due_at, planned.planned) == (instant, Planned.RUN)


@pytest.mark.requirement(87)
def test_blackout_moves_messages_but_not_notice_dates_and_tasks() -> None:
    away = (Blackout(from_on=date(2027, 1, 1), until_on=date(2027, 3, 14), reason="year end"),)
    notice = anchor(AnchorKind.NOTICE_DEADLINE, -5, roll=Roll.PREVIOUS)
    definition = playbook(
        email_step("nudge"),
        email_step("notice", anchor=notice, message_class=MessageClass.CONTRACTUAL_NOTICE),
        task_step("call", anchor=anchor(days=-29)),
    )
    due = {item.step_key: item.due_on for item in plan(definition, plan_facts(blackouts=away), now=EARLY).steps}
    assert due == {"nudge": date(2027, 3, 15), "notice": date(2027, 1, 25), "call": date(2027, 3, 2)}


@pytest.mark.requirement(20)
def test_drifting_step_waits_for_its_phase_and_lapses_after_it() -> None:
    small = shipped_playbook("small")
    late_phase = replace(small.phases[0], key="all", opens_days=-60, closes_days=-50)
    step = email_step(anchor=anchor(AnchorKind.AFTER_PREVIOUS, 3))
    definition = playbook(step, phases=(late_phase,))
    waiting = only(definition, plan_facts())
    assert (waiting.due_on, waiting.moves[0].code) == (RENEWAL_ON - timedelta(days=58), "waits_for_phase")
    lapsed = only(definition, plan_facts(started_at=datetime(2027, 2, 9, 9, 0, tzinfo=UTC)))
    assert (lapsed.planned, lapsed.reasons[0].code) == (Planned.SKIP, "phase_closed")


def test_step_without_contract_date_is_skipped_with_reason() -> None:
    step = email_step(anchor=anchor(AnchorKind.NOTICE_DEADLINE, -5, roll=Roll.PREVIOUS))
    planned = only(playbook(step), plan_facts(notice_on=None))
    assert (planned.planned, planned.reasons[0].code, planned.anchor_on) == (Planned.SKIP, "no_anchor_date", None)
    assert next_step(playbook(step), plan_facts(notice_on=None), now=EARLY).step is None


@pytest.mark.parametrize(
    ("policy", "max_days", "late_days", "has_closed", "expected"),
    [
        (LatePolicy.SEND_LATE, 5, 0, False, Planned.RUN),
        (LatePolicy.SEND_LATE, 5, -1, True, Planned.RUN),
        (LatePolicy.SEND_LATE, 5, 1, False, Planned.RUN_LATE),
        (LatePolicy.SEND_LATE, 5, 5, False, Planned.RUN_LATE),
        (LatePolicy.SEND_LATE, 5, 6, False, Planned.SKIP),
        (LatePolicy.SEND_LATE, 5, 1, True, Planned.SKIP),
        (LatePolicy.SKIP, 0, 1, False, Planned.SKIP),
        (LatePolicy.TASK, 0, 1, False, Planned.MAKE_TASK),
        (LatePolicy.TASK, 3, 3, False, Planned.RUN_LATE),
        (LatePolicy.TASK, 3, 4, False, Planned.MAKE_TASK),
        (LatePolicy.TASK, 3, 1, True, Planned.MAKE_TASK),
    ],
)
def test_late_step_follows_its_policy(
    policy: LatePolicy, max_days: int, late_days: int, has_closed: bool, expected: Planned
) -> None:
    step = email_step(late=Late(policy=policy, max_days=max_days))
    today = date(2027, 3, 1) + timedelta(days=late_days)
    planned, reasons = late_decision(step, date(2027, 3, 1), today=today, has_closed=has_closed)
    assert planned is expected
    assert [item.code for item in reasons] == ([] if expected is Planned.RUN else ["late"])


def test_late_message_is_expected_at_the_next_opening_of_the_send_window() -> None:
    friday_night = datetime(2027, 3, 5, 20, 0, tzinfo=UTC)
    planned = only(playbook(email_step(anchor=anchor(days=-28))), plan_facts(), friday_night)
    assert (planned.planned, planned.due_on) == (Planned.RUN_LATE, date(2027, 3, 3))
    assert planned.expected_at == datetime(2027, 3, 8, 7, 0, tzinfo=UTC)


def test_late_message_whose_next_opening_is_too_late_is_skipped_now() -> None:
    friday_night = datetime(2027, 3, 5, 20, 0, tzinfo=UTC)
    planned = only(playbook(email_step(anchor=anchor(days=-30))), plan_facts(), friday_night)
    assert (planned.planned, planned.due_on) == (Planned.SKIP, date(2027, 3, 1))
    assert dict(planned.reasons[0].values) == {"late_days": 7, "allowed_days": 5, "policy": "send_late"}


@pytest.mark.requirement("X6")
def test_moved_contract_date_moves_anchored_future_steps_only() -> None:
    definition = playbook(
        email_step("first", anchor=anchor(days=-100)),
        email_step("second", anchor=anchor(days=-50)),
        email_step("third", anchor=anchor(AnchorKind.AFTER_PREVIOUS, 7)),
        email_step("by_term", anchor=anchor(AnchorKind.TERM_START, 250)),
    )
    done = DoneStep(
        step_key="first",
        state=DoneState.DONE,
        due_at=datetime(2026, 12, 21, 8, 30, tzinfo=UTC),
        done_at=datetime(2026, 12, 21, 8, 31, tzinfo=UTC),
    )
    now = datetime(2026, 12, 22, 9, 0, tzinfo=UTC)
    facts = plan_facts(done=(done,), started_at=datetime(2026, 12, 1, tzinfo=UTC), term_starts_on=date(2026, 5, 4))
    before = plan(definition, facts, now=now)
    after = plan(definition, replace(facts, renewal_on=date(2027, 4, 30)), now=now)
    moved = {item.step_key: (item.old_due_at, item.new_due_at) for item in plan_changes(before, after)}
    at = time(8, 30, tzinfo=UTC)
    assert moved == {
        "second": (datetime.combine(date(2027, 2, 9), at), datetime.combine(date(2027, 3, 11), at)),
        "third": (datetime.combine(date(2027, 2, 16), at), datetime.combine(date(2027, 3, 18), at)),
    }
    assert {item.occurrence for item in after.steps} == {RENEWAL_ON}
    assert "first" not in {item.step_key for item in after.steps}


def test_notice_moved_into_the_past_becomes_a_task_at_once() -> None:
    step = email_step(
        anchor=anchor(AnchorKind.NOTICE_DEADLINE, -5, roll=Roll.PREVIOUS),
        message_class=MessageClass.CONTRACTUAL_NOTICE,
        late=Late(policy=LatePolicy.TASK, max_days=0),
    )
    now = datetime(2027, 1, 28, 9, 0, tzinfo=UTC)
    planned = only(playbook(step), plan_facts(), now)
    assert (planned.planned, planned.kind, planned.expected_at) == (Planned.MAKE_TASK, StepKind.TASK, now)


def test_step_after_a_skipped_one_counts_from_the_later_day() -> None:
    follow = email_step("follow", anchor=anchor(AnchorKind.AFTER_PREVIOUS, 7))
    definition = playbook(
        email_step("gone", anchor=anchor(days=-170), late=Late(policy=LatePolicy.SKIP, max_days=0)), follow
    )
    facts = plan_facts(started_at=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    found = next_step(definition, facts, now=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))
    assert [item.step_key for item in found.skipped] == ["gone"]
    assert found.step is not None and found.step.due_on == date(2026, 12, 8)


ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Africa/Cairo",
]


@st.composite
def situations(draw: st.DrawFn) -> tuple[Playbook, PlanFacts, datetime]:
    """A shipped playbook with random contract dates, zone, weekend, holidays and start."""
    definition = shipped_playbook(draw(st.sampled_from(["strategic", "mid_market", "small"])))
    renewal_on = draw(st.dates(date(2026, 1, 1), date(2035, 12, 31)))
    holidays = draw(st.frozensets(st.integers(-200, 40), max_size=12))
    weekend = draw(st.sampled_from([frozenset({5, 6}), frozenset({4, 5}), frozenset({6})]))
    started = renewal_on - timedelta(days=draw(st.integers(1, 190)))
    facts = plan_facts(
        renewal_on=renewal_on,
        occurrence=renewal_on,
        notice_on=draw(st.none() | st.integers(10, 120).map(lambda days: renewal_on - timedelta(days=days))),
        term_starts_on=renewal_on - timedelta(days=365),
        zone=ResolvedZone(name=draw(st.sampled_from(ZONES)), taken_from="account"),
        calendar=BusinessCalendar(
            weekend_days=weekend, holidays=frozenset(renewal_on + timedelta(days=offset) for offset in holidays)
        ),
        started_at=datetime.combine(started, time(draw(st.integers(0, 23)), 17), UTC),
    )
    return definition, facts, facts.started_at


@pytest.mark.requirement(19)
@settings(max_examples=60, deadline=None)
@given(situation=situations())
def test_plan_is_idempotent_and_never_doubles_a_step(situation: tuple[Playbook, PlanFacts, datetime]) -> None:
    definition, facts, now = situation
    made = plan(definition, facts, now=now)
    assert plan(definition, facts, now=now) == made
    assert plan_changes(made, plan(definition, facts, now=now)) == ()
    assert sorted(item.step_key for item in made.steps) == sorted(step.key for step in definition.steps)
    assert [item.due_at for item in made.steps] == sorted(item.due_at for item in made.steps)


@settings(max_examples=60, deadline=None)
@given(situation=situations())
def test_planned_days_are_open_and_deadline_days_never_move_later(
    situation: tuple[Playbook, PlanFacts, datetime],
) -> None:
    definition, facts, now = situation
    for item in plan(definition, facts, now=now).steps:
        if item.computed_on is None:
            continue
        assert why_closed(item.due_on, facts.calendar) is None
        if item.anchor is AnchorKind.NOTICE_DEADLINE:
            assert item.due_on <= item.computed_on <= (facts.notice_on or date.max)
        assert item.due_at.astimezone(ZoneInfo(facts.zone.name)).date() == item.due_on


def execute(definition: Playbook, facts: PlanFacts, now: datetime) -> list[tuple[str, datetime]]:
    """Act on each next step at the moment it is expected, as the engine does when nothing holds a step."""
    acted: list[tuple[str, datetime]] = []
    for _ in definition.steps:
        found = next_step(definition, facts, now=now)
        skipped = tuple(
            DoneStep(step_key=item.step_key, state=DoneState.SKIPPED, due_at=item.due_at, done_at=now)
            for item in found.skipped
        )
        if found.step is None:
            break
        now = max(now, found.step.expected_at)
        acted.append((found.step.step_key, found.step.expected_at))
        behind = DoneStep(step_key=found.step.step_key, state=DoneState.DONE, due_at=found.step.due_at, done_at=now)
        facts = replace(facts, done=(*facts.done, *skipped, behind))
    return acted


@settings(max_examples=60, deadline=None)
@given(situation=situations())
def test_projection_equals_execution(situation: tuple[Playbook, PlanFacts, datetime]) -> None:
    definition, facts, now = situation
    projected = [
        (item.step_key, item.expected_at)
        for item in plan(definition, facts, now=now).steps
        if item.planned is not Planned.SKIP
    ]
    assert execute(definition, facts, now) == projected


@settings(max_examples=40, deadline=None)
@given(situation=situations(), shift=st.integers(-60, 60), acted=st.integers(0, 5))
def test_done_steps_are_never_planned_again_whatever_date_moves(
    situation: tuple[Playbook, PlanFacts, datetime], shift: int, acted: int
) -> None:
    definition, facts, now = situation
    done = tuple(
        DoneStep(step_key=step.key, state=DoneState.DONE, due_at=now, done_at=now) for step in definition.steps[:acted]
    )
    moved = replace(facts, done=done, renewal_on=facts.renewal_on + timedelta(days=shift))
    keys = {item.step_key for item in plan(definition, moved, now=now).steps}
    assert keys == {step.key for step in definition.steps[acted:]}


def test_drift_follows_the_day_the_previous_step_was_done() -> None:
    definition = playbook(
        email_step("first", anchor=anchor(days=-100)), email_step("second", anchor=anchor(AnchorKind.AFTER_PREVIOUS, 7))
    )
    facts = plan_facts()
    estimate = plan(definition, facts, now=EARLY).steps[1]
    held = datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
    done = DoneStep(step_key="first", state=DoneState.DONE, due_at=held - timedelta(days=7), done_at=held)
    firm = only(definition, replace(facts, done=(done,)), held)
    assert (estimate.is_firm, estimate.due_on) == (False, date(2026, 12, 28))
    assert (firm.is_firm, firm.due_on) == (True, date(2027, 1, 4))
    assert local_date(firm.due_at, "Europe/Berlin") not in GERMANY.holidays
