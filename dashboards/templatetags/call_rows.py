"""The lines of the calls side by side, built without templates: a page has twenty-five with three callers each."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from dashboards.queries.forecast.calls import CallRow, SaidCell
from dashboards.templatetags.cells import day, escape, money, score

register = template.Library()


@register.simple_tag
def call_rows(rows: Iterable[CallRow]) -> SafeString:
    """Return the lines of these renewals."""
    return SafeString("".join(call_row(row) for row in rows))


@register.simple_tag
def call_row(row: CallRow, takes_focus: object = None) -> SafeString:
    """Return one line; after a partial update what can be done with it takes the focus."""
    said = "".join(said_cell(each) for each in row.said)
    return SafeString(
        f'<tr id="call-{row.id}">{_name(row)}{_dates(row)}<td class="amount">{money(row.target)}</td>'
        f"<td>{score(row.expansion)}</td>{said}<td>{_deed(row, ' data-takes-focus' if takes_focus else '')}</td></tr>"
    )


@register.simple_tag
def said_cell(said: SaidCell) -> SafeString:
    """Return what one caller says, as a cell."""
    chance = f" · {escape(said.chance)}" if said.chance else ""
    amount = f"<br>{money(said.amount)}" if said.amount else ""
    age = f'<br><small class="muted">{escape(said.age)}</small>' if said.age else ""
    note = f'<br><small class="muted said-note">{escape(said.note)}</small>' if said.note else ""
    category = f'<span class="{"strong" if said.amount else "missing"}">{escape(said.category)}</span>'
    return SafeString(f"<td>{category}{chance}{amount}{age}{note}</td>")


def _name(row: CallRow) -> str:
    apart = f'<p class="small said-note"><span class="tag tag-watch">Apart</span> {escape(row.apart)}</p>'
    return (
        f'<th scope="row" class="name"><a href="{escape(row.href)}">{escape(row.account)}</a><br>'
        f'<small class="muted">{escape(row.owner)}</small>{apart if row.apart else ""}</th>'
    )


def _dates(row: CallRow) -> str:
    return (
        f"<td>{day(row.due, 'when')}<br><small>{escape(row.due.day)}</small><br>"
        f'<small class="muted">notice by {day(row.notice, "day")}</small></td>'
    )


def _deed(row: CallRow, focus: str) -> str:
    """Return the button that opens the form in the place of the line; the history for who may not call it."""
    account = escape(row.account)
    if not row.form_href:
        return f'<a href="/forecast/calls/{row.id}/"{focus} aria-label="History of the calls on {account}">History</a>'
    href, word = escape(row.form_href), escape(row.form_word)
    return (
        f'<a class="button" href="{href}" hx-get="{href}" hx-target="#call-{row.id}" hx-swap="outerHTML" '
        f'id="call-button-{row.id}" aria-label="{word} {account}"{focus}>{word}</a>'
    )
