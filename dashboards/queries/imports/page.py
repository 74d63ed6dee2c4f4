"""One import from its upload to its report: what it would do, how far it is, what it did, what was taken back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.import_mapping import READINGS
from dashboards.core.imports import (
    BUSY,
    KEPT_WHY,
    LEDGER_WHY,
    OPEN,
    STATES,
    TABLES,
    finding,
    progress_bar,
    size_words,
)
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Link, Progress, Reason, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.imports.listing import PATH
from dashboards.queries.imports.mapping import MappingView, mapping_of, mapping_view
from renewals.core.imports.export import OWN_COLUMNS, rejected_header, rejected_line
from renewals.core.imports.mapping import ImportMapping, Reading
from renewals.core.imports.problems import problem_from_json
from renewals.core.roles import can
from renewals.models import ImportChange, ImportFile, ImportReject, ImportRun
from signals.queries.imports import import_progress, import_specs

Run = ImportRun
"""An import as the views pass it on; they read nothing of it."""

SHOWN_PROBLEMS = 20
SHOWN_ROWS = 5
IGNORED_COLUMN = "W-COL-02"
SHOWN_KEPT = 50
COUNTS = (
    ("read", "Rows"),
    ("created", "To create"),
    ("updated", "To change"),
    ("unchanged", "As before"),
    ("duplicate", "Repeated"),
    ("left_out", "Left out"),
    ("rejected", "Refused"),
)
DONE_WORDS = {"created": "Created", "updated": "Changed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question about the whole file, answered once."""

    name: str
    text: str
    examples: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingChoice:
    """One way in which files differ, with what was chosen; '' finds it out."""

    name: str
    title: str
    value: str
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """Why the file as a whole was refused."""

    code: str
    text: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPage:
    """One import. `mapping` is None when it cannot be changed (any more); `progress` while a worker is at it."""

    run_id: int
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    state: str
    state_words: str
    state_tag: str
    is_busy: bool
    progress: Progress | None
    counts: tuple[tuple[str, str], ...]
    written: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]
    broken: Broken | None
    oddities: tuple[Reason, ...]
    problems: Table
    problems_more: str
    rejects_href: str
    same_file: Link | None
    mapping: MappingView | None
    readings: tuple[ReadingChoice, ...]
    start_words: str
    may_change: bool
    can_undo: bool
    facts: tuple[tuple[str, str], ...]
    when: DateCell
    undone: tuple[str, ...]
    undo_failed: str
    kept: Table | None


def import_run(run_id: int) -> Run | None:
    """Return the run, None when there is none in this workspace."""
    return ImportRun.objects.filter(id=run_id).first()


def import_page(asker: Asker, run: ImportRun, *, mapping: ImportMapping | None = None) -> ImportPage:
    """Return the page of an import; `mapping` is shown instead of the kept one (a choice that was refused)."""
    may_change = can(asker.member, "imports.change")
    report = run.report
    chosen = mapping or mapping_of(run)
    is_open = run.state in OPEN
    word, tag = STATES[run.state]
    questions = _questions(report, run)
    problems = _problems(run, may_see_values=may_change)
    return ImportPage(
        run_id=run.id,
        title=finding(run.state, run.file_name, report, has_questions=bool(questions)),
        unit=f"{import_specs()[run.kind].label} · {size_words(run.file_bytes)} · uploaded by {run.created_by_label}",
        crumbs=(Link(text="Imports", href=PATH), Link(text=run.file_name)),
        state=run.state,
        state_words=word,
        state_tag=tag,
        is_busy=run.state in BUSY,
        progress=_progress(run) if run.state in BUSY else None,
        counts=_counts(report, run.state),
        written=tuple((title(key), f"{number:,}") for key, number in report.get("written", {}).items()),
        questions=questions,
        broken=_broken(report),
        oddities=_odd(report),
        problems=problems,
        problems_more=_more(report),
        rejects_href=f"{PATH}{run.id}/refused-rows/" if may_change and problems.rows else "",
        same_file=_same_file(run) if is_open else None,
        mapping=mapping_view(run, chosen) if is_open and may_change else None,
        readings=_readings(chosen.reading) if is_open else (),
        start_words=_start_words(run, report, bool(questions)) if may_change else "",
        may_change=may_change,
        can_undo=may_change and run.state == "done",
        facts=_facts(run),
        when=instant_cell(run.finished_at or run.created_at, now=asker.now, zone=asker.workspace.timezone),
        undone=_undone(run),
        undo_failed=str(report.get("undo_failed", "")) if run.state == "done" else "",
        kept=_kept(run) if run.state == "undone" else None,
    )


