"""Give accounts their segment, with the rule and the evidence, from value, attributes and timing.

The segment's tier is where an account starts; once a tier is derived from scores or set by a person, that one stays.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from renewals.actions.rows import update_rows
from renewals.core.actors import Actor
from renewals.core.dates import term_months
from renewals.core.segments import SegmentDecision, SegmentFacts, decide_segment
from renewals.models import Account, TermVersion
from renewals.queries.accounts import arr_in_workspace_currency
from renewals.queries.library import segment_book

BATCH = 1000


@transaction.atomic
def assign_segments(*, account_ids: Iterable[int], by: Actor, now: datetime) -> int:
    """Decide again for these accounts and return how many changed; the same facts change nothing."""
    ids = list(account_ids)
    rows = list(Account.objects.select_for_update().filter(id__in=ids, workspace_id=by.workspace_id).order_by("id"))
    arr = arr_in_workspace_currency(ids, on=now.date())
    terms = _running_terms(ids, now.date())
    book = segment_book()
    changed = []
    for row in rows:
        amount = arr[row.id].amount if row.id in arr and row.id in terms else None
        decision = decide_segment(book, _facts(row, amount, terms.get(row.id, []), now.date()))
        if _set(row, decision):
            changed.append(row)
    update_rows(changed, ["segment", "segment_reason", "tier", "tier_reason"])
    return len(changed)


def _running_terms(account_ids: list[int], today: date) -> dict[int, list[tuple[date, date]]]:
    live = TermVersion.objects.filter(
        contract__account__in=account_ids, superseded_at__isnull=True, starts_on__lte=today
    )
    found: dict[int, list[tuple[date, date]]] = {}
    # An open-ended term counts as a year: that is how often it is looked at again.
    for account_id, starts_on, ends_on in live.values_list("contract__account_id", "starts_on", "ends_on"):
        if ends_on is None or ends_on >= today:
            found.setdefault(account_id, []).append((starts_on, ends_on or date(today.year + 1, today.month, 1)))
    return found


def _facts(row: Account, arr: Decimal | None, terms: list[tuple[date, date]], today: date) -> SegmentFacts:
    return SegmentFacts(
        arr_amount=arr,
        term_months=max((term_months(*term) for term in terms), default=None),
        days_to_renewal=min(((ends_on - today).days for _, ends_on in terms), default=None),
        employees=row.employees,
        industry=row.industry,
        region=row.region,
        country=row.country,
        product_complexity=row.product_complexity,
        attributes={key: value for key, value in row.attributes.items() if isinstance(value, (str, int, bool))},
    )


def _set(row: Account, decision: SegmentDecision) -> bool:
    reason: dict[str, Any] = {
        "rule": decision.rule,
        "version": decision.version,
        "evidence": [
            {"fact": e.fact, "comparison": e.comparison, "wanted": e.wanted, "seen": e.seen, "answer": e.answer}
            for e in decision.evidence
        ],
        "unknown": list(decision.unknown_facts),
    }
    # A tier that was derived from scores or set by a person is not the segment's to change.
    is_kept = "origin" in row.tier_reason
    tier = row.tier if is_kept else decision.tier
    before = (row.segment, row.segment_reason.get("rule"), row.tier)
    if before == (decision.segment, decision.rule, tier) and row.segment_reason == reason:
        return False
    row.segment, row.segment_reason, row.tier = decision.segment, reason, tier
    if not is_kept:
        row.tier_reason = {"segment": decision.segment, "version": decision.version}
    return True
