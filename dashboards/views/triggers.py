"""Trigger rules: the list with its noise, writing one with what it would have done, retiring it with one click."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.triggers import TriggerForm, initial_of
from dashboards.queries.triggers import (
    PATH,
    TriggerRule,
    set_off_by,
    trigger_choices,
    trigger_named,
    trigger_page,
    triggers_page,
)
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.triggers import publish_trigger, retire_trigger
from playbooks.core.triggers import parse_trigger
from playbooks.queries.triggers import would_have_fired
from renewals.core.errors import NamedError


@screen("playbooks.view")
def triggers(request: HttpRequest) -> HttpResponse:
    """Show the rules in force and what each of them did in the last 90 days."""
    return render(request, "triggers/list.html", {"page": triggers_page(asker_of(request))})


@screen("playbooks.change")
def new(request: HttpRequest) -> HttpResponse:
    """Write a new rule."""
    form = TriggerForm(request.POST or None, choices=trigger_choices())
    if request.method == "POST":
        return _publish(request, form)
    return _show_form(request, form)


@screen("playbooks.view")
def trigger(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Show one rule; a POST puts its next version in force."""
    rule = _rule(rule_id)
    page = trigger_page(asker_of(request), rule)
    form = TriggerForm(request.POST or None, choices=trigger_choices(), initial=initial_of(page.definition))
    if request.method == "POST" and page.may_change:
        return _publish(request, form, rule)
    words = {"page": page, "form": form if page.may_change and page.is_in_force else None}
    return render(request, "triggers/rule.html", words)


@require_POST
@screen("playbooks.change")
def rehearsal(request: HttpRequest) -> HttpResponse:
    """Say what the rule in the form would have done in the last 90 days; nothing is kept."""
    form = TriggerForm(request.POST, choices=trigger_choices())
    form.is_valid()
    parsed = parse_trigger(form.definition("rehearsal")) if not form.errors else None
    found = parsed.trigger if parsed else None
    words = {
        "count": would_have_fired(found, now=request.now) if found else None,
        "set_off_by": set_off_by(found) if found else "",
        "has_condition": found is not None and found.when is not None,
        "problems": [f"{each.what} {each.remedy}" for each in parsed.problems] if parsed else form.errors.values(),
    }
    return render(request, "triggers/rehearsal.html", words)


@require_POST
@screen("playbooks.change")
def retirement(request: HttpRequest, rule_id: int) -> HttpResponse:
    """Let a rule fire no more; or, once retired, put the same rule in force again."""
    rule = _rule(rule_id)
    try:
        if rule.retired_at is None:
            retire_trigger(
                rule_id=rule.id, why=request.POST.get("why") or "Too noisy", by=request.actor, now=request.now
            )
            messages.success(request, f"“{rule.name}” fires no more. What it made stays.")
        else:
            rule = publish_trigger(definition=rule.definition, by=request.actor, now=request.now)
            messages.success(request, f"“{rule.name}” is in force again.")
    except NamedError as error:
        messages.error(request, str(error))
    return redirect(f"{PATH}{rule.id}/")


def _publish(request: HttpRequest, form: TriggerForm, rule: TriggerRule | None = None) -> HttpResponse:
    if form.is_valid():
        try:
            made = publish_trigger(
                definition=form.definition(rule.key if rule else ""), by=request.actor, now=request.now
            )
        except NamedError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"“{made.name}” is in force as version {made.number}.")
            return redirect(f"{PATH}{made.id}/")
    if rule is None:
        return _show_form(request, form)
    words = {"page": trigger_page(asker_of(request), rule), "form": form}
    return render(request, "triggers/rule.html", words, status=422)


def _show_form(request: HttpRequest, form: TriggerForm) -> HttpResponse:
    words = {"form": form, "action": f"{PATH}new/"}
    return render(request, "triggers/new.html", words, status=422 if form.is_bound else 200)


def _rule(rule_id: int) -> TriggerRule:
    found = trigger_named(rule_id)
    if found is None:
        raise Http404
    return found
