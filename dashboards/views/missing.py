"""Somebody missing? Why an account is not in the queue, in the list of accounts or in a playbook."""

from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dashboards.core.filters import address
from dashboards.core.missing import Missing
from dashboards.core.parts import Tab
from dashboards.queries import accounts as account_list
from dashboards.queries import queue_filters
from dashboards.queries.asker import Asker
from dashboards.queries.missing.accounts import accounts_missing
from dashboards.queries.missing.asked import Asked, asked_account
from dashboards.queries.missing.playbook import playbook_missing
from dashboards.queries.missing.queue import queue_missing
from dashboards.queries.saved_views import view_chips
from dashboards.screen import screen
from dashboards.views.asking import asker_of, wants_part
from renewals.core.roles import can

PLACES = {
    "queue": ("In the queue", "queue.view"),
    "accounts": ("In the list of accounts", "accounts.view"),
    "playbooks": ("In a playbook", "playbooks.view"),
}
Answer = Callable[[Asker, Asked, Mapping[str, str]], Mapping[str, object]]


@screen("queue.view")
def queue(request: HttpRequest) -> HttpResponse:
    """Say why an account is not in the queue under the filters of `view`."""
    return _show(request, "queue", _in_queue)


@screen("accounts.view")
def accounts(request: HttpRequest) -> HttpResponse:
    """Say why an account is not in the list of accounts under the filters of `view`."""
    return _show(request, "accounts", _in_accounts)


@screen("playbooks.view")
def playbooks(request: HttpRequest) -> HttpResponse:
    """Say why an account is not in a playbook, by default the one it would come to."""
    return _show(request, "playbooks", _in_playbook)


def _in_queue(asker: Asker, asked: Asked, choice: Mapping[str, str]) -> Mapping[str, object]:
    found: Missing = queue_missing(asker, asked.account, queue_filters.chosen_of(_view(choice)))
    return {"answer": found, "list_name": _list_name(asker, "queue", choice, "the queue")}


def _in_accounts(asker: Asker, asked: Asked, choice: Mapping[str, str]) -> Mapping[str, object]:
    found: Missing = accounts_missing(asker, asked.account, account_list.chosen_of(_view(choice)))
    return {"answer": found, "list_name": _list_name(asker, "accounts", choice, "the list of accounts")}


def _in_playbook(asker: Asker, asked: Asked, choice: Mapping[str, str]) -> Mapping[str, object]:
    found = playbook_missing(asker, asked.account, choice.get("playbook", ""))
    return {"answer": found.missing, "list_name": f"the playbook “{found.name}”", "chips": found.chips}


def _view(choice: Mapping[str, str]) -> dict[str, str]:
    return dict(parse_qsl(choice.get("view", "")))


def _list_name(asker: Asker, page: str, choice: Mapping[str, str], plain: str) -> str:
    """Name the list: the kept view that is looked at, else the list with the filters in force."""
    query = choice.get("view", "")
    kept = next((chip.text for chip in view_chips(asker.membership.user_id, page, query) if chip.is_on), "")
    return f"the view “{kept}”" if kept else f"{plain} under these filters" if query else plain


def _show(request: HttpRequest, place: str, answer: Answer) -> HttpResponse:
    asker, choice, path = asker_of(request), request.GET.dict(), f"/{place}/missing/"
    asked = asked_account(asker, path, choice)
    words: dict[str, object] = {"asked": asked, "path": path, "view": choice.get("view", ""), "place": place}
    words["back_href"] = address("", _view(choice)) if place != "playbooks" else ""
    words["playbook"] = choice.get("playbook", "")
    words["tabs"] = _tabs(asker, place, asked)
    if asked.account is not None:
        words |= answer(asker, asked, choice)
    is_part = wants_part(request, "missing-answer")
    return render(request, "missing/part.html" if is_part else "missing/page.html", words)


def _tabs(asker: Asker, place: str, asked: Asked) -> tuple[Tab, ...]:
    same = {"id": str(asked.account.id)} if asked.account is not None else {}
    return tuple(
        Tab(text=text, href=address(f"/{key}/missing/", same), is_current=key == place)
        for key, (text, right) in PLACES.items()
        if can(asker.member, right)
    )
