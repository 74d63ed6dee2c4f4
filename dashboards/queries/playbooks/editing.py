"""One form of the editor: its fields with values, choices and problems; and what was typed, put into the content."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from dashboards.core.playbooks.conditions import MODES, SIGN_WORDS, fact_words
from dashboards.core.playbooks.fields import Field, Section
from dashboards.core.playbooks.places import PlacedProblem
from dashboards.core.playbooks.sections import BY_SLUG
from dashboards.core.playbooks.shown import NO_SPARE, ShownField, Spare, shown_fields
from dashboards.core.playbooks.step_fields import MESSAGE, STEP, foreign_names, step_fields, step_groups
from dashboards.core.playbooks.tables import part_of, with_part
from dashboards.core.playbooks.typed import typed_table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.playbooks.drafts import Frame, frame_of
from dashboards.queries.playbooks.flow import path_words
from playbooks.core.editing.content import items_of
from playbooks.core.fields import FACT_FIELDS
from playbooks.models import PlaybookDraft
from renewals.queries.library import segment_book

VALUES = (
    "strategic",
    "mid_market",
    "small",
    "growth",
    "basic",
    "low",
    "elevated",
    "high",
    "red",
    "amber",
    "green",
    "yes",
    "no",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Which table of the content a form is about."""

    section: Section
    place: int | None = None

    @property
    def path(self) -> str:
        """Return its part of the address behind that of the draft."""
        return f"{self.section.slug}/" if self.place is None else f"{self.section.slug}/{self.place}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormGroup:
    """Fields under one heading."""

    title: str
    fields: tuple[ShownField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPage:
    """A form of the editor with everything wrong in the draft beside it."""

    frame: Frame
    action: str
    title: str
    note: str
    groups: tuple[FormGroup, ...]
    other_problems: tuple[PlacedProblem, ...]
    facts: tuple[tuple[str, str], ...]
    ops: tuple[tuple[str, str], ...]
    modes: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    earlier: str
    later: str

    @property
    def fields(self) -> tuple[ShownField, ...]:
        """Return all fields, in order."""
        return tuple(field for group in self.groups for field in group.fields)


def target_of(draft: PlaybookDraft, slug: str, place: int | None) -> Target:
    """Return what an address is about; Http404 for a form that does not exist."""
    lists = {"steps": (STEP, "steps"), "messages": (MESSAGE, "templates")}
    if slug in lists and place is not None:
        section, part = lists[slug]
        if place < len(items_of(draft.content, part)):
            return Target(section=section, place=place)
    elif slug in BY_SLUG and place is None:
        return Target(section=BY_SLUG[slug])
    raise Http404(slug)


def typed_content(draft: PlaybookDraft, target: Target, post: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a draft with what was typed into a form."""
    existing = part_of(draft.content, target.section.base, target.place)
    if target.section is STEP:
        kind = post.get("kind", existing.get("kind"))
        foreign = foreign_names(kind)
        existing = {name: value for name, value in existing.items() if name not in foreign}
    fields = _fields(target, post.get("kind", existing.get("kind")), is_new=draft.playbook_id is None)
    table = typed_table(fields, post, existing)
    if target.section.slug == "phases":
        table["phases"] = sorted(table["phases"], key=_opening)
    return with_part(draft.content, target.section.base, target.place, table)


def form_page(
    asker: Asker,
    draft: PlaybookDraft,
    target: Target,
    content: Mapping[str, Any] | None = None,
    spare: Spare = NO_SPARE,
) -> FormPage:
    """Return a form as it stands in the draft, or in `content`, with so many empty rows as `spare` says."""
    table = draft.content if content is None else content
    frame, found = frame_of(asker, draft, target.section.slug, table)
    mine = tuple(each for each in found if _is_of(each, target))
    part = part_of(table, target.section.base, target.place)
    is_new = draft.playbook_id is None
    groups = tuple(
        FormGroup(title=head, fields=shown_fields(fields, part, sources=_sources(table), spare=spare, problems=mine))
        for head, fields in _groups(target, part.get("kind"), is_new=is_new)
    )
    slots = {field.name.partition(".")[0] for group in groups for field in group.fields}
    steps = len(items_of(table, "steps")) if target.section is STEP else 0
    place = target.place or 0
    return FormPage(
        frame=frame,
        action=f"{frame.href}{target.path}",
        title=_title(target, part),
        note=target.section.note,
        groups=groups,
        other_problems=tuple(each for each in mine if each.place.field not in slots),
        facts=facts_of(table),
        ops=tuple(SIGN_WORDS.items()),
        modes=MODES,
        values=VALUES,
        earlier=f"{frame.href}steps/{place - 1}/" if steps and place > 0 else "",
        later=f"{frame.href}steps/{place + 1}/" if steps and place + 1 < steps else "",
    )


def _groups(target: Target, kind: object, *, is_new: bool) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    if target.section is STEP:
        return step_groups(kind)
    return tuple(
        (head, tuple(field for field in fields if is_new or field.name != "key"))
        for head, fields in target.section.groups
    )


def _fields(target: Target, kind: object, *, is_new: bool) -> tuple[Field, ...]:
    if target.section is STEP:
        return step_fields(kind)
    return tuple(field for field in target.section.fields if is_new or field.name != "key")


def _title(target: Target, part: Mapping[str, Any]) -> str:
    if target.place is None:
        return target.section.title
    return f"{target.section.title} {target.place + 1}: {part.get('name') or 'without a name'}"


def _is_of(problem: PlacedProblem, target: Target) -> bool:
    return problem.place.section == target.section.slug and problem.place.item == target.place


def _opening(phase: Mapping[str, Any]) -> int:
    opens = phase.get("opens_days")
    return opens if isinstance(opens, int) else 9999


def _sources(content: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    book = segment_book()
    branches = [step for step in items_of(content, "steps") if step.get("kind") == "branch"]
    paths = [
        f"{branch.get('key')}.{way.get('key')}"
        for branch in branches
        for way in [*branch.get("paths", ()), branch.get("otherwise") or {}]
        if isinstance(way, Mapping) and way.get("key")
    ]
    return {
        "segments": [(key, name) for key, name in book.names.items()],
        "tiers": [(key, title(key)) for key in dict.fromkeys(book.tiers.values())],
        "phases": [(str(each.get("key")), str(each.get("name"))) for each in items_of(content, "phases")],
        "templates": [(str(each.get("key")), str(each.get("name"))) for each in items_of(content, "templates")],
        "paths": [(path, path_words(content, path)) for path in paths],
    }


def facts_of(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what a condition may read: the catalogue, and the answers that forms of this playbook ask for."""
    answers = [
        (f"answer.{step.get('key')}.{field.get('key')}", f"Answer: {field.get('label')}")
        for step in items_of(content, "steps")
        for field in step.get("form", ())
        if isinstance(field, Mapping)
    ]
    known = [(name, fact_words(name).capitalize()) for name in FACT_FIELDS]
    return (*known, *answers)
