"""Parts of a proposal: asked for with a task, written by their owner alone, remarked on, taken off; all of it kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from offers.actions.contributors import MOST_PARTS, PartAsked, ask_for_part, remark_on_part, write_part
from offers.core.errors import PartChanged, PartNotPossible
from offers.models import PartRemark, ProposalPart
from offers.queries.contributors import contributes, standing_parts
from playbooks.actions.proposal_parts import drop_part, keep_part, request_part
from playbooks.models import Task
from renewals.core.actors import Actor
from renewals.core.errors import NotPermitted, RequiredValueMissing, StateNotAllowed, UnknownReference
from renewals.models import Renewal, Workspace
from renewals.queries.history import changes_of
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


@pytest.mark.requirement(104)
def test_part_is_asked_for_once_written_by_its_owner_and_taken_off(scene: Scene) -> None:
    anna, carl = scene.people["anna"], scene.people["carl"]
    given = PartAsked(user_id=carl.id, function="product", title="What is new", due_on=TODAY)
    part, again = (request_part(renewal_id=scene.renewal.id, given=given, by=anna, now=NOW) for _ in range(2))
    task = Task.objects.get(origin_key=f"proposal-part:{part.id}")
    assert (again.id, task.assignee_id, task.due_on, task.state) == (part.id, carl.id, TODAY, "open")
    with pytest.raises(NotPermitted):
        write_part(part_id=part.id, text="Mine", is_ready=True, revision=1, by=anna, now=NOW)
    with pytest.raises(PartNotPossible):
        keep_part(part_id=part.id, text="  ", is_ready=True, revision=1, by=carl, now=NOW)
    for _ in range(2):
        kept = keep_part(part_id=part.id, text="Faster search.", is_ready=True, revision=1, by=carl, now=NOW)
    assert (kept.revision, kept.state, Task.objects.get(id=task.id).state) == (2, "ready", "cancelled")
    with pytest.raises(PartChanged):
        keep_part(part_id=part.id, text="Slower.", is_ready=False, revision=1, by=carl, now=NOW)
    for _ in range(2):
        remark_on_part(part_id=part.id, words="Say how much.", by=anna, now=NOW)
    assert (PartRemark.objects.count(), contributes(carl.id, scene.renewal.id)) == (1, True)
    for _ in range(2):
        drop_part(part_id=part.id, by=anna, now=NOW)
    assert (standing_parts(scene.renewal.id).count(), contributes(carl.id, scene.renewal.id)) == (0, False)
    assert len(changes_of(ProposalPart.objects.get())) == 3
    with pytest.raises(UnknownReference):
        remark_on_part(part_id=part.id, words="Late", by=anna, now=NOW)


@pytest.mark.requirement(104)
def test_part_that_cannot_be_asked_for_is_refused(scene: Scene) -> None:
    anna, carl = scene.people["anna"], scene.people["carl"]
    given = PartAsked(user_id=carl.id, function="sales", title="The plan")

    def ask(**changes: object) -> ProposalPart:
        return ask_for_part(renewal_id=scene.renewal.id, given=replace(given, **changes), by=anna, now=NOW)

    for wrong in ({"user_id": 10**9}, {"function": "magic"}, {"due_on": TODAY - timedelta(days=1)}):
        with pytest.raises(PartNotPossible):
            ask(**wrong)
    with pytest.raises(RequiredValueMissing):
        ask(title=" ")
    for number in range(MOST_PARTS):
        ask(title=f"Part {number}")
    with pytest.raises(PartNotPossible):
        ask(title="One more")
    Renewal.objects.update(stage="closed", forecast_category="closed", closed_on=NOW.date(), final_amount=1)
    with pytest.raises(StateNotAllowed):
        ask(title="Too late")
