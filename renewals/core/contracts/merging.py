"""Merge plans: bring several contracts to one end date with stubs, and one of them on as the only one if wished.

A plan is a value to look at; applying it writes what it says and nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from renewals.core.contracts.phases import item_of, span_of
from renewals.core.contracts.stubs import prorated
from renewals.core.dates import term_end, term_months
from renewals.core.errors import InvalidInput, MixedCurrencies
from renewals.core.money import Money, total
from renewals.core.records import LineRow, TermRow
from renewals.core.terms import EndAction

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MergingContract:
    """A contract that takes part: its last term as it stands."""

    contract_id: int
    name: str
    account_id: int
    currency: str
    term: TermRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StubLine:
    """What one line costs for the days of its stub."""

    external_id: str
    annual: Money
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePart:
    """What the plan means for one contract: its term with the new end, and the stub; no stub lines where none is due.

    `stub_from` None: it ends on the common day already.
    """

    contract_id: int
    name: str
    term: TermRow
    stub_from: date | None
    stub_lines: tuple[StubLine, ...]
    stub: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """All parts, the common last day, and, in a merger, the surviving contract with its first common term."""

    ends_on: date
    parts: tuple[MergePart, ...]
    stub: Money
    survivor_id: int | None = None
    merged: TermRow | None = None


def plan_merger(
    contracts: Iterable[MergingContract], *, ends_on: date | None = None, survivor_id: int | None = None
) -> MergePlan:
    """Return the plan that ends all contracts on one day: the latest of their ends, or a later one that is asked for.

    With a survivor its next term takes all lines from the day after, and the others end for good. Raises InvalidInput
    for fewer than two contracts, several accounts, an open-ended term, an earlier day, or a survivor that takes no
    part; MixedCurrencies.
    """
    taking_part = tuple(sorted(contracts, key=lambda each: each.contract_id))
    last = _check(taking_part, survivor_id)
    common = last if ends_on is None else ends_on
    if common < last:
        raise InvalidInput(
            f"A contract runs until {last.isoformat()}, after {common.isoformat()}.",
            remedy="Choose that day or a later one: nobody's term is cut short.",
        )
    parts = tuple(_part(each, common, is_ending=survivor_id not in (None, each.contract_id)) for each in taking_part)
    currency = taking_part[0].currency
    return MergePlan(
        ends_on=common,
        parts=parts,
        stub=total((part.stub for part in parts), currency=currency),
        survivor_id=survivor_id,
        merged=None if survivor_id is None else _merged(taking_part, parts, common, survivor_id),
    )


def _check(contracts: tuple[MergingContract, ...], survivor_id: int | None) -> date:
    if len({each.contract_id for each in contracts}) < 2:
        raise InvalidInput("A merge plan needs two contracts or more.")
    if len({each.account_id for each in contracts}) > 1:
        raise InvalidInput("Contracts of several accounts do not end together.")
    currencies = sorted({each.currency for each in contracts})
    if len(currencies) > 1:
        raise MixedCurrencies(f"{' and '.join(currencies)} cannot be put together.")
    if survivor_id is not None and survivor_id not in {each.contract_id for each in contracts}:
        raise InvalidInput("The contract that goes on takes part in the plan.")
    ends = [each.term.ends_on for each in contracts if each.term.ends_on is not None]
    if len(ends) < len(contracts):
        raise InvalidInput("An open-ended contract has no end to bring forward.", remedy="Give it an end date first.")
    return max(ends)


def _part(contract: MergingContract, common: date, *, is_ending: bool) -> MergePart:
    """Lines that run on the last day go on to the common one; their stub is prorated line by line."""
    term = contract.term
    last = term.ends_on or common
    going_on = tuple(line for line in term.lines if span_of(line, term).ends_on == last)
    changed = replace(
        term,
        ends_on=common,
        end_action=EndAction.END if is_ending else term.end_action,
        is_auto_renewing=term.is_auto_renewing and not is_ending,
        lines=tuple(replace(line, ends_on=None) if line in going_on else line for line in term.lines),
    )
    stubs = tuple(
        _stub(line, contract.currency, starts_on=last + DAY, ends_on=common)
        for line in going_on
        if line.is_recurring and common > last
    )
    return MergePart(
        contract_id=contract.contract_id,
        name=contract.name,
        term=changed,
        stub_from=last + DAY if common > last else None,
        stub_lines=stubs,
        stub=total((stub.amount for stub in stubs), currency=contract.currency),
    )


def _stub(line: LineRow, currency: str, *, starts_on: date, ends_on: date) -> StubLine:
    annual = Money(line.arr_amount, currency)
    amount = prorated(annual, starts_on=starts_on, ends_on=ends_on)
    return StubLine(external_id=line.external_id, annual=annual, amount=amount)


def _merged(
    contracts: tuple[MergingContract, ...], parts: tuple[MergePart, ...], common: date, survivor_id: int
) -> TermRow:
    """Return the survivor's next term: the lines of all that run on the common day, under names of their own."""
    own = next(each for each in contracts if each.contract_id == survivor_id)
    taken: set[str] = set()
    lines = []
    for contract, part in zip(contracts, parts, strict=True):
        alive = (line for line in part.term.lines if span_of(line, part.term).ends_on == common and line.is_recurring)
        for line in alive:
            wanted = item_of(line)
            name = wanted if wanted not in taken else f"{wanted}/{contract.contract_id}"
            taken.add(name)
            lines.append(replace(line, external_id=name, item="", starts_on=None, ends_on=None))
    following = next_span(own.term, starts_on=common + DAY)
    return replace(following, lines=tuple(lines), change_reason="Merged")


def next_span(term: TermRow, *, starts_on: date | None = None, months: int | None = None) -> TermRow:
    """Return the next term without lines: from the day after (or `starts_on`), as long as agreed, else as this one.

    Raises InvalidInput for a term without an end.
    """
    if term.ends_on is None:
        raise InvalidInput(f"Term {term.number} is open-ended: nothing follows it.")
    first = starts_on or term.ends_on + DAY
    length = months or term.renewal_months or term_months(term.starts_on, term.ends_on)
    return replace(
        term, number=term.number + 1, starts_on=first, ends_on=term_end(first, length), lines=(), change_reason=""
    )
