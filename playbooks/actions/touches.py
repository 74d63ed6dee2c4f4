"""Enter a touch in the account's ledger before it leaves, in the transaction that holds the account; release it if not.

The ledger's constraints have the last word: what they refuse is not sent.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max

from playbooks.actions.bulk import insert_rows
from playbooks.actions.message_rows import SUPPRESSIBLE, MessageFacts
from playbooks.core.budget import free_slot
from playbooks.models import AccountTouch, Enrolment
from playbooks.queries.case_facts import StepCase

RELEASE = """
UPDATE playbooks_accounttouch SET released_at = %s WHERE message_id = %s AND released_at IS NULL
"""


def enter_touches(
    *, leaving: Sequence[tuple[MessageFacts, StepCase]], now: datetime
) -> tuple[list[MessageFacts], list[MessageFacts]]:
    """Return the messages whose touch stands in the ledger, and those it refused.

    The caller holds the accounts and has asked the guards. A message that is tried again keeps its first entry.
    """
    kept = AccountTouch.objects.filter(message_id__in=[item.id for item, _ in leaving], released_at__isnull=True)
    standing = set(kept.values_list("message_id", flat=True))
    fresh = [(item, case) for item, case in leaving if item.id not in standing]
    books = dict(Enrolment.objects.filter(id__in=[c.enrolment_id for _, c in fresh]).values_list("id", "playbook_id"))
    rows = [_row(item, case, books[case.enrolment_id], now=now) for item, case in fresh]
    standing |= set(insert_rows(AccountTouch, rows, returning="message_id", ignore_conflicts=True))
    inside = [item for item, _ in leaving if item.id in standing]
    return inside, [item for item, _ in leaving if item.id not in standing]


def enter_left(*, message: MessageFacts, case: StepCase, now: datetime) -> None:
    """Enter the touch of a message that has left, whatever the budget says: it was not decided here."""
    if message.id in {item.id for item in enter_touches(leaving=[(message, case)], now=now)[0]}:
        return
    playbook_id = Enrolment.objects.values_list("playbook_id", flat=True).get(id=case.enrolment_id)
    insert_rows(AccountTouch, [_row(message, case, playbook_id, now=now) | {"is_exempt": True, "slot": 0}])


def latest_touch(message_ids: Sequence[int]) -> int:
    """Return the highest entry of these messages in the ledger, 0 without any."""
    found = AccountTouch.objects.filter(message_id__in=message_ids).aggregate(highest=Max("id"))
    return found["highest"] or 0


def release_touch(*, message_id: int, now: datetime) -> None:
    """Give the place back of a message that certainly did not leave; without an entry nothing happens."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, [now, message_id])


def one_per_account(messages: Sequence[MessageFacts]) -> list[MessageFacts]:
    """Return every exempt message and the first capped one of each account: the second has to see the first."""
    first: dict[int, MessageFacts] = {}
    for message in messages:
        if not _is_exempt(message):
            first.setdefault(message.account_id, message)
    return [item for item in messages if _is_exempt(item) or first[item.account_id] is item]


def _is_exempt(message: MessageFacts) -> bool:
    """A notice is owed, and a correction takes an earlier touch back: neither asks for room."""
    return message.message_class not in SUPPRESSIBLE or message.is_correction


def _row(message: MessageFacts, case: StepCase, playbook_id: int, *, now: datetime) -> dict[str, Any]:
    account, is_exempt = case.facts.account, _is_exempt(message)
    limits = account.limits
    slot = 0 if is_exempt or limits is None else free_slot(limits, account.touches or (), now=now) or 0
    return {
        "workspace_id": message.workspace_id,
        "account_id": case.account_id,
        "contact_id": message.contact_id,
        "message_id": message.id,
        "playbook_id": playbook_id,
        "message_class": message.message_class,
        "is_exempt": is_exempt or limits is None,
        "slot": slot,
        "slots": limits.max_touches if limits else 0,
        "occurred_at": now,
        "frees_at": now + timedelta(days=limits.per_days if limits else 0),
        "rests_until_at": now + timedelta(days=limits.min_gap_days if limits else 0),
    }
