"""What is kept of a negotiation."""

from offers.models.negotiation.concessions import Concession
from offers.models.negotiation.notes import CreditSplit, NegotiationNote
from offers.models.negotiation.scenarios import Scenario
from offers.models.negotiation.trees import TreeVersion, TreeWalk, WalkAnswer

__all__ = [
    "Concession",
    "CreditSplit",
    "NegotiationNote",
    "Scenario",
    "TreeVersion",
    "TreeWalk",
    "WalkAnswer",
]
