"""How an import is worded: its state, its finding, how far it is. Decides nothing about rows."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from dashboards.core.money import count_words
from dashboards.core.parts import Progress

BUSY = ("previewing", "waiting", "running", "undoing")
OPEN = ("uploaded", "previewed", "failed")
STATES: Mapping[str, tuple[str, str]] = {
    "uploaded": ("Needs its columns", "watch"),
    "previewing": ("Being checked", "accent"),
    "previewed": ("Checked, not imported", "watch"),
    "waiting": ("Being imported", "accent"),
    "running": ("Being imported", "accent"),
    "done": ("Imported", "good"),
    "failed": ("Stopped", "bad"),
    "undoing": ("Being taken back", "accent"),
    "undone": ("Taken back", "none"),
}
PHASES: Mapping[str, str] = {
    "reading": "Reading",
    "checking": "Comparing with what is known",
    "writing": "Writing",
    "opening renewals": "Opening renewals",
    "taking back": "Taking records back",
}
TABLES: Mapping[str, str] = {
    "renewals_account": "account",
    "renewals_contact": "contact",
    "renewals_contactrole": "role of a contact",
    "renewals_contract": "contract",
    "renewals_contractline": "contract line",
    "renewals_termversion": "term",
    "renewals_product": "product",
    "renewals_milestone": "milestone",
    "renewals_outcome": "outcome",
    "renewals_renewal": "renewal",
    "renewals_touchpoint": "touchpoint",
}
KEPT_WHY: Mapping[str, str] = {
    "created": "in use by other records, or changed since",
    "updated": "changed since by somebody else",
}
LEDGER_WHY = "part of a record that is only ever added to"
SHORTEST = 1.0
DOING: Mapping[str, str] = {"previewing": "Checking the file; nothing is changed", "undoing": "Taking the import back"}
AFTER_READING: Mapping[str, int] = {"checking": 5, "writing": 15, "opening renewals": 35}


def size_words(number: int) -> str:
    """Return a number of bytes as "1.4 MB", "35 kB" or "812 bytes"."""
    if number >= 1_000_000:
        return f"{number / 1_000_000:.1f} MB"
    if number >= 1_000:
        return f"{number / 1_000:.0f} kB"
    return f"{number} bytes"


def finding(state: str, file_name: str, report: Mapping[str, object], *, has_questions: bool) -> str:
    """Return the title of the page of an import."""
    name = file_name
    if state == "previewed" and not has_questions:
        return f"{name} would {_what(report, ('create', 'change', 'refuse'))}"
    if state == "done":
        return f"{name}: {_done(report)}"
    return {
        "uploaded": f"What the columns of {name} mean",
        "previewing": f"Checking {name}",
        "previewed": f"A question about {name}",
        "waiting": f"Importing {name}",
        "running": f"Importing {name}",
        "failed": f"{name} was not imported",
        "undoing": f"Taking {name} back",
        "undone": f"The import of {name} was taken back",
    }[state]


def _what(report: Mapping[str, object], verbs: tuple[str, str, str]) -> str:
    numbers = (_number(report, "created"), _number(report, "updated"), _number(report, "rejected"))
    said = [f"{verb} {number:,}" for verb, number in zip(verbs, numbers, strict=True) if number]
    return f"{', '.join(said)} of {count_words(_number(report, 'read'), 'row')}" if said else "change nothing"


def _done(report: Mapping[str, object]) -> str:
    numbers = (("created", "created"), ("updated", "changed"), ("unchanged", "as before"), ("rejected", "refused"))
    said = [f"{_number(report, key):,} {word}" for key, word in numbers if _number(report, key)]
    return f"{count_words(_number(report, 'read'), 'row')}, {', '.join(said) or 'nothing to change'}"


def _number(report: Mapping[str, object], key: str) -> int:
    value = report.get(key)
    return value if isinstance(value, int) else 0


def progress_bar(
    *, state: str, phase: str, rows: int, fraction: float | None, seconds: float, has_begun: bool
) -> Progress:
    """Return how far a run is, with its rate and, while the file is read, the time left for that."""
    title = DOING.get(state, "Importing")
    if not has_begun:
        return Progress(title=title, percent=None, words="Waiting for a worker")
    said = [PHASES.get(phase, phase[:1].upper() + phase[1:])]
    if rows:
        said.append(count_words(rows, "row"))
    if rows and seconds >= SHORTEST:
        said.append(f"{rows / seconds:,.0f} a second")
    if fraction and seconds >= SHORTEST and fraction < 1:
        said.append(
            f"about {max(1, round(seconds / fraction - seconds))} s left{' to read' if phase == 'reading' else ''}"
        )
    percent = _percent(phase, fraction, is_preview=state == "previewing")
    return Progress(title=title, percent=percent, words=" · ".join(said))


def _percent(phase: str, fraction: float | None, *, is_preview: bool) -> int | None:
    """Return how far the whole is: reading is most of a check and half of an import. None: another one is at it."""
    reading = 85 if is_preview else 50
    if phase == "taking back" and fraction is not None:
        return round(fraction * 100)
    if phase == "reading" and fraction is not None:
        return round(fraction * reading)
    return reading + AFTER_READING[phase] if phase in AFTER_READING else None


def rejects_name(file_name: str) -> str:
    """Return the name of the file of refused rows."""
    stem = PurePosixPath(file_name.removesuffix(".gz")).stem or "import"
    return f"{stem}-refused.csv"


def mapping_title(name: str) -> str:
    """Return the name of a ready mapping as words: "RavenStack feature usage"."""
    words = name.replace("_", " ")
    for plain, proper in (("ravenstack", "RavenStack"), ("maven crm", "Maven CRM"), ("telco ibm", "IBM Telco")):
        words = words.replace(plain, proper)
    return words.replace("fightchurn crm6", "Fighting Churn CRM6")
