"""Amend a contract: first what changes, then only what that change needs."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboards.core.amendment_kinds import BY_KEY
from dashboards.forms.amendments import FORMS, AmendmentForm, PartyForm
from dashboards.queries.contract.amending import account_named, amending_page
from dashboards.queries.contract.page import Contract, may_change_contract, visible_contract
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.actions.amendments import amend_contract
from renewals.actions.assignments import AssignmentOrder, assign_contract
from renewals.core.errors import NamedError


@screen("contracts.change")
def amendments(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Ask what changes, then for that change; a POST makes the amendment, a refusal keeps what was typed."""
    asker = asker_of(request)
    row = visible_contract(asker, contract_id)
    if not may_change_contract(asker, row):
        raise PermissionDenied("Your role does not change contracts.")
    if request.method == "POST":
        return _amend(request, row)
    kind = request.GET.get("change", "")
    form = FORMS[kind](row=row) if kind in FORMS else None
    return _show(request, row, kind, form)


def _amend(request: HttpRequest, row: Contract) -> HttpResponse:
    kind = request.POST.get("change", "")
    if kind not in FORMS:
        return _show(request, row, "", None, status=422)
    form = FORMS[kind](request.POST, row=row)
    if not form.is_valid():
        return _show(request, row, kind, form, status=422)
    try:
        shown, text = _assign(request, row, form) if isinstance(form, PartyForm) else _change(request, row, form)
    except NamedError as error:
        form.add_error(None, " ".join(part for part in (error.what, error.why, error.remedy) if part))
        return _show(request, row, kind, form, status=409 if error.kind == "conflict" else 422)
    messages.success(request, text)
    return redirect("contract", contract_id=shown)


def _change(request: HttpRequest, row: Contract, form: AmendmentForm) -> tuple[int, str]:
    made = amend_contract(
        contract_id=row.id,
        order=form.order,
        by=request.actor,
        now=request.now,
        seen_version=form.seen_version,
    )
    return row.id, f"Amendment {made.number} stands. Open renewals follow it."


def _assign(request: HttpRequest, row: Contract, form: PartyForm) -> tuple[int, str]:
    account = account_named(asker_of(request), form.cleaned_data["account"])
    order = AssignmentOrder(
        account_id=account.id,
        dates=form.dates,
        reason=form.cleaned_data["reason"],
        external_id=form.cleaned_data["external_id"],
    )
    made = assign_contract(
        contract_id=row.id,
        order=order,
        by=request.actor,
        now=request.now,
        seen_version=form.seen_version,
    )
    return made.id, f"The contract goes on with {account.name}; this is how it reads there."


def _show(
    request: HttpRequest, row: Contract, kind: str, form: AmendmentForm | None, *, status: int = 200
) -> HttpResponse:
    words = {"page": amending_page(asker_of(request), row, BY_KEY.get(kind)), "form": form}
    return render(request, "contracts/amending.html", words, status=status)
