"""The address in every message that stops messages: GET asks, only POST acts (RFC 8058). No log-in, no cookie."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dashboards.core.channels import CLASSES
from dashboards.screen import public
from playbooks.actions.message_rows import SUPPRESSIBLE
from playbooks.actions.unsubscribe import unsubscribe as stop_messages
from playbooks.queries.suppressions import suppressed_classes
from playbooks.queries.unsubscribe_links import UnsubscribeToken, read_unsubscribe_token
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import UnknownReference
from renewals.queries.clock import database_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A class of message that may be refused, and whether it is already."""

    key: str
    name: str
    text: str
    is_stopped: bool


@csrf_exempt  # mail programs post without a cookie; the signed token is the proof
@require_http_methods(["GET", "POST"])
@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or stop classes for the contact of the token: all that can be refused, or those that were ticked.

    Mail firewalls open links ahead of people, so a GET never acts; the answer to a POST never leads elsewhere. A
    second POST changes nothing.
    """
    subject = read_unsubscribe_token(token)
    if subject is None:
        raise Http404
    is_done = request.method == "POST" and _stop(request, subject)
    by = system_actor(subject.workspace_id, "unsubscribe link")
    with in_workspace(subject.workspace_id, by=by, why="The contact asks what is stopped"):
        choices = _choices(subject)
    words = {"is_done": is_done, "choices": choices, "stopped": [each for each in choices if each.is_stopped]}
    return render(request, "unsubscribe/page.html", words)


def _stop(request: HttpRequest, subject: UnsubscribeToken) -> bool:
    """Stop what is asked for; False when the person ticked nothing."""
    ticked = SUPPRESSIBLE & set(request.POST.getlist("class"))
    wanted = ticked if "some" in request.POST else SUPPRESSIBLE
    if not wanted:
        return False
    by = system_actor(subject.workspace_id, "unsubscribe link")
    with in_workspace(subject.workspace_id, by=by, why="The contact unsubscribed"):
        try:
            stop_messages(contact_id=subject.contact_id, by=by, now=database_now(), classes=wanted)
        except UnknownReference as gone:
            raise Http404 from gone
    return True


def _choices(subject: UnsubscribeToken) -> tuple[Choice, ...]:
    stopped = suppressed_classes(subject.contact_id)
    return tuple(
        Choice(key=key, name=CLASSES[key][0], text=CLASSES[key][1], is_stopped=bool({key, "all"} & stopped))
        for key in sorted(SUPPRESSIBLE, reverse=True)
    )
