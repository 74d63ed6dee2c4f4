"""Risk models: the versions, the evidence of one, and a person's decision to put it in force or take it out."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.risk_models import ReasonForm
from dashboards.queries.risk_models.listing import PATH, models_page
from dashboards.queries.risk_models.page import model_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from renewals.core.errors import NamedError
from signals.actions.learned.life import promote_model, reject_model, roll_back_model
from signals.actions.learned.orders import order_training
from signals.wake import wake_training_on_commit


@screen("risk_models.view")
def risk_models(request: HttpRequest) -> HttpResponse:
    """Show every version, what was ordered and what the watch has found."""
    return render(request, "scores/models.html", {"page": models_page(asker_of(request))})


@screen("risk_models.view")
def risk_model(request: HttpRequest, number: int) -> HttpResponse:
    """Show one version with its evidence."""
    return _show(request, number, ReasonForm())


@require_POST
@screen("risk_models.change")
def training(request: HttpRequest) -> HttpResponse:
    """Order a training; a second order while one is open is the same."""
    order_training(cause="person", by=request.actor, now=request.now)
    wake_training_on_commit()
    messages.success(request, "A worker trains a model now. It will be proposed, not put in force.")
    return redirect(PATH)


@require_POST
@screen("risk_models.change")
def promotion(request: HttpRequest, number: int) -> HttpResponse:
    """Put the version in force."""

    def decide(reason: str) -> str:
        promote_model(number=number, reason=reason, by=request.actor, now=request.now)
        return f"Model {number} is in force. Every open renewal is being scored again."

    return _decided(request, number, decide)


@require_POST
@screen("risk_models.change")
def rejection(request: HttpRequest, number: int) -> HttpResponse:
    """Say no to a proposal."""

    def decide(reason: str) -> str:
        reject_model(number=number, reason=reason, by=request.actor, now=request.now)
        return f"Model {number} is rejected."

    return _decided(request, number, decide)


@require_POST
@screen("risk_models.change")
def rollback(request: HttpRequest, number: int) -> HttpResponse:
    """Take the version in force out and put the one before it back."""

    def decide(reason: str) -> str:
        before = roll_back_model(reason=reason, by=request.actor, now=request.now)
        return f"Model {before.number} is in force again." if before else "The scorecard alone says the risk again."

    return _decided(request, number, decide)


def _decided(request: HttpRequest, number: int, decide: Callable[[str], str]) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _show(request, number, form, status=422)
    try:
        messages.success(request, decide(form.cleaned_data["reason"]))
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, number, form, status=422)
    return redirect(f"{PATH}{number}/")


def _show(request: HttpRequest, number: int, form: ReasonForm, *, status: int = 200) -> HttpResponse:
    page = model_page(number, asker_of(request))
    return render(request, "scores/model.html", {"page": page, "form": form}, status=status)
