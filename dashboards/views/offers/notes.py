"""What is known of a negotiation, recorded and taken back; its credit split; and the lists of the whole book."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.notes import NoteForm, SplitForm
from dashboards.queries.offers.concessions import may_negotiate
from dashboards.queries.offers.notes import negotiations_page, note_id_of, notes_page, shares_now, split_choices
from dashboards.queries.offers.proposal import Renewal, proposal_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.notes import record_note, split_credit, take_note_back
from renewals.core.errors import NamedError


@screen("negotiations.view")
def notes(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show what is known of a renewal; a POST records a competitor, an objection or an opening."""
    row = proposal_renewal(asker_of(request), renewal_id, "negotiations.view")
    if request.method != "POST":
        return _page(request, row)
    _check_may(request, row)
    form = NoteForm(request.POST, today=request.today)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)
    try:
        record_note(renewal_id=row.id, given=form.given(), by=request.actor, now=request.now)
    except NamedError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, form=form, status=422)
    messages.success(request, "It is recorded.")
    return redirect("renewal_notes", renewal_id=row.id)


@require_POST
@screen("negotiations.change")
def note_back(request: HttpRequest, renewal_id: int, note_id: int) -> HttpResponse:
    """Take a note back with the reason."""
    row = _changeable(request, renewal_id)
    try:
        take_note_back(
            note_id=note_id_of(row.id, note_id),
            reason=request.POST.get("reason", ""),
            by=request.actor,
            now=request.now,
        )
    except NamedError as refusal:
        return _page(request, row, error=str(refusal), status=422)
    messages.success(request, "It is taken back; it stays in the history.")
    return redirect("renewal_notes", renewal_id=row.id)


@require_POST
@screen("negotiations.change")
def credit(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Set who gets the credit; what is not exactly 100 % keeps what was typed."""
    row = _changeable(request, renewal_id)
    shares = shares_now(row)
    form = SplitForm(request.POST, names=split_choices(shares))
    if not form.is_valid():
        return _page(request, row, split=form, status=422)
    seen = request.POST.get("seen", "")
    try:
        given = form.given(small_number(seen))
        split_credit(renewal_id=row.id, given=given, by=request.actor, now=request.now)
    except NamedError as refusal:
        form.add_error(None, str(refusal))
        return _page(request, row, split=form, status=409 if refusal.kind == "conflict" else 422)
    messages.success(request, "The credit is split.")
    return redirect("renewal_notes", renewal_id=row.id)


@screen("negotiations.view")
def negotiations(request: HttpRequest) -> HttpResponse:
    """Show one list of what is known in the whole book."""
    page = negotiations_page(asker_of(request), request.GET.get("show", ""))
    return render(request, "notes/list.html", {"page": page})


def _check_may(request: HttpRequest, row: Renewal) -> None:
    if not may_negotiate(asker_of(request), row):
        raise PermissionDenied("negotiations.change")


def _changeable(request: HttpRequest, renewal_id: int) -> Renewal:
    row = proposal_renewal(asker_of(request), renewal_id, "negotiations.view")
    _check_may(request, row)
    return row


def _page(
    request: HttpRequest,
    row: Renewal,
    *,
    form: NoteForm | None = None,
    split: SplitForm | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    shares = shares_now(row)
    words = {
        "page": notes_page(asker_of(request), row),
        "form": form or NoteForm(today=request.today),
        "split": split or SplitForm(names=split_choices(shares), shares=shares),
        "error": error,
    }
    return render(request, "notes/page.html", words, status=status)
