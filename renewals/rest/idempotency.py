"""Writes that may be repeated safely: the decorator of every writing method."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from renewals.actions.idempotency import KeptAnswer, claim_key, keep_answer
from renewals.actions.scope import in_workspace
from renewals.queries.clock import database_now

Route = Callable[..., Response]


def idempotent(route: Route) -> Route:
    """Run a writing method of a view in one transaction in the caller's workspace, under the Idempotency-Key sent.

    Same key and same request: the first answer again, with `Idempotent-Replayed: true`. Other request: 422. First one
    not done: 409. One that raises rolls back and leaves the key free.
    """

    @wraps(route)
    def once(view: APIView, request: Request, *args: Any, **kwargs: Any) -> Response:
        caller = request.user
        request_hash = _hash(request)  # before anything reads the body as a stream
        with in_workspace(caller.workspace_id, by=caller.actor, why=f"{request.method} {request.path}"):
            key = request.headers.get("Idempotency-Key")
            if key is None:
                return route(view, request, *args, **kwargs)
            now = database_now()
            kept = claim_key(key=key, request_hash=request_hash, by=caller.actor, now=now)
            if kept is not None:
                return Response(kept.body, status=kept.status, headers={"Idempotent-Replayed": "true"})
            answer = route(view, request, *args, **kwargs)
            first = KeptAnswer(status=answer.status_code, body=_plain(answer.data))
            keep_answer(key=key, request_hash=request_hash, answer=first, by=caller.actor, now=now)
            return answer

    return once


def _hash(request: Request) -> str:
    head = f"{request.method} {request.get_full_path()} {request.content_type}\n"
    return hashlib.sha256(head.encode() + request.body).hexdigest()


def _plain(data: Any) -> Any:
    return json.loads(json.dumps(data, cls=DjangoJSONEncoder))
