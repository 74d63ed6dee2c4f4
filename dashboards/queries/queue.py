"""The queue as a list: groups in order of priority, filters with counts, capacity. The open item is `queue_item`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Case, CharField, Count, F, Q, QuerySet, Sum, Value, When, Window
from django.db.models.functions import RowNumber

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.filters import Option, filters_of
from dashboards.core.money import MoneyCell, count_words, short_money
from dashboards.core.parts import FilterBar, Link
from dashboards.core.reason_words import reason_sentence
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.saved_views import view_chips
from dashboards.queries.scoring import badge_of, reasons_of
from playbooks.models import QueueEntry, Task
from renewals.core.dates import start_of_day
from renewals.core.money import Money
from renewals.core.roles import Scope, granted_scope
from renewals.models import Renewal
from renewals.queries.people import visible_to
from signals.models import CurrentRisk, CurrentScore

ROWS_A_GROUP = 25
DONE_SHOWN = 10
GROUPS = {"overdue": "Overdue", "today": "Today", "waiting": "Waiting", "snoozed": "Snoozed"}
FIELDS = ("segment", "tier", "owner", "quarter", "risk")
PAGE = "queue"


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
    """The rows of one group; `more` says how many are not shown."""

    key: str
    title: str
    note: str
    rows: tuple[QueueRow, ...]
    more: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """The list with its finding, filters and capacity; `open_id` is the renewal in the right pane."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    asker: Asker
    chosen: Mapping[str, str]
    sight: PriceSight


def queue_page(asker: Asker, choice: Mapping[str, str], *, open_id: int | None) -> QueuePage:
    """Return the queue of a person under the chosen filters, the open item being `open_id` or the first to do."""
    mine = queue_entries(asker)
    chosen = {name: choice[name] for name in FIELDS if choice.get(name)}
    entries = _with_group(_filtered(mine, chosen), asker)
    counts = {row["shown_group"]: row for row in entries.values("shown_group").annotate(n=Count("id"), sum=_sum())}
    view = _View(asker=asker, chosen=chosen, sight=price_sight(asker.member))
    rows = _rows(entries, view)
    first = next((row.renewal_id for key in GROUPS for row in rows.get(key, ()) if key in ("overdue", "today")), None)
    groups = tuple(_group(key, rows.get(key, ()), counts.get(key), view) for key in GROUPS if rows.get(key))
    done_tasks = list(_done_today(asker))
    done = len(done_tasks)
    whole = asker.membership.daily_capacity
    total = sum(int(row["n"]) for row in counts.values())
    return QueuePage(
        title=_title(counts, view),
        unit=f"Ordered by amount × chance of loss × urgency · {asker.workspace.currency}",
        capacity=f"{done} of {whole} done today",
        capacity_done=min(done, whole),
        capacity_whole=max(whole, 1),
        groups=groups,
        done=tuple(_done_link(task) for task in done_tasks[:DONE_SHOWN]),
        bar=_bar(mine, chosen, total, asker),
        open_id=open_id or first,
        query=urlencode(chosen),
    )


def queue_entries(asker: Asker) -> QuerySet[QueueEntry]:
    """Return the entries whose renewals the person may work on or look at."""
    entries = QueueEntry.objects.filter(renewal__closed_on__isnull=True)
    if granted_scope(asker.member, "queue.view") is Scope.ALL:
        return entries
    return entries.filter(renewal__in=visible_to(Renewal.objects.all(), asker.member, "queue.view"))


def ordered_ids(asker: Asker, choice: Mapping[str, str]) -> list[int]:
    """Return the renewals still to do, in the order of the page: what follows an item that is completed."""
    chosen = {name: choice[name] for name in FIELDS if choice.get(name)}
    entries = _with_group(_filtered(queue_entries(asker), chosen), asker)
    rows = entries.filter(shown_group__in=("overdue", "today")).order_by("-shown_group", "-priority", "id")
    found = list(rows.values_list("shown_group", "renewal_id")[: 2 * ROWS_A_GROUP])
    return [pk for wanted in ("overdue", "today") for group, pk in found if group == wanted]


