"""The list of reviews, one agenda with the open item, people and minutes, the pack as page and PDF, what came of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from dashboards.paper_drawing import review_pdf
from dashboards.queries.reviews.access import VIEW, visible_review
from dashboards.queries.reviews.lists import reviews_page
from dashboards.queries.reviews.meeting import item_pane, meeting_page, meeting_tabs
from dashboards.queries.reviews.outcome import outcome_page
from dashboards.queries.reviews.packs import review_sheet
from dashboards.queries.reviews.people import people_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number, wants_part


@screen(VIEW)
def reviews(request: HttpRequest) -> HttpResponse:
    """Show what is coming up, what was, the person's own decisions, or the series."""
    return render(request, "reviews/list.html", {"page": reviews_page(asker_of(request), request.GET.get("show", ""))})


@screen(VIEW)
def review(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show the agenda of a review; `item` names the one beside it."""
    asker = asker_of(request)
    row = visible_review(asker, review_id)
    asked = request.GET.get("item", "")
    item_id = small_number(asked) or None
    if item_id is not None and wants_part(request, "review-detail"):
        return render(request, "reviews/pane.html", {"item": item_pane(asker, row, item_id), "page": row})
    page = meeting_page(asker, row, item_id=item_id)
    words = {"page": page, "item": item_pane(asker, row, page.open_id), "is_chosen": item_id is not None}
    return render(request, "reviews/page.html", words)


@screen(VIEW)
def people(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show who is invited and was there, and the minutes."""
    asker = asker_of(request)
    return render(request, "reviews/people.html", {"page": people_page(asker, visible_review(asker, review_id))})


@screen(VIEW)
def changes(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show what was decided and what changed because of it."""
    asker = asker_of(request)
    return render(request, "reviews/changes.html", {"page": outcome_page(asker, visible_review(asker, review_id))})


@screen(VIEW)
def pack(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show the pack."""
    asker = asker_of(request)
    row = visible_review(asker, review_id)
    words = {"sheet": review_sheet(asker, row), "tabs": meeting_tabs(row, "pack"), "review": row}
    return render(request, "reviews/pack.html", words)


@screen(VIEW)
def pack_file(request: HttpRequest, review_id: int) -> HttpResponse:
    """Hand the pack out as a tagged PDF."""
    asker = asker_of(request)
    row = visible_review(asker, review_id)
    pdf = review_pdf(review_sheet(asker, row), company=asker.workspace.name)
    answer = HttpResponse(pdf, content_type="application/pdf")
    name = f"review-{row.series.name}-{row.held_on.isoformat()}.pdf".replace("/", "-").replace("\\", "-")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer
