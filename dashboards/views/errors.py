"""The pages for what went wrong: what, why, what to do, and an incident id that also stands in the log."""

import logging
import secrets
import sys
from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError, ProgrammingError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import loader
from django.urls import is_valid_path

from dashboards.screen import public

log = logging.getLogger("perennial.errors")
INCIDENT_BYTES = 4
RETRY_SECONDS = 30
API = "/api/"
Answer = Callable[[HttpRequest], HttpResponse]
# No answer, a connection that has gone, a table that the coming migration makes.
AWAY = (OperationalError, InterfaceError, ProgrammingError)


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return _page(request, 400)


@public
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403, with the reason where one was given in words."""
    return _page(request, 403, why=_words(exception))


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, the same for what is not there and for what belongs to another workspace."""
    return _page(request, 404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, or 503 while the database is away or not up to date; asks the database for nothing."""
    if isinstance(sys.exc_info()[1], AWAY):
        answer = _page(request, 503)
        answer["Retry-After"] = str(RETRY_SECONDS)
        return answer
    return _page(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose token is missing or old."""
    return _page(
        request, 403, why="The form was open for too long, or did not come from this page. Nothing was changed."
    )


csrf_failure.permission = None


def led_to_the_page(get_response: Answer) -> Answer:
    """Middleware: who opens an address that takes forms only is led to the nearest page above it.

    Such an address stands in the browser after a refused form, and is where "confirm that it is you" leads back to.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        found = get_response(request)
        is_form_only = found.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET"
        return redirect(_page_above(request.path)) if is_form_only and not request.path.startswith(API) else found

    return answer


def _page_above(path: str) -> str:
    above = path
    while above != "/":
        above = above.rstrip("/").rpartition("/")[0] + "/"
        if is_valid_path(above):
            return above
    return "/"


def _page(request: HttpRequest, status: int, **words: str) -> HttpResponse:
    incident = secrets.token_hex(INCIDENT_BYTES)
    log.warning("answered %s", status, extra={"incident": incident, "path": request.path, "status": status})
    body = loader.render_to_string(f"{status}.html", {"request": request, "incident": incident, **words})
    return HttpResponse(body, status=status, headers={"X-Incident-Id": incident})


def _words(exception: Exception | None) -> str:
    words = str(exception or "") if isinstance(exception, PermissionDenied) else ""
    return words if " " in words else ""
