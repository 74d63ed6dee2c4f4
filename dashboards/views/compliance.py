"""The compliance audit: what broke a rule and what was prevented, its export, and the answers to exceptions."""

import csv
import io

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from dashboards.queries.compliance import PATH, compliance_lines, compliance_page, visible_finding
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.compliance import note_finding
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@screen("compliance.view")
def compliance(request: HttpRequest) -> HttpResponse:
    """Show one page of the audit."""
    return render(request, "compliance/page.html", {"page": compliance_page(asker_of(request), request.GET.dict())})


@screen("compliance.view")
def export(request: HttpRequest) -> HttpResponse:
    """Hand the findings under the filters out as CSV; nothing in it can be read as a formula."""
    asker = asker_of(request)
    check_permission(asker.member, "exports.view")
    sheet = io.StringIO(newline="")
    lines = compliance_lines(asker, request.GET.dict())
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows([[without_formula(cell) for cell in line] for line in lines])
    answer = HttpResponse(sheet.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"compliance-{request.today}.csv") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def without_formula(cell: str) -> str:
    """Return a cell that a spreadsheet reads as text, whatever it begins with."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


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
