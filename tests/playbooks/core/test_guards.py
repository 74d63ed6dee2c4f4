"""The re-check at the moment of acting: each fact alone changes the verdict, and unknown never sends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.core.definition import Late
from playbooks.core.facts import Blackout, StepFacts
from playbooks.core.guards import StepDecision, StepVerdict, choose_contact, decide_step
from playbooks.core.vocabulary import AnchorKind, Automation, ContactRole, LatePolicy, MessageClass, Roll
from renewals.core.conditions import Op, Predicate
from tests.playbooks.core.specimens import anchor, contact, email_step, playbook, step_facts, task_step

NOW = datetime(2027, 3, 2, 8, 31, tzinfo=UTC)
DO, ASK, SKIP, HOLD, TASK = (
    StepVerdict.DO,
    StepVerdict.ASK_APPROVAL,
    StepVerdict.SKIP,
    StepVerdict.HOLD,
    StepVerdict.MAKE_TASK,
)
RISKY = Predicate(field="risk.score", op=Op.GE, value=60)


def decide(facts: StepFacts, now: datetime = NOW, **changes: object) -> StepDecision:
    step = email_step(**changes)
    return decide_step(playbook(step), step, facts, now=now)


def told(decision: StepDecision) -> tuple[StepVerdict, list[str]]:
    return decision.verdict, [item.code for item in decision.reasons]


def test_step_with_nothing_against_it_is_done_for_the_preferred_contact() -> None:
    decision = decide(step_facts())
    assert (told(decision), decision.contact_id, decision.until) == ((DO, ["due"]), 11, None)


@pytest.mark.requirement(5)
@pytest.mark.parametrize(
    ("changes", "verdict", "codes"),
    [
        ({"is_enrolment_active": False}, SKIP, ["enrolment_ended"]),
        ({"is_enrolment_active": None}, HOLD, ["unknown"]),
        ({"is_enrolment_paused": True}, HOLD, ["enrolment_paused"]),
        ({"is_enrolment_paused": None}, HOLD, ["unknown"]),
        ({"is_renewal_open": False}, SKIP, ["renewal_closed"]),
        ({"is_renewal_open": None}, HOLD, ["unknown"]),
        ({"is_sending_paused": True}, HOLD, ["sending_paused"]),
        ({"is_sending_paused": None}, HOLD, ["unknown"]),
        ({"is_human_only": True}, TASK, ["human_only_account"]),
        ({"is_human_only": None}, HOLD, ["unknown"]),
        ({"zone": None}, HOLD, ["unknown"]),
        ({"calendar": None}, HOLD, ["unknown"]),
        ({"contacts": ()}, SKIP, ["no_reachable_contact"]),
        ({"contacts": (contact(has_address=False),)}, SKIP, ["no_reachable_contact"]),
        ({"contacts": (contact(suppressed_classes=None),)}, HOLD, ["unknown"]),
        ({"contacts": (contact(recent_touch_at=None),)}, HOLD, ["unknown"]),
        ({"replied_at": NOW - timedelta(days=1)}, SKIP, ["replied_since"]),
        ({"replied_at": datetime(2026, 9, 1, tzinfo=UTC)}, DO, ["due"]),
        (
            {"not_after": NOW + timedelta(minutes=5), "is_sending_paused": True},
            SKIP,
            ["sending_paused", "no_time_left"],
        ),
    ],
)
def test_message_with_one_fact_changed_is_decided_as_documented(
    changes: dict[str, object], verdict: StepVerdict, codes: list[str]
) -> None:
    assert told(decide(step_facts(**changes))) == (verdict, codes)


@pytest.mark.parametrize(
    ("found", "verdict", "code"),
    [({"risk.score": 61}, DO, "due"), ({"risk.score": 59}, SKIP, "condition_no"), ({}, HOLD, "condition_unknown")],
)
def test_condition_is_read_again_at_the_moment_of_acting(
    found: dict[str, int], verdict: StepVerdict, code: str
) -> None:
    assert told(decide(step_facts(facts=found), condition=RISKY)) == (verdict, [code])


@pytest.mark.requirement(12)
@pytest.mark.parametrize(
    ("automation", "is_approved", "verdict"),
    [
        (Automation.AUTOMATIC, None, DO),
        (Automation.MANUAL_APPROVAL, None, ASK),
        (Automation.MANUAL_APPROVAL, False, ASK),
        (Automation.MANUAL_APPROVAL, True, DO),
        (Automation.HUMAN_ONLY, True, TASK),
    ],
)
def test_automation_level_decides_who_acts(
    automation: Automation, is_approved: bool | None, verdict: StepVerdict
) -> None:
    assert decide(step_facts(is_approved=is_approved), automation=automation).verdict is verdict


@pytest.mark.parametrize(
    ("now", "verdict", "until"),
    [
        (datetime(2027, 3, 2, 17, 0, tzinfo=UTC), HOLD, datetime(2027, 3, 3, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 3, 6, 59, tzinfo=UTC), HOLD, datetime(2027, 3, 3, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 3, 7, 0, tzinfo=UTC), DO, None),
        (datetime(2027, 3, 5, 16, 59, tzinfo=UTC), DO, None),
        (datetime(2027, 3, 6, 12, 0, tzinfo=UTC), HOLD, datetime(2027, 3, 8, 7, 0, tzinfo=UTC)),
        (datetime(2027, 3, 26, 12, 0, tzinfo=UTC), HOLD, datetime(2027, 3, 29, 6, 0, tzinfo=UTC)),
    ],
)
def test_quiet_hours_weekends_and_holidays_hold_until_the_window_opens(
    now: datetime, verdict: StepVerdict, until: datetime | None
) -> None:
    decision = decide(step_facts(), now, late=Late(policy=LatePolicy.SEND_LATE, max_days=60))
    assert (decision.verdict, decision.until) == (verdict, until)


@pytest.mark.requirement(73)
@pytest.mark.parametrize(
    ("days_ago", "verdict", "code", "wait_days"),
    [
        ([3], HOLD, "minimum_gap", 1),
        ([4.5], DO, "due", None),
        ([6, 5], HOLD, "touch_budget", 1),
        ([20, 10, 8], DO, "due", None),
        ([6, 5, 4.5], HOLD, "touch_budget", 2),
    ],
)
def test_touch_budget_and_gap_hold_until_there_is_room(
    days_ago: list[float], verdict: StepVerdict, code: str, wait_days: int | None
) -> None:
    touches = tuple(NOW - timedelta(days=days) for days in days_ago)
    decision = decide(step_facts(contacts=(contact(recent_touch_at=touches),)))
    assert told(decision) == (verdict, [code])
    assert decision.until == (None if wait_days is None else NOW + timedelta(days=wait_days))


def test_contractual_notice_is_exempt_from_caps_replies_and_absence() -> None:
    person = contact(recent_touch_at=(NOW - timedelta(hours=1),) * 5, out_of_office_until=NOW + timedelta(days=9))
    facts = step_facts(contacts=(person,), replied_at=NOW - timedelta(days=1))
    assert decide(facts, message_class=MessageClass.CONTRACTUAL_NOTICE).verdict is DO
    assert decide(facts).verdict is SKIP


def test_contractual_notice_to_a_suppressed_address_becomes_a_task() -> None:
    person = contact(suppressed_classes=frozenset(MessageClass))
    decision = decide(step_facts(contacts=(person,)), message_class=MessageClass.CONTRACTUAL_NOTICE)
    assert told(decision) == (TASK, ["no_reachable_contact"])


def test_contractual_notice_without_time_left_becomes_a_task() -> None:
    saturday = datetime(2027, 3, 6, 12, 0, tzinfo=UTC)
    decision = decide(
        step_facts(not_after=saturday + timedelta(hours=6)),
        saturday,
        message_class=MessageClass.CONTRACTUAL_NOTICE,
        late=Late(policy=LatePolicy.TASK, max_days=30),
    )
    assert told(decision) == (TASK, ["outside_send_window", "no_time_left"])


def test_absent_contact_holds_until_the_return_in_the_send_window() -> None:
    back_at = datetime(2027, 3, 4, 22, 0, tzinfo=UTC)
    decision = decide(step_facts(contacts=(contact(out_of_office_until=back_at),)))
    assert (told(decision), decision.until) == ((HOLD, ["out_of_office"]), datetime(2027, 3, 5, 7, 0, tzinfo=UTC))


def test_wait_that_outlasts_the_late_rule_is_decided_now_so_that_nothing_is_blocked() -> None:
    away = (Blackout(from_on=date(2027, 3, 1), until_on=date(2027, 3, 28), reason="audit"),)
    assert told(decide(step_facts(blackouts=away))) == (SKIP, ["outside_send_window", "late"])
    task = Late(policy=LatePolicy.TASK, max_days=5)
    assert told(decide(step_facts(blackouts=away), late=task)) == (TASK, ["outside_send_window", "late"])


def test_step_before_its_time_is_held_until_then() -> None:
    decision = decide(step_facts(), datetime(2027, 3, 2, 8, 0, tzinfo=UTC))
    assert (told(decision), decision.until) == ((HOLD, ["not_due_yet"]), datetime(2027, 3, 2, 8, 30, tzinfo=UTC))


def test_task_step_ignores_what_concerns_messages_only() -> None:
    step = task_step(anchor=anchor(AnchorKind.NOTICE_DEADLINE, -5, roll=Roll.PREVIOUS))
    facts = step_facts(contacts=(), is_sending_paused=True, is_human_only=True, replied_at=NOW, calendar=None)
    decision = decide_step(playbook(step), step, facts, now=NOW)
    assert (told(decision), decision.contact_id) == ((DO, ["due"]), None)


def test_task_step_with_unknown_condition_waits_and_is_not_made() -> None:
    step = task_step(condition=RISKY)
    decision = decide_step(playbook(step), step, step_facts(), now=NOW)
    assert told(decision) == (HOLD, ["condition_unknown"])


@pytest.mark.parametrize(
    ("contacts", "chosen"),
    [
        ((contact(2), contact(1)), 1),
        ((contact(2, ContactRole.CHAMPION), contact(9)), 9),
        ((contact(2, ContactRole.CHAMPION), contact(9, has_address=False)), 2),
        ((contact(9, suppressed_classes=frozenset({MessageClass.RELATIONSHIP})), contact(2, ContactRole.CHAMPION)), 2),
        ((contact(9, suppressed_classes=frozenset({MessageClass.MARKETING})), contact(2, ContactRole.CHAMPION)), 9),
        ((contact(3, ContactRole.LEGAL),), None),
    ],
)
def test_contact_is_the_first_reachable_in_the_order_of_roles(contacts: tuple[object, ...], chosen: int | None) -> None:
    found = choose_contact(email_step(), contacts)  # type: ignore[arg-type]  # contacts built by the specimen
    assert (found.contact_id if found else None) == chosen


KNOWN = {
    "is_enrolment_active": True,
    "is_enrolment_paused": False,
    "is_renewal_open": True,
    "is_sending_paused": False,
    "is_human_only": False,
    "zone": None,
    "calendar": None,
}


@settings(max_examples=100, deadline=None)
@given(
    unknown=st.sets(st.sampled_from(sorted(KNOWN)), min_size=1),
    hours=st.integers(0, 24 * 9),
    message_class=st.sampled_from([MessageClass.RELATIONSHIP, MessageClass.MARKETING, MessageClass.CONTRACTUAL_NOTICE]),
)
def test_unknown_fact_never_sends(unknown: set[str], hours: int, message_class: MessageClass) -> None:
    facts = step_facts(**dict.fromkeys(unknown))
    decision = decide(facts, NOW + timedelta(hours=hours), message_class=message_class)
    assert decision.verdict not in (DO, ASK)


@settings(max_examples=150, deadline=None)
@given(hours=st.integers(-48, 24 * 9), gaps=st.lists(st.integers(0, 400), max_size=4))
def test_message_never_leaves_outside_its_window_nor_beyond_its_caps(hours: int, gaps: list[int]) -> None:
    now = NOW + timedelta(hours=hours)
    touches = tuple(now - timedelta(hours=gap) for gap in gaps)
    decision = decide(step_facts(contacts=(contact(recent_touch_at=touches),)), now)
    if decision.verdict is DO:
        local = now + timedelta(hours=1)  # Berlin, before the change of clocks on 28 March
        assert local.weekday() < 5 and 8 <= local.hour < 18
        assert all(gap >= 4 * 24 for gap in gaps) and sum(gap < 7 * 24 for gap in gaps) < 2
    if decision.verdict is HOLD:
        assert decision.until is not None and decision.until > now


def test_same_facts_give_the_same_decision_and_other_facts_another_key() -> None:
    first, again, other = decide(step_facts()), decide(step_facts()), decide(step_facts(is_human_only=True))
    assert first == again
    assert first.key != other.key
    assert replace(first, verdict=SKIP) != first
