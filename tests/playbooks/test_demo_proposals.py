"""The proposals of the demo workspace: made once, as their owners would."""

from datetime import UTC, datetime

from offers.models import Proposal
from playbooks.actions.demo_proposals import propose_some
from renewals.core.actors import Actor
from renewals.models import Workspace
from tests.offers.stories import make_scene

SOON = datetime(2026, 10, 1, 9, tzinfo=UTC)


def test_demo_proposals_are_made_once_and_only_approved_ones_presented(inside: Workspace, actor: Actor) -> None:
    scene = make_scene(inside, actor)
    assert [propose_some(by=actor, now=SOON) for _ in range(2)] == [1, 0]
    proposal = Proposal.objects.select_related("version").get()
    assert (proposal.renewal_id, proposal.state, proposal.version.number) == (scene.renewal.id, "presented", 1)
