"""Mass price revisions: which part of the book, by which rule, what it makes of each term, what is left out and why."""

from offers.core.revisions.chain import Chain, Signature, chain_of, seat_in_chain
from offers.core.revisions.definition import (
    Book,
    Choices,
    Revision,
    RevisionMethod,
    RevisionRule,
    plain_revision,
    read_revision,
)
from offers.core.revisions.limits import Beyond, beyond_limits, governed_policy, hardest_level, may_allow
from offers.core.revisions.terms import Candidate, RevisedLine, RevisedTerm, revised_price, revised_term

__all__ = [
    "Beyond",
    "Book",
    "Candidate",
    "Chain",
    "Choices",
    "RevisedLine",
    "RevisedTerm",
    "Revision",
    "RevisionMethod",
    "RevisionRule",
    "Signature",
    "beyond_limits",
    "chain_of",
    "governed_policy",
    "hardest_level",
    "may_allow",
    "plain_revision",
    "read_revision",
    "revised_price",
    "revised_term",
    "seat_in_chain",
]
