"""The list of imports: what came in, what waits for somebody, what was refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from dashboards.core.dates import instant_cell
from dashboards.core.filters import address
from dashboards.core.imports import BUSY, OPEN, STATES, size_words
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Pager, Table
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from renewals.models import ImportRun
from signals.queries.imports import import_specs

PATH = "/imports/"
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsPage:
    """The imports of the workspace, newest first; `is_empty` when there has never been one."""

    title: str
    unit: str
    table: Table
    pager: Pager
    is_empty: bool
    may_change: bool


def imports_page(asker: Asker, choice: Mapping[str, str]) -> ImportsPage:
    """Return one page of the imports."""
    counts = dict(ImportRun.objects.values_list("state").annotate(n=Count("id")))
    after = choice.get("after", "")
    runs = ImportRun.objects.order_by("-id")
    rows = list((runs.filter(id__lt=int(after)) if after.isdecimal() else runs)[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    return ImportsPage(
        title=_title(counts),
        unit=f"Newest first · times in {asker.workspace.timezone.replace('_', ' ')}",
        table=_table(shown, asker),
        pager=Pager(
            shown=count_words(len(shown), "import"),
            first_href=PATH if after else "",
            next_href=address(PATH, {}, after=str(shown[-1].id)) if len(rows) > ROWS_A_PAGE else "",
        ),
        is_empty=not counts,
        may_change=can(asker.member, "imports.change"),
    )


def _title(counts: Mapping[str, int]) -> str:
    if not counts:
        return "Bring your accounts and contracts in"
    done = f"{count_words(counts.get('done', 0), 'file')} imported"
    busy = sum(counts.get(state, 0) for state in BUSY)
    waiting = sum(counts.get(state, 0) for state in OPEN)
    said = [done]
    if busy:
        said.append(f"{busy:,} under way")
    if waiting:
        said.append(f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for you")
    return ", ".join(said)


def _table(rows: list[ImportRun], asker: Asker) -> Table:
    words = ("File", "State", "Rows", "Created", "Changed", "Refused", "When", "By")
    amounts = ("Rows", "Created", "Changed", "Refused")
    return Table(
        caption="Imports, newest first",
        columns=tuple(Column(title=name, is_amount=name in amounts) for name in words),
        rows=tuple(_row(row, asker) for row in rows),
    )


def _row(row: ImportRun, asker: Asker) -> tuple[Cell, ...]:
    word, tag = STATES[row.state]
    spec = import_specs().get(row.kind)
    numbers = (row.rows_read, row.created_count, row.updated_count, row.rejected_count)
    has_run = row.state in ("done", "undone")
    return (
        Cell(
            text=row.file_name,
            href=f"{PATH}{row.id}/",
            note=f"{spec.label if spec else row.kind} · {size_words(row.file_bytes)}",
        ),
        Cell(text=word, state=tag),
        *(Cell(text=f"{number:,}" if has_run else "–", is_amount=True) for number in numbers),
        Cell(date=instant_cell(row.finished_at or row.created_at, now=asker.now, zone=asker.workspace.timezone)),
        Cell(text=row.created_by_label),
    )
