"""What a draft would do before it does it: who would enter, a dry run on one account and on the whole book."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.people import small_id
from dashboards.queries.playbooks.audience import audience_part
from dashboards.queries.playbooks.drafts import frame_of, open_draft
from dashboards.queries.playbooks.in_flight import in_flight_table
from dashboards.queries.playbooks.rehearsal import account_rehearsal, book_rehearsal
from dashboards.screen import screen
from dashboards.views.asking import asker_of


@screen("enrolments.view")
def audience(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show who would enter under a draft, who not, and why."""
    asker, draft = asker_of(request), open_draft(draft_id)
    frame, _ = frame_of(asker, draft, "audience")
    part = audience_part(asker, draft.content, f"{frame.href}audience/", request.GET.get("group", ""))
    return render(request, "playbooks/audience.html", {"frame": frame, "part": part})


@screen("enrolments.view")
def rehearsal(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show what would happen to one account, or in the whole book; nothing is written."""
    asker, draft = asker_of(request), open_draft(draft_id)
    frame, _ = frame_of(asker, draft, "rehearsal")
    path, choice = f"{frame.href}rehearsal/", request.GET.dict()
    words: dict[str, object] = {"frame": frame, "path": path, "words": choice.get("account", "")}
    words["one"] = account_rehearsal(asker, draft.content, path, choice)
    words["book"] = book_rehearsal(asker, draft.content) if choice.get("book") else None
    return render(request, "playbooks/rehearsal.html", words)


@screen("enrolments.view")
def in_flight(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Show what each renewal in the playbook would do next if the draft were published."""
    asker, draft = asker_of(request), open_draft(draft_id)
    frame, _ = frame_of(asker, draft, "in-flight")
    after = request.GET.get("after", "")
    part = in_flight_table(asker, draft, after=small_id(after))
    return render(request, "playbooks/in_flight_page.html", {"frame": frame, "part": part})
