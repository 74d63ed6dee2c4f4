"""One renewal, and the recording of how it ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.contract_words import follow_words
from dashboards.forms.outcome import OutcomeForm
from dashboards.queries.comments import comment_place, renewal_comments
from dashboards.queries.notices import notice_panel
from dashboards.queries.offers.proposal import proposal_address
from dashboards.queries.ownership import ownership_panel
from dashboards.queries.renewal import Renewal, due_on_of, may_record_outcome, renewal_page, visible_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.actions.closing import ClosingOrder, close_renewal
from renewals.core.errors import NamedError


@screen("renewals.view")
def renewal(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show a renewal."""
    row = visible_renewal(asker_of(request), renewal_id)
    return _page(request, row, OutcomeForm(currency=row.currency, today=request.today))


@require_POST
@screen("outcomes.change")
def outcome(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Record how a renewal ended, and let its next cycle or its review follow; a refusal keeps what was typed."""
    asker = asker_of(request)
    row = visible_renewal(asker, renewal_id)
    if not may_record_outcome(asker, row):
        raise PermissionDenied("Only the people responsible for this renewal record how it ended.")
    form = OutcomeForm(request.POST, currency=row.currency, today=request.today)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        closed = close_renewal(order=ClosingOrder(outcome=form.outcome(row.id)), by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, " ".join(part for part in (error.what, error.why, error.remedy) if part))
        return _page(request, row, form, status=422)
    follows = follow_words(
        next_due_on=due_on_of(closed.next_renewal_id), review_on=closed.review and closed.review.due_on
    )
    done = f"Recorded: {row.account.name} {closed.outcome.kind}. Its playbook stops by itself. {follows}"
    messages.success(request, done)
    return redirect(f"/renewals/{row.id}/")


def _page(request: HttpRequest, row: Renewal, form: OutcomeForm, *, status: int = 200) -> HttpResponse:
    asker = asker_of(request)
    page = renewal_page(asker, row)
    words = {
        "page": page,
        "form": form,
        "comment": comment_place(asker, account_id=page.account_id, renewal_id=page.id),
        "comments": renewal_comments(asker, page.id),
        "notices": notice_panel(asker, row),
        "ownership": ownership_panel(asker, row),
        "proposal_href": proposal_address(asker, row),
    }
    return render(request, "renewals/page.html", words, status=status)
