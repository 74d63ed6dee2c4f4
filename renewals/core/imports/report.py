"""What an import says at its end, the same for a preview, a commit, the terminal and the page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from renewals.core.imports.problems import Problem, problem_as_json
from renewals.core.imports.questions import Question

LISTED_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an import is: the phase in a word, rows so far, and the part of the file read (0 to 1) if known."""

    phase: str
    rows: int
    fraction: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """Something in the file that is allowed but looks wrong, with how often and a few places."""

    code: str
    text: str
    column: str = ""
    count: int = 1
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Rows by what became of them; read is the sum of all others."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicate: int = 0
    rejected: int = 0
    left_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The result of one run. `problems` are the first thousand; `problem_counts` count all by code."""

    kind: str
    file_name: str
    is_dry_run: bool
    counts: Counts
    problems: tuple[Problem, ...] = ()
    problem_counts: Mapping[str, int] = field(default_factory=dict)
    oddities: tuple[Oddity, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Problem, ...] = ()
    written: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    run_id: int | None = None

    @property
    def is_clean(self) -> bool:
        """Whether nothing was refused and nothing is left to ask."""
        return not self.counts.rejected and not self.questions


def report_as_json(report: ImportReport) -> dict[str, object]:
    """Return the report as plain values, as `--json` prints it and the run keeps it."""
    return {
        "kind": report.kind,
        "file": report.file_name,
        "dry_run": report.is_dry_run,
        "run": report.run_id,
        **asdict(report.counts),
        "problems": [problem_as_json(problem) for problem in report.problems],
        "problem_counts": dict(report.problem_counts),
        "notes": [problem_as_json(problem) for problem in report.notes],
        "oddities": [asdict(oddity) | {"rows": list(oddity.rows)} for oddity in report.oddities],
        "questions": [asdict(question) for question in report.questions],
        "written": dict(report.written),
        "seconds": round(report.seconds, 3),
    }
