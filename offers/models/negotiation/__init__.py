"""What is kept of a negotiation."""

from offers.models.negotiation.concessions import Concession
from offers.models.negotiation.scenarios import Scenario

__all__ = ["Concession", "Scenario"]
