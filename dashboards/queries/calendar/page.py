"""The calendar by month, week or agenda: a bounded number of lines, whatever the size of the book."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, F, Max, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from dashboards.core.calendar import PATH, VIEWS, WEEKEND, Span, day_of, page_address, span_of
from dashboards.core.dates import age_words, day_title
from dashboards.core.filters import address, closed_filters, opened_filter
from dashboards.core.money import count_words
from dashboards.core.parts import Filter, FilterBar, Pager, Tab
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.calendar.items import Item, item_of
from dashboards.queries.calendar.load import DayLoad, full_days
from dashboards.queries.calendar.rows import (
    EFFECTS,
    FIELDS,
    FILTERS,
    FIRMNESS,
    accounts_like,
    chosen_touches,
    options_of,
    visible_touches,
)
from dashboards.queries.people import person_name, team_name
from playbooks.models import ProjectedTouch, Projection
from renewals.models import Account

LINES_A_DAY = {"month": 3, "week": 12}
ROWS_A_PAGE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day with its first lines; `more` of them stand on the agenda at `href`."""

    on: date
    number: int
    full: str
    is_today: bool
    is_outside: bool
    is_weekend: bool
    items: tuple[Item, ...]
    more: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPage:
    """One page of the calendar. `is_bare` when nothing at all was projected for this person yet."""

    title: str
    unit: str
    span: Span
    tabs: tuple[Tab, ...]
    back_href: str
    today_href: str
    on_href: str
    bar: FilterBar
    weeks: tuple[tuple[Day, ...], ...]
    days: tuple[Day, ...]
    pager: Pager | None
    full: tuple[DayLoad, ...]
    is_bare: bool
    is_filtered: bool


def calendar_page(asker: Asker, choice: Mapping[str, str]) -> CalendarPage:
    """Return the chosen span of the calendar under the chosen filters."""
    chosen = {name: choice[name] for name in FIELDS if choice.get(name)}
    view = chosen.get("view", "month") if chosen.get("view") in VIEWS else "month"
    span = span_of(view, day_of(chosen.get("on", ""), today=asker.today))
    seen = visible_touches(asker)
    wanted = chosen_touches(seen, chosen).filter(local_on__range=(span.first, span.last))
    counts = dict(wanted.order_by().values_list("local_on").annotate(n=Count("id")))
    rows, pager = _rows(wanted, view, choice.get("after", ""), chosen, sum(counts.values()))
    days = _days(span, rows, counts, asker, chosen)
    is_filtered = any(name in FILTERS for name in chosen)
    return CalendarPage(
        title=_title(sum(counts.values()), span),
        unit=_unit(asker),
        span=span,
        tabs=tuple(
            Tab(text=title(each), href=page_address(chosen, view=each), is_current=each == view) for each in VIEWS
        ),
        back_href=page_address(chosen, on=span.back_on.isoformat()),
        today_href=page_address(chosen, on=""),
        on_href=page_address(chosen, on=span.on_on.isoformat()),
        bar=_bar(chosen, sum(counts.values())),
        weeks=_weeks(days, asker.today) if view != "agenda" else (),
        days=tuple(day for day in days if day.items) if view == "agenda" else (),
        pager=pager,
        full=tuple(full_days(chosen_touches(seen, _without(chosen)), span.first, span.last, chosen=_without(chosen))),
        is_bare=not counts and not is_filtered and not seen.exists(),
        is_filtered=is_filtered,
    )


def calendar_choices(asker: Asker, name: str, choice: Mapping[str, str]) -> Filter | None:
    """Return one filter with its choices counted over the span; None for an unknown name."""
    if name not in FILTERS:
        return None
    chosen = {key: choice[key] for key in FIELDS if choice.get(key)}
    span = span_of(chosen.get("view", "month"), day_of(chosen.get("on", ""), today=asker.today))
    touches = visible_touches(asker).filter(local_on__range=(span.first, span.last)).order_by()
    if name == "account":
        words = choice.get("q", "").strip()[:100]
        found = opened_filter(PATH, name, accounts_like(touches, words, chosen.get("account", "")), chosen)
        kept = tuple((key, value) for key, value in chosen.items() if key != "account")
        return replace(found, search_href=f"{PATH}filters/account/", words=words, kept=kept)
    return opened_filter(PATH, name, options_of(touches, name), chosen)


def _without(chosen: Mapping[str, str]) -> dict[str, str]:
    """Work against capacity is counted whatever kind of line is shown."""
    return {name: value for name, value in chosen.items() if name not in ("effect", "firm")}


