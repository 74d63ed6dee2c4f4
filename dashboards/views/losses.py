"""Losses: the list, one of them, who asks the account back and what it came to."""

from collections.abc import Callable
from decimal import Decimal

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.losses import AnswerForm, PlanForm, SignForm
from dashboards.queries.losses import (
    LossReview,
    contract_choices,
    loss_page,
    losses_page,
    people_choices,
    visible_loss,
)
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from offers.actions.win_backs import sign_win_back_as_allowed
from offers.queries.approvals import approved_win_back
from renewals.actions.win_backs import answer_win_back, plan_win_back
from renewals.core.errors import NamedError
from renewals.queries.win_backs import returns_on


@screen("renewals.view")
def losses(request: HttpRequest) -> HttpResponse:
    """Show what was lost and whom to ask back."""
    return render(request, "losses/list.html", {"page": losses_page(asker_of(request), request.GET.get("show", ""))})


@screen("renewals.view")
def loss(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show one loss."""
    return _show(request, visible_loss(asker_of(request), review_id))


@require_POST
@screen("outcomes.change")
def plan(request: HttpRequest, review_id: int) -> HttpResponse:
    """Name who asks them back and when."""
    row = visible_loss(asker_of(request), review_id)
    form = _plan_form(row, request.POST)

    def keep() -> None:
        plan_win_back(review_id=row.id, plan=form.plan, by=request.actor, now=request.now)

    return _keep(request, row, form, keep, "plan_form")


@require_POST
@screen("outcomes.change")
def answer(request: HttpRequest, review_id: int) -> HttpResponse:
    """Keep what they answered."""
    row = visible_loss(asker_of(request), review_id)
    form = AnswerForm(request.POST, today=request.today, contracts=contract_choices(row))

    def keep() -> None:
        answer_win_back(review_id=row.id, answer=form.answer, by=request.actor, now=request.now)

    return _keep(request, row, form, keep, "answer_form")


@require_POST
@screen("outcomes.change")
def sign(request: HttpRequest, review_id: int) -> HttpResponse:
    """Write the contract they come back with."""
    row = visible_loss(asker_of(request), review_id)
    form = SignForm(request.POST)

    def keep() -> None:
        sign_win_back_as_allowed(review_id=row.id, signed=form.signed, by=request.actor, now=request.now)

    return _keep(request, row, form, keep, "sign_form")


def _keep(
    request: HttpRequest, row: LossReview, form: PlanForm | AnswerForm | SignForm, keep: Callable[[], None], place: str
) -> HttpResponse:
    if form.is_valid():
        try:
            keep()
        except NamedError as error:
            form.add_error(error.where if error.where in form.fields else None, f"{error.what} {error.remedy}".strip())
    if form.errors:
        return _show(request, row, status=422, **{place: form})
    messages.success(request, "Kept.")
    return redirect("loss", review_id=row.id)


def _plan_form(row: LossReview, data: object = None) -> PlanForm:
    first = {
        "owner": str(row.win_back_owner_id or row.owner_id),
        "win_back_on": row.win_back_on,
        "stage": row.win_back_stage,
        "amount": _typed(row.win_back_amount),
        "expected_on": row.win_back_by,
    }
    return PlanForm(data, people=people_choices(), initial=first)


def _first_signed(request: HttpRequest, row: LossReview) -> dict[str, object]:
    """A new contract begins today, or once the old one is over, at what was proposed, else hoped for."""
    version = approved_win_back(row.renewal_id)
    months, amount = (12, row.win_back_amount) if version is None else (version.wish["term_months"], version.net_amount)
    starts_on = returns_on(row.renewal, today=request.today)
    return {"starts_on": starts_on, "months": months, "amount": _typed(amount)}


def _show(request: HttpRequest, row: LossReview, *, status: int = 200, **forms: object) -> HttpResponse:
    words = {
        "page": loss_page(asker_of(request), row),
        "plan_form": _plan_form(row),
        "answer_form": AnswerForm(today=request.today, contracts=contract_choices(row)),
        "sign_form": SignForm(initial=_first_signed(request, row)),
    }
    return render(request, "losses/page.html", words | forms, status=status)


def _typed(amount: Decimal | None) -> str:
    """An amount as people type it: without the decimals it is kept with."""
    return "" if amount is None else f"{amount.normalize():f}"
