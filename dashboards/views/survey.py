"""The address in a survey's message: GET asks the one question, only POST answers it. No log-in, no cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dashboards.screen import public
from playbooks.actions.surveys import SCALES, record_survey_answer, survey_of
from playbooks.queries.survey_links import SurveyToken, read_survey_token
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError, UnknownReference
from renewals.queries.clock import database_now


@csrf_exempt  # the signed token is the proof, and whoever answers has no cookie of ours
@require_http_methods(["GET", "POST"])
@public
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """Ask the question of the link, or record the answer; answering again changes the answer."""
    subject = read_survey_token(token)
    if subject is None:
        raise Http404
    by = system_actor(subject.workspace_id, "survey link")
    with in_workspace(subject.workspace_id, by=by, why="A contact answers a survey"):
        try:
            plan = survey_of(subject.step_run_id, now=database_now())
            error = _record(request, subject) if request.method == "POST" else ""
        except UnknownReference as gone:
            raise Http404 from gone
    words = {
        "question": plan.question,
        "scale": SCALES[plan.scale],
        "error": error,
        "comment": request.POST.get("comment", ""),
    }
    is_done = request.method == "POST" and not error
    return render(request, "survey/page.html", {**words, "is_done": is_done}, status=422 if error else 200)


def _record(request: HttpRequest, subject: SurveyToken) -> str:
    """Record the answer that was posted; returns what is wrong with it, empty when nothing is."""
    given = request.POST.get("value", "")
    try:
        record_survey_answer(
            step_run_id=subject.step_run_id,
            contact_id=subject.contact_id,
            value=int(given) if given.isdecimal() and len(given) < 4 else -1,
            comment=request.POST.get("comment", ""),
            by=system_actor(subject.workspace_id, "survey link"),
            now=database_now(),
        )
    except UnknownReference:
        raise
    except NamedError as refused:
        return refused.what
    return ""
