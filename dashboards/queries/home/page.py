"""The home page of a role: its sections with lines, what is first in line, meetings of today, own figures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from dashboards.core.dates import DateCell, clock_words, date_cell, day_words
from dashboards.core.home import NUMBERS, SECTIONS, LineRule, Section, sections_for
from dashboards.core.parts import Link
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.home import lines
from dashboards.queries.home.lines import counted_lines
from dashboards.queries.home.numbers import Figure, own_figures
from dashboards.queries.offers.waiting import waiting_number
from dashboards.queries.queue import GROUPS
from dashboards.queries.queue_filters import own_pressing
from playbooks.models import Meeting, QueueEntry, Task
from renewals.core.dates import start_of_day
from renewals.core.roles import Role, can
from renewals.queries.written import Given, Written, given_ids

APPROVALS = "/approvals/"
PRESSING = ("overdue", "due_today", "approvals", "beside", "decisions")
FIRST = 5
SPOKEN = ("call", "meeting")
IN_LINE = ("renewal", "account_name", "due_on", "next_task", "next_title", "next_due_on", "group")
MEETINGS = Written(
    lambda: (
        Meeting.objects.filter(
            organiser_id=Given("me"), state="planned", starts_at__gte=Given("begins"), starts_at__lt=Given("ends")
        )
        .order_by("starts_at", "id")
        .values_list("starts_at", "account__name", "renewal_id", "task_id")[:FIRST]
    )
)
CALLS = Written(
    lambda: (
        Task.objects.filter(
            ~given_ids("id", "known"),
            assignee_id=Given("me"),
            state="open",
            due_on__lte=Given("today"),
            kind__in=SPOKEN,
        )
        .order_by("due_on", "id")
        .values_list("account__name", "title", "renewal_id")[:FIRST]
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A number with its words, the rule that counts it, and the list of its rows."""

    number: str
    words: str
    rule: str
    state: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextUp:
    """A renewal that is first in line."""

    name: str
    href: str
    what: str
    due: DateCell | None
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One section; `calm` is said instead of lines when there are none."""

    key: str
    title: str
    calm: str
    lines: tuple[Line, ...]
    first: tuple[NextUp, ...] = ()
    spoken: tuple[Link, ...] = ()
    figures: tuple[Figure, ...] = ()
    is_numbers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The page; `is_new` while there is no account the person could see."""

    title: str
    unit: str
    parts: tuple[Part, ...]
    is_new: bool
    start: Link


def home_page(asker: Asker) -> HomePage:
    """Return the home page of the person's role, in a number of queries that no row of the book adds to."""
    keys = sections_for(Role(asker.membership.role))
    rules = {rule.key: rule for key in keys if key in SECTIONS for rule in SECTIONS[key].lines}
    allowed = [key for key, rule in rules.items() if can(asker.member, rule.permission)]
    counted = dict(counted_lines(asker, [*allowed, "any_account"]))
    known, _ = counted.pop("any_account")
    if "approvals" in allowed:
        counted["approvals"] = (waiting_number(asker), APPROVALS)
    parts = (part for key in keys for part in _parts(asker, key, counted))
    pressing = [counted[key][0] for key in PRESSING if key in counted]
    return HomePage(
        title=_title(pressing),
        unit=f"{day_words(asker.today)} · each number opens the list it counts",
        parts=tuple(parts),
        is_new=not known,
        start=_start(asker),
    )


def _parts(asker: Asker, key: str, counted: Mapping[str, tuple[int, str]]) -> Iterator[Part]:
    if key == NUMBERS:
        yield from _numbers(asker)
        return
    section = SECTIONS[key]
    is_today = key == "today"
    if any(rule.key in counted for rule in section.lines):
        yield Part(
            key=key,
            title=section.title,
            calm=section.calm,
            lines=_lines(section, counted),
            spoken=_spoken(asker) if is_today else (),
        )
    if is_today and (first := _first(asker)):
        yield Part(key="first", title="First in line", calm="", lines=(), first=first)


def _numbers(asker: Asker) -> Iterator[Part]:
    figures = own_figures(asker)
    if figures is not None:
        calm = "No target is set for this quarter."
        yield Part(key=NUMBERS, title="Against target", calm=calm, lines=(), figures=figures, is_numbers=True)


def _lines(section: Section, counted: Mapping[str, tuple[int, str]]) -> tuple[Line, ...]:
    found = ((rule, *counted[rule.key]) for rule in section.lines if rule.key in counted)
    return tuple(_line(rule, number, href) for rule, number, href in found if number)


def _line(rule: LineRule, number: int, href: str) -> Line:
    shown = f"{lines.MOST:,}+" if number > lines.MOST else f"{number:,}"
    return Line(number=shown, words=rule.one if number == 1 else rule.many, rule=rule.rule, state=rule.state, href=href)


def _first(asker: Asker) -> tuple[NextUp, ...]:
    """Return what stands at the top of the person's queue; who sees more than their own sees their own here."""
    if not can(asker.member, "tasks.change"):
        return ()
    return tuple(_next_up(asker, row) for row in _first_in_line(asker.reach).read())


@lru_cache(maxsize=64)
def _first_in_line(reach: Reach) -> Written[QueueEntry]:
    return Written(lambda: own_pressing(reach).only(*IN_LINE).order_by("-priority", "id")[:FIRST])


def _next_up(asker: Asker, row: QueueEntry) -> NextUp:
    due = row.next_due_on if row.next_task_id else row.due_on
    return NextUp(
        name=row.account_name,
        href=f"/queue/?open={row.renewal_id}",
        what=row.next_title if row.next_task_id else "Record how it ended",
        due=date_cell(due, today=asker.today, is_deadline=True) if due else None,
        group=GROUPS[row.group],
    )


def _spoken(asker: Asker) -> tuple[Link, ...]:
    """Return the meetings of the person today with their time, then calls and meetings that are due."""
    me, zone = asker.membership.user_id, asker.workspace.timezone
    begins, ends = (start_of_day(asker.today + timedelta(days=days), zone) for days in (0, 1))
    meetings = MEETINGS.read(me=me, begins=begins, ends=ends)
    calls = CALLS.read(me=me, today=asker.today, known=[task for *_, task in meetings])
    return (
        *(
            Link(text=f"{clock_words(starts_at, zone=zone)} {name}", href=_open(renewal_id))
            for starts_at, name, renewal_id, _ in meetings
        ),
        *(Link(text=f"{name}: {title}", href=_open(renewal_id)) for name, title, renewal_id in calls),
    )


def _open(renewal_id: int | None) -> str:
    return f"/queue/?open={renewal_id}" if renewal_id else "/queue/"


def _title(pressing: Sequence[int]) -> str:
    number = sum(min(each, lines.MOST) for each in pressing)
    if not number:
        return "Nothing is urgent today"
    more = "+" if max(pressing) > lines.MOST else ""
    return f"{number:,}{more} {'thing is' if number == 1 else 'things are'} urgent today"


def _start(asker: Asker) -> Link:
    if can(asker.member, "imports.change"):
        return Link(text="Import accounts and contracts", href="/imports/")
    return Link(text="Look at the accounts", href="/accounts/")
