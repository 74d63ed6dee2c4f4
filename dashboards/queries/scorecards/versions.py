"""The versions of all rules: drafts and what waits on top, then the history of who changed what, when and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.parts import Difference, Progress, Tab
from dashboards.queries.asker import Asker
from dashboards.queries.scorecards.tabs import score_tabs
from dashboards.queries.scorecards.words import STATES, differences_between, version_words
from renewals.core.roles import can
from signals.models import CurrentExpansion, CurrentRisk, CurrentScore, ScorecardVersion
from signals.models.scores import OverridableRow

OPEN = ("draft", "waiting")
MOST = 100
SCORED: Mapping[str, type[OverridableRow]] = {
    "health": CurrentScore,
    "risk": CurrentRisk,
    "expansion": CurrentExpansion,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """One version: who, when, why, and how it differs from the one before it."""

    id: int
    name: str
    href: str
    state: str
    state_tag: str
    who: str
    at: DateCell
    why: str
    note: str
    differences: tuple[Difference, ...]
    can_return: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """What is open, what is being scored, and the history."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[()]
    term: str
    open: tuple[VersionLine, ...]
    past: tuple[VersionLine, ...]
    rescoring: Progress | None
    may_draft: bool


def versions_page(asker: Asker) -> VersionsPage:
    """Return the versions of health, risk, expansion and tiers, the newest first."""
    found = list(ScorecardVersion.objects.select_related("based_on", "approver").order_by("-id")[:MOST])
    waiting = [each for each in found if each.state in OPEN]
    past = sorted(
        (each for each in found if each.state not in OPEN),
        key=lambda each: (each.published_at or each.created_at, each.id),
        reverse=True,
    )
    may_draft = can(asker.member, "scores.change")
    return VersionsPage(
        title=_finding(waiting),
        unit=f"{len(past)} earlier and present versions",
        tabs=score_tabs("versions"),
        crumbs=(),
        term="scorecard",
        open=tuple(_line(each, asker, may_draft=False) for each in waiting),
        past=tuple(_line(each, asker, may_draft=may_draft) for each in past),
        rescoring=rescoring(),
        may_draft=may_draft,
    )


def rescoring() -> Progress | None:
    """Return how far the scoring by a newly published version has come; None when every account has been scored."""
    version = (
        ScorecardVersion.objects.filter(state="published", approver__isnull=False).order_by("-published_at").first()
    )
    if version is None or version.kind not in SCORED:
        return None
    rows = SCORED[version.kind].objects
    total = rows.count()
    done = rows.filter(scored_at__gte=version.published_at).count()
    if done >= total and version.marked_up_to is None:
        return None
    unit = "renewals" if version.kind == "risk" else "accounts"
    return Progress(
        title=f"Scoring by {version_words(version).lower()}",
        percent=100 * done // total if total else 100,
        words=f"{done:,} of {total:,} {unit}",
    )


def _finding(waiting: Sequence[ScorecardVersion]) -> str:
    approvals = sum(each.state == "waiting" for each in waiting)
    drafts = len(waiting) - approvals
    if approvals:
        return f"{approvals} {'version waits' if approvals == 1 else 'versions wait'} for a second person"
    return f"{drafts} {'draft' if drafts == 1 else 'drafts'} under way" if drafts else "No change is under way"


def _line(version: ScorecardVersion, asker: Asker, *, may_draft: bool) -> VersionLine:
    state, tag = STATES[version.state]
    before = version.based_on.definition if version.based_on else None
    at = version.published_at or version.submitted_at or version.edited_at or version.created_at
    is_open = version.state in OPEN
    return VersionLine(
        id=version.id,
        name=version_words(version),
        href=f"/scores/drafts/{version.id}/" if is_open or version.state == "rejected" else "",
        state=state,
        state_tag=tag,
        who=version.author,
        at=instant_cell(at, now=asker.now, zone=asker.workspace.timezone),
        why=version.reason,
        note=_note(version),
        differences=differences_between(version.kind, before, version.definition) if before else (),
        can_return=may_draft and version.state == "retired",
    )


def _note(version: ScorecardVersion) -> str:
    if version.state == "rejected":
        return f"{version.ended_by}: {version.ended_reason}"
    return f"approved by {version.approved_by}" if version.approved_by else ""
