"""Which renewals the daily sweep of end actions has to deal with."""

from datetime import date, timedelta

from django.db.models import F

from renewals.models import EndActionRun, Renewal
from renewals.queries.library import end_action_rule


def due_end_actions(*, today: date, most: int) -> list[int]:
    """Return open renewals past their due date and the days of grace that no sweep has dealt with, the oldest first.

    Those that came in after their due date, and those due long ago, are history and stay with people.
    """
    rule = end_action_rule()
    rows = Renewal.objects.filter(
        closed_on__isnull=True,
        due_on__lte=today - timedelta(days=rule.grace_days),
        due_on__gt=today - timedelta(days=rule.lookback_days),
        opened_on__lt=F("due_on"),
    ).exclude(id__in=EndActionRun.objects.values("renewal_id"))
    return list(rows.order_by("due_on", "id").values_list("id", flat=True)[:most])
