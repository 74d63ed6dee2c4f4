"""Who must not be written to: the list, a list taken over, and the lifting of one with evidence."""

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dashboards.core.money import count_words
from dashboards.forms.channels import SuppressionForm
from dashboards.queries.suppressions import suppressions_page, visible_suppression
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.suppressed import suppress_addresses
from renewals.actions.suppressions import lift_suppression
from renewals.core.errors import NamedError
from renewals.core.roles import Scope, check_permission


@require_http_methods(["GET", "POST"])
@screen("suppressions.view")
def suppressions(request: HttpRequest) -> HttpResponse:
    """Show the list; a POST takes addresses over, from who may change the whole workspace's."""
    if request.method == "GET":
        return _show(request, SuppressionForm())
    check_permission(request.member, "suppressions.change", record=Scope.ALL)
    form = SuppressionForm(request.POST)
    if not form.is_valid():
        return _show(request, form, status=422)
    given = form.cleaned_data
    try:
        listed = suppress_addresses(
            addresses=given["addresses"].splitlines(),
            message_class=given["message_class"],
            why=(given["origin"], given["reason"]),
            by=request.actor,
            now=request.now,
        )
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, form, status=422)
    messages.success(request, f"{count_words(listed.shut, 'contact')} will not be written to in this class any more.")
    if listed.unknown:
        some = ", ".join(listed.unknown[:5])
        messages.warning(request, f"{count_words(len(listed.unknown), 'address')} belong to no contact here: {some}")
    return redirect("suppressions")


@require_POST
@screen("suppression_lift.change")
def lifting(request: HttpRequest, suppression_id: int) -> HttpResponse:
    """Lift one, with where the new consent is written down."""
    if not visible_suppression(asker_of(request), suppression_id):
        raise Http404
    evidence = request.POST.get("evidence", "")
    try:
        lift_suppression(suppression_id=suppression_id, evidence=evidence, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, f"{error.what} {error.remedy}".strip())
    else:
        messages.success(request, "Lifted. The evidence is kept with it.")
    return redirect("suppressions")


def _show(request: HttpRequest, form: Form, *, status: int = 200) -> HttpResponse:
    page = suppressions_page(asker_of(request), request.GET.dict())
    return render(request, "suppressions/page.html", {"page": page, "form": form}, status=status)
