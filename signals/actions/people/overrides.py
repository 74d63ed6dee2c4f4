"""Overrides: a person's word stands in the place of a computed score until it expires; the computed one is kept beside.

An override changes the score it names and nothing else: the risk goes on reading the computed health.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NotPermitted
from renewals.core.text import check_line
from signals.actions.scores.standing import current_row, settle_overrides
from signals.core.errors import AlreadyEnded
from signals.core.noted import LONGEST_OVERRIDE, check_span
from signals.models import ScoreOverride
from signals.queries.noted import computed_value


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOverride:
    """A score as a person sees it: the health of an account, or the risk of a renewal, 0 to 100, and until when."""

    account_id: int
    renewal_id: int | None
    value: float
    reason: str
    expires_at: datetime

    @property
    def kind(self) -> str:
        """Return which score it is about."""
        return "health" if self.renewal_id is None else "risk"


@transaction.atomic
def set_override(*, workspace_id: int, override: NewOverride, by: Actor, now: datetime) -> ScoreOverride:
    """Put a person's word in the place of a score and return it; one that stood there before is replaced.

    Raises RequiredValueMissing without a reason, InvalidInput off the scale, SpanNotAllowed without a sensible end.
    """
    if by.kind != "person" or by.id is None:
        raise NotPermitted("Only a person can set a score against the rules.")
    said = check_line(override.reason, label="Reason", longest=500, is_required=True)
    if not 0.0 <= override.value <= 100.0:
        raise InvalidInput("Give a number from 0 to 100.", where="value")
    check_span(now=now, until=override.expires_at, longest=LONGEST_OVERRIDE, where="expires_on")
    _replace(override, by, now)
    made = ScoreOverride.objects.create(
        workspace_id=workspace_id,
        account_id=override.account_id,
        renewal_id=override.renewal_id,
        kind=override.kind,
        value=override.value,
        machine_value=_computed(override),
        reason=said,
        set_by_id=by.id,
        author=by.label,
        starts_at=now,
        expires_at=override.expires_at,
    )
    settle_overrides(workspace_id=workspace_id, account_ids=[override.account_id], by=by, now=now)
    return made


@transaction.atomic
def withdraw_override(*, override_id: int, reason: str, by: Actor, now: datetime) -> ScoreOverride:
    """End an override before its time, with the reason; raises AlreadyEnded when it does not stand any more."""
    said = check_line(reason, label="Reason", longest=300, is_required=True)
    found = ScoreOverride.objects.select_for_update().filter(id=override_id).first()
    if found is None or found.ended_at is not None:
        raise AlreadyEnded("This override does not stand any more.")
    end_override(found=found, how="withdrawn", by=by, now=now, reason=said)
    settle_overrides(workspace_id=found.workspace_id, account_ids=[found.account_id], by=by, now=now)
    return found


def end_override(*, found: ScoreOverride, how: str, by: Actor, now: datetime, reason: str = "") -> None:
    """Note how and when an override ended; the scores are settled by the caller."""
    found.ended_at, found.ended_how, found.ended_by, found.ended_reason = now, how, by.label, reason
    found.save(update_fields=["ended_at", "ended_how", "ended_by", "ended_reason"])


def _replace(override: NewOverride, by: Actor, now: datetime) -> None:
    standing = ScoreOverride.objects.select_for_update().filter(
        account_id=override.account_id, renewal_id=override.renewal_id, ended_at__isnull=True
    )
    for old in standing:
        end_override(found=old, how="replaced", by=by, now=now)


def _computed(override: NewOverride) -> float | None:
    """Return the computed value now; None when there is none."""
    row = current_row(override.account_id, override.renewal_id)
    return None if row is None else computed_value(row)
