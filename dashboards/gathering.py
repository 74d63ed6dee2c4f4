"""A page gathered instead of shown: the same view, with the same rights and filters, and its tables as sheets.

The view runs as for the person who asks; what the person may not see is in no sheet. Decides no right of its own.
"""

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from dashboards.core.dates import instant_cell
from dashboards.core.sheets import Plan, Value, sheet_plan, sheet_rows
from dashboards.gathered import FORM, FORMS, TABLE, Gathered, GatheredTable
from dashboards.workbooks import csv_pieces, workbook_pieces
from renewals.actions.scope import in_workspace
from renewals.core.roles import Member, can, granted_scope

Show = Callable[[HttpRequest], HttpResponseBase]
RIGHT = "exports.view"
ROWS_A_TURN = 500
OK = 200
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def wants_sheet(request: HttpRequest) -> bool:
    """Answer whether the address asks for a sheet of one of the page's tables."""
    return request.method == "GET" and request.GET.get(FORM) in FORMS and not hasattr(request, "gathered")


def sheet_answer(show: Show, request: HttpRequest) -> StreamingHttpResponse:
    """Return a table of the page as CSV or XLSX: all its rows under the filters, sent while they are read.

    Raises PermissionDenied without the right to export, Http404 for a table that the page does not have.
    """
    if not can(request.member, RIGHT):
        raise PermissionDenied(RIGHT)
    found, first = _table(show, request, request.GET)
    form, plan = request.GET[FORM], sheet_plan(first.table)
    rows = _rows(show, request, first, plan)
    if form == "csv":
        pieces = csv_pieces(plan.heads, rows)
    else:
        pieces = workbook_pieces(first.table.caption, plan.heads, rows, _about(request, found))
    answer = StreamingHttpResponse(pieces, content_type=TYPES[form])
    name = f"{first.name}-{request.today}.{form}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def exporting(member: Member) -> Member:
    """Return the facts of a membership, its records cut down to those that it may take along."""
    reach = granted_scope(member, RIGHT)
    return replace(member, record_scope=reach if member.record_scope is None else min(reach, member.record_scope))


def gather(show: Show, request: HttpRequest) -> tuple[Gathered, HttpResponseBase]:
    """Return what the page shows, and its answer; the request is that of a person who has passed `@screen`."""
    request.gathered = Gathered()
    return request.gathered, show(request)


def _rows(show: Show, request: HttpRequest, first: GatheredTable, plan: Plan) -> Iterator[tuple[Value, ...]]:
    """Yield the rows page by page. The transaction of the request is over by then: each page has its own."""
    yield from sheet_rows(first.table, plan)
    href, seen = first.next_href, set[str]()
    while href and href not in seen:
        seen.add(href)
        with in_workspace(request.workspace.id, by=request.actor, why=f"GET {request.path} as a sheet"):
            _, more = _table(show, request, QueryDict(urlsplit(href).query), name=first.name)
        yield from sheet_rows(more.table, plan)
        href = more.next_href


def _about(request: HttpRequest, found: Gathered) -> tuple[tuple[str, str], ...]:
    """Return where the rows are from, what narrows them and when they were read."""
    as_of = instant_cell(request.now, now=request.now, zone=request.workspace.timezone).full
    inner = _inner(request, request.GET)
    return (
        ("Page", found.title),
        ("What it counts", found.unit),
        ("Filters", "; ".join(found.filters) or "none"),
        ("As of", as_of),
        ("Source", f"{request.workspace.name}, {request.build_absolute_uri(request.path)}{_asked(inner)}"),
        ("Made for", request.membership.user.name),
    )


def _asked(inner: HttpRequest) -> str:
    words = inner.META["QUERY_STRING"]
    return f"?{words}" if words else ""


def _table(show: Show, request: HttpRequest, choice: QueryDict, *, name: str = "") -> tuple[Gathered, GatheredTable]:
    wanted = name or choice.get(TABLE, "")
    found, answer = gather(show, _inner(request, choice))
    table = found.named(wanted)
    if answer.status_code != OK or table is None:
        raise Http404(wanted)
    return found, table


def _inner(request: HttpRequest, choice: QueryDict) -> HttpRequest:
    """Return the request of the page itself: without the words that ask for a sheet, and with no message to show.

    Where the right to take data along reaches less far than the right to look, the page is that of the lesser right.
    """
    inner = copy.copy(request)
    kept = choice.copy()
    for name in (FORM, TABLE):
        kept.pop(name, None)
    inner.GET = kept  # type: ignore[assignment]  # a copy that may be changed, which nobody does
    inner.META = request.META | {"QUERY_STRING": kept.urlencode()}
    inner._messages = []
    inner.member = exporting(request.member)
    inner.most_rows = ROWS_A_TURN
    return inner
