"""Operations: is the installation well, and what an admin can do about it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.checks import headline, judge
from dashboards.core.money import count_words
from dashboards.queries.operations import vitals
from dashboards.screen import screen
from playbooks.actions.sending import resume_after_check
from playbooks.actions.unsubscribe import replay_unsubscribes
from playbooks.queries.evidence import engine_counters
from playbooks.queries.invariants import INVARIANTS, broken_invariants
from renewals.actions.sending import pause_sending
from renewals.core.roles import can


@screen("operations.view")
def operations(request: HttpRequest) -> HttpResponse:
    """Show every check; `invariants=1` asks the database whether each invariant holds."""
    measured = vitals(now=request.now)
    found = judge(measured, now=request.now)
    words = {
        "checks": found,
        "title": headline(found),
        "counters": engine_counters(),
        "is_paused": measured.is_sending_paused,
        "may_change": can(request.member, "operations.change"),
    }
    if "invariants" in request.GET:
        words |= {"invariants": INVARIANTS, "broken": broken_invariants(), "is_checked": True}
    return render(request, "operations/page.html", words)


@require_POST
@screen("operations.change")
def sending_pause(request: HttpRequest) -> HttpResponse:
    """Stop all sending in this workspace."""
    reason = request.POST.get("reason", "").strip() or "paused by hand"
    pause_sending(reason=reason, by=request.actor, now=request.now)
    messages.success(request, "Sending is paused. Nothing leaves until it is resumed.")
    return redirect("operations")


@require_POST
@screen("operations.change")
def sending_resumption(request: HttpRequest) -> HttpResponse:
    """Go on sending, after the provider's log has been compared; unsubscribes kept beside the database come first."""
    said_again = replay_unsubscribes(by=request.actor, now=request.now)
    resume_after_check(by=request.actor, now=request.now)
    messages.success(request, f"Sending goes on. {count_words(said_again, 'unsubscribe')} said again.")
    return redirect("operations")
