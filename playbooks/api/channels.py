"""POST /channels/<door>/events/ and /mail/: what a mail provider tells us, kept before it is answered.

The signature is the proof; whoever cannot sign learns nothing, not even whether the address exists.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from playbooks.actions.channels.events import keep_events
from playbooks.actions.channels.inbound import keep_mail
from playbooks.channels.tracking import EventUnreadable, ReceivedMail, read_events, read_provider_mail, read_raw_mail
from playbooks.core.channels.providers import PROVIDERS
from playbooks.queries.channels import LONGEST_DOOR, EventDoor, event_door
from playbooks.wake import wake_channels_on_commit
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.queries.clock import database_now
from renewals.rest.problems import NOT_LET_IN, problem
from signals.core.sources.signatures import Message, SignatureWrong, verified_id
from signals.queries.hooks import token_workspace

log = logging.getLogger(__name__)
MOST_BYTES = 10 * 1024 * 1024
RAW_MAIL = "message/rfc822"
Keep = Callable[[EventDoor, Request, Actor, datetime], int]


class ChannelEvents(APIView):
    """Where a provider tells what became of messages."""

    authentication_classes = []
    permission_classes = []
    parser_classes = []

    @extend_schema(request={"application/json": {}}, responses={200: {}, 400: {}, 401: {}, 413: {}})
    def post(self, request: Request, door: str) -> Response:
        """Keep the events and answer with how many were new; a repetition has none."""
        return _receive(request, door, _keep_events)


class ChannelMail(APIView):
    """Where mail comes in: in a provider's form, or raw (message/rfc822) with a Standard Webhooks signature."""

    authentication_classes = []
    permission_classes = []
    parser_classes = []

    @extend_schema(request={RAW_MAIL: {}, "application/json": {}}, responses={200: {}, 400: {}, 401: {}, 413: {}})
    def post(self, request: Request, door: str) -> Response:
        """Keep the mail and answer with how many were read."""
        return _receive(request, door, _keep_mail)


def _receive(request: Request, token: str, keep: Keep) -> Response:
    workspace_id = token_workspace(token) if len(token) <= LONGEST_DOOR else None
    if workspace_id is None:
        return _refused()
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return problem(413, "A message has 10 MB at most.", code="E-HOOK-02", remedy="Send it without its attachments.")
    by = system_actor(workspace_id, "mail provider")
    try:
        with in_workspace(workspace_id, by=by, why="A provider told what became of messages"):
            door = event_door(token)
            if door is None:
                return _refused()
            kept = keep(door, request, by, database_now())
            wake_channels_on_commit()
    except SignatureWrong as wrong:
        log.warning("A provider's message was turned away: %s", wrong, extra={"workspace": workspace_id})
        return _refused()
    except EventUnreadable as error:
        return problem(
            400, f"It cannot be read: {error}.", code="E-JSON-01", remedy="Check the form and send it again."
        )
    return Response({"kept": kept})


def _refused() -> Response:
    remedy = "Check address, secret and clock."
    return problem(401, "The message was not accepted.", code="E-HOOK-01", remedy=remedy, title=NOT_LET_IN)


def _keep_events(door: EventDoor, request: Request, by: Actor, now: datetime) -> int:
    if door.provider not in PROVIDERS:
        raise SignatureWrong("no_secret")
    notes = read_events(request._request, provider=door.provider, secret=door.events_secret, now=now)
    return keep_events(source=door.provider, notes=notes, by=by, now=now)


def _keep_mail(door: EventDoor, request: Request, by: Actor, now: datetime) -> int:
    body = request._request.body
    if (request.content_type or "").partition(";")[0].strip().lower() == RAW_MAIL:
        headers = {name.lower(): value for name, value in request.headers.items()}
        message = Message(headers=headers, body=body, received_at=now)
        verified_id(message, scheme="standard", secrets=[door.mail_secret] if door.mail_secret else [])
        mails: tuple[ReceivedMail, ...] = (read_raw_mail(body),)
    elif door.provider in PROVIDERS:
        mails = read_provider_mail(request._request, provider=door.provider, secret=door.events_secret, now=now)
    else:
        raise SignatureWrong("no_secret")
    for mail in mails:
        keep_mail(mail=mail, by=by, now=now)
    return len(mails)
