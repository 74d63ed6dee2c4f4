"""Keep that somebody has looked at a touch that broke a rule, and why it is settled. Never taken back."""

from datetime import datetime

from django.db import transaction

from playbooks.models import ComplianceNote
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing


@transaction.atomic
def note_finding(*, finding: str, account_id: int, why: str, by: Actor, now: datetime) -> ComplianceNote:
    """Settle a finding with a reason; the first note stands. Raises RequiredValueMissing."""
    if not why.strip():
        raise RequiredValueMissing("Say why this is settled.", where="why", remedy="Write what was done about it.")
    row, _ = ComplianceNote.objects.get_or_create(
        workspace_id=by.workspace_id,
        finding=finding,
        defaults={
            "account_id": account_id,
            "why": why.strip()[:500],
            "by_label": by.label[:150],
            "noted_at": now,
        },
    )
    return row
