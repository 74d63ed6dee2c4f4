"""How far a price revision goes beyond the limits of the policy, who has signed it, and who is asked now."""

from dataclasses import dataclass
from datetime import datetime

from dashboards.core.money import count_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.offers.standing_in import away_today
from offers.core.approvals import StepFacts
from offers.core.revisions import seat_in_chain
from offers.core.states import StepState
from offers.models import PriceRevision
from offers.queries.approvals import people
from offers.queries.library import policy_in_force
from offers.queries.revisions import chain_in_force, level_counts
from renewals.core.roles import can


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionAsked:
    """A price revision that waits for one's signature; `due_at` None where any second person may approve it."""

    row: PriceRevision
    due_at: datetime | None


def revisions_to_sign(asker: Asker) -> tuple[RevisionAsked, ...]:
    """Return the price revisions that wait for a person today, those handed in first at the top."""
    if not can(asker.member, "offers.view"):
        return ()
    waiting = PriceRevision.objects.filter(state="waiting").order_by("submitted_at", "id")
    found = (revision_asked(asker, row) for row in waiting)
    return tuple(each for each in found if each is not None)


def revision_asked(asker: Asker, row: PriceRevision) -> RevisionAsked | None:
    """Return what a person is asked about a revision: a step of the level its prices ask for, else its approval.

    None for one that does not wait, that they had a hand in, or that others are asked about.
    """
    barred = frozenset(row.editor_ids)
    if row.state != "waiting" or asker.membership.user_id in barred:
        return None
    found = chain_in_force(row)
    if found is None:
        return RevisionAsked(row=row, due_at=None) if can(asker.member, "offer_approvals.change") else None
    seat = seat_in_chain(
        found[1], asker.membership.user_id, people=people(), away=away_today(asker), barred=barred, now=asker.now
    )
    return None if seat is None else RevisionAsked(row=row, due_at=seat[0].due_at)


def approve_words(row: PriceRevision) -> str:
    """Return what approving does: one of several signatures, or what lets workers apply it."""
    found = chain_in_force(row) if row.state == "waiting" else None
    left = 0 if found is None else sum(step.state is not StepState.APPROVED for step in found[1].steps)
    return "Sign it" if left > 1 else "Approve and apply it"


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
