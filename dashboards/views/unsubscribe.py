"""The address in every message that stops messages: GET asks, only POST acts (RFC 8058). No log-in, no cookie."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from dashboards.screen import public
from playbooks.actions.unsubscribe import unsubscribe as stop_messages
from playbooks.queries.unsubscribe_links import read_unsubscribe_token
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import UnknownReference
from renewals.queries.clock import database_now


@csrf_exempt  # mail programs post without a cookie; the signed token is the proof
@require_http_methods(["GET", "POST"])
@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or stop every suppressible class for the contact of the token; a second POST changes nothing.

    Mail firewalls open links ahead of people, so a GET never acts; the answer to a POST never leads elsewhere.
    """
    subject = read_unsubscribe_token(token)
    if subject is None:
        raise Http404
    if request.method == "POST":
        by = system_actor(subject.workspace_id, "unsubscribe link")
        with in_workspace(subject.workspace_id, by=by, why="The contact unsubscribed"):
            try:
                stop_messages(contact_id=subject.contact_id, by=by, now=database_now())
            except UnknownReference as gone:
                raise Http404 from gone
    return render(request, "unsubscribe/page.html", {"is_done": request.method == "POST"})
