"""What goes along with a hand-over: the sender's open items and the latest signals of the account, as they stand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from playbooks.models import Task
from renewals.models import Renewal
from signals.models import Signal

SIGNAL_DAYS = 30
MOST_SIGNALS = 10
MOST_ITEMS = 30


def handover_payload(renewal: Renewal, *, sender_id: int, now: datetime) -> Mapping[str, Any]:
    """Return open items of the sender and signals of the last 30 days, without prices and without free text."""
    tasks = Task.objects.filter(renewal_id=renewal.id, assignee_id=sender_id, state__in=("open", "snoozed"))
    since = now - timedelta(days=SIGNAL_DAYS)
    heard = Signal.objects.filter(account_id=renewal.account_id, occurred_at__gte=since, occurred_at__lte=now)
    return {
        "items": [
            {"task": row.id, "title": row.title, "due_on": row.due_on.isoformat()}
            for row in tasks.order_by("due_on", "id")[:MOST_ITEMS]
        ],
        "signals": [
            {"kind": kind, "at": at.isoformat(), "subject": subject[:80]}
            for kind, at, subject in heard.order_by("-occurred_at").values_list("kind", "occurred_at", "subject")[
                :MOST_SIGNALS
            ]
        ],
    }
