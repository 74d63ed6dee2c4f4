"""One account: its first view with the living scores, the parts that load after it, and its history."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.filters import address
from dashboards.core.parts import Link
from dashboards.queries.account import Account, account_page, visible_account
from dashboards.queries.account_parts import about_part, sources_of, story_part
from dashboards.queries.changes import account_changes
from dashboards.queries.comments import comment_place
from dashboards.queries.news import account_news
from dashboards.queries.timeline import KINDS, Place, kind_tabs, timeline
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part
from dashboards.views.closed_days import closed_days_card
from renewals.actions.visits import note_visit
from renewals.core.roles import can

STREAM_FIELDS = ("kind", "measure", "before")


@screen("accounts.view")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the first view of an account; asked for its living part alone, answer with that.

    The stream is part of it only where one was asked for: else it loads after, like people and contracts.
    """
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    page = account_page(asker, row)
    if wants_part(request, "account-live"):
        return render(request, "accounts/live.html", {"page": page})
    chosen = {name: request.GET[name] for name in STREAM_FIELDS if request.GET.get(name)}
    since = note_visit(place=f"account:{row.id}", by=request.actor, now=request.now)
    words = {
        "page": page,
        "comment": comment_place(asker, account_id=row.id),
        "news": account_news(asker, row.id, since=since) if since else None,
        "may_see_history": can(request.member, "history.view"),
        "stream_href": address(f"{page.href}stream/", chosen),
        "has_stream": bool(chosen),
    }
    return render(request, "accounts/page.html", words | (_stream(request, row) if chosen else {}))


@screen("accounts.view")
def account_story(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the scores of an account over time and its tier."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    return _part(request, row, "accounts/story.html", {"part": story_part(asker, row)})


@screen("accounts.view")
def account_about(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show the people, contracts and milestones of an account and how it is treated."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    return _part(request, row, "accounts/about.html", {"part": about_part(asker, row), **closed_days_card(asker, row)})


@screen("accounts.view")
def account_stream(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show what happened at an account, newest first, and when each source was last heard."""
    row = visible_account(asker_of(request), account_id)
    return _part(request, row, "accounts/stream.html", _stream(request, row))


@screen("history.view")
def account_history(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show who changed what on an account, and why."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    words = {"name": row.name, "href": f"/accounts/{row.id}/", "entries": account_changes(asker, row)}
    template = "accounts/history_part.html" if request.htmx else "accounts/history.html"
    return render(request, template, words)


def _part(request: HttpRequest, row: Account, template: str, words: dict[str, object]) -> HttpResponse:
    """Answer with a part of the account page, or with a page of its own for who has no script."""
    if request.htmx:
        return render(request, template, words)
    crumbs = (Link(text="Accounts", href="/accounts/"), Link(text=row.name, href=f"/accounts/{row.id}/"))
    return render(request, "shell/part_page.html", words | {"name": row.name, "crumbs": crumbs, "template": template})


def _stream(request: HttpRequest, row: Account) -> dict[str, object]:
    kind = request.GET.get("kind", "")
    measure = request.GET.get("measure", "")
    place = Place(
        account_id=row.id,
        member=request.member,
        zone=request.workspace.timezone,
        now=request.now,
        today=request.today,
        until=_until(request),
    )
    kind = kind if kind in KINDS else ""
    stream = timeline(place, kind=kind, measure=measure)
    href = f"/accounts/{row.id}/"
    chosen = {"kind": kind, "measure": measure}
    return {
        "days": stream.days,
        "older_href": address(href, chosen, before=stream.older) + "#timeline" if stream.older else "",
        "tabs": kind_tabs(request.member, href, "" if measure else kind),
        "measure": measure,
        "sources": sources_of(asker_of(request), row),
    }


def _until(request: HttpRequest) -> datetime:
    """Return where an older part of the stream begins; now when none is asked for, or what is asked is no instant."""
    try:
        asked = datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return request.now
    return asked if asked.tzinfo is not None else request.now
