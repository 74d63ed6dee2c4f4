"""The compliance audit: what broke a rule and what was prevented, its export, and the answers to exceptions."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from dashboards.core.sheets import without_formula
from dashboards.queries.asker import Asker
from dashboards.queries.compliance import PATH, compliance_lines, compliance_page, visible_finding
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.compliance import note_finding
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission


@screen("compliance.view")
def compliance(request: HttpRequest) -> HttpResponse:
    """Show one page of the audit."""
    return render(request, "compliance/page.html", {"page": compliance_page(asker_of(request), request.GET.dict())})


@screen("compliance.view")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Hand the findings under the filters out as CSV, line by line; nothing in it can be read as a formula."""
    asker = asker_of(request)
    check_permission(asker.member, "exports.view")
    sheet = _sheet(asker, request.GET.dict(), by=request.actor)
    answer = StreamingHttpResponse(sheet, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"compliance-{request.today}.csv") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _sheet(asker: Asker, choice: dict[str, str], *, by: Actor) -> Iterator[bytes]:
    """The lines are read while they are sent, in a transaction of their own: that of the request is over by then."""
    yield BOM_UTF8
    with in_workspace(asker.workspace.id, by=by, why="compliance export"):
        for line in compliance_lines(asker, choice):
            sheet = io.StringIO(newline="")
            csv.writer(sheet, quoting=csv.QUOTE_ALL).writerow([without_formula(cell) for cell in line])
            yield sheet.getvalue().encode()


@require_POST
@screen("compliance.change")
def note(request: HttpRequest) -> HttpResponse:
    """Settle one exception with a reason."""
    found = visible_finding(asker_of(request), request.POST.get("finding", ""), permission="compliance.change")
    if found is None:
        raise Http404
    try:
        why = request.POST.get("why", "")
        note_finding(finding=found.finding, account_id=found.account_id, why=why, by=request.actor, now=request.now)
        messages.success(request, "Kept, with your name and reason.")
    except NamedError as error:
        messages.error(request, f"{error.what} {error.remedy}".strip())
    return redirect(PATH)
