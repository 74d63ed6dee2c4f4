"""Errors as application/problem+json (RFC 9457): what, where, why, what to do; never a stack or another workspace."""

import logging
import secrets
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as default_handler
from rest_framework.views import set_rollback

from renewals.core.errors import NamedError

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
STATUS_OF_KIND = {"invalid": 400, "missing": 404, "forbidden": 403, "conflict": 409, "unprocessable": 422}
TITLES = {
    400: "The request cannot be read",
    401: "An API key is needed",
    403: "This key may not do that",
    404: "There is nothing here",
    405: "This method is not offered here",
    406: "This format is not offered",
    409: "Something else came first",
    413: "The request is too large",
    415: "This content type is not accepted",
    422: "The request cannot be carried out",
    429: "Too many requests",
    500: "Something went wrong here",
}
NOT_LET_IN = "The message is not let in"
"""The title of a 401 where no key is asked for but a signature."""


def problem(status: int, detail: str, *, code: str = "", remedy: str = "", **more: Any) -> Response:
    """Return the answer for a refusal; `more` adds members such as `errors`."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Refused"), "status": status, "detail": detail}
    body |= {name: value for name, value in {"code": code, "remedy": remedy, **more}.items() if value}
    return Response(body, status=status, content_type=CONTENT_TYPE)


def exception_handler(error: Exception, context: dict[str, Any]) -> Response:
    """Return a problem for any exception; an unforeseen one is logged under an incident id and tells nothing else."""
    if isinstance(error, NamedError):
        set_rollback()
        return problem_of(error)
    if isinstance(error, (Http404, PermissionDenied, exceptions.APIException)):
        return _of_framework(error, context)
    set_rollback()
    incident = secrets.token_hex(6)
    logger.error("API error %s", incident, exc_info=error)
    return problem(500, "The request was not carried out.", incident=incident, remedy="Quote the incident to us.")


def problem_of(error: NamedError) -> Response:
    """Return the answer for one of our named errors."""
    detail = " ".join(part for part in (error.what, error.why) if part)
    return problem(STATUS_OF_KIND[error.kind], detail, code=error.code, remedy=error.remedy, where=error.where)


def _of_framework(error: Exception, context: dict[str, Any]) -> Response:
    answer = default_handler(error, context)
    detail = answer.data.get("detail") if isinstance(answer.data, dict) else None
    errors = None if detail else answer.data
    made = problem(answer.status_code, str(detail or "Some values cannot be accepted."), errors=errors)
    for header, value in answer.headers.items():
        if header.lower() in ("www-authenticate", "retry-after", "allow"):
            made[header] = value
    return made
