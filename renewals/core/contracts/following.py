"""What follows a term that was renewed: the next term and its lines, and in which way the renewal went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from renewals.core.contracts.merging import next_span
from renewals.core.contracts.phases import item_of, span_of
from renewals.core.dates import add_months
from renewals.core.errors import InvalidInput
from renewals.core.money import Money, minor_units
from renewals.core.records import LineRow, TermRow
from renewals.core.terms import EndAction

YEAR = 12


class RenewalTiming(StrEnum):
    """When a renewal was decided against its due date, or that it is open past it (source: glossary 5b)."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    OPEN = "open"
    LAPSED = "lapsed"


class RenewalShape(StrEnum):
    """What became of the lines: all went on, some, none, together with other contracts, or into several."""

    WHOLE = "whole"
    PARTIAL = "partial"
    MERGED = "merged"
    SPLIT = "split"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """What was agreed for the next term; None: as the contract says. `items` None: every item goes on.

    `lines` None: the lines share the final amount as before; else they are the lines that were agreed, exactly.
    `ramp_percent`: how much more each further year of the term costs; the lines are those of its first year.
    """

    starts_on: date | None = None
    months: int | None = None
    end_action: EndAction | None = None
    items: tuple[str, ...] | None = None
    lines: tuple["AgreedLine", ...] | None = None
    ramp_percent: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedLine:
    """A line as it was agreed, by the key of the line that ends; what is not said (empty, None) goes on as it was."""

    external_id: str
    arr_amount: Decimal
    name: str = ""
    product: str = ""
    quantity: Decimal | None = None
    list_arr_amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRule:
    """When a loss is reviewed and the account asked back; shipped in library/closing.toml."""

    review_days: int
    win_back_months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LossDates:
    """The days that follow a lost renewal."""

    review_on: date
    win_back_on: date


def loss_dates(*, decided_on: date, due_on: date, rule: LossRule) -> LossDates:
    """Return when to review a loss, from the decision on, and when to ask back, from the day the account leaves."""
    return LossDates(
        review_on=decided_on + timedelta(days=rule.review_days),
        win_back_on=add_months(max(decided_on, due_on), rule.win_back_months),
    )


def renewal_timing(*, due_on: date, closed_on: date | None, today: date) -> RenewalTiming:
    """Return the timing: decided before, on or after the due date; open; or lapsed, open on or past it."""
    if closed_on is None:
        return RenewalTiming.LAPSED if due_on <= today else RenewalTiming.OPEN
    if closed_on == due_on:
        return RenewalTiming.ON_TIME
    return RenewalTiming.EARLY if closed_on < due_on else RenewalTiming.LATE


def renewal_shape(
    *, before: Iterable[str], after: Iterable[str], contracts_before: int = 1, contracts_after: int = 1
) -> RenewalShape:
    """Return the shape from the items that ran at the end and those that begin, and how many contracts held them."""
    old, new = set(before), set(after)
    if not new:
        return RenewalShape.NONE
    if contracts_before > 1:
        return RenewalShape.MERGED
    if contracts_after > 1:
        return RenewalShape.SPLIT
    return RenewalShape.WHOLE if old <= new else RenewalShape.PARTIAL


def following_term(term: TermRow, *, final: Money, agreed: Following | None = None) -> TermRow:
    """Return the next term at the signed amount: the items that ran on the last day, sharing it as they did before.

    Cents that cannot be shared go to the largest line, so that the lines sum up to the amount exactly. A term that is
    to be evergreen has no end. Raises InvalidInput for an open-ended term, an item that did not run, an amount
    without a line to carry it, or agreed lines that do not sum up to it.
    """
    said = agreed or Following()
    lines = ending_lines(term)
    if said.items is not None:
        if unknown := sorted(set(said.items) - {item_of(line) for line in lines}):
            raise InvalidInput(f"Item '{unknown[0]}' does not run on the last day of term {term.number}.")
        lines = tuple(line for line in lines if item_of(line) in said.items)
    following = next_span(term, starts_on=said.starts_on, months=said.months)
    end_action = said.end_action or term.end_action
    agreed_on = shared(lines, final=final) if said.lines is None else agreed_lines(lines, said.lines, final=final)
    made = replace(
        following,
        ends_on=None if end_action is EndAction.EVERGREEN else following.ends_on,
        end_action=end_action,
        is_auto_renewing=end_action is EndAction.RENEW,
        lines=agreed_on,
    )
    return replace(made, lines=ramped(made, final=final, percent=said.ramp_percent)) if said.ramp_percent else made