def _with_group(entries: QuerySet[QueueEntry], asker: Asker) -> QuerySet[QueueEntry]:
    """What was done or put off a moment ago shows so at once, before the sweep has rewritten the entry."""
    group = Case(
        When(next_task__state__in=("done", "cancelled"), then=Value("waiting")),
        When(next_task__state="snoozed", next_task__snoozed_until_on__gt=asker.today, then=Value("snoozed")),
        When(next_task__state="open", next_task__due_on__lt=asker.today, then=Value("overdue")),
        When(next_task__state="open", next_task__due_on=asker.today, then=Value("today")),
        When(group__in=tuple(GROUPS), then=F("group")),
        default=Value("waiting"),
        output_field=CharField(),
    )
    return entries.annotate(shown_group=group)


def _filtered(entries: QuerySet[QueueEntry], chosen: Mapping[str, str]) -> QuerySet[QueueEntry]:
    plain = {name: chosen[name] for name in ("segment", "tier") if name in chosen}
    condition = Q(**plain)
    if chosen.get("owner", "").isdecimal():
        condition &= Q(owner_id=int(chosen["owner"]))
    if "risk" in chosen:
        condition &= Q(renewal__in=CurrentRisk.objects.filter(band=chosen["risk"]).values("renewal_id"))
    year, _, quarter = chosen.get("quarter", "").partition("-Q")
    if year.isdecimal() and quarter.isdigit():
        condition &= Q(due_on__year=int(year), due_on__quarter=int(quarter))
    return entries.filter(condition)


def _sum() -> Sum:
    return Sum("reporting_amount")


def _rows(entries: QuerySet[QueueEntry], view: _View) -> dict[str, list[QueueRow]]:
    place = Window(RowNumber(), partition_by=F("shown_group"), order_by=[F("priority").desc(), F("id").asc()])
    found = list(
        entries.annotate(place=place)
        .filter(place__lte=ROWS_A_GROUP)
        .select_related("account", "owner", "next_task", "renewal")
        .order_by("-priority", "id")
    )
    health = {row.account_id: row for row in CurrentScore.objects.filter(account_id__in={e.account_id for e in found})}
    risk = {row.renewal_id: row for row in CurrentRisk.objects.filter(renewal_id__in={e.renewal_id for e in found})}
    shown: dict[str, list[QueueRow]] = {}
    for entry in found:
        row = _row(entry, health.get(entry.account_id), risk.get(entry.renewal_id), view)
        shown.setdefault(entry.shown_group, []).append(row)
    return shown


def _row(entry: QueueEntry, health: CurrentScore | None, risk: CurrentRisk | None, view: _View) -> QueueRow:
    task, today, now = entry.next_task, view.asker.today, view.asker.now
    is_seen = view.sight.sees_renewal(entry.renewal, entry.account)
    is_ahead = entry.notice_on is not None and entry.notice_on >= today
    return QueueRow(
        renewal_id=entry.renewal_id,
        task_id=task.id if task and task.state in ("open", "snoozed") else None,
        name=entry.account_name,
        href=f"/queue/?{urlencode({**view.chosen, 'open': entry.renewal_id})}",
        tier=title(entry.tier) if entry.tier else "",
        owner="" if granted_scope(view.asker.member, "queue.view") is Scope.OWN else str(entry.owner),
        amount=view.sight.cell(entry.renewal_amount, entry.currency, is_seen=is_seen),
        due=date_cell(entry.due_on, today=today, is_deadline=True),
        notice=date_cell(entry.notice_on, today=today, is_deadline=True) if is_ahead else None,
        health=badge_of(health, "health", now=now),
        risk=badge_of(risk, "risk", now=now),
        next_title=_next_words(entry, today),
        next_due=date_cell(entry.next_due_on, today=today, is_deadline=True) if entry.next_due_on else None,
        why=_why(entry, risk, view.asker),
    )


def _next_words(entry: QueueEntry, today: date) -> str:
    if entry.next_task_id is not None:
        return entry.next_title
    if entry.next_title:
        return f"The playbook acts next: {title(entry.next_title).lower()}"
    return "Record how it ended" if entry.due_on < today else "Nothing to do now"


