"""The tables and the chart of a contract: its lines, ARR by date, and every version of its terms."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils.safestring import SafeString

from dashboards.chart_drawing import draw
from dashboards.core.charts import arr_steps_chart
from dashboards.core.contract_words import LINE_STATES, span_words
from dashboards.core.dates import instant_cell
from dashboards.core.money import plain_amount
from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from dashboards.queries.contracts import notice_words
from renewals.core.contracts.arr import ArrStep
from renewals.core.contracts.standing import LineStanding
from renewals.core.money import Money
from renewals.models import Contract, ContractLine, TermVersion
from renewals.queries.contract_views import ContractView

HIDDEN = "Hidden"


def lines_table(view: ContractView, *, currency: str, is_seen: bool) -> Table:
    """Return every line of the terms known with its state on the day; the total is what counts on that day."""
    names = _descriptions(view)
    return Table(
        caption="Lines of the contract",
        columns=(
            Column(title="Line"),
            Column(title="Runs"),
            Column(title="State", term="line_state"),
            Column(title=f"ARR, {currency}", is_amount=True, term="arr"),
        ),
        rows=tuple(_line(each, names, currency, is_seen=is_seen) for each in view.lines),
        totals=(
            Cell(text="Recurring on this day"),
            Cell(),
            Cell(),
            Cell(text=plain_amount(view.arr) if is_seen else HIDDEN, is_amount=True),
        ),
    )


def _line(each: LineStanding, names: dict[tuple[int, str], str], currency: str, *, is_seen: bool) -> tuple[Cell, ...]:
    word, state = LINE_STATES[each.state]
    line = each.line
    kind = "" if line.is_recurring else "once"
    return (
        Cell(text=names.get((each.term, line.external_id), line.external_id), note=kind or f"term {each.term}"),
        Cell(text=span_words(line.starts_on, each.ends_on)),
        Cell(text=word, state=state or "none"),
        Cell(text=plain_amount(Money(line.arr_amount, currency)) if is_seen else HIDDEN, is_amount=True),
    )


def _descriptions(view: ContractView) -> dict[tuple[int, str], str]:
    ids = {term.id: term.number for term in view.terms}
    rows = ContractLine.objects.filter(term_id__in=ids).select_related("product")
    return {(ids[row.term_id], row.external_id): _name(row) for row in rows}


def _name(row: ContractLine) -> str:
    name = row.description or (row.product.name if row.product else row.external_id)
    counted = f", {row.quantity.normalize():,f} {row.unit}" if row.unit else ""
    return f"{name}{counted}"


def arr_chart(steps: Sequence[ArrStep], now_known: Sequence[ArrStep] | None, *, name: str) -> SafeString | str:
    """Return ARR by date as a drawing; beside what is known now where the reader asks for earlier knowledge."""
    series = [("As known then", steps), ("As known now", now_known)] if now_known else [("ARR", steps)]
    points = [point for title, each in series for point in _points(title, each)]
    return draw(arr_steps_chart(points, name=name)) if any(value for _, _, value in points) else ""


def _points(title: str, steps: Sequence[ArrStep]) -> list[tuple[date, str, float]]:
    found = [(step.from_on, title, float(step.arr.amount)) for step in steps]
    return [*found, (steps[-1].until_on, title, float(steps[-1].arr.amount))] if steps else found


def arr_table(steps: Sequence[ArrStep], *, currency: str, is_seen: bool) -> Table:
    """Return the same as figures: each span of days with what it is worth a year and by which lines."""
    return Table(
        caption="ARR by date",
        columns=(
            Column(title="Days"),
            Column(title="Made up of"),
            Column(title=f"ARR, {currency}", is_amount=True, term="arr"),
        ),
        rows=tuple(
            (
                Cell(text=span_words(step.from_on, step.until_on)),
                Cell(text=", ".join(line.item or line.external_id for line in step.lines) or "no line"),
                Cell(text=plain_amount(step.arr) if is_seen else HIDDEN, is_amount=True),
            )
            for step in steps
        ),
    )


def versions_table(asker: Asker, row: Contract, *, known_at: datetime | None) -> Table:
    """Return every version of every term written by then, the newest first; the one in force says so."""
    found = [term for term in row.terms.all() if known_at is None or term.recorded_at <= known_at]
    newest = sorted(found, key=lambda term: (term.recorded_at, term.number, term.version), reverse=True)
    return Table(
        caption="Versions of the terms",
        columns=(
            Column(title="Version", term="term_version"),
            Column(title="Runs"),
            Column(title="Rule"),
            Column(title="Recorded"),
            Column(title="Why"),
        ),
        rows=tuple(_version(asker, term, known_at) for term in newest),
    )


def _version(asker: Asker, term: TermVersion, known_at: datetime | None) -> tuple[Cell, ...]:
    is_live = term.superseded_at is None or (known_at is not None and known_at < term.superseded_at)
    at = instant_cell(term.recorded_at, now=asker.now, zone=asker.workspace.timezone)
    return (
        Cell(text=f"Term {term.number}, version {term.version}", note="in force" if is_live else "replaced"),
        Cell(text=span_words(term.starts_on, term.ends_on)),
        Cell(text=notice_words(term)),
        Cell(date=at, note=f"by {term.recorded_by}" if term.recorded_by else ""),
        Cell(text=term.change_reason or "–"),
    )
