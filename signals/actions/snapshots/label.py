"""Fix what became of renewals: once, when it may be known of all of their date. Open and disputed ones stay unknown."""

from dataclasses import dataclass
from datetime import UTC, datetime, time

from django.db import transaction

from renewals.core.actors import Actor
from signals.core.snapshots.labels import Label, label_renewals
from signals.models import RenewalLabel
from signals.queries.library import snapshot_rules
from signals.queries.snapshots.labels import accounts_to_label, ended_terms, label_versions, new_contracts

CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedLabels:
    """How many labels were fixed, of how many accounts; `last_account_id` None when there is no more to look at."""

    accounts: int
    fixed: int
    last_account_id: int | None


def fix_labels(*, workspace_id: int, by: Actor, now: datetime, after: int = 0, limit: int = CHUNK) -> FixedLabels:
    """Fix the labels that hold by now, of up to `limit` accounts above the id `after`. Twice changes nothing.

    Call it again with `last_account_id`, each time in a new transaction, until that is None.
    """
    rules = snapshot_rules()
    with transaction.atomic():
        accounts = accounts_to_label(workspace_id, today=now.date(), version=rules.version, after=after, limit=limit)
        labels = label_renewals(ended_terms(accounts), new_contracts(accounts), rules) if accounts else ()
        due = [each for each in labels if each.labelled_on is not None and each.labelled_on <= now.date()]
        fixed = _write(workspace_id, due, now)
    last = accounts[-1] if len(accounts) == limit else None
    return FixedLabels(accounts=len(accounts), fixed=fixed, last_account_id=last)


def _write(workspace_id: int, labels: list[Label], now: datetime) -> int:
    version = snapshot_rules().version
    known = label_versions(workspace_id, [each.renewal_id for each in labels], version=version)
    rows = [
        _row(workspace_id, each, known.get(each.renewal_id, (0, False))[0] + 1, now)
        for each in labels
        if not known.get(each.renewal_id, (0, False))[1]
    ]
    RenewalLabel.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
    return len(rows)


def _row(workspace_id: int, label: Label, version: int, now: datetime) -> RenewalLabel:
    labelled_at = None if label.labelled_on is None else datetime.combine(label.labelled_on, time(), UTC)
    return RenewalLabel(
        workspace_id=workspace_id,
        account_id=label.account_id,
        renewal_id=label.renewal_id,
        version=version,
        group_key=label.group_key,
        is_lead=label.is_lead,
        kind=label.kind.value,
        manner=label.manner.value,
        ratio=label.ratio,
        due_on=label.due_on,
        decided_on=label.decided_on,
        labelled_at=labelled_at,
        matures_on=label.matures_on,
        rules_version=snapshot_rules().version,
        recorded_at=now,
    )
