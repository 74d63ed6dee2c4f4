"""The book as the forecast draws it: open renewals with their chance, decided ones as sums. Amounts are converted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert
from renewals.core.renewal_states import ForecastCategory
from renewals.models import Workspace
from renewals.queries.fx import rate_table
from signals.core.forecast.book import (
    Book,
    ClosedSums,
    Commit,
    UnknownRenewal,
    next_quarter,
    quarter_start,
    quarters_from,
    year_before,
)
from signals.core.forecast.draw import OpenRenewal
from signals.core.forecast.rules import ForecastRules

OPEN = """
SELECT r.id, r.due_on, a.segment, r.owner_id, coalesce(m.team_id, 0), r.currency, r.target_amount,
       r.forecast_category, coalesce(r.forecast_amount, r.target_amount), k.renew_probability
FROM renewals_renewal r
JOIN renewals_account a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
LEFT JOIN renewals_membership m ON m.workspace_id = r.workspace_id AND m.user_id = r.owner_id
LEFT JOIN signals_currentrisk k ON k.workspace_id = r.workspace_id AND k.renewal_id = r.id
WHERE r.closed_on IS NULL AND r.due_on < %(until)s ORDER BY r.id
"""
CLOSED = """
SELECT date_trunc('quarter', r.due_on)::date, a.segment, r.owner_id, coalesce(m.team_id, 0), r.currency, count(*),
       count(*) FILTER (WHERE r.final_amount > 0), sum(r.target_amount), sum(r.final_amount),
       sum(least(r.target_amount, r.final_amount))
FROM renewals_renewal r
JOIN renewals_account a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
LEFT JOIN renewals_membership m ON m.workspace_id = r.workspace_id AND m.user_id = r.owner_id
WHERE r.closed_on IS NOT NULL AND r.due_on >= %(since)s AND r.due_on < %(until)s
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
"""
MAKERS = """
SELECT DISTINCT CASE WHEN s.details #>> '{model,number}' IS NULL THEN 'scorecard ' || v.number
       ELSE 'model ' || (s.details #>> '{model,number}') END
FROM renewals_renewal r
JOIN signals_currentrisk k ON k.workspace_id = r.workspace_id AND k.renewal_id = r.id
JOIN signals_score s ON s.workspace_id = k.workspace_id AND s.id = k.score_id
JOIN signals_scorecardversion v ON v.workspace_id = s.workspace_id AND v.id = s.scorecard_id
WHERE r.closed_on IS NULL AND r.due_on < %(until)s ORDER BY 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Units of the workspace's currency for one unit of another on a day; None without a rate."""

    home: str
    table: RateTable

    def rate(self, currency: str, on: date) -> Decimal | None:
        """Return the rate of a day."""
        try:
            return convert(Money(Decimal(1), currency), to=self.home, on=on, rates=self.table).money.amount
        except RateMissing:
            return None


def home_rates() -> Rates:
    """Return the rates of the workspace one is in."""
    home = Workspace.objects.values_list("currency", flat=True).get()
    return Rates(home=home, table=rate_table())


def forecast_quarters(rules: ForecastRules, *, today: date) -> tuple[date, ...]:
    """Return the quarters that are forecast: the present one and those ahead."""
    return quarters_from(quarter_start(today), rules.quarters_ahead)


def load_book(rules: ForecastRules, *, today: date) -> Book:
    """Return the book as it stands; with three statements, whatever the number of renewals."""
    quarters = forecast_quarters(rules, today=today)
    rates = home_rates()
    until = next_quarter(quarters[-1])
    rows = [_OpenRow(*row) for row in _rows(OPEN, {"until": until})]
    closed = _rows(CLOSED, {"since": year_before(quarters[0]), "until": until})
    known = {name: rates.rate(name, today) for name in {row.currency for row in rows}}
    found = [_placed(row, known[row.currency], today) for row in rows]
    return Book(
        open=tuple(each for each in found if isinstance(each, OpenRenewal)),
        unknown=tuple(each for each in found if isinstance(each, UnknownRenewal)),
        closed=tuple(_closed(row, rates, today) for row in closed if rates.rate(row[4], today) is not None),
        commits=tuple(_commits(rows, known)),
    )


def chance_makers(rules: ForecastRules, *, today: date) -> str:
    """Return which versions the chances of the open renewals come from, such as "model 3, scorecard 1"."""
    until = next_quarter(forecast_quarters(rules, today=today)[-1])
    return ", ".join(row[0] for row in _rows(MAKERS, {"until": until}))[:80]


@dataclass(frozen=True, slots=True)
class _OpenRow:
    renewal_id: int
    due_on: date
    segment: str
    owner_id: int
    team_id: int
    currency: str
    target: Decimal
    category: str
    called: Decimal
    renew_probability: float | None

    @property
    def cell(self) -> tuple[str, int, int]:
        return (self.segment, self.owner_id, self.team_id)


def _placed(row: _OpenRow, rate: Decimal | None, today: date) -> OpenRenewal | UnknownRenewal:
    quarter_on = quarter_start(row.due_on)
    amount = None if rate is None else float(row.target * rate)
    if amount is None or row.renew_probability is None:
        return UnknownRenewal(renewal_id=row.renewal_id, quarter_on=quarter_on, cell=row.cell, amount=amount)
    return OpenRenewal(
        renewal_id=row.renewal_id,
        quarter_on=quarter_on,
        segment=row.segment,
        cell=row.cell,
        amount=amount,
        loss_probability=1.0 - row.renew_probability,
        slack_days=(next_quarter(quarter_on) - row.due_on).days - 1,
        overdue_days=(today - row.due_on).days,
    )


def _closed(row: tuple[Any, ...], rates: Rates, today: date) -> ClosedSums:
    quarter_on, segment, owner, team, currency, number, kept_number, target, final, kept = row
    rate = rates.rate(currency, today) or Decimal(0)
    return ClosedSums(
        quarter_on=quarter_on,
        cell=(segment, owner, team),
        number=number,
        kept_number=kept_number,
        target=float(target * rate),
        final=float(final * rate),
        kept=float(kept * rate),
    )


def _commits(rows: list[_OpenRow], known: dict[str, Decimal | None]) -> Iterator[Commit]:
    for row in rows:
        rate = known[row.currency]
        if row.category == ForecastCategory.COMMIT and rate is not None:
            yield Commit(quarter_on=quarter_start(row.due_on), cell=row.cell, amount=float(row.called * rate))


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
