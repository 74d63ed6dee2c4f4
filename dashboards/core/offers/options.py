"""Options side by side as the cells of a table: figures, how they stand to today, the verdict. Computes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dashboards.core.money import money_words, percent_words
from dashboards.core.offers.words import number_words
from offers.core.negotiation.scenarios import Today, Turn, Worth, turn_of
from renewals.core.money import Money

UNKNOWN = "Not known"
TONES = {Turn.BETTER: "good", Turn.WORSE: "bad", Turn.SAME: "none", Turn.UNKNOWN: "none"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure of an option; `note` is the difference to today, `tone` good, bad or none."""

    text: str
    note: str = ""
    tone: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureRow:
    """A figure of every option beside that of today; `term` is its key in the glossary."""

    title: str
    term: str
    today: str
    cells: tuple[Figure, ...]


def figure_rows(found: Sequence[Worth | None], *, today: Today) -> tuple[FigureRow, ...]:
    """Return the figures of options in their order; None is an option without a price."""
    chance = today.renew_probability
    title = "Expected ARR" if chance is None else f"Expected ARR at {percent_words(chance)}"
    return (
        _row("ARR", "arr", money_words(today.arr), found, lambda each: _arr(each, today)),
        _row("Value of the term (TCV)", "term_value", "", found, _tcv),
        _row("Discount off list", "off_list", _percent(today.off_list_percent), found, lambda each: _list(each, today)),
        _row("Discount off the policy price", "policy_price", "", found, _policy),
        _row("Price uplift on the prior price", "seat_uplift", "", found, _uplift),
        _row(title, "expected_arr", _money(today.expected), found, lambda each: _expected(each, today)),
    )


def _row(
    title: str, term: str, today: str, found: Sequence[Worth | None], cell: Callable[[Worth], Figure]
) -> FigureRow:
    cells = tuple(Figure(text=UNKNOWN) if each is None else cell(each) for each in found)
    return FigureRow(title=title, term=term, today=today, cells=cells)


def _arr(worth: Worth, today: Today) -> Figure:
    tone = TONES[turn_of(worth.arr.amount, today.arr.amount, is_more_better=True)]
    return Figure(text=money_words(worth.arr), note=_change(worth.arr_change), tone=tone)


def _tcv(worth: Worth) -> Figure:
    is_ramped = len(worth.years) > 1 and len({year.amount for year in worth.years[:-1]}) > 1
    is_ramped = is_ramped or (len(worth.years) == 2 and worth.years[0] < worth.years[1])
    years = " · ".join(money_words(year) for year in worth.years)
    return Figure(text=money_words(worth.tcv), note=f"by year: {years}" if is_ramped else "")


def _list(worth: Worth, today: Today) -> Figure:
    turn = turn_of(worth.off_list_percent, today.off_list_percent, is_more_better=False)
    return Figure(text=_percent(worth.off_list_percent), tone=TONES[turn])


def _policy(worth: Worth) -> Figure:
    turn = turn_of(worth.off_policy_percent, Fraction(0), is_more_better=False)
    return Figure(text=_percent(worth.off_policy_percent), tone=TONES[turn])


def _uplift(worth: Worth) -> Figure:
    turn = turn_of(worth.uplift_percent, Fraction(0), is_more_better=True)
    return Figure(text=_percent(worth.uplift_percent), tone=TONES[turn])


def _expected(worth: Worth, today: Today) -> Figure:
    before = today.expected.amount if today.expected else None
    after = worth.expected.amount if worth.expected else None
    tone = TONES[turn_of(after, before, is_more_better=True)]
    note = "" if worth.expected_change is None else _change(worth.expected_change)
    return Figure(text=_money(worth.expected), note=note, tone=tone)


def _money(money: Money | None) -> str:
    return UNKNOWN if money is None else money_words(money)


def _percent(value: Fraction | None) -> str:
    return UNKNOWN if value is None else f"{number_words(value)} %".replace("-", "−")


def _change(change: Money) -> str:
    """The difference to today with its sign."""
    if change.amount == 0:
        return "as today"
    size = money_words(Money(abs(change.amount), change.currency))
    return f"{'+' if change.amount > Decimal(0) else '−'}{size}"
