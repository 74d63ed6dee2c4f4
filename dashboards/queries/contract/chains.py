"""Every contract whose chain is broken, with what is odd and where it is mended."""

from dataclasses import dataclass

from dashboards.core.contract_words import problem_words
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Link, Pager, Table
from dashboards.queries.asker import Asker
from renewals.models import Contract
from renewals.queries.chains import broken_contracts
from renewals.queries.contract_views import view_of
from renewals.queries.contracts import contracts
from renewals.queries.people import visible_to

PATH = "/contracts/chains/"
ROWS = 25
MENDS = {
    "term_gap": "Import the term that is missing, or amend the dates of the one before.",
    "term_overlap": "Amend the end of the term before, or cancel the contract that was imported twice.",
    "term_number_skipped": "Import the term that is missing, with its number.",
    "phase_gap": "Amend the item: give its phases days that follow each other.",
    "phase_overlap": "Amend the item: give its phases days that follow each other.",
    "line_outside_term": "Amend the line's days, or the end of the term.",
    "term_without_lines": "Amend the term and add its lines, or import them.",
    "renewal_off_term": "Amend the term's end: the open renewal follows it.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainsPage:
    """The finding, and a page of contracts with every problem of theirs."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    table: Table
    pager: Pager


def chains_page(asker: Asker, *, page: int = 1) -> ChainsPage:
    """Return one page of the contracts in the person's reach; the number of queries does not hang on the book."""
    rows = broken_contracts(visible_to(Contract.objects.all(), asker.member, "contracts.view"))
    number = rows.count()
    ids = list(rows.order_by("account__name", "id").values_list("id", flat=True)[(page - 1) * ROWS : page * ROWS])
    held = {row.id: row for row in contracts().filter(id__in=ids)}
    return ChainsPage(
        title=_title(number),
        unit="Gaps and overlaps of terms and of phases, lines outside their term, numbers left out, lost due dates",
        crumbs=(Link(text="Contracts"), Link(text="Broken chains")),
        table=Table(
            caption="Contracts with a broken chain",
            columns=(
                Column(title="Account"),
                Column(title="Contract"),
                Column(title="What is odd"),
                Column(title="Where to mend it"),
            ),
            rows=tuple(_row(asker, held[each]) for each in ids),
        ),
        pager=Pager(
            shown=count_words(len(ids), "contract"),
            first_href=PATH if page > 1 else "",
            next_href=f"{PATH}?page={page + 1}" if page * ROWS < number else "",
        ),
    )


def _title(number: int) -> str:
    if not number:
        return "Every contract's terms follow each other"
    return f"{count_words(number, 'contract has', 'contracts have')} a broken chain"


def _row(asker: Asker, row: Contract) -> tuple[Cell, ...]:
    found = view_of(row, on=asker.today).problems
    said = (
        problem_words(each.code, term=each.term, from_on=each.from_on, until_on=each.until_on, item=each.item)
        for each in found
    )
    return (
        Cell(text=row.account.name, href=f"/accounts/{row.account_id}/"),
        Cell(text=row.name or row.external_id, href=f"/contracts/{row.id}/"),
        Cell(text=" ".join(said), is_long=True),
        Cell(text=" ".join(dict.fromkeys(MENDS[each.code] for each in found)), href=f"/contracts/{row.id}/amendments/"),
    )