def refused_rows_sheet(run: Run) -> Iterator[list[str]]:
    """Yield the file of refused rows line by line: their reasons, then the columns as they came."""
    yield rejected_header([name for name in run.header if name not in OWN_COLUMNS])
    rows = ImportReject.objects.filter(run=run).order_by("row_number")
    for number, cells, problems in rows.values_list("row_number", "cells", "problems").iterator():
        yield rejected_line(number, cells, [problem_from_json(each) for each in problems], run.header)


def _readings(reading: Reading) -> tuple[ReadingChoice, ...]:
    return tuple(
        ReadingChoice(name=name, title=words, value=getattr(reading, name), answers=answers)
        for name, (words, answers) in READINGS.items()
    )


def _progress(run: ImportRun) -> Progress:
    said = import_progress(run.workspace_id, run.id)
    return progress_bar(
        state=run.state,
        phase=said.phase if said else "",
        rows=said.rows if said else 0,
        fraction=said.fraction if said else None,
        seconds=said.seconds if said else 0.0,
        has_begun=said is not None,
    )


def _counts(report: dict, state: str) -> tuple[tuple[str, str], ...]:
    if not report.get("read"):
        return ()
    words = DONE_WORDS if state in ("done", "undoing", "undone") else {}
    always = ("read", "created", "updated", "rejected")
    return tuple(
        (words.get(key, word), f"{report.get(key, 0):,}") for key, word in COUNTS if key in always or report.get(key)
    )


def _questions(report: dict, run: ImportRun) -> tuple[Question, ...]:
    if run.state not in OPEN:
        return ()
    return tuple(
        Question(
            name=each["name"],
            text=each["text"],
            examples=", ".join(each["examples"]),
            answers=tuple((value, words) for value, words in each["answers"]),
        )
        for each in report.get("questions", ())
    )


def _broken(report: dict) -> Broken | None:
    found = report.get("broken")
    if not found:
        return None
    places = (f"row {found['row']:,}" if found.get("row") else "", found.get("column") or "")
    return Broken(code=found["code"], text=found["text"], where=", ".join(place for place in places if place))


def _odd(report: dict) -> tuple[Reason, ...]:
    """Return what looks odd: in the columns as a whole, in single rows (by kind of warning), and what was tidied."""
    columns = [_oddity(each) for each in report.get("oddities", ())]
    notes = [Reason(text=each["text"]) for each in report.get("notes", ()) if each["code"] != IGNORED_COLUMN]
    return (*columns, *_warnings(report), *notes)


def _oddity(each: dict) -> Reason:
    place = f"{each['column']}: " if each.get("column") else ""
    return Reason(text=f"{place}{each['text']}", state="watch", note=_often(each.get("count", 1), each.get("rows", ())))


def _warnings(report: dict) -> list[Reason]:
    found: dict[tuple[str, str], list[dict]] = {}
    for each in report.get("problems", ()):
        if each["code"].startswith("W") and each["code"] != IGNORED_COLUMN:
            found.setdefault((each["code"], each.get("column") or ""), []).append(each)
    said = []
    for (code, column), rows in found.items():
        count = max(len(rows), report.get("problem_counts", {}).get(code, 0) if _is_alone(code, found) else 0)
        numbers = [row["row"] for row in rows[:SHOWN_ROWS] if row.get("row")]
        place = f"{column}: " if column else ""
        said.append(Reason(text=f"{place}{rows[0]['text']}", state="watch", note=_often(count, numbers)))
    return said


