"""Calls: what a chance is called, when callers disagree, roll-ups, checkpoints, submissions, ledger, blend."""

from datetime import UTC, date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.errors import InvalidInput, NamedError
from renewals.core.renewal_states import ForecastCategory
from signals.core.forecast.blend import CalledChance, fit_blend
from signals.core.forecast.calls import (
    Call,
    Caller,
    Disagreement,
    Sums,
    check_call,
    counted_amount,
    disagreements,
    model_call,
    roll_up,
)
from signals.core.forecast.checkpoints import Owed, Period, checkpoint_of, owed_by, periods
from signals.core.forecast.ledger import Tally, accuracy_of, tally_of, total
from tests.signals.core.forecast.worlds import shipped

F = ForecastCategory


def call(
    caller: Caller = Caller.CSM, category: F = F.COMMIT, amount: int = 100, likelihood: float | None = None
) -> Call:
    return Call(caller=caller, category=category, amount=Decimal(amount), likelihood=likelihood)


@pytest.mark.parametrize(
    ("chance", "category"),
    [(1.0, F.COMMIT), (0.9, F.COMMIT), (0.89, F.BEST_CASE), (0.74, F.PIPELINE), (0.39, F.OMITTED)],
)
def test_call_of_the_model_is_its_expected_amount(chance: float, category: F) -> None:
    made = model_call(target=Decimal(1000), renew_probability=chance, mean_ratio=1.1, rules=shipped().categories)
    assert (made.category, made.amount) == (category, Decimal(1000) * Decimal(str(round(chance * 1.1, 6))))


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (call(), call(Caller.MODEL, F.PIPELINE), ("category", 2.0)),
        (call(), call(Caller.MODEL, F.BEST_CASE), None),
        (call(likelihood=0.9), call(Caller.MODEL, F.BEST_CASE, likelihood=0.5), ("likelihood", 0.4)),
        (call(amount=100), call(Caller.LEADER, amount=70), ("amount", 0.3)),
        (call(amount=100), call(Caller.MODEL, amount=70), None),
    ],
)
def test_callers_disagree_from_the_threshold_on(first: Call, second: Call, found: tuple[str, float] | None) -> None:
    apart = disagreements([first, second], target=Decimal(100), rules=shipped().disagreement)
    assert [(each.kind, pytest.approx(each.gap)) for each in apart] == ([found] if found else [])
    assert all(isinstance(each, Disagreement) for each in apart)


@pytest.mark.parametrize(
    ("said", "reason", "before"),
    [
        (call(category=F.CLOSED), "", None),
        (call(amount=-1), "", None),
        (call(likelihood=1.2), "", None),
        (call(Caller.LEADER), " ", None),
        (call(category=F.PIPELINE), "", F.COMMIT),
    ],
)
def test_call_that_cannot_be_kept_is_refused(said: Call, reason: str, before: F | None) -> None:
    with pytest.raises(NamedError):
        check_call(said, reason=reason, before=before)


def test_commit_is_taken_back_with_a_reason_and_kept_without_one() -> None:
    check_call(call(category=F.PIPELINE), reason="The budget is gone", before=F.COMMIT)
    check_call(call(), reason="", before=F.COMMIT)


@given(
    st.fixed_dictionaries({each.value: st.builds(Sums, st.integers(0, 9), st.decimals(0, 999, places=2)) for each in F})
)
def test_roll_up_holds_what_it_says_it_contains(single: dict[str, Sums]) -> None:
    for is_cumulative in (False, True):
        for sums, contains in roll_up(single, is_cumulative=is_cumulative).values():
            assert sums == sum((single[each] for each in contains), Sums())
    cumulative = roll_up(single, is_cumulative=True)
    assert cumulative[F.COMMIT][1] == ("commit", "closed")
    assert roll_up(single, is_cumulative=False)[F.COMMIT][1] == ("commit",)


def test_checkpoint_counts_what_was_said_until_its_day_ended() -> None:
    found = checkpoint_of(date(2026, 12, 1), 90)
    assert (found.days, found.on, found.ends_at) == (90, date(2026, 9, 2), datetime(2026, 9, 3, tzinfo=UTC))


@pytest.mark.requirement(35)
@pytest.mark.parametrize(
    ("today", "passed", "ahead"),
    [
        (date(2026, 1, 19), date(2026, 1, 6), date(2026, 1, 20)),
        (date(2026, 1, 20), date(2026, 1, 6), date(2026, 1, 20)),
        (date(2026, 1, 21), date(2026, 1, 20), date(2026, 2, 3)),
    ],
)
def test_calls_are_due_every_second_tuesday_and_the_day_itself_is_in_time(
    today: date, passed: date, ahead: date
) -> None:
    assert tuple(each.due_on for each in periods(shipped().submissions, today=today)) == (passed, ahead)


@pytest.mark.requirement(35)
def test_owner_who_misses_most_stands_first_with_the_days_since() -> None:
    period = Period(since=date(2026, 1, 6), due_on=date(2026, 1, 20))
    rows = [(2, 1, 0, 0), (1, 1, 1, 1)]
    assert owed_by(period, rows, today=date(2026, 1, 23)) == (
        Owed(owner_id=1, due_on=period.due_on, in_time=1, late=1, missing=1, days_late=3),
        Owed(owner_id=2, due_on=period.due_on, in_time=1, late=0, missing=0, days_late=0),
    )


@pytest.mark.requirement("X8")
def test_ledger_reproduces_by_hand() -> None:
    rows = ((100, 90, 0.9), (50, 0, 0.6), (80, 120, None))
    found = total(
        tally_of(called=Decimal(called), actual=Decimal(actual), likelihood=chance) for called, actual, chance in rows
    )
    figures = accuracy_of(found, minimum=3)
    assert (found.called, found.actual, found.missed) == (230, 210, 100)
    assert (figures.error, figures.bias) == (pytest.approx(100 / 210), pytest.approx(20 / 210))
    assert figures.accuracy == pytest.approx(1 - 20 / 210)
    assert figures.brier is None
    assert found.squares == pytest.approx(0.1**2 + 0.6**2)


def test_ledger_refuses_below_the_minimum() -> None:
    figures = accuracy_of(Tally(calls=9, called=Decimal(9), actual=Decimal(9)), minimum=10)
    assert (figures.is_enough, figures.error, figures.bias, figures.accuracy) == (False, None, None, None)


def test_omitted_call_counts_nothing() -> None:
    assert (counted_amount("omitted", Decimal(5)), counted_amount("pipeline", Decimal(5))) == (0, 5)


def test_blend_moves_to_who_is_right_and_needs_history() -> None:
    rng = np.random.default_rng(1)
    rows = [CalledChance(0.5, "commit" if rng.random() < 0.5 else "pipeline") for _ in range(400)]
    kept = [bool(rng.random() < (0.9 if row.category == "commit" else 0.4)) for row in rows]
    blend = fit_blend(rows, kept, shipped().blend)
    assert blend is not None
    assert blend.chance(CalledChance(0.5, "commit")) == pytest.approx(0.9, abs=0.06)
    assert blend.chance(CalledChance(0.5, "pipeline")) == pytest.approx(0.4, abs=0.06)
    assert fit_blend(rows[:59], kept[:59], shipped().blend) is None
    assert fit_blend(rows, [True] * 400, shipped().blend) is None


def test_refusal_names_the_field() -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_call(call(Caller.LEADER), reason="", before=None)
    assert refusal.value.where == "reason"
