"""A chunk of accounts gets the same scores, to the last bit, as each account alone; and how signals become tallies."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signals.core.features import AccountFacts, Tallies, chunk_from
from signals.core.features.fold import KindName, Rows, fold, joined
from signals.core.scoring import OpenRenewal, health_sheet, risk_sheet, score_account, score_chunk
from tests.signals.core.worlds import TODAY, anything, book, facts, tally, usage

BOOK = book()
ACCOUNTS = st.lists(st.tuples(anything, st.lists(st.integers(-60, 400), max_size=2)), min_size=1, max_size=6)
NAMES = {
    1: KindName(name="usage.events", grain="week"),
    2: KindName(name="usage.seats", grain="day"),
    3: KindName(name="support.ticket_opened", grain="subject"),
    4: KindName(name="usage.feature_used", grain="subject_week"),
}


def renewals_of(accounts: list[tuple[AccountFacts, list[int]]]) -> list[OpenRenewal]:
    return [
        OpenRenewal(id=10 * row + n, row=row, due_on=TODAY + timedelta(days=days))
        for row, (_, dates) in enumerate(accounts)
        for n, days in enumerate(dates)
    ]


@settings(deadline=None)
@given(ACCOUNTS)
def test_account_in_a_chunk_scores_as_it_does_alone(accounts: list[tuple[AccountFacts, list[int]]]) -> None:
    together = score_chunk(chunk_from([each for each, _ in accounts]), renewals_of(accounts), BOOK)
    for row, (each, dates) in enumerate(accounts):
        due = {10 * row + n: TODAY + timedelta(days=days) for n, days in enumerate(dates)}
        assert together.account(row) == score_account(each, due, BOOK)


@settings(deadline=None)
@given(ACCOUNTS, st.data())
def test_split_of_a_chunk_changes_no_byte_of_what_is_kept(
    accounts: list[tuple[AccountFacts, list[int]]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(accounts)))

    def kept(part: list[tuple[AccountFacts, list[int]]]) -> list[tuple[str, ...]]:
        if not part:
            return []
        scores = score_chunk(chunk_from([each for each, _ in part]), renewals_of(part), BOOK)
        sheets = (health_sheet(scores, version_id=1), risk_sheet(scores, version_id=2, health_version_id=1))
        return [
            (sheet.kind, text, reason, made, table.tobytes())
            for sheet in sheets
            for text, reason, made, table in zip(sheet.details, sheet.reasons, sheet.hashes, sheet.inputs, strict=True)
        ]

    assert sorted(kept(accounts)) == sorted(kept(accounts[:at]) + kept(accounts[at:]))


@settings(deadline=None)
@given(anything)
def test_contributions_of_a_chunk_add_up(given_facts: AccountFacts) -> None:
    scores = score_account(given_facts, {1: TODAY}, BOOK)
    if scores.health.value is not None:
        assert math.isclose(sum(each.points for each in scores.health.contributions), scores.health.value, abs_tol=1e-9)
    risk = scores.risks[1]
    assert math.isclose(sum(each.log_odds for each in risk.contributions), risk.logit, abs_tol=1e-9)


@pytest.mark.requirement(14)
def test_season_of_last_year_is_no_trend() -> None:
    """Twelve falling weeks are no news when the same weeks fell as much a year ago; with less history they are."""
    year = [100.0 + 10 * week for week in range(12)] + [160.0] * 40
    seasonal = facts(*usage([*year, *year[:12]]))
    found = score_account(seasonal, {}, BOOK).measures[0]
    young = score_account(facts(*usage(year[:50])), {}, BOOK).measures[0]
    assert found.value == pytest.approx(0.0, abs=1e-12)
    assert young.value is not None
    assert young.value < -0.05
    assert found.signals_count > young.signals_count - 40


def test_stated_measure_is_its_newest_value() -> None:
    rule = replace(BOOK.rules("", "")[0], key="own_judgement", kinds=("relationship.politics",), weight=1.0)
    scorecard = replace(BOOK.scorecard, measures=(rule,), overrides=(), coverage_floor=0.0)
    given_facts = facts(tally("relationship.politics", 9, total=0.1), tally("relationship.politics", 2, total=0.4))
    measure = score_account(given_facts, {}, replace(BOOK, scorecard=scorecard, known={})).measures[0]
    assert (measure.key, measure.value, measure.age_days) == ("own_judgement", 0.4, 2)


def rows_of(signals: list[tuple[int, int, int, int, int, float]]) -> Rows:
    columns = list(zip(*signals, strict=True)) or [()] * 6
    row, kind, source, subject, age, value = (np.array(column) for column in columns)
    whole = [column.astype(np.int64) for column in (row, kind, source, subject, age)]
    return Rows(
        row=whole[0], kind=whole[1], source_id=whole[2], subject=whole[3], age=whole[4], value=value.astype(np.float64)
    )


def as_tuples(tallies: Tallies) -> list[tuple[object, ...]]:
    columns = (tallies.row, tallies.source_id, tallies.subject, tallies.size, tallies.valued, tallies.total)
    more = (tallies.first_age, tallies.age, tallies.silent)
    kinds = [tallies.kinds[code] for code in tallies.kind.tolist()]
    return list(zip(kinds, *(column.tolist() for column in (*columns, *more)), strict=True))


SIGNALS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from([1, 2, 3]),
        st.integers(1, 2),
        st.sampled_from([0, 5, -(2**62), 2**62]),
        st.integers(0, 30),
        st.floats(-1e15, 1e15) | st.just(math.nan) | st.floats(-1, 1),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(SIGNALS, st.randoms(use_true_random=False))
def test_order_of_signals_changes_no_bit_of_a_tally(
    signals: list[tuple[int, int, int, int, int, float]], random: object
) -> None:
    shuffled = list(signals)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis gives a random.Random
    silence = {"1:usage": 3, "2:support": 4}
    first, second = (fold(rows_of(each), names=NAMES, silence_days=silence) for each in (signals, shuffled))
    assert as_tuples(first) == as_tuples(second)
    assert sum(int(n) for n in first.size) == len(signals)
    exact = math.fsum(each[5] for each in signals if not math.isnan(each[5]))
    assert math.isclose(math.fsum(first.total.tolist()), exact, rel_tol=1e-12, abs_tol=1e-3)


@settings(deadline=None)
@given(SIGNALS, st.integers(0, 4))
def test_tallies_of_slices_joined_are_those_of_all(
    signals: list[tuple[int, int, int, int, int, float]], at: int
) -> None:
    parts = [[each for each in signals if each[0] < at], [each for each in signals if each[0] >= at]]
    found = joined([fold(rows_of(part), names=NAMES, silence_days={}) for part in parts])
    assert as_tuples(found) == as_tuples(fold(rows_of(signals), names=NAMES, silence_days={}))


def test_week_day_and_subject_tell_tallies_apart() -> None:
    signals = [(0, 1, 1, 9, 6, 2.0), (0, 1, 1, 8, 7, math.nan), (0, 1, 1, 0, 0, 0.5), (0, 3, 1, 9, 50, 1.0)]
    made = fold(rows_of([*signals, (0, 2, 1, 0, 1, 5.0), (0, 2, 1, 0, 2, 6.0)]), names=NAMES, silence_days={})
    assert as_tuples(made) == [
        ("usage.events", 0, 1, 0, 2, 2, 2.5, 6, 0, 0),
        ("usage.events", 0, 1, 0, 1, 0, 0.0, 7, 7, 0),
        ("usage.seats", 0, 1, 0, 1, 1, 5.0, 1, 1, 0),
        ("usage.seats", 0, 1, 0, 1, 1, 6.0, 2, 2, 0),
        ("support.ticket_opened", 0, 1, 9, 1, 1, 1.0, 50, 50, 0),
    ]


def test_uses_of_features_are_summed_per_feature_and_week() -> None:
    ages, features = [0, 6, 7, 1, 8], [11, 11, 11, 12, 12]
    whole = np.array(ages, dtype=np.int64)
    rows = Rows(
        row=np.zeros_like(whole),
        kind=np.full_like(whole, 4),
        source_id=np.ones_like(whole),
        subject=np.array(features, dtype=np.int64),
        age=whole,
        value=np.array([2.0, 3.0, 5.0, 7.0, 11.0]),
    )
    found = fold(rows, names=NAMES, silence_days={})
    made = zip(found.subject.tolist(), found.age.tolist(), found.size.tolist(), found.total.tolist(), strict=True)
    assert sorted(made) == [(11, 0, 2, 5.0), (11, 7, 1, 5.0), (12, 1, 1, 7.0), (12, 8, 1, 11.0)]
