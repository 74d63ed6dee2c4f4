"""Mass price revisions: the list, drafting one, its terms one by one and as rows, and its steps."""

import csv
import io
from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRefresh

from dashboards.core.sheets import without_formula
from dashboards.forms.revisions import RevisionForm, initial_of
from dashboards.queries.offers.revisions import (
    PATH,
    PriceRevision,
    form_choices,
    revision_page,
    revision_row,
    revisions_page,
    sheet_rows,
    term_page,
    visible_terms,
)
from dashboards.queries.offers.standing_in import away_today
from dashboards.screen import screen
from dashboards.views.asking import asker_of, small_number
from offers.actions.revisions.apply import announce_terms, resume_revision, stop_revision, undo_revision
from offers.actions.revisions.drafts import (
    approve_revision,
    change_revision,
    end_revision,
    leave_out,
    refuse_revision,
    start_revision,
    submit_revision,
    take_revision_back,
)
from offers.queries.revisions import revision_of
from playbooks.wake import wake_contracts_on_commit
from renewals.core.errors import NamedError
from renewals.core.roles import check_permission


@screen("offers.view")
def revisions(request: HttpRequest) -> HttpResponse:
    """Show every price revision."""
    return render(request, "revisions/list.html", {"page": revisions_page(asker_of(request))})


@screen("offers.change")
def new(request: HttpRequest) -> HttpResponse:
    """Begin a revision; a POST keeps the draft with its preview."""
    form = RevisionForm(request.POST or None, choices=form_choices())
    if request.method == "POST" and form.is_valid():
        made = start_revision(wish=form.wish, today=request.today, by=request.actor, now=request.now)
        messages.success(request, "This is what it would make of every term. Nothing has changed yet.")
        return redirect("price_revision", revision_id=made.id)
    return _form(request, form, "New price revision", f"{PATH}new/", PATH)


