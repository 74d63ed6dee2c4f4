"""All facts of an account in one stream by day: touches, messages, tasks, decisions, signals, milestones."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatch
from zoneinfo import ZoneInfo

from dashboards.core.channels import RSVPS
from dashboards.core.dates import clock_words, day_title, instant_cell
from dashboards.core.parts import Tab, TimelineDay, TimelineEntry
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import decision_title, signal_title, title
from playbooks.models import Decision, Message, Task
from renewals.core.roles import Member, can
from renewals.models import Comment, Milestone, Touchpoint
from signals.models import Signal
from signals.queries.library import shipped

LIMIT = 40
NOISY = "usage."
INSTANT = timedelta(microseconds=1)
KINDS = {
    "": "Everything",
    "touches": "Touches",
    "comments": "Comments",
    "signals": "Signals",
    "work": "Work",
    "decisions": "Decisions",
}
CHANNEL_ICONS = {"email": "envelope", "call": "phone", "meeting": "users", "letter": "document-text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose stream, for whom, in which zone, as of when; `until` is where an older part begins."""

    account_id: int
    member: Member
    zone: str
    now: datetime
    today: date
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """An entry with the instant it is ordered by."""

    at: datetime
    entry: TimelineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A part of the stream; `older` is where the next part begins, empty at the end."""

    days: tuple[TimelineDay, ...]
    older: str


def timeline(place: Place, *, kind: str = "", measure: str = "", limit: int = LIMIT) -> Stream:
    """Return the newest facts by day, of one kind or of all; `measure` narrows signals to what a measure reads."""
    facts = [fact for source in _sources(place, kind, measure) for fact in source(place, measure, limit)]
    newest = sorted(facts, key=lambda fact: fact.at, reverse=True)
    shown = newest[:limit]
    older = shown[-1].at - INSTANT if len(newest) > limit else None
    return Stream(days=_by_day(shown, place), older=older.isoformat() if older else "")


def kind_tabs(member: Member, href: str, kind: str) -> tuple[Tab, ...]:
    """Return the filter of the stream as tabs, those with something the person may see."""
    seen = {name for name, permission, _ in SOURCES if can(member, permission)}
    return tuple(
        Tab(text=words, href=f"{href}?kind={key}#timeline" if key else f"{href}#timeline", is_current=key == kind)
        for key, words in KINDS.items()
        if not key or key in seen
    )


def last_touches(place: Place, *, limit: int = 3) -> tuple[TimelineEntry, ...]:
    """Return the newest touches alone."""
    return tuple(fact.entry for fact in _touches(place, "", limit)) if can(place.member, "touchpoints.view") else ()


def last_comments(place: Place, *, limit: int = 3) -> tuple[TimelineEntry, ...]:
    """Return what colleagues said last."""
    return tuple(fact.entry for fact in _comments(place, "", limit)) if can(place.member, "touchpoints.view") else ()


Source = Callable[[Place, str, int], Iterable[Fact]]


def _sources(place: Place, kind: str, measure: str) -> Sequence[Source]:
    """Return where to read: what the person may see, of the kind that is asked for."""
    wanted = "signals" if measure else kind
    return tuple(
        source
        for name, permission, source in SOURCES
        if can(place.member, permission) and (not wanted or name == wanted)
    )


def _touches(place: Place, measure: str, limit: int) -> Iterable[Fact]:
    rows = Touchpoint.objects.filter(account_id=place.account_id, occurred_at__lte=place.until)
    rows = rows.exclude(origin="task").select_related("contact")
    shown = list(rows.order_by("-occurred_at", "-id")[:limit])
    answers = _answers(shown)
    for row in shown:
        way = "from" if row.direction == "inbound" else "with"
        whom = f" {way} {row.contact.name}" if row.contact else ""
        yield _fact(
            place,
            row.occurred_at,
            kind="touch",
            icon=CHANNEL_ICONS.get(row.channel, "chat-bubble-left-right"),
            title=f"{title(row.channel)}{whom}: {row.subject}",
            text=answers.get(row.origin_key) or row.summary[:400],
            who=" · ".join(part for part in (row.by_label, row.origin, title(row.outcome_code)) if part),
        )


def _answers(rows: Sequence[Touchpoint]) -> Mapping[str, str]:
    """Return by origin key what was answered to the invitations among these touches."""
    sent = [int(row.origin_key.partition(":")[2]) for row in rows if row.origin_key.startswith("message:")]
    told = Message.objects.filter(id__in=sent, step_run__meetings__answer__gt="", calendar_method="REQUEST")
    found = told.values_list("id", "step_run__meetings__answer") if sent else ()
    return {f"message:{number}": f"Their calendar answered: {RSVPS[answer].lower()}." for number, answer in found}


def _comments(place: Place, measure: str, limit: int) -> Iterable[Fact]:
    rows = Comment.objects.filter(account_id=place.account_id, created_at__lte=place.until).select_related("author")
    for row in rows.order_by("-created_at", "-id")[:limit]:
        yield _fact(
            place,
            row.created_at,
            kind="comment",
            icon="chat-bubble-bottom-center-text",
            title=f"{row.author} on “{row.about}”" if row.about else f"{row.author} says",
            text=row.body,
            href=f"/renewals/{row.renewal_id}/" if row.renewal_id else "",
        )


def _messages(place: Place, measure: str, limit: int) -> Iterable[Fact]:
    rows = Message.objects.filter(account_id=place.account_id, created_at__lte=place.until).exclude(state="sent")
    for row in rows.order_by("-created_at", "-id")[:limit]:
        yield _fact(
            place,
            row.created_at,
            kind="message",
            icon="envelope-open",
            title=f"Message {title(row.state).lower()}: {row.subject}",
            text=" ".join(reason_sentence(item, zone=place.zone).text for item in row.reasons[:2]),
            who=f"to {row.to_name or row.to_address}",
            href=f"/messages/{row.id}/",
        )


def _tasks(place: Place, measure: str, limit: int) -> Iterable[Fact]:
    rows = Task.objects.filter(account_id=place.account_id, state="done", completed_at__lte=place.until)
    rows = rows.select_related("completed_by")
    for row in rows.order_by("-completed_at", "-id")[:limit]:
        yield _fact(
            place,
            row.completed_at,
            kind="task",
            icon="check-circle",
            title=f"Done: {row.title}",
            text=" ".join(part for part in (_outcome(row), row.note[:400]) if part),
            who=str(row.completed_by or ""),
        )


def _decisions(place: Place, measure: str, limit: int) -> Iterable[Fact]:
    rows = Decision.objects.filter(account_id=place.account_id, decided_at__lte=place.until).exclude(kind="task")
    for row in rows.order_by("-decided_at", "-id")[:limit]:
        yield _fact(
            place,
            row.decided_at,
            kind="decision",
            icon="scale",
            title=decision_title(row.kind, row.verdict, row.step_key),
            text=" ".join(reason_sentence(item, zone=place.zone).text for item in row.reasons[:3]),
            who=title(row.rule_version),
        )


def _milestones(place: Place, measure: str, limit: int) -> Iterable[Fact]:
    rows = Milestone.objects.filter(account_id=place.account_id, achieved_on__lte=place.until.date())
    for row in rows.order_by("-achieved_on", "-id")[:limit]:
        at = datetime.combine(row.achieved_on, datetime.min.time(), tzinfo=ZoneInfo(place.zone))
        yield _fact(
            place, at, kind="milestone", icon="trophy", title=f"Milestone reached: {row.name}", text=row.evidence[:400]
        )


def _signals(place: Place, measure: str, limit: int) -> Iterable[Fact]:
    rows = Signal.objects.filter(account_id=place.account_id, occurred_at__lte=place.until).select_related("source")
    patterns = _patterns(measure)
    if not patterns:
        rows = rows.exclude(kind__startswith=NOISY)
    found = 0
    for row in rows.order_by("-occurred_at")[: limit * (4 if patterns else 1)]:
        if patterns and not any(fnmatch(row.kind, pattern) for pattern in patterns):
            continue
        found += 1
        if found > limit:
            return
        yield _signal(place, row)


def _signal(place: Place, row: Signal) -> Fact:
    family = row.kind.partition(".")[0]
    return _fact(
        place,
        row.occurred_at,
        kind="signal",
        icon="signal",
        title=signal_title(row.kind, row.value, row.subject),
        text=row.text[:400],
        who=" · ".join(part for part in (row.author, title(family), str(row.source)) if part),
        href=f"/accounts/{place.account_id}/tones/{row.id}/" if _has_tone(place, row) else "",
    )


def _has_tone(place: Place, row: Signal) -> bool:
    """Answer whether the person may say how a message sounds."""
    return row.kind == "support.message" and bool(row.text) and can(place.member, "signals.change")


def _patterns(measure: str) -> tuple[str, ...]:
    rules = {row["key"]: tuple(row["kinds"]) for row in shipped("scorecard")["measures"]}
    return rules.get(measure, ())


def _outcome(row: Task) -> str:
    labels = {item.get("key"): item.get("label") for item in row.outcomes}
    return f"{labels.get(row.outcome_code) or title(row.outcome_code)}." if row.outcome_code else ""


def _fact(place: Place, at: datetime, **words: str) -> Fact:
    cell = instant_cell(at, now=place.now, zone=place.zone)
    hour = "" if words["kind"] == "milestone" else clock_words(at, zone=place.zone)
    entry = TimelineEntry(at=hour, when=cell.when, full=cell.full, iso=cell.iso, **words)
    return Fact(at=at, entry=entry)


def _by_day(facts: Iterable[Fact], place: Place) -> tuple[TimelineDay, ...]:
    days: dict[date, list[TimelineEntry]] = {}
    for fact in facts:
        days.setdefault(fact.at.astimezone(ZoneInfo(place.zone)).date(), []).append(fact.entry)
    return tuple(
        TimelineDay(title=day_title(day, today=place.today), entries=tuple(entries)) for day, entries in days.items()
    )


# What belongs to which tab, and the right it takes to see it.
SOURCES: tuple[tuple[str, str, Source], ...] = (
    ("touches", "touchpoints.view", _touches),
    ("comments", "touchpoints.view", _comments),
    ("touches", "messages.view", _messages),
    ("work", "tasks.view", _tasks),
    ("work", "milestones.view", _milestones),
    ("decisions", "enrolments.view", _decisions),
    ("signals", "signals.view", _signals),
)