def _rows(
    wanted: QuerySet[ProjectedTouch], view: str, after: str, chosen: Mapping[str, str], number: int
) -> tuple[list[ProjectedTouch], Pager | None]:
    related = wanted.select_related("account", "owner")
    if view != "agenda":
        place = Window(RowNumber(), partition_by=[F("local_on")], order_by=_order())
        return list(related.annotate(place=place).filter(place__lte=LINES_A_DAY[view]).order_by(*_order())), None
    found = list(_after(related, after).order_by(*_order())[: ROWS_A_PAGE + 1])
    shown = found[:ROWS_A_PAGE]
    is_more = len(found) > ROWS_A_PAGE
    return shown, Pager(
        shown=f"{len(shown):,} of {count_words(number, 'touch or date', 'touches and dates')}",
        first_href=address(PATH, chosen) if after else "",
        next_href=address(PATH, chosen, after=f"{shown[-1].at.isoformat()}~{shown[-1].id}") if is_more else "",
    )


def _order() -> list[str]:
    return ["local_on", "at", "id"]


def _after(touches: QuerySet[ProjectedTouch], after: str) -> QuerySet[ProjectedTouch]:
    at, _, last_id = after.rpartition("~")
    if not (at and last_id.isascii() and last_id.isdecimal()):
        return touches
    last = touches.filter(id=int(last_id)).first()
    if last is None:
        return touches
    later = Q(local_on__gt=last.local_on) | Q(local_on=last.local_on, at__gt=last.at)
    return touches.filter(later | Q(local_on=last.local_on, at=last.at, id__gt=last.id))


def _days(
    span: Span, rows: list[ProjectedTouch], counts: Mapping[date, int], asker: Asker, chosen: Mapping[str, str]
) -> tuple[Day, ...]:
    lines: dict[date, list[Item]] = defaultdict(list)
    for row in rows:
        lines[row.local_on].append(item_of(row))
    middle = span.first.month if span.first.day == 1 else (span.back_on.month % 12) + 1
    return tuple(
        Day(
            on=on,
            number=on.day,
            full=day_title(on, today=asker.today),
            is_today=on == asker.today,
            is_outside=span.view == "month" and on.month != middle,
            is_weekend=on.weekday() >= WEEKEND,
            items=tuple(lines[on]),
            more=max(0, counts.get(on, 0) - len(lines[on])) if span.view != "agenda" else 0,
            href=page_address(chosen, view="agenda", on=on.isoformat()),
        )
        for on in span.days
    )


def _weeks(days: Sequence[Day], today: date) -> tuple[tuple[Day, ...], ...]:
    """Return the weeks of the span from the present one on: nothing is ahead in those that are over."""
    weeks = tuple(tuple(days[place : place + 7]) for place in range(0, len(days), 7))
    return tuple(week for week in weeks if week[-1].on >= today) or weeks


def _title(number: int, span: Span) -> str:
    return (
        f"{span.title}: {count_words(number, 'touch or date', 'touches and dates')}"
        if number
        else f"{span.title}: nothing planned"
    )


def _unit(asker: Asker) -> str:
    """Say how old the projection is; it is made anew when a plan changes, and daily."""
    ages = Projection.objects.aggregate(oldest=Min("projected_at"), newest=Max("projected_at"))
    if ages["newest"] is None:
        return "Not projected yet"
    return f"What happens if nothing changes · projected {age_words(ages['newest'], now=asker.now)}"


def _bar(chosen: Mapping[str, str], number: int) -> FilterBar:
    said = {
        "owner": person_name(chosen.get("owner", "")),
        "effect": EFFECTS.get(chosen.get("effect", ""), ""),
        "firm": FIRMNESS.get(chosen.get("firm", ""), ""),
    }
    said |= {"team": team_name(chosen.get("team", "")), "account": _account_name(chosen.get("account", ""))}
    kept = {name: chosen[name] for name in ("view", "on") if name in chosen}
    filters = closed_filters(PATH, FILTERS, chosen, said)
    return FilterBar(
        filters=filters,
        count=count_words(number, "touch or date", "touches and dates"),
        clear_href=address(PATH, kept) if any(name in FILTERS for name in chosen) else "",
    )


def _account_name(key: str) -> str:
    found = Account.objects.filter(id=int(key)).first() if key.isascii() and key.isdecimal() else None
    return found.name if found else ""
