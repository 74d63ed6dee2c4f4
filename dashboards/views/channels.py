"""Settings of channels: choose one, test it, keep its secrets, and tell targets outside."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.channels import ChannelForm, EventsSecretForm, TargetForm
from dashboards.queries.channels import channels_page
from dashboards.screen import is_confirmed, screen
from dashboards.views.asking import asker_of
from playbooks.actions.channels.circuits import try_again_now
from playbooks.actions.channels.posts import NewTarget, add_target, forget_address, set_target_active
from playbooks.actions.channels.settings import (
    ChannelTerms,
    choose_channel,
    replace_events_secret,
    replace_mail_secret,
)
from playbooks.actions.channels.trials import ask_trial
from playbooks.wake import wake_channels_on_commit
from renewals.core.errors import NamedError


@screen("settings.view")
def channels(request: HttpRequest) -> HttpResponse:
    """Show the channel, its state and the targets outside."""
    return _show(request)


@require_POST
@screen("settings.change", is_sensitive=True)
def channel(request: HttpRequest) -> HttpResponse:
    """Choose the channel."""
    form = ChannelForm(request.POST)
    if not form.is_valid():
        return _show(request, status=422, channel_form=form)
    try:
        choose_channel(terms=ChannelTerms(**form.cleaned_data), by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, status=422, channel_form=form)
    messages.success(request, "The channel is chosen. Send yourself a test message.")
    return redirect("channels")


@require_POST
@screen("settings.change")
def channel_test(request: HttpRequest) -> HttpResponse:
    """Send a test message to oneself."""
    ask_trial(to_address=request.user.email, by=request.actor, now=request.now)
    wake_channels_on_commit()
    messages.success(request, f"A test message to {request.user.email} leaves within seconds. Load the page again.")
    return redirect("channels")


@require_POST
@screen("settings.change", is_sensitive=True)
def channel_events_secret(request: HttpRequest) -> HttpResponse:
    """Make or take the secret that a provider's events prove themselves by."""
    form = EventsSecretForm(request.POST)
    if not form.is_valid():
        return _show(request, status=422, events_form=form)
    secret = form.cleaned_data["secret"].strip()
    return _made(request, lambda: replace_events_secret(secret=secret, by=request.actor, now=request.now), form)


@require_POST
@screen("settings.change", is_sensitive=True)
def channel_mail_secret(request: HttpRequest) -> HttpResponse:
    """Make the secret that raw mail is signed with; it is shown this once."""
    return _made(request, lambda: replace_mail_secret(by=request.actor, now=request.now), EventsSecretForm())


@require_POST
@screen("settings.change")
def channel_probe(request: HttpRequest) -> HttpResponse:
    """Try a channel that is out of order at once: the next message is the probe."""
    try_again_now(name=request.POST.get("name", "")[:60], by=request.actor, now=request.now)
    messages.success(request, "The next message tries it again.")
    return redirect("channels")


@require_POST
@screen("settings.change", is_sensitive=True)
def targets(request: HttpRequest) -> HttpResponse:
    """Keep a target outside; a signing secret is shown this once."""
    form = TargetForm(request.POST)
    if not form.is_valid():
        return _show(request, status=422, target_form=form)
    given = form.cleaned_data | {"topics": tuple(form.cleaned_data["topics"])}
    try:
        _, shown = add_target(given=NewTarget(**given), by=request.actor, now=request.now)
    except NamedError as error:
        form.add_error(None, str(error))
        return _show(request, status=422, target_form=form)
    messages.success(request, "The target is kept.")
    return _show(request, secret=shown) if shown else redirect("channels")


@require_POST
@screen("settings.change")
def target_activity(request: HttpRequest, target_id: int) -> HttpResponse:
    """Tell a target again, no more, or forget its address."""
    by, now = request.actor, request.now
    if "forget" in request.POST:
        forget_address(target_id=target_id, by=by, now=now)
        messages.success(request, "Its address is forgotten; nothing is told there any more.")
    else:
        is_active = request.POST.get("is_active") == "1"
        set_target_active(target_id=target_id, is_active=is_active, by=by, now=now)
        messages.success(request, "It is told again." if is_active else "It is told nothing any more.")
    return redirect("channels")


def _made(request: HttpRequest, make: Callable[[], str], form: Form) -> HttpResponse:
    try:
        shown = make()
    except NamedError as error:
        messages.error(request, str(error))
        return redirect("channels")
    if not shown:
        messages.success(request, "The secret is kept. The one before is refused from now on.")
        return redirect("channels")
    return _show(request, secret=shown)


def _show(request: HttpRequest, *, secret: str = "", status: int = 200, **forms: Form) -> HttpResponse:
    page = channels_page(asker_of(request))
    words: dict[str, object] = {"page": page, "secret": secret, "is_confirmed": is_confirmed(request)}
    if page.may_change:
        words |= {
            "channel_form": forms.get("channel_form") or ChannelForm(initial=page.initial),
            "events_form": forms.get("events_form") or EventsSecretForm(),
            "target_form": forms.get("target_form") or TargetForm(),
        }
    return render(request, "channels/page.html", words, status=status)
