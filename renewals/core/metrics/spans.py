"""On which days each contract line counts: terms in force, lines of evergreen terms going on, late renewals bridged.

The same days as `renewals.core.terms.arr_on` when the grace is zero; a test holds them equal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

DAY = timedelta(days=1)
FOR_EVER = date.max
YEAR_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """A recurring line of a term version; `ends_on` None lasts as long as the term."""

    external_id: str
    arr_amount: Decimal
    starts_on: date
    ends_on: date | None = None
    item: str = ""
    is_suspended: bool = False
    product_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTerm:
    """A term version with its recurring lines; `superseded_at` None: in force."""

    id: int
    number: int
    version: int
    starts_on: date
    recorded_at: datetime
    ends_on: date | None = None
    superseded_at: datetime | None = None
    is_evergreen: bool = False
    lines: tuple[BookLine, ...] = ()

    @property
    def is_multi_year(self) -> bool:
        """Answer whether it was agreed for longer than a year."""
        return self.ends_on is not None and (self.ends_on - self.starts_on).days + 1 > YEAR_DAYS


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractBook:
    """A contract with all its term versions.

    `amended` has (item, effective day) of what amendments changed: such a step was negotiated and is no escalator.
    `moved_to` is the account the contract went on with from `moved_on`, its first day there.
    """

    contract_id: int
    account_id: int
    currency: str
    terms: tuple[BookTerm, ...]
    cancelled_on: date | None = None
    moved_to: int | None = None
    moved_on: date | None = None
    amended: frozenset[tuple[str, date]] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bridge:
    """A gap of a late renewal within the grace: the old term counts on until the day before the next one."""

    account_id: int
    contract_id: int
    term_number: int
    ended_on: date
    next_contract_id: int
    next_on: date

    @property
    def days(self) -> int:
        """Return how many days are bridged."""
        return (self.next_on - self.ended_on).days - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LineSpan:
    """The days on which a line counts, both inclusive; beyond the end of its term only through its `bridge`."""

    book: ContractBook
    term: BookTerm
    line: BookLine
    from_on: date
    until_on: date
    bridge: Bridge | None = None

    def counts_on(self, day: date) -> bool:
        """Answer whether the line counts at the end of the day."""
        return self.from_on <= day <= self.until_on

    def is_bridged_on(self, day: date) -> bool:
        """Answer whether it counts on the day only because the renewal came within the grace."""
        return self.bridge is not None and day > self.bridge.ended_on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A term with the last day it governs."""

    book: ContractBook
    term: BookTerm
    until_on: date
    bridge: Bridge | None = None


def spans_of(
    books: Iterable[ContractBook], *, grace_days: int, known_at: datetime | None = None
) -> tuple[LineSpan, ...]:
    """Return the spans of all lines, as known at an instant (None: now).

    A gap of at most `grace_days` is bridged between two terms of a contract, and between the end of a contract and the
    first term of another one of the same account, unless the first was cancelled.
    """
    held = [_governed(book, known_terms(book, known_at), grace_days) for book in books]
    return tuple(span for each in _bridged(held, grace_days) for span in _spans(each))


def known_terms(book: ContractBook, known_at: datetime | None = None) -> tuple[BookTerm, ...]:
    """Return one version of each term by its first day: the ones in force, or those recorded at an instant."""
    if known_at is None:
        found = [term for term in book.terms if term.superseded_at is None]
    else:
        found = [term for term in book.terms if _was_known(term, known_at)]
    return tuple(sorted(found, key=lambda term: (term.starts_on, term.number)))


def spans_by_account(spans: Iterable[LineSpan]) -> dict[int, list[LineSpan]]:
    """Return the spans by the account that has the contract, and also by the one it was assigned to."""
    found: dict[int, list[LineSpan]] = {}
    for span in spans:
        owners = {span.book.account_id} if span.book.moved_to is None else {span.book.account_id, span.book.moved_to}
        for account_id in owners:
            found.setdefault(account_id, []).append(span)
    return found


def bridges_of(spans: Iterable[LineSpan], *, on: date) -> tuple[Bridge, ...]:
    """Return the pairs that are bridged on a day, each once."""
    return tuple(dict.fromkeys(span.bridge for span in spans if span.bridge and _is_in_gap(span, on)))


def _is_in_gap(span: LineSpan, on: date) -> bool:
    return span.counts_on(on) and span.is_bridged_on(on)


def _was_known(term: BookTerm, instant: datetime) -> bool:
    return term.recorded_at <= instant and (term.superseded_at is None or instant < term.superseded_at)


def _governed(book: ContractBook, terms: tuple[BookTerm, ...], grace_days: int) -> list[_Held]:
    following = [*terms[1:], None]
    found = [_held(book, term, after, grace_days) for term, after in zip(terms, following, strict=True)]
    return [each for each in found if each.until_on >= each.term.starts_on]


def _held(book: ContractBook, term: BookTerm, after: BookTerm | None, grace_days: int) -> _Held:
    last = book.cancelled_on - DAY if book.cancelled_on is not None else FOR_EVER
    if term.ends_on is None:
        return _Held(book=book, term=term, until_on=min(last, after.starts_on - DAY if after else FOR_EVER))
    if after is None:
        return _Held(book=book, term=term, until_on=min(last, FOR_EVER if term.is_evergreen else term.ends_on))
    bridge = _bridge(book, term, book, after.starts_on)
    if bridge is None or bridge.days > grace_days or last <= term.ends_on:
        return _Held(book=book, term=term, until_on=min(last, term.ends_on))
    return _Held(book=book, term=term, until_on=min(last, after.starts_on - DAY), bridge=bridge)


def _bridge(book: ContractBook, term: BookTerm, following: ContractBook, next_on: date) -> Bridge | None:
    """Return the pair; None when there is no day between the two."""
    if term.ends_on is None or (next_on - term.ends_on).days <= 1:
        return None
    return Bridge(
        account_id=book.account_id,
        contract_id=book.contract_id,
        term_number=term.number,
        ended_on=term.ends_on,
        next_contract_id=following.contract_id,
        next_on=next_on,
    )


def _bridged(held: Sequence[list[_Held]], grace_days: int) -> list[_Held]:
    """Return all terms, the last of a contract led on to the contract that follows it within the grace."""
    firsts = [terms[0] for terms in held if terms]
    return [each for terms in held if terms for each in (*terms[:-1], _led_on(terms[-1], firsts, grace_days))]


def _led_on(last: _Held, firsts: list[_Held], grace_days: int) -> _Held:
    if last.book.cancelled_on is not None or last.until_on != last.term.ends_on:
        return last
    pairs = (
        _bridge(last.book, last.term, first.book, first.term.starts_on)
        for first in firsts
        if first.book.contract_id != last.book.contract_id and first.book.account_id == last.book.account_id
    )
    near = [pair for pair in pairs if pair is not None and pair.days <= grace_days]
    if not near:
        return last
    found = min(near, key=lambda pair: (pair.next_on, pair.next_contract_id))
    return replace(last, until_on=found.next_on - DAY, bridge=found)


def _spans(held: _Held) -> Iterable[LineSpan]:
    for line in held.term.lines:
        from_on = max(line.starts_on, held.term.starts_on)
        lasts = line.ends_on is None or (held.term.ends_on is not None and line.ends_on >= held.term.ends_on)
        until_on = held.until_on if line.ends_on is None or lasts else min(line.ends_on, held.until_on)
        if from_on <= until_on:
            bridge = held.bridge if lasts else None
            yield LineSpan(book=held.book, term=held.term, line=line, from_on=from_on, until_on=until_on, bridge=bridge)
