"""State what a milestone brings an account in a year, or take it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboards.forms.gains import GainForm
from dashboards.queries.account import visible_account
from dashboards.queries.gains import gain_page, may_state
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.actions.milestones import state_gain
from renewals.core.errors import NamedError


@screen("milestones.change")
def gain(request: HttpRequest, account_id: int, milestone_id: int) -> HttpResponse:
    """Show what is known and keep what is said; a refusal keeps what was typed."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    if not may_state(asker, row):
        raise PermissionDenied("Only the people responsible for this account state what it gains.")
    page = gain_page(asker, row, milestone_id)
    initial = {"amount": page.amount, "currency": page.currencies[0]}
    if request.method == "POST" and "take_back" in request.POST:
        state_gain(milestone_id=page.milestone_id, stated=None, today=request.today, by=request.actor, now=request.now)
        messages.success(request, "Taken back: what it brings is not known. The history keeps what was said.")
        return redirect(request.path)
    form = GainForm(request.POST or None, today=request.today, currencies=page.currencies, initial=initial)
    if request.method == "POST" and form.is_valid() and _keep(request, page.milestone_id, form):
        messages.success(request, "Kept. The executive brief tells it with its source.")
        return redirect(f"/accounts/{row.id}/about/")
    words = {"page": page, "form": form, "action": request.path}
    return render(request, "accounts/gain.html", words, status=422 if form.errors else 200)


def _keep(request: HttpRequest, milestone_id: int, form: GainForm) -> bool:
    try:
        state_gain(
            milestone_id=milestone_id, stated=form.stated, today=request.today, by=request.actor, now=request.now
        )
    except NamedError as error:
        form.add_error(error.where if error.where in form.fields else None, f"{error.what} {error.remedy}".strip())
        return False
    return True
