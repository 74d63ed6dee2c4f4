"""Take snapshots of renewals when they fall due or afterwards, and fix what became of them."""

from signals.actions.snapshots.build import TakenSnapshots, backfill_snapshots, take_due_snapshots
from signals.actions.snapshots.label import FixedLabels, fix_labels

__all__ = ["FixedLabels", "TakenSnapshots", "backfill_snapshots", "fix_labels", "take_due_snapshots"]
