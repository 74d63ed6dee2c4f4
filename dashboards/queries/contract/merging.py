"""A merge plan as its page shows it: which contracts end together, what the stubs cost, what goes on."""

from dataclasses import dataclass
from hashlib import sha256

from dashboards.core.dates import day_words
from dashboards.core.money import money_words, plain_amount
from dashboards.core.parts import Cell, Column, Link, Table
from renewals.core.contracts.merging import MergePart, MergePlan
from renewals.models import Contract
from renewals.queries.contracts import contracts


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePage:
    """The page of a plan; `plan` is empty until contracts are chosen, `key` names the plan that was seen."""

    title: str
    unit: str
    href: str
    crumbs: tuple[Link, ...]
    plan: Table | None
    merged: Table | None
    key: str


def others_of(row: Contract) -> tuple[tuple[str, str], ...]:
    """Return the other contracts of the account that may take part, as choices of a form."""
    found = contracts().filter(account_id=row.account_id, cancelled_on__isnull=True).exclude(id=row.id)
    return tuple((str(each.id), each.name or each.external_id) for each in found)


def plan_key(plan: MergePlan) -> str:
    """Return a name that is the same for the same plan, and another one as soon as anything of it differs."""
    return sha256(repr(plan).encode()).hexdigest()


def merge_page(row: Contract, plan: MergePlan | None) -> MergePage:
    """Return the page of a plan of this contract, or of none yet."""
    name = row.name or row.external_id
    return MergePage(
        title="Let contracts end together" if plan is None else _title(plan),
        unit=f"{row.account.name} · nothing is written before you say so",
        href=f"/contracts/{row.id}/merger/",
        crumbs=(
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            Link(text=name, href=f"/contracts/{row.id}/"),
        ),
        plan=None if plan is None else _parts(plan, row.currency),
        merged=None if plan is None or plan.merged is None else _merged(plan, row.currency),
        key="" if plan is None else plan_key(plan),
    )


def _title(plan: MergePlan) -> str:
    until = day_words(plan.ends_on)
    return f"{len(plan.parts)} contracts end together on {until}: stubs of {money_words(plan.stub)}"


def _parts(plan: MergePlan, currency: str) -> Table:
    return Table(
        caption="What the plan means for each contract",
        columns=(
            Column(title="Contract"),
            Column(title="Stub"),
            Column(title="Lines of the stub"),
            Column(title="Afterwards"),
            Column(title=f"Stub, {currency}", is_amount=True, term="co_termination"),
        ),
        rows=tuple(_part(part, plan) for part in plan.parts),
        totals=(Cell(text="Together"), Cell(), Cell(), Cell(), Cell(text=plain_amount(plan.stub), is_amount=True)),
    )


def _part(part: MergePart, plan: MergePlan) -> tuple[Cell, ...]:
    days = "none: it ends then already"
    if part.stub_from is not None:
        days = f"{day_words(part.stub_from)} – {day_words(plan.ends_on)}"
    after = "comes up for renewal on its own" if plan.survivor_id is None else "its lines go on in the other contract"
    lines = "; ".join(f"{line.external_id}: {plain_amount(line.amount)}" for line in part.stub_lines)
    return (
        Cell(text=part.name, href=f"/contracts/{part.contract_id}/"),
        Cell(text=days),
        Cell(text=lines or "–"),
        Cell(text="goes on with all lines" if plan.survivor_id == part.contract_id else after),
        Cell(text=plain_amount(part.stub), is_amount=True),
    )


def _merged(plan: MergePlan, currency: str) -> Table:
    merged = plan.merged
    lines = merged.lines if merged else ()
    return Table(
        caption="The first common term",
        columns=(Column(title="Line"), Column(title=f"ARR, {currency}", is_amount=True, term="arr")),
        rows=tuple(
            (Cell(text=line.description or line.external_id), Cell(text=f"{line.arr_amount:,.2f}", is_amount=True))
            for line in lines
        ),
    )
