"""No path of edits, requests, answers and presentations reaches a signed price below policy without its approval."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from offers.actions.approvals import recall_request
from offers.actions.links import withdraw_link
from offers.actions.proposals import present_proposal, sign_proposal
from offers.core.plain import read_baseline, read_verdict
from offers.core.policy import Kind, Outcome, strictly_worse
from offers.models import ApprovalRequest, Proposal, ProposalAnswer, ProposalLink, ProposalVersion
from renewals.core.actors import Actor
from renewals.core.errors import NamedError
from renewals.models import Workspace
from tests.offers.links import answer, presented
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW

SLOW_AND_SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
"""One scene for all paths, each rolled back; on a busy machine drawing one takes its time."""
PEOPLE = ("anna", "rita", "fred", "fay", "carl", "eve")
WHO = st.sampled_from(PEOPLE)
EDIT = st.tuples(
    st.just("edit"),
    WHO,
    st.sampled_from([3, 8, 20, 35, 35, 70]),
    st.sampled_from([6, 12, 48]),
    st.sampled_from([30, 60]),
)
ACTS = ("ask", "approve", "refuse", "recall", "present", "sign", "link", "accept", "unlink")
ACT = st.tuples(st.sampled_from(ACTS), WHO)
ENDS = ((), ("present",), ("present", "sign"), ("link", "accept"), ("recall", "present"), ("refuse", "sign"))
# A round as people make it, with as many answers as the highest level needs, and something out of turn between.
ROUND = st.tuples(EDIT, st.sampled_from([0, 1, 3, 3]), st.sampled_from(ENDS), st.lists(ACT, max_size=2))
APPROVED = (("edit", "anna", 8, 12, 30), 3, (), [])
WORSE = ("edit", "anna", 35, 12, 30)
"""What people would try first: a worse price behind an approved one, and once more what was refused."""
PATHS = st.lists(ROUND, min_size=1, max_size=3)


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


@pytest.mark.requirement(32)
@settings(max_examples=12, deadline=None, suppress_health_check=SLOW_AND_SHARED)
@given(path=PATHS)
@example(path=[APPROVED, (WORSE, 0, ("present", "sign"), [])])
@example(path=[APPROVED, (WORSE, 0, ("link", "accept"), [])])
@example(path=[APPROVED, (WORSE, 0, ("recall", "present"), [("sign", "anna")])])
@example(path=[(APPROVED[0], 0, (), [("refuse", "rita")]), (APPROVED[0], 0, ("present", "sign"), [])])
@example(path=[((*APPROVED[0][:2], 3, *APPROVED[0][3:]), 1, ("present", "sign"), [])] * 2)
@example(path=[(APPROVED[0], 3, ("link",), []), (WORSE, 0, (), [("accept", "anna")])])
def test_no_path_of_edits_reaches_a_signed_price_below_policy_unapproved(scene: Scene, path: list[tuple]) -> None:
    with transaction.atomic():
        for step in _steps(path):
            with suppress(NamedError), transaction.atomic():  # a refusal writes nothing
                _walk(scene, step)
            _check()
        transaction.set_rollback(True)


def _steps(path: list[tuple]) -> list[tuple]:
    found = []
    for edit, answers, ends, others in path:
        asked = [edit, ("ask", edit[1]), *(("approve", "") for _ in range(answers))]
        found += [*asked, *((name, edit[1]) for name in ends), *others]
    return found


def _approve(scene: Scene, request: ApprovalRequest) -> None:
    """Let the first person answer who may."""
    for who in PEOPLE:
        for step in request.steps.filter(state="open"):
            with suppress(NamedError), transaction.atomic():
                scene.answer(request, who, key=step.key)
                return


def _walk(scene: Scene, step: tuple) -> None:
    name, who = step[0], step[1]
    proposal = Proposal.objects.select_related("version").order_by("-id").first()
    newest = proposal.version if proposal else None
    if name == "edit":
        seen = newest.number if newest and proposal.state in ("draft", "presented") else 0
        scene.keep(who, seen=seen, discount=step[2], term_months=step[3], payment_days=step[4])
        return
    request = ApprovalRequest.objects.order_by("-id").first()
    link = ProposalLink.objects.order_by("-id").first()
    acts: dict[str, Callable[[], object]] = {
        "ask": lambda: newest and scene.ask(newest, who),
        "approve": lambda: request and _approve(scene, request),
        "refuse": lambda: request and request.steps.exists() and scene.answer(request, who, is_approved=False),
        "recall": lambda: request and recall_request(request_id=request.id, by=scene.people[who], now=NOW),
        "present": lambda: newest and _move(present_proposal, proposal, scene.people[who]),
        "sign": lambda: newest and _move(sign_proposal, proposal, scene.people[who]),
        "link": lambda: newest and presented(scene, newest, by=who),
        "accept": lambda: link and answer(scene, link),
        "unlink": lambda: link and _unlink(link, scene.people[who]),
    }
    acts[name]()


def _move(act: Callable[..., object], proposal: Proposal, by: Actor) -> object:
    return act(proposal_id=proposal.id, version_id=proposal.version_id, by=by, now=NOW)


def _unlink(link: ProposalLink, by: Actor) -> object:
    return withdraw_link(link_id=link.id, reason="Wrong.", today=TODAY, by=by, now=NOW)


def _check() -> None:
    """What is shown or signed lies inside the policy, or is in nothing worse than a version people agreed to.

    What was accepted is closed at exactly the price of the version behind the link.
    """
    for said in ProposalAnswer.objects.filter(kind="accepted").select_related("version", "proposal__renewal"):
        assert said.proposal.version_id == said.version_id
        assert said.proposal.renewal.final_amount == said.version.net_amount
    for proposal in Proposal.objects.filter(state__in=["presented", "signed"]).select_related("version"):
        verdict = read_verdict(proposal.version.verdict)
        assert verdict.outcome is not Outcome.REFUSE
        if verdict.outcome is Outcome.NEEDS_APPROVAL:
            assert any(_covers(version, verdict) for version in _agreed(proposal))


def _agreed(proposal: Proposal) -> list[ProposalVersion]:
    """The versions that somebody with the right said yes to; never one whose requester answered it."""
    rows = ApprovalRequest.objects.filter(proposal=proposal, state="approved", way__in=["ask", "own_limit"])
    for row in rows:
        answers = [answer for step in row.steps.all() for answer in step.answers.all()]
        assert row.way == "own_limit" or [answer.is_approved for answer in answers].count(True) >= row.steps.count()
        assert {answer.user_id for answer in answers}.isdisjoint({row.requester_id, *row.barred_ids})
    return [row.version for row in rows.select_related("version")]


def _covers(version: ProposalVersion, verdict: object) -> bool:
    approved = read_baseline(version.governed)
    return all(
        finding.key in approved and not strictly_worse(Kind(finding.kind), finding.value, approved[finding.key])
        for finding in verdict.reasons
    )
