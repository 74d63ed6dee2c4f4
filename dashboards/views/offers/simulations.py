"""Simulations of a policy on past prices: the list, a new one, what one found, and its rows as a sheet."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.simulations import SimulationForm
from dashboards.queries.offers.simulations.listing import policy_choices, runs_page
from dashboards.queries.offers.simulations.page import export_rows, simulation_page
from dashboards.queries.offers.simulations.reach import PATH, simulation_run
from dashboards.queries.offers.simulations.tables import sheet_of
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part
from dashboards.views.sheets import csv_answer
from offers.actions.simulations import cancel_simulation, order_simulation
from offers.wake import wake_orders_on_commit
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission

PART = "simulation-part"
MOST_EXPORTED = 50_000


@screen("offers.view")
def simulations(request: HttpRequest) -> HttpResponse:
    """Show the simulations of the workspace, and the form of a new one for who may order it."""
    return _show_list(request, _form(request))


@require_POST
@screen("offers.change")
def order(request: HttpRequest) -> HttpResponse:
    """Order a simulation; a worker does it."""
    form = _form(request)
    if not form.is_valid() or "asked" not in form.cleaned_data:
        return _show_list(request, form, status=422)
    try:
        run = order_simulation(asked=form.cleaned_data["asked"], by=request.actor, now=request.now)
    except NamedError as problem:
        form.add_error(None, f"{problem.what} {problem.remedy}".strip())
        return _show_list(request, form, status=422)
    wake_orders_on_commit()
    return redirect("simulation", run_id=run.id)


@screen("offers.view")
def simulation(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one simulation; only its moving part when that is asked for."""
    page = simulation_page(asker_of(request), simulation_run(run_id), request.GET.dict())
    name = "part" if wants_part(request, PART) else "page"
    return render(request, f"offers/simulations/{name}.html", {"page": page})


@require_POST
@screen("offers.change")
def cancellation(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a simulation; what it found so far stays."""
    cancel_simulation(run_id=simulation_run(run_id).id, by=request.actor, now=request.now)
    messages.success(request, "Cancelled. What it had found by then stays.")
    return redirect("simulation", run_id=run_id)


@screen("offers.view")
def decisions(request: HttpRequest, run_id: int) -> HttpResponse:
    """Hand the rows under the filters out as CSV; nothing in it can be read as a formula."""
    asker, run = asker_of(request), simulation_run(run_id)
    check_permission(asker.member, "exports.view")
    rows = export_rows(asker, run, request.GET.dict())[:MOST_EXPORTED]
    return csv_answer(sheet_of(rows), name=f"simulation-{run.id}.csv")


def _form(request: HttpRequest) -> SimulationForm:
    """The form as it was sent; else filled from the address, as the button beside a draft leads here."""
    given = {"policies": policy_choices(), "today": request.today}
    if request.method == "POST":
        return SimulationForm(request.POST, **given)
    return SimulationForm(initial={"policy": request.GET.get("policy", "then")}, **given)


def _show_list(request: HttpRequest, form: SimulationForm, status: int = 200) -> HttpResponse:
    page = runs_page(asker_of(request))
    words = {"page": page, "form": form, "path": PATH, "is_open": bool(form.errors or request.GET.get("policy"))}
    return render(request, "offers/simulations/list.html", words, status=status)
