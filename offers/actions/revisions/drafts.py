"""Draft a price revision: its rows are the preview, made anew with every change; handed in, approved, ended.

Whoever had a hand in it is noted, because the one who approves it must be somebody else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from offers.core.approvals import Away, Seat, StepFacts
from offers.core.errors import (
    DraftChanged,
    DraftNotInState,
    NotYoursToDecide,
    RulesHaveProblems,
    SecondPersonNeeded,
)
from offers.core.revisions import Beyond, Revision, plain_revision, seat_in_chain
from offers.core.revisions import RevisedTerm as Made
from offers.core.states import check_revision_step
from offers.models import PriceRevision, RevisedTerm
from offers.queries.approvals import people
from offers.queries.revisions import (
    InBook,
    chain_in_force,
    level_counts,
    limits_of,
    lines_as_kept,
    made_of,
    revision_of,
)
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing
from renewals.core.text import check_line

State, TermState = PriceRevision.State, RevisedTerm.State
BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionWish:
    """A revision with its name and why."""

    name: str
    reason: str
    revision: Revision


@transaction.atomic
def start_revision(*, wish: RevisionWish, today: date, by: Actor, now: datetime) -> PriceRevision:
    """Return a new draft with what it would make of every term today; raises RequiredValueMissing."""
    row = PriceRevision(workspace_id=by.workspace_id, author=by.label, created_at=now)
    return _keep(row, wish, today=today, by=by, now=now)


@transaction.atomic
def change_revision(
    *, revision_id: int, seen: int, wish: RevisionWish, today: date, by: Actor, now: datetime
) -> PriceRevision:
    """Keep another book, rule or choice of a draft and make its rows anew; raises DraftChanged, DraftNotInState."""
    row = _open(revision_id, seen)
    row.revision += 1
    return _keep(row, wish, today=today, by=by, now=now)


@transaction.atomic
def leave_out(
    *, revision_id: int, seen: int, contract_ids: Mapping[int, str], today: date, by: Actor, now: datetime
) -> PriceRevision:
    """Leave contracts out by hand, each with its reason; an empty reason takes one in again.

    Raises DraftChanged, DraftNotInState.
    """
    row = _open(revision_id, seen)
    before = revision_of(row)
    left_out = {**before.choices.left_out, **contract_ids}
    kept = {key: check_line(why, label="The reason", longest=300) for key, why in left_out.items() if why.strip()}
    content = plain_revision(before)
    content["choices"]["left_out"] = {str(key): why for key, why in sorted(kept.items())}
    row.content, row.revision = content, row.revision + 1
    wish = RevisionWish(name=row.name, reason=row.reason, revision=revision_of(row))
    return _keep(row, wish, today=today, by=by, now=now)


@transaction.atomic
def submit_revision(*, revision_id: int, seen: int, by: Actor, now: datetime) -> PriceRevision:
    """Hand a draft in; its rows are frozen from here on. Raises RulesHaveProblems when no term takes part."""
    row = _open(revision_id, seen)
    check_revision_step(row.state, State.WAITING)
    if not row.terms.filter(state=TermState.PLANNED).exists():
        raise RulesHaveProblems("No term takes part in this price revision.")
    return _to(row, State.WAITING, submitted_at=now)


@transaction.atomic
def take_revision_back(*, revision_id: int, by: Actor, now: datetime) -> PriceRevision:
    """Make what waits a draft again."""
    row = locked_revision(revision_id)
    check_revision_step(row.state, State.DRAFT)
    return _to(row, State.DRAFT, submitted_at=None)


@transaction.atomic
def approve_revision(*, revision_id: int, away: Away | None = None, by: Actor, now: datetime) -> PriceRevision:
    """Approve what waits, or sign one step of the level its terms ask for; the last signature lets workers apply it.

    Raises SecondPersonNeeded for whoever had a hand in it, NotYoursToDecide where others are asked.
    """
    row = locked_revision(revision_id)
    check_revision_step(row.state, State.APPLYING)
    asked = _asked(row, away or {}, by=by, now=now)
    if asked is not None:
        _sign(row, *asked, by=by, now=now)
        after = chain_in_force(row)
        if after is not None and not after[1].is_complete:
            return row
    return _to(row, State.APPLYING, approver_id=by.id, approved_by=by.label, approved_at=now)


@transaction.atomic
def refuse_revision(
    *, revision_id: int, reason: str, away: Away | None = None, by: Actor, now: datetime
) -> PriceRevision:
    """Refuse what waits, as somebody who is asked to approve it; raises as `approve_revision`, RequiredValueMissing."""
    row = locked_revision(revision_id)
    check_revision_step(row.state, State.REFUSED)
    _asked(row, away or {}, by=by, now=now)
    return end_revision(revision_id=revision_id, reason=reason, by=by, now=now)


@transaction.atomic
def end_revision(*, revision_id: int, reason: str, by: Actor, now: datetime) -> PriceRevision:
    """Set a draft aside, or refuse one that waits, with the reason; raises RequiredValueMissing."""
    row = locked_revision(revision_id)
    to = State.REFUSED if row.state == State.WAITING else State.DISCARDED
    check_revision_step(row.state, to)
    if not reason.strip():
        raise RequiredValueMissing("Say why it is not to be applied.", where="reason")
    return _to(
        row, to, ended_at=now, ended_by=by.label, ended_reason=check_line(reason, label="The reason", longest=300)
    )


def locked_revision(revision_id: int) -> PriceRevision:
    """Return the revision, locked until the transaction ends; raises DraftNotInState when there is none."""
    found = PriceRevision.objects.select_for_update().filter(id=revision_id).first()
    if found is None:
        raise DraftNotInState("There is no such price revision.")
    return found


def _open(revision_id: int, seen: int) -> PriceRevision:
    row = locked_revision(revision_id)
    if row.state != State.DRAFT:
        raise DraftNotInState(f"This price revision is {row.state}; only a draft can be changed.")
    if row.revision != seen:
        raise DraftChanged(
            "Somebody has edited this price revision since you opened it.",
            why=f"You saw edit {seen}, it is now at edit {row.revision}.",
        )
    return row


def _keep(row: PriceRevision, wish: RevisionWish, *, today: date, by: Actor, now: datetime) -> PriceRevision:
    row.name = check_line(wish.name, label="Name", longest=120, is_required=True)
    row.reason = check_line(wish.reason, label="Why", longest=300, is_required=True)
    row.content, row.previewed_at = plain_revision(wish.revision), now
    row.editor_ids = sorted({*row.editor_ids, *([by.id] if by.kind == "person" and by.id is not None else [])})
    row.save()
    _preview(row, wish.revision, today=today, now=now)
    return row


def _preview(row: PriceRevision, revision: Revision, *, today: date, now: datetime) -> None:
    """Write the rows of a draft anew: they are a picture of the book as it is today."""
    RevisedTerm.objects.filter(revision=row).delete()
    found = made_of(revision, today=today)
    beyond = limits_of(found, today=today)
    rows = [_row(row, each, made, beyond.get(made.contract_id, Beyond()), now) for each, made in found]
    RevisedTerm.objects.bulk_create(rows, batch_size=BATCH)


def _row(row: PriceRevision, found: InBook, made: Made, beyond: Beyond, now: datetime) -> RevisedTerm:
    reason = "beyond_policy" if beyond.is_refused else made.reason
    return RevisedTerm(
        workspace_id=row.workspace_id,
        revision=row,
        contract_id=made.contract_id,
        term_number=made.term_number,
        term_version=found.term.version,
        lines=lines_as_kept(made),
        currency=made.old.currency,
        old_amount=made.old.amount,
        new_amount=made.new.amount,
        ends_on=found.term.ends_on,
        announce_on=made.announce_on,
        state=TermState.EXCLUDED if reason else TermState.PLANNED,
        reason=reason,
        note=made.note,
        level="" if reason else beyond.level,
        changed_at=now,
    )


def _asked(row: PriceRevision, away: Away, *, by: Actor, now: datetime) -> tuple[StepFacts, Seat] | None:
    """Return the step a person is asked at, None where any second person may answer.

    Raises SecondPersonNeeded, NotYoursToDecide.
    """
    if by.kind != "person" or by.id is None or by.id in row.editor_ids:
        raise SecondPersonNeeded(
            f"{by.label} cannot approve this price revision.", why="A second person looks at it before prices change."
        )
    found = chain_in_force(row)
    if found is None:
        return None
    level, chain = found
    seat = seat_in_chain(chain, by.id, people=people(), away=away, barred=frozenset(row.editor_ids), now=now)
    if seat is None:
        raise NotYoursToDecide(
            f"{sum(level_counts(row.id).values())} of its terms go beyond the limits: {level.name} is asked.",
            why="A revision is no way round the policy.",
        )
    return seat


def _sign(row: PriceRevision, step: StepFacts, seat: Seat, *, by: Actor, now: datetime) -> None:
    row.answers.create(
        workspace_id=row.workspace_id,
        step=step.key,
        role=seat.role,
        user_id=seat.user_id,
        on_behalf_of_id=seat.on_behalf_of,
        answered_at=now,
        answered_by=by.label,
    )


def _to(row: PriceRevision, state: str, **said: object) -> PriceRevision:
    row.state = state
    for name, value in said.items():
        setattr(row, name, value)
    row.save(update_fields=["state", *said])
    return row
