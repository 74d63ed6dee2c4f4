"""The small parts that stand hundreds of times in a page, built without templates: amounts, days, scores, cells."""

import html
from collections.abc import Sequence

from django import template
from django.http import HttpRequest
from django.template.context import Context
from django.utils.safestring import SafeString

from dashboards.core.dates import DateCell
from dashboards.core.money import MoneyCell
from dashboards.core.parts import Cell, Column, FilterBar, Pager, Table
from dashboards.core.scores import ScoreBadge
from dashboards.gathered import FORM, FORMS, TABLE, TableNames
from dashboards.templatetags.perennial import icon
from renewals.core.roles import Scope, can, granted_scope

register = template.Library()


@register.filter
def nth(values: Sequence[int], place: int) -> int:
    """Return the value that belongs to a row, by its place."""
    return values[place]


@register.simple_tag
def money(cell: MoneyCell) -> SafeString:
    """Return an amount; its converted amount, or why it is hidden, in a tip."""
    faint = "" if cell.state == "known" else " missing"
    text = escape(cell.text)
    if not cell.tip:
        return _safe(f'<span class="money{faint}">{text}</span>')
    tip = f'<span class="tip-box">{escape(cell.tip)}</span>'
    return _safe(f'<span class="money tip{faint}" tabindex="0">{text}{tip}</span>')


@register.simple_tag
def day(date: DateCell, form: str = "", is_quiet: bool = False) -> SafeString:
    """Return a day: relative and absolute, or one of both ("when", "day"); quiet ones are no stop of the tab key."""
    if date.state == "missing":
        return _safe(f'<span class="missing">{escape(date.when)}</span>')
    stop = "" if is_quiet else ' tabindex="0"'
    when = "" if form == "day" else f'<span class="date-when">{escape(date.when)}</span>'
    rest = {"day": date.day, "": f' <span class="date-day">· {escape(date.day)}</span>'}.get(form, "")
    tip = f'<span class="tip-box">{escape(date.full)}</span>'
    return _safe(f'<time class="date tip is-{date.state}" datetime="{date.iso}"{stop}>{when}{rest}{tip}</time>')


@register.simple_tag
def score(
    badge: ScoreBadge, href: str = "", size: str = "", is_named: bool = False, is_plain: bool = False
) -> SafeString:
    """Return a score as number, word, shape and trend; "full" adds trend words, coverage and age in plain sight.

    It leads to `href`, else to its explanation; one that `is_plain` leads nowhere.
    """
    target = "" if is_plain else href or badge.href
    tag, to = ("a", f' href="{escape(target)}"') if target else ("span", "")
    spoken = f'<span class="unseen">{escape(badge.spoken)}</span>'
    note = _full_note(badge) if size == "full" else _tip_note(badge)
    inside = f"{spoken}{_mark(badge, is_named=is_named)}{note}"
    return _safe(f'<{tag}{to} class="score score-{badge.state} tip">{inside}</{tag}>')


@register.simple_tag
def table_cell(cell: Cell, is_head: bool = False, name: str = "") -> SafeString:
    """Return a cell of a table: score, amount, day, tag, link or words, the first that it has; `name` its column's."""
    tag, scope = ("th", ' scope="row"') if is_head else ("td", "")
    kinds = ["name"] if is_head else []
    kinds += ["amount"] if cell.is_amount or cell.money else []
    kinds += ["prose"] if cell.is_long else []
    kinds += ["heat", f"heat-{cell.heat}"] if cell.heat else []
    classes = f' class="{" ".join(kinds)}"' if kinds else ""
    note = f' <small class="muted">{escape(cell.note)}</small>' if cell.note else ""
    named = f' data-name="{escape(name)}"' if name and not is_head else ""
    return _safe(f"<{tag}{scope}{classes}{named}>{cell_body(cell)}{note}</{tag}>")


@register.simple_tag
def table_head(columns: Sequence[Column]) -> SafeString:
    """Return the head of a table: each title plain, sorting the table, or leading to its definition."""
    return _safe(f"<tr>{''.join(_head(column) for column in columns)}</tr>")


@register.simple_tag
def table_rows(rows: Sequence[Sequence[Cell]], names: Sequence[str] = ()) -> SafeString:
    """Return the rows of a table, the first cell of each as its head; one tag for all of them, because each costs.

    `names` are the titles of the columns where a cell shows its own, "" for none.
    """
    lines = (
        "".join(
            table_cell(cell, is_head=place == 0, name=name)
            for place, (cell, name) in enumerate(zip(row, names or [""] * len(row), strict=True))
        )
        for row in rows
    )
    return _safe("".join(f"<tr>{line}</tr>" for line in lines))


