"""Why a score is what it is: its page, what changed since, and computing it again."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.queries.account import visible_account
from dashboards.queries.explanations.again import computed_again
from dashboards.queries.explanations.changed import changed_part
from dashboards.queries.explanations.page import asked_score, score_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part


@screen("scores.view")
def score(request: HttpRequest, account_id: int, kind: str) -> HttpResponse:
    """Show a score with everything behind it; asked to compute it again, say how the figures compare."""
    asker = asker_of(request)
    query = request.GET.dict()
    asked = asked_score(asker, visible_account(asker, account_id), kind, query)
    page = score_page(asker, asked)
    words: dict[str, object] = {"page": page}
    words["again"] = computed_again(asked.score) if "recompute" in query and page.may_recompute else None
    if wants_part(request, "again"):
        return render(request, "explanations/again.html", words)
    words["changed"] = changed_part(asker, asked)
    return render(request, "explanations/page.html", words)
