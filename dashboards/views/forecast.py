"""The forecast: its page and files, calls with entry in place, scenarios, and the ledger."""

import csv
import io

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from dashboards.chart_drawing import picture
from dashboards.core.filters import address
from dashboards.core.parts import Toast
from dashboards.forms.forecast import AdjustmentForm, CallForm, ScenarioForm
from dashboards.queries.forecast.adjusting import group_of, may_adjust
from dashboards.queries.forecast.calls import (
    Renewal,
    call_history,
    call_renewal,
    call_rows,
    call_values,
    calls_filter,
    calls_page,
    may_call,
)
from dashboards.queries.forecast.ledger import ledger_page
from dashboards.queries.forecast.overview import forecast_chart, forecast_filter, forecast_page
from dashboards.queries.forecast.owed import confirmable
from dashboards.queries.forecast.reach import PATH, reach_of
from dashboards.queries.forecast.scenarios import scenarios_page
from dashboards.queries.forecast.sheet import calls_sheet
from dashboards.screen import screen
from dashboards.views.asking import asker_of, show_filter, wants_part
from renewals.core.errors import NamedError
from signals.actions.forecast.adjust import adjust_group
from signals.actions.forecast.calls import confirm_calls, make_call
from signals.actions.forecast.scenarios import ask_scenario, drop_scenario
from signals.wake import wake_forecast_on_commit

TYPES = {"csv": "text/csv; charset=utf-8", "svg": "image/svg+xml", "png": "image/png"}
FIELDS = {"expansion_amount": "expansion", "likelihood": "chance"}


@screen("forecasts.view")
def forecast(request: HttpRequest) -> HttpResponse:
    """Show the forecast of the part the address asks for; only its moving part when that is asked for."""
    page = forecast_page(asker_of(request), request.GET.dict())
    name = "part" if wants_part(request, "forecast-part") else "page"
    words = {"page": page, "here": request.get_full_path(), "form": AdjustmentForm()}
    return render(request, f"forecast/{name}.html", words)


@require_POST
@screen("forecasts.change")
def adjustment(request: HttpRequest) -> HttpResponse:
    """Adjust the part of the forecast that is shown, as a whole."""
    asker, form = asker_of(request), AdjustmentForm(request.POST)
    reach = reach_of(asker, request.POST.dict())
    if not may_adjust(asker, reach):
        raise PermissionDenied("Only who leads others adjusts their forecast.")
    if form.is_valid():
        adjust_group(group=group_of(reach), **form.cleaned_data, by=request.actor, now=request.now)
        messages.success(request, "The adjustment is kept beside the calls.")
        return redirect(address(PATH, reach.chosen))
    page = forecast_page(asker, reach.chosen)
    return render(request, "forecast/page.html", {"page": page, "here": PATH, "form": form}, status=422)


@screen("forecasts.view")
def forecast_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter offers."""
    return show_filter(request, forecast_filter(asker_of(request), name, request.GET.dict()))


@screen("exports.view")
def chart(request: HttpRequest, form: str) -> HttpResponse:
    """Hand the bands out as SVG or PNG, or their figures as CSV."""
    if form not in TYPES:
        raise Http404
    specification, table = forecast_chart(asker_of(request), request.GET.dict())
    if form == "csv":
        sheet = io.StringIO(newline="")
        lines = csv.writer(sheet, quoting=csv.QUOTE_ALL)
        lines.writerow([column.title for column in table.columns])
        lines.writerows([cell.text for cell in row] for row in table.rows)
        content = sheet.getvalue().encode("utf-8-sig")
    else:
        content = picture(specification, form)
    answer = HttpResponse(content, content_type=TYPES[form])
    answer["Content-Disposition"] = content_disposition_header(True, f"forecast-{request.today}.{form}") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@screen("forecasts.view")
def calls(request: HttpRequest) -> HttpResponse:
    """Show the calls side by side, and who owes one."""
    page = calls_page(asker_of(request), request.GET.dict())
    return render(request, "forecast/calls.html", {"page": page, "sheet": calls_sheet(page.rows)})


@screen("forecasts.view")
def calls_choices(request: HttpRequest, name: str) -> HttpResponse:
    """Show what one filter of the calls offers."""
    return show_filter(request, calls_filter(asker_of(request), name, request.GET.dict()))


@screen("forecasts.view")
def call(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show one renewal with its calls and the form, as a page or in the place of its line; keep what is sent."""
    asker = asker_of(request)
    row = call_renewal(asker, renewal_id)
    is_adjustment = row.owner_id != asker.membership.user_id
    if request.method == "POST":
        return _keep(request, row, is_adjustment=is_adjustment)
    if request.htmx and "shut" in request.GET:
        return _line(request, row)
    initial = call_values(row, is_adjustment=is_adjustment)
    form = CallForm(is_adjustment=is_adjustment, initial=initial) if may_call(asker, row) else None
    return _show(request, row, form)


