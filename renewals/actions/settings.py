"""What a workspace sets for itself: lifecycle stages, critical moments, exchange rates; and people's saved views."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NotPermitted, UnknownReference
from renewals.core.lifecycle import MomentRule, StageRule
from renewals.core.money import check_currency
from renewals.core.text import check_line
from renewals.models import Account, CriticalMoment, FxRate, LifecycleStage, SavedView, StageEntry, Workspace


@transaction.atomic
def record_fx_rates(*, rates: Mapping[tuple[str, date], Decimal], origin: str, by: Actor, now: datetime) -> int:
    """Keep rates, units of the workspace's currency for one unit of (currency, from that day); return how many changed.

    Raises UnknownCurrency, and InvalidInput for a rate that is not above zero or for the workspace's own currency.
    """
    home = Workspace.objects.get(id=by.workspace_id).currency
    for (currency, rate_on), rate in rates.items():
        if check_currency(currency) == home or not rate.is_finite() or rate <= 0:
            raise InvalidInput(f"{rate} is not a rate of {currency} to {home} on {rate_on.isoformat()}.")
    kept = {(row.currency, row.rate_on): row for row in FxRate.objects.select_for_update()}
    changed = 0
    for (currency, rate_on), rate in rates.items():
        row = kept.get((currency, rate_on)) or FxRate(workspace_id=by.workspace_id, currency=currency, rate_on=rate_on)
        if row.pk is None or row.rate != rate:
            row.rate, row.origin = rate, origin[:100]
            row.save()
            changed += 1
    return changed


@transaction.atomic
def set_lifecycle(*, stages: Sequence[StageRule], moments: Sequence[MomentRule], by: Actor, now: datetime) -> None:
    """Replace the lifecycle: stages in the order given, moments by key. A stage an account was ever in is kept.

    Raises InvalidInput when such a stage, or every stage, would go.
    """
    keys = [stage.key for stage in stages]
    if not keys or len(set(keys)) != len(keys):
        raise InvalidInput("A lifecycle needs at least one stage, and each stage once.")
    going = LifecycleStage.objects.exclude(key__in=keys)
    used = set(StageEntry.objects.values_list("stage_id", flat=True)) | set(
        Account.objects.filter(stage__isnull=False).values_list("stage_id", flat=True)
    )
    if kept := [row.name for row in going if row.id in used]:
        raise InvalidInput(f"Accounts are or were in '{kept[0]}': it cannot be removed.", remedy="Rename it instead.")
    going.delete()
    _write_stages(stages, by)
    _write_moments(moments, by)


def _write_stages(stages: Sequence[StageRule], by: Actor) -> None:
    rows = {row.key: row for row in LifecycleStage.objects.all()}
    # Positions are unique: make room above the highest before they are dealt out again.
    for number, row in enumerate(rows.values(), start=1):
        LifecycleStage.objects.filter(pk=row.pk).update(position=10_000 + number)
    for position, rule in enumerate(stages, start=1):
        row = rows.get(rule.key) or LifecycleStage(workspace_id=by.workspace_id, key=rule.key)
        row.name = check_line(rule.name, label="Stage name", longest=80, is_required=True)
        row.purpose, row.position = rule.purpose[:300], position
        row.save()


def _write_moments(moments: Sequence[MomentRule], by: Actor) -> None:
    CriticalMoment.objects.exclude(key__in=[rule.key for rule in moments]).delete()
    for rule in moments:
        CriticalMoment.objects.update_or_create(
            workspace_id=by.workspace_id,
            key=rule.key,
            defaults={"name": rule.name[:120], "anchor": rule.anchor.value, "offset_days": rule.offset_days},
        )


@transaction.atomic
def save_view(*, page: str, name: str, query: str, is_shared: bool, by: Actor) -> SavedView:
    """Keep a page's filters under a name of one's own; the same name again replaces them. Raises NotPermitted."""
    if by.kind != "person" or by.id is None:
        raise NotPermitted("Only a person can save a view.")
    row, _ = SavedView.objects.update_or_create(
        workspace_id=by.workspace_id,
        user_id=by.id,
        page=page,
        name=check_line(name, label="Name", longest=80, is_required=True),
        defaults={"query": query[:1000], "is_shared": is_shared},
    )
    return row


@transaction.atomic
def keep_default_view(*, page: str, query: str, by: Actor) -> SavedView:
    """Keep how a person wants a page when its address says nothing, such as its columns. Raises NotPermitted."""
    if by.kind != "person" or by.id is None:
        raise NotPermitted("Only a person can save a view.")
    row, _ = SavedView.objects.update_or_create(
        workspace_id=by.workspace_id, user_id=by.id, page=page, name="", defaults={"query": query[:1000]}
    )
    return row


@transaction.atomic
def delete_view(*, view_id: int, by: Actor) -> None:
    """Delete one's own view; raises UnknownReference for any other, shared or not."""
    deleted, _ = SavedView.objects.filter(id=view_id, user_id=by.id).delete()
    if not deleted:
        raise UnknownReference(f"You have no view {view_id}.")
