"""What ended: frozen calls with their outcomes, for the laws of the forecast, the blend, and the ledger."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection

from signals.core.forecast.blend import CalledChance
from signals.core.forecast.book import quarter_start
from signals.core.forecast.calls import Caller, counted_amount
from signals.core.forecast.laws import PastRenewal
from signals.core.forecast.ledger import Tally, tally_of
from signals.core.forecast.rules import ForecastRules

# A quarter is judged when all of it is over: the first signatures of one that runs are its best renewals.
PAST = """
SELECT r.due_on, a.segment, f.likelihood, r.final_amount, r.target_amount, o.decided_on
FROM renewals_renewal r
JOIN renewals_account a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
JOIN renewals_outcome o ON o.workspace_id = r.workspace_id AND o.renewal_id = r.id
LEFT JOIN signals_forecastfreeze f ON f.workspace_id = r.workspace_id AND f.renewal_id = r.id
  AND f.caller = 'model' AND f.checkpoint_days = %(horizon)s
WHERE r.due_on >= %(since)s AND r.due_on < %(until)s AND r.closed_on IS NOT NULL AND r.target_amount > 0
ORDER BY r.id
"""
BLENDED = """
SELECT m.likelihood, c.category, r.final_amount > 0
FROM signals_forecastfreeze m
JOIN signals_forecastfreeze c ON c.workspace_id = m.workspace_id AND c.renewal_id = m.renewal_id
  AND c.checkpoint_days = m.checkpoint_days AND c.caller = 'csm' AND c.category NOT IN ('', 'closed')
JOIN renewals_renewal r ON r.workspace_id = m.workspace_id AND r.id = m.renewal_id AND r.closed_on IS NOT NULL
WHERE m.caller = 'model' AND m.checkpoint_days = %(horizon)s AND m.likelihood IS NOT NULL
  AND m.due_on >= %(since)s AND m.due_on < %(until)s ORDER BY r.id
"""
JUDGED = """
SELECT f.due_on, f.caller, f.person_id, f.checkpoint_days, f.segment, f.category, f.amount * f.home_rate,
       r.final_amount * f.home_rate, f.likelihood
FROM signals_forecastfreeze f
JOIN renewals_renewal r ON r.workspace_id = f.workspace_id AND r.id = f.renewal_id AND r.closed_on IS NOT NULL
WHERE f.due_on >= %(since)s AND f.due_on < %(until)s AND f.home_rate IS NOT NULL ORDER BY f.id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerKey:
    """Whose calls a tally is of; `person_id` None for the model."""

    quarter_on: date
    caller: str
    person_id: int | None
    checkpoint_days: int
    segment: str


def past_since(rules: ForecastRules, *, today: date) -> date:
    """Return the first day of the oldest quarter that still teaches and is judged."""
    quarter_on = quarter_start(today)
    months = quarter_on.year * 12 + quarter_on.month - 1 - 3 * rules.quarters_back
    return date(months // 12, months % 12 + 1, 1)


def past_renewals(rules: ForecastRules, *, today: date) -> list[PastRenewal]:
    """Return the renewals of the past quarters with what was foretold of them at the horizon."""
    return [
        PastRenewal(
            quarter_on=quarter_start(due_on),
            segment=segment,
            loss_probability=None if likelihood is None else 1.0 - likelihood,
            ratio=float(final / target),
            delay_days=(decided_on - due_on).days,
        )
        for due_on, segment, likelihood, final, target, decided_on in _rows(PAST, _window(rules, today))
    ]


def called_chances(rules: ForecastRules, *, today: date) -> tuple[list[CalledChance], list[bool]]:
    """Return model's chance and owner's category at the horizon, and whether the renewal was kept."""
    rows = list(_rows(BLENDED, _window(rules, today)))
    return [CalledChance(chance, category) for chance, category, _ in rows], [kept for *_, kept in rows]


def ledger_tallies(rules: ForecastRules, *, today: date) -> Mapping[LedgerKey, Tally]:
    """Return the tallies of the past quarters; a call that was owed and not made counts as missing."""
    found: dict[LedgerKey, Tally] = defaultdict(Tally)
    window = _window(rules, today) | {"until": today}
    for due_on, caller, person, checkpoint, segment, category, amount, actual, likelihood in _rows(JUDGED, window):
        key = LedgerKey(
            quarter_on=quarter_start(due_on),
            caller=caller,
            person_id=person,
            checkpoint_days=checkpoint,
            segment=segment,
        )
        found[key] += _one(caller, category, amount, actual, likelihood)
    return found


def _one(caller: str, category: str, amount: Decimal | None, actual: Decimal, likelihood: float | None) -> Tally:
    if amount is None:
        return Tally(missing=1) if caller != Caller.LEADER else Tally()
    return tally_of(called=counted_amount(category, amount), actual=actual, likelihood=likelihood)


def _window(rules: ForecastRules, today: date) -> dict[str, object]:
    return {
        "since": past_since(rules, today=today),
        "until": quarter_start(today),
        "horizon": rules.factors.horizon_days,
    }


def _rows(statement: str, parameters: dict[str, object]) -> Iterator[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        yield from cursor.fetchall()
