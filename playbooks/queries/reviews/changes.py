"""Changes to signals, touches, offers and treatment that a decision may have led to: published or switched on."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from offers.models import OfferVersion, PolicyVersion
from playbooks.models import AccountPause, HumanOnly, PlaybookVersion, SelectionVersion, TriggerRule
from signals.models import ScorecardVersion

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change that was made: its kind and row, what it is called, when and by whom."""

    kind: str
    subject_id: int
    label: str
    changed_at: datetime
    changed_by: str


def changes_since(since: datetime, *, account_id: int | None) -> list[Change]:
    """Return the changes of the workspace since then, and those of how this account is treated, the newest first."""
    found = [*_rules(since), *(_treatment(since, account_id) if account_id is not None else ())]
    return sorted(found, key=lambda change: (change.changed_at, change.kind, change.subject_id), reverse=True)


def _rules(since: datetime) -> Iterator[Change]:
    for row in _published(PlaybookVersion.objects.select_related("playbook"), since):
        yield _change("playbook", row, f"Playbook {row.playbook.name} v{row.number}")
    for row in _published(SelectionVersion.objects.all(), since):
        yield _change("selection", row, f"Selection of playbooks v{row.number}")
    for row in _published(TriggerRule.objects.all(), since):
        yield _change("trigger", row, f"Trigger {row.name} v{row.number}")
    for row in _published(OfferVersion.objects.select_related("offer"), since):
        yield _change("offer", row, f"Offer {row.offer.name} v{row.number}")
    for row in _published(PolicyVersion.objects.all(), since):
        yield _change("policy", row, f"Price policy v{row.number}")
    for row in _published(ScorecardVersion.objects.all(), since):
        by = row.approved_by or row.edited_by
        yield Change(
            kind="scorecard",
            subject_id=row.id,
            label=f"Rules of {row.kind} v{row.number}",
            changed_at=row.published_at,
            changed_by=by,
        )


def _published(rows: QuerySet[Any], since: datetime) -> QuerySet[Any]:
    return rows.filter(published_at__gte=since).order_by("-published_at")[:MOST]


def _change(kind: str, row: Any, label: str) -> Change:
    return Change(
        kind=kind, subject_id=row.id, label=label[:200], changed_at=row.published_at, changed_by=row.published_by
    )


def _treatment(since: datetime, account_id: int) -> Iterator[Change]:
    for kind, model, words in (
        ("people_only", HumanOnly, "Written to by people only"),
        ("pause", AccountPause, "Messages paused"),
    ):
        for row in model.objects.filter(account_id=account_id, created_at__gte=since).order_by("-created_at")[:MOST]:
            yield Change(
                kind=kind,
                subject_id=row.id,
                label=f"{words}: {row.reason}"[:200],
                changed_at=row.created_at,
                changed_by=row.created_by,
            )
