"""The parts of a proposal that stand, with who owns them and what was remarked."""

from django.db.models import QuerySet

from offers.models import ProposalPart


def standing_parts(renewal_id: int) -> QuerySet[ProposalPart]:
    """Return the parts of a renewal's proposal that were not taken off, in the order they were asked for."""
    rows = ProposalPart.objects.exclude(state=ProposalPart.State.REMOVED).select_related("user")
    return rows.filter(renewal_id=renewal_id).order_by("id")


def contributes(user_id: int, renewal_id: int) -> bool:
    """Answer whether a person owns a part of the proposal of a renewal."""
    return standing_parts(renewal_id).filter(user_id=user_id).exists()
