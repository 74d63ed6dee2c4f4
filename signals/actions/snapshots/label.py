"""Fix what became of renewals: once, when it may be known of all of their date. Open and disputed ones stay unknown.

What does not hold yet waits for its day, so that a look costs what is due and not what is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction

from renewals.core.actors import Actor
from signals.core.snapshots.labels import Label, label_renewals, look_again_on
from signals.models import LabelLook, LabelWait, RenewalLabel
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

    Call it again with `last_account_id` and the same `now`, each time in a new transaction, until that is None.
    """
    rules = snapshot_rules()
    with transaction.atomic():
        accounts = accounts_to_label(workspace_id, now=now, version=rules.version, after=after, limit=limit)
        labels = label_renewals(ended_terms(accounts), new_contracts(accounts), rules) if accounts else ()
        known = label_versions(workspace_id, [each.renewal_id for each in labels], version=rules.version)
        fresh = [each for each in labels if not known.get(each.renewal_id, (0, False))[1]]
        due = [each for each in fresh if _holds(each, now.date())]
        rows = [_row(workspace_id, each, known.get(each.renewal_id, (0, False))[0] + 1, now) for each in due]
        RenewalLabel.objects.bulk_create(rows, batch_size=CHUNK, ignore_conflicts=True)
        _wait(workspace_id, accounts, [each for each in fresh if not _holds(each, now.date())], now.date())
        last = accounts[-1] if len(accounts) == limit else None
        if last is None:
            _note_look(workspace_id, rules.version, now)
    return FixedLabels(accounts=len(accounts), fixed=len(rows), last_account_id=last)


def _holds(label: Label, today: date) -> bool:
    return label.labelled_on is not None and label.labelled_on <= today


def _wait(workspace_id: int, accounts: Sequence[int], pending: Sequence[Label], today: date) -> None:
    """Keep for each of these accounts the first day on which one of its labels has to be looked at again."""
    first: dict[int, date] = {}
    for label in pending:
        look_on = look_again_on(label, today=today)
        if look_on is not None:
            first[label.account_id] = min(look_on, first.get(label.account_id, look_on))
    LabelWait.objects.filter(account_id__in=accounts).exclude(account_id__in=first).delete()
    LabelWait.objects.bulk_create(
        [LabelWait(workspace_id=workspace_id, account_id=key, look_on=day) for key, day in first.items()],
        update_conflicts=True,
        unique_fields=["workspace", "account"],
        update_fields=["look_on"],
    )


def _note_look(workspace_id: int, version: int, now: datetime) -> None:
    LabelLook.objects.update_or_create(workspace_id=workspace_id, defaults={"rules_version": version, "looked_at": now})


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
