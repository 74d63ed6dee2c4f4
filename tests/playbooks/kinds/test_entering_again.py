"""Re-enrolment: only a new match enters again, so many times at most, and the sweep notes when it was no in between."""

from datetime import UTC, date, datetime, timedelta

import pytest

from playbooks.actions.enrol import enrol_due
from playbooks.actions.pump import Pump, pump
from playbooks.core.definition import ReEnrolmentRule
from playbooks.core.facts import PastRun
from playbooks.core.re_enrolment import next_round
from playbooks.core.vocabulary import ReEnrolment
from playbooks.models import Enrolment, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Account, Workspace
from tests.playbooks.factories import make_world
from tests.playbooks.stories import KeptChannel, broken_in, publish_simple, task_step

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DUE = date(2026, 9, 1)
ONCE = ReEnrolmentRule(mode=ReEnrolment.ONCE_PER_RENEWAL)
EVERY = ReEnrolmentRule(mode=ReEnrolment.EVERY_MATCH)
TWICE = ReEnrolmentRule(mode=ReEnrolment.AT_MOST, times=2, per_days=30)


def ran(round_: int, days_ago: int, *, is_rearmed: bool = True, is_open: bool = False, key: str = "simple") -> PastRun:
    """A run of this period that began so many days ago."""
    began = NOW - timedelta(days=days_ago)
    return PastRun(
        playbook_key=key, occurrence=DUE, round=round_, started_at=began, is_open=is_open, is_rearmed=is_rearmed
    )


@pytest.mark.requirement(85)
@pytest.mark.parametrize(
    ("rule", "past", "expected"),
    [
        (ONCE, (), (1, "first_run")),
        (ONCE, (ran(1, 9),), (0, "already_enrolled")),
        (EVERY, (ran(1, 9),), (2, "matches_again")),
        (EVERY, (ran(1, 9, is_rearmed=False),), (0, "still_the_same_match")),
        (EVERY, (ran(1, 9, is_open=True),), (0, "already_enrolled")),
        (EVERY, (ran(1, 9, key="other"),), (0, "already_enrolled")),
        (TWICE, (ran(1, 29),), (2, "matches_again")),
        (TWICE, (ran(1, 29), ran(2, 9)), (0, "enrolled_often_enough")),
        (TWICE, (ran(1, 30), ran(2, 9)), (3, "matches_again")),
    ],
)
def test_next_round_by_rule_and_earlier_runs(
    rule: ReEnrolmentRule, past: tuple[PastRun, ...], expected: tuple[int, str]
) -> None:
    again = next_round(rule, past, playbook_key="simple", occurrence=DUE, now=NOW)
    assert (again.round, again.why.code) == expected


@pytest.mark.requirement(85)
@pytest.mark.parametrize(
    ("rule", "runs"),
    [
        ({"mode": "every_match"}, [1, 2, 3]),
        ({"mode": "at_most", "times": 2, "per_days": 180}, [1, 2]),
        ("once_per_renewal", [1]),
    ],
)
def test_sweep_enters_again_only_after_a_no_in_between(
    workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, rule: object, runs: list[int]
) -> None:
    with in_workspace(workspace.id, by=actor, now=now):
        entry = {"field": "account.region", "op": "eq", "value": "north"}
        publish_simple(actor, now, task_step("call", -99), key="strategic", re_enrolment=rule, entry=entry)
        make_world(workspace, due_on=(now + timedelta(days=100)).date())
    for day, region in enumerate(["north", "north", "south", "north", "south", "north"], start=2):
        clock = now + timedelta(days=day)
        with in_workspace(workspace.id, by=actor, now=clock):
            Account.objects.update(region=region)
            enrol_due(by=actor, now=clock)
            assert enrol_due(by=actor, now=clock).enrolled == 0
        pump(Pump(clock=clock, channel=channel))
    with in_workspace(workspace.id, by=actor):
        assert list(Enrolment.objects.order_by("id").values_list("round", flat=True)) == runs
        assert Task.objects.filter(kind="task").count() == len(runs)
    assert broken_in(workspace) == ()
