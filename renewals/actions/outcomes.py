"""Record how renewals ended: each is closed once, with a primary reason; the same outcome again is the first one."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from renewals.actions.notices.plan import end_notices
from renewals.actions.rows import update_rows
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, NegativeAmount, UnknownReference
from renewals.core.money import Money, stored
from renewals.core.records import OutcomeRow, check_unique
from renewals.core.renewal_states import ForecastCategory, RenewalStage
from renewals.core.renewals import OutcomeKind, check_reasons, outcome_kind
from renewals.core.text import check_text
from renewals.models import Outcome, Renewal
from renewals.queries.library import outcome_bounds, outcome_reasons

BATCH = 1000


@transaction.atomic
def record_outcomes(*, rows: Sequence[OutcomeRow], by: Actor, now: datetime) -> tuple[Outcome, ...]:
    """Close renewals and return their outcomes in the order of `rows`.

    A renewal already closed with the same outcome returns that one; with another outcome: AlreadyClosed. Raises
    UnknownReference, NegativeAmount, InvalidInput for reasons that do not fit; then nothing is closed.
    """
    check_unique((str(row.renewal_id) for row in rows), noun="renewal")
    ids = [row.renewal_id for row in rows]
    renewals = {row.id: row for row in Renewal.objects.select_for_update().filter(id__in=ids).order_by("id")}
    kept = {row.renewal_id: row for row in Outcome.objects.filter(renewal_id__in=ids)}
    fresh: dict[int, Outcome] = {}
    for row in rows:
        if row.renewal_id not in renewals:
            raise UnknownReference(f"There is no renewal {row.renewal_id} in this workspace.")
        made = _outcome(row, renewals[row.renewal_id], by, now)
        if row.renewal_id in kept:
            _check_same(kept[row.renewal_id], made, renewals[row.renewal_id], row)
        else:
            fresh[row.renewal_id] = made
            _close(renewals[row.renewal_id], row, now)
    Outcome.objects.bulk_create(fresh.values(), batch_size=BATCH)
    closed = ["stage", "forecast_category", "final_amount", "closed_on", "updated_at"]
    update_rows([renewals[key] for key in fresh], closed)
    end_notices(renewal_ids=fresh, by=by, now=now)
    return tuple((kept | fresh)[row.renewal_id] for row in rows)


def record_outcome(*, row: OutcomeRow, by: Actor, now: datetime) -> Outcome:
    """Close one renewal and return its outcome; errors as in `record_outcomes`."""
    return record_outcomes(rows=[row], by=by, now=now)[0]


def _outcome(row: OutcomeRow, renewal: Renewal, by: Actor, now: datetime) -> Outcome:
    where = f"Renewal {renewal.id}"
    if row.final_amount < 0:
        raise NegativeAmount(f"A final amount of {row.final_amount} is below zero.", where=where)
    kind = _kind(row.final_amount, row.is_lost, renewal)
    check_reasons(
        kind=kind,
        primary=row.primary_reason,
        contributing=row.contributing_reasons,
        known=outcome_reasons(),
    )
    return Outcome(
        workspace_id=renewal.workspace_id,
        renewal=renewal,
        kind=kind.value,
        primary_reason=row.primary_reason,
        contributing_reasons=list(row.contributing_reasons),
        comment=check_text(row.comment, label="Comment"),
        decided_on=row.decided_on,
        recorded_at=now,
        recorded_by=by.label,
    )


def _kind(final: Decimal, is_lost: bool, renewal: Renewal) -> OutcomeKind:
    return outcome_kind(
        target=Money(renewal.target_amount, renewal.currency),
        final=Money(final, renewal.currency),
        is_lost=is_lost,
        bounds=outcome_bounds(),
    )


def _close(renewal: Renewal, row: OutcomeRow, now: datetime) -> None:
    renewal.stage, renewal.forecast_category = RenewalStage.CLOSED.value, ForecastCategory.CLOSED.value
    renewal.final_amount, renewal.closed_on, renewal.updated_at = (
        stored(row.final_amount),
        row.decided_on,
        now,
    )


def _check_same(kept: Outcome, made: Outcome, renewal: Renewal, row: OutcomeRow) -> None:
    names = ("kind", "primary_reason", "contributing_reasons", "decided_on")
    is_same = all(getattr(kept, name) == getattr(made, name) for name in names)
    if not is_same or renewal.final_amount != stored(row.final_amount):
        raise AlreadyClosed(
            f"This renewal was closed on {kept.decided_on.isoformat()} as {kept.kind} by {kept.recorded_by}.",
            where=f"Renewal {renewal.id}",
            remedy="Load it again to see the outcome that was recorded.",
        )
