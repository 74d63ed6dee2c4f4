"""The lines of the queue, built without templates: there are fifty of them on the page that is open all day."""

from django import template
from django.utils.safestring import SafeString

from dashboards.queries.queue import QueueGroup, QueueRow
from dashboards.templatetags.cells import day, escape, score

register = template.Library()


@register.simple_tag
def queue_rows(group: QueueGroup, takes_focus: object, open_id: int | None, may_change: bool) -> SafeString:
    """Return the lines of a group; the one that is open takes the focus where it is asked to."""
    return SafeString(
        "".join(_line(row, group.key, row.renewal_id == open_id, bool(takes_focus), may_change) for row in group.rows)
    )


def _line(row: QueueRow, group: str, is_open: bool, takes_focus: bool, may_change: bool) -> str:
    when = day(row.next_due, "when", True) if row.next_due and group != "waiting" else ""
    notice = f"<span>notice {day(row.notice, 'when', True)}</span>" if row.notice else ""
    return (
        f'<li class="queue-item"{" data-open" if is_open else ""}><div class="queue-line">'
        f"{_tick(row) if may_change else ''}{_name(row, takes_focus=is_open and takes_focus)}{_tags(row)}</div>"
        f'<span class="amount strong">{escape(row.amount.text)}</span>{_next(row)}'
        f'<span class="amount small">{when}</span><div class="queue-facts">{score(row.risk, "", "", True)} '
        f"{score(row.health, '', '', True)} <span>due {day(row.due, '', True)}</span> {notice}</div></li>"
    )


def _tick(row: QueueRow) -> str:
    if not row.task_id:
        return ""
    return (
        f'<input type="checkbox" class="pick" form="many" name="task" value="{row.task_id}" '
        f'aria-label="Choose {escape(row.name)}" data-pick data-key="x" data-key-word="Choose this line"> '
    )


def _name(row: QueueRow, *, takes_focus: bool) -> str:
    href = escape(row.href)
    return (
        f'<a class="queue-name" id="item-{row.renewal_id}" href="{href}" hx-get="{href}" hx-target="#queue-detail" '
        f'hx-push-url="true" data-list-item{" data-takes-focus" if takes_focus else ""}>{escape(row.name)}</a> '
    )


def _tags(row: QueueRow) -> str:
    tier = f'<span class="tag">{escape(row.tier)}</span> ' if row.tier else ""
    owner = f'<span class="quiet small queue-owner">{escape(row.owner)}</span>' if row.owner else ""
    return tier + owner


def _next(row: QueueRow) -> str:
    said, why = escape(row.next_title), escape(row.why)
    aside, after = (f" – {why}", f' <span class="quiet">– {why}</span>') if row.why else ("", "")
    return f'<p class="queue-next" title="{said}{aside}">{said}{after}</p>'
