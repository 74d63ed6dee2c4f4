"""The library of offers and the pricing policy: lists, one of them, a try, and starting a draft."""

import re

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.offers.tree_form import blank_tree
from dashboards.forms.offers import TrialForm
from dashboards.queries.offers.library import offer_page, offers_page
from dashboards.queries.offers.rules import blank_offer, policy_page, policy_trial
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.drafts import set_offer_active, start_draft, start_offer_draft, start_tree_draft
from renewals.core.errors import NamedError

BACK = {"policy": "policy", "tree": "trees", "choice": "offer_plan_rules"}
"""Where a draft of each kind is begun, and where one that cannot be is told."""


@screen("offers.view")
def offers(request: HttpRequest) -> HttpResponse:
    """Show the library."""
    return render(request, "offers/list.html", {"page": offers_page(asker_of(request))})


@screen("offers.view")
def offer(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Show one offer."""
    return render(request, "offers/page.html", {"page": offer_page(asker_of(request), offer_id)})


@require_POST
@screen("offers.change")
def retirement(request: HttpRequest, offer_id: int) -> HttpResponse:
    """Retire an offer, or bring a retired one back."""
    page = offer_page(asker_of(request), offer_id)
    set_offer_active(offer_id=offer_id, is_active=not page.is_active, by=request.actor, now=request.now)
    messages.success(request, "It is not made any more." if page.is_active else "It may be made again.")
    return redirect("offer", offer_id=offer_id)


@screen("offers.view")
def policy(request: HttpRequest) -> HttpResponse:
    """Show the policy in force, with a form to try a price against it."""
    words = {"page": policy_page(asker_of(request)), "form": TrialForm()}
    return render(request, "offers/policy.html", words)


@require_POST
@screen("offers.view")
def policy_price(request: HttpRequest) -> HttpResponse:
    """Say what the policy in force says of an invented price; nothing is kept."""
    form = TrialForm(request.POST)
    shown, error = None, "Some values cannot be used."
    if form.is_valid():
        try:
            shown = policy_trial(asker_of(request), form.cleaned_data)
        except NamedError as refusal:
            error = str(refusal)
    if request.htmx:
        return render(request, "proposals/verdict.html", {"shown": shown, "error": error})
    words = {"page": policy_page(asker_of(request)), "form": form, "shown": shown, "error": error}
    return render(request, "offers/policy.html", words)


@require_POST
@screen("offers.change")
def drafts(request: HttpRequest) -> HttpResponse:
    """Start a draft of the policy, a tree, the rules of choice, an offer, or of a new offer, with the reason."""
    reason, offer_id, name = (request.POST.get(each, "").strip() for each in ("reason", "offer", "name"))
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
    kept = {"reason": reason, "by": request.actor, "now": request.now}
    try:
        if kind == "tree" and name:
            made = start_tree_draft(content=blank_tree(name), **kept)
        elif kind in BACK:
            made = start_draft(kind=kind, key=key if kind == "tree" else "", **kept)
        elif small_number(offer_id):
            made = start_offer_draft(offer_id=small_number(offer_id), **kept)
        else:
            made = start_offer_draft(offer_id=None, content=blank_offer(name, _key(name)) if name else None, **kept)
    except NamedError as refusal:
        messages.error(request, str(refusal))
        return redirect(BACK.get(kind, "offers"))
    return redirect("rule_draft", draft_id=made.id)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:60]
