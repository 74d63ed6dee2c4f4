"""Apply an approved price revision term by term, stop and go on, note that it was announced, take it back before.

Each part is a transaction of its own: a killed worker loses one part at most, and no term is applied twice.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from offers.actions.revisions.drafts import locked_revision
from offers.core.revisions import RevisedTerm as Made
from offers.core.states import check_revision_step
from offers.models import PriceRevision, RevisedTerm
from offers.queries.revisions import InBook, lines_as_kept, made_of, revision_of
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, StateNotAllowed
from renewals.core.text import check_line

State, TermState = PriceRevision.State, RevisedTerm.State
PART = 50
CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worked:
    """What one part did; `is_over`: nothing is left to apply anywhere."""

    terms: int
    is_over: bool


@transaction.atomic
def apply_part(*, today: date, by: Actor, now: datetime, most: int = PART) -> Worked:
    """Apply the next terms of a revision that is being applied, each judged again as of today.

    A term that reads otherwise than it was approved, or takes no part any more, is passed over with the reason.
    """
    row = PriceRevision.objects.select_for_update(skip_locked=True).filter(state=State.APPLYING).order_by("id").first()
    if row is None:
        return Worked(terms=0, is_over=True)
    planned = list(row.terms.select_for_update().filter(state=TermState.PLANNED).order_by("id")[:most])
    made = {
        found.candidate.contract_id: (found, each)
        for found, each in made_of(revision_of(row), today=today, only=[term.contract_id for term in planned])
    }
    for term in planned:
        reason = _reason(term, made.get(term.contract_id))
        term.state, term.reason = (TermState.PASSED_OVER, reason) if reason else (TermState.APPLIED, "")
        term.changed_at = now
    RevisedTerm.objects.bulk_update(planned, ["state", "reason", "changed_at"])
    if len(planned) < most:
        row.state = State.APPLIED
        row.save(update_fields=["state"])
    return Worked(terms=len(planned), is_over=False)


@transaction.atomic
def stop_revision(*, revision_id: int, by: Actor, now: datetime) -> PriceRevision:
    """Stop applying; what is applied stays so until it is taken back. The same again changes nothing."""
    return _move(revision_id, State.STOPPED)


@transaction.atomic
def resume_revision(*, revision_id: int, by: Actor, now: datetime) -> PriceRevision:
    """Go on with a revision that was stopped, where it stood."""
    return _move(revision_id, State.APPLYING)


@transaction.atomic
def announce_terms(*, revision_id: int, term_ids: list[int], on: date, by: Actor, now: datetime) -> int:
    """Note that new prices were announced to the accounts; returns how many were not noted before.

    An announced price is not taken back. Raises StateNotAllowed for a day after a term's last day to announce it.
    """
    row = locked_revision(revision_id)
    terms = row.terms.select_for_update().filter(id__in=term_ids, state=TermState.APPLIED, announced_on__isnull=True)
    late = sorted(term.announce_on for term in terms if term.announce_on is not None and term.announce_on < on)
    if late:
        raise StateNotAllowed(
            f"{len(late)} of them had to be announced by {late[0].isoformat()}.",
            remedy="Take these back: the old price holds.",
        )
    return terms.update(announced_on=on, changed_at=now)


@transaction.atomic
def undo_revision(*, revision_id: int, reason: str, by: Actor, now: datetime, term_ids: list[int] | None = None) -> int:
    """Take applied prices back that were not announced, all or some; returns how many.

    With nothing in force any more and nothing to come the revision is undone. Raises RequiredValueMissing.
    """
    row = locked_revision(revision_id)
    if not reason.strip():
        raise RequiredValueMissing("Say why it is taken back.", where="reason")
    if row.state == State.UNDONE:
        return 0
    check_revision_step(row.state, State.UNDONE)
    terms = row.terms.filter(state=TermState.APPLIED, announced_on__isnull=True)
    if term_ids is not None:
        terms = terms.filter(id__in=term_ids)
    done = terms.update(
        state=TermState.UNDONE, note=check_line(reason, label="The reason", longest=300), changed_at=now
    )
    if term_ids is None:
        row.terms.filter(state=TermState.PLANNED).update(state=TermState.PASSED_OVER, reason="undone", changed_at=now)
    if not row.terms.filter(state__in=[TermState.APPLIED, TermState.PLANNED]).exists():
        row.state, row.ended_at, row.ended_by, row.ended_reason = (
            State.UNDONE,
            now,
            by.label,
            check_line(reason, label="The reason", longest=300),
        )
        row.save(update_fields=["state", "ended_at", "ended_by", "ended_reason"])
    elif term_ids is None:
        # What was announced stays in force; nothing more is applied.
        row.state = State.APPLIED
        row.save(update_fields=["state"])
    return done


def _reason(term: RevisedTerm, found: tuple[InBook, Made] | None) -> str:
    """Return why a term is passed over; empty when it still says what was approved."""
    if found is None:
        return CHANGED
    in_book, made = found
    is_same = in_book.term.number == term.term_number and lines_as_kept(made) == term.lines
    return made.reason or ("" if is_same else CHANGED)


def _move(revision_id: int, to: str) -> PriceRevision:
    row = locked_revision(revision_id)
    if row.state != to:
        check_revision_step(row.state, to)
        row.state = to
        row.save(update_fields=["state"])
    return row
