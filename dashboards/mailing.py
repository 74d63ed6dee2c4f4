"""Pages as mails: a page is opened as its reader, with the rights of that moment, and written as a letter."""

import logging
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.urls import resolve

from dashboards.core.page_mail import letter_html, letter_text
from dashboards.gathered import FORM, TABLE, Gathered
from dashboards.gathering import OK, gather
from dashboards.screen import WORKSPACE_KEY
from playbooks.actions.page_mail import Letter, end_unreadable, write_mail
from playbooks.queries.page_mail import due_subscriptions
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from renewals.queries.workspaces import active_workspace_ids

log = logging.getLogger(__name__)
LEFT_OUT = (FORM, TABLE, "after", "open")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A page of ours with its filters."""

    path: str
    query: str


def page_address(words: str) -> Address | None:
    """Return the page that an address of ours names, without what asks for a sheet or a further page; else None."""
    parts = urlsplit(words)
    if parts.scheme or parts.netloc or not parts.path.startswith("/"):
        return None
    wanted = QueryDict(parts.query, mutable=True)
    for name in LEFT_OUT:
        wanted.pop(name, None)
    return Address(path=parts.path, query=wanted.urlencode())


def opened_for(user: AbstractBaseUser, workspace_id: int, address: Address) -> Gathered | None:
    """Return the page as this person sees it now; None where it does not exist, or not for them, or holds no table."""
    if not user.is_active:
        return None
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", address.path, address.path
    request.GET = QueryDict(address.query)
    host = urlsplit(settings.PUBLIC_URL)
    request.META = {"QUERY_STRING": address.query, "SERVER_NAME": host.hostname or "localhost", "SERVER_PORT": "443"}
    request.user = user  # type: ignore[assignment]  # the model is not for edges; the frame asks it for its id alone
    request.htmx = False
    request.session = {WORKSPACE_KEY: workspace_id}  # type: ignore[assignment]  # no cookie is behind it
    request._messages = []
    try:
        match = resolve(address.path)
        if getattr(match.func, "permission", None) is None:
            return None
        found, answer = gather(lambda inner: match.func(inner, *match.args, **match.kwargs), request)
    except (PermissionDenied, Http404):
        return None
    is_other = request.membership.workspace_id != workspace_id
    return None if is_other or answer.status_code != OK or not found.tables else found


def mail_pages() -> int:
    """Write the mails of pages that are due in every workspace; returns how many. Another worker writes none again."""
    return sum(_mail_workspace(workspace_id) for workspace_id in active_workspace_ids())


def _mail_workspace(workspace_id: int) -> int:
    by = system_actor(workspace_id, "mails of pages")
    with in_workspace(workspace_id, by=by, why="which pages are due by mail"):
        now = database_now()
        due = due_subscriptions(now=now)
    written = 0
    for row in due:
        address = Address(path=row.path, query=row.query)
        try:
            found = opened_for(row.user, workspace_id, address)
        except Exception:  # one page that breaks stops no other; it is tried again with the next sweep
            log.exception("A page could not be mailed.", extra={"workspace": workspace_id, "path": row.path})
            continue
        with in_workspace(workspace_id, by=by, why="a page by mail"):
            if found is None:
                end_unreadable(subscription_id=row.id, why="its reader cannot open the page", by=by, now=now)
            else:
                written += write_mail(subscription_id=row.id, letter=letter(found, address), by=by, now=now)
    return written


def letter(found: Gathered, address: Address) -> Letter:
    """Return the page as a letter that leads back to it."""
    root = settings.PUBLIC_URL.rstrip("/")
    href = f"{root}{address.path}{'?' if address.query else ''}{address.query}"
    stop_href, tables = f"{root}/subscriptions/", [each.table for each in found.tables]
    title = found.title or "Your page"
    return Letter(
        subject=" ".join(title.split()),
        text_body=letter_text(title, found.unit, tables, href=href, stop_href=stop_href, only=found.filters),
        html_body=letter_html(title, found.unit, tables, href=href, stop_href=stop_href, only=found.filters),
    )
