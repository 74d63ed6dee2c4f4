"""Feeds for a person's own calendar program: the page that makes and revokes them, and the feed itself."""

from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dashboards.queries.asker import Asker
from dashboards.queries.calendar.feed import feed_of, feed_stamp, feed_text, feeds_of
from dashboards.screen import public, screen
from dashboards.views.asking import asker_of
from playbooks.actions.foresight.feeds import hash_token, make_feed, note_asked, revoke_feed
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import NamedError
from renewals.core.roles import can
from renewals.queries.clock import database_now
from renewals.queries.people import member_facts

PATH = "/calendar/feeds/"
FRESH_SECONDS = 900
LONGEST_WORKSPACE = 18


@screen("tasks.view")
def feeds(request: HttpRequest) -> HttpResponse:
    """Show the person's feeds; a POST makes one, and its address is shown this once."""
    words = {"address": ""}
    if request.method == "POST":
        try:
            made = make_feed(scope=request.POST.get("scope", ""), by=request.actor, now=request.now)
        except NamedError as error:
            messages.error(request, str(error))
        else:
            words["address"] = request.build_absolute_uri(f"/calendar/{made.token}.ics")
    return render(request, "calendar/feeds.html", words | {"feeds": feeds_of(asker_of(request))})


@require_POST
@screen("tasks.view")
def feed_revocation(request: HttpRequest, feed_id: int) -> HttpResponse:
    """Revoke one's own feed at once."""
    try:
        revoke_feed(feed_id=feed_id, by=request.actor, now=request.now)
    except NamedError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The feed is revoked; its address answers no more.")
    return redirect(PATH)


@require_safe
@public
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Hand a feed to a calendar program. The token is the proof; a wrong, revoked or orphaned one is not found."""
    workspace, _, rest = token.partition("-")
    if not (rest and workspace.isascii() and workspace.isdecimal() and len(workspace) < LONGEST_WORKSPACE):
        raise Http404
    by = system_actor(int(workspace), "calendar feed")
    with in_workspace(int(workspace), by=by, why="A calendar program asks"):
        found = feed_of(hash_token(token))
        if found is None or not can(member_facts(found[1]), "tasks.view"):
            raise Http404
        now = database_now()
        asker = Asker(
            member=member_facts(found[1]),
            membership=found[1],
            workspace=found[1].workspace,
            now=now,
            today=now.astimezone(ZoneInfo(found[1].workspace.timezone)).date(),
        )
        if not note_asked(feed=found[0], now=now):
            return HttpResponse(
                "Asked for too often; once an hour is enough.", status=429, headers={"Retry-After": 3600}
            )
        return _answer(request, asker, found[0])


def _answer(request: HttpRequest, asker: Asker, found: object) -> HttpResponse:
    stamp = f'"{feed_stamp(asker, found)}"'
    headers = {"ETag": stamp, "Cache-Control": f"private, max-age={FRESH_SECONDS}", "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == stamp:
        return HttpResponse(status=304, headers=headers)
    text = feed_text(asker, found)
    headers["Content-Disposition"] = 'inline; filename="renewals.ics"'
    return HttpResponse(text.encode(), content_type="text/calendar; charset=utf-8", headers=headers)
