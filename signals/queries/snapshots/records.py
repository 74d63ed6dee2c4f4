"""Recorded facts with their history: accounts, terms with lines, milestones, sponsors, touchpoints.

What has two times of its own is read by them; the rest from the history the database keeps of each row.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from signals.core.snapshots.facts import Event

# Only rows that still stand are found: what was taken back (an import undone) is gone from new snapshots, too.
ACCOUNTS = """
SELECT e.pgh_obj_id, e.pgh_obj_id, e.pgh_created_at, e.pgh_label, e.industry, e.region, e.country,
  e.product_complexity, e.employees, e.segment, e.started_on, e.attributes
FROM renewals_accountevent e WHERE e.pgh_obj_id = ANY(%(accounts)s) ORDER BY e.pgh_id
"""
LINES = """
SELECT e.pgh_obj_id, e.term_id, e.pgh_created_at, e.pgh_label, e.external_id, e.arr_amount, e.list_arr_amount,
  e.quantity, e.unit, e.is_recurring, e.starts_on, e.ends_on
FROM renewals_contractline l JOIN renewals_contract c ON c.id = l.contract_id
JOIN renewals_contractlineevent e ON e.pgh_obj_id = l.id
WHERE c.account_id = ANY(%(accounts)s) ORDER BY e.pgh_id
"""
MILESTONES = """
SELECT e.pgh_obj_id, e.account_id, e.pgh_created_at, e.pgh_label, e.achieved_on
FROM renewals_milestone m JOIN renewals_milestoneevent e ON e.pgh_obj_id = m.id
WHERE m.account_id = ANY(%(accounts)s) ORDER BY e.pgh_id
"""
SPONSORS = """
SELECT e.pgh_obj_id, e.account_id, e.pgh_created_at, e.pgh_label, e.role, e.from_on, e.until_on, e.contact_id
FROM renewals_contactrole r JOIN renewals_contactroleevent e ON e.pgh_obj_id = r.id
WHERE r.account_id = ANY(%(accounts)s) AND e.role = 'executive_sponsor' ORDER BY e.pgh_id
"""
LEAVERS = """
SELECT e.pgh_obj_id, e.account_id, e.pgh_created_at, e.pgh_label, e.left_on
FROM renewals_contact c JOIN renewals_contactevent e ON e.pgh_obj_id = c.id
WHERE c.account_id = ANY(%(accounts)s) AND (c.left_on IS NOT NULL OR e.left_on IS NOT NULL) ORDER BY e.pgh_id
"""
TERMS = """
SELECT t.id, t.contract_id, c.account_id, c.currency, t.number, t.starts_on, t.ends_on, t.recorded_at, t.superseded_at,
  t.notice_period * CASE t.notice_unit WHEN 'months' THEN 30.4375 WHEN 'weeks' THEN 7 WHEN 'business_days' THEN 1.4
  ELSE 1 END, t.is_auto_renewing, t.end_action
FROM renewals_contract c JOIN renewals_termversion t ON t.contract_id = c.id
WHERE c.account_id = ANY(%(accounts)s) ORDER BY c.account_id, t.contract_id, t.number, t.version
"""
TOUCHES = """
SELECT account_id, occurred_at, recorded_at, channel, direction FROM renewals_touchpoint
WHERE account_id = ANY(%(accounts)s) AND occurred_at <= %(until)s ORDER BY account_id, occurred_at, id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """The recorded facts of a chunk of accounts. Events stand by owner: account, or term for lines."""

    accounts: Mapping[int, tuple[Event, ...]]
    lines: Mapping[int, tuple[Event, ...]]
    milestones: Mapping[int, tuple[Event, ...]]
    sponsors: Mapping[int, tuple[Event, ...]]
    leavers: Mapping[int, tuple[Event, ...]]
    terms: Mapping[int, tuple[tuple[Any, ...], ...]]
    touches: Mapping[int, tuple[tuple[Any, ...], ...]]


def records_of(account_ids: Sequence[int], *, until: datetime) -> Records:
    """Return everything recorded about these accounts; one statement per kind of fact."""
    accounts = list(account_ids)
    return Records(
        accounts=_events(ACCOUNTS, accounts),
        lines=_events(LINES, accounts),
        milestones=_events(MILESTONES, accounts),
        sponsors=_events(SPONSORS, accounts),
        leavers=_events(LEAVERS, accounts),
        terms=_by_account(_rows(TERMS, {"accounts": accounts}), at=2),
        touches=_by_account(_rows(TOUCHES, {"accounts": accounts, "until": until}), at=0),
    )


def _events(statement: str, accounts: list[int]) -> dict[int, tuple[Event, ...]]:
    found: dict[int, list[Event]] = defaultdict(list)
    for row_id, owner_id, at, label, *values in _rows(statement, {"accounts": accounts}):
        found[owner_id].append(Event(row_id, owner_id, at, label, tuple(values)))
    return {owner_id: tuple(events) for owner_id, events in found.items()}


def _by_account(rows: Iterable[tuple[Any, ...]], *, at: int) -> dict[int, tuple[tuple[Any, ...], ...]]:
    found: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        found[row[at]].append(row)
    return {account_id: tuple(group) for account_id, group in found.items()}


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
