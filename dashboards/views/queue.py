"""The queue: the list with the open item beside it, or that item alone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.queue import queue_page
from dashboards.queries.queue_item import queue_item
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part


@screen("queue.view")
def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue; `open` names the renewal in the right pane."""
    asked = request.GET.get("open", "")
    open_id = int(asked) if asked.isdecimal() else None
    asker = asker_of(request)
    page = queue_page(asker, request.GET.dict(), open_id=open_id)
    item = queue_item(asker, page.open_id) if page.open_id else None
    words = {"page": page, "item": item, "is_chosen": item is not None and open_id is not None}
    if wants_part(request, "queue-detail"):
        return render(request, "queue/pane.html", words)
    return render(request, "queue/page.html", words)
