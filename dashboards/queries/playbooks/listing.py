"""The list of playbooks: what each is for, its version in force, who is in it, what waits, what is wrong."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.money import count_words
from dashboards.core.playbooks.words import role_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from playbooks.core.validation import read_definition
from playbooks.models import Enrolment, Playbook, PlaybookDraft, PlaybookVersion
from renewals.core.roles import can
from renewals.models import Renewal
from renewals.queries.people import visible_to

PATH = "/playbooks/"
LIVE = ("active", "paused", "parked")
OPEN = ("draft", "waiting")
DRAFT_STATES = {
    "draft": ("Draft", "accent"),
    "waiting": ("Waits for approval", "watch"),
    "published": ("Published", "good"),
    "rejected": ("Refused", "bad"),
    "discarded": ("Discarded", ""),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookLine:
    """One playbook of the list."""

    name: str
    href: str
    purpose: str
    tier: str
    segments: str
    owner: str
    version: str
    published: DateCell | None
    pilot: str
    enrolled: int
    paused: int
    problems: int
    problem_words: str
    is_active: bool
    draft: "DraftLine | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """An open draft: of what, how far, why and by whom."""

    name: str
    href: str
    state: str
    state_tag: str
    why: str
    who: str
    at: DateCell


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """The list, and drafts of playbooks that do not exist yet."""

    title: str
    unit: str
    lines: tuple[PlaybookLine, ...]
    new_drafts: tuple[DraftLine, ...]
    selection_draft: DraftLine | None
    may_change: bool


def list_page(asker: Asker) -> ListPage:
    """Return the list of the workspace's playbooks; enrolments are those the asker's rights reach."""
    playbooks = list(Playbook.objects.order_by("-is_active", "name"))
    newest = _newest_versions()
    counts = _counts(asker)
    drafts = list(PlaybookDraft.objects.filter(state__in=OPEN).order_by("id"))
    of_playbook = {draft.playbook_id: draft for draft in drafts if draft.playbook_id is not None}
    new = [draft for draft in drafts if draft.kind == "playbook" and draft.playbook_id is None]
    selection = next((draft for draft in drafts if draft.kind == "selection"), None)
    lines = tuple(_line(asker, each, newest.get(each.id, []), counts, of_playbook.get(each.id)) for each in playbooks)
    waiting = sum(draft.state == "waiting" for draft in drafts)
    running = sum(line.is_active for line in lines)
    return ListPage(
        title=_finding(running, waiting),
        unit=f"{count_words(sum(line.enrolled for line in lines), 'renewal')} in them now",
        lines=lines,
        new_drafts=tuple(draft_line(asker, draft) for draft in new),
        selection_draft=draft_line(asker, selection) if selection else None,
        may_change=can(asker.member, "playbooks.change"),
    )


def draft_line(asker: Asker, draft: PlaybookDraft) -> DraftLine:
    """Return one draft in words."""
    state, tag = DRAFT_STATES[draft.state]
    return DraftLine(
        name=draft_name(draft),
        href=draft_href(draft),
        state=state,
        state_tag=tag,
        why=draft.reason,
        who=draft.edited_by or draft.author,
        at=instant_cell(draft.edited_at or draft.created_at, now=asker.now, zone=asker.workspace.timezone),
    )


def draft_href(draft: PlaybookDraft) -> str:
    """Return the address of a draft."""
    part = "selection/drafts" if draft.kind == "selection" else "drafts"
    return f"{PATH}{part}/{draft.id}/"


def draft_name(draft: PlaybookDraft) -> str:
    """Return what a draft is a draft of."""
    if draft.kind == "selection":
        return "Selection order"
    return str(draft.content.get("playbook", {}).get("name") or "New playbook")


def _finding(running: int, waiting: int) -> str:
    words = f"{count_words(running, 'playbook')} {'runs' if running == 1 else 'run'}" if running else "No playbook runs"
    return f"{words}, {waiting} wait{'s' if waiting == 1 else ''} for approval" if waiting else words


def _newest_versions() -> Mapping[int, list[PlaybookVersion]]:
    """Return the newest version of each playbook for everybody and, if one is newer, its newest pilot."""
    found: dict[int, list[PlaybookVersion]] = {}
    rows = PlaybookVersion.objects.filter(published_at__isnull=False)
    for version in rows.order_by("playbook_id", "is_pilot", "-number").distinct("playbook_id", "is_pilot"):
        full = found.setdefault(version.playbook_id, [])
        if not version.is_pilot or not full or version.number > full[0].number:
            full.append(version)
    return found


def _counts(asker: Asker) -> Mapping[tuple[int, str], int]:
    reached = visible_to(Renewal.objects.all(), asker.member, "enrolments.view").values("id")
    rows = Enrolment.objects.filter(state__in=LIVE, renewal_id__in=reached).values_list("playbook_id", "state")
    return Counter({(playbook, state): number for playbook, state, number in rows.annotate(number=Count("id"))})


def _line(
    asker: Asker,
    playbook: Playbook,
    versions: list[PlaybookVersion],
    counts: Mapping[tuple[int, str], int],
    draft: PlaybookDraft | None,
) -> PlaybookLine:
    shown = versions[0] if versions else None
    table: Mapping[str, Any] = shown.definition["playbook"] if shown else {}
    pilot = next((each for each in versions if each.is_pilot), None)
    errors = sum(problem.is_error for problem in read_definition(table).problems) if shown else 0
    parked = counts.get((playbook.id, "parked"), 0)
    return PlaybookLine(
        name=playbook.name,
        href=f"{PATH}{playbook.id}/",
        purpose=str(table.get("purpose", "")),
        tier=title(str(table.get("tier", ""))),
        segments=", ".join(title(str(each)) for each in table.get("segments", ())),
        owner=role_words(table.get("owner_role")),
        version=f"{shown.number}" if shown else "",
        published=instant_cell(shown.published_at, now=asker.now, zone=asker.workspace.timezone) if shown else None,
        pilot=f"{pilot.number} on trial" if pilot is not None else "",
        enrolled=sum(counts.get((playbook.id, state), 0) for state in LIVE),
        paused=counts.get((playbook.id, "paused"), 0),
        problems=parked + errors,
        problem_words=_problem_words(parked, errors),
        is_active=playbook.is_active,
        draft=draft_line(asker, draft) if draft else None,
    )


def _problem_words(parked: int, errors: int) -> str:
    parts = [f"{count_words(parked, 'renewal')} parked"] if parked else []
    parts += [f"{count_words(errors, 'problem')} in the definition"] if errors else []
    return ", ".join(parts)
