"""What people know about an account: notes and scores set by hand, each with author and end."""

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.knowledge import NoteForm, OverrideForm
from dashboards.queries.account import visible_account
from dashboards.queries.knowledge import KnowledgePage, knowledge_page, note_again
from dashboards.queries.renewal import visible_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from renewals.core.dates import start_of_day
from renewals.core.errors import NamedError
from signals.actions.people import (
    NewFact,
    NewOverride,
    note_fact,
    replace_fact,
    set_override,
    withdraw_fact,
    withdraw_override,
)


@screen("accounts.view")
def knowledge(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show what people know about an account, or about one of its renewals; inside another page only the lists."""
    page = _page(request, account_id)
    if request.htmx:
        return render(request, "knowledge/part.html", {"page": page})
    return _show(request, page)


@require_POST
@screen("signals.change")
def notes(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep a note, or put a new one in the place of an earlier one."""
    page = _page(request, account_id)
    if not page.may_note:
        raise PermissionDenied("Only the people responsible for this account note what they know.")
    form = NoteForm(request.POST, today=request.today)
    if not form.is_valid():
        return _show(request, page, note_form=form, status=422)
    try:
        _keep_note(request, account_id, form)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, page, note_form=form, status=422)
    messages.success(request, "Noted. It counts from the next scoring on, until the day you named.")
    return redirect(page.href)


@require_POST
@screen("signals.change")
def note_withdrawal(request: HttpRequest, account_id: int, fact_id: int) -> HttpResponse:
    """Withdraw a note with the reason."""
    page = _page(request, account_id)
    if not page.may_note or fact_id not in {note.id for note in page.notes}:
        raise PermissionDenied("Only the people responsible for this account withdraw its notes.")
    try:
        withdraw_fact(fact_id=fact_id, reason=request.POST.get("reason", ""), by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Withdrawn. It does not count any more.")
    return redirect(page.href)


@require_POST
@screen("overrides.change")
def overrides(request: HttpRequest, account_id: int) -> HttpResponse:
    """Set a score by hand, with reason and end."""
    page = _page(request, account_id)
    if not page.may_override:
        raise PermissionDenied("Only the people responsible for this account set its scores by hand.")
    form = OverrideForm(request.POST, today=request.today)
    if not form.is_valid():
        return _show(request, page, override_form=form, status=422)
    given = form.cleaned_data
    override = NewOverride(
        account_id=account_id,
        renewal_id=page.renewal_id or None,
        value=given["value"],
        reason=given["reason"],
        expires_at=_end_of(request, given["expires_on"]),
    )
    try:
        set_override(workspace_id=request.workspace.id, override=override, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, page, override_form=form, status=422)
    messages.success(request, "Set. What the rules say stays visible beside it.")
    return redirect(page.href)


@require_POST
@screen("overrides.change")
def override_withdrawal(request: HttpRequest, account_id: int, override_id: int) -> HttpResponse:
    """Give a score back to the rules before its time."""
    page = _page(request, account_id)
    if not page.may_override or override_id not in {each.id for each in page.standing}:
        raise PermissionDenied("Only the people responsible for this account set its scores by hand.")
    try:
        withdraw_override(
            override_id=override_id, reason=request.POST.get("reason", ""), by=request.actor, now=request.now
        )
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The score is the rules' again.")
    return redirect(page.href)


def _page(request: HttpRequest, account_id: int) -> KnowledgePage:
    asker = asker_of(request)
    account = visible_account(asker, account_id)
    asked = request.GET.get("renewal", "")
    if not asked:
        return knowledge_page(asker, account, None)
    renewal = visible_renewal(asker, small_number(asked)) if small_number(asked) else None
    if renewal is None or renewal.account_id != account.id:
        raise Http404("No such renewal of this account.")
    return knowledge_page(asker, account, renewal)


def _show(
    request: HttpRequest,
    page: KnowledgePage,
    *,
    note_form: NoteForm | None = None,
    override_form: OverrideForm | None = None,
    status: int = 200,
) -> HttpResponse:
    replaces = request.POST.get("replaces", "") or request.GET.get("replaces", "")
    before = note_again(asker_of(request), page, replaces) if page.may_note else None
    words = {
        "page": page,
        "account_id": page.account_id,
        "query": page.query,
        "note_form": note_form or NoteForm(today=request.today, initial=before),
        "override_form": override_form or OverrideForm(today=request.today),
        "replaces": replaces if before else "",
    }
    return render(request, "knowledge/page.html", words, status=status)


def _keep_note(request: HttpRequest, account_id: int, form: NoteForm) -> None:
    given = form.cleaned_data
    fact = NewFact(
        account_id=account_id,
        kind=given["kind"],
        value=form.value(),
        text=given["text"],
        observed_on=given["observed_on"],
        budget_on=given["budget_on"],
        expires_at=_end_of(request, given["expires_on"]),
    )
    replaces = small_number(request.POST.get("replaces", ""))
    if replaces:
        replace_fact(fact_id=replaces, fact=fact, by=request.actor, now=request.now)
    else:
        note_fact(workspace_id=request.workspace.id, fact=fact, by=request.actor, now=request.now)


def _end_of(request: HttpRequest, day: date) -> datetime:
    """The end of a day where the workspace is."""
    return start_of_day(day + timedelta(days=1), request.workspace.timezone)
