"""What a figure is to reach in a period: set, changed or withdrawn by a person who says why; each a new version."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from renewals.actions.refusals import refusing_a_race
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NotPermitted, RequiredValueMissing
from renewals.core.metrics import EVERYBODY, TargetOf, Unit, whole_period
from renewals.core.money import LARGEST_AMOUNT, stored
from renewals.core.text import check_line
from renewals.models import MetricTarget, Workspace
from renewals.queries.library import metric_book, segment_book
from renewals.queries.metrics.targets import is_of
from renewals.queries.people import members, teams

LARGEST_SHARE = Decimal(10)
LARGEST_DAYS = Decimal(3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOrder:
    """What is to be reached: a share as 0.9, an amount in the workspace's currency, days. `amount` None withdraws it.

    `of` says whose figure it is.
    """

    metric: str
    period: str
    amount: Decimal | None
    reason: str
    way: str = ""
    of: TargetOf = EVERYBODY


@transaction.atomic
def set_target(*, order: TargetOrder, by: Actor, now: datetime) -> MetricTarget:
    """Set a target and return its version; the same amount again changes nothing.

    Raises NotPermitted for a machine, RequiredValueMissing without a reason, InvalidInput for a metric, way or period
    that does not exist, an amount out of reach, or somebody or something that is not in the workspace.
    """
    if by.kind != "person":
        raise NotPermitted("A target is set by a person.")
    reason = check_line(order.reason, label="Reason", longest=300)
    if not reason:
        raise RequiredValueMissing("Say why this is the target.", where="reason")
    way = metric_book().metric(order.metric).way(order.way)
    period = whole_period(order.period).key
    _check_amount(order.amount, way.unit)
    named = {"metric": order.metric, "way": way.key, "period": period}
    versions = list(MetricTarget.objects.select_for_update().filter(is_of(order.of), **named).order_by("version"))
    held = next((row for row in versions if row.superseded_at is None), None)
    amount = None if order.amount is None else stored(order.amount)
    if held is not None and held.amount == amount:
        return held
    if amount is not None:
        _check_of(order.of)
    if held is not None:
        held.superseded_at = max(now, held.recorded_at)
        held.save(update_fields=["superseded_at"])
    home = Workspace.objects.values_list("currency", flat=True).get(id=by.workspace_id)
    with refusing_a_race("target"):
        return MetricTarget.objects.create(
            workspace_id=by.workspace_id,
            **named,
            **asdict(order.of),
            version=len(versions) + 1,
            amount=amount,
            currency=home if way.unit is Unit.MONEY else "",
            reason=reason,
            set_by_id=by.id,
            recorded_by=by.label[:150],
            recorded_at=now,
        )


def _check_of(of: TargetOf) -> None:
    if not of.is_one_thing:
        raise InvalidInput("A target is of one segment, one team or one person.", where="of", remedy="Choose one.")
    if of.segment and of.segment not in segment_book().names:
        raise InvalidInput(f"There is no segment {of.segment}.", where="of", remedy="Choose one of the list.")
    if of.team_id and not teams().filter(id=of.team_id).exists():
        raise InvalidInput("This team is not in the workspace.", where="of", remedy="Choose one of the list.")
    if of.owner_id and not members().filter(user_id=of.owner_id).exists():
        raise InvalidInput(
            "This person is not an active member of the workspace.",
            where="of",
            why="Nobody would answer for the target.",
            remedy="Choose one of the list, or set it for the team.",
        )


def _check_amount(amount: Decimal | None, unit: Unit) -> None:
    largest = {Unit.SHARE: LARGEST_SHARE, Unit.DAYS: LARGEST_DAYS}.get(unit, LARGEST_AMOUNT)
    if amount is not None and not (amount.is_finite() and 0 <= amount <= largest):
        raise InvalidInput(f"{amount} is no target for this figure.", where="amount", remedy=f"From 0 to {largest}.")
