"""Record what a contract says of notices, and take a clause out of force."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.notices import ClauseForm
from dashboards.queries.notice_clauses import clauses_page, may_record_clauses
from dashboards.queries.renewal import Renewal, visible_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.actions.notices.rules import record_clause, remove_clause
from renewals.core.errors import NamedError


@screen("notices.view")
def clauses(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show the notice clauses of a contract; a POST records one, and its notices follow at once."""
    row = visible_renewal(asker_of(request), renewal_id)
    if request.method != "POST":
        return _show(request, row, ClauseForm())
    _check(request, row)
    form = ClauseForm(request.POST)
    if not form.is_valid():
        return _show(request, row, form, status=422)
    try:
        record_clause(contract_id=row.contract_id, rule=form.rule, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
        return _show(request, row, form, status=422)
    messages.success(request, "Kept. The notices of the open renewal follow it.")
    return redirect("notice_clauses", renewal_id=row.id)


@require_POST
@screen("notices.change")
def clause_removal(request: HttpRequest, renewal_id: int, clause_id: int) -> HttpResponse:
    """Take a clause of this renewal's contract out of force."""
    row = visible_renewal(asker_of(request), renewal_id)
    _check(request, row)
    if not row.contract.notice_clauses.filter(id=clause_id).exists():
        raise Http404
    remove_clause(clause_id=clause_id, by=request.actor, now=request.now)
    messages.success(request, "Out of force. What it asked for is called off unless it was served.")
    return redirect("notice_clauses", renewal_id=row.id)


def _check(request: HttpRequest, row: Renewal) -> None:
    if not may_record_clauses(asker_of(request), row):
        raise PermissionDenied("Only the people responsible for this open renewal record its clauses.")


def _show(request: HttpRequest, row: Renewal, form: ClauseForm, *, status: int = 200) -> HttpResponse:
    may_change = may_record_clauses(asker_of(request), row)
    words = {"page": clauses_page(row), "form": form if may_change else None}
    return render(request, "notices/clauses.html", words, status=status)
