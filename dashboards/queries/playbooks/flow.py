"""The steps of a definition as lines and as a picture, from a plain table, so that a broken draft has both."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.playbooks.conditions import condition_words
from dashboards.core.playbooks.picture import Picture, picture_of
from dashboards.core.playbooks.places import PlacedProblem
from dashboards.core.playbooks.step_fields import KINDS
from dashboards.core.playbooks.words import anchor_words, automation_words, offset_words, role_words
from dashboards.core.wording import title
from playbooks.core.definition_parse import parse_definition
from playbooks.core.editing.content import items_of
from playbooks.core.vocabulary import StepKind, family_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step in words; `href` leads to where it is edited, "" where it is only shown."""

    number: int
    place: int
    key: str
    href: str
    name: str
    kind: str
    family: str
    phase: str
    path: str
    when: str
    at: str
    operator: str
    automation: str
    condition: str
    outcome: str
    message: str
    problems: tuple[PlacedProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseLine:
    """One phase in words."""

    name: str
    purpose: str
    opens: str
    closes: str
    entry: str
    exit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The picture (None while there is no phase), the phases and the steps in order."""

    picture: Picture | None
    phases: tuple[PhaseLine, ...]
    steps: tuple[StepLine, ...]


def flow_of(content: Mapping[str, Any], *, edit_href: str = "", problems: tuple[PlacedProblem, ...] = ()) -> Flow:
    """Return the flow of a content. With `edit_href`, the address of a draft, each step leads to its form."""
    steps = items_of(content, "steps")
    names = {str(phase.get("key")): str(phase.get("name", "")) for phase in items_of(content, "phases")}
    messages = {str(each.get("key")): str(each.get("name", "")) for each in items_of(content, "templates")}
    mine = {at: tuple(each for each in problems if _is_of(each, at)) for at in range(len(steps))}
    lines = tuple(
        StepLine(
            number=at + 1,
            place=at,
            key=str(step.get("key", "")),
            href=f"{edit_href}steps/{at}/" if edit_href else "",
            name=str(step.get("name") or "Without a name"),
            kind=kind_words(step.get("kind")),
            family=family_words(step.get("kind")),
            phase=names.get(str(step.get("phase")), "no phase"),
            path=path_words(content, str(step.get("path", ""))),
            when=anchor_words(step),
            at=str(step.get("at", ""))[:5],
            operator=role_words(step.get("operator")),
            automation=f"{automation_words(step)}{_held_out_words(step)}",
            condition=condition_words(step["condition"]) if step.get("condition") else "",
            outcome=str(step.get("intended_outcome", "")),
            message=messages.get(str(step.get("template")), ""),
            problems=mine[at],
        )
        for at, step in enumerate(steps)
    )
    hrefs = {line.key: line.href or f"#step-{line.key}" for line in lines}
    broken = frozenset(line.key for line in lines if line.problems)
    playbook = parse_definition(content.get("playbook", {})).playbook
    picture = picture_of(playbook, hrefs=hrefs, problem_keys=broken)
    return Flow(picture=picture, phases=_phases(content), steps=lines)


def kind_words(kind: object) -> str:
    """Return a kind of step in words; "kind not chosen" for none."""
    return dict(KINDS).get(str(kind), title(str(kind))) if kind else "Kind not chosen"


def family_words(kind: object) -> str:
    """Return message, human or system; "human" for what is not known."""
    known = next((each for each in StepKind if each.value == kind), StepKind.TASK)
    return family_of(known).value


def path_words(content: Mapping[str, Any], path: str) -> str:
    """Return the path of a branch in words: "Risk? → High"; "" for a step that always runs."""
    branch_key, _, key = path.partition(".")
    if not path:
        return ""
    branch = next((step for step in items_of(content, "steps") if step.get("key") == branch_key), {})
    ways = [*branch.get("paths", ()), branch.get("otherwise") or {}]
    label = next((way.get("label") for way in ways if isinstance(way, Mapping) and way.get("key") == key), key)
    return f"{branch.get('name', branch_key)} → {label}"


def _phases(content: Mapping[str, Any]) -> tuple[PhaseLine, ...]:
    return tuple(
        PhaseLine(
            name=str(phase.get("name", "")),
            purpose=title(str(phase.get("purpose", ""))),
            opens=offset_words(phase.get("opens_days")),
            closes=offset_words(phase.get("closes_days")),
            entry=condition_words(phase["entry"]) if phase.get("entry") else "",
            exit=condition_words(phase["exit"]) if phase.get("exit") else "",
        )
        for phase in items_of(content, "phases")
    )


def _held_out_words(step: Mapping[str, Any]) -> str:
    return f", {step['holdout_percent']}% held out" if step.get("holdout_percent") else ""


def _is_of(problem: PlacedProblem, at: int) -> bool:
    return problem.place.section == "steps" and problem.place.item == at and problem.is_error
