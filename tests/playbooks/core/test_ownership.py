"""Who answers for a step, by the facts alone: always exactly one person who is there, or a gap that says why not."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.ownership import (
    UNCOVERED,
    GapClock,
    GapKind,
    HandoverFacts,
    OpenGap,
    OwnershipFacts,
    People,
    Raised,
    StepNow,
    TaskFacts,
    TierFacts,
    clock_end,
    gap_changes,
    standing,
)
from playbooks.core.vocabulary import OperatorRole
from renewals.core.renewal_states import RenewalStage

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
ROLES = ("csm", "renewal_manager", "cs_manager", "executive")
PERSON = st.integers(1, 5)
FACTS = OwnershipFacts(
    renewal_id=1,
    account_id=1,
    stage=RenewalStage.UPCOMING,
    duties={"owner": 1, "initiator": 2, "negotiator": 3, "finaliser": 4},
    account_owner=5,
)
EVERYBODY = People(by_role={"csm": (1, 2, 5), "renewal_manager": (3,), "cs_manager": (4,)})
TASK = TaskFacts(task_id=9, assignee=3, due_on=date(2026, 3, 5), title="Call", is_step=True)


def step_of(role: OperatorRole) -> StepNow:
    return StepNow(playbook="Simple", key="talk", name="Talk", operator=role)


@pytest.mark.requirement(7)
@pytest.mark.parametrize(
    ("facts", "person", "code"),
    [
        (FACTS, 2, "has_the_stage"),
        (replace(FACTS, stage=RenewalStage.NEGOTIATING), 3, "has_the_stage"),
        (replace(FACTS, stage=RenewalStage.VERBAL), 4, "has_the_stage"),
        (replace(FACTS, step=step_of(OperatorRole.SYSTEM)), 1, "has_the_step"),
        (replace(FACTS, step=step_of(OperatorRole.CSM)), 5, "has_the_step"),
        (replace(FACTS, step=step_of(OperatorRole.CSM), account_owner=None), 1, "has_the_step"),
        (replace(FACTS, step=step_of(OperatorRole.RENEWAL_MANAGER)), 3, "has_the_step"),
        (replace(FACTS, step=step_of(OperatorRole.CS_MANAGER)), 4, "has_the_step"),
        (replace(FACTS, step=step_of(OperatorRole.EXECUTIVE)), 1, "has_the_step"),
        (replace(FACTS, step=step_of(OperatorRole.SYSTEM), tasks=(TASK,)), 3, "has_the_task"),
        (replace(FACTS, tasks=(replace(TASK, is_step=False),)), 2, "has_the_stage"),
    ],
)
def test_standing_names_the_person_of_the_current_step(facts: OwnershipFacts, person: int, code: str) -> None:
    found = standing(facts, EVERYBODY)
    assert (found.accountable, found.named, found.why.code, found.gaps) == (person, person, code, ())


@pytest.mark.requirement(7)
def test_standing_of_somebody_away_names_the_delegate_or_a_gap() -> None:
    covered = standing(FACTS, replace(EVERYBODY, away={2: 3}))
    assert (covered.accountable, covered.why.code, covered.gaps) == (3, "stands_in", ())
    alone = standing(FACTS, replace(EVERYBODY, away={2: None}))
    assert (alone.accountable, [gap.kind for gap in alone.gaps]) == (None, [GapKind.ABSENCE])
    both = standing(FACTS, replace(EVERYBODY, away={2: 3, 3: None}))
    assert (both.accountable, [gap.kind for gap in both.gaps]) == (None, [GapKind.ABSENCE])


@pytest.mark.requirement(7)
def test_standing_of_somebody_gone_is_a_vacancy_even_where_only_the_owner_is() -> None:
    without_initiator = standing(FACTS, People(by_role={"csm": (1, 5), "renewal_manager": (3,)}))
    assert (without_initiator.accountable, [gap.subject for gap in without_initiator.gaps]) == (None, ["2"])
    without_owner = standing(FACTS, People(by_role={"csm": (2, 5)}))
    assert (without_owner.accountable, [gap.kind for gap in without_owner.gaps]) == (2, [GapKind.VACANCY])


@pytest.mark.requirement(7)
@pytest.mark.requirement(8)
def test_standing_tells_an_open_handover_a_new_tier_and_a_task_of_nobody() -> None:
    offer = HandoverFacts(handover_id=7, sender=2, receiver=3, offered_at=NOW, deadline_at=NOW + timedelta(days=2))
    tier = TierFacts(period_id=8, before="growth", tier="strategic", changed_at=NOW)
    orphan = replace(TASK, assignee=77, is_step=False)
    found = standing(replace(FACTS, handover=offer, tier=tier, tasks=(orphan,)), EVERYBODY)
    assert found.accountable == 2  # the sender, until it is accepted
    assert [(gap.kind, gap.subject, gap.due_at) for gap in found.gaps] == [
        (GapKind.UNOWNED_TASK, "9", None),
        (GapKind.HANDOVER, "7", NOW + timedelta(days=2)),
        (GapKind.TIER_CHANGE, "8", None),
    ]


def test_clock_counts_whole_business_days_in_the_zone_of_the_workspace() -> None:
    clock = GapClock(business_days=1, raised=Raised.DUE)
    friday = datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert clock_end(friday, clock, "Europe/Berlin") == datetime(2026, 3, 9, 23, tzinfo=UTC)


PEOPLE = st.builds(
    People,
    by_role=st.dictionaries(st.sampled_from(ROLES), st.lists(PERSON, max_size=3, unique=True).map(tuple)),
    away=st.dictionaries(PERSON, st.none() | PERSON, max_size=4),
)
MANY_FACTS = st.builds(
    OwnershipFacts,
    renewal_id=st.just(1),
    account_id=st.just(1),
    stage=st.sampled_from([each for each in RenewalStage if each is not RenewalStage.CLOSED]),
    duties=st.fixed_dictionaries(dict.fromkeys(("owner", "initiator", "negotiator", "finaliser"), PERSON)),
    account_owner=st.none() | PERSON,
    step=st.none() | st.sampled_from(OperatorRole).map(step_of),
    tasks=st.lists(
        st.builds(
            TaskFacts,
            task_id=st.integers(1, 9),
            assignee=PERSON,
            due_on=st.dates(date(2026, 1, 1), date(2026, 2, 1)),
            title=st.just("Call"),
            is_step=st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    handover=st.none(),
    tier=st.none(),
)


@pytest.mark.requirement(7)
@given(st.lists(st.tuples(MANY_FACTS, PEOPLE), min_size=1, max_size=12))
def test_at_every_instant_of_a_history_one_person_answers_or_a_gap_is_open(
    history: list[tuple[OwnershipFacts, People]],
) -> None:
    """Whatever happens next: whoever answers is a member who is there; when nobody does, a gap of that is kept open."""
    kept: dict[GapKind, str] = {}
    for facts, people in history:
        found = standing(facts, people)
        changes = gap_changes(tuple(OpenGap(kind=k, subject=s) for k, s in kept.items()), found.gaps)
        for kind in changes.closed:
            del kept[kind]
        for gap in changes.opened:
            assert gap.kind not in kept  # at most one open of each kind
            kept[gap.kind] = gap.subject
        assert kept == {gap.kind: gap.subject for gap in found.gaps}
        if found.accountable is None:
            assert set(kept) & set(UNCOVERED)
        else:
            assert people.is_member(found.accountable)
            assert found.accountable not in people.away