@register.inclusion_tag("components/table_files.html", takes_context=True)
def table_files(context: Context, table: Table) -> dict[str, object]:
    """Lead to the table as files, for who may export; note the table where the page is gathered, not shown."""
    request = getattr(context, "request", None)
    if request is None or getattr(request, "member", None) is None or request.method != "GET":
        return {}
    if not hasattr(request, "table_names"):
        request.table_names = TableNames()
    name = request.table_names.next_name(table.caption)
    if hasattr(request, "gathered"):
        request.gathered.note_table(name, table)
        return {}
    if not table.rows or not can(request.member, "exports.view"):
        return {}
    is_whole = granted_scope(request.member, "exports.view") is Scope.ALL
    return {"links": _files(request, name), "note": "" if is_whole else "What your role may export:"}


@register.simple_tag(takes_context=True)
def note_head(context: Context, title: str, unit: str) -> str:
    """Note the title of a page that is gathered; nothing is shown."""
    if gathered := getattr(getattr(context, "request", None), "gathered", None):
        gathered.note_head(str(title), str(unit))
    return ""


@register.simple_tag(takes_context=True)
def note_filters(context: Context, bar: FilterBar) -> str:
    """Note what a page that is gathered is narrowed to; nothing is shown."""
    if gathered := getattr(getattr(context, "request", None), "gathered", None):
        gathered.note_filters(bar.filters)
    return ""


@register.simple_tag(takes_context=True)
def note_pager(context: Context, pager: Pager) -> str:
    """Note where the rows of the table before go on, of a page that is gathered; nothing is shown."""
    if gathered := getattr(getattr(context, "request", None), "gathered", None):
        gathered.note_pager(pager)
    return ""


@register.simple_tag(takes_context=True)
def rows_of(context: Context, table: Table) -> SafeString:
    """Return the rows of a table as `table_rows` draws them; none of a page that is gathered, which has them whole."""
    is_gathered = hasattr(getattr(context, "request", None), "gathered")
    names = [column.title for column in table.columns] if table.as_cards else ()
    return _safe("") if is_gathered else table_rows(table.rows, names)


def _files(request: HttpRequest, name: str) -> list[tuple[str, str]]:
    wanted = request.GET.copy()
    for key in (FORM, TABLE, "after"):
        wanted.pop(key, None)
    wanted[TABLE] = name
    return [(form.upper(), f"{request.path}?{wanted.urlencode()}&{FORM}={form}") for form in FORMS]


@register.simple_tag
def cell_body(cell: Cell) -> SafeString:
    """Return what stands in a cell, without the cell itself."""
    if cell.score is not None:
        return score(cell.score, cell.href)
    if cell.money is not None:
        return money(cell.money)
    if cell.date is not None:
        return day(cell.date, "", True)
    text = escape(cell.text)
    if cell.state:
        return _safe(f'<span class="tag tag-{escape(cell.state)}">{text}</span>')
    return _safe(f'<a href="{escape(cell.href)}">{text}</a>' if cell.href else text)


def _head(column: Column) -> str:
    amount = ' class="amount"' if column.is_amount else ""
    sort = f' aria-sort="{escape(column.sort)}"' if column.sort else ""
    words = escape(column.title)
    if column.href:
        arrow = icon("arrow-small-up" if column.sort == "ascending" else "arrow-small-down", 12) if column.sort else ""
        words = f'<a href="{escape(column.href)}">{words}{arrow}</a>'
    elif column.term:
        words = f'<a class="term" href="/glossary/#{escape(column.term)}">{words}</a>'
    return f'<th scope="col"{amount}{sort}>{words}</th>'


def _mark(badge: ScoreBadge, *, is_named: bool) -> str:
    name = f'<span class="score-word">{escape(badge.title)}</span> ' if is_named else ""
    trend = icon(badge.trend_shape, 14) if badge.trend_shape else ""
    word = f'{escape(badge.number)} <span class="score-word">{escape(badge.word)}</span>'
    earlier = f' <span class="score-earlier">· {escape(badge.earlier)}</span>' if badge.earlier else ""
    return f'<span class="score-mark" aria-hidden="true">{icon(badge.shape, 14)}{name}{word}{earlier}{trend}</span>'


def _full_note(badge: ScoreBadge) -> str:
    trend = f"{badge.trend} · " if badge.trend and badge.trend_shape != "minus-small" else ""
    return f'<span class="score-note" aria-hidden="true">{escape(trend + badge.note)}</span>'


def _tip_note(badge: ScoreBadge) -> str:
    trend = f"{badge.trend} · " if badge.trend else ""
    words = f"{badge.title}: {trend}{badge.note or 'nothing known yet'}"
    return f'<span class="tip-box" aria-hidden="true">{escape(words)}</span>'


def escape(words: object) -> str:
    """Return what `django.utils.html.escape` does, without its cost for lazy words, which no cell has."""
    return html.escape(str(words))


def _safe(built: str) -> SafeString:
    """Every word above has passed escape()."""
    return SafeString(built)
