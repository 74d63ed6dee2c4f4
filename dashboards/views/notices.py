"""The notices: what is due and whose, one with its proofs, and what a person records about it."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.notices import ReasonForm, ServiceForm
from dashboards.queries.notices import may_change_notice, notice_page, notices_page, visible_notice
from dashboards.queries.renewal import visible_renewal
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.notices import drop_notice, end_contract, prove_notice, resume_notice, serve_notice
from renewals.core.errors import NamedError
from renewals.core.roles import can
from renewals.queries.notices import Notice
from renewals.queries.people import record_nearness


@screen("notices.view")
def notices(request: HttpRequest) -> HttpResponse:
    """Show one page of the notices."""
    return render(request, "notices/list.html", {"page": notices_page(asker_of(request), request.GET.dict())})


@screen("notices.view")
def notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Show one notice with its proofs."""
    return _show(request, visible_notice(asker_of(request), notice_id))


@require_POST
@screen("notices.change")
def service(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Record how a notice was served, with its proof or without one yet."""
    row = _changeable(request, notice_id)
    form = ServiceForm(request.POST, side=row.side, channels=list(row.channels), today=request.today)
    if not form.is_valid():
        return _show(request, row, form=form, status=422)
    proof = form.proof
    try:
        if proof is None:
            serve_notice(notice_id=row.id, service=form.service, by=request.actor, now=request.now)
            messages.success(request, "Kept as sent. The proof is still owed.")
        elif prove_notice(notice_id=row.id, proof=proof, by=request.actor, now=request.now).is_admissible:
            messages.success(request, "Proven. Its tasks are done.")
        else:
            messages.warning(request, "Kept, but it does not count: the day or the way lies outside the rule.")
    except NamedError as error:
        form.add_error(None, " ".join(part for part in (error.what, error.why, error.remedy) if part))
        return _show(request, row, form=form, status=422)
    return redirect("notice", notice_id=row.id)


@require_POST
@screen("notices.change")
def removal(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Say why a notice is not needed, or how a missed one was settled."""
    row = _changeable(request, notice_id)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, row, reason=form, status=422)

    def drop() -> object:
        return drop_notice(notice_id=row.id, reason=form.cleaned_data["reason"], by=request.actor, now=request.now)

    return _do(request, row, drop, "Kept with its reason. Its tasks have ended.")


@require_POST
@screen("notices.change")
def resumption(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Take back that a notice is not needed."""
    row = _changeable(request, notice_id)

    def resume() -> object:
        return resume_notice(notice_id=row.id, by=request.actor, now=request.now)

    return _do(request, row, resume, "It is open again, with its tasks.")


@require_POST
@screen("notices.change")
def non_renewal(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Plan our own notice that the contract shall not renew."""
    asker = asker_of(request)
    row = visible_renewal(asker, renewal_id)
    if not can(asker.member, "notices.change", record=record_nearness(asker.member, row.account, row)):
        raise PermissionDenied("Only the people responsible for this renewal plan its notices.")
    made = end_contract(renewal_id=row.id, by=request.actor, now=request.now)
    messages.success(request, "Our notice is planned. Nothing has been sent.")
    return redirect("notice", notice_id=made.id)


def _changeable(request: HttpRequest, notice_id: int) -> Notice:
    asker = asker_of(request)
    row = visible_notice(asker, notice_id)
    if not may_change_notice(asker, row):
        raise PermissionDenied("Only the people responsible for this open renewal record its notices.")
    return row


def _do(request: HttpRequest, row: Notice, action: Callable[[], object], said: str) -> HttpResponse:
    try:
        action()
    except NamedError as error:
        messages.error(request, f"{error.what} {error.remedy}".strip())
    else:
        messages.success(request, said)
    return redirect("notice", notice_id=row.id)


def _show(
    request: HttpRequest,
    row: Notice,
    *,
    form: ServiceForm | None = None,
    reason: Form | None = None,
    status: int = 200,
) -> HttpResponse:
    plain = ServiceForm(side=row.side, channels=list(row.channels), today=request.today)
    words = {
        "page": notice_page(asker_of(request), row),
        "form": form or plain,
        "reason": reason or ReasonForm(),
    }
    return render(request, "notices/page.html", words, status=status)
