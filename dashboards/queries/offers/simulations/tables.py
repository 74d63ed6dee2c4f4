"""The rows of a simulation as tables and as lines of a sheet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from dashboards.core.dates import instant_cell
from dashboards.core.filters import address
from dashboards.core.money import money_words
from dashboards.core.offers.shown import finding_reason
from dashboards.core.offers.simulated import (
    WHYS,
    DecisionLine,
    Sides,
    asked_of,
    group_of,
    group_words,
    hours_words,
    moves_of,
    queue_words,
)
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from offers.core.simulation import Clock
from offers.models import SimulatedDecision
from renewals.core.money import Money

HEAD = (
    "account", "account_id", "renewal_id", "kind", "version", "decided_at", "currency", "price", "price_at_home",
    "before", "after", "below_policy_before", "below_policy_after", "hours_before", "hours_after", "hours_really",
    "asked_before", "asked_after", "reasons", "unknown", "comes_again", "why",
)  # fmt: skip


def decisions_table(rows: Iterable[SimulatedDecision], asker: Asker) -> Table:
    """Return decisions with both sides and the reason of the side after."""
    return Table(
        caption="Decisions before and after",
        columns=(
            Column(title="Account"),
            Column(title="Decided"),
            Column(title="Price a year", is_amount=True),
            Column(title="As it was"),
            Column(title="As it would be"),
            Column(title="Because"),
        ),
        rows=tuple(_decision(row, asker) for row in rows),
    )


def unequal_table(rows: Iterable[SimulatedDecision], asker: Asker) -> Table:
    """Return the decisions that the policy of then did not give again, and why."""
    return Table(
        caption="Decisions that did not come again",
        columns=(Column(title="Account"), Column(title="Decided"), Column(title="Recorded"), Column(title="Why not")),
        rows=tuple(
            (
                _account(row),
                Cell(date=instant_cell(row.decided_at, now=asker.now, zone=asker.workspace.timezone)),
                _group(row.before_way, row.before_level),
                Cell(text=WHYS.get(row.why, title(row.why)), is_long=True),
            )
            for row in rows
        ),
    )


def moves_table(lines: Sequence[DecisionLine], path: str, *, currency: str) -> Table:
    """Return from where to where decisions go; each number leads to its rows."""
    return Table(
        caption="Where decisions would have gone",
        columns=(
            Column(title="As it was"),
            Column(title="As it would be"),
            Column(title="Decisions", is_amount=True),
            Column(title="ARR", is_amount=True, term="arr"),
        ),
        rows=tuple(
            (
                Cell(text=group_words(before)[0], state=group_words(before)[1]),
                Cell(text=group_words(after)[0], state=group_words(after)[1]),
                Cell(
                    text=f"{number:,}",
                    href=address(path, {"part": "decisions", "was": before, "would_be": after}),
                    is_amount=True,
                ),
                Cell(text=money_words(Money(amount, currency)), is_amount=True),
            )
            for before, after, number, amount in moves_of(lines)
        ),
    )


def approvers_table(lines: Sequence[DecisionLine], clocks: Iterable[Clock]) -> Table:
    """Return how often each queue was asked, would have been, and how long it takes by answers that were given."""
    known = {clock.queue: clock for clock in clocks if not clock.level}
    return Table(
        caption="Who is asked how often",
        columns=(
            Column(title="Who is asked"),
            Column(title="As it was", is_amount=True),
            Column(title="As it would be", is_amount=True),
            Column(title="Difference", is_amount=True),
            Column(title="Median time to an answer", is_amount=True),
        ),
        rows=tuple(_approver(queue, sides, known.get(queue)) for queue, sides in asked_of(lines).items()),
    )


def closings_table(rows: Iterable[SimulatedDecision]) -> Table:
    """Return renewals closed without a proposal and what their closing price would have needed."""
    return Table(
        caption="Closed without a proposal",
        columns=(
            Column(title="Account"),
            Column(title="Closing price", is_amount=True),
            Column(title="Would have been"),
            Column(title="Below the policy price", is_amount=True),
            Column(title="Because"),
        ),
        rows=tuple(
            (
                _account(row),
                Cell(text=_money(row.net_amount, row.currency), is_amount=True),
                _group(row.after_way, row.after_level),
                Cell(text=_money(row.after_given, row.run.workspace.currency), is_amount=True),
                Cell(text=_because(row, row.run.workspace.currency), note=_unknown(row), is_long=True),
            )
            for row in rows
        ),
    )


def sheet_of(rows: Iterable[SimulatedDecision]) -> Iterator[Sequence[str]]:
    """Return the rows as lines of a sheet, its head first."""
    yield HEAD
    for row in rows:
        yield (
            row.account.name, row.account.external_id, str(row.renewal_id), row.kind, str(row.version_number or ""),
            row.decided_at.isoformat(), row.currency, _plain(row.net_amount), _plain(row.home_amount),
            group_words(group_of(row.before_way, row.before_level))[0] if row.before_way else "",
            group_words(group_of(row.after_way, row.after_level))[0],
            _plain(row.before_given), _plain(row.after_given),
            *(("" if hours is None else f"{hours:.2f}") for hours in
              (row.before_hours, row.after_hours, row.real_hours)),
            "; ".join(row.before_asked), "; ".join(row.after_asked), "; ".join(each["key"] for each in row.reasons),
            "; ".join(row.unknown), "" if row.is_reproduced is None else str(row.is_reproduced).lower(), row.why,
        )  # fmt: skip


def _decision(row: SimulatedDecision, asker: Asker) -> tuple[Cell, ...]:
    return (
        _account(row),
        Cell(date=instant_cell(row.decided_at, now=asker.now, zone=asker.workspace.timezone)),
        Cell(text=_money(row.net_amount, row.currency), is_amount=True),
        _group(row.before_way, row.before_level),
        _group(row.after_way, row.after_level),
        Cell(text=_because(row, asker.workspace.currency), note=_unknown(row), is_long=True),
    )


def _account(row: SimulatedDecision) -> Cell:
    note = f"version {row.version_number}" if row.version_number else ""
    href = f"/approvals/{row.request_id}/" if row.request_id else f"/renewals/{row.renewal_id}/"
    return Cell(text=row.account.name, href=href, note=note)


def _group(way: str, level: str) -> Cell:
    words, tone = group_words(group_of(way, level))
    return Cell(text=words, state=tone)


def _because(row: SimulatedDecision, home: str) -> str:
    if not row.after_way:
        return WHYS.get(row.why, "")
    if not row.reasons:
        return "Every value lies inside."
    return finding_reason(row.reasons[0], {}, row.currency, home).text


def _unknown(row: SimulatedDecision) -> str:
    return f"not known then: {', '.join(_fact_words(name) for name in row.unknown)}" if row.unknown else ""


def _fact_words(name: str) -> str:
    return name.replace(".", " ").replace("_", " ")


def _approver(queue: str, sides: Sides, clock: Clock | None) -> tuple[Cell, ...]:
    difference = int(sides.after) - int(sides.before)
    hours = "Nobody has answered yet" if clock is None else f"{hours_words(clock.hours)} (n = {clock.count:,})"
    return (
        Cell(text=queue_words(queue)),
        Cell(text=f"{sides.before:,}", is_amount=True),
        Cell(text=f"{sides.after:,}", is_amount=True),
        Cell(text=f"{difference:+,}" if difference else "–", is_amount=True),
        Cell(text=hours, is_amount=True),
    )


def _money(amount: Decimal | None, currency: str) -> str:
    return "Not known" if amount is None else money_words(Money(amount, currency))


def _plain(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def chosen_filters(choice: Mapping[str, str]) -> dict[str, str]:
    """Return the filters of an address that mean something."""
    return {name: choice[name] for name in ("was", "would_be", "unknown") if choice.get(name)}
