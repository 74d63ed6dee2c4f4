"""One contract: read as of any day in both times, its amendments dated, its documents kept and handed out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from dashboards.forms.contracts import AsOfForm, DatesForm, DocumentForm, RemovalForm
from dashboards.queries.contract.chains import chains_page
from dashboards.queries.contract.page import (
    Contract,
    contract_page,
    may_change_contract,
    sees_prices,
    visible_contract,
)
from dashboards.queries.contract.papers import amendment_of, document_of
from dashboards.screen import screen
from dashboards.views.asking import asker_of, page_number
from renewals.actions.amendments import date_amendment
from renewals.actions.documents import attach_document, remove_document
from renewals.core.contracts.documents import LARGEST_BYTES
from renewals.core.errors import NamedError
from renewals.queries.contract_views import document_bytes


@screen("contracts.view")
def contract(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Show a contract as of the days that are asked for."""
    return _show(request, visible_contract(asker_of(request), contract_id))


@screen("contracts.view")
def chains(request: HttpRequest) -> HttpResponse:
    """Show every contract whose chain is broken, and where it is mended."""
    return render(request, "contracts/chains.html", {"page": chains_page(asker_of(request), page=page_number(request))})


@require_POST
@screen("contracts.change")
def amendment_dates(request: HttpRequest, contract_id: int, amendment_id: int) -> HttpResponse:
    """Write down when the service ran or the account accepted."""
    row = _changeable(request, contract_id)
    found = amendment_of(row, amendment_id)
    form = DatesForm(request.POST)
    if not form.is_valid() or not any(form.cleaned_data.values()):
        messages.error(request, "Nothing was kept: give a day that the calendar has.")
        return redirect("contract", contract_id=row.id)
    given = form.cleaned_data
    date_amendment(
        amendment_id=found.id,
        activated_on=given["activated_on"],
        accepted_on=given["accepted_on"],
        by=request.actor,
        now=request.now,
    )
    messages.success(request, f"Amendment {found.number} is dated.")
    return redirect("contract", contract_id=row.id)


@require_POST
@screen("contracts.change")
def documents(request: HttpRequest, contract_id: int) -> HttpResponse:
    """Attach a file to the contract."""
    row = _changeable(request, contract_id)
    _check_prices(request, row)
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _show(request, row, document_form=form)
    # One byte beyond the limit is enough for the action to refuse the file.
    content = form.upload.read(LARGEST_BYTES + 1)
    try:
        made = attach_document(
            contract_id=row.id,
            name=form.upload.name or "",
            content=content,
            note=form.cleaned_data["note"],
            by=request.actor,
            now=request.now,
        )
    except NamedError as error:
        return _refused(request, row, form, error, "document_form")
    messages.success(request, f"Kept: {made.name}.")
    return redirect("contract", contract_id=row.id)


@screen("contracts.view")
def document(request: HttpRequest, contract_id: int, document_id: int) -> HttpResponse:
    """Hand a document out as a download; it holds prices, so it is there only for who may see them."""
    row = visible_contract(asker_of(request), contract_id)
    _check_prices(request, row)
    found = document_of(row, document_id)
    answer = HttpResponse(document_bytes(found), content_type=found.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, found.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@screen("contracts.change")
def document_removal(request: HttpRequest, contract_id: int, document_id: int) -> HttpResponse:
    """Take a document away, with the reason."""
    row = _changeable(request, contract_id)
    _check_prices(request, row)
    found = document_of(row, document_id)
    form = RemovalForm(request.POST)
    if not form.is_valid():
        messages.error(request, f"{found.name} is still here: say why it is to go.")
        return redirect("contract", contract_id=row.id)
    remove_document(document_id=found.id, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)
    messages.success(request, f"Taken away: {found.name}.")
    return redirect("contract", contract_id=row.id)


def _changeable(request: HttpRequest, contract_id: int) -> Contract:
    asker = asker_of(request)
    row = visible_contract(asker, contract_id)
    if not may_change_contract(asker, row):
        raise PermissionDenied("Your role does not change contracts.")
    return row


def _check_prices(request: HttpRequest, row: Contract) -> None:
    """Behave as if there were no document for who may not see prices."""
    if not sees_prices(asker_of(request), row):
        raise Http404


def _refused(request: HttpRequest, row: Contract, form: Form, error: NamedError, place: str) -> HttpResponse:
    form.add_error(None, " ".join(part for part in (error.what, error.why, error.remedy) if part))
    return _show(request, row, **{place: form})


def _show(request: HttpRequest, row: Contract, **forms: Any) -> HttpResponse:
    as_of_form = AsOfForm(request.GET or None, today=request.today)
    page = contract_page(asker_of(request), row, as_of_form.as_of)
    words: dict[str, Any] = {"page": page, "as_of_form": as_of_form}
    if page.may_change:
        words["document_form"] = DocumentForm()
    return render(request, "contracts/page.html", words | forms, status=422 if forms else 200)
