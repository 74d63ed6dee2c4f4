"""POST /hooks/<address>/: a signed message of another system, kept before it is answered, read afterwards.

A repetition gets the answer of the first time. Whoever cannot sign learns nothing, not even whether the address exists.
"""

import json
from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from renewals.rest.problems import NOT_LET_IN, problem
from signals.actions.sources.deliveries import keep_delivery, note_refusal
from signals.core.sources.mapping import read_body
from signals.core.sources.signatures import Message, SignatureWrong, verified_id
from signals.queries.hooks import HookDoor, hook_door, token_workspace
from signals.wake import wake_deliveries

MOST_BYTES = 1_048_576
DOORS_KEPT = 1_000
PLACES = ("application/json", "application/x-ndjson", "text/json", "")
Refused = tuple[int, str, str, str]
_doors: dict[str, HookDoor] = {}


class JsonAnswer(DefaultContentNegotiation):
    """A sender reads the status alone: no message is turned away for what its library says it accepts."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the first renderer, JSON."""
        json_renderer = next(iter(renderers))
        return json_renderer, json_renderer.media_type


class HookMessage(APIView):
    """Where other systems send their messages; the signature is the proof, no key and no cookie is read."""

    authentication_classes = []
    permission_classes = []
    content_negotiation_class = JsonAnswer

    @extend_schema(request={"application/json": {}}, responses={202: {}, 400: {}, 401: {}, 413: {}, 415: {}})
    def post(self, request: Request, source: str) -> Response:
        """Keep the message durably and answer 202 with the id it is known by; the same for a repetition."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
            return problem(413, "A message has 1 MB at most.", code="E-HOOK-02", remedy="Send fewer events at once.")
        message = Message(headers=_headers(request), body=request._request.body, received_at=database_now())
        door = _doors.get(source)
        answer = _receive(door, request, message) if door else "unknown"
        if isinstance(answer, str):  # what is remembered may be old: secrets change, doors are shut
            door = _find(source)
            answer = _receive(door, request, message) if door else "unknown"
        if isinstance(answer, str):
            return _turned_away(door, answer, message)
        return answer


def _receive(door: HookDoor, request: Request, message: Message) -> Response | str:
    """Return the answer, or why the message is not let in by this door."""
    try:
        secrets = door.live_secrets(now=message.received_at)
        message_id = verified_id(message, scheme=door.scheme, secrets=secrets)
    except SignatureWrong as wrong:
        return str(wrong)
    found = _fault(request, message.body)
    if found:
        return problem(found[0], found[1], code=found[2], remedy=found[3])
    by = system_actor(door.workspace_id, "hook")
    body = message.body.decode()
    if not keep_delivery(door=door, message_id=message_id, body=body, by=by, now=message.received_at):
        return "changed"
    wake_deliveries()
    return Response({"id": message_id, "verdict": "kept"}, status=202)


def _turned_away(door: HookDoor | None, reason: str, message: Message) -> Response:
    """Answer the same words whatever was wrong; the reason is counted for the admin where the address exists."""
    if door is not None:
        by = system_actor(door.workspace_id, "hook")
        with in_workspace(door.workspace_id, by=by, why="a message was turned away"):
            note_refusal(hook_id=door.hook_id, reason=reason, by=by, now=message.received_at)
    remedy = "Check address, secret and clock."
    return problem(401, "The message was not accepted.", code="E-HOOK-01", remedy=remedy, title=NOT_LET_IN)


def _fault(request: Request, body: bytes) -> Refused | None:
    """Return what is wrong with a message that is signed, as status, words, code and remedy."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        return 415, "The body is packed.", "E-HOOK-03", "Send it without Content-Encoding."
    media = (request.content_type or "").partition(";")[0].strip().lower()
    if media not in PLACES and not media.endswith("+json"):
        return 415, f"'{media[:60]}' is not JSON.", "E-HOOK-03", "Send application/json."
    try:
        read_body(body.decode())
    except RecursionError:
        return 400, "The document is nested too deeply.", "E-JSON-01", "Send it flatter."
    except UnicodeDecodeError as error:
        return 400, f"The body is not UTF-8 (byte {error.start}).", "E-JSON-01", "Send UTF-8."
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        return 400, f"{error.msg} at {place}.", "E-JSON-01", "Mend the document and send it again."
    except ValueError as error:
        return 400, str(error)[:200], "E-JSON-01", "Mend the document and send it again."
    return None


def _find(token: str) -> HookDoor | None:
    """Return the door of an address and remember it; what is remembered is checked again by what is written."""
    workspace_id = token_workspace(token)
    if workspace_id is None:
        return None
    with in_workspace(workspace_id, by=system_actor(workspace_id, "hook"), why="hook address"):
        door = hook_door(token)
    if door is not None:
        if len(_doors) >= DOORS_KEPT:
            _doors.clear()
        _doors[token] = door
    return door


def _headers(request: Request) -> dict[str, Any]:
    return {name.lower(): value for name, value in request.headers.items()}
