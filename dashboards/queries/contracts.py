"""The contracts of an account as a page shows them: terms in force with their lines, notice rule and end action."""

from dataclasses import dataclass
from datetime import date

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.money import plain_amount
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from renewals.core.money import Money
from renewals.models import Contract, ContractLine, TermVersion
from renewals.queries.contracts import contracts

END_ACTIONS = {
    "renew": "renews by itself",
    "evergreen": "goes on without an end",
    "end": "ends",
    "manual": "needs a decision",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """One term in force: its span, its rule, its lines."""

    name: str
    starts: DateCell
    ends: DateCell
    rule: str
    version: str
    is_current: bool
    lines: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractPart:
    """A contract with its terms, the newest first."""

    name: str
    note: str
    href: str
    terms: tuple[TermLine, ...]


def contract_parts(asker: Asker, account_id: int, *, is_seen: bool) -> tuple[ContractPart, ...]:
    """Return the contracts of an account; `is_seen` is False where amounts are hidden."""
    return tuple(_contract(asker, row, is_seen=is_seen) for row in contracts().filter(account_id=account_id))


def notice_words(term: TermVersion) -> str:
    """Return the notice rule in the clause's own unit: "60 days' notice, renews by itself"."""
    action = END_ACTIONS.get(term.end_action, title(term.end_action))
    if not term.notice_period:
        return f"no notice rule, {action}"
    unit = title(term.notice_unit).lower().rstrip("s")
    return f"{term.notice_period} {unit}{'s' if term.notice_period > 1 else ''} of notice, {action}"


def _contract(asker: Asker, row: Contract, *, is_seen: bool) -> ContractPart:
    live = [term for term in row.terms.all() if term.superseded_at is None]
    notes = (row.external_id if row.external_id != row.name else "", row.currency, _ended(row))
    return ContractPart(
        name=row.name or row.external_id,
        note=" · ".join(note for note in notes if note),
        href=f"/contracts/{row.id}/",
        terms=tuple(_term(asker, row, term, is_seen=is_seen) for term in reversed(live)),
    )


def _ended(row: Contract) -> str:
    return f"cancelled on {row.cancelled_on.isoformat()}" if row.cancelled_on else ""


def _term(asker: Asker, contract: Contract, term: TermVersion, *, is_seen: bool) -> TermLine:
    is_current = term.starts_on <= asker.today and (term.ends_on is None or asker.today <= term.ends_on)
    changed = f", version {term.version}: {term.change_reason}" if term.version > 1 else ""
    return TermLine(
        name=f"Term {term.number}",
        starts=date_cell(term.starts_on, today=asker.today),
        ends=date_cell(term.ends_on, today=asker.today, is_deadline=is_current, missing="open-ended"),
        rule=notice_words(term),
        version=changed.lstrip(", "),
        is_current=is_current,
        lines=_lines(contract, _running(term, asker.today), is_seen=is_seen),
    )


def _running(term: TermVersion, today: date) -> list[ContractLine]:
    """Return the lines that run today, or on the first or last day of a term that is ahead or over.

    The other phases of a ramp stand on the contract's page: summed up here they would count several times.
    """
    day = max(term.starts_on, min(today, term.ends_on or today))
    return [
        line for line in term.lines.all() if line.starts_on <= day and (line.ends_on is None or day <= line.ends_on)
    ]


def _lines(contract: Contract, lines: list[ContractLine], *, is_seen: bool) -> Table:
    total = sum((line.arr_amount for line in lines if line.is_recurring), start=lines[0].arr_amount * 0 if lines else 0)
    return Table(
        caption=f"Lines of {contract.name or contract.external_id}",
        columns=(
            Column(title="Line"),
            Column(title="Quantity", is_amount=True),
            Column(title=f"ARR, {contract.currency}", is_amount=True, term="arr"),
        ),
        rows=tuple(_line(contract, line, is_seen=is_seen) for line in lines),
        totals=()
        if not lines
        else (
            Cell(text="Recurring"),
            Cell(),
            Cell(text=plain_amount(Money(total, contract.currency)) if is_seen else "Hidden", is_amount=True),
        ),
    )


def _line(contract: Contract, line: ContractLine, *, is_seen: bool) -> tuple[Cell, ...]:
    name = line.description or (line.product.name if line.product else line.external_id)
    amount = plain_amount(Money(line.arr_amount, contract.currency)) if is_seen else "Hidden"
    return (
        Cell(text=name, note="" if line.is_recurring else "once"),
        Cell(text=f"{line.quantity.normalize():f} {line.unit}".strip(), is_amount=True),
        Cell(text=amount, is_amount=True),
    )
