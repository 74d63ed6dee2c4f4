"""The queue as a list: groups in order of priority, capacity, what many lines can take at once.

The open item is `queue_item`, the filters are `queue_filters`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from urllib.parse import urlencode

from django.db.models import Q, QuerySet

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.filters import address
from dashboards.core.money import MoneyCell, count_words, short_money
from dashboards.core.parts import FilterBar, Link
from dashboards.core.reason_words import reason_sentence
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.counts import Counted, PartsStatement, parts_read, parts_statement
from dashboards.queries.exchange import Exchange
from dashboards.queries.people import Choice, people_who_may, snooze_choices
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.queue_filters import PATH, PRESSING, chosen_of, filtered, own_filter, queue_bar, queue_entries
from dashboards.queries.queue_lines import QueueLine, queue_lines
from dashboards.queries.scoring import badge_of, worst_reason
from playbooks.models import QueueEntry, Task
from renewals.core.dates import start_of_day
from renewals.core.money import Money
from renewals.core.roles import Scope, can, granted_scope
from renewals.queries.written import Given, Written
from signals.queries.earlier import EarlierScore, earlier_scores

GROUPS = {"overdue": "Overdue", "today": "Today", "waiting": "Waiting", "snoozed": "Snoozed"}
ROWS_A_GROUP = {"overdue": 20, "today": 20, "waiting": 10, "snoozed": 5}
ROWS_A_PAGE = 50
DONE_SHOWN = 10
SEPARATOR = "~"
DONE = Written(
    lambda: (
        Task.objects.filter(completed_by_id=Given("me"), state="done", completed_at__gte=Given("since"))
        .order_by("-completed_at", "-id")
        .values_list("account_id", "account__name", "title")
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A line of the queue in finished words; `task_id` is None while nothing is to be done."""

    renewal_id: int
    task_id: int | None
    name: str
    href: str
    tier: str
    owner: str
    amount: MoneyCell
    due: DateCell
    notice: DateCell | None
    health: ScoreBadge
    risk: ScoreBadge
    next_title: str
    next_due: DateCell | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueGroup:
    """The rows of one group; `more` says how many are not shown, `more_href` leads to them."""

    key: str
    title: str
    note: str
    rows: tuple[QueueRow, ...]
    more: str
    more_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """The list with its finding, filters and capacity; `open_id` is beside it, `brief_href` leads to its brief."""

    title: str
    unit: str
    capacity: str
    capacity_done: int
    capacity_whole: int
    groups: tuple[QueueGroup, ...]
    done: tuple[Link, ...]
    bar: FilterBar
    open_id: int | None
    query: str
    may_change: bool
    outcomes: tuple[Choice, ...]
    colleagues: tuple[Choice, ...]
    snoozes: tuple[Choice, ...]
    brief_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    asker: Asker
    chosen: Mapping[str, str]
    open_href: str
    sight: PriceSight
    exchange: Exchange
    earlier_health: Mapping[int, EarlierScore]
    earlier_risk: Mapping[int, EarlierScore]


def queue_page(asker: Asker, choice: Mapping[str, str], *, open_id: int | None) -> QueuePage:
    """Return the queue of a person under the chosen filters, the open item being `open_id` or the first to do."""
    chosen = chosen_of(choice)
    counts = parts_read(_groups(asker.reach, tuple(chosen.items())))
    lines = queue_lines(_shown_ids(asker, counts, chosen, choice.get("after", "")))
    view = _view(asker, chosen, lines, price_sight(asker.member))
    rows: dict[str, list[QueueLine]] = {}
    for each in lines:
        rows.setdefault(each.group, []).append(each)
    first = open_id or next((each.renewal_id for key in PRESSING for each in rows.get(key, ())), None)
    done = _done_today(asker)
    whole = asker.membership.daily_capacity
    return QueuePage(
        title=_title(counts, view),
        unit=f"Ordered by amount × chance of loss × urgency · {asker.workspace.currency}",
        capacity=f"{len(done)} of {whole} done today",
        capacity_done=min(len(done), whole),
        capacity_whole=max(whole, 1),
        groups=tuple(_group(key, rows[key], counts[key], view) for key in GROUPS if key in rows and key in counts),
        done=tuple(Link(text=f"{name}: {said}", href=f"/accounts/{pk}/") for pk, name, said in done[:DONE_SHOWN]),
        bar=queue_bar(chosen, _total(counts), asker),
        open_id=first,
        query=urlencode(chosen),
        may_change=can(asker.member, "tasks.change"),
        outcomes=_outcomes(lines),
        colleagues=people_who_may(asker, "tasks.change") if lines else (),
        snoozes=snooze_choices(today=asker.today),
        brief_href=address(PATH, chosen, open=str(first)) if first else "",
    )


