"""Merge plans: contracts of an account brought to one end; looked at first, then applied as seen."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dashboards.forms.contracts import MergeForm
from dashboards.queries.contract.merging import merge_page, others_of, plan_key
from dashboards.queries.contract.page import Contract, may_change_contract, sees_prices, visible_contract
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from offers.actions.merging import merge_as_approved
from renewals.core.contracts.merging import MergePlan
from renewals.core.errors import NamedError
from renewals.queries.mergers import merge_plan


@require_GET
@screen("contracts.change")
def merger(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Show the plan for the contracts that are chosen; writes nothing."""
    row = _mergeable(request, contract_id)
    form = MergeForm(request.GET or None, row=row, others=others_of(row))
    return _show(request, row, form)


@require_POST
@screen("contracts.change")
def merger_application(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Apply the plan that was seen; one that has changed since is shown again."""
    row = _mergeable(request, contract_id)
    form = MergeForm(request.POST, row=row, others=others_of(row), is_final=True)
    if not form.is_valid():
        return _show(request, row, form, status=422)
    try:
        plan = merge_plan(form.order)
        if plan_key(plan) != form.cleaned_data["key"]:
            form.add_error(None, "A contract has changed since the plan was shown. Look at the plan as it is now.")
            return _show(request, row, form, status=409)
        said = form.cleaned_data["reason"]
        merge_as_approved(order=form.order, seen=plan, reason=said, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
        return _show(request, row, form, status=422)
    messages.success(request, "Done: the contracts end together. Their renewals follow.")
    return redirect("contract", contract_id=row.id)


def _mergeable(request: HttpRequest, contract_id: int) -> Contract:
    asker = asker_of(request)
    row = visible_contract(asker, contract_id)
    if not may_change_contract(asker, row):
        raise PermissionDenied("Your role does not change contracts.")
    if not sees_prices(asker, row):
        raise Http404
    return row


def _show(request: HttpRequest, row: Contract, form: MergeForm, *, status: int = 200) -> HttpResponse:
    plan: MergePlan | None = None
    if form.is_bound and form.has_contracts:
        try:
            plan = merge_plan(form.order)
        except NamedError as error:
            form.add_error(None, f"{error.what} {error.remedy}".strip())
    words = {"page": merge_page(row, plan), "form": form}
    return render(request, "contracts/merger.html", words, status=status)
