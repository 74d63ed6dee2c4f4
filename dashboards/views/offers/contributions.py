"""Contributions to a proposal: asked for, written by the person who owns the part, remarked on, taken off."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.contributions import PartForm, TextForm
from dashboards.queries.offers.contributions import contributed_renewal, contributions_page, may_remark, part_of
from dashboards.queries.offers.proposal import Renewal, may_propose
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from offers.actions.contributors import remark_on_part
from playbooks.actions.proposal_parts import drop_part, keep_part, request_part
from renewals.core.errors import NamedError

AUTO_ID = "part-{}-%s"


@screen("renewals.view")
def contributions(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show who contributes what; a POST asks somebody for a part."""
    asker = asker_of(request)
    row = contributed_renewal(asker, renewal_id)
    if request.method != "POST":
        return _page(request, row)
    if not may_propose(asker, row):
        raise PermissionDenied("proposals.change")
    form = PartForm(request.POST, people=contributions_page(asker, row).people)
    if not form.is_valid():
        return _page(request, row, form=form, status=422)

    def ask() -> str:
        made = request_part(renewal_id=row.id, given=form.given(), by=request.actor, now=request.now)
        return f"{made.user} is asked for it, with a task."

    return _do(request, row, ask, form=form)


@require_POST
@screen("renewals.view")
def part(request: HttpRequest, renewal_id: int, part_id: int) -> HttpResponse:
    """Keep what the owner of a part writes; what was typed stays when it cannot be kept."""
    row = contributed_renewal(asker_of(request), renewal_id)
    held = part_of(row, part_id)
    form = TextForm(request.POST, auto_id=AUTO_ID.format(held.id))
    if not form.is_valid():
        return _page(request, row, typed=(held.id, form), status=422)
    given = form.cleaned_data
    try:
        keep_part(part_id=held.id, **given, by=request.actor, now=request.now)
    except NamedError as refusal:
        if refusal.kind == "forbidden":
            raise
        form.add_error(None, str(refusal))
        return _page(request, row, typed=(held.id, form), status=409 if refusal.kind == "conflict" else 422)
    messages.success(request, "Your part is ready." if given["is_ready"] else "Your part is kept.")
    return redirect("contributions", renewal_id=row.id)


@require_POST
@screen("renewals.view")
def remark(request: HttpRequest, renewal_id: int, part_id: int) -> HttpResponse:
    """Leave a remark on a part."""
    asker = asker_of(request)
    row = contributed_renewal(asker, renewal_id)
    if not may_remark(asker, row):
        raise PermissionDenied("proposals.change")
    held, words = part_of(row, part_id), request.POST.get("words", "")

    def say() -> str:
        remark_on_part(part_id=held.id, words=words, by=request.actor, now=request.now)
        return "The remark stands."

    return _do(request, row, say)


@require_POST
@screen("renewals.view")
def removal(request: HttpRequest, renewal_id: int, part_id: int) -> HttpResponse:
    """Take a part off the proposal."""
    asker = asker_of(request)
    row = contributed_renewal(asker, renewal_id)
    if not may_propose(asker, row):
        raise PermissionDenied("proposals.change")
    held = part_of(row, part_id)

    def drop() -> str:
        drop_part(part_id=held.id, by=request.actor, now=request.now)
        return "It is taken off; what was written stays in the history."

    return _do(request, row, drop)


def _do(request: HttpRequest, row: Renewal, step: Callable[[], str], form: PartForm | None = None) -> HttpResponse:
    try:
        messages.success(request, step())
    except NamedError as refusal:
        if form is None:
            messages.error(request, str(refusal))
        else:
            form.add_error(None, str(refusal))
            return _page(request, row, form=form, status=422)
    return redirect("contributions", renewal_id=row.id)


def _page(
    request: HttpRequest,
    row: Renewal,
    *,
    form: PartForm | None = None,
    typed: tuple[int, TextForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = contributions_page(asker_of(request), row)
    mine = [each for each in page.parts if each.href]
    kept = {
        each.id: TextForm(
            initial={"text": each.text, "is_ready": each.is_ready, "revision": each.revision},
            auto_id=AUTO_ID.format(each.id),
        )
        for each in mine
    }
    forms = kept | ({typed[0]: typed[1]} if typed else {})
    words = {
        "page": page,
        "form": form or PartForm(people=page.people),
        "parts": [(each, forms.get(each.id)) for each in page.parts],
    }
    return render(request, "proposals/contributions.html", words, status=status)
