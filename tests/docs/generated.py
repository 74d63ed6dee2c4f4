"""The documents that are made from the code: states, glossary, permissions.

`python -m tests.docs.generated` writes them. A test compares; one that was edited by hand, or forgotten, fails it.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path

from offers.core.states import states_text as offer_states
from playbooks.core.states import states_text as playbook_states
from renewals.core.contracts.states import line_states_text
from renewals.core.glossary import GlossaryTerm
from renewals.core.metrics import MetricContract
from renewals.core.notices.states import states_text as notice_states
from renewals.core.renewal_states import states_text as renewal_states
from renewals.core.roles import PERMISSIONS, Role
from renewals.queries.glossary import glossary_terms
from renewals.queries.library import metric_book

DOCS = Path(__file__).resolve().parents[2] / "docs"
MADE = "This page is made from the code by `python -m tests.docs.generated`; edit {} instead."
BETTER = {"up": "More is better.", "down": "Less is better."}


def documents() -> Mapping[str, str]:
    """Name of each made document with its text."""
    return {
        "states.md": _states(),
        "glossary.md": _glossary(),
        "permissions.md": _permissions(),
        "metrics.md": _metrics(),
    }


def _states() -> str:
    source = (
        "`renewals/core/renewal_states.py`, `renewals/core/contracts/states.py`, `renewals/core/notices/states.py`, "
        "`offers/core/states.py` and `playbooks/core/states.py`"
    )
    head = (
        "# States\n\nWhere each thing may go, and whose move it is. No other step exists: the actions ask these tables."
    )
    parts = "\n".join((renewal_states(), line_states_text(), notice_states(), offer_states(), playbook_states()))
    return f"{head}\n{MADE.format(source)}\n\n{parts}".rstrip() + "\n"


def _glossary() -> str:
    head = (
        "# Glossary\n\nOne definition of each metric, score and status that a page shows; "
        "the page `/glossary/` shows the same."
    )
    parts = [f"{head}\n{MADE.format('`renewals/library/glossary.toml`')}\n"]
    for group, terms in groupby(glossary_terms(), key=lambda term: term.group):
        parts.append(f"## {group}\n")
        parts.extend("\n".join(_term(term)) + "\n" for term in terms)
    return "\n".join(parts)


def _term(term: GlossaryTerm) -> Iterator[str]:
    yield f"### {term.term}"
    yield ""
    yield f"{term.spelled_out}. {term.definition}" if term.spelled_out else term.definition
    facts = (
        ("Formula", f"`{term.formula}`" if term.formula else ""),
        ("Denominator", term.denominator),
        ("Source", term.source),
        ("Shown on", ", ".join(f"`{page}`" for page in term.pages)),
    )
    listed = [f"* {name}: {text}" for name, text in facts if text]
    listed += [f"* `{value.key}`: {value.meaning}" for value in term.values]
    if listed:
        yield from ("", *listed)


def _permissions() -> str:
    head = (
        "# Permissions\n\nHow far each role sees / changes each resource: `own` records, those of the `team`, `all`, "
        "or `-` none.\nA page or an address of the API asks for one cell, such as `accounts.change`."
    )
    lines = [f"{head} {MADE.format('`renewals/core/roles.py`')}", ""]
    lines += ["| resource | " + " | ".join(_plain(role) for role in Role) + " |", "|---" * (len(Role) + 1) + "|"]
    for resource, reaches in PERMISSIONS.items():
        cells = (f"{_reach(reaches[role].view)} / {_reach(reaches[role].change)}" for role in Role)
        lines.append(f"| {_plain(resource)} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _metrics() -> str:
    head = (
        "# Metrics\n\nWhat each figure of `/retention/` promises. The first way to reckon it is its headline; "
        "the others are one click\naway. Each opens the rows it is the sum of."
    )
    source = "`renewals/library/metrics.toml`"
    parts = [f"{head}\n{MADE.format(source)}\n"]
    parts.extend("\n".join(_metric(metric)) + "\n" for metric in metric_book().metrics)
    parts.append(f"## For all of them\n\n* Currencies: {metric_book().metrics[0].rates}\n")
    return "\n".join(parts)


def _metric(metric: MetricContract) -> Iterator[str]:
    name = f"{metric.name}: {metric.spelled_out}" if metric.spelled_out else metric.name
    yield from (f"## {name}", "", f"Version {metric.version}. {BETTER[metric.better]}", "")
    yield from ("| way | formula | of what | rows |", "|---|---|---|---|")
    for way in metric.ways:
        yield f"| {way.name} | {way.formula} | {way.of} | `{way.rows.value}` |"
    way = metric.headline
    yield from ("", f"* Rows in: {way.rows_in}", f"* Rows out: {way.rows_out}", f"* Late renewals: {way.grace}")


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _reach(scope: object) -> str:
    word = str(getattr(scope, "name", "")).lower()
    return "-" if word == "none" else word


if __name__ == "__main__":
    for name, text in documents().items():
        (DOCS / name).write_text(text, "utf-8")
