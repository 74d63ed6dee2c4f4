"""Links of the scene's proposal: presented, and answered as somebody at the account would."""

from datetime import date, timedelta

from offers.actions.answers import Answered, LinkAnswer, Proof, answer_link
from offers.actions.links import LinkWish, present_by_link
from offers.core.links import AnswerKind, Said
from offers.models import ProposalLink, ProposalVersion
from renewals.core.actors import system_actor
from tests.offers.stories import TODAY, Scene
from tests.renewals.build import NOW

DANA = Said(name="Dana Whitfield", title="CFO", email="dana@acme.example", is_agreed=True)
PROOF = Proof(statement="I accept.", address_hash="f" * 64, user_agent="Firefox")


def presented(scene: Scene, version: ProposalVersion, *, days: int = 30, by: str = "anna") -> ProposalLink:
    """Return the link of an approved version that holds so many days."""
    given = LinkWish(valid_until=TODAY + timedelta(days=days))
    return present_by_link(
        proposal_id=version.proposal_id,
        version_id=version.id,
        given=given,
        today=TODAY,
        by=scene.people[by],
        now=NOW,
    )


def approved(scene: Scene, *, seen: int = 0, discount: int = 15, **wish: object) -> ProposalVersion:
    """Return a version that Finance has approved."""
    version = scene.keep(discount=discount, seen=seen, **wish)
    request = scene.ask(version)
    if request.state == "waiting":
        scene.answer(request, "fred")
    return version


def answer(
    scene: Scene,
    link: ProposalLink,
    kind: AnswerKind = AnswerKind.ACCEPTED,
    *,
    words: str = "",
    today: date = TODAY,
) -> Answered:
    """Answer a link as Dana."""
    said = Said(name=DANA.name, title=DANA.title, email=DANA.email, is_agreed=True, words=words)
    by = system_actor(scene.workspace.id, "proposal link")
    given = LinkAnswer(kind=kind, said=said, proof=PROOF)
    return answer_link(link_id=link.id, given=given, today=today, by=by, now=NOW)
