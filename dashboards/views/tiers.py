"""Tiers: the rule with its versions, and the tier of one account, setting it and giving it back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.tier_rule import changed_definition
from dashboards.forms.tiers import TierForm, TierRuleForm
from dashboards.queries.account import visible_account
from dashboards.queries.scorecards.tiers import proposed_rules, tier_rule_page
from dashboards.queries.tiers import may_set_tier, offered_tiers, tier_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.core.errors import NamedError
from signals.actions.scores.approval import approve_version, reject_version
from signals.actions.scores.tier_rules import propose_tier_rule
from signals.actions.scores.tiers import lift_tier_override, override_tier


@screen("scores.view")
def tier_rule(request: HttpRequest) -> HttpResponse:
    """Show the rule of tiers in force and how many accounts it gives which tier."""
    return _show_rule(request)


@require_POST
@screen("scores.change")
def tier_rule_version(request: HttpRequest) -> HttpResponse:
    """Propose another rule; a second person puts it in force."""
    definition = tier_rule_page(asker_of(request)).definition
    form = TierRuleForm(request.POST, definition=definition)
    if not form.is_valid():
        return _show_rule(request, form=form, status=422)
    changed, reason = changed_definition(definition, form.cleaned_data), form.cleaned_data["reason"]
    try:
        propose_tier_rule(
            workspace_id=request.workspace.id, definition=changed, reason=reason, by=request.actor, now=request.now
        )
    except NamedError as error:
        form.add_error(None, str(error))
        return _show_rule(request, form=form, status=422)
    messages.success(request, "The rule waits for a second person to put it in force.")
    return redirect("/scores/tiers/")


@require_POST
@screen("score_approvals.change")
def tier_rule_approval(request: HttpRequest, version_id: int) -> HttpResponse:
    """Put a rule of tiers that waits in force, or refuse it with a reason; Http404 for rules of another kind."""
    if version_id not in {each.id for each in proposed_rules()}:
        raise Http404
    try:
        if request.POST.get("answer") == "refuse":
            reject_version(
                version_id=version_id, reason=request.POST.get("reason", ""), by=request.actor, now=request.now
            )
            messages.success(request, "The rule is refused; it stays in the list of versions.")
        else:
            made = approve_version(version_id=version_id, by=request.actor, now=request.now)
            messages.success(request, f"Tier rule {made.number} is in force; tiers follow as accounts are scored.")
    except NamedError as error:
        messages.error(request, str(error))
    return redirect("/scores/tiers/")


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


def _show_rule(request: HttpRequest, *, form: TierRuleForm | None = None, status: int = 200) -> HttpResponse:
    page = tier_rule_page(asker_of(request))
    words = {"page": page, "form": form or TierRuleForm(definition=page.definition)}
    return render(request, "tiers/rule.html", words, status=status)
