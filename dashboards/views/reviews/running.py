"""Around the meeting: who was there, minutes, closing and calling off; a decision carried out, moved, linked."""

from collections.abc import Callable
from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.queries.reviews.access import CHANGE, VIEW, may_change, visible_review
from dashboards.queries.reviews.outcome import DecisionPage, decision_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from playbooks.actions.reviews.ending import call_off_review, close_review, link_change
from playbooks.actions.reviews.meeting import note_presence, write_minutes
from playbooks.actions.reviews.settling import end_decision, move_decision
from playbooks.core.reviews.life import DecisionState, Presence
from renewals.core.errors import InvalidInput, NamedError

PRESENCES = tuple(presence.value for presence in Presence)
ENDS = {"done": DecisionState.DONE, "dropped": DecisionState.DROPPED}


@require_POST
@screen(CHANGE)
def attendance(request: HttpRequest, review_id: int) -> HttpResponse:
    """Say of everybody at once who is here; one who came along uninvited is added."""
    row = _changeable(request, review_id)

    def act() -> None:
        for person_id, presence in _said(request).items():
            note_presence(review_id=row, person_id=person_id, presence=presence, by=request.actor, now=request.now)

    return _do(request, act, "Attendance kept.", f"/reviews/{row}/people/")


@require_POST
@screen(CHANGE)
def minutes(request: HttpRequest, review_id: int) -> HttpResponse:
    """Keep the minutes."""
    row, words = _changeable(request, review_id), request.POST.get("minutes", "")
    return _do(
        request,
        lambda: write_minutes(review_id=row, minutes=words, by=request.actor, now=request.now),
        "Minutes kept.",
        f"/reviews/{row}/people/",
    )


@require_POST
@screen(CHANGE)
def closing(request: HttpRequest, review_id: int) -> HttpResponse:
    """Close the review and keep its pack."""
    row = _changeable(request, review_id)
    return _do(
        request,
        lambda: close_review(review_id=row, by=request.actor, now=request.now),
        "Closed. The pack is kept as it is now; open items are carried to the next review.",
        f"/reviews/{row}/pack/",
    )


@require_POST
@screen(CHANGE)
def calling_off(request: HttpRequest, review_id: int) -> HttpResponse:
    """Say that the review is not held, and why."""
    row, why = _changeable(request, review_id), request.POST.get("why", "")
    return _do(
        request,
        lambda: call_off_review(review_id=row, why=why, by=request.actor, now=request.now),
        "Not held. Open items are carried to the next review.",
        f"/reviews/{row}/people/",
    )


@screen(VIEW)
def decision(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Show one decision; POST carries it out, drops it or moves its day."""
    page = decision_page(asker_of(request), decision_id)
    if request.method != "POST":
        return render(request, "reviews/decision.html", {"page": page})
    if not page.may_end:
        raise PermissionDenied("Only its owner and who runs the review end a decision.")
    return _do(request, lambda: _end(request, page), "Kept.", f"/reviews/decisions/{page.id}/")


@require_POST
@screen(CHANGE)
def change_link(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Say that a change came out of a decision."""
    page = decision_page(asker_of(request), decision_id)
    if not page.may_link:
        raise PermissionDenied("Changes are linked by who runs the review, once it is closed.")
    kind, _, subject = request.POST.get("change", "").partition(":")

    def act() -> None:
        subject_id = small_number(subject)
        link_change(decision_id=page.id, kind=kind, subject_id=subject_id, by=request.actor, now=request.now)

    return _do(request, act, "Linked.", f"/reviews/decisions/{page.id}/")


def _end(request: HttpRequest, page: DecisionPage) -> None:
    what, result = request.POST.get("state", ""), request.POST.get("result", "")
    if what in ENDS:
        end_decision(decision_id=page.id, state=ENDS[what], result=result, by=request.actor, now=request.now)
        return
    try:
        due_on = date.fromisoformat(request.POST.get("due", ""))
    except ValueError:
        raise InvalidInput("Give the new day.", where="due") from None
    move_decision(decision_id=page.id, due_on=due_on, by=request.actor, now=request.now)


def _said(request: HttpRequest) -> dict[int, Presence]:
    """Return what the form says of whom: `presence-<person>`, and `also` for one who came along."""
    found = {}
    for name, value in request.POST.items():
        person = name.removeprefix("presence-")
        if name.startswith("presence-") and small_number(person) and value in PRESENCES:
            found[small_number(person)] = Presence(value)
    also = request.POST.get("also", "")
    return found | ({small_number(also): Presence.PRESENT} if small_number(also) else {})


def _changeable(request: HttpRequest, review_id: int) -> int:
    asker = asker_of(request)
    row = visible_review(asker, review_id)
    if not may_change(asker, row):
        raise PermissionDenied("Only its owner, its guests and those who reach further run a review.")
    return int(row.id)


def _do(request: HttpRequest, action: Callable[[], object], said: str, back: str) -> HttpResponse:
    try:
        action()
    except NamedError as error:
        if error.kind == "missing":
            raise Http404(str(error)) from error
        messages.error(request, f"{error.what} {error.remedy}".strip())
    else:
        messages.success(request, said)
    return redirect(back)
