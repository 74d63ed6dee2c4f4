"""The conditions of playbooks: those of `renewals.core.conditions`, which offers speak, too."""

from renewals.core.conditions import (
    AllOf,
    Answer,
    AnyOf,
    Condition,
    Deciding,
    Evidence,
    Facts,
    FactValue,
    Finding,
    NotOf,
    Op,
    Predicate,
    deciding,
    evaluate,
    fields_of,
)

__all__ = [
    "AllOf",
    "Answer",
    "AnyOf",
    "Condition",
    "Deciding",
    "Evidence",
    "FactValue",
    "Facts",
    "Finding",
    "NotOf",
    "Op",
    "Predicate",
    "deciding",
    "evaluate",
    "fields_of",
]
