"""One measure of a draft: its curve and spans for a kind of account, and taking a manual measure out."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.rule_edits import typed_measure
from dashboards.queries.scorecards.draft import Refused, draft_version
from dashboards.queries.scorecards.measure import measure_page
from dashboards.queries.scorecards.rules import chosen_place
from dashboards.screen import screen
from dashboards.views.asking import small_number
from renewals.core.errors import NamedError
from signals.actions.scores import edit_draft
from signals.core.editing.values import WHOLE, RulePath
from signals.core.errors import DraftChanged


@screen("scores.change")
def measure(request: HttpRequest, version_id: int, key: str) -> HttpResponse:
    """Show a measure of a draft; a POST keeps what was typed."""
    version, place = draft_version(version_id), chosen_place(request.GET.dict())
    if request.method != "POST":
        return render(request, "scores/measure.html", {"page": measure_page(version, key, place)})
    typed = typed_measure(request.POST.dict(), key, place)
    error, status = "Nothing was kept yet: see the marked fields.", 422
    if not typed.problems:
        try:
            edit_draft(
                version_id=version_id, revision=_revision(request), edits=typed.edits, by=request.actor, now=request.now
            )
        except NamedError as refusal:
            error, status = str(refusal), 409 if isinstance(refusal, DraftChanged) else 422
        else:
            messages.success(request, "Kept in the draft.")
            return redirect(request.get_full_path())
    page = measure_page(version, key, place, Refused(request.POST.dict(), typed.problems))
    return render(request, "scores/measure.html", {"page": page, "error": error}, status=status)


@require_POST
@screen("scores.change")
def measure_removal(request: HttpRequest, version_id: int, key: str) -> HttpResponse:
    """Take a measure out of a draft."""
    edits = {RulePath(part="measure", key=key, field=WHOLE): None}
    try:
        edit_draft(version_id=version_id, revision=_revision(request), edits=edits, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The measure is out of the draft.")
    return redirect("scores_draft", version_id=version_id)


def _revision(request: HttpRequest) -> int:
    return small_number(request.POST.get("revision", ""))
