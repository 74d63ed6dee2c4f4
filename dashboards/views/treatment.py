"""How one account is treated: people only, pauses, its touch budget; each change is undone on the same page."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.treatment import AccountBudgetForm, HumanOnlyForm, PauseForm, ReleaseForm
from dashboards.queries.account import visible_account
from dashboards.queries.treatment import is_pause_of, may_treat, treatment_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.account_rules import (
    PauseWish,
    drop_touch_budget,
    end_human_only,
    end_pause,
    pause_account,
    set_human_only,
    set_touch_budget,
)
from playbooks.actions.holdouts import release_account
from playbooks.core.account_facts import TouchLimits
from playbooks.wake import wake_projections_on_commit
from renewals.core.errors import NamedError


@screen("accounts.view")
def treatment(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show how an account is treated and what was decided about it."""
    return _show(request, account_id)


@require_POST
@screen("enrolments.change")
def human_only(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let people alone write to the account."""

    def act(given: dict[str, object]) -> None:
        set_human_only(account_id=account_id, by=request.actor, now=request.now, **given)

    return _change(request, account_id, HumanOnlyForm(request.POST), act, "From now on people alone write to them.")


@require_POST
@screen("enrolments.change")
def human_only_end(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let playbooks write to the account again."""
    _check(request, account_id)
    end_human_only(account_id=account_id, by=request.actor, now=request.now)
    messages.success(request, "Playbooks may write to them again.")
    return redirect(f"/accounts/{account_id}/treatment/")


@require_POST
@screen("enrolments.change")
def pauses(request: HttpRequest, account_id: int) -> HttpResponse:
    """Stay away from the account on the days it asked for."""

    def act(given: dict[str, object]) -> None:
        pause_account(account_id=account_id, wish=PauseWish(**given), by=request.actor, now=request.now)

    said = "The pause is kept. Contract dates, notices and tasks still happen."
    return _change(request, account_id, PauseForm(request.POST), act, said)


@require_POST
@screen("enrolments.change")
def pause_end(request: HttpRequest, account_id: int, pause_id: int) -> HttpResponse:
    """End a pause now."""
    _check(request, account_id)
    if not is_pause_of(account_id, pause_id):
        raise Http404
    end_pause(pause_id=pause_id, by=request.actor, now=request.now)
    messages.success(request, "The pause is over. What came in meanwhile has been applied.")
    return redirect(f"/accounts/{account_id}/treatment/")


@require_POST
@screen("enrolments.change")
def budget(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give the account a tighter touch budget."""

    def act(given: dict[str, object]) -> None:
        reason = str(given.pop("reason"))
        set_touch_budget(
            limits=TouchLimits(**given), account_id=account_id, reason=reason, by=request.actor, now=request.now
        )

    return _change(request, account_id, AccountBudgetForm(request.POST), act, "The budget holds from now on.")


@require_POST
@screen("enrolments.change")
def budget_end(request: HttpRequest, account_id: int) -> HttpResponse:
    """Give the account the workspace's budget again."""
    _check(request, account_id)
    drop_touch_budget(account_id=account_id, by=request.actor, now=request.now)
    messages.success(request, "The workspace's budget holds again.")
    return redirect(f"/accounts/{account_id}/treatment/")


@require_POST
@screen("enrolments.change")
def release(request: HttpRequest, account_id: int) -> HttpResponse:
    """Let the account out of the holdouts of the playbooks it is in."""

    def act(given: dict[str, object]) -> None:
        release_account(account_id=account_id, by=request.actor, now=request.now, **given)

    said = "Released: what is still ahead leaves as for everybody else. It stays counted as held out."
    return _change(request, account_id, ReleaseForm(request.POST), act, said)


def _change(
    request: HttpRequest, account_id: int, form: Form, act: Callable[[dict[str, object]], None], said: str
) -> HttpResponse:
    _check(request, account_id)
    if form.is_valid():
        try:
            act(dict(form.cleaned_data))
        except NamedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, said)
            wake_projections_on_commit()
            return redirect(f"/accounts/{account_id}/treatment/")
    return _show(request, account_id, refused=form)


def _check(request: HttpRequest, account_id: int) -> None:
    asker = asker_of(request)
    if not may_treat(asker, visible_account(asker, account_id)):
        raise PermissionDenied("enrolments.change")


def _show(request: HttpRequest, account_id: int, *, refused: Form | None = None) -> HttpResponse:
    asker = asker_of(request)
    page = treatment_page(asker, visible_account(asker, account_id))
    limits = page.limits
    start = {name: getattr(limits, name) for name in ("max_touches", "per_days", "min_gap_days")}
    forms: dict[str, Form] = {
        "human_form": HumanOnlyForm(),
        "pause_form": PauseForm(initial={"from_on": request.today}),
        "budget_form": AccountBudgetForm(initial=start),
        "release_form": ReleaseForm(),
    }
    kinds = {
        "human_form": HumanOnlyForm,
        "pause_form": PauseForm,
        "budget_form": AccountBudgetForm,
        "release_form": ReleaseForm,
    }
    forms |= {name: refused for name, kind in kinds.items() if refused is not None and type(refused) is kind}
    return render(request, "treatment/page.html", {"page": page, **forms}, status=422 if refused else 200)
