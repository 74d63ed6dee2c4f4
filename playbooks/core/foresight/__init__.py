"""What is ahead, told from the same decisions the engine makes. Nothing here decides about a step."""

from playbooks.core.foresight.looks import Standing, next_look
from playbooks.core.foresight.milestones import Milestone, MilestoneKind, milestones_of
from playbooks.core.foresight.touches import Effect, Touch, loose_reasons

__all__ = [
    "Effect",
    "Milestone",
    "MilestoneKind",
    "Standing",
    "Touch",
    "loose_reasons",
    "milestones_of",
    "next_look",
]
