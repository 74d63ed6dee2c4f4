"""The figures of a period as they were known on a day, beside what they are now: what restatements changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from dashboards.core.dates import day_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.retention_words import change_words, value_words
from dashboards.queries.retention.asked import Asked
from renewals.core.dates import check_zone
from renewals.core.metrics import Unit, figure_of_sums
from renewals.queries.library import metric_book
from renewals.queries.metrics.known import known_sums

RATES = (
    ("grr", "GRR", "kept", "opening"),
    ("nrr", "NRR", "retained", "opening"),
    ("logo_retention", "Logo retention", "kept_accounts", "opening_accounts"),
    ("churn_rate", "Churn rate", "churned", "opening"),
)
AMOUNTS = (
    ("opening", "Opening ARR"),
    ("added", "New"),
    ("reactivated", "Reactivated"),
    ("increased", "Expanded, escalators included"),
    ("contracted", "Contracted"),
    ("churned", "Churned"),
    ("closing", "Closing ARR"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownControl:
    """Asks for a day; `kept` are the other choices of the address, `first` and `last` the days that can be asked."""

    day: str
    first: str
    last: str
    kept: tuple[tuple[str, str], ...]


def known_control(asked: Asked, on: date | None = None) -> KnownControl | None:
    """Return the control; None where it says nothing: a period that runs, a product, a start quarter."""
    if asked.period.is_running or not asked.question.is_of_renewals:
        return None
    today = asked.asker.today
    return KnownControl(
        day=(on or today).isoformat(),
        first=asked.period.ends_on.isoformat(),
        last=today.isoformat(),
        kept=tuple((name, value) for name, value in asked.chosen.items()),
    )


def known_day(asked: Asked, words: str) -> date | None:
    """Return the day asked for, within those that can be; None for no day, or where none can be asked for."""
    try:
        on = date.fromisoformat(words)
    except ValueError:
        return None
    if known_control(asked) is None:
        return None
    return min(max(on, asked.period.ends_on), asked.asker.today)


def end_of(asked: Asked, on: date) -> datetime:
    """Return the last moment of a day where the workspace is."""
    zone = check_zone(asked.asker.workspace.timezone)
    return datetime.combine(on + timedelta(days=1), time(), tzinfo=zone) - timedelta(microseconds=1)


def known_table(asked: Asked, on: date) -> Table:
    """Return the figures as they were known at the end of a day, as they are now, and by how much they differ."""
    sums = known_sums(asked.question, at=end_of(asked, on))
    return Table(
        caption=f"As known on {day_words(on)}, and now",
        columns=(
            Column(title="Figure"),
            Column(title=f"On {day_words(on)}", is_amount=True),
            Column(title="Now", is_amount=True),
            Column(title="Difference", is_amount=True),
        ),
        rows=tuple(_rows(asked, sums.then, sums.now)),
    )


def _rows(asked: Asked, then: Mapping[str, Decimal], now: Mapping[str, Decimal]) -> Iterable[tuple[Cell, ...]]:
    for part, name in AMOUNTS:
        yield _row(asked, name, Unit.MONEY, then[part], now[part])
    for metric, name, numerator, denominator in RATES:
        shares = (_rate(sums, metric, numerator, denominator) for sums in (then, now))
        yield _row(asked, name, Unit.SHARE, *shares)


def _rate(sums: Mapping[str, Decimal], metric: str, numerator: str, denominator: str) -> Decimal | None:
    sides = {"numerator": sums[numerator], "denominator": sums[denominator]}
    return figure_of_sums(metric_book().metric(metric), sides, number=1).value


def _row(asked: Asked, name: str, unit: Unit, then: Decimal | None, now: Decimal | None) -> tuple[Cell, ...]:
    state = "no_rows"
    return (
        Cell(text=name),
        *(Cell(text=value_words(value, unit, asked.currency, state=state), is_amount=True) for value in (then, now)),
        Cell(text=change_words(now, then, unit, asked.currency), is_amount=True),
    )
