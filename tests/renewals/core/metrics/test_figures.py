"""Every headline is the sum of its rows, for every metric and every denominator, on random books."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import renewals
from renewals.core.errors import InvalidInput
from renewals.core.metrics import (
    ContractBook,
    Movement,
    MovementKind,
    RenewalRow,
    attainment,
    figure,
    movements_of,
    period_of,
    read_metrics,
    spans_of,
)
from renewals.core.metrics.figures import HALF, belongs, middle, part_of
from tests.renewals.core.metrics.books import RATES, TODAY, contract_books, renewal_rows

DOCUMENT = tomllib.loads((Path(renewals.__file__).parent / "library" / "metrics.toml").read_text("utf-8"))
BOOK = read_metrics(DOCUMENT)
WAYS = [(metric.key, way.key) for metric in BOOK.metrics for way in metric.ways]
PERIOD = period_of("2026-Q3-year", today=TODAY)


@pytest.mark.requirement("X12")
@pytest.mark.requirement(6, 92)
@given(books=contract_books(), renewed=renewal_rows(), key=st.sampled_from(["2026-Q2", "2026-Q3-year", "2026-Q4"]))
def test_every_headline_is_the_sum_of_its_rows(
    books: tuple[ContractBook, ...], renewed: tuple[RenewalRow, ...], key: str
) -> None:
    period = period_of(key, today=TODAY)
    spans = spans_of(books, grace_days=BOOK.grace_days)
    rows = (*movements_of(spans, periods=[period], rates=RATES, account_ids=[1, 2]), *renewed)
    for metric, key_of_way in WAYS:
        way = BOOK.metric(metric).way(key_of_way)
        found = figure(BOOK.metric(metric), rows, period=period, way=way.key)
        mine = [row for row in rows if belongs(row, way.rows, period)]
        assert {row.subject_id for row in found.left_out} == {row.subject_id for row in mine if row.unrated}
        assert len({row.subject_id for row in found.rows}) == len(found.rows)
        if way.is_middle:
            assert found.value == (middle(sorted(row.numerator for row in found.rows), HALF) if found.rows else None)
            continue
        numerator = sum((row.numerator for row in found.rows), Decimal(0))
        denominator = sum((row.denominator for row in found.rows), Decimal(0))
        assert numerator == sum((part_of(row, way.numerator) for row in mine if not row.unrated), Decimal(0))
        assert found.numerator == numerator
        assert found.denominator == (denominator if way.denominator else None)
        if way.denominator:
            assert found.value == (numerator / denominator if denominator else None)
        else:
            assert found.value == (numerator if found.rows else None)


@pytest.mark.requirement(92)
@given(books=contract_books())
def test_gross_retention_is_one_less_what_was_lost_and_never_above_one(books: tuple[ContractBook, ...]) -> None:
    rows = movements_of(spans_of(books, grace_days=30), periods=[PERIOD], rates=RATES, account_ids=[1, 2])
    gross, lost = (figure(BOOK.metric(key), rows, period=PERIOD, way=way) for key, way in GROSS_AND_LOST)
    if gross.value is None:
        assert lost.value is None
        return
    assert gross.numerator + lost.numerator == gross.denominator
    assert 0 <= gross.value <= 1


GROSS_AND_LOST = (("grr", "opening"), ("churn_rate", "lost"))


def account(number: int, opening: int, closing: int, **said: object) -> Movement:
    """Return a movement of the period."""
    kind = MovementKind.NEW if opening == 0 else MovementKind.CHURN if closing == 0 else MovementKind.KEPT
    kind = (
        MovementKind.CONTRACTION if 0 < closing < opening else MovementKind.EXPANSION if closing > opening > 0 else kind
    )
    facts = {"account_id": number, "kind": kind, "opening": Decimal(opening), "closing": Decimal(closing)} | said
    return Movement(period=PERIOD.key, **facts)  # type: ignore[arg-type]  # facts are typed by the caller


CASE = (
    account(1, 400, 400),
    account(2, 300, 240, is_renewing=True),
    account(3, 200, 260, escalated=Decimal(10), closing_contracts=2),
    account(4, 100, 0, is_renewing=True),
    account(5, 0, 500, multi_year=Decimal(500)),
)


@pytest.mark.requirement(92)
@pytest.mark.parametrize(
    ("metric", "way", "value"),
    [
        ("grr", "opening", "0.84"),
        ("grr", "due", "0.6"),
        ("nrr", "opening", "0.9"),
        ("nrr", "plain", "0.89"),
        ("logo_retention", "opening", "0.75"),
        ("contraction_rate", "opening", "0.06"),
        ("churn_rate", "opening", "0.1"),
        ("expansion", "negotiated", "50"),
        ("expansion", "escalators", "10"),
        ("arr", "closing", "1400"),
        ("multi_year_arr", "amount", "500"),
    ],
)
def test_figure_of_a_small_book_is_what_one_reckons_by_hand(metric: str, way: str, value: str) -> None:
    assert figure(BOOK.metric(metric), CASE, period=PERIOD, way=way).value == Decimal(value)


def renewal(number: int, final: int | None, closed_on: date | None, **said: object) -> RenewalRow:
    """Return a renewal over 100, due on 1 May 2026."""
    return RenewalRow(
        renewal_id=number,
        account_id=number,
        due_on=date(2026, 5, 1),
        opened_on=date(2026, 1, 1),
        target=Decimal(100),
        closed_on=closed_on,
        final=None if final is None else Decimal(final),
        **said,  # type: ignore[arg-type]  # is_lost
    )


RENEWALS = (
    renewal(1, 130, date(2026, 4, 1)),
    renewal(2, 80, date(2026, 5, 11)),
    renewal(3, 0, date(2026, 5, 1), is_lost=True),
    renewal(4, None, None),
)


@pytest.mark.requirement(59, 92)
@pytest.mark.parametrize(
    ("metric", "way", "value"),
    [
        ("gross_renewal_rate", "value", "0.45"),
        ("gross_renewal_rate", "count", "0.5"),
        ("net_renewal_rate", "value", "0.525"),
        ("win_rate", "value", "0.6"),
        ("on_time_rate", "due", "0.25"),
        ("on_time_rate", "won", "0.5"),
        ("time_to_renewal", "open", "110"),
        ("time_to_renewal", "early", "10"),
        ("expansion", "renewals", "30"),
        ("contraction_rate", "due", "0.05"),
        ("booked", "final", "210"),
    ],
)
def test_figure_of_a_few_renewals_is_what_one_reckons_by_hand(metric: str, way: str, value: str) -> None:
    assert figure(BOOK.metric(metric), RENEWALS, period=PERIOD, way=way).value == Decimal(value)


def test_win_rate_leaves_open_renewals_outside() -> None:
    found = figure(BOOK.metric("win_rate"), RENEWALS, period=PERIOD)
    assert (found.numerator, found.denominator) == (2, 3)


@pytest.mark.parametrize(("metric", "way"), WAYS)
def test_figure_without_rows_is_not_known_and_never_zero(metric: str, way: str) -> None:
    found = figure(BOOK.metric(metric), (), period=PERIOD, way=way)
    assert (found.value, found.state) == (None, "no_rows")


def test_figure_of_rows_without_a_rate_is_unknown() -> None:
    rows = [Movement(account_id=1, period=PERIOD.key, kind=MovementKind.UNKNOWN, unrated=("BRL",))]
    found = figure(BOOK.metric("grr"), rows, period=PERIOD)
    assert (found.value, found.state, found.left_out[0].unrated) == (None, "unknown", ("BRL",))


def test_part_no_row_has_is_refused() -> None:
    odd = {"key": "x", "name": "x", "formula": "", "of": "", "unit": "share", "rows": "accounts", "numerator": "luck"}
    row = {"key": "odd", "term": "odd", "name": "Odd", "version": 1, "better": "up", "ways": [odd]}
    with pytest.raises(InvalidInput, match="luck"):
        read_metrics(DOCUMENT | {"metrics": [row]})


@pytest.mark.requirement(37, 62)
@pytest.mark.parametrize(
    ("better", "reached", "is_met", "gap"),
    [("up", "0.92", True, "0.02"), ("up", "0.88", False, "-0.02"), ("down", "0.88", True, "-0.02")],
)
def test_attainment_is_told_as_share_and_as_distance(better: str, reached: str, is_met: bool, gap: str) -> None:
    found = attainment(target=Decimal("0.9"), reached=Decimal(reached), better=better)
    assert (found.is_met, found.gap, found.share) == (is_met, Decimal(gap), Decimal(reached) / Decimal("0.9"))


def test_attainment_of_nothing_known_is_not_missed() -> None:
    assert attainment(target=Decimal(1), reached=None, better="up").is_met is None
