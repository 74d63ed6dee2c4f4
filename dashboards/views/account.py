"""One account: the page, its living part, and its history."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.filters import address
from dashboards.queries.account import account_page, attributes_table, visible_account
from dashboards.queries.changes import account_changes
from dashboards.queries.comments import comment_place
from dashboards.queries.contracts import contract_parts
from dashboards.queries.news import account_news
from dashboards.queries.timeline import KINDS, Place, kind_tabs, timeline
from dashboards.queries.treatment import treatment_part
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part
from dashboards.views.closed_days import closed_days_card
from renewals.actions.visits import note_visit
from renewals.core.roles import can


@screen("accounts.view")
def account(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show an account; asked for its living part alone, answer with that."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    page = account_page(asker, row)
    words = {"page": page, **_stream(request, row.id, page.href)}
    if wants_part(request, "account-live"):
        return render(request, "accounts/live.html", words)
    may_see_contracts = can(request.member, "contracts.view")
    words["contracts"] = contract_parts(asker, row.id, is_seen=page.shows_prices) if may_see_contracts else ()
    words["treatment"] = treatment_part(asker, row)
    words["attributes"] = attributes_table(row) if row.attributes else None
    words["comment"] = comment_place(asker, account_id=row.id)
    since = note_visit(place=f"account:{row.id}", by=request.actor, now=request.now)
    words["news"] = account_news(asker, row.id, since=since) if since else None
    words |= closed_days_card(asker, row)
    words["may_see_history"] = can(request.member, "history.view")
    return render(request, "accounts/page.html", words)


@screen("history.view")
def account_history(request: HttpRequest, account_id: int) -> HttpResponse:
    """Show who changed what on an account, and why."""
    asker = asker_of(request)
    row = visible_account(asker, account_id)
    words = {"name": row.name, "href": f"/accounts/{row.id}/", "entries": account_changes(asker, row)}
    template = "accounts/history_part.html" if request.htmx else "accounts/history.html"
    return render(request, template, words)


def _stream(request: HttpRequest, account_id: int, href: str) -> dict[str, object]:
    kind = request.GET.get("kind", "")
    measure = request.GET.get("measure", "")
    place = Place(
        account_id=account_id,
        member=request.member,
        zone=request.workspace.timezone,
        now=request.now,
        today=request.today,
        until=_until(request),
    )
    kind = kind if kind in KINDS else ""
    stream = timeline(place, kind=kind, measure=measure)
    chosen = {"kind": kind, "measure": measure, "before": request.GET.get("before", "")}
    return {
        "days": stream.days,
        "older_href": address(href, chosen, before=stream.older) + "#timeline" if stream.older else "",
        "tabs": kind_tabs(request.member, href, "" if measure else kind),
        "measure": measure,
        "live_href": address(href, chosen),
    }


def _until(request: HttpRequest) -> datetime:
    """Return where an older part of the stream begins; now when none is asked for, or what is asked is no instant."""
    try:
        asked = datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return request.now
    return asked if asked.tzinfo is not None else request.now
