"""Who calls the API: a key in the Authorization header, its workspace, its scopes.

A view opens the workspace with `workspace_view` (reading) or `idempotent` (writing); without either it sees no row.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from renewals.actions.api_keys import hash_secret, note_use
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.queries.api_keys import live_api_key
from renewals.queries.clock import database_now

Route = Callable[..., Response]
LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """The key behind a request, in the place where Django expects a user."""

    actor: Actor
    scopes: frozenset[str]
    is_authenticated: bool = True

    @property
    def workspace_id(self) -> int:
        """Return the workspace that the key belongs to."""
        return self.actor.workspace_id


class ApiKeyAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer prn_<workspace>_<random>`."""

    def authenticate(self, request: Request) -> tuple[ApiCaller, str] | None:
        """Return the caller; None without a header (then 401). One answer for every kind of bad key."""
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != "bearer":
            return None
        caller = _caller(words[1]) if len(words) == 2 else None
        if caller is None:
            raise exceptions.AuthenticationFailed("This API key is not valid.")
        return caller, words[1][:16]

    def authenticate_header(self, request: Request) -> str:
        """Return the scheme for the 401 answer."""
        return 'Bearer realm="Perennial"'


def _caller(secret: str) -> ApiCaller | None:
    prefix, _, rest = secret.partition("_")
    number, _, random = rest.partition("_")
    is_well_formed = prefix == "prn" and number.isascii() and number.isdigit() and len(number) < 19 and random
    if not is_well_formed or len(secret) > LONGEST_KEY:
        return None
    with in_workspace(int(number), by=system_actor(int(number), "api"), why="API key"):
        now = database_now()
        found = live_api_key(hash_secret(secret), now=now)
        if found is None:
            return None
        key, last_used_at = found
        note_use(key=key, last_used_at=last_used_at, now=now)
    actor = Actor(kind="api_key", id=key.id, label=key.name, workspace_id=key.workspace_id)
    return ApiCaller(actor=actor, scopes=frozenset(key.scopes))


class HasScope(BasePermission):
    """Lets a caller in whose key has the scope that the view names for the method; no scope named, nobody enters."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Answer for the method; HEAD counts as GET, OPTIONS needs only a key."""
        if not isinstance(request.user, ApiCaller):
            return False
        if request.method == "OPTIONS":
            return True
        scopes: dict[str, str] = getattr(view, "scopes", {})
        method = "GET" if request.method == "HEAD" else str(request.method)
        return scopes.get(method, "") in request.user.scopes


def workspace_view(route: Route) -> Route:
    """Run a reading method of a view inside the caller's workspace; it finds `request.user` as ApiCaller."""

    @wraps(route)
    def inside(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        caller = request.user
        with in_workspace(caller.workspace_id, by=caller.actor, why=f"{request.method} {request.path}"):
            return route(view, request, *args, **kwargs)

    return inside