def ordered_ids(asker: Asker, choice: Mapping[str, str]) -> list[int]:
    """Return the renewals still to do, in the order of the page: what follows an item that is completed."""
    entries = filtered(queue_entries(asker), chosen_of(choice))
    rows = [_ordered(entries.filter(group=key)).values_list("renewal_id", flat=True)[:ROWS_A_PAGE] for key in PRESSING]
    return [pk for found in rows for pk in found]


def _ordered(entries: QuerySet[QueueEntry]) -> QuerySet[QueueEntry]:
    return entries.order_by("-priority", "id")


@lru_cache(maxsize=512)  # four lists take longer to write down than to count
def _groups(reach: Reach, chosen: tuple[tuple[str, str], ...]) -> PartsStatement:
    entries = filtered(queue_entries(reach), dict(chosen))
    parts = {key: _ordered(entries.filter(group=key)) for key in GROUPS}
    return parts_statement(parts, amount="reporting_amount", first=ROWS_A_GROUP)


def _shown_ids(asker: Asker, counts: Mapping[str, Counted], chosen: Mapping[str, str], after: str) -> list[int]:
    """Return the first lines of each group, or one keyset page of the group that is chosen."""
    if "group" in chosen:
        entries = filtered(queue_entries(asker), chosen)
        return list(_ordered(_after(entries, after)).values_list("id", flat=True)[:ROWS_A_PAGE])
    return [pk for each in counts.values() for pk in each.first_ids]


def _after(entries: QuerySet[QueueEntry], after: str) -> QuerySet[QueueEntry]:
    priority, _, last_id = after.rpartition(SEPARATOR)
    try:
        least, pk = Decimal(priority), int(last_id)
    except (ValueError, InvalidOperation):
        return entries
    return entries.filter(Q(priority__lt=least) | Q(priority=least, id__gt=pk))


def _view(asker: Asker, chosen: Mapping[str, str], lines: Iterable[QueueLine], sight: PriceSight) -> _View:
    without = {each.account_id for each in lines if each.health is None or each.health.value is None}
    unrated = {each.account_id for each in lines if each.risk is None or each.risk.value is None}
    return _View(
        asker=asker,
        chosen=chosen,
        open_href=f"{PATH}?{urlencode({**chosen, 'open': ''})}",
        sight=sight,
        exchange=Exchange(home=asker.workspace.currency, on=asker.today),
        earlier_health=earlier_scores(without, kind="health"),
        earlier_risk=earlier_scores(unrated, kind="risk"),
    )


def _row(line: QueueLine, view: _View) -> QueueRow:
    today, now = view.asker.today, view.asker.now
    is_seen = view.sight.sees_people(line.people, line.team_id)
    is_ahead = line.notice_on is not None and line.notice_on >= today
    return QueueRow(
        renewal_id=line.renewal_id,
        task_id=line.next_task_id if line.task_state in ("open", "snoozed") else None,
        name=line.account_name,
        href=f"{view.open_href}{line.renewal_id}",
        tier=title(line.tier) if line.tier else "",
        owner="" if granted_scope(view.asker.member, "queue.view") is Scope.OWN else line.owner,
        amount=view.exchange.cell(line.renewal_amount, line.currency, is_hidden=not is_seen),
        due=date_cell(line.due_on, today=today, is_deadline=True),
        notice=date_cell(line.notice_on, today=today, is_deadline=True) if is_ahead else None,
        health=badge_of(line.health, "health", now=now, earlier=view.earlier_health.get(line.account_id)),
        risk=badge_of(line.risk, "risk", now=now, earlier=view.earlier_risk.get(line.account_id)),
        next_title=_next_words(line, today),
        next_due=date_cell(line.next_due_on, today=today, is_deadline=True) if line.next_due_on else None,
        why=_why(line, view.asker),
    )


