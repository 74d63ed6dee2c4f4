"""One renewal, and the recording of how it ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.outcome import OutcomeForm
from dashboards.queries.renewal import may_record_outcome, renewal_page, visible_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.actions.outcomes import record_outcome
from renewals.core.errors import NamedError
from renewals.models import Renewal


@screen("renewals.view")
def renewal(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show a renewal."""
    row = _found(request, renewal_id)
    return _page(request, row, OutcomeForm(currency=row.currency, today=request.today))


@require_POST
@screen("outcomes.change")
def outcome(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Record how a renewal ended; a refusal keeps what was typed."""
    row = _found(request, renewal_id)
    if not may_record_outcome(asker_of(request), row):
        raise PermissionDenied("Only the people responsible for this renewal record how it ended.")
    form = OutcomeForm(request.POST, currency=row.currency, today=request.today)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        kept = record_outcome(row=form.outcome(row.id), by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, " ".join(part for part in (error.what, error.why, error.remedy) if part))
        return _page(request, row, form, status=422)
    messages.success(request, f"Recorded: {row.account.name} {kept.kind}. Its playbook stops by itself.")
    return redirect(f"/renewals/{row.id}/")


def _found(request: HttpRequest, renewal_id: int) -> Renewal:
    row = visible_renewal(asker_of(request), renewal_id)
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, row: Renewal, form: OutcomeForm, *, status: int = 200) -> HttpResponse:
    page = renewal_page(asker_of(request), row)
    return render(request, "renewals/page.html", {"page": page, "form": form}, status=status)
