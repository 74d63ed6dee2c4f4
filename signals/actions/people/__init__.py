"""What people know: noted facts and overrides of scores, and the sweep that ends and judges them."""

from signals.actions.people.facts import NewFact, note_fact, replace_fact, withdraw_fact
from signals.actions.people.overrides import NewOverride, set_override, withdraw_override
from signals.actions.people.sweep import tend_people

__all__ = [
    "NewFact",
    "NewOverride",
    "note_fact",
    "replace_fact",
    "set_override",
    "tend_people",
    "withdraw_fact",
    "withdraw_override",
]
