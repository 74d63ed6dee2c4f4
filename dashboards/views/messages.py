"""The messages: what was sent and why, and what a person decides about one that waits."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dashboards.forms.channels import MessageForm
from dashboards.queries.messages import changeable_message, message_page, messages_page
from dashboards.screen import screen
from dashboards.views.asking import asker_of
from playbooks.actions.edits import edit_message
from playbooks.actions.messages import approve_message, cancel_message, settle_doubt
from renewals.core.actors import Actor
from renewals.core.errors import NamedError

IN_DOUBT = "It is not tried again. An earlier attempt may have reached them: say whether it arrived."


@screen("messages.view")
def messages(request: HttpRequest) -> HttpResponse:
    """Show one page of the messages."""
    return render(request, "messages/list.html", {"page": messages_page(asker_of(request), request.GET.dict())})


@screen("messages.view")
def message(request: HttpRequest, message_id: int) -> HttpResponse:
    """Show one message with its reasons."""
    return _show(request, message_id)


@require_POST
@screen("messages.change")
def words(request: HttpRequest, message_id: int) -> HttpResponse:
    """Change the words of a message that waits; the difference from the template is kept."""
    if changeable_message(asker_of(request), message_id) is None:
        raise Http404
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _show(request, message_id, form=form, status=422)
    given = form.cleaned_data
    try:
        done = edit_message(
            message_id=message_id, subject=given["subject"], text=given["text"], by=request.actor, now=request.now
        )
    except NamedError as error:
        form.add_error(None, f"{error.what} {error.remedy}".strip())
        return _show(request, message_id, form=form, status=422)
    notices.success(request, "The new words are kept. They leave when the message is sent." if done else "Unchanged.")
    return redirect("message", message_id=message_id)


@require_POST
@screen("messages.change")
def approval(request: HttpRequest, message_id: int) -> HttpResponse:
    """Let a waiting message go."""
    return _decide(request, message_id, approve_message, "It will be sent as soon as the send window is open.")


@require_POST
@screen("messages.change")
def cancellation(request: HttpRequest, message_id: int) -> HttpResponse:
    """Call a message off."""
    return _decide(request, message_id, cancel_message, "It will not be sent.")


@require_POST
@screen("messages.change")
def arrival(request: HttpRequest, message_id: int) -> HttpResponse:
    """Note that a message in doubt has arrived."""

    def has_arrived(*, message_id: int, by: Actor, now: datetime) -> Any:
        return settle_doubt(message_id=message_id, has_arrived=True, by=by, now=now)

    return _decide(request, message_id, has_arrived, "Noted: it has arrived.")


@require_POST
@screen("messages.change")
def loss(request: HttpRequest, message_id: int) -> HttpResponse:
    """Note that a message in doubt did not arrive; it is given up."""

    def is_lost(*, message_id: int, by: Actor, now: datetime) -> Any:
        return settle_doubt(message_id=message_id, has_arrived=False, by=by, now=now)

    return _decide(request, message_id, is_lost, "Noted: it did not arrive and is not sent again.")


def _show(request: HttpRequest, message_id: int, *, form: MessageForm | None = None, status: int = 200) -> HttpResponse:
    page = message_page(asker_of(request), message_id)
    if page is None:
        raise Http404
    found: dict[str, object] = {"page": page}
    if page.words or form:
        subject, text = page.words or ("", "")
        found["form"] = form or MessageForm(initial={"subject": subject, "text": text})
    return render(request, "messages/page.html", found, status=status)


def _decide(request: HttpRequest, message_id: int, action: Callable[..., Any], said: str) -> HttpResponse:
    if changeable_message(asker_of(request), message_id) is None:
        raise Http404
    try:
        done = action(message_id=message_id, by=request.actor, now=request.now)
    except NamedError as error:
        notices.error(request, f"{error.what} {error.remedy}".strip())
    else:
        notices.success(request, IN_DOUBT if done.state == "in_doubt" else said)
    return redirect("message", message_id=message_id)
