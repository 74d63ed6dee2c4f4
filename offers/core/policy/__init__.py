"""The pricing policy: what it says, what it governs, and its verdict on a price."""

from offers.core.policy.definition import Kind, Level, Limit, Measure, Policy, Scope, Step, Threshold
from offers.core.policy.governed import Governed, governed_values, strictly_worse
from offers.core.policy.parse import read_policy
from offers.core.policy.verdict import REFUSED, Baseline, Finding, OfferClass, Outcome, Verdict, remaining, verdict_of

__all__ = [
    "REFUSED",
    "Baseline",
    "Finding",
    "Governed",
    "Kind",
    "Level",
    "Limit",
    "Measure",
    "OfferClass",
    "Outcome",
    "Policy",
    "Scope",
    "Step",
    "Threshold",
    "Verdict",
    "governed_values",
    "read_policy",
    "remaining",
    "strictly_worse",
    "verdict_of",
]
