"""What is given on a renewal and what for: recorded, settled, taken back; and the report of what leaks."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.concessions import ConcessionForm, EndForm, SettleForm, first_values
from dashboards.queries.offers.concessions import (
    ConcessionRow,
    concession_row,
    concessions_page,
    may_negotiate,
    next_term,
    values_of,
)
from dashboards.queries.offers.leakage import leakage_page, leakage_rows
from dashboards.queries.offers.proposal import Renewal, proposal_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of, page_number, small_number
from offers.actions.concessions import change_concession, end_give, record_concession, settle_get
from renewals.core.errors import NamedError


@screen("negotiations.view")
def concessions(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show what is given on a renewal; a POST records a give with its get."""
    row = proposal_renewal(asker_of(request), renewal_id, "negotiations.view")
    if request.method == "POST":
        return _record(request, row)
    return _page(request, row)


@screen("negotiations.change")
def concession(request: HttpRequest, renewal_id: int, concession_id: int) -> HttpResponse:
    """Show a concession as a form, for example to name a get afterwards; a POST keeps what it says now."""
    row, found = _changeable(request, renewal_id, concession_id)
    if request.method != "POST":
        return _form_page(request, row, found, ConcessionForm(currency=found.currency, initial=values_of(found)))
    form = ConcessionForm(request.POST, currency=found.currency)
    if not form.is_valid():
        return _form_page(request, row, found, form, status=422)
    try:
        change_concession(
            concession_id=found.id,
            revision=_number(request, "revision"),
            given=form.concluded(),
            by=request.actor,
            now=request.now,
        )
    except NamedError as refusal:
        form.add_error(None, str(refusal))
        return _form_page(request, row, found, form, status=409 if refusal.kind == "conflict" else 422)
    messages.success(request, "The change is kept.")
    return redirect("renewal_concessions", renewal_id=row.id)


@require_POST
@screen("negotiations.change")
def settlement(request: HttpRequest, renewal_id: int, concession_id: int) -> HttpResponse:
    """Note whether they did their part."""
    row, found = _changeable(request, renewal_id, concession_id)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, row, error=_wrong(form), status=422)
    try:
        settle_get(
            concession_id=found.id,
            revision=_number(request, "revision"),
            settled=form.settled(),
            by=request.actor,
            now=request.now,
        )
    except NamedError as refusal:
        return _refused(request, row, refusal)
    messages.success(request, "Noted.")
    return redirect("renewal_concessions", renewal_id=row.id)


@require_POST
@screen("negotiations.change")
def give_end(request: HttpRequest, renewal_id: int, concession_id: int) -> HttpResponse:
    """Note from which day it is not given any more."""
    row, found = _changeable(request, renewal_id, concession_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, row, error=_wrong(form), status=422)
    try:
        end_give(
            concession_id=found.id,
            revision=_number(request, "revision"),
            **form.cleaned_data,
            by=request.actor,
            now=request.now,
        )
    except NamedError as refusal:
        return _refused(request, row, refusal)
    messages.success(request, "Noted: it came back.")
    return redirect("renewal_concessions", renewal_id=row.id)


@screen("negotiations.view")
def leakage(request: HttpRequest) -> HttpResponse:
    """Show what leaks, by owner, segment or quarter."""
    return render(request, "concessions/leakage.html", {"page": leakage_page(asker_of(request), request.GET.dict())})


@screen("negotiations.view")
def leak_list(request: HttpRequest) -> HttpResponse:
    """Show the rows behind a figure of the report."""
    page = leakage_rows(asker_of(request), request.GET.dict(), page=page_number(request))
    return render(request, "concessions/leak_rows.html", {"page": page})


def _record(request: HttpRequest, row: Renewal) -> HttpResponse:
    if not may_negotiate(asker_of(request), row):
        raise PermissionDenied("negotiations.change")
    form = ConcessionForm(request.POST, currency=row.currency)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    try:
        record_concession(renewal_id=row.id, given=form.concluded(), by=request.actor, now=request.now)
    except NamedError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, form=form, status=422)
    messages.success(request, "It is recorded.")
    return redirect("renewal_concessions", renewal_id=row.id)


def _changeable(request: HttpRequest, renewal_id: int, concession_id: int) -> tuple[Renewal, ConcessionRow]:
    asker = asker_of(request)
    row = proposal_renewal(asker, renewal_id, "negotiations.view")
    if not may_negotiate(asker, row):
        raise PermissionDenied("negotiations.change")
    return row, concession_row(row.id, concession_id)


def _refused(request: HttpRequest, row: Renewal, refusal: NamedError) -> HttpResponse:
    return _page(request, row, error=str(refusal), status=409 if refusal.kind == "conflict" else 422)


def _page(
    request: HttpRequest,
    row: Renewal,
    *,
    form: ConcessionForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    page = concessions_page(asker_of(request), row)
    starts_on, expires_on = next_term(row)
    first = first_values(starts_on=starts_on, expires_on=expires_on)
    words = {
        "page": page,
        "form": form or ConcessionForm(currency=row.currency, initial=first),
        "today": f"{request.today:%Y-%m-%d}",
        "error": error,
    }
    return render(request, "concessions/page.html", words, status=status)


def _form_page(
    request: HttpRequest, row: Renewal, found: ConcessionRow, form: ConcessionForm, *, status: int = 200
) -> HttpResponse:
    page = concessions_page(asker_of(request), row)
    revision = _number(request, "revision") or found.revision
    words = {"page": page, "form": form, "found": found, "revision": revision}
    return render(request, "concessions/change.html", words, status=status)


def _wrong(form: SettleForm | EndForm) -> str:
    return " ".join(f"{form.fields[name].label}: {' '.join(errors)}" for name, errors in form.errors.items())


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return small_number(text)
