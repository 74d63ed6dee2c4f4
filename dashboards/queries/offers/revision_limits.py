"""How far a price revision goes beyond the limits of the policy, who has signed it, and who is asked now."""

from datetime import datetime

from dashboards.core.money import count_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.offers.approvals import away_today
from offers.core.approvals import StepFacts
from offers.core.revisions import seat_in_chain
from offers.core.states import StepState
from offers.models import PriceRevision
from offers.queries.approvals import people
from offers.queries.library import policy_in_force
from offers.queries.revisions import chain_in_force, level_counts
from renewals.core.roles import can


def may_approve_revision(asker: Asker, row: PriceRevision) -> bool:
    """Answer whether a person may sign now: a step of the level its prices ask for, else whoever approves rules."""
    found = chain_in_force(row)
    if found is None:
        return can(asker.member, "offer_approvals.change")
    barred = frozenset(row.editor_ids)
    seat = seat_in_chain(
        found[1], asker.membership.user_id, people=people(), away=away_today(asker), barred=barred, now=asker.now
    )
    return seat is not None


def approve_words(row: PriceRevision) -> str:
    """Return what approving does: one of several signatures, or what lets workers apply it."""
    found = chain_in_force(row) if row.state == "waiting" else None
    left = 0 if found is None else sum(step.state is not StepState.APPROVED for step in found[1].steps)
    return "Sign it" if left > 1 else "Approve it: apply it to every term that takes part"


def beyond_facts(row: PriceRevision) -> tuple[tuple[str, str], ...]:
    """Return how many terms ask for which level, and how far its chain is: a revision is no way round the policy."""
    names = level_names()
    said = (
        f"{count_words(number, 'term asks', 'terms ask')} for {names.get(level, level)}"
        for level, number in level_counts(row.id).items()
    )
    found = chain_in_force(row) if row.state == "waiting" else None
    steps = () if found is None else tuple((_roles(step), _standing(step)) for step in found[1].steps)
    signed = tuple(("Signed", f"{each.answered_by} as {title(each.role)}") for each in row.answers.all())
    return (("Beyond the limits", "; ".join(said) or "no term"), *steps, *signed)


def level_names() -> dict[str, str]:
    """Return what the levels of the policy in force are called."""
    return {level.key: level.name for level in policy_in_force().policy.levels}


def _roles(step: StepFacts) -> str:
    return (" and " if step.needs == "all" else " or ").join(title(role) for role in step.roles)


def _standing(step: StepFacts) -> str:
    if step.state is StepState.OPEN:
        return f"asked, until {_moment(step.due_at)}"
    return "signed" if step.state is StepState.APPROVED else "asked next"


def _moment(at: datetime | None) -> str:
    return "no day" if at is None else f"{at:%-d %b %Y}"
