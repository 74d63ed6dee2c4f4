"""Who is away, how much people can do in a day, and how much an account may get: /settings/workload/."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.treatment import AbsenceForm, BudgetForm, CapacityForm, HoldoutForm
from dashboards.queries.workload import PATH, absence_named, may_speak_for, member_named, workload_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.absences import AbsenceWish, cancel_absence, record_absence
from playbooks.actions.account_rules import set_touch_budget
from playbooks.actions.holdouts import set_workspace_holdout
from playbooks.core.account_facts import TouchLimits
from renewals.actions.workspaces import set_daily_capacity
from renewals.core.errors import NamedError


@screen("tasks.view")
def workload(request: HttpRequest) -> HttpResponse:
    """Show absences, capacities and the touch budget."""
    return _show(request)


@require_POST
@screen("tasks.change")
def absences(request: HttpRequest) -> HttpResponse:
    """Note an absence of oneself, or of somebody one leads."""
    page = workload_page(asker_of(request))
    form = AbsenceForm(request.POST, people=page.people, everybody=page.everybody)
    if form.is_valid():
        given = form.cleaned_data
        wish = AbsenceWish(
            from_on=given["from_on"],
            until_on=given["until_on"],
            delegate_id=int(given["delegate"]) if given["delegate"] else None,
            treatments=dict.fromkeys(given["shifted"], "shift"),
            reason=given["reason"],
        )
        try:
            record_absence(user_id=int(given["person"]), wish=wish, by=request.actor, now=request.now)
        except NamedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Noted. What is due meanwhile moves, and comes back after the last day.")
            return redirect(PATH)
    return _show(request, absence_form=form)


@require_POST
@screen("tasks.change")
def absence_end(request: HttpRequest, absence_id: int) -> HttpResponse:
    """End an absence now; what was handed over comes back."""
    row = absence_named(absence_id)
    if row is None:
        raise Http404
    _check(request, str(row.user_id))
    cancel_absence(absence_id=absence_id, by=request.actor, now=request.now)
    messages.success(request, "The absence is over; what was handed over has come back.")
    return redirect(PATH)


@require_POST
@screen("tasks.change")
def capacity(request: HttpRequest) -> HttpResponse:
    """Set how many tasks a person does in a day."""
    page = workload_page(asker_of(request))
    form = CapacityForm(request.POST, people=page.people)
    if not form.is_valid():
        return _show(request, capacity_form=form)
    given = form.cleaned_data
    set_daily_capacity(user_id=int(given["person"]), capacity=given["capacity"], by=request.actor, now=request.now)
    messages.success(request, "Kept. Days that are too full are levelled with it from now on.")
    return redirect(PATH)


@require_POST
@screen("settings.change")
def budget(request: HttpRequest) -> HttpResponse:
    """Set the touch budget of every account of the workspace."""
    form = BudgetForm(request.POST)
    if not form.is_valid():
        return _show(request, budget_form=form)
    set_touch_budget(limits=TouchLimits(**form.cleaned_data), by=request.actor, now=request.now)
    messages.success(request, "The budget holds from now on, for all playbooks and channels together.")
    return redirect(PATH)


@require_POST
@screen("settings.change")
def holdout(request: HttpRequest) -> HttpResponse:
    """Set what share of the accounts is held out of every playbook's automatic messages."""
    form = HoldoutForm(request.POST)
    if form.is_valid():
        try:
            set_workspace_holdout(by=request.actor, now=request.now, **form.cleaned_data)
        except NamedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "It holds for renewals that enter a playbook from now on.")
            return redirect(PATH)
    return _show(request, holdout_form=form)


def _check(request: HttpRequest, user_id: str) -> None:
    member = member_named(user_id)
    if member is None or not may_speak_for(asker_of(request), member):
        raise PermissionDenied("tasks.change")


def _show(
    request: HttpRequest,
    *,
    absence_form: Form | None = None,
    capacity_form: Form | None = None,
    budget_form: Form | None = None,
    holdout_form: Form | None = None,
) -> HttpResponse:
    page = workload_page(asker_of(request))
    own = str(request.membership.user_id)
    start = {name: getattr(page.limits, name) for name in ("max_touches", "per_days", "min_gap_days")}
    first = {"person": own, "from_on": request.today}
    words = {
        "page": page,
        "absence_form": absence_form or AbsenceForm(people=page.people, everybody=page.everybody, initial=first),
        "capacity_form": capacity_form or CapacityForm(people=page.people, initial={"person": own}),
        "budget_form": budget_form or BudgetForm(initial=start),
        "holdout_form": holdout_form or HoldoutForm(initial={"percent": page.held_out}),
    }
    is_refused = any(form is not None for form in (absence_form, capacity_form, budget_form, holdout_form))
    return render(request, "workload/page.html", words, status=422 if is_refused else 200)
