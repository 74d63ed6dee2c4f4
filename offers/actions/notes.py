"""What is known of a negotiation, competitors, objections and openings, recorded and taken back; its credit split."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from offers.core.errors import SplitChanged, SplitNotWhole
from offers.core.negotiation.credit import Share, check_split
from offers.core.negotiation.facts import OPENINGS, NoteKind, NoteSource
from offers.models import CreditSplit, NegotiationNote
from offers.queries.notes import credit_of, holders_now, notes_of, shares_of
from offers.queries.renewals import locked_renewal
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NegativeAmount, RequiredValueMissing, UnknownReference
from renewals.core.money import Money, check_decimals
from renewals.core.text import check_line


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteGiven:
    """What was heard: of which kind, about what, where and when; `amount` a year for an opening, None unknown."""

    kind: NoteKind
    subject: str
    source: NoteSource
    heard_on: date
    comment: str = ""
    amount: Decimal | None = None
    walk_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitGiven:
    """The shares on top of the split that the person saw (0 for none), and why."""

    shares: tuple[Share, ...]
    seen_number: int
    reason: str = ""


@transaction.atomic
def record_note(*, renewal_id: int, given: NoteGiven, by: Actor, now: datetime) -> NegotiationNote:
    """Record what was heard; the same again, of the same day, is the note there is.

    Raises RequiredValueMissing without a subject, InvalidInput for a day to come or an amount of what is no opening,
    NegativeAmount, TooManyDecimals, UnknownReference.
    """
    renewal = locked_renewal(renewal_id)
    subject = check_line(given.subject, label="What it is about", longest=120, is_required=True)
    if given.heard_on > now.date() + timedelta(days=1):
        raise InvalidInput("That day is still to come.", where="heard_on")
    if given.amount is not None:
        _check_amount(given, renewal.currency)
    twin = notes_of(renewal_id).filter(kind=given.kind, subject__iexact=subject, heard_on=given.heard_on).first()
    if twin is not None:
        return twin
    return NegotiationNote.objects.create(
        workspace_id=by.workspace_id,
        renewal_id=renewal_id,
        walk_id=given.walk_id,
        kind=given.kind.value,
        subject=subject,
        comment=check_line(given.comment, label="The comment", longest=600),
        amount=given.amount,
        currency=renewal.currency,
        source=given.source.value,
        heard_on=given.heard_on,
        recorded_at=now,
        recorded_by=by.label,
    )


@transaction.atomic
def take_note_back(*, note_id: int, reason: str, by: Actor, now: datetime) -> NegotiationNote:
    """Take a note back with the reason; it stays in the history. A second call changes nothing."""
    row = NegotiationNote.objects.select_for_update().filter(id=note_id).first()
    if row is None:
        raise UnknownReference("There is no such note.", where="note")
    if row.taken_back_at is not None:
        return row
    said = check_line(reason, label="The reason", longest=300)
    if not said:
        raise RequiredValueMissing("Say why it is taken back.", where="reason")
    row.taken_back_at, row.taken_back_by, row.taken_back_reason = now, by.label, said
    row.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_reason"])
    return row


@transaction.atomic
def split_credit(*, renewal_id: int, given: SplitGiven, by: Actor, now: datetime) -> CreditSplit:
    """Set who gets the credit of a renewal and return the split; the same again changes nothing.

    Raises SplitNotWhole unless it is exactly 100 % of people and teams there are, SplitChanged when somebody else set
    another one meanwhile.
    """
    locked_renewal(renewal_id)
    check_split(given.shares)
    _check_known(given.shares)
    newest = credit_of(renewal_id)
    if newest is not None and set(shares_of(newest)) == set(given.shares):
        return newest
    number = newest.number if newest else 0
    if number != given.seen_number:
        who = newest.set_by if newest else ""
        raise SplitChanged(f"{who} has set another split.", why=f"You saw split {given.seen_number}.")
    return CreditSplit.objects.create(
        workspace_id=by.workspace_id,
        renewal_id=renewal_id,
        number=number + 1,
        holders=[share.holder for share in given.shares],
        percents=[share.percent for share in given.shares],
        reason=check_line(given.reason, label="The reason", longest=300),
        set_at=now,
        set_by=by.label,
    )


def _check_amount(given: NoteGiven, currency: str) -> None:
    if given.kind not in OPENINGS:
        raise InvalidInput("Only an opening is worth something.", where="amount")
    money = Money(given.amount or Decimal(0), currency)
    if money.amount < 0:
        raise NegativeAmount("An opening is not worth less than nothing.", where="amount")
    check_decimals(money)


def _check_known(shares: Sequence[Share]) -> None:
    strangers = {share.holder for share in shares} - holders_now()
    if strangers:
        raise SplitNotWhole("Somebody among the shares does not work here any more.", remedy="Choose another.")
