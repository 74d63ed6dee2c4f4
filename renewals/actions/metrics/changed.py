"""Which sums a refresh makes anew: the slices of what changed, the running periods at the turn of a day, or all."""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from datetime import date

from renewals.actions.metrics.sums import Keys, slice_movements, slice_renewals, sum_periods, sum_renewals
from renewals.core.metrics import Period, periods_until
from renewals.core.metrics.movements import Rates
from renewals.core.metrics.slices import SliceKey
from renewals.models import Account

KEPT_QUARTERS = 12
MOST_KEYS = 100
"""More slices than these are added up with all others."""
TouchedSlice = tuple[date | None, SliceKey]
"""The quarter whose renewals changed, None where an account changed hands; and the slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What changed: periods and accounts of movements, slices; `after` a day that periods now run beyond."""

    periods: Set[str]
    account_ids: Collection[int]
    touched: Set[TouchedSlice]
    after: date | None
    is_anew: bool


def sum_what_changed(found: Found, *, rates: Rates, today: date, workspace_id: int) -> None:
    """Add up anew what changed, and nothing else; everything where it is anew."""
    periods = periods_until(today=today, quarters=KEPT_QUARTERS)
    named, since = [period.key for period in periods], periods[-2]
    if found.is_anew:
        sum_periods(named, workspace_id=workspace_id, since=since)
        sum_renewals(periods, rates=rates, workspace_id=workspace_id)
        return
    moved = _few({key for quarter, key in found.touched if quarter is None})
    if moved is None or moved:
        # Who owns an account changes what its segment, owner and team have, and nothing of the whole.
        slice_movements(named, workspace_id=workspace_id, since=since, keys=moved)
        slice_renewals(periods, rates=rates, workspace_id=workspace_id, keys=moved)
    sum_periods(found.periods, workspace_id=workspace_id, since=since, keys=_keys_of(found.account_ids))
    for period in periods:
        keys = _renewing(period, found)
        if keys is None or keys:
            sum_renewals([period], rates=rates, workspace_id=workspace_id, keys=keys)


def _renewing(period: Period, found: Found) -> Keys:
    """Return the slices of a period whose renewals changed; None for all: it runs on, or they are many."""
    if found.after is not None and period.ends_on > found.after:
        return None
    return _few({key for day, key in found.touched if day is not None and period.starts_on <= day <= period.ends_on})


def _keys_of(account_ids: Collection[int]) -> Keys:
    if len(account_ids) > MOST_KEYS:
        return None
    found = Account.objects.filter(id__in=account_ids).order_by().values_list("segment", "owner_id", "team_id")
    return _few(
        SliceKey(segment=segment, owner_id=owner or 0, team_id=team or 0) for segment, owner, team in found.distinct()
    )


def _few(keys: Iterable[SliceKey]) -> Keys:
    found = set(keys)
    return found if len(found) <= MOST_KEYS else None
