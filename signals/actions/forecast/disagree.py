"""Open and close disagreements between callers, so that a review can take them up. Twice changes nothing."""

from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from signals.core.forecast.calls import disagreements
from signals.models import ForecastDisagreement
from signals.queries.forecast.disagreements import called_renewals
from signals.queries.library import forecast_rules


@transaction.atomic
def settle_disagreements(*, by: Actor, now: datetime, renewal_id: int | None = None) -> int:
    """Bring the open disagreements, of all renewals or of one, to what the calls say now; returns how many are open.

    One that goes on keeps the moment it was opened; one whose renewal has ended is closed.
    """
    rules = forecast_rules()
    standing = ForecastDisagreement.objects.select_for_update().filter(closed_at__isnull=True)
    if renewal_id is not None:
        standing = standing.filter(renewal_id=renewal_id)
    known = {(row.renewal_id, row.first, row.second): row for row in standing.order_by("id")}
    found = {
        (called.renewal_id, each.first.value, each.second.value): each
        for called in called_renewals(rules, renewal_id=renewal_id)
        for each in disagreements(called.calls, target=called.target, rules=rules.disagreement)
    }
    over = [row.id for key, row in known.items() if key not in found]
    ForecastDisagreement.objects.filter(id__in=over).update(closed_at=now)
    for key, row in known.items():
        if key in found and (row.kind, row.gap) != (found[key].kind, found[key].gap):
            ForecastDisagreement.objects.filter(id=row.id).update(kind=found[key].kind, gap=found[key].gap)
    fresh = [
        ForecastDisagreement(
            workspace_id=by.workspace_id,
            renewal_id=key[0],
            first=key[1],
            second=key[2],
            kind=each.kind,
            gap=each.gap,
            opened_at=now,
        )
        for key, each in found.items()
        if key not in known
    ]
    ForecastDisagreement.objects.bulk_create(fresh)
    return len(found)
