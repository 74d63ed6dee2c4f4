"""Plans of offers: the list, a new one, what one recommends. A recommendation; nothing here makes an offer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.plans import PlanForm
from dashboards.queries.offers.plans.page import PATH, export_rows, plan_page, plan_run, plans_page
from dashboards.queries.offers.plans.room import free_tasks, kept_back
from dashboards.queries.offers.plans.rules import choice_rules_page
from dashboards.queries.offers.plans.tables import sheet_of
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part
from dashboards.views.sheets import csv_answer
from offers.actions.plans import cancel_plan, order_plan
from offers.core.choice.asked import PlanAsked
from offers.wake import wake_orders_on_commit
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission

PART = "plan-part"
MOST_EXPORTED = 50_000


@screen("offers.view")
def plans(request: HttpRequest) -> HttpResponse:
    """Show the plans of the workspace, and the form of a new one for who may order it."""
    return _show_list(request, PlanForm(currency=request.workspace.currency))


@screen("offers.view")
def rules(request: HttpRequest) -> HttpResponse:
    """Show by which rules offers are weighed, and since when."""
    return render(request, "offers/plans/rules.html", {"page": choice_rules_page(asker_of(request))})


@require_POST
@screen("offers.change")
def order(request: HttpRequest) -> HttpResponse:
    """Order a plan; a worker makes it."""
    form, asker = PlanForm(request.POST, currency=request.workspace.currency), asker_of(request)
    if not form.is_valid():
        return _show_list(request, form, status=422)
    given = form.cleaned_data
    try:
        asked = PlanAsked(
            **given,
            tasks=free_tasks(asker, weeks=given["weeks"], days_ahead=given["days_ahead"]),
            kept_back=kept_back(asker, days_ahead=given["days_ahead"]),
        )
        run = order_plan(asked=asked, by=request.actor, now=request.now)
    except NamedError as problem:
        form.add_error(None, f"{problem.what} {problem.remedy}".strip())
        return _show_list(request, form, status=422)
    wake_orders_on_commit()
    return redirect("offer_plan", run_id=run.id)


@screen("offers.view")
def plan(request: HttpRequest, run_id: int) -> HttpResponse:
    """Show one plan; only its moving part when that is asked for."""
    page = plan_page(asker_of(request), plan_run(run_id), request.GET.dict())
    name = "part" if wants_part(request, PART) else "page"
    return render(request, f"offers/plans/{name}.html", {"page": page})


@screen("offers.view")
def sheet(request: HttpRequest, run_id: int) -> HttpResponse:
    """Hand the rows of a plan out as CSV; nothing in it can be read as a formula."""
    asker, run = asker_of(request), plan_run(run_id)
    check_permission(asker.member, "exports.view")
    return csv_answer(sheet_of(export_rows(asker, run)[:MOST_EXPORTED]), name=f"plan-{run.id}.csv")


@require_POST
@screen("offers.change")
def cancellation(request: HttpRequest, run_id: int) -> HttpResponse:
    """Stop a plan that is being made."""
    cancel_plan(run_id=plan_run(run_id).id, by=request.actor, now=request.now)
    messages.success(request, "Cancelled.")
    return redirect("offer_plan", run_id=run_id)


def _show_list(request: HttpRequest, form: PlanForm, status: int = 200) -> HttpResponse:
    words = {"page": plans_page(asker_of(request)), "form": form, "path": PATH, "is_open": bool(form.errors)}
    return render(request, "offers/plans/list.html", words, status=status)
