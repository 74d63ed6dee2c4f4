"""Who answers: the page of gaps, hand-overs and escalations, and what a person does about them."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.queries.ownership import PATH, may_withdraw, ownership_page, visible_gap, visible_handover
from dashboards.queries.renewal import visible_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from playbooks.actions.handovers import (
    HandoverWish,
    accept_handover,
    offer_handover,
    refuse_handover,
    withdraw_handover,
)
from playbooks.actions.ownership import review_tier
from renewals.core.errors import NamedError
from renewals.core.roles import can
from renewals.queries.people import record_nearness


@screen("renewals.view")
def ownership(request: HttpRequest) -> HttpResponse:
    """Show gaps, hand-overs and escalations."""
    return render(request, "ownership/page.html", {"page": ownership_page(asker_of(request), request.GET.dict())})


@require_POST
@screen("renewals.change")
def handover(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Offer the owner's duties of a renewal to a colleague."""
    asker = asker_of(request)
    row = visible_renewal(asker, renewal_id)
    if not can(asker.member, "renewals.change", record=record_nearness(asker.member, row.account, row)):
        raise PermissionDenied("Only the people responsible for this renewal hand it over.")
    receiver = request.POST.get("receiver", "")
    wish = HandoverWish(
        sender_id=row.owner_id,
        receiver_id=small_number(receiver),
        note=request.POST.get("note", ""),
    )
    return _do(
        request,
        lambda: offer_handover(renewal_id=row.id, wish=wish, by=request.actor, now=request.now),
        "Offered. Until it is accepted nothing changes hands.",
        f"/renewals/{row.id}/",
    )


@require_POST
@screen("renewals.view")
def acceptance(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Take a hand-over."""
    row = _mine(request, handover_id)
    return _do(
        request,
        lambda: accept_handover(handover_id=row, by=request.actor, now=request.now),
        "It is yours now, with its open tasks.",
        PATH,
    )


@require_POST
@screen("renewals.view")
def refusal(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Refuse a hand-over with a reason."""
    row, why = _mine(request, handover_id), request.POST.get("why", "")
    return _do(
        request,
        lambda: refuse_handover(handover_id=row, why=why, by=request.actor, now=request.now),
        "Refused. Everything stays with the sender.",
        PATH,
    )


@require_POST
@screen("renewals.view")
def withdrawal(request: HttpRequest, handover_id: int) -> HttpResponse:
    """Take an offer back."""
    asker = asker_of(request)
    row = visible_handover(asker, handover_id)
    if row is None:
        raise Http404
    if not may_withdraw(asker, row):
        raise PermissionDenied("Only its sender, or who answers for the renewal, takes an offer back.")
    return _do(
        request,
        lambda: withdraw_handover(handover_id=row.id, by=request.actor, now=request.now),
        "Withdrawn.",
        PATH,
    )


@require_POST
@screen("renewals.change")
def tier_review(request: HttpRequest, gap_id: int) -> HttpResponse:
    """Say that the owner stays after a change of tier, and why."""
    row = visible_gap(asker_of(request), gap_id)
    if row is None:
        raise Http404
    why = request.POST.get("why", "")
    return _do(
        request,
        lambda: review_tier(gap_id=row.id, why=why, by=request.actor, now=request.now),
        "Reviewed: the owner stays.",
        PATH,
    )


def _mine(request: HttpRequest, handover_id: int) -> int:
    row = visible_handover(asker_of(request), handover_id)
    if row is None:
        raise Http404
    return int(row.id)


def _do(request: HttpRequest, action: Callable[[], object], said: str, back: str) -> HttpResponse:
    try:
        action()
    except NamedError as error:
        if error.kind == "forbidden":
            raise
        messages.error(request, f"{error.what} {error.remedy}".strip())
    else:
        messages.success(request, said)
    return redirect(back)
