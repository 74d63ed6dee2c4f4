"""The doors for signals: a batch with a verdict per item, a load of any size, and the sources they come from."""

from signals.actions.intake.batch import record_signals
from signals.actions.intake.load import load_candidates, load_signals
from signals.actions.intake.partitions import drop_old_months, ensure_months_ahead
from signals.actions.intake.sources import ensure_source
from signals.actions.intake.withdraw import withdraw_batch

__all__ = [
    "drop_old_months",
    "ensure_months_ahead",
    "ensure_source",
    "load_candidates",
    "load_signals",
    "record_signals",
    "withdraw_batch",
]
