"""Concessions: recorded with their get, changed, settled when the get is due, and taken back when they are over."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from offers.core.errors import ConcessionChanged, ConcessionNotPossible
from offers.core.negotiation.concessions import Get, Give, GiveKind, check_concession, unnamed_amount
from offers.models import Concession, Proposal
from offers.queries.concessions import concessions_of, named_price_gives
from offers.queries.renewals import locked_renewal
from renewals.core.actors import Actor
from renewals.core.dates import add_months
from renewals.core.errors import UnknownReference
from renewals.core.money import Money
from renewals.core.text import check_line
from renewals.queries.win_backs import has_left, returns_on

UNNAMED = "Signed below the policy price"


@dataclass(frozen=True, slots=True, kw_only=True)
class Concluded:
    """A give with its get, or why there is none. `amount` of the give is in the currency of the renewal."""

    give: Give
    get: Get | None = None
    no_get_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """Whether they did what they promised, on which day, and the evidence, or why not."""

    is_delivered: bool
    on: date
    note: str


@transaction.atomic
def record_concession(*, renewal_id: int, given: Concluded, by: Actor, now: datetime) -> Concession:
    """Record what is given in a cycle and what for; the same again, given twice in one day, is the one there is.

    Raises ConcessionNotPossible, TooManyDecimals, UnknownReference, and TextNotAllowed for texts too long.
    """
    renewal = locked_renewal(renewal_id)
    _check_currency(given, renewal.currency)
    columns = _columns(given) | {"is_win_back": has_left(renewal_id)}
    twin = concessions_of(renewal_id).filter(**columns, ended_on__isnull=True).first()
    if twin is not None:
        return twin
    return _create(renewal_id, columns, by=by, now=now)


@transaction.atomic
def change_concession(*, concession_id: int, revision: int, given: Concluded, by: Actor, now: datetime) -> Concession:
    """Keep what a concession says now; the same again changes nothing. A get that is settled stays as it was settled.

    Raises ConcessionChanged for a stale edit or one that came back, and as `record_concession`.
    """
    row = _locked(concession_id)
    columns = _columns(given)
    if all(getattr(row, name) == value for name, value in columns.items()):
        return row
    _check_open(row, revision)
    _check_currency(given, row.currency)
    settled = row.get_delivered_on or row.get_failed_on
    if settled and any(getattr(row, name) != columns[name] for name in ("get_kind", "get_what", "get_due_on")):
        raise ConcessionNotPossible("Its get is settled already.", where="get", remedy="Record a new concession.")
    return _save(row, columns, by=by, now=now)


@transaction.atomic
def settle_get(*, concession_id: int, revision: int, settled: Settled, by: Actor, now: datetime) -> Concession:
    """Note that the account did, or did not, do its part; the same again changes nothing.

    Raises ConcessionNotPossible for a concession without a get, a day to come, or without evidence.
    """
    row = _locked(concession_id)
    note = check_line(settled.note, label="The evidence", longest=300)
    columns = {
        "get_delivered_on": settled.on if settled.is_delivered else None,
        "get_failed_on": None if settled.is_delivered else settled.on,
        "get_note": note,
    }
    if all(getattr(row, name) == value for name, value in columns.items()):
        return row
    _check_revision(row, revision)
    if row.get_due_on is None:
        raise ConcessionNotPossible("There is nothing they would do in return.", where="get")
    if not note:
        raise ConcessionNotPossible("Say by what one sees it, or why it was not done.", where="note")
    if settled.on > now.date() + timedelta(days=1):
        raise ConcessionNotPossible("That day is still to come.", where="on")
    return _save(row, columns, by=by, now=now)


@transaction.atomic
def end_give(*, concession_id: int, revision: int, ended_on: date, reason: str, by: Actor, now: datetime) -> Concession:
    """Note from which day something is not given any more: the price came back, the service stopped.

    A second call changes nothing. Raises ConcessionChanged, ConcessionNotPossible without a reason.
    """
    row = _locked(concession_id)
    if row.ended_on is not None:
        return row
    _check_revision(row, revision)
    said = check_line(reason, label="The reason", longest=300)
    if not said:
        raise ConcessionNotPossible("Say how it came back.", where="reason")
    return _save(row, {"ended_on": ended_on, "ended_reason": said, "ended_by": by.label}, by=by, now=now)


@transaction.atomic
def record_unnamed(*, proposal: Proposal, by: Actor, now: datetime) -> Concession | None:
    """Record what a signed price gives below the policy price and nobody named; None when all of it is named.

    So every price below the policy has its concessions, with the reason it was approved for. A second call: None.
    """
    version, renewal = proposal.version, proposal.renewal
    named = named_price_gives(renewal.id, version.currency, is_win_back=proposal.is_win_back)
    amount = unnamed_amount(
        policy=Money(version.policy_amount, version.currency),
        net=Money(version.net_amount, version.currency),
        named=named,
    )
    if amount.amount == 0:
        return None
    months = int(version.wish.get("term_months", 12))
    starts_on = returns_on(renewal, today=now.date()) if proposal.is_win_back else renewal.due_on
    give = Give(
        kind=GiveKind.PRICE,
        what=f"{UNNAMED}, version {version.number}",
        amount=amount.rounded(),
        starts_on=starts_on,
        expires_on=add_months(starts_on, months) - timedelta(days=1),
        reason=_why(proposal)[:300],
    )
    given = Concluded(give=give, no_get_reason="Nobody named what they do in return.")
    columns = _columns(given) | {"is_unnamed": True, "version_id": version.id, "is_win_back": proposal.is_win_back}
    return _create(renewal.id, columns, by=by, now=now)


def _why(proposal: Proposal) -> str:
    """Why it was approved, else what was noted with the version."""
    request = proposal.version.requests.filter(state="approved").order_by("-id").first()
    said = request.note if request is not None else ""
    return said or proposal.version.note or (request.ended_reason if request is not None else "") or UNNAMED


def _columns(given: Concluded) -> dict[str, object]:
    give, get = given.give, given.get
    check_concession(give, get, no_get_reason=given.no_get_reason)
    return {
        "kind": give.kind.value,
        "what": check_line(give.what, label="What is given", longest=300),
        "amount": give.amount.amount,
        "currency": give.amount.currency,
        "starts_on": give.starts_on,
        "expires_on": give.expires_on,
        "reason": check_line(give.reason, label="The reason", longest=300),
        "no_get_reason": "" if get else check_line(given.no_get_reason, label="Why for nothing", longest=300),
        "get_kind": get.kind.value if get else "",
        "get_what": check_line(get.what, label="What they do in return", longest=300) if get else "",
        "get_due_on": get.due_on if get else None,
    }


def _create(renewal_id: int, columns: dict[str, object], *, by: Actor, now: datetime) -> Concession:
    return Concession.objects.create(
        workspace_id=by.workspace_id,
        renewal_id=renewal_id,
        created_at=now,
        created_by=by.label,
        edited_at=now,
        edited_by=by.label,
        **columns,
    )


def _save(row: Concession, columns: dict[str, object], *, by: Actor, now: datetime) -> Concession:
    for name, value in columns.items():
        setattr(row, name, value)
    row.revision, row.edited_at, row.edited_by = row.revision + 1, now, by.label
    row.save(update_fields=[*columns, "revision", "edited_at", "edited_by"])
    return row


def _locked(concession_id: int) -> Concession:
    row = Concession.objects.select_for_update().filter(id=concession_id).first()
    if row is None:
        raise UnknownReference("There is no such concession.", where="concession")
    return row


def _check_currency(given: Concluded, currency: str) -> None:
    if given.give.amount.currency != currency:
        raise ConcessionNotPossible(
            f"This renewal is in {currency}, the concession in {given.give.amount.currency}.", where="amount"
        )


def _check_open(row: Concession, revision: int) -> None:
    _check_revision(row, revision)
    if row.ended_on is not None:
        raise ConcessionChanged(f"It came back on {row.ended_on}, said by {row.ended_by}.")


def _check_revision(row: Concession, revision: int) -> None:
    if row.revision != revision:
        raise ConcessionChanged(
            f"{row.edited_by} has edited this concession since you opened it.",
            why=f"You saw edit {revision}, it is now at edit {row.revision}.",
        )
