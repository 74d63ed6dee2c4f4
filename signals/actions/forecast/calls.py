"""Make calls. A call is a row that stays; the renewal follows its owner's newest call, and no adjustment of another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from renewals.actions.renewals import ForecastChange, update_forecast, update_forecasts
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, InvalidInput, UnknownReference
from renewals.core.money import stored
from renewals.core.renewal_states import ForecastCategory
from renewals.core.text import check_text
from renewals.queries.renewals import renewal as renewal_by_id
from signals.actions.forecast.disagree import settle_disagreements
from signals.core.forecast.calls import Call, Caller, check_call
from signals.models import CurrentCall, ForecastCall
from signals.queries.forecast.calls import RenewalRow, open_rows

LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCall:
    """What somebody says of a renewal; `seen_at` is the `updated_at` of the renewal the person had on screen."""

    renewal_id: int
    category: ForecastCategory
    amount: Decimal
    likelihood: float | None = None
    expansion_amount: Decimal | None = None
    demand: str = ""
    reason: str = ""
    seen_at: datetime | None = None


@transaction.atomic
def make_call(*, new: NewCall, by: Actor, now: datetime) -> ForecastCall:
    """Keep a call: the owner's, or an adjustment when somebody else makes it. The owner's moves the renewal along.

    Raises UnknownReference, AlreadyClosed, Conflict for a renewal that changed after `seen_at`, NegativeAmount, and
    InvalidInput for an adjustment or a commit taken back without its reason.
    """
    row = renewal_by_id(new.renewal_id)
    if row is None:
        raise UnknownReference(f"There is no renewal {new.renewal_id} in this workspace.")
    if row.closed_on is not None:
        raise AlreadyClosed(f"This renewal was closed on {row.closed_on.isoformat()}.", where=f"Renewal {row.id}")
    caller = Caller.CSM if row.owner_id == by.id else Caller.LEADER
    before = CurrentCall.objects.select_for_update().filter(renewal_id=row.id, caller=caller.value).first()
    said = Call(caller=caller, category=new.category, amount=new.amount, likelihood=new.likelihood)
    check_call(said, reason=new.reason, before=None if before is None else ForecastCategory(before.category))
    if caller is Caller.CSM:
        change = ForecastChange(amount=new.amount, category=new.category, seen_at=new.seen_at)
        update_forecast(renewal_id=row.id, change=change, by=by, now=now)
    made = _rows([(new, caller, RenewalRow(renewal_id=row.id, owner_id=row.owner_id, currency=row.currency))], by, now)[
        0
    ]
    settle_disagreements(renewal_id=row.id, by=by, now=now)
    return made


@transaction.atomic
def record_calls(*, calls: Sequence[NewCall], by: Actor, now: datetime) -> int:
    """Keep many owner's calls at once, in the name of who owns each; for histories that are loaded. Returns how many.

    Renewals that are closed or unknown are left out; the forecast of the others follows.
    """
    rows = {row.renewal_id: row for row in open_rows([new.renewal_id for new in calls])}
    known = [(new, Caller.CSM, rows[new.renewal_id]) for new in calls if new.renewal_id in rows]
    changes = {new.renewal_id: ForecastChange(amount=new.amount, category=new.category) for new, _, _ in known}
    update_forecasts(changes=changes, by=by, now=now)
    return len(_rows(known, by, now))


@transaction.atomic
def confirm_calls(*, renewal_ids: Iterable[int], by: Actor, now: datetime) -> int:
    """Say again what one's calls say already: they are given for the period that runs. Returns how many."""
    rows = {row.renewal_id: row for row in open_rows(list(renewal_ids)) if row.owner_id == by.id}
    newest = CurrentCall.objects.filter(renewal_id__in=list(rows), caller=Caller.CSM.value).select_related("call")
    again = [
        (
            NewCall(
                renewal_id=each.renewal_id,
                category=ForecastCategory(each.category),
                amount=each.amount,
                likelihood=each.likelihood,
                expansion_amount=each.call.expansion_amount,
                demand=each.call.demand,
                reason="Confirmed, unchanged",
            ),
            Caller.CSM,
            rows[each.renewal_id],
        )
        for each in newest
    ]
    return len(_rows(again, by, now))


def _rows(made: Sequence[tuple[NewCall, Caller, RenewalRow]], by: Actor, now: datetime) -> list[ForecastCall]:
    """Write the calls and point the newest of each renewal at them."""
    calls = ForecastCall.objects.bulk_create([_row(new, caller, row, by, now) for new, caller, row in made])
    CurrentCall.objects.bulk_create(
        [
            CurrentCall(
                workspace_id=by.workspace_id,
                renewal_id=call.renewal_id,
                call=call,
                made_at=now,
                caller=call.caller,
                category=call.category,
                amount=call.amount,
                likelihood=call.likelihood,
            )
            for call in calls
        ],
        update_conflicts=True,
        unique_fields=["workspace", "renewal", "caller"],
        update_fields=["call", "made_at", "category", "amount", "likelihood"],
    )
    return calls


def _row(new: NewCall, caller: Caller, row: RenewalRow, by: Actor, now: datetime) -> ForecastCall:
    if new.expansion_amount is not None and new.expansion_amount < 0:
        raise InvalidInput("An expansion is not below zero.", where="expansion_amount")
    return ForecastCall(
        workspace_id=by.workspace_id,
        renewal_id=new.renewal_id,
        caller=caller.value,
        category=new.category.value,
        amount=stored(new.amount),
        likelihood=new.likelihood,
        currency=row.currency,
        expansion_amount=new.expansion_amount,
        demand=check_text(new.demand, label="Demand")[:LONGEST],
        reason=check_text(new.reason, label="Reason")[:LONGEST],
        made_at=now,
        made_by_id=by.id if by.kind == "person" and by.id else row.owner_id,
    )
