"""The selection order: which playbook for whom, in force and as a draft, with who published which order and why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.parts import Difference, Link
from dashboards.core.playbooks.conditions import MODES, SIGN_WORDS, condition_words
from dashboards.core.playbooks.fields import Entry, Field, Section
from dashboards.core.playbooks.places import PlacedProblem
from dashboards.core.playbooks.shown import ShownField, Spare, shown_fields
from dashboards.core.playbooks.typed import typed_table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.playbooks.drafts import Frame, approval_of, ended_words, frame_of
from dashboards.queries.playbooks.editing import NO_SPARE, VALUES, facts_of
from dashboards.queries.playbooks.listing import OPEN, PATH, DraftLine, draft_line
from playbooks.models import Playbook, PlaybookDraft, SelectionVersion
from playbooks.queries.selection import newest_selection, selection_content
from renewals.core.roles import can

SECTION = Section(
    slug="selection",
    title="Selection order",
    note="From the top down, the first line that is yes decides. What is not known stops there: nobody is enrolled.",
    base=(),
    groups=(
        (
            "Lines",
            (
                Field(
                    name="cases",
                    label="Lines",
                    entry=Entry.ROWS,
                    noun="line",
                    key_from="playbook",
                    rows=(
                        Field(name="when", label="Renewals for which", entry=Entry.CONDITION),
                        Field(name="playbook", label="enter", entry=Entry.CHOICE, source="playbooks", is_optional=True),
                    ),
                ),
                Field(name="default_playbook", label="Everybody else enters", entry=Entry.CHOICE, source="playbooks"),
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One line of the order in words."""

    number: int
    words: str
    playbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderVersion:
    """One published order: who, when and why."""

    number: int
    who: str
    at: DateCell
    why: str
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionPage:
    """The order in force and the earlier ones."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    lines: tuple[OrderLine, ...]
    otherwise: str
    versions: tuple[OrderVersion, ...]
    draft: DraftLine | None
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionDraftPage:
    """A draft of the order: the form, what is wrong, what may be done."""

    frame: Frame
    action: str
    fields: tuple[ShownField, ...]
    note: str
    lines: tuple[OrderLine, ...]
    otherwise: str
    differences: tuple[Difference, ...]
    other_problems: tuple[PlacedProblem, ...]
    facts: tuple[tuple[str, str], ...]
    ops: tuple[tuple[str, str], ...]
    modes: tuple[tuple[str, str], ...]
    values: tuple[str, ...]
    why: str
    author: str
    waits: bool
    may_approve: bool
    why_not_approve: str
    is_outdated: bool
    may_submit: bool
    may_take_back: bool
    ended: str


def selection_page(asker: Asker) -> SelectionPage:
    """Return the order in force, what came before it, and the open draft."""
    versions = list(SelectionVersion.objects.order_by("-number"))
    content, names = selection_content(), _names()
    draft = PlaybookDraft.objects.filter(kind="selection", state__in=OPEN).first()
    return SelectionPage(
        title="Which playbook for whom",
        unit=f"Version {versions[0].number}, in force" if versions else "Version 1, as it is shipped",
        crumbs=(Link(text="Playbooks", href=PATH),),
        lines=_lines(content, names),
        otherwise=_named(content.get("default_playbook"), names),
        versions=tuple(
            OrderVersion(
                number=each.number,
                who=each.published_by,
                at=instant_cell(each.published_at, now=asker.now, zone=asker.workspace.timezone),
                why=each.reason,
                differences=(),
            )
            for each in versions
        ),
        draft=draft_line(asker, draft) if draft else None,
        may_change=can(asker.member, "playbooks.change"),
    )


def selection_draft_page(
    asker: Asker, draft: PlaybookDraft, content: Mapping[str, Any] | None = None, spare: Spare = NO_SPARE
) -> SelectionDraftPage:
    """Return a draft of the order as it stands, or with `content` as it was typed."""
    table, names = draft.content if content is None else content, _names()
    frame, found = frame_of(asker, draft, "", table)
    frame = replace(frame, tabs=())
    newest = newest_selection()
    is_outdated = draft.state in OPEN and newest is not None and newest.id != draft.based_on_selection_id
    may_approve, why_not = approval_of(asker, draft)
    base = draft.based_on_selection.definition if draft.based_on_selection else None
    return SelectionDraftPage(
        frame=frame,
        action=frame.href,
        fields=shown_fields(
            SECTION.fields, table, sources={"playbooks": list(names.items())}, spare=spare, problems=found
        ),
        note=SECTION.note,
        lines=_lines(table, names),
        otherwise=_named(table.get("default_playbook"), names),
        differences=_differences(base if base is not None else {}, draft.content, names) if base is not None else (),
        other_problems=tuple(each for each in found if each.place.field not in ("cases", "default_playbook")),
        facts=facts_of({}),
        ops=tuple(SIGN_WORDS.items()),
        modes=MODES,
        values=VALUES,
        why=draft.reason,
        author=draft.author,
        waits=draft.state == "waiting",
        may_approve=may_approve,
        why_not_approve=why_not,
        is_outdated=is_outdated,
        may_submit=frame.may_edit and not frame.problems and not is_outdated,
        may_take_back=draft.state == "waiting" and can(asker.member, "playbooks.change"),
        ended=ended_words(draft),
    )


def typed_order(draft: PlaybookDraft, post: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of a draft of the order as it was typed; a line without a playbook leads to none."""
    table = typed_table(SECTION.fields, post, draft.content)
    return {**table, "cases": [{"playbook": "", **case} for case in table["cases"]]}


def _names() -> dict[str, str]:
    return dict(Playbook.objects.order_by("name").values_list("key", "name"))


def _named(key: object, names: Mapping[str, str]) -> str:
    return names.get(str(key), f"{title(str(key))} (not published here)") if key else "no playbook"


def _lines(content: Mapping[str, Any], names: Mapping[str, str]) -> tuple[OrderLine, ...]:
    cases = [each for each in content.get("cases", ()) if isinstance(each, Mapping)]
    return tuple(
        OrderLine(number=at, words=condition_words(each.get("when")), playbook=_named(each.get("playbook"), names))
        for at, each in enumerate(cases, start=1)
    )


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[Difference, ...]:
    sides = [[f"{each.words} → {each.playbook}" for each in _lines(side, names)] for side in (before, after)]
    for side, content in zip(sides, (before, after), strict=True):
        side.append(f"everybody else → {_named(content.get('default_playbook'), names)}")
    longest = max(len(side) for side in sides)
    padded = [side + [""] * (longest - len(side)) for side in sides]
    return tuple(
        Difference(field=f"Line {at}", before=was, after=is_now or "taken out")
        for at, (was, is_now) in enumerate(zip(*padded, strict=True), start=1)
        if was != is_now
    )
