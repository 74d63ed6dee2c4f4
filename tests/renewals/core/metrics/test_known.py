"""Figures as they were known: taking restatements back gives what was told at every moment, on random histories."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from renewals.core.metrics.cohorts import share_of_all, triangle
from renewals.core.metrics.known import KNOWN_PARTS, Retold, Told, part_of_told, part_sums_at, told_at
from renewals.core.metrics.movements import movement_kind

START = datetime(2026, 1, 1, tzinfo=UTC)
AMOUNTS = st.sampled_from([Decimal(0), Decimal("0.01"), Decimal(70), Decimal(100), Decimal("130.55")])


@st.composite
def tellings(draw: st.DrawFn) -> Told:
    """Return what may be told of an account: its kind follows from its ends, a rest is no churn."""
    opening, closing, rests = draw(AMOUNTS), draw(AMOUNTS), draw(st.booleans())
    if not opening and not closing:
        return Told()
    kind = movement_kind(opening, closing, is_known=draw(st.booleans()), is_resting=rests and not closing)
    return Told(kind=kind.value, opening=opening, closing=closing)


HISTORIES = st.lists(st.dictionaries(st.integers(1, 4), tellings(), max_size=4), min_size=1, max_size=6)


def retold_of(states: list[Mapping[int, Told]]) -> list[Retold]:
    """Return the restatements that lead from each state to the next, as the refresh writes them."""
    return [
        Retold(account_id=key, noticed_at=START + timedelta(days=place), before=old.get(key, Told()))
        for place, (old, new) in enumerate(itertools.pairwise(states), start=1)
        for key in sorted(old.keys() | new.keys())
        if old.get(key, Told()) != new.get(key, Told())
    ]


@pytest.mark.requirement("X5")
@pytest.mark.requirement(92)
@given(HISTORIES)
def test_what_was_known_at_any_moment_is_what_was_told_then(history: list[dict[int, Told]]) -> None:
    states = [{key: told for key, told in state.items() if told.kind} for state in history]
    now, retold = states[-1], retold_of(states)
    sums = {name: sum((part_of_told(each, name) for each in now.values()), Decimal(0)) for name in KNOWN_PARTS}
    for place, state in enumerate(states):
        at = START + timedelta(days=place, hours=1)
        then = told_at(now, retold, at)
        assert then == state
        touched = {each.account_id for each in retold if each.noticed_at > at}
        left = {key: told for key, told in now.items() if key in touched}
        put = {key: told for key, told in then.items() if key in touched}
        wanted = {name: sum((part_of_told(each, name) for each in state.values()), Decimal(0)) for name in KNOWN_PARTS}
        assert part_sums_at(sums, left, put) == wanted
        assert wanted["opening"] + wanted["added"] + wanted["reactivated"] + wanted["increased"] == (
            wanted["closing"] + wanted["lost"]
        )


def test_account_that_rests_is_kept_and_one_without_a_rate_counts_nowhere() -> None:
    rests = Told(kind="kept", opening=Decimal(10), closing=Decimal(0))
    assert [part_of_told(rests, name) for name in ("kept_accounts", "churned")] == [1, 0]
    assert part_of_told(Told(kind="unknown", opening=Decimal(10)), "opening") == 0


QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4")


@given(st.dictionaries(st.tuples(st.sampled_from(QUARTERS), st.sampled_from(QUARTERS)), AMOUNTS))
def test_triangle_adds_up_to_what_is_there_at_the_end_of_each_quarter(cells: dict[tuple[str, str], Decimal]) -> None:
    cohorts = triangle(cells, QUARTERS)
    for place, quarter in enumerate(QUARTERS):
        there = sum((each.amounts[place - QUARTERS.index(each.key)] for each in cohorts
                     if QUARTERS.index(each.key) <= place), Decimal(0))  # fmt: skip
        based = {each.key for each in cohorts}
        assert there == sum(
            (cells.get((start, quarter), Decimal(0)) for start in QUARTERS[: place + 1] if start in based), Decimal(0)
        )
    for each in cohorts:
        assert each.share(0) == 1
        assert each.share(len(each.amounts)) is None
    assert share_of_all(cohorts, 0) == (1 if cohorts else None)
