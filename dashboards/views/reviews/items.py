"""What is done in a meeting: decide, note, carry and open again on each item, topics, the rules asked again."""

from collections.abc import Callable
from datetime import date
from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.parts import Toast
from dashboards.queries.asker import Asker
from dashboards.queries.reviews.access import CHANGE, Review, may_change, visible_items, visible_review
from dashboards.queries.reviews.meeting import following_item, item_pane, meeting_page
from dashboards.queries.reviews.outcome import visible_decision
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from playbooks.actions.reviews.meeting import DecisionWish, add_item, decide, settle_item, take_back
from playbooks.actions.reviews.opening import look_again
from playbooks.core.reviews.life import ItemState
from renewals.core.errors import InvalidInput, NamedError

SETTLED = {ItemState.NOTED: "Noted", ItemState.CARRIED: "Carried to the next review", ItemState.OPEN: "Open again"}


@require_POST
@screen(CHANGE)
def decision(request: HttpRequest, review_id: int, item_id: int) -> HttpResponse:
    """Decide something on an item."""
    asker, row = _running(request, review_id, item_id)

    def act() -> str:
        made = decide(item_id=item_id, wish=_wish(request), by=request.actor, now=request.now)
        return f"Decided: {made.words}"

    return _do(request, asker, row, item_id, act)


@require_POST
@screen(CHANGE)
def settling(request: HttpRequest, review_id: int, item_id: int) -> HttpResponse:
    """Note an item, carry it, or open it again."""
    asker, row = _running(request, review_id, item_id)
    word = request.POST.get("state", "")
    if word not in SETTLED:
        raise Http404
    state = ItemState(word)

    def act() -> str:
        said = {"note": request.POST.get("note", ""), "by": request.actor, "now": request.now}
        return f"{SETTLED[state]}: {settle_item(item_id=item_id, state=state, **said).title}"

    return _do(request, asker, row, item_id, act, stays=state is ItemState.OPEN)


@require_POST
@screen(CHANGE)
def decision_withdrawal(request: HttpRequest, review_id: int, decision_id: int) -> HttpResponse:
    """Take a decision of the running review back."""
    made = visible_decision(asker_of(request), decision_id)
    if made.review_id != review_id:
        raise Http404
    asker, row = _running(request, review_id, made.item_id)
    act = partial(take_back, decision_id=made.id, by=request.actor, now=request.now)
    return _do(request, asker, row, made.item_id, lambda: f"Taken back: {act().words}", stays=True)


@require_POST
@screen(CHANGE)
def topics(request: HttpRequest, review_id: int) -> HttpResponse:
    """Put a topic on the agenda."""
    asker = asker_of(request)
    row = _changeable(asker, review_id)
    item = add_item(review_id=row.id, title=request.POST.get("title", ""), by=request.actor, now=request.now)
    return redirect(f"/reviews/{row.id}/?item={item.id}")


@require_POST
@screen(CHANGE)
def agenda(request: HttpRequest, review_id: int) -> HttpResponse:
    """Ask the rules again."""
    row = _changeable(asker_of(request), review_id)
    look_again(review_id=row.id, by=request.actor, now=request.now)
    messages.success(request, "The rules were asked again. What you have settled stayed as it was.")
    return redirect("review", review_id=row.id)


def _running(request: HttpRequest, review_id: int, item_id: int) -> tuple[Asker, Review]:
    asker = asker_of(request)
    row = _changeable(asker, review_id)
    if not visible_items(asker, row).filter(id=item_id).exists():
        raise Http404
    return asker, row


def _changeable(asker: Asker, review_id: int) -> Review:
    row = visible_review(asker, review_id)
    if not may_change(asker, row):
        raise PermissionDenied("Only its owner, its guests and those who reach further run a review.")
    return row


def _wish(request: HttpRequest) -> DecisionWish:
    owner = request.POST.get("owner", "")
    try:
        due_on = date.fromisoformat(request.POST.get("due", ""))
    except ValueError:
        raise InvalidInput("Give the day until which it is done.", where="due") from None
    return DecisionWish(words=request.POST.get("words", ""), owner_id=small_number(owner), due_on=due_on)


def _do(
    request: HttpRequest, asker: Asker, row: Review, item_id: int, act: Callable[[], str], *, stays: bool = False
) -> HttpResponse:
    """Do it and go on to the next item that is open; what is refused is said beside the item, with what was typed."""
    try:
        said = act()
    except NamedError as error:
        return _answer(request, asker, row, item_id, error=f"{error.what} {error.remedy}".strip())
    open_id = item_id if stays else following_item(asker, row, item_id)
    if not request.htmx:
        messages.success(request, said)
        return redirect(f"/reviews/{row.id}/?item={open_id}")
    return _answer(request, asker, row, open_id, toast=Toast(text=said))


def _answer(
    request: HttpRequest, asker: Asker, row: Review, open_id: int, *, error: str = "", toast: Toast | None = None
) -> HttpResponse:
    words = {
        "page": meeting_page(asker, row, item_id=open_id),
        "item": item_pane(asker, row, open_id),
        "is_chosen": True,
        "takes_focus": not error,
        "error": error,
        "toast": toast,
        "typed": request.POST if error else {},
    }
    template = "reviews/answer.html" if request.htmx else "reviews/page.html"
    return render(request, template, words, status=422 if error else 200)
