"""A draft: how far it is, everything wrong with it and where it is mended, its flow, its changes, what may be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.shortcuts import get_object_or_404

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Difference, Link, Tab
from dashboards.core.playbooks.changes import content_changes
from dashboards.core.playbooks.places import PlacedProblem, placed
from dashboards.core.playbooks.sections import SECTIONS
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.playbooks.flow import Flow, flow_of
from dashboards.queries.playbooks.listing import DRAFT_STATES, LIVE, PATH, draft_href, draft_name
from playbooks.core.editing.content import items_of
from playbooks.models import Enrolment, PlaybookDraft
from playbooks.queries.drafts import draft_problems, newest_version
from renewals.core.roles import can

OPEN = ("draft", "waiting")
Draft = PlaybookDraft
"""What views hand on without looking into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What every page of a draft has: its head, its parts, what is wrong with it."""

    id: int
    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    state: str
    state_tag: str
    revision: int
    may_edit: bool
    replay_href: str
    problems: tuple["Told", ...]
    advice: tuple["Told", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A problem in the list of all: where it is mended, and the words."""

    href: str
    where: str
    words: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLine:
    """A message of the draft, and which steps send it."""

    href: str
    name: str
    subject: str
    used_by: str
    has_problem: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPage:
    """The overview of a draft of a playbook."""

    frame: Frame
    flow: Flow
    messages: tuple[MessageLine, ...]
    phases: tuple[tuple[str, str], ...]
    differences: tuple[Difference, ...]
    against: str
    why: str
    author: str
    edited: DateCell
    edited_by: str
    waits: bool
    may_approve: bool
    why_not_approve: str
    is_outdated: bool
    may_submit: bool
    may_take_back: bool
    ended: str
    playbook_href: str
    in_it: int
    pilot: str


def open_draft(draft_id: int, kind: str = "playbook") -> PlaybookDraft:
    """Return a draft of this kind; Http404 when the workspace has none with this id."""
    rows = PlaybookDraft.objects.select_related("based_on", "based_on_selection", "version", "selection", "playbook")
    return get_object_or_404(rows, id=draft_id, kind=kind)


def any_draft(draft_id: int) -> PlaybookDraft:
    """Return a draft of either kind; Http404 when the workspace has none with this id."""
    return get_object_or_404(PlaybookDraft, id=draft_id)


def frame_of(
    asker: Asker, draft: PlaybookDraft, part: str, content: Mapping[str, Any] | None = None
) -> tuple[Frame, tuple[PlacedProblem, ...]]:
    """Return the frame of a page of a draft and its problems, of `content` where that is looked at instead."""
    table = draft.content if content is None else content
    found = placed(draft_problems(draft, table), table)
    state, tag = DRAFT_STATES[draft.state]
    href = draft_href(draft)
    errors = tuple(each for each in found if each.is_error)
    frame = Frame(
        id=draft.id,
        href=href,
        title=draft_name(draft),
        unit=_unit(draft, len(errors)),
        crumbs=_crumbs(draft),
        tabs=_tabs(href, part, errors),
        state=state,
        state_tag=tag,
        revision=draft.revision,
        may_edit=draft.state == "draft" and can(asker.member, "playbooks.change"),
        replay_href=_replay_href(asker, draft),
        problems=tuple(_told(each, href, table) for each in errors),
        advice=tuple(_told(each, href, table) for each in found if not each.is_error),
    )
    return frame, found


def _replay_href(asker: Asker, draft: PlaybookDraft) -> str:
    """Return where a draft of a playbook is replayed against history; "" for who may not, or when it is over."""
    may_replay = draft.kind == "playbook" and draft.state in OPEN and can(asker.member, "replays.change")
    return f"{PATH}replay/?playbook=draft-{draft.id}" if may_replay else ""


