"""Where a problem belongs: the form of the editor and the field in it, read from the place the problem names."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.core.playbooks.sections import SECTIONS
from dashboards.core.playbooks.step_fields import MESSAGE, STEP
from playbooks.core.editing.content import items_of
from renewals.core.problems import Problem

SECTION_OF = {
    "segments": "what",
    "guardrails": "guardrails",
    "decision_rights": "people",
    "escalation": "people",
    "success": "ends",
    "exits": "ends",
    "goal": "ends",
    "holdout_percent": "ends",
    "holdout_salt": "ends",
    "reactions": "ends",
    "phases": "phases",
    "steps": "steps",
}
NOUNS = (
    ("phase", "phases", "phases"),
    ("exit", "ends", "exits"),
    ("decision right", "people", "decision_rights"),
    ("escalation", "people", "escalation"),
    ("success measure", "ends", "success"),
    ("reaction", "ends", "reactions"),
)
STEP_FIELDS = (
    "template",
    "instructions",
    "outcomes",
    "message_class",
    "to",
    "paths",
    "otherwise",
    "form",
    "veto_hours",
    "documents",
    "survey",
    "meeting",
    "sponsor",
    "approvers",
    "webhook",
    "field",
    "wait",
    "escalate",
    "receptive",
    "holdout_percent",
)
CODES = {
    "E-CAD-01": "anchor",
    "E-CAD-02": "anchor",
    "E-CAD-03": "anchor",
    "E-CAD-12": "anchor",
    "E-CAD-13": "condition",
    "E-CAD-15": "at",
    "E-CAD-21": "holdout_percent",
    "E-CAD-16": "anchor",
    "E-CAD-17": "operator",
    "E-CAD-18": "path",
}
PARTS = {"outcome": "outcomes", "path": "paths", "field": "form"}
HEAD = re.compile(r"(?P<noun>[a-z ]+?)(?: (?P<number>\d+))?(?: '(?P<key>[^']*)')?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The form (`section`, with the position of its item for steps and messages) and the first part of the field."""

    section: str
    item: int | None = None
    field: str = ""

    @property
    def address(self) -> str:
        """Return the part of the address behind that of the draft; "" for the draft itself."""
        if self.section in ("", "steps") and self.item is None:
            return ""
        return f"{self.section}/" if self.item is None else f"{self.section}/{self.item}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedProblem:
    """A problem with its place, and its words for people: what is wrong and what to do."""

    place: Place
    code: str
    words: str
    is_error: bool


def placed(problems: Sequence[Problem], content: Mapping[str, Any]) -> tuple[PlacedProblem, ...]:
    """Return each problem with where it is mended."""
    return tuple(
        PlacedProblem(
            place=place_of(problem, content),
            code=problem.code,
            words=f"{_in_words(problem)} {problem.remedy}".strip(),
            is_error=problem.is_error,
        )
        for problem in problems
    )


def place_of(problem: Problem, content: Mapping[str, Any]) -> Place:
    """Return where a problem is mended; the draft itself (an empty section) when it names no known part."""
    head, *rest = problem.where.split(", ")
    found = HEAD.match(head)
    noun = found["noun"] if found else head
    if noun == "playbook":
        return _of_playbook(rest)
    if found and noun in ("step", "template"):
        part = "steps" if noun == "step" else "templates"
        item = _item(content, part, found["key"], found["number"])
        field = _step_field(problem, rest) if noun == "step" else _first(rest)
        return Place(section="steps" if noun == "step" else "messages", item=item, field=field)
    if noun == "pilot":
        return Place(section="pilot", field=_first(rest))
    if noun == "case":
        return Place(section="", field="cases")
    for word, section, field in NOUNS:
        if noun == word:
            return Place(section=section, field=field)
    return Place(section="")


def _in_words(problem: Problem) -> str:
    """Call fields by the words of their form: 'intended_outcome' is “What it is to bring about”."""
    what = problem.what
    if problem.code not in ("E-CAD-05", "E-CAD-06", "E-CAD-07", "E-CAD-14"):
        return what
    return re.sub(r"'([a-z_]+)'", lambda found: f"“{LABELS[found[1]]}”" if found[1] in LABELS else found[0], what)


def _labels() -> Mapping[str, str]:
    fields = (*(field for section in SECTIONS for field in section.fields), *STEP.fields, *MESSAGE.fields)
    every = [*(inner for field in fields for inner in field.rows), *fields]
    return {field.name.rpartition(".")[2]: field.label for field in every if field.label[:1].isupper()}


LABELS = _labels()


def _of_playbook(rest: Sequence[str]) -> Place:
    if not rest:
        return Place(section="what")
    section = SECTION_OF.get(rest[0], "what")
    return Place(section=section, field=rest[1] if section == "guardrails" and len(rest) > 1 else rest[0])


def _item(content: Mapping[str, Any], part: str, key: str | None, number: str | None) -> int | None:
    items = items_of(content, part)
    if number is not None and int(number) <= len(items):
        return int(number) - 1
    return next((at for at, item in enumerate(items) if item.get("key") == key), None)


def _step_field(problem: Problem, rest: Sequence[str]) -> str:
    """Take the field that the place names; where it names none, the code and the words tell."""
    first = _first(rest).partition(" ")[0]
    if first:
        return PARTS.get(first, first)
    named = re.findall(r"'([a-z_]+)'", problem.what)
    quoted = next((name for name in named if name in STEP_FIELDS), "")
    if quoted:
        return quoted
    if problem.code in ("E-CAD-10", "E-CAD-07") and "hase" in problem.what:
        return "phase"
    if problem.code == "E-CAD-10":
        return "template"
    if problem.code == "E-CAD-01" and "condition" in problem.what:
        return "condition"
    if problem.code == "E-CAD-12" and "lapse" in problem.what:
        return "late"
    return CODES.get(problem.code, "")


def _first(rest: Sequence[str]) -> str:
    return rest[0] if rest else ""