@screen("offers.view")
def revision(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Show a revision with its terms."""
    return _show(request, revision_row(revision_id))


@screen("offers.change")
def editing(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Change book, rule or choices of a draft; its preview is made anew."""
    row = revision_row(revision_id)
    kept = revision_of(row)
    first = initial_of(kept, name=row.name, reason=row.reason, seen=row.revision)
    form = RevisionForm(request.POST or None, choices=form_choices(), left_out=kept.choices.left_out, initial=first)
    href = f"{PATH}{row.id}/"
    if request.method == "POST" and form.is_valid():
        try:
            change_revision(
                revision_id=row.id,
                seen=form.cleaned_data["seen"] or 0,
                wish=form.wish,
                today=request.today,
                by=request.actor,
                now=request.now,
            )
        except NamedError as error:
            form.add_error(None, str(error))
            return _form(request, form, row.name, f"{href}editing/", href, status=409)
        messages.success(request, "The preview is made anew.")
        return redirect(href)
    return _form(request, form, row.name, f"{href}editing/", href)


@screen("offers.view")
def term(request: HttpRequest, revision_id: int, term_id: int) -> HttpResponse:
    """Show one term of a revision with its lines."""
    page = term_page(asker_of(request), revision_row(revision_id), term_id)
    return render(request, "revisions/term.html", {"page": page})


@screen("offers.view")
def sheet(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Hand every line out as CSV; nothing in it can be read as a formula."""
    asker, row = asker_of(request), revision_row(revision_id)
    check_permission(asker.member, "exports.view")
    paper = io.StringIO(newline="")
    lines = ([without_formula(cell) for cell in line] for line in sheet_rows(visible_terms(asker, row)))
    csv.writer(paper, quoting=csv.QUOTE_ALL).writerows(lines)
    answer = HttpResponse(paper.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, f"price-revision-{row.id}.csv") or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@screen("offers.change")
def leaving_out(request: HttpRequest, revision_id: int, term_id: int) -> HttpResponse:
    """Leave a contract out, or take it in again with an empty reason."""
    row = revision_row(revision_id)
    found = visible_terms(asker_of(request), row).filter(id=term_id).first()
    if found is None:
        raise Http404
    reason = request.POST.get("reason", "")

    def leave() -> str:
        leave_out(
            revision_id=row.id,
            seen=_number(request, "seen"),
            contract_ids={found.contract_id: reason},
            today=request.today,
            by=request.actor,
            now=request.now,
        )
        return "It is left out." if reason.strip() else "It takes part again, unless another reason is against it."

    return _step(request, row, leave)


@require_POST
@screen("offers.change")
def step(request: HttpRequest, revision_id: int, name: str) -> HttpResponse:
    """Take one of the steps of whoever makes revisions: each says what it did."""
    row = revision_row(revision_id)
    kept = {"revision_id": row.id, "by": request.actor, "now": request.now}
    reason, terms = request.POST.get("reason", ""), _terms(request, row)
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "submission": (
            lambda: submit_revision(seen=_number(request, "seen"), **kept),
            "It waits for a second person now.",
        ),
        "return": (lambda: take_revision_back(**kept), "It is a draft again."),
        "ending": (lambda: end_revision(reason=reason, **kept), "It will not be applied; it stays with the reason."),
        "stop": (lambda: stop_revision(**kept), "Stopped. What is in force stays so until it is taken back."),
        "resumption": (lambda: resume_revision(**kept), "Workers go on where they stood."),
        "undoing": (lambda: undo_revision(reason=reason, term_ids=terms, **kept), "Taken back: the old price holds."),
        "announcement": (
            lambda: announce_terms(term_ids=_announced(request, row), on=request.today, **kept),
            "Noted as announced. These prices stay.",
        ),
    }
    if name not in steps:
        raise Http404
    act, done = steps[name]

    def take() -> str:
        act()
        if name == "resumption":
            wake_contracts_on_commit()
        return done

    return _step(request, row, take)


@require_POST
@screen("approvals.change")
def approval(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Approve what somebody else has made, so that workers apply it; with a reason it is refused."""
    row = revision_row(revision_id)
    if row.state == "waiting" and not revision_page(asker_of(request), row).may_approve:
        raise PermissionDenied("Who made it, and a role that its prices are not asked of, do not approve it.")

    def approve() -> str:
        away = away_today(asker_of(request))
        if "reason" in request.POST:
            reason = request.POST["reason"]
            refuse_revision(revision_id=row.id, reason=reason, away=away, by=request.actor, now=request.now)
            return "Refused. It stays with the reason."
        done = approve_revision(revision_id=row.id, away=away, by=request.actor, now=request.now)
        if done.state == "waiting":
            return "Signed. Others of its level are asked as well; their names stand beside the rule."
        wake_contracts_on_commit()
        return "Approved. Workers apply it term by term; this page shows how far they are."

    return _step(request, row, approve)


def _terms(request: HttpRequest, row: PriceRevision) -> list[int] | None:
    """The one term that is meant; None means all."""
    chosen = _number(request, "term")
    if not chosen:
        return None
    return list(visible_terms(asker_of(request), row).filter(id=chosen).values_list("id", flat=True))


def _announced(request: HttpRequest, row: PriceRevision) -> list[int]:
    one = _terms(request, row)
    every = visible_terms(asker_of(request), row).filter(state="applied", announced_on__isnull=True)
    return list(every.values_list("id", flat=True)) if one is None else one


def _step(request: HttpRequest, row: PriceRevision, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except NamedError as refusal:
        status = 409 if refusal.kind == "conflict" else 403 if refusal.kind == "forbidden" else 422
        return _show(request, revision_row(row.id), error=str(refusal), status=status)
    return redirect("price_revision", revision_id=row.id)


def _show(request: HttpRequest, row: PriceRevision, *, error: str = "", status: int = 200) -> HttpResponse:
    page = revision_page(
        asker_of(request), row, state=request.GET.get("state", ""), page=_number(request, "page", given="GET") or 1
    )
    if request.htmx and not page.is_working:
        return HttpResponseClientRefresh()
    template = "revisions/progress.html" if request.htmx else "revisions/page.html"
    return render(request, template, {"page": page, "error": error}, status=status)


def _form(
    request: HttpRequest, form: RevisionForm, title: str, action: str, back: str, *, status: int = 200
) -> HttpResponse:
    words = {"form": form, "title": title, "action": action, "back": back}
    return render(request, "revisions/form.html", words, status=422 if form.errors and status == 200 else status)


def _number(request: HttpRequest, name: str, *, given: str = "POST") -> int:
    return small_number(getattr(request, given).get(name, ""))
