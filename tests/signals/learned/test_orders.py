"""Orders to train: one at a time, taken up again when a worker is lost, given up after three attempts."""

from datetime import datetime, timedelta

import pytest

from renewals.core.actors import system_actor
from renewals.models import Workspace
from signals.actions.learned.orders import (
    LEASE,
    claim_training,
    fail_training,
    finish_training,
    order_due_training,
    order_training,
)
from signals.core.model_life import TrainingFacts, order_due
from signals.models import RiskTraining
from tests.signals.factories import NOW
from tests.signals.learned.factories import proposed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def facts(**fields: object) -> TrainingFacts:
    values = {"has_open_order": False, "trained_at": None, "alarmed_at": None}
    return TrainingFacts(**{**values, "outcomes_count": 5, "new_outcomes_count": 5, **fields})


@pytest.mark.parametrize(
    ("told", "cause"),
    [
        (facts(), "schedule"),
        (facts(outcomes_count=0, new_outcomes_count=0), ""),
        (facts(has_open_order=True), ""),
        (facts(trained_at=NOW - 29 * DAY), ""),
        (facts(trained_at=NOW - 30 * DAY), "schedule"),
        (facts(trained_at=NOW - 30 * DAY, new_outcomes_count=0), ""),
        (facts(trained_at=NOW - 8 * DAY, alarmed_at=NOW - DAY), "alarm"),
        (facts(trained_at=NOW - 6 * DAY, alarmed_at=NOW - DAY), ""),
        (facts(trained_at=NOW - 8 * DAY, alarmed_at=NOW - 9 * DAY), ""),
    ],
)
def test_order_is_due_by_calendar_or_alarm(told: TrainingFacts, cause: str) -> None:
    assert order_due(told, now=NOW) == cause


def test_order_twice_is_one_order(inside: Workspace) -> None:
    by = system_actor(inside.id, "t")
    first = order_training(cause="person", by=by, now=NOW)
    assert order_training(cause="alarm", by=by, now=NOW).id == first.id
    assert list(RiskTraining.objects.values_list("cause", "state")) == [("person", "waiting")]
    assert order_due_training(by=by, now=NOW) is None


def test_order_is_claimed_once_and_again_after_its_lease(inside: Workspace) -> None:
    by = system_actor(inside.id, "t")
    order_training(cause="person", by=by, now=NOW)
    lost = claim_training(by=by, now=NOW)
    assert claim_training(by=by, now=NOW + LEASE / 2) is None
    again = claim_training(by=by, now=NOW + LEASE)
    assert (lost.attempts, again.attempts, again.id) == (1, 2, lost.id)
    assert not finish_training(order=lost, version_id=None, by=by, now=NOW + LEASE)
    made = proposed(inside)
    assert finish_training(order=again, version_id=made.id, by=by, now=NOW + LEASE)
    row = RiskTraining.objects.get()
    assert (row.state, row.version_id, row.finished_at) == ("done", made.id, NOW + LEASE)
    assert claim_training(by=by, now=NOW + 9 * DAY) is None


def test_order_that_fails_is_given_up_after_three_attempts(inside: Workspace) -> None:
    by = system_actor(inside.id, "t")
    order_training(cause="schedule", by=by, now=NOW)
    moment: datetime = NOW
    for attempt in (1, 2, 3):
        order = claim_training(by=by, now=moment)
        assert order.attempts == attempt
        fail_training(order=order, error="MemoryError", by=by, now=moment)
        moment += HOUR
    row = RiskTraining.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("failed", 3, "MemoryError")
    assert claim_training(by=by, now=moment + DAY) is None


def test_order_whose_workers_die_is_given_up(inside: Workspace) -> None:
    by = system_actor(inside.id, "t")
    order_training(cause="schedule", by=by, now=NOW)
    for passed in range(3):
        assert claim_training(by=by, now=NOW + passed * LEASE) is not None
    assert claim_training(by=by, now=NOW + 3 * LEASE) is None
    row = RiskTraining.objects.get()
    assert (row.state, row.last_error) == ("failed", "The worker was lost three times.")
