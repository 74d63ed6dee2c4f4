"""Term versions in two times: what a contract says on a day, as it was known at an instant; and its ARR.

A version is never edited: an amendment supersedes it. Nothing here knows a database.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Literal

from renewals.core.dates import NoticeUnit
from renewals.core.money import Money, total


class EndAction(StrEnum):
    """What happens when a term ends and nobody acts."""

    RENEW = "renew"
    EVERGREEN = "evergreen"
    END = "end"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something sold under a term; `arr_amount` a year; `ends_on` None lasts as long as the term.

    Phases of one ramp share an `item`.
    """

    external_id: str
    arr_amount: Decimal
    starts_on: date
    ends_on: date | None = None
    is_recurring: bool = True
    item: str = ""
    is_suspended: bool = False

    def is_live_on(self, day: date) -> bool:
        """Answer whether the line runs on `day`, both ends inclusive."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One version of one term with its lines; `superseded_at` None is the version in force."""

    number: int
    version: int
    starts_on: date
    recorded_at: datetime
    ends_on: date | None = None
    superseded_at: datetime | None = None
    notice_period: int = 0
    notice_unit: NoticeUnit = NoticeUnit.DAYS
    end_action: EndAction = EndAction.MANUAL
    is_auto_renewing: bool = False
    renewal_months: int | None = None
    lines: tuple[Line, ...] = ()
    id: int | None = None

    def was_known_at(self, instant: datetime) -> bool:
        """Answer whether this version was the recorded one at `instant`."""
        return self.recorded_at <= instant and (self.superseded_at is None or instant < self.superseded_at)

    def covers(self, day: date) -> bool:
        """Answer whether `day` lies in the term, both ends inclusive."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFinding:
    """Something odd between two terms that follow each other; days inclusive."""

    code: Literal["W-DATE-06", "E-DATE-05"]
    earlier: int
    later: int
    from_on: date
    until_on: date


def known_terms(terms: Iterable[Term], *, known_at: datetime | None = None) -> tuple[Term, ...]:
    """Return one version of each term, by number: the live ones, or those recorded at `known_at`."""
    chosen = (t for t in terms if (t.superseded_at is None if known_at is None else t.was_known_at(known_at)))
    return tuple(sorted(chosen, key=lambda term: (term.starts_on, term.number)))


def term_on(
    terms: Iterable[Term], *, on: date, known_at: datetime | None = None, cancelled_on: date | None = None
) -> Term | None:
    """Return the version that governs `on`, as known at `known_at` (None: as known now).

    An evergreen last term governs every later day. `cancelled_on` is the first day without the contract. None means
    that no term governs the day.
    """
    if cancelled_on is not None and on >= cancelled_on:
        return None
    known = known_terms(terms, known_at=known_at)
    covering = next((term for term in known if term.covers(on)), None)
    if covering is not None or not known:
        return covering
    last = known[-1]
    return last if last.end_action is EndAction.EVERGREEN and on > last.starts_on else None


def arr_on(
    terms: Iterable[Term],
    *,
    currency: str,
    on: date,
    known_at: datetime | None = None,
    cancelled_on: date | None = None,
) -> Money:
    """Return the annual recurring amount on a day: the recurring lines alive in the term that governs it.

    One-off lines never count (source: glossary 5a). Zero when no term governs the day.
    """
    term = term_on(terms, on=on, known_at=known_at, cancelled_on=cancelled_on)
    if term is None:
        return Money(Decimal(0), currency)
    # An evergreen term goes on after its last day with the lines of that day.
    day = on if term.covers(on) or term.ends_on is None else term.ends_on
    return recurring_total(term, currency=currency, on=day)


def recurring_total(term: Term, *, currency: str, on: date) -> Money:
    """Return the sum of the term's recurring lines alive on `on`, a year, not rounded."""
    live = (line for line in term.lines if line.is_recurring and line.is_live_on(on))
    return total((Money(line.arr_amount, currency) for line in live), currency=currency)


def term_findings(terms: Iterable[Term]) -> tuple[TermFinding, ...]:
    """Return the gaps (W-DATE-06) and overlaps (E-DATE-05) between neighbouring live terms, in order."""
    pairs = pairwise(known_terms(terms))
    found = (_finding(earlier, later) for earlier, later in pairs)
    return tuple(item for item in found if item)


def _finding(earlier: Term, later: Term) -> TermFinding | None:
    if earlier.ends_on is None or later.starts_on <= earlier.ends_on:
        ends = [term.ends_on for term in (earlier, later) if term.ends_on is not None]
        until = min(ends) if ends else later.starts_on
        return _between(earlier, later, code="E-DATE-05", from_on=later.starts_on, until_on=until)
    day_after = earlier.ends_on + timedelta(days=1)
    if later.starts_on == day_after:
        return None
    until = later.starts_on - timedelta(days=1)
    return _between(earlier, later, code="W-DATE-06", from_on=day_after, until_on=until)


def _between(
    earlier: Term, later: Term, *, code: Literal["W-DATE-06", "E-DATE-05"], from_on: date, until_on: date
) -> TermFinding:
    return TermFinding(code=code, earlier=earlier.number, later=later.number, from_on=from_on, until_on=until_on)