@require_POST
@screen("forecasts.change")
def confirmation(request: HttpRequest) -> HttpResponse:
    """Give one's calls again, unchanged, for the period that runs."""
    ids = confirmable(asker_of(request))
    number = confirm_calls(renewal_ids=ids, by=request.actor, now=request.now)
    messages.success(request, f"{number} calls are given for this period, unchanged.")
    return redirect("forecast_calls")


@screen("forecasts.view")
def scenarios(request: HttpRequest) -> HttpResponse:
    """Show the scenarios and the levers."""
    return _show_scenarios(request, ScenarioForm())


@require_POST
@screen("forecasts.change")
def new_scenario(request: HttpRequest) -> HttpResponse:
    """Ask a scenario of the whole book; a worker draws it."""
    if not scenarios_page(asker_of(request)).may_ask:
        raise PermissionDenied("A scenario speaks of the whole book.")
    form = ScenarioForm(request.POST)
    if not form.is_valid():
        return _show_scenarios(request, form, status=422)
    try:
        ask_scenario(name=form.cleaned_data["name"], levers=form.levers(), by=request.actor, now=request.now)
    except NamedError as problem:
        form.add_error(problem.where if problem.where in form.fields else None, f"{problem.what} {problem.remedy}")
        return _show_scenarios(request, form, status=422)
    wake_forecast_on_commit()
    return redirect("forecast_scenarios")


@require_POST
@screen("forecasts.change")
def scenario_removal(request: HttpRequest, scenario_id: int) -> HttpResponse:
    """Put a scenario away."""
    if not scenarios_page(asker_of(request)).may_ask:
        raise PermissionDenied("A scenario speaks of the whole book.")
    drop_scenario(scenario_id=scenario_id, by=request.actor, now=request.now)
    messages.success(request, "The scenario is put away.")
    return redirect("forecast_scenarios")


@screen("forecasts.view")
def ledger(request: HttpRequest) -> HttpResponse:
    """Show how good calls have been."""
    return render(request, "forecast/ledger.html", {"page": ledger_page(asker_of(request), request.GET.dict())})


def _keep(request: HttpRequest, row: Renewal, *, is_adjustment: bool) -> HttpResponse:
    asker = asker_of(request)
    if not may_call(asker, row):
        raise PermissionDenied("Only its owner, or somebody who leads the owner, calls this renewal.")
    form = CallForm(request.POST, is_adjustment=is_adjustment)
    if not form.is_valid():
        return _show(request, row, form, status=422)
    try:
        new = form.call(row.id, is_adjustment=is_adjustment)
        make_call(new=new, by=request.actor, now=request.now)
    except NamedError as problem:
        field = FIELDS.get(problem.where, problem.where)
        form.add_error(field if field in form.fields else None, f"{problem.what} {problem.remedy}".strip())
        return _show(request, row, form, status=422)
    wake_forecast_on_commit()
    if request.htmx:
        toast = Toast(text=f"{row.account.name}: the call is kept. The forecast is drawn anew.")
        return _line(request, call_renewal(asker, row.id), toast=toast)
    messages.success(request, f"{row.account.name}: the call is kept. The forecast is drawn anew.")
    return redirect("forecast_calls")


def _show(request: HttpRequest, row: Renewal, form: CallForm | None, status: int = 200) -> HttpResponse:
    """Show the form in the place of the line, or the renewal's own page of calls."""
    asker = asker_of(request)
    line = call_rows([row], asker)[0]
    if request.htmx:
        # Swapped in also when something is wrong: a partial update shows what was refused at its field.
        return render(request, "forecast/entry.html", {"row": line, "form": form})
    words = {"row": line, "form": form, "history": call_history(asker, row)}
    return render(request, "forecast/call.html", words, status=status)


def _line(request: HttpRequest, row: Renewal, toast: Toast | None = None) -> HttpResponse:
    line = call_rows([row], asker_of(request))[0]
    return render(request, "forecast/line.html", {"row": line, "toast": toast, "takes_focus": True})


def _show_scenarios(request: HttpRequest, form: ScenarioForm, status: int = 200) -> HttpResponse:
    page = scenarios_page(asker_of(request))
    name = "scenarios_part" if wants_part(request, "scenarios-part") else "scenarios"
    return render(request, f"forecast/{name}.html", {"page": page, "form": form}, status=status)
