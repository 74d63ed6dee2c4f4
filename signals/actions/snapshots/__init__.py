"""Take snapshots of renewals when they fall due or afterwards, and fix what became of them."""

from signals.actions.snapshots.build import TakenSnapshots, backfill_snapshots, take_due_snapshots
from signals.actions.snapshots.label import FixedLabels, fix_labels
from signals.actions.snapshots.sweep import fix_all_labels, sweep_snapshots

__all__ = [
    "FixedLabels",
    "TakenSnapshots",
    "backfill_snapshots",
    "fix_all_labels",
    "fix_labels",
    "sweep_snapshots",
    "take_due_snapshots",
]
