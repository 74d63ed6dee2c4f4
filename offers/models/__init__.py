"""What may be offered, what the policy says, what was proposed, and who agreed."""

from offers.models.approvals import ApprovalAnswer, ApprovalRequest, ApprovalStep
from offers.models.contributors import PartRemark, ProposalPart
from offers.models.drafts import RuleDraft
from offers.models.library import ChoiceVersion, Offer, OfferVersion, PolicyVersion
from offers.models.links import ProposalAnswer, ProposalLink, ProposalViews
from offers.models.negotiation import (
    Concession,
    CreditSplit,
    NegotiationNote,
    Scenario,
    TreeVersion,
    TreeWalk,
    WalkAnswer,
)
from offers.models.plans import OfferPlan, PlannedOffer
from offers.models.proposals import Proposal, ProposalVersion
from offers.models.revisions import PriceRevision, RevisedTerm, RevisionAnswer
from offers.models.simulations import PolicySimulation, SimulatedDecision

__all__ = [
    "ApprovalAnswer",
    "ApprovalRequest",
    "ApprovalStep",
    "ChoiceVersion",
    "Concession",
    "CreditSplit",
    "NegotiationNote",
    "Offer",
    "OfferPlan",
    "OfferVersion",
    "PartRemark",
    "PlannedOffer",
    "PolicySimulation",
    "PolicyVersion",
    "PriceRevision",
    "Proposal",
    "ProposalAnswer",
    "ProposalLink",
    "ProposalPart",
    "ProposalVersion",
    "ProposalViews",
    "RevisedTerm",
    "RevisionAnswer",
    "RuleDraft",
    "Scenario",
    "SimulatedDecision",
    "TreeVersion",
    "TreeWalk",
    "WalkAnswer",
]
