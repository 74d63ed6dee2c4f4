"""A split as its page shows it: which line goes to which contract, and what each costs a year afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.http import Http404

from dashboards.core.dates import day_words
from dashboards.core.money import plain_amount
from dashboards.core.parts import Cell, Column, Link, Table
from renewals.core.contracts.following import ending_lines, split_lines
from renewals.core.money import Money
from renewals.core.records import LineRow, TermRow
from renewals.models import Contract, Renewal
from renewals.queries.term_rows import live_term, term_row


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPage:
    """The page of a split; `plan` is empty until lines are chosen, `key` names the plan that was seen."""

    title: str
    unit: str
    href: str
    crumbs: tuple[Link, ...]
    plan: Table | None
    key: str
    has_lines: bool


def open_renewal(row: Contract) -> Renewal:
    """Return the open renewal of a contract, the next one due; Http404 when there is nothing to split."""
    found = row.renewals.filter(closed_on__isnull=True).order_by("due_on").first()
    if found is None:
        raise Http404
    return found


def ending_term(renewal: Renewal) -> TermRow:
    """Return the term that ends; Http404 when it is not known any more."""
    held = live_term(renewal.contract_id, renewal.term_number)
    if held is None:
        raise Http404
    return term_row(held)


def split_page(
    row: Contract, renewal: Renewal, term: TermRow, groups: Mapping[str, tuple[str, ...]] | None
) -> SplitPage:
    """Return the page; raises the named errors of `split_lines` for groups that are no split."""
    name = row.name or row.external_id
    lines = None if groups is None else split_lines(term, groups=groups)
    return SplitPage(
        title="Split the renewal" if lines is None else f"{name} goes on in {len(lines)} contracts",
        unit=f"{row.account.name} · due {day_words(renewal.due_on)} · nothing is written before you say so",
        href=f"/contracts/{row.id}/split/",
        crumbs=(
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            Link(text=name, href=f"/contracts/{row.id}/"),
            Link(text="Split"),
        ),
        plan=None if lines is None else _table(lines, row.currency),
        key="" if lines is None else sha256(repr((renewal.id, term, sorted(lines.items()))).encode()).hexdigest(),
        has_lines=len(ending_lines(term)) > 1,
    )


def _table(lines: Mapping[str, tuple[LineRow, ...]], currency: str) -> Table:
    sums = {name: sum((line.arr_amount for line in own), Decimal(0)) for name, own in lines.items()}
    return Table(
        caption="Which contract takes which line",
        columns=(
            Column(title="Contract"),
            Column(title="Lines"),
            Column(title=f"ARR, {currency}", is_amount=True, term="arr"),
        ),
        rows=tuple(
            (
                Cell(text=name),
                Cell(text=", ".join(line.description or line.external_id for line in own), is_long=True),
                Cell(text=plain_amount(Money(sums[name], currency)), is_amount=True),
            )
            for name, own in lines.items()
        ),
        totals=(
            Cell(text="Together"),
            Cell(),
            Cell(text=plain_amount(Money(sum(sums.values(), Decimal(0)), currency)), is_amount=True),
        ),
    )