def _is_alone(code: str, found: dict[tuple[str, str], list[dict]]) -> bool:
    return sum(code == each for each, _ in found) == 1


def _often(count: int, rows: Iterable[int]) -> str:
    places = ", ".join(f"{row:,}" for row in rows)
    times = count_words(count, "time") if count > 1 else ""
    return " · ".join(part for part in (times, f"rows {places}" if places else "") if part)


def _problems(run: ImportRun, *, may_see_values: bool) -> Table:
    """Return the first refused rows with every reason; the cells themselves only for who may import."""
    rows = ImportReject.objects.filter(run=run).order_by("row_number")[:SHOWN_PROBLEMS]
    names = ("What is wrong", "Row", "Column", *(("In the file",) if may_see_values else ()))
    return Table(
        caption="Refused rows",
        columns=tuple(Column(title=name) for name in names),
        rows=tuple(
            (
                Cell(text=each["text"], note=each["code"]),
                Cell(text=f"{row.row_number:,}"),
                Cell(text=each.get("column") or "–"),
                *((Cell(text=(each.get("value") or "")[:80]),) if may_see_values else ()),
            )
            for row in rows
            for each in row.problems
        ),
    )


def _more(report: dict) -> str:
    every = report.get("rejected", 0)
    return (
        f"The first {SHOWN_PROBLEMS} of {every:,}; the file of refused rows has them all."
        if every > SHOWN_PROBLEMS
        else ""
    )


def _same_file(run: ImportRun) -> Link | None:
    same = ImportRun.objects.filter(file_sha256=run.file_sha256, state="done", kind=run.kind).exclude(id=run.id)
    earlier = same.order_by("-id").first()
    if earlier is None:
        return None
    return Link(text=f"by {earlier.created_by_label}, {earlier.rows_read:,} rows", href=f"{PATH}{earlier.id}/")


def _start_words(run: ImportRun, report: dict, has_questions: bool) -> str:
    if run.state != "previewed" or has_questions or not ImportFile.objects.filter(run=run).exists():
        return ""
    number = report.get("created", 0) + report.get("updated", 0)
    return f"Import {count_words(number, 'row')}" if number else ""


def _facts(run: ImportRun) -> tuple[tuple[str, str], ...]:
    source = (("Source", run.source),) if run.source else ()
    return (("What is in it", import_specs()[run.kind].label), *source, ("Uploaded by", run.created_by_label))


def _undone(run: ImportRun) -> tuple[str, ...]:
    found = run.report.get("undo")
    if not found:
        return ()
    said = [f"{count_words(found['removed'], 'record')} removed, {count_words(found['restored'], 'record')} put back."]
    if found["kept"]:
        said.append(f"{count_words(found['kept'], 'record')} stayed as they are.")
    return tuple(said)


def _kept(run: ImportRun) -> Table | None:
    """Return what undo left alone: what it had changed and could not change back."""
    left = ImportChange.objects.filter(run=run).order_by("table_name", "row_id")[:SHOWN_KEPT]
    rows = tuple(
        (
            Cell(
                text=f"{TABLES.get(change.table_name, change.table_name).capitalize()} {change.row_id}",
                href=f"/accounts/{change.row_id}/" if change.table_name == "renewals_account" else "",
            ),
            Cell(text=LEDGER_WHY if change.table_name == "renewals_touchpoint" else KEPT_WHY[change.action]),
        )
        for change in left
    )
    columns = (Column(title="Record"), Column(title="Why it stayed"))
    return Table(caption="What could not be taken back", columns=columns, rows=rows) if rows else None
