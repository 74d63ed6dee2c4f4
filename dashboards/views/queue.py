"""The queue: the list with the open item beside it, that item alone, or the choices of one filter."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.news import queue_news
from dashboards.queries.queue import queue_page
from dashboards.queries.queue_filters import chosen_of, queue_filter
from dashboards.queries.queue_item import open_item, queue_item
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter, small_number, wants_part
from renewals.actions.visits import note_visit


@screen("queue.view")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue; `open` names the renewal in the right pane.

    On a first view without one, the brief of what is first comes after the list, as a part of its own.
    """
    asked = request.GET.get("open", "")
    open_id = small_number(asked) or None
    asker = asker_of(request)
    if open_id is not None and wants_part(request, "queue-detail"):
        return _pane(request, open_id)
    page = queue_page(asker, request.GET.dict(), open_id=open_id)
    is_renewed = wants_part(request, "main")
    is_later = open_id is None and page.open_id is not None and not is_renewed
    item = None if is_later else open_item(asker, page)
    words: dict[str, object] = {"page": page, "item": item, "is_chosen": item is not None and open_id is not None}
    words["later_href"] = page.brief_href if is_later else ""
    # A page that renews itself is no new visit: what is news stays news until somebody comes.
    since = None if is_renewed else note_visit(place="queue", by=request.actor, now=request.now)
    words["news"] = queue_news(asker, since=since) if since else None
    return render(request, "queue/page.html", words)


def _pane(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Answer with the brief alone: nothing of the list is read for it but where its forms lead back to."""
    page = {"query": urlencode(chosen_of(request.GET))}
    return render(request, "queue/pane.html", {"item": queue_item(asker_of(request), renewal_id), "page": page})


@screen("queue.view")
def queue_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, queue_filter(asker_of(request), name, request.GET.dict()))
