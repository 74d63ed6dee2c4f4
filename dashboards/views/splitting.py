"""Split a renewal: its lines go on in several contracts; looked at first, then written as seen."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboards.forms.splitting import SplitForm
from dashboards.queries.contract.page import Contract, may_change_contract, sees_prices, visible_contract
from dashboards.queries.contract.splitting import ending_term, open_renewal, split_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from offers.actions.splitting import split_as_approved
from renewals.core.errors import NamedError


@screen("contracts.change")
def split(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Show the plan of what was chosen; a POST writes the plan that was seen."""
    row = _splittable(request, contract_id)
    renewal = open_renewal(row)
    term = ending_term(renewal)
    given = request.POST if request.method == "POST" else request.GET or None
    form = SplitForm(given, own=row.external_id, term=term, today=request.today)
    page, status = split_page(row, renewal, term, None), 200
    if form.is_bound and form.is_valid():
        try:
            page = split_page(row, renewal, term, form.groups)
            if request.method == "POST" and form.cleaned_data["key"] == page.key:
                _write(request, renewal.id, form)
                messages.success(request, "Done: each contract has its own renewal from now on.")
                return redirect("contract", contract_id=row.id)
        except NamedError as error:
            form.add_error(None, f"{error.what} {error.remedy}".strip())
            status = 409 if error.kind == "conflict" else 422
        else:
            if request.method == "POST":
                form.add_error(None, "The contract has changed since the plan was shown. Look at it as it is now.")
                status = 409
    elif form.is_bound:
        status = 422
    return render(request, "contracts/split.html", {"page": page, "form": form}, status=status)


def _write(request: HttpRequest, renewal_id: int, form: SplitForm) -> None:
    split_as_approved(
        renewal_id=renewal_id,
        groups=form.groups,
        decided_on=form.cleaned_data["decided_on"],
        by=request.actor,
        now=request.now,
    )


def _splittable(request: HttpRequest, contract_id: int) -> Contract:
    asker = asker_of(request)
    row = visible_contract(asker, contract_id)
    if not may_change_contract(asker, row):
        raise PermissionDenied("Your role does not change contracts.")
    if not sees_prices(asker, row):
        raise Http404
    return row