def ramped(term: TermRow, *, final: Money, percent: Decimal) -> tuple[LineRow, ...]:
    """Return the lines of a term's first year as phases, one a year, each year so much more than the one before.

    A year's amount is rounded once and shared out to the cent, so its lines sum up to it. The last phase lasts to the
    end of the term; a term of one year or less, or without an end, is as it was.
    """
    if term.ends_on is None or add_months(term.starts_on, YEAR) > term.ends_on:
        return term.lines
    found: list[LineRow] = []
    yearly, first, number = final, term.starts_on, 1
    while first <= term.ends_on:
        following = add_months(term.starts_on, YEAR * number)
        last = min(following - timedelta(days=1), term.ends_on)
        for line in shared(term.lines, final=yearly.rounded()):
            key = line.external_id if number == 1 else f"{line.external_id}-year-{number}"
            found.append(replace(line, external_id=key, item=line.external_id, starts_on=first, ends_on=last))
        yearly = yearly.times(1 + percent / 100)
        first, number = following, number + 1
    return tuple(found)


def agreed_lines(before: tuple[LineRow, ...], agreed: tuple[AgreedLine, ...], *, final: Money) -> tuple[LineRow, ...]:
    """Return the lines of a new term exactly as agreed: those that end, changed, and new ones.

    A line that is not named does not go on. Raises InvalidInput unless they sum up to `final`.
    """
    total = sum((line.arr_amount for line in agreed), Decimal(0))
    if total != final.amount:
        raise InvalidInput(f"The agreed lines sum up to {total:f}, not to {final.amount:f}.")
    held = {line.external_id: line for line in before}
    return tuple(_agreed_line(held.get(line.external_id), line) for line in agreed)


def _agreed_line(held: LineRow | None, agreed: AgreedLine) -> LineRow:
    before = held or LineRow(
        external_id=agreed.external_id,
        arr_amount=Decimal(0),
        description=agreed.name,
        product_external_id=agreed.product,
    )
    return replace(
        before,
        external_id=item_of(before),
        item="",
        arr_amount=agreed.arr_amount,
        quantity=before.quantity if agreed.quantity is None else agreed.quantity,
        list_arr_amount=before.list_arr_amount if agreed.list_arr_amount is None else agreed.list_arr_amount,
        starts_on=None,
        ends_on=None,
    )


def ending_lines(term: TermRow) -> tuple[LineRow, ...]:
    """Return the recurring lines that run on the last day of the term: what comes up for renewal."""
    return tuple(line for line in term.lines if line.is_recurring and span_of(line, term).ends_on == term.ends_on)


def shared(lines: tuple[LineRow, ...], *, final: Money) -> tuple[LineRow, ...]:
    """Return the lines as whole ones for a new term, their amounts scaled to `final`, exact to the last cent.

    Raises InvalidInput when there is an amount and no line.
    """
    if not lines:
        if final.amount == 0:
            return ()
        raise InvalidInput("There is no line to carry the amount.", remedy="Name the lines of the next term.")
    before = sum((line.arr_amount for line in lines), Decimal(0))
    step = Decimal(1).scaleb(-max(minor_units(final.currency), _decimals(final.amount)))
    weights = [line.arr_amount / before if before else Decimal(1) / len(lines) for line in lines]
    amounts = [(final.amount * weight).quantize(step, ROUND_DOWN) for weight in weights]
    largest = max(range(len(lines)), key=lambda place: (amounts[place], -place))
    amounts[largest] += final.amount - sum(amounts, Decimal(0))
    return tuple(
        replace(line, external_id=item_of(line), item="", arr_amount=amount, starts_on=None, ends_on=None)
        for line, amount in zip(lines, amounts, strict=True)
    )


def split_lines(term: TermRow, *, groups: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[LineRow, ...]]:
    """Return the lines that run on the last day by the contract that takes them on; every item goes to exactly one.

    Raises InvalidInput for an item left out, named twice or unknown, fewer than two groups, or an empty one.
    """
    lines = {item_of(line): line for line in ending_lines(term)}
    named = [item for items in groups.values() for item in items]
    if len(groups) < 2 or not all(groups.values()):
        raise InvalidInput("A split needs two contracts or more, each with a line.")
    if len(set(named)) != len(named):
        raise InvalidInput("An item goes to two contracts.")
    if wrong := sorted(set(named) ^ set(lines)):
        raise InvalidInput(f"Item '{wrong[0]}' goes to no contract, or does not run on the last day.")
    return {
        name: tuple(replace(lines[item], external_id=item, item="", starts_on=None, ends_on=None) for item in items)
        for name, items in groups.items()
    }


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
