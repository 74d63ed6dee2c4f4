"""How figures of retention are worded: values in their unit, distances, periods, kinds of rows. Computes nothing."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Protocol

from dashboards.core.dates import day_words
from dashboards.core.money import count_words, money_words, percent_words, short_money
from dashboards.core.wording import sentence
from renewals.core.metrics import Attainment, Figure, Period, Unit, Waterfall
from renewals.core.metrics.contracts import Way, unit_of
from renewals.core.money import Money


class Progress(Protocol):
    """How far a first count has come."""

    accounts: int
    counted: int


STEP_WORDS: Mapping[str, str] = {
    "opening": "Opening",
    "added": "New",
    "reactivated": "Reactivated",
    "expanded": "Expanded",
    "escalated": "Escalators",
    "contracted": "Contracted",
    "churned": "Churned",
    "closing": "Closing",
}
KIND_WORDS: Mapping[str, tuple[str, str]] = {
    "": ("Did not count", "none"),
    "kept": ("Kept", "good"),
    "new": ("New", "good"),
    "reactivation": ("Reactivated", "good"),
    "expansion": ("Expanded", "good"),
    "escalation": ("Escalated", "good"),
    "contraction": ("Contracted", "watch"),
    "churn": ("Churned", "bad"),
    "unknown": ("No rate", "none"),
}
NOTHING: Mapping[str, str] = {"no_rows": "No rows", "unknown": "Not known", "counting": "Being counted", "known": ""}


def value_words(value: Decimal | None, unit: Unit, currency: str, *, state: str = "known") -> str:
    """Return a figure in its unit: "91.4%", "$1,204,000", "84 days"; words for one that is not known."""
    if value is None:
        return NOTHING[state] or "Not known"
    if unit is Unit.SHARE:
        return percent_words(value, digits=1)
    if unit is Unit.MONEY:
        return money_words(Money(value, currency))
    if unit is Unit.DAYS:
        return count_words(int(value), "day") if value == int(value) else f"{value:.1f} days"
    return f"{value:,.0f}"


def short_value(value: Decimal, unit: Unit, currency: str) -> str:
    """Return a figure for a title: amounts in few figures."""
    return short_money(Money(value, currency)) if unit is Unit.MONEY else value_words(value, unit, currency)


def figure_words(figure: Figure, way: Way, currency: str) -> str:
    """Return the headline of a figure."""
    return value_words(figure.value, way.unit, currency, state=figure.state)


def base_words(figure: Figure, way: Way, currency: str) -> str:
    """Return what a figure is of, with its size: "of $2,100,000 opening ARR"; the rows of a sum or middle value."""
    if figure.denominator is None:
        return f"{count_words(figure.number, 'row')}: {way.of}"
    return f"of {value_words(figure.denominator, unit_of(way.denominator), currency)} {way.of}"


def change_words(reached: Decimal | None, before: Decimal | None, unit: Unit, currency: str) -> str:
    """Return by how much a figure moved: "+2.1 points", "−$12,000"; empty when one of them is not known."""
    if reached is None or before is None:
        return ""
    return gap_words(reached - before, unit, currency)


def gap_words(gap: Decimal, unit: Unit, currency: str) -> str:
    """Return a distance with its sign, shares in percentage points."""
    sign = "+" if gap > 0 else "−" if gap < 0 else "±"
    if unit is Unit.SHARE:
        return f"{sign}{abs(gap) * 100:.1f} points"
    return f"{sign}{value_words(abs(gap), unit, currency)}"


def attainment_words(found: Attainment, unit: Unit, currency: str) -> tuple[str, str]:
    """Return how far a target is attained, both ways, and the state: "97.1% of it, 2.6 points under"."""
    if found.gap is None:
        return "nothing to compare yet", "none"
    share = "" if found.share is None else f"{percent_words(found.share, digits=1)} of it, "
    side = "over" if found.gap > 0 else "under"
    distance = "exactly met" if found.gap == 0 else f"{gap_words(abs(found.gap), unit, currency).lstrip('+')} {side}"
    return f"{share}{distance}", "good" if found.is_met else "bad"


def period_words(period: Period) -> str:
    """Return a period: "Q3 2026", "the year to Q3 2026", "Q4 2026 so far"."""
    year, _, number = period.quarter_key.partition("-Q")
    words = f"Q{number} {year}"
    words = f"the year to {words}" if period.is_year else words
    return f"{words}, so far" if period.is_running else words


def days_counted(period: Period) -> str:
    """Return which days open and close the period."""
    return f"opening {day_words(period.opening_on)}, closing {day_words(period.through_on)}"


def filling_words(fill: Progress | None) -> str:
    """Return how far the first count has come: "12,000 of 100,000 accounts counted"; None: it has not begun."""
    if fill is None:
        return "not counted yet"
    if fill.counted < fill.accounts:
        return f"{fill.counted:,} of {count_words(fill.accounts, 'account')} counted"
    return f"{count_words(fill.counted, 'account')} counted, now being added up"


def counting_words(progress: str) -> str:
    """Return what a page says in place of figures while the first count goes on."""
    return f"{sentence(progress)}. A part of them would be a wrong figure, so none is shown before all are in."


def finding(gross: Figure, net: Figure, fall: Waterfall, currency: str) -> str:
    """Return the title of the page: what was kept, and what was lost of how much."""
    if gross.state == "counting":
        return "The figures are being counted for the first time"
    if net.value is None or gross.value is None:
        return "No account had ARR at the opening of this period"
    lost = -sum((step.amount for step in fall.steps if step.part in ("churned", "contracted")), Decimal(0))
    kept = f"Net retention {percent_words(net.value, digits=1)}, gross {percent_words(gross.value, digits=1)}"
    if not lost:
        return f"{kept}: nothing was lost"
    return f"{kept}: {short_money(Money(lost, currency))} of {short_money(Money(fall.opening, currency))} lost"
