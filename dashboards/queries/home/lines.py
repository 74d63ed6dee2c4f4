"""The rows behind each line of the home page, from the query of the list it leads to; all counted in one query."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dashboards.core.filters import address
from dashboards.core.home import DUE_DAYS, NOTICE_DAYS
from dashboards.queries import accounts as account_list
from dashboards.queries import beside_queue as beside_list
from dashboards.queries import losses as loss_list
from dashboards.queries import messages as message_list
from dashboards.queries import notices as notice_list
from dashboards.queries import ownership as ownership_list
from dashboards.queries import pipeline as pipeline_list
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.forecast import calls as call_list
from dashboards.queries.queue_filters import filtered as queue_filtered
from dashboards.queries.queue_filters import own_filter, queue_entries
from dashboards.queries.reviews.access import visible_reviews
from dashboards.queries.reviews.lists import my_open_decisions
from dashboards.queries.sources.unmatched import held_names
from renewals.queries.accounts import accounts
from renewals.queries.any_of import asked_once
from renewals.queries.people import statements_of_reach, visible_to

MOST = 300
"""More than this says that there is too much, not how much; the list behind the number counts further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The rows of a line, and the address of the list that shows exactly them."""

    rows: QuerySet[Any, Any]
    href: str


def counted_lines(asker: Asker, keys: Iterable[str]) -> Mapping[str, tuple[int, str]]:
    """Return number and address by key, in one query; no number is counted further than one past MOST."""
    sql, values, addresses = statement(asker.reach, tuple(key for key in keys if key in LISTS))
    if not addresses:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {key: (number, addresses[key]) for key, number in cursor.fetchall()}


@lru_cache(maxsize=256)  # twenty lists take longer to write down than to count
def statement(reach: Reach, keys: tuple[str, ...]) -> tuple[str, tuple[Any, ...], Mapping[str, str]]:
    """Return the statement that counts these lists, its values, and the addresses of the lists by key."""
    pieces: list[str] = []
    values: list[Any] = []
    addresses = {}
    for key in keys:
        each = LISTS[key](reach)
        sql, params = each.rows.order_by()[: MOST + 1].query.sql_with_params()
        pieces.append(f"SELECT %s::text, (SELECT count(*) FROM ({sql}) AS r)")
        values += [key, *params]
        addresses[key] = each.href
    sql, own = asked_once(" UNION ALL ".join(pieces), values, statements_of_reach(reach.member))
    return sql, own, addresses


def _queue(group: str) -> Callable[[Reach], Listed]:
    def listed(asker: Reach) -> Listed:
        chosen = {"group": group, **own_filter(asker)}
        return Listed(rows=_ids(queue_filtered(queue_entries(asker), chosen)), href=address("/queue/", chosen))

    return listed


def _risk_high(asker: Reach) -> Listed:
    rows = queue_filtered(queue_entries(asker), {"risk": "high"})
    return Listed(rows=_ids(rows), href="/queue/?risk=high")


def _accounts(**chosen: str) -> Callable[[Reach], Listed]:
    def listed(asker: Reach) -> Listed:
        seen = visible_to(accounts(), asker.member, "accounts.view")
        return Listed(rows=_ids(account_list.filtered(seen, chosen)), href=address(account_list.PATH, chosen))

    return listed


def _pipeline(**chosen: str) -> Callable[[Reach], Listed]:
    def listed(asker: Reach) -> Listed:
        rows = pipeline_list.listed(asker, chosen)
        return Listed(rows=_ids(rows), href=address(pipeline_list.PATH, chosen))

    return listed


def _calls(show: str) -> Callable[[Reach], Listed]:
    def listed(asker: Reach) -> Listed:
        rows = _ids(call_list.listed_calls(asker, show))
        return Listed(rows=rows, href=address(call_list.PATH, {"show": show}))

    return listed


def _notices(show: str) -> Callable[[Reach], Listed]:
    def listed(asker: Reach) -> Listed:
        rows = notice_list.visible_notices(asker).filter(notice_list.GROUPS[show][1])
        return Listed(rows=_ids(rows), href=address(notice_list.PATH, {"show": show}))

    return listed


def _messages(asker: Reach) -> Listed:
    return Listed(
        rows=_ids(message_list.own_messages(asker)), href=address(message_list.PATH, {"state": message_list.OWN})
    )


def _decisions(asker: Reach) -> Listed:
    return Listed(rows=_ids(my_open_decisions(asker)), href="/reviews/?show=decisions")


def _beside(asker: Reach) -> Listed:
    return Listed(rows=_ids(beside_list.tasks_beside(asker)), href=beside_list.PATH)


def _reviews(asker: Reach) -> Listed:
    return Listed(rows=_ids(visible_reviews(asker).filter(state="open")), href="/reviews/")


def _gaps(asker: Reach) -> Listed:
    return Listed(rows=_ids(ownership_list.visible_gaps(asker)), href=ownership_list.PATH)


def _unmatched(asker: Reach) -> Listed:
    return Listed(rows=held_names(), href="/signals/unmatched/")


def _losses(asker: Reach) -> Listed:
    return Listed(rows=_ids(loss_list.open_losses(asker)), href=loss_list.PATH)


def _ids(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    return rows.select_related(None).prefetch_related(None).order_by().values("id")


LISTS: Mapping[str, Callable[[Reach], Listed]] = {
    "any_account": _accounts(),
    "overdue": _queue("overdue"),
    "due_today": _queue("today"),
    "beside": _beside,
    "decisions": _decisions,
    "messages": _messages,
    "reviews": _reviews,
    "risk_high": _risk_high,
    "health_red": _accounts(health="red"),
    "notices_missed": _notices("missed"),
    "notice_near": _pipeline(notice=str(NOTICE_DAYS)),
    "due_near": _pipeline(due=str(DUE_DAYS)),
    "date_passed": _pipeline(due="passed"),
    "notices": _notices(""),
    "expansion_high": _accounts(expansion="high"),
    "forecast_missing": _calls("missing"),
    "forecast_apart": _calls("apart"),
    "owner_unknown": _accounts(owner="nobody"),
    "gaps": _gaps,
    "unmatched": _unmatched,
    "losses": _losses,
}
"""Approvals are missing: who stands in for whom decides which are a person's, which no single query says."""
