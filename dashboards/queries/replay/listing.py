"""The replays of a workspace, the newest first, and what a new one may be about."""

from dataclasses import dataclass
from datetime import date

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.money import count_words
from dashboards.core.replay_words import STATES
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.replay.labels import days_label, short_label, whose_label
from dashboards.queries.replay.reach import PATH
from playbooks.core.replay.asked import asked_from
from playbooks.models import PlaybookDraft, PlaybookVersion, ReplayRun
from playbooks.queries.replay.configuration import watched_rules
from playbooks.queries.replay.rules import recorded_from
from renewals.core.roles import can
from renewals.models import Account, Team
from signals.models import ScorecardVersion

SHOWN = 40
ENOUGH_DAYS = 90
Choices = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """One replay in the list."""

    href: str
    what: str
    days: str
    whose: str
    state: str
    state_tag: str
    who: str
    at: DateCell
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsPage:
    """The list of replays, and how far back anything is recorded."""

    title: str
    unit: str
    lines: tuple[RunLine, ...]
    may_order: bool
    too_little: str


def runs_page(asker: Asker) -> RunsPage:
    """Return the newest replays of the workspace; which rows of them one sees hangs on one's record scope."""
    runs = list(ReplayRun.objects.select_related("ordered_by").order_by("-ordered_at", "-id")[:SHOWN])
    since = recorded_from()
    running = sum(run.state == "running" for run in runs)
    found = f"{count_words(running, 'replay')} running" if running else count_words(len(runs), "replay")
    return RunsPage(
        title=found if runs else "Replay a change against history",
        unit="What would have been different, had a playbook, weights or a limit been another",
        lines=tuple(_line(asker, run) for run in runs),
        may_order=can(asker.member, "replays.change"),
        too_little=history_words(since, today=asker.today),
    )


def history_words(since: date | None, *, today: date) -> str:
    """Return what to know when little is recorded; "" when there is enough."""
    if since is None:
        return "Nothing is recorded yet: decisions and scores are kept from the first day on. Come back in some weeks."
    days = (today - since).days
    if days >= ENOUGH_DAYS:
        return ""
    return (
        f"Only {count_words(days, 'day')} are recorded, since {since:%-d %B %Y}: what lies before cannot be replayed."
    )


def form_choices(asker: Asker) -> dict[str, Choices]:
    """Return what this workspace offers to choose from."""
    segments = Account.objects.exclude(segment="").order_by("segment").values_list("segment", flat=True).distinct()
    return {
        "segment": [(key, title(key)) for key in segments],
        "team": [(str(team.id), team.name) for team in Team.objects.order_by("name")],
        "playbook": [*_drafts(), *_versions()],
        "order": _orders(),
        "health": _scorecards("health"),
        "risk": _scorecards("risk"),
        "trigger": _watching(),
    }


def _drafts() -> Choices:
    drafts = PlaybookDraft.objects.filter(kind="playbook", state__in=("draft", "waiting")).order_by("id")
    return [
        (f"draft-{each.id}", f"{each.content.get('playbook', {}).get('name') or 'New playbook'} (draft)")
        for each in drafts
    ]


def _orders() -> Choices:
    drafts = PlaybookDraft.objects.filter(kind="selection", state__in=("draft", "waiting")).order_by("id")
    return [(str(each.id), f"Draft of {each.created_at:%-d %b %Y}: {each.reason}"[:80]) for each in drafts]


def _versions() -> Choices:
    rows = PlaybookVersion.objects.filter(published_at__isnull=False).order_by("playbook__name", "-number")
    found = rows.values_list("playbook__key", "playbook__name", "number")
    return [(f"{key}-{number}", f"{name}, version {number}") for key, name, number in found]


def _scorecards(kind: str) -> Choices:
    rows = ScorecardVersion.objects.filter(kind=kind).exclude(state="rejected").order_by("-number", "-id")
    return [
        (
            str(row.id),
            f"Version {row.number}" if row.number else f"Draft of {row.created_at:%-d %b %Y}: {row.reason}"[:80],
        )
        for row in rows
    ]


def _watching() -> Choices:
    """The rules in force that watch a score, with the limit they have."""
    return [
        (rule.trigger.key, f"{rule.trigger.name} ({rule.trigger.crossing.value})"[:90])
        for rule in watched_rules()
        if rule.until is None and rule.trigger.crossing is not None
    ]


def _line(asker: Asker, run: ReplayRun) -> RunLine:
    asked = asked_from(run.asked)
    words, tag = STATES[run.state]
    return RunLine(
        href=f"{PATH}{run.id}/",
        what=short_label(run),
        days=days_label(asked),
        whose=whose_label(asked),
        state=words,
        state_tag=tag,
        who=run.ordered_by.name,
        at=instant_cell(run.ordered_at, now=asker.now, zone=asker.workspace.timezone),
        done=f"{run.done:,} of {run.total:,}" if run.state == "running" else f"{run.done:,}",
    )
