"""Do one step of a renewal otherwise than its playbook says, with a reason."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dashboards.forms.deviations import DeviationForm
from dashboards.queries.renewal import visible_renewal
from dashboards.queries.step_change import StepChange, may_change_steps
from dashboards.queries.step_change import step_change as step_ahead
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.deviate import Wanted, deviate
from playbooks.core.facts import DeviationKind
from playbooks.wake import wake_projections_on_commit
from renewals.core.errors import NamedError


@screen("enrolments.change")
def step_change(request: HttpRequest, renewal_id: int, step_key: str) -> HttpResponse:
    """Show the step and keep what is changed; a refusal keeps what was typed."""
    asker = asker_of(request)
    renewal = visible_renewal(asker, renewal_id)
    if not may_change_steps(asker, renewal):
        raise PermissionDenied("Only the people responsible for this renewal change its steps.")
    page = step_ahead(asker, renewal, step_key)
    form = DeviationForm(request.POST or None, others=page.others)
    if request.method == "POST" and form.is_valid() and _change(request, page, form):
        messages.success(request, "It is kept, and the steps are planned again.")
        wake_projections_on_commit()
        return redirect("renewal", renewal_id=renewal_id)
    words = {"page": page, "form": form, "action": request.path}
    return render(request, "renewals/step_change.html", words, status=422 if form.errors else 200)


def _change(request: HttpRequest, page: StepChange, form: DeviationForm) -> bool:
    values = form.cleaned_data
    wanted = Wanted(
        step_key=page.step_key,
        kind=DeviationKind(values["kind"]),
        reason=values["reason"],
        due_on=values["due_on"],
        with_step=values["with_step"],
        what=values["what"],
    )
    try:
        deviate(enrolment_id=page.enrolment_id, wanted=wanted, by=request.actor, now=request.now)
    except NamedError as error:
        is_of_field = error.where in form.fields
        form.add_error(
            error.where if is_of_field else None, f"{error.what} {error.remedy}" if is_of_field else str(error)
        )
        return False
    return True
