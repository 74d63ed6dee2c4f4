"""Switch jurisdiction packs, and keep or take back the closed days of a workspace or of an account."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from dashboards.forms.notices import ClosedDaysForm, WorkspaceClosedDaysForm
from dashboards.queries.owners import changeable_accounts
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from dashboards.views.settings import show_settings
from renewals.actions.closed_days import ClosedPeriod, close_days, open_days
from renewals.actions.notices.rules import switch_pack
from renewals.core.errors import NamedError
from renewals.queries.accounts import Account

PACKS, CLOSED = "/settings/?part=packs", "/settings/?part=closed"


@require_POST
@screen("settings.change")
def pack(request: HttpRequest, key: str) -> HttpResponse:
    """Use a jurisdiction pack or stop using it; the notices of open renewals follow at once."""
    row = switch_pack(key=key, is_on=request.POST.get("is_on") == "1", by=request.actor, now=request.now)
    said = "is used now: its notices are planned" if row.is_on else "is off: its notices are called off"
    messages.success(request, f"The rule {said}.")
    return redirect(PACKS)


@require_POST
@screen("settings.change")
def workspace_days(request: HttpRequest) -> HttpResponse:
    """Keep closed days of the whole workspace."""
    form = WorkspaceClosedDaysForm(request.POST)
    if not form.is_valid():
        return show_settings(request, "closed", form=form, status=422)
    given = form.cleaned_data
    period = ClosedPeriod(
        from_on=given["from_on"],
        until_on=given["until_on"],
        reason=given["reason"],
        is_holiday=given["kind"] == "holiday",
        country=given["country"],
    )
    try:
        close_days(period=period, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
        return show_settings(request, "closed", form=form, status=422)
    messages.success(request, "Kept. Messages planned for these days move; notices and tasks stay.")
    return redirect(CLOSED)


@require_POST
@screen("settings.change")
def workspace_days_removal(request: HttpRequest, closed_days_id: int) -> HttpResponse:
    """Take closed days of the workspace back."""
    open_days(closed_days_id=closed_days_id, by=request.actor, now=request.now)
    messages.success(request, "These days are open again.")
    return redirect(CLOSED)


@require_POST
@screen("accounts.change")
def account_days(request: HttpRequest, account_id: int) -> HttpResponse:
    """Keep a blackout of one account."""
    _check_account(request, account_id)
    form = ClosedDaysForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Give the first day, the last day and why.")
        return redirect("account", account_id=account_id)
    given = form.cleaned_data
    period = ClosedPeriod(from_on=given["from_on"], until_on=given["until_on"], reason=given["reason"])
    try:
        close_days(period=period, account_id=account_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, f"{error.what} {error.remedy}".strip())
    else:
        messages.success(request, "Kept. Messages rest on these days; contractual notices and tasks do not.")
    return redirect("account", account_id=account_id)


@require_POST
@screen("accounts.change")
def account_days_removal(request: HttpRequest, account_id: int, closed_days_id: int) -> HttpResponse:
    """Take a blackout of one account back."""
    _check_account(request, account_id)
    open_days(closed_days_id=closed_days_id, account_id=account_id, by=request.actor, now=request.now)
    messages.success(request, "These days are open again.")
    return redirect("account", account_id=account_id)


def _check_account(request: HttpRequest, account_id: int) -> None:
    """Refuse an account this person may not change; one of another workspace does not exist."""
    get_object_or_404(Account, id=account_id)
    if not changeable_accounts(asker_of(request), [account_id]):
        raise PermissionDenied("Only who may change this account keeps its closed days.")
