"""The calls side by side as a table of plain columns, for the file beneath the page that draws them by hand."""

from collections.abc import Iterable, Sequence

from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.forecast.calls import CallRow, SaidCell

CALLERS = ("Owner", "Leader", "Model")


def calls_sheet(rows: Sequence[CallRow]) -> Table:
    """Return the lines of the page with a column for each thing that a caller says."""
    said = [f"{caller} {what}" for caller in CALLERS for what in ("category", "amount", "chance", "note")]
    names = ("Account", "Owner", "Due", "Notice by", "Target", *said, "Callers disagree")
    return Table(
        caption="Calls side by side",
        columns=tuple(Column(title=name, is_amount=name.endswith(("amount", "chance", "Target"))) for name in names),
        rows=tuple(_row(row) for row in rows),
    )


def _row(row: CallRow) -> tuple[Cell, ...]:
    return (
        Cell(text=row.account, href=row.href),
        Cell(text=row.owner),
        Cell(date=row.due),
        Cell(date=row.notice),
        Cell(money=row.target),
        *(cell for said in row.said for cell in _said(said)),
        Cell(text=row.apart),
    )


def _said(said: SaidCell) -> Iterable[Cell]:
    yield Cell(text=said.category)
    yield Cell() if said.amount is None else Cell(money=said.amount)
    yield Cell(text=said.chance, is_amount=True)
    yield Cell(text=" · ".join(word for word in (said.age, said.note) if word))
