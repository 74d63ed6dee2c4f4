"""A few proposals for the demo workspace, so that its pages have prices inside and outside the policy to look at."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from offers.actions.approvals import AnswerGiven, answer_step, ask_approval
from offers.actions.links import LinkWish, present_by_link
from offers.actions.proposals import ProposalWish, keep_proposal
from offers.core.links import USUAL_VALIDITY
from offers.core.pricing import Wish
from offers.queries.approvals import people, seats_of_person
from playbooks.queries.demo import names_of, person_to_send_to, renewals_to_propose
from renewals.core.actors import Actor, person_actor
from renewals.core.errors import NamedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is proposed, why it is asked, and what the approver has said to it; empty: nothing yet."""

    discount: int
    term_months: int
    why: str
    said: str = ""


STORIES = (
    Story(discount=0, term_months=12, why=""),
    Story(discount=8, term_months=24, why="They commit to two years if we meet them half way."),
    Story(
        discount=15, term_months=12, why="A rival has quoted a fifth less; their sponsor asks us to match part of it."
    ),
    Story(discount=14, term_months=36, why="Three years and a reference in return.", said="Worth the three years."),
    Story(discount=32, term_months=12, why="They merge two teams and keep a third of the seats idle."),
)


def propose_some(*, by: Actor, now: datetime) -> int:
    """Propose prices for a few open renewals as their owners, and return how many; what cannot be priced is passed."""
    renewals = renewals_to_propose(today=now.date(), limit=len(STORIES))
    names = names_of(owner for _, owner in renewals)
    return sum(
        propose(renewal_id, person_actor(by.workspace_id, owner, names[owner]), story, now=now)
        for (renewal_id, owner), story in zip(renewals, STORIES, strict=False)
    )


def propose(renewal_id: int, owner: Actor, story: Story, *, now: datetime) -> int:
    """Propose a price for a renewal, or to win its account back, ask for it, and make the link once it is approved.

    Returns how many were proposed: none where it cannot be priced.
    """
    wish = Wish(discount_percent=Decimal(story.discount), term_months=story.term_months)
    try:
        version = keep_proposal(
            renewal_id=renewal_id, given=ProposalWish(wish=wish), today=now.date(), by=owner, now=now
        )
        request = ask_approval(version_id=version.id, note=story.why or "Inside the policy.", by=owner, now=now)
    except NamedError:
        return 0
    if story.said:
        answer_all(request.id, version.id, said=story.said, now=now, workspace_id=owner.workspace_id)
    request.refresh_from_db()
    if request.state == "approved":
        link = LinkWish(valid_until=now.date() + USUAL_VALIDITY, contact_id=person_to_send_to(renewal_id))
        where = {"proposal_id": request.proposal_id, "version_id": version.id}
        present_by_link(**where, given=link, today=now.date(), by=owner, now=now)
    return 1


def answer_all(request_id: int, version_id: int, *, said: str, now: datetime, workspace_id: int) -> None:
    """Let everybody who is asked say yes, and why, until nobody else is asked."""
    for person in [*people(), *people()]:  # what a later stage asks comes up once the first has answered
        for seat in seats_of_person(person.user_id, away={}):
            if seat.request.id == request_id:
                given = AnswerGiven(version_id=version_id, is_approved=True, reason=said)
                actor = person_actor(workspace_id, person.user_id, names_of([person.user_id])[person.user_id])
                answer_step(step_id=seat.step.id, given=given, away={}, by=actor, now=now)
