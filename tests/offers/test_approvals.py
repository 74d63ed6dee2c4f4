"""Requests through their steps: chain, parallel, absence, clock, own limit, and what is asked again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from offers.actions.approvals import AnswerGiven, answer_step, recall_request, tend_requests
from offers.actions.proposals import present_proposal, sign_proposal
from offers.core.errors import NotYoursToDecide, ProposalChanged, RequestClosed
from offers.models import ApprovalAnswer, ProposalVersion
from offers.queries.approvals import seats_of_person
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing
from renewals.models import Workspace
from tests.offers.stories import Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def seats(scene: Scene, **away: int | None) -> list[str]:
    """Who has something to answer, with these people away (name: stands in)."""
    known = {scene.people[name].id: scene.people[who].id if isinstance(who, str) else who for name, who in away.items()}
    return sorted(name for name, actor in scene.people.items() if seats_of_person(actor.id, away=known))


@pytest.mark.requirement(32)
def test_request_is_for_its_level_and_leads_to_a_signature(scene: Scene) -> None:
    version = scene.keep(discount=15)
    request = scene.ask(version)
    assert (request.state, request.level, request.requested_by) == ("waiting", "finance", "Anna")
    assert seats(scene) == ["fay", "fred"]
    done = scene.answer(request, "fred")
    assert (done.state, done.ended_by) == ("approved", "Fred")
    anna = scene.people["anna"]
    present_proposal(proposal_id=version.proposal_id, version_id=version.id, by=anna, now=NOW)
    for _ in range(2):
        assert sign_proposal(proposal_id=version.proposal_id, version_id=version.id, by=anna, now=NOW).state == "signed"


def test_two_in_parallel_then_the_executive(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=35))
    assert (request.level, seats(scene)) == ("board", ["carl", "fay", "fred", "rita"])
    scene.answer(request, "fred", key="finance")
    assert seats(scene) == ["carl", "rita"]
    scene.answer(request, "carl", key="renewals")
    assert seats(scene) == ["eve"]
    assert scene.answer(request, "eve", key="executive").state == "approved"


def test_refusal_needs_a_reason_and_ends_it(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=35))
    given = AnswerGiven(version_id=request.version_id, is_approved=False)
    step = request.steps.get(key="finance")
    with pytest.raises(RequiredValueMissing):
        answer_step(step_id=step.id, given=given, away={}, by=scene.people["fred"], now=NOW)
    done = scene.answer(request, "fred", key="finance", is_approved=False)
    assert (done.state, done.ended_reason) == ("refused", "Too much.")
    assert sorted(step.state for step in done.steps.all()) == ["closed", "closed", "refused"]
    with pytest.raises(RequestClosed):
        scene.answer(request, "carl", key="renewals")


@pytest.mark.parametrize("who", ["anna", "abe", "eve"])
def test_requester_and_strangers_to_the_step_are_refused(scene: Scene, who: str) -> None:
    request = scene.ask(scene.keep(discount=15))
    with pytest.raises(NotYoursToDecide):
        scene.answer(request, who)
    assert ApprovalAnswer.objects.count() == 0


def test_requester_never_answers_even_with_the_role_or_for_somebody_away(scene: Scene) -> None:
    request = scene.ask(scene.keep("fred", discount=15), "fred")
    assert (request.state, seats(scene)) == ("waiting", ["fay"])
    assert seats(scene, fay="fred") == []
    with pytest.raises(NotYoursToDecide, match="You asked for this"):
        scene.answer(request, "fred", away={scene.people["fay"].id: scene.people["fred"].id})
    with pytest.raises(IntegrityError, match="approval_not_by_the_requester"), transaction.atomic():
        ApprovalAnswer.objects.create(
            workspace=scene.workspace,
            step=request.steps.get(),
            user_id=request.requester_id,
            requester_id=request.requester_id,
            role="finance",
            is_approved=True,
            answered_at=NOW,
            answered_by="Fred",
        )


def test_who_wrote_a_version_does_not_approve_a_later_one(scene: Scene) -> None:
    scene.keep("fred", discount=14)
    request = scene.ask(scene.keep("anna", discount=15, seen=1))
    assert seats(scene) == ["fay"]
    with pytest.raises(NotYoursToDecide):
        scene.answer(request, "fred")


def test_own_limit_is_enough_up_to_its_level_and_not_beyond(scene: Scene) -> None:
    mine = scene.ask(scene.keep("rita", discount=8), "rita")
    assert (mine.state, mine.way, mine.evidence["asked_for"]) == ("approved", "own_limit", ["below_policy"])
    beyond = scene.ask(scene.keep("rita", discount=15, seen=1), "rita")
    assert (beyond.state, beyond.level) == ("waiting", "finance")


def test_absent_approver_hands_the_seat_on_and_the_answer_says_so(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=15))
    fred, carl = scene.people["fred"].id, scene.people["carl"].id
    assert seats(scene, fred="carl") == ["carl", "fay"]
    scene.answer(request, "carl", away={fred: carl})
    answer = ApprovalAnswer.objects.get()
    assert (answer.user_id, answer.on_behalf_of_id, answer.role) == (carl, fred, "finance")


def test_nobody_there_is_escalated_at_once(scene: Scene) -> None:
    away = {scene.people[name].id: None for name in ("fred", "fay")}
    request = scene.ask(scene.keep(discount=15), away=away)
    assert (request.steps.get().escalated_at, seats(scene, fred=None, fay=None)) == (NOW, ["eve"])


def test_clock_escalates_once_and_approves_nothing(scene: Scene, actor: Actor) -> None:
    request = scene.ask(scene.keep(discount=15))
    later = NOW + timedelta(hours=48)
    assert tend_requests(away={}, by=actor, now=later - timedelta(seconds=1)) == 0
    assert [tend_requests(away={}, by=actor, now=later) for _ in range(2)] == [1, 0]
    assert seats(scene) == ["eve", "fay", "fred"]
    request.refresh_from_db()
    assert request.state == "waiting"


@pytest.mark.parametrize(
    ("second", "way", "state"),
    [
        ({"discount": 15, "term_months": 24}, "carried", "approved"),
        ({"discount": 12}, "carried", "approved"),
        ({"discount": 16}, "ask", "waiting"),
        ({"discount": 15, "payment_days": 45}, "ask", "waiting"),
    ],
)
def test_only_what_got_strictly_worse_is_asked_again(
    scene: Scene, second: dict[str, object], way: str, state: str
) -> None:
    scene.answer(scene.ask(scene.keep(discount=15)), "fred")
    request = scene.ask(scene.keep(seen=1, **second))
    assert (request.way, request.state) == (way, state)


def test_two_good_versions_do_not_add_up_to_a_bad_one(scene: Scene) -> None:
    """Approved: 15 % on a year, then 5 % with days to pay. Both together were never approved."""
    scene.answer(scene.ask(scene.keep(discount=15)), "fred")
    scene.answer(scene.ask(scene.keep(discount=5, payment_days=45, seen=1)), "fay")
    both = scene.ask(scene.keep(discount=15, payment_days=45, seen=2))
    assert (both.way, both.state) == ("ask", "waiting")


def test_answer_to_a_version_that_was_edited_is_refused(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=15))
    newer = scene.keep(discount=20, seen=1)
    with pytest.raises(ProposalChanged):
        scene.answer(request, "fred")
    with pytest.raises(ProposalChanged):
        scene.ask(ProposalVersion.objects.get(number=1))
    fresh = scene.ask(newer)
    with pytest.raises(ProposalChanged):
        scene.answer(fresh, "fred", version_id=request.version_id)


def test_same_answer_twice_changes_nothing(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=15))
    for _ in range(2):
        assert scene.answer(request, "fred").state == "approved"
    assert ApprovalAnswer.objects.count() == 1
    with pytest.raises(RequestClosed):
        scene.answer(request, "fay")


def test_only_who_asked_recalls(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=15))
    with pytest.raises(NotYoursToDecide):
        recall_request(request_id=request.id, by=scene.people["fred"], now=NOW)
    recall_request(request_id=request.id, by=scene.people["anna"], now=NOW)
    assert seats(scene) == []
