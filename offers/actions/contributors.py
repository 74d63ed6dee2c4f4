"""Parts of a proposal and the people who own them: asked for, written, remarked on, taken off. No price stands here."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from offers.core.errors import PartChanged, PartNotPossible
from offers.models import PartRemark, ProposalPart
from offers.queries.approvals import role_of
from offers.queries.contributors import standing_parts
from offers.queries.renewals import is_bargained, locked_renewal
from renewals.core.actors import Actor
from renewals.core.errors import NotPermitted, StateNotAllowed, UnknownReference
from renewals.core.text import check_line, check_text

MOST_PARTS = 12
LONGEST_TEXT = 4000
State = ProposalPart.State


@dataclass(frozen=True, slots=True, kw_only=True)
class PartAsked:
    """Who is asked for which part, from which side of the house, and by when; None: no day."""

    user_id: int
    function: str
    title: str
    due_on: date | None = None


@transaction.atomic
def ask_for_part(*, renewal_id: int, given: PartAsked, by: Actor, now: datetime) -> ProposalPart:
    """Name who owns a part; the same person and part again is the part there is.

    Raises PartNotPossible for a stranger, an unknown side, a day that is over or too many parts, StateNotAllowed for a
    closed renewal, RequiredValueMissing without a title, UnknownReference.
    """
    row = locked_renewal(renewal_id)
    if not is_bargained(row):
        raise StateNotAllowed("This renewal is closed.", why="Parts are written for an open one.")
    title = check_line(given.title, label="The part", longest=120, is_required=True)
    _check_asked(given, now.date())
    held = standing_parts(renewal_id)
    twin = held.filter(user_id=given.user_id, title__iexact=title).first()
    if twin is not None:
        return twin
    if held.count() >= MOST_PARTS:
        raise PartNotPossible(f"There are {MOST_PARTS} parts already.", where="title", remedy="Take one off first.")
    return ProposalPart.objects.create(
        workspace_id=by.workspace_id,
        renewal_id=renewal_id,
        user_id=given.user_id,
        function=given.function,
        title=title,
        due_on=given.due_on,
        created_at=now,
        created_by=by.label[:150],
        edited_at=now,
        edited_by=by.label[:150],
    )


@transaction.atomic
def write_part(*, part_id: int, text: str, is_ready: bool, revision: int, by: Actor, now: datetime) -> ProposalPart:
    """Keep what its owner writes; nobody else writes in their name. The same again changes nothing.

    Raises NotPermitted, PartChanged for another edit meanwhile, PartNotPossible for a ready part that says nothing.
    """
    row = _locked(part_id)
    if by.kind != "person" or by.id != row.user_id:
        raise NotPermitted("Only the person who owns this part writes it.", remedy="Leave a remark instead.")
    said = check_text(text, label="The part", longest=LONGEST_TEXT)
    state = State.READY if is_ready else State.ASKED
    if (row.text, row.state) == (said, state):
        return row
    if row.revision != revision:
        raise PartChanged("This part was edited since you opened it.", why=f"You saw edit {revision}.")
    if is_ready and not said:
        raise PartNotPossible("A part that says nothing is not ready.", where="text", remedy="Write it first.")
    row.text = said
    return _save(row, state, by, now)


@transaction.atomic
def remark_on_part(*, part_id: int, words: str, by: Actor, now: datetime) -> PartRemark:
    """Leave a remark; whose remarks are welcome is decided by the page. The same twice in a row is one."""
    row = _locked(part_id)
    said = check_line(words, label="The remark", longest=1000, is_required=True)
    last = row.remarks.order_by("-id").first()
    if last is not None and (last.words, last.said_by) == (said, by.label[:150]):
        return last
    return PartRemark.objects.create(
        workspace_id=by.workspace_id, part=row, words=said, said_at=now, said_by=by.label[:150]
    )


@transaction.atomic
def take_part_off(*, part_id: int, by: Actor, now: datetime) -> ProposalPart:
    """Take a part off the proposal; what was written stays in its history. A second call changes nothing."""
    row = _locked(part_id, is_any=True)
    return row if row.state == State.REMOVED else _save(row, State.REMOVED, by, now)


def _check_asked(given: PartAsked, today: date) -> None:
    if given.function not in ProposalPart.Function.values:
        raise PartNotPossible("This is no side of the house.", where="function")
    if given.due_on is not None and given.due_on < today:
        raise PartNotPossible("That day is over.", where="due_on", remedy="Choose today or later.")
    if not role_of(given.user_id):
        raise PartNotPossible("This person is not a member of this workspace.", where="person")


def _locked(part_id: int, *, is_any: bool = False) -> ProposalPart:
    rows = ProposalPart.objects.select_for_update()
    row = (rows if is_any else rows.exclude(state=State.REMOVED)).filter(id=part_id).first()
    if row is None:
        raise UnknownReference("There is no such part.", where="part")
    return row


def _save(row: ProposalPart, state: str, by: Actor, now: datetime) -> ProposalPart:
    row.state, row.revision, row.edited_at, row.edited_by = state, row.revision + 1, now, by.label[:150]
    row.save(update_fields=["text", "state", "revision", "edited_at", "edited_by"])
    return row