def _why(entry: QueueEntry, risk: CurrentRisk | None, asker: Asker) -> str:
    """Return the strongest reason against us, else the first reason why now."""
    worst = next((each.text for each in reasons_of(risk, "risk") if each.state == "bad"), "")
    told = (item for item in entry.why if not str(item.get("code", "")).startswith("action_"))
    return worst or next((reason_sentence(item, zone=asker.workspace.timezone).text for item in told), "")


def _group(key: str, rows: Iterable[QueueRow], counted: Mapping[str, object] | None, view: _View) -> QueueGroup:
    shown = tuple(rows)
    number = int(str(counted["n"])) if counted else len(shown)
    left = number - len(shown)
    return QueueGroup(
        key=key,
        title=GROUPS[key],
        note=" · ".join(part for part in (f"{number:,}", _worth(counted, view)) if part),
        rows=shown,
        more=f"{left:,} more with a lower priority: narrow the filters to see them" if left > 0 else "",
    )


def _worth(counted: Mapping[str, object] | None, view: _View) -> str:
    amount = counted["sum"] if counted else None
    if not amount or not view.sight.sees_all_of("queue.view"):
        return ""
    return short_money(Money(amount, view.asker.workspace.currency))


def _title(counts: Mapping[str, Mapping[str, object]], view: _View) -> str:
    pressing = [counts[key] for key in ("overdue", "today") if key in counts]
    number = sum(int(str(row["n"])) for row in pressing)
    if not number:
        return "Nothing is due today" if counts else "The queue is empty"
    amounts = [row["sum"] for row in pressing if row["sum"]]
    worth = _worth({"sum": sum(amounts)} if amounts else None, view)
    need = "needs you" if number == 1 else "need you"
    return f"{count_words(number, 'renewal')} {need} today" + (f", worth {worth}" if worth else "")


def _done_today(asker: Asker) -> QuerySet[Task]:
    since = start_of_day(asker.today, asker.workspace.timezone)
    done = Task.objects.filter(completed_by_id=asker.membership.user_id, state="done", completed_at__gte=since)
    return done.select_related("account").order_by("-completed_at", "-id")


def _done_link(task: Task) -> Link:
    return Link(text=f"{task.account.name}: {task.title}", href=f"/accounts/{task.account_id}/")


def _bar(entries: QuerySet[QueueEntry], chosen: Mapping[str, str], total: int, asker: Asker) -> FilterBar:
    quarters = entries.values_list("due_on__year", "due_on__quarter").annotate(n=Count("id"))
    risks = CurrentRisk.objects.filter(renewal__in=entries.values("renewal_id")).exclude(band="")
    found = {
        "segment": [Option(key=k, text=title(k), count=n) for k, n in _counted(entries, "segment")],
        "tier": [Option(key=k, text=title(k), count=n) for k, n in _counted(entries, "tier")],
        "risk": [Option(key=k, text=band_words("risk", k)[0], count=n) for k, n in _counted(risks, "band")],
        "quarter": [Option(key=f"{y}-Q{q}", text=f"Q{q} {y}", count=n) for y, q, n in sorted(quarters)],
        "owner": _owners(entries) if granted_scope(asker.member, "queue.view") > Scope.OWN else [],
    }
    return FilterBar(
        filters=filters_of("/queue/", found, chosen),
        count=count_words(total, "renewal"),
        clear_href="/queue/" if chosen else "",
        views=view_chips(asker.membership.user_id, PAGE, urlencode(chosen)),
        save_href="/views/",
        query=urlencode(chosen),
    )


def _counted(rows: QuerySet, field: str) -> list[tuple[str, int]]:
    return list(rows.exclude(**{field: ""}).order_by(field).values_list(field).annotate(n=Count("id")))


def _owners(entries: QuerySet[QueueEntry]) -> list[Option]:
    rows = entries.order_by("owner__name", "owner_id").values_list("owner_id", "owner__name").annotate(n=Count("id"))
    return [Option(key=str(pk), text=name, count=n) for pk, name, n in rows]
