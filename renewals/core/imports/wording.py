"""The report of an import as lines for a terminal."""

from collections.abc import Iterator

from renewals.core.imports.report import ImportReport, Oddity

SHOWN_PROBLEMS = 20
SHOWN_ODDITIES = 25
_NAMES = (
    ("created", "created"),
    ("updated", "updated"),
    ("unchanged", "unchanged"),
    ("duplicate", "duplicate"),
    ("rejected", "rejected"),
    ("left_out", "left out by the mapping"),
)


def report_lines(report: ImportReport, *, seconds: float) -> Iterator[str]:
    """Yield what a person reads at the end of an import."""
    yield from _questions(report)
    yield _headline(report, seconds)
    counts = report.counts
    yield "  " + ", ".join(f"{getattr(counts, key):,} {name}" for key, name in _NAMES if getattr(counts, key))
    if report.written:
        yield "  written: " + ", ".join(f"{count:,} {name}" for name, count in report.written.items())
    if report.run_id:
        yield f"  run {report.run_id}: it can be undone on the imports page"
    yield from _listed("Notes", [note.line() for note in report.notes], SHOWN_PROBLEMS)
    yield from _listed("What looks odd", [_oddity(oddity) for oddity in report.oddities], SHOWN_ODDITIES)
    totals = ", ".join(f"{code} {count:,}" for code, count in report.problem_counts.items())
    yield from _listed(f"Problems ({totals})", [problem.line() for problem in report.problems], SHOWN_PROBLEMS)


def _oddity(oddity: Oddity) -> str:
    place = f"column '{oddity.column}': " if oddity.column else ""
    rows = f", rows {', '.join(map(str, oddity.rows))}" if oddity.rows else ""
    return f"{oddity.code} {place}{oddity.text} ({oddity.count:,} times{rows})"


def _headline(report: ImportReport, seconds: float) -> str:
    rate = f"{report.counts.read / seconds:,.0f} rows a second" if seconds > 0 else ""
    verb = "Would import" if report.is_dry_run else "Imported"
    return f"{verb} {report.file_name} as {report.kind}: {report.counts.read:,} rows in {seconds:.1f} s ({rate})"


def _questions(report: ImportReport) -> Iterator[str]:
    for question in report.questions:
        yield f"? {question.text}"
        for value, meaning in question.answers:
            yield f'    [reading] {question.name} = "{value}"  ({meaning})'


def _listed(title: str, lines: list[str], most: int) -> Iterator[str]:
    if not lines:
        return
    yield f"{title}:"
    yield from (f"  {line}" for line in lines[:most])
    if len(lines) > most:
        yield f"  … and {len(lines) - most:,} more"