def draft_page(asker: Asker, draft: PlaybookDraft) -> DraftPage:
    """Return the overview of a draft."""
    frame, found = frame_of(asker, draft, "")
    content, base = draft.content, draft.based_on
    newest = newest_version(draft.playbook_id)
    may_approve, why_not = approval_of(asker, draft)
    is_outdated = draft.state in OPEN and newest is not None and newest.id != draft.based_on_id
    return DraftPage(
        frame=frame,
        flow=flow_of(content, edit_href=frame.href if frame.may_edit else "", problems=found),
        messages=tuple(_messages(content, frame.href, found)),
        phases=tuple((str(each.get("key")), str(each.get("name"))) for each in items_of(content, "phases")),
        differences=content_changes(base.definition if base else {}, content) if base else (),
        against=f"Version {base.number}" if base else "",
        why=draft.reason,
        author=draft.author,
        edited=instant_cell(draft.edited_at or draft.created_at, now=asker.now, zone=asker.workspace.timezone),
        edited_by=draft.edited_by or draft.author,
        waits=draft.state == "waiting",
        may_approve=may_approve,
        why_not_approve=why_not,
        is_outdated=is_outdated,
        may_submit=frame.may_edit and not frame.problems and not is_outdated,
        may_take_back=draft.state == "waiting" and can(asker.member, "playbooks.change"),
        ended=ended_words(draft),
        playbook_href=f"{PATH}{draft.playbook_id}/" if draft.playbook_id else "",
        in_it=Enrolment.objects.filter(playbook_id=draft.playbook_id, state__in=LIVE).count()
        if draft.playbook_id
        else 0,
        pilot=str((content.get("pilot") or {}).get("question", "")) if content.get("pilot") else "",
    )


def _unit(draft: PlaybookDraft, errors: int) -> str:
    base = draft.based_on or draft.based_on_selection
    start = f"Draft from version {base.number}" if base else "New draft"
    if draft.kind == "selection" and base is None:
        start = "Draft from the order that is shipped"
    if draft.state not in OPEN:
        return start
    return f"{start} · {count_words(errors, 'problem')} left" if errors else f"{start} · nothing is missing"


def _crumbs(draft: PlaybookDraft) -> tuple[Link, ...]:
    crumbs = [Link(text="Playbooks", href=PATH)]
    if draft.kind == "selection":
        crumbs.append(Link(text="Selection order", href=f"{PATH}selection/"))
    if draft.playbook is not None:
        crumbs.append(Link(text=draft.playbook.name, href=f"{PATH}{draft.playbook_id}/"))
    return tuple(crumbs)


def _tabs(href: str, part: str, errors: tuple[PlacedProblem, ...]) -> tuple[Tab, ...]:
    counts = {section.slug: sum(each.place.section == section.slug for each in errors) for section in SECTIONS}
    parts = [("", "Flow", ""), *((each.slug, each.title, str(counts[each.slug] or "")) for each in SECTIONS)]
    parts += [("audience", "Who would enter", ""), ("rehearsal", "Dry run", "")]
    parts += [("in-flight", "Those in it", "")]
    return tuple(
        Tab(text=text, href=f"{href}{slug}/" if slug else href, count=count, is_current=slug == part)
        for slug, text, count in parts
    )


def _told(problem: PlacedProblem, href: str, content: Mapping[str, Any]) -> Told:
    return Told(
        href=f"{href}{problem.place.address}", where=_where(problem, content), words=problem.words, code=problem.code
    )


def _where(problem: PlacedProblem, content: Mapping[str, Any]) -> str:
    place = problem.place
    if place.section in ("steps", "messages") and place.item is not None:
        items = items_of(content, "steps" if place.section == "steps" else "templates")
        noun = "Step" if place.section == "steps" else "Message"
        return f"{noun} “{items[place.item].get('name') or place.item + 1}”"
    return next((each.title for each in SECTIONS if each.slug == place.section), "Flow")


def _messages(content: Mapping[str, Any], href: str, found: tuple[PlacedProblem, ...]) -> list[MessageLine]:
    steps = items_of(content, "steps")
    wrong = {each.place.item for each in found if each.place.section == "messages" and each.is_error}
    return [
        MessageLine(
            href=f"{href}messages/{at}/",
            name=str(each.get("name") or "Without a name"),
            subject=str(each.get("subject", "")),
            used_by=", ".join(str(step.get("name")) for step in steps if step.get("template") == each.get("key")),
            has_problem=at in wrong,
        )
        for at, each in enumerate(items_of(content, "templates"))
    ]


def approval_of(asker: Asker, draft: PlaybookDraft) -> tuple[bool, str]:
    """Return whether the asker may publish it, and if not why, in words; empty words where nothing waits."""
    if draft.state != "waiting":
        return False, ""
    if asker.member.user_id in draft.editor_ids:
        return False, "You had a hand in it, so a second person has to approve it."
    if not can(asker.member, "playbook_approvals.change"):
        return False, "Renewal managers, CS managers and admins may approve it."
    return True, ""


def ended_words(draft: PlaybookDraft) -> str:
    """Return how a draft ended, "" while it is open."""
    if draft.state == "published":
        made = draft.version or draft.selection
        return f"Published by {draft.approved_by} as version {made.number}." if made else ""
    if draft.ended_reason:
        return f"{title(draft.state)} by {draft.ended_by}: {draft.ended_reason}"
    return ""
