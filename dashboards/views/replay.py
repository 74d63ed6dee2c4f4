"""Replays against history: the list, a new one, what one found, and its rows as a sheet."""

import csv
import io

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from dashboards.core.sheets import without_formula
from dashboards.forms.replay import ReplayForm
from dashboards.queries.replay.listing import form_choices, runs_page
from dashboards.queries.replay.page import export_rows, result_page
from dashboards.queries.replay.reach import PATH, replay_run
from dashboards.queries.replay.tables import lines_of
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part
from playbooks.actions.foresight.runs import cancel_replay, order_replay
from playbooks.wake import wake_replays_on_commit
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission

PART = "replay-part"
MOST_EXPORTED = 50_000


@screen("replays.view")
def replays(request: HttpRequest) -> HttpResponse:
    """Show the replays of the workspace, and the form of a new one for who may order it."""
    return _show_list(request, _form(request))


@require_POST
@screen("replays.change")
def order(request: HttpRequest) -> HttpResponse:
    """Order a replay; a worker does it."""
    form = _form(request)
    if not form.is_valid() or form.cleaned_data.get("asked") is None:
        return _show_list(request, form, status=422)
    try:
        run = order_replay(asked=form.cleaned_data["asked"], member=request.member, by=request.actor, now=request.now)
    except NamedError as problem:
        form.add_error(None, f"{problem.what} {problem.remedy}".strip())
        return _show_list(request, form, status=422)
    wake_replays_on_commit()
    return redirect("replay", run_id=run.id)


@screen("replays.view")
def replay(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one replay; only its moving part when that is asked for."""
    page = result_page(asker_of(request), replay_run(run_id), request.GET.dict())
    return render(request, "replay/part.html" if wants_part(request, PART) else "replay/page.html", {"page": page})


@require_POST
@screen("replays.change")
def cancellation(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a replay; what it found so far stays."""
    cancel_replay(run_id=replay_run(run_id).id, by=request.actor, now=request.now)
    messages.success(request, "Cancelled. What it had found by then stays.")
    return redirect("replay", run_id=run_id)


@screen("replays.view")
def touches(request: HttpRequest, run_id: int) -> HttpResponse:
    """Hand the touches under the filters out as CSV; nothing in it can be read as a formula."""
    asker, run = asker_of(request), replay_run(run_id)
    check_permission(asker.member, "exports.view")
    sheet = io.StringIO(newline="")
    rows = export_rows(asker, run, request.GET.dict())[:MOST_EXPORTED]
    lines = ([without_formula(cell) for cell in line] for line in lines_of(rows))
    csv.writer(sheet, quoting=csv.QUOTE_ALL).writerows(lines)
    answer = HttpResponse(sheet.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"replay-{run.id}.csv") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _form(request: HttpRequest) -> ReplayForm:
    """The form as it was sent; else filled from the address, as the buttons beside drafts lead here."""
    choices = form_choices(asker_of(request))
    if request.method == "POST":
        return ReplayForm(request.POST, choices=choices, today=request.today)
    first = {name: request.GET[name] for name in ("playbook", "health", "risk") if request.GET.get(name)}
    return ReplayForm(initial=first, choices=choices, today=request.today)


def _show_list(request: HttpRequest, form: ReplayForm, status: int = 200) -> HttpResponse:
    page = runs_page(asker_of(request))
    words = {"page": page, "form": form, "path": PATH, "is_open": bool(form.errors or form.initial)}
    return render(request, "replay/list.html", words, status=status)
