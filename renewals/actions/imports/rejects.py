"""Rows that were refused: kept with their cells as they came, so that they can be mended and uploaded again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from renewals.actions.imports import staging
from renewals.actions.imports.load import ImportOrder
from renewals.core.actors import Actor
from renewals.core.imports.problems import Problem, problem_as_json
from renewals.models import ImportReject
from renewals.queries.imports.reader import FileReader

MOST_REJECTS = 200_000
CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A refused row: its number, its cells as they were, and every reason."""

    number: int
    cells: tuple[str, ...]
    problems: tuple[Problem, ...]


def rejected_rows(order: ImportOrder) -> Iterator[RejectedRow]:
    """Yield the refused rows of the import staged in this transaction; the file is read a second time for them."""
    reasons: dict[int, list[Problem]] = defaultdict(list)
    for problem in staging.all_problems(MOST_REJECTS):
        if problem.is_refusal and problem.row is not None:
            reasons[problem.row].append(problem)
    if not reasons:
        return
    for number, cells, header in _cells_of(order, frozenset(reasons)):
        found = RejectedRow(number=number, cells=tuple(cells), problems=tuple(reasons[number]))
        if order.take_reject:
            order.take_reject(None, (number, found.cells, found.problems, header))
        yield found


def _cells_of(order: ImportOrder, wanted: frozenset[int]) -> Iterator[tuple[int, list[str], tuple[str, ...]]]:
    """Yield number, cells and header of the wanted rows in the order of the file."""
    reader = FileReader(order.stream, name=order.file_name, limits=order.limits, reading=order.mapping.reading)
    with reader:
        header = reader.head().header
        if order.take_reject:
            order.take_reject(header, None)
        for chunk in reader:
            rows = [*zip(chunk.numbers, chunk.rows, strict=True), *((p.row or 0, cells) for p, cells in chunk.bad)]
            yield from sorted((number, cells, header) for number, cells in rows if number in wanted)


def keep_rejects(*, run_id: int, rows: Iterable[RejectedRow], by: Actor) -> int:
    """Replace the refused rows kept with a run; return how many there are."""
    ImportReject.objects.filter(run_id=run_id).delete()
    count = 0
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        ImportReject.objects.bulk_create(
            ImportReject(
                workspace_id=by.workspace_id,
                run_id=run_id,
                row_number=row.number,
                cells=[staging.storable(cell) for cell in row.cells],
                problems=[problem_as_json(problem) for problem in row.problems],
            )
            for row in chunk
        )
        count += len(chunk)
    return count
