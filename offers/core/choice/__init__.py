"""Which offer is worth making to whom: effects with their evidence, expected value, and the best plan within limits."""

from offers.core.choice.assignment import Limits, Plan, Proposed, binding, greedy_plan, next_slice, solve
from offers.core.choice.effects import Effect, Trial, effect_of, prior_effect
from offers.core.choice.offered import Choice, Situation, choices_of
from offers.core.choice.rules import ChoiceRules, is_held_out, read_choice_rules
from offers.core.choice.value import Asked, Worth, worth_of

__all__ = [
    "Asked",
    "Choice",
    "ChoiceRules",
    "Effect",
    "Limits",
    "Plan",
    "Proposed",
    "Situation",
    "Trial",
    "Worth",
    "binding",
    "choices_of",
    "effect_of",
    "greedy_plan",
    "is_held_out",
    "next_slice",
    "prior_effect",
    "read_choice_rules",
    "solve",
    "worth_of",
]
