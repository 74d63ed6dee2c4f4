"""The ends of terms as recorded, for labels: outcomes, next terms, cancellations, and contracts that began."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from renewals.core.dates import term_months
from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert
from renewals.core.segments import SegmentFacts, decide_segment
from renewals.models import Workspace
from renewals.queries.fx import rate_table
from renewals.queries.library import segment_book
from signals.core.snapshots.labels import EndedTerm, NewContract
from signals.models import LabelLook
from signals.queries.snapshots.due import STATED

# Accounts with outcomes that were recorded since the last look and have no label by the present rules, and those that
# wait for this day. A day of overlap is for what was being written while the last look went by.
TO_LABEL = """
SELECT account_id FROM (
  SELECT r.account_id FROM renewals_outcome o JOIN renewals_renewal r ON r.id = o.renewal_id
  WHERE o.workspace_id = %(workspace)s AND o.recorded_at > %(since)s AND NOT EXISTS (
    SELECT FROM signals_renewallabel l WHERE l.workspace_id = o.workspace_id AND l.renewal_id = o.renewal_id
    AND l.rules_version = %(version)s)
  UNION
  SELECT account_id FROM signals_labelwait WHERE workspace_id = %(workspace)s AND look_on <= %(today)s
) AS due WHERE account_id > %(after)s ORDER BY 1 LIMIT %(limit)s
"""
OVERLAP = timedelta(days=1)
BEGINNING = datetime(1, 1, 2, tzinfo=UTC)
ENDED = f"""
SELECT r.id, r.account_id, r.contract_id, r.currency, r.due_on, r.target_amount, coalesce(o.kind, ''), r.final_amount,
  o.decided_on, t.is_auto_renewing, r.contract_id IN ({STATED}), n.starts_on, c.cancelled_on, t.starts_on,
  a.employees, a.industry, a.region, a.country, a.product_complexity, a.attributes
FROM renewals_renewal r JOIN renewals_contract c ON c.id = r.contract_id JOIN renewals_account a ON a.id = r.account_id
LEFT JOIN renewals_termversion t ON t.contract_id = r.contract_id AND t.number = r.term_number
  AND t.superseded_at IS NULL
LEFT JOIN renewals_termversion n ON n.contract_id = r.contract_id AND n.number = r.term_number + 1
  AND n.superseded_at IS NULL
LEFT JOIN renewals_outcome o ON o.renewal_id = r.id
WHERE r.account_id = ANY(%(accounts)s) ORDER BY r.account_id, r.due_on, r.id
"""
BEGUN = """
SELECT c.account_id, c.id, c.currency, t.starts_on, (SELECT coalesce(sum(l.arr_amount), 0)
  FROM renewals_contractline l WHERE l.term_id = t.id AND l.is_recurring AND l.starts_on <= t.starts_on)
FROM renewals_contract c JOIN renewals_termversion t ON t.contract_id = c.id AND t.superseded_at IS NULL
WHERE c.account_id = ANY(%(accounts)s) AND NOT EXISTS (SELECT FROM renewals_termversion e
  WHERE e.contract_id = c.id AND e.superseded_at IS NULL AND e.starts_on < t.starts_on)
ORDER BY c.account_id, c.id
"""
LABELLED = """
SELECT renewal_id, max(version), bool_or(rules_version = %(version)s) FROM signals_renewallabel
WHERE workspace_id = %(workspace)s AND renewal_id = ANY(%(renewals)s) GROUP BY 1
"""


def accounts_to_label(workspace_id: int, *, now: datetime, version: int, after: int, limit: int) -> list[int]:
    """Return accounts above the id `after` whose decided renewals have to be looked at by this version of the rules.

    The cost is that of what was recorded since the last look, and of what waits for today. The first look, and the
    first by another version, is at everything.
    """
    looked_at = LabelLook.objects.filter(rules_version=version).values_list("looked_at", flat=True).first()
    since = BEGINNING if looked_at is None else min(looked_at, now) - OVERLAP
    parameters = {"workspace": workspace_id, "since": since, "today": now.date(), "version": version}
    return [row[0] for row in _rows(TO_LABEL, parameters | {"after": after, "limit": limit})]


def ended_terms(account_ids: Sequence[int]) -> list[EndedTerm]:
    """Return all renewals of these accounts as recorded, open ones included."""
    home, rates = Workspace.objects.values_list("currency", flat=True).first() or "", rate_table()
    return [_ended_term(row, home, rates) for row in _rows(ENDED, {"accounts": list(account_ids)})]


def _ended_term(row: tuple[Any, ...], home: str, rates: RateTable) -> EndedTerm:
    renewal_id, account_id, contract_id, currency, due_on, target, outcome, final, decided_on = row[:9]
    is_auto, is_stated, next_on, cancelled_on = row[9:13]
    return EndedTerm(
        renewal_id=renewal_id,
        account_id=account_id,
        contract_id=contract_id,
        segment=_segment(row, home, rates),
        currency=currency,
        due_on=due_on,
        target=target,
        outcome=outcome,
        final=final,
        decided_on=decided_on,
        is_auto_renewing=bool(is_auto),
        is_stated=is_stated,
        next_on=next_on,
        cancelled_on=cancelled_on,
    )


def _segment(row: tuple[Any, ...], home: str, rates: RateTable) -> str:
    """Return the segment by what was at stake: an account that has left is of no segment any more."""
    currency, due_on, target = row[3:6]
    starts_on, employees, industry, region, country, complexity, attributes = row[13:]
    try:
        arr: Decimal | None = convert(Money(target, currency), to=home, on=due_on, rates=rates).money.amount
    except RateMissing:
        arr = None
    facts = SegmentFacts(
        arr_amount=arr,
        term_months=term_months(starts_on, due_on - timedelta(days=1)) if starts_on else None,
        employees=employees,
        industry=industry,
        region=region,
        country=country,
        product_complexity=complexity,
        attributes={key: value for key, value in json.loads(attributes).items() if isinstance(value, (str, int, bool))},
    )
    return decide_segment(segment_book(), facts).segment


def new_contracts(account_ids: Sequence[int]) -> list[NewContract]:
    """Return the first term of each contract of these accounts."""
    return [
        NewContract(account_id=account_id, contract_id=contract_id, currency=currency, starts_on=starts_on, arr=arr)
        for account_id, contract_id, currency, starts_on, arr in _rows(BEGUN, {"accounts": list(account_ids)})
    ]


def label_versions(workspace_id: int, renewal_ids: Sequence[int], *, version: int) -> dict[int, tuple[int, bool]]:
    """Return the last label version of each renewal that has one, and whether the present rules have made one."""
    parameters = {"workspace": workspace_id, "renewals": list(renewal_ids), "version": version}
    return {renewal_id: (last, is_present) for renewal_id, last, is_present in _rows(LABELLED, parameters)}


def _rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
