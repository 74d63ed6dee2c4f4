"""Tiers: the rule with its versions, and the tier of one account, setting it and giving it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.tiers import TierForm
from dashboards.queries.account import visible_account
from dashboards.queries.scorecards.tiers import tier_rule_page
from dashboards.queries.tiers import may_set_tier, offered_tiers, tier_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.core.errors import NamedError
from renewals.core.roles import can
from signals.actions.scores.tiers import lift_tier_override, override_tier


@screen("scores.view")
def tier_rule(request: HttpRequest) -> HttpResponse:
    """Show the rule of tiers in force and how many accounts it gives which tier."""
    words = {"page": tier_rule_page(asker_of(request)), "kind": "tiers"}
    return render(request, "tiers/rule.html", words | {"may_draft": can(request.member, "scores.change")})


@screen("scores.view")
def tier(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the tier of an account with its history."""
    return _show(request, account_id)


@require_POST
@screen("accounts.change")
def tier_override(request: HttpRequest, account_id: int) -> HttpResponse:
    """Set the tier until a day."""
    _check_change(request, account_id)
    form = TierForm(request.POST, tiers=offered_tiers())
    if not form.is_valid():
        return _show(request, account_id, form=form, status=422)
    given = form.cleaned_data
    try:
        override_tier(account_id=account_id, **given, by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error("until_on" if error.where == "Until" else None, str(error))
        return _show(request, account_id, form=form, status=422)
    messages.success(request, "The tier is set. From the day you gave, the scores decide again.")
    return redirect(f"/accounts/{account_id}/tier/")


@require_POST
@screen("accounts.change")
def tier_return(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give the tier back to the scores before its day."""
    _check_change(request, account_id)
    try:
        lift_tier_override(account_id=account_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The scores decide again.")
    return redirect(f"/accounts/{account_id}/tier/")


def _check_change(request: HttpRequest, account_id: int) -> None:
    """Raise PermissionDenied for an account that the person may see and not change, Http404 for one out of sight."""
    asker = asker_of(request)
    if not may_set_tier(asker, visible_account(asker, account_id)):
        raise PermissionDenied("accounts.change")


def _show(request: HttpRequest, account_id: int, *, form: TierForm | None = None, status: int = 200) -> HttpResponse:
    asker = asker_of(request)
    page = tier_page(asker, visible_account(asker, account_id))
    words = {"page": page, "form": form or TierForm(tiers=page.tiers)}
    return render(request, "tiers/page.html", words, status=status)