def _next_words(line: QueueLine, today: date) -> str:
    if line.next_task_id is not None:
        return line.next_title
    if line.next_title:
        return f"The playbook acts next: {title(line.next_title).lower()}"
    return "Record how it ended" if line.due_on < today else "Nothing to do now"


def _why(line: QueueLine, asker: Asker) -> str:
    """Return the strongest reason against us, else the first reason why now."""
    told = (item for item in line.why if not str(item.get("code", "")).startswith("action_"))
    return worst_reason(line.risk, "risk") or next(
        (reason_sentence(item, zone=asker.workspace.timezone).text for item in told), ""
    )


def _group(key: str, rows: list[QueueLine], counted: Counted, view: _View) -> QueueGroup:
    left = counted.number - len(rows)
    last = rows[-1]
    alone = "group" in view.chosen
    after = f"{last.priority}{SEPARATOR}{last.id}" if alone and len(rows) == ROWS_A_PAGE else ""
    return QueueGroup(
        key=key,
        title=GROUPS[key],
        note=" · ".join(part for part in (counted.words, _worth(counted.amount, view)) if part),
        rows=tuple(_row(each, view) for each in rows),
        more=_more(left, counted, is_alone=alone, has_next=bool(after)),
        more_href=address(PATH, view.chosen, group=key, after=after),
    )


def _more(left: int, counted: Counted, *, is_alone: bool, has_next: bool) -> str:
    if is_alone:
        return "Show the next ones" if has_next else ""
    return f"Show all {counted.words}" if left > 0 else ""


def _worth(amount: Decimal | None, view: _View) -> str:
    if not amount or not view.sight.sees_all_of("queue.view"):
        return ""
    return short_money(Money(amount, view.asker.workspace.currency))


def _total(counts: Mapping[str, Counted]) -> str:
    number = sum(each.number for each in counts.values())
    words = count_words(number, "renewal")
    return words.replace(" ", "+ ", 1) if any(each.is_capped for each in counts.values()) else words


def _title(counts: Mapping[str, Counted], view: _View) -> str:
    pressing = [counts[key] for key in PRESSING if key in counts]
    number = sum(each.number for each in pressing)
    if not number:
        return "Nothing is due today" if counts else "The queue is empty"
    is_capped = any(each.is_capped for each in pressing)
    worth = _worth(None if is_capped else sum((each.amount or Decimal(0) for each in pressing), Decimal(0)), view)
    who = "you" if own_filter(view.asker).items() <= view.chosen.items() else "somebody"
    need = f"needs {who}" if number == 1 else f"need {who}"
    words = "More than " if is_capped else ""
    return f"{words}{count_words(number, 'renewal')} {need} today" + (f", worth {worth}" if worth else "")


def _outcomes(lines: Iterable[QueueLine]) -> tuple[Choice, ...]:
    """Return the outcome codes of the tasks on the page, each once, for the completion of many."""
    known = {str(item["key"]): str(item["label"]) for line in lines for item in line.outcomes}
    return tuple(Choice(value=key, text=label) for key, label in sorted(known.items(), key=lambda pair: pair[1]))


def _done_today(asker: Asker) -> list[tuple[int, str, str]]:
    """Return account, its name and title of the tasks the person completed today, the last one first."""
    since = start_of_day(asker.today, asker.workspace.timezone)
    return DONE.read(me=asker.membership.user_id, since=since)
