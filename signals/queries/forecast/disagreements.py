"""Where callers disagree: for the page, and for the agenda of a forecast review."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.db.models import QuerySet

from renewals.core.renewal_states import ForecastCategory
from renewals.queries.written import Written
from signals.core.forecast.calls import Call, Caller, model_call
from signals.core.forecast.laws import EVERY_SEGMENT
from signals.core.forecast.rules import ForecastRules
from signals.models import ForecastDisagreement, ForecastRun

CALLED = """
SELECT r.id, r.target_amount, a.segment, k.renew_probability, c.caller, c.category, c.amount, c.likelihood
FROM signals_currentcall c
JOIN renewals_renewal r ON r.workspace_id = c.workspace_id AND r.id = c.renewal_id AND r.closed_on IS NULL
JOIN renewals_account a ON a.workspace_id = r.workspace_id AND a.id = r.account_id
LEFT JOIN signals_currentrisk k ON k.workspace_id = r.workspace_id AND k.renewal_id = r.id
WHERE %(only)s::bigint IS NULL OR r.id = %(only)s ORDER BY r.id, c.caller
"""
LAWS = Written(lambda: ForecastRun.objects.order_by("id").values_list("laws", flat=True)[:1])


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledRenewal:
    """An open renewal with everything that was called of it, the model's call among them."""

    renewal_id: int
    target: Decimal
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDisagreement:
    """An open disagreement, with all that the agenda of a review needs to name it."""

    id: int
    renewal_id: int
    account_id: int
    account_name: str
    due_on: date
    owner_id: int
    currency: str
    target_amount: Decimal
    first: str
    second: str
    kind: str
    gap: float
    opened_at: datetime


def forecast_disagreements(*, due_until: date | None = None) -> list[OpenDisagreement]:
    """Return the open disagreements, of renewals due up to a day if one is given: the largest target first."""
    rows = open_disagreements()
    if due_until is not None:
        rows = rows.filter(renewal__due_on__lte=due_until)
    return [
        OpenDisagreement(
            id=row.id,
            renewal_id=row.renewal_id,
            account_id=row.renewal.account_id,
            account_name=row.renewal.account.name,
            due_on=row.renewal.due_on,
            owner_id=row.renewal.owner_id,
            currency=row.renewal.currency,
            target_amount=row.renewal.target_amount,
            first=row.first,
            second=row.second,
            kind=row.kind,
            gap=row.gap,
            opened_at=row.opened_at,
        )
        for row in rows
    ]


def open_disagreements() -> QuerySet[ForecastDisagreement]:
    """Return the open disagreements with renewal and account, the largest target first."""
    rows = ForecastDisagreement.objects.filter(closed_at__isnull=True, renewal__closed_on__isnull=True)
    return rows.select_related("renewal", "renewal__account").order_by("-renewal__target_amount", "id")


def called_renewals(rules: ForecastRules, *, renewal_id: int | None = None) -> list[CalledRenewal]:
    """Return every open renewal that a person has called (or the one), with all calls on it."""
    ratios = present_mean_ratios()
    found: dict[tuple[int, Decimal], list[Call]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(CALLED, {"only": renewal_id})
        for key, target, segment, chance, caller, category, amount, likelihood in cursor.fetchall():
            calls = found[(key, target)]
            if not calls and chance is not None:
                ratio = mean_ratio(ratios, segment)
                calls.append(
                    model_call(target=target, renew_probability=chance, mean_ratio=ratio, rules=rules.categories)
                )
            said = Call(
                caller=Caller(caller), category=ForecastCategory(category), amount=amount, likelihood=likelihood
            )
            calls.append(said)
    return [CalledRenewal(renewal_id=key, target=target, calls=tuple(calls)) for (key, target), calls in found.items()]


def present_mean_ratios() -> dict[str, float]:
    """Return the mean ratio of kept renewals by segment as the newest forecast has it; empty before the first."""
    return (LAWS.first() or {}).get("mean_ratios", {})


def mean_ratio(ratios: dict[str, float], segment: str) -> float:
    """Return the mean ratio of a segment, that of all for one without its own, 1 while nothing is known."""
    return ratios.get(segment, ratios.get(EVERY_SEGMENT, 1.0))
