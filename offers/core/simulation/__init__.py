"""Past decisions judged again under another policy: what was asked, in which order, by which clock."""

from offers.core.simulation.asked import SimulationAsked, asked_from, check_asked
from offers.core.simulation.chain import Decided, Side, Simulated, simulate_proposal
from offers.core.simulation.clocks import AnsweredStep, Clock, clocks_of, hours_of, queues_of
from offers.core.simulation.closings import simulate_closing

__all__ = [
    "AnsweredStep",
    "Clock",
    "Decided",
    "Side",
    "Simulated",
    "SimulationAsked",
    "asked_from",
    "check_asked",
    "clocks_of",
    "hours_of",
    "queues_of",
    "simulate_closing",
    "simulate_proposal",
]
