"""One renewal: its first view, the parts that load after it, and the recording of how it ended."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.core.contract_words import follow_words
from dashboards.core.parts import Link
from dashboards.forms.outcome import OutcomeForm, ReviewForm
from dashboards.queries.comments import comment_place, renewal_comments
from dashboards.queries.offers.proposal import proposal_address
from dashboards.queries.renewal import Renewal, due_on_of, may_record_outcome, renewal_page, visible_renewal
from dashboards.queries.renewal_course import course_part
from dashboards.queries.renewal_parts import record_part, renewal_about
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from offers.actions.closing import close_as_approved
from playbooks.actions.clauses import carry_out_clause
from renewals.actions.closing import ClosedRenewal, ClosingOrder, hold_review
from renewals.core.errors import NamedError
from renewals.queries.contract_views import loss_review_of


@screen("renewals.view")
def renewal(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show a renewal."""
    return _page(request, visible_renewal(asker_of(request), renewal_id))


@screen("renewals.view")
def about(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show what was negotiated, which notices there are and who answers now."""
    asker = asker_of(request)
    row = visible_renewal(asker, renewal_id)
    return _part(request, row, "renewals/about.html", {"part": renewal_about(asker, row)})


@screen("renewals.view")
def record(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Show what was decided about a renewal, and who changed what."""
    asker = asker_of(request)
    row = visible_renewal(asker, renewal_id)
    return _part(request, row, "renewals/record.html", {"part": record_part(asker, row)})


@screen("outcomes.change")
def outcome(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Ask how a renewal ended, and record it: its next cycle or its review follows; a refusal keeps what was typed."""
    row = _closable(request, renewal_id)
    if request.method != "POST":
        empty = OutcomeForm(currency=row.currency, today=request.today)
        return _part(request, row, "renewals/outcome_form.html", {"form": empty, "action": request.path})
    form = OutcomeForm(request.POST, currency=row.currency, today=request.today)
    if not form.is_valid():
        return _page(request, row, form, status=422)
    try:
        closed = close_as_approved(order=ClosingOrder(outcome=form.outcome(row.id)), by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, " ".join(part for part in (error.what, error.why, error.remedy) if part))
        return _page(request, row, form, status=422)
    done = f"Recorded: {row.account.name} {closed.outcome.kind}. Its playbook stops by itself. {_follows(closed)}"
    messages.success(request, done)
    return redirect(f"/renewals/{row.id}/")


@require_POST
@screen("outcomes.change")
def clause(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Carry out what the contract says happens when nobody acts."""
    row = _closable(request, renewal_id)
    closed = carry_out_clause(renewal_id=row.id, by=request.actor, now=request.now, today=request.today)
    if closed is None:
        messages.error(request, "Its proposal is not approved at that price. Nothing was closed; it is a task now.")
        return redirect(f"/renewals/{row.id}/")
    messages.success(request, f"Renewed by its own clause. {_follows(closed)}")
    return redirect("renewal", renewal_id=closed.next_renewal_id or row.id)


@require_POST
@screen("outcomes.change")
def loss_review(request: HttpRequest, renewal_id: int) -> HttpResponse:
    """Keep what was found in the review of a loss; a refusal keeps what was typed."""
    row = _closable(request, renewal_id)
    review = loss_review_of(row.id)
    if review is None:
        raise Http404
    form = ReviewForm(request.POST, review=review, today=request.today)
    if form.is_valid():
        try:
            hold_review(review_id=review.id, **form.cleaned_data, by=request.actor, now=request.now)
        except NamedError as error:
            form.add_error(None, f"{error.what} {error.remedy}".strip())
        else:
            messages.success(request, "The review is kept.")
            return redirect("renewal", renewal_id=row.id)
    return _page(request, row, status=422, review_form=form)


def _part(request: HttpRequest, row: Renewal, template: str, words: dict[str, object]) -> HttpResponse:
    """Answer with a part of the page, or with a page of its own for who has no script."""
    if request.htmx:
        return render(request, template, words)
    crumbs = (Link(text="Renewal", href=f"/renewals/{row.id}/"), Link(text=row.account.name))
    return render(
        request, "shell/part_page.html", words | {"name": row.account.name, "crumbs": crumbs, "template": template}
    )


def _closable(request: HttpRequest, renewal_id: int) -> Renewal:
    asker = asker_of(request)
    row = visible_renewal(asker, renewal_id)
    if not may_record_outcome(asker, row):
        raise PermissionDenied("Only the people responsible for this renewal record how it ended.")
    return row


def _follows(closed: ClosedRenewal) -> str:
    review_on = closed.review.due_on if closed.review else None
    return follow_words(next_due_on=due_on_of(closed.next_renewal_id), review_on=review_on)


def _page(
    request: HttpRequest,
    row: Renewal,
    form: OutcomeForm | None = None,
    *,
    status: int = 200,
    review_form: ReviewForm | None = None,
) -> HttpResponse:
    asker = asker_of(request)
    page = renewal_page(asker, row)
    review = loss_review_of(row.id) if review_form is None and row.closed_on else None
    words = {
        "page": page,
        "form": form,
        "action": f"{page.href}outcome/",
        "course": course_part(asker, row, may_close=page.may_close),
        "review_form": ReviewForm(review=review, today=request.today) if review else review_form,
        "comment": comment_place(asker, account_id=page.account_id, renewal_id=page.id),
        "comments": renewal_comments(asker, page.id),
        "proposal_href": proposal_address(asker, row),
    }
    return render(request, "renewals/page.html", words, status=status)
