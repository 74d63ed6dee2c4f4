"""Every step of every state: what each may become stands here a second time, and what people do leads nowhere else."""

from collections.abc import Callable
from itertools import product

import pytest
from django.db import transaction
from django.db.models import Model

from offers.actions.approvals import recall_request
from offers.actions.drafts import change_draft, end_draft, publish_draft, start_draft, submit_draft, take_back
from offers.actions.proposals import present_proposal, sign_proposal, withdraw_proposal
from offers.core.errors import DraftNotInState
from offers.core.states import (
    DRAFT_STEPS,
    PROPOSAL_STEPS,
    REQUEST_STEPS,
    REVISION_STEPS,
    STEP_STEPS,
    check_draft_step,
    check_revision_step,
)
from offers.models import ApprovalRequest, Proposal, RuleDraft
from renewals.core.errors import NamedError
from renewals.models import Workspace
from tests.offers.links import answer, presented
from tests.offers.stories import Scene, make_scene
from tests.renewals.build import NOW

DRAFTS = {
    ("draft", "waiting"),
    ("draft", "discarded"),
    ("waiting", "draft"),
    ("waiting", "published"),
    ("waiting", "rejected"),
}
REVISIONS = {
    ("draft", "waiting"),
    ("draft", "discarded"),
    ("waiting", "draft"),
    ("waiting", "applying"),
    ("waiting", "refused"),
    ("applying", "stopped"),
    ("applying", "applied"),
    ("applying", "undone"),
    ("stopped", "applying"),
    ("stopped", "undone"),
    ("applied", "undone"),
}


@pytest.mark.parametrize(
    ("steps", "allowed", "check"),
    [(DRAFT_STEPS, DRAFTS, check_draft_step), (REVISION_STEPS, REVISIONS, check_revision_step)],
    ids=["draft", "revision"],
)
def test_every_pair_of_states_is_a_step_or_refused_with_what_is_possible(
    steps: dict[str, tuple[str, ...]], allowed: set[tuple[str, str]], check: Callable[[str, str], None]
) -> None:
    for state, to in product(steps, steps):
        if (state, to) in allowed:
            check(state, to)
            continue
        with pytest.raises(DraftNotInState) as refused:
            check(state, to)
        assert f"cannot become {to}" in str(refused.value)


@pytest.fixture
def scene(inside: Workspace, actor: object) -> Scene:
    return make_scene(inside, actor)


def tried(act: Callable[[], object]) -> str:
    """Do it and return "" or the name of its refusal, which writes nothing."""
    try:
        with transaction.atomic():
            act()
    except NamedError as error:
        return type(error).__name__
    return ""


def each_alone(row: Model, acts: dict[str, Callable[[], object]]) -> dict[str, str]:
    """Do each of these to the row as it is; returns the state it comes to by name, "" where it was refused."""
    found, before = {}, row.state
    for name, act in acts.items():
        with transaction.atomic():
            refused = tried(act)
            row.refresh_from_db()
            found[name] = "" if refused else row.state
            assert not refused or row.state == before
            transaction.set_rollback(True)
        row.refresh_from_db()
    return found


# What a proposal is after each step people may try in it: "" for refused.
PROPOSALS = {
    "draft": {"edit": "draft", "ask": "draft", "present": "", "sign": "", "withdraw": "withdrawn"},
    "waiting": {"edit": "draft", "ask": "draft", "present": "", "sign": "", "withdraw": "withdrawn"},
    "approved": {"edit": "draft", "ask": "draft", "present": "presented", "sign": "", "withdraw": "withdrawn"},
    "edited": {"edit": "draft", "ask": "draft", "present": "", "sign": "", "withdraw": "withdrawn"},
    "presented": {
        "edit": "draft",
        "ask": "presented",
        "present": "presented",
        "sign": "signed",
        "withdraw": "withdrawn",
    },
    "signed": {"edit": "", "ask": "", "present": "", "sign": "signed", "withdraw": ""},
    "withdrawn": {"edit": "", "ask": "", "present": "", "sign": "", "withdraw": "withdrawn"},
}
REACHED = {"waiting": "draft", "approved": "draft", "edited": "draft"}
"""What the proposal itself is where its newest version waits, is approved, or an earlier one was approved."""


def brought(scene: Scene, to: str) -> Proposal:
    """Return a proposal of 15 % discount in a state."""
    version = scene.keep(discount=15)
    proposal_id, by = version.proposal_id, scene.people["anna"]
    if to not in ("draft", "withdrawn"):
        request = scene.ask(version)
        if to != "waiting":
            scene.answer(request, "fred")
    if to == "edited":
        scene.keep(discount=25, seen=1)
    if to in ("presented", "signed"):
        present_proposal(proposal_id=proposal_id, version_id=version.id, by=by, now=NOW)
    if to == "signed":
        sign_proposal(proposal_id=proposal_id, version_id=version.id, by=by, now=NOW)
    if to == "withdrawn":
        withdraw_proposal(proposal_id=proposal_id, reason="Over.", by=by, now=NOW)
    return Proposal.objects.select_related("version").get(id=proposal_id)


def acts_on(scene: Scene, row: Proposal) -> dict[str, Callable[[], object]]:
    step = {"proposal_id": row.id, "version_id": row.version_id, "by": scene.people["anna"], "now": NOW}
    return {
        "edit": lambda: _edited(scene, row),
        "ask": lambda: scene.ask(row.version),
        "present": lambda: present_proposal(**step),
        "sign": lambda: sign_proposal(**step),
        "withdraw": lambda: withdraw_proposal(proposal_id=row.id, reason="Over.", by=scene.people["anna"], now=NOW),
    }


def _edited(scene: Scene, row: Proposal) -> None:
    """Keep another version of this very proposal; a new one beside an ended one is no step of it."""
    if scene.keep(discount=16, seen=row.version.number).proposal_id != row.id:
        raise DraftNotInState("Another proposal was begun.")


@pytest.mark.requirement(32)
def test_each_step_of_a_proposal_in_each_state_leads_where_the_table_says(scene: Scene) -> None:
    found: dict[str, dict[str, str]] = {}
    moves = set()
    for state in PROPOSALS:
        with transaction.atomic():
            row = brought(scene, state)
            before = row.state
            assert before == REACHED.get(state, state)
            found[state] = each_alone(row, acts_on(scene, row))
            moves |= {(before, to) for to in found[state].values() if to not in ("", before)}
            transaction.set_rollback(True)
    assert found == PROPOSALS
    assert moves == {(state, to) for state, targets in PROPOSAL_STEPS.items() for to in targets}


# What a request is after each step people may try: "" for refused.
REQUESTS = {
    "waiting": {
        "approve": "approved",
        "refuse": "refused",
        "recall": "recalled",
        "edit": "overtaken",
        "withdraw": "recalled",
    },
    "approved": {"approve": "approved", "refuse": "", "recall": "", "edit": "approved", "withdraw": "approved"},
    "refused": {"approve": "", "refuse": "refused", "recall": "", "edit": "refused", "withdraw": "refused"},
    "recalled": {"approve": "", "refuse": "", "recall": "recalled", "edit": "recalled", "withdraw": "recalled"},
    "overtaken": {"approve": "", "refuse": "", "recall": "", "edit": "overtaken", "withdraw": "overtaken"},
}


def asked(scene: Scene, to: str) -> ApprovalRequest:
    """Return a request of 15 % discount in a state."""
    request = scene.ask(scene.keep(discount=15))
    if to in ("approved", "refused"):
        scene.answer(request, "fred", is_approved=to == "approved")
    elif to == "recalled":
        recall_request(request_id=request.id, by=scene.people["anna"], now=NOW)
    elif to == "overtaken":
        scene.keep(discount=16, seen=1)
    return ApprovalRequest.objects.get(id=request.id)


def acts_of_approval(scene: Scene, row: ApprovalRequest) -> dict[str, Callable[[], object]]:
    number, anna = Proposal.objects.get(id=row.proposal_id).version.number, scene.people["anna"]
    return {
        "approve": lambda: scene.answer(row, "fred"),
        "refuse": lambda: scene.answer(row, "fred", is_approved=False),
        "recall": lambda: recall_request(request_id=row.id, by=anna, now=NOW),
        "edit": lambda: scene.keep(discount=17, seen=number),
        "withdraw": lambda: withdraw_proposal(proposal_id=row.proposal_id, reason="Over.", by=anna, now=NOW),
    }


@pytest.mark.requirement(32)
def test_each_step_of_a_request_in_each_state_leads_where_the_table_says(scene: Scene) -> None:
    found: dict[str, dict[str, str]] = {}
    for state in REQUESTS:
        with transaction.atomic():
            row = asked(scene, state)
            assert row.state == state
            found[state] = each_alone(row, acts_of_approval(scene, row))
            transaction.set_rollback(True)
    assert found == REQUESTS
    moves = {(state, to) for state, ways in found.items() for to in ways.values() if to and to != state}
    assert moves == {(state, to) for state, targets in REQUEST_STEPS.items() for to in targets}


BOARD = 35
"""So much discount is asked of two at once, then of the executive."""
PATHS = (
    ("yes", "yes", "yes"),
    ("no",),
    ("yes", "no"),
    ("yes", "yes", "no"),
    ("edit",),
    ("yes", "recall"),
    ("yes", "yes", "edit"),
)


@pytest.mark.requirement(32)
def test_steps_of_a_request_move_as_the_table_says_and_no_other_way(scene: Scene) -> None:
    """Two steps at once and one behind them: answered, recalled and overtaken at each point."""
    moves: set[tuple[str, str]] = set()
    for path in PATHS:
        with transaction.atomic():
            request = scene.ask(scene.keep(discount=BOARD))
            for act in path:
                before = dict(request.steps.values_list("key", "state"))
                tried(lambda act=act, request=request: _step_act(scene, request, act))
                after = dict(request.steps.values_list("key", "state"))
                moves |= {(before[key], after[key]) for key in before if before[key] != after[key]}
                is_over = ApprovalRequest.objects.get(id=request.id).state != "waiting"
                assert not (is_over and {"open", "coming"} & set(after.values())), path
            transaction.set_rollback(True)
    assert moves == {(state, to) for state, targets in STEP_STEPS.items() for to in targets}


def _step_act(scene: Scene, request: ApprovalRequest, act: str) -> None:
    if act == "edit":
        scene.keep(discount=BOARD + 1, seen=1)
    elif act == "recall":
        recall_request(request_id=request.id, by=scene.people["anna"], now=NOW)
    else:
        _answered(scene, request, is_approved=act == "yes")


def _answered(scene: Scene, request: ApprovalRequest, *, is_approved: bool) -> None:
    """Let the first person answer who may."""
    for who, key in product(("rita", "fred", "carl", "eve"), request.steps.filter(state="open").values_list("key")):
        said = {"key": key[0], "is_approved": is_approved}
        if not tried(lambda who=who, said=said: scene.answer(request, who, **said)):
            return


# What a draft of rules is after each step people may try: "" for refused.
RULES = {
    "draft": {"change": "draft", "submit": "waiting", "take_back": "", "end": "discarded", "publish": ""},
    "waiting": {"change": "", "submit": "", "take_back": "draft", "end": "rejected", "publish": "published"},
    "published": {"change": "", "submit": "", "take_back": "", "end": "", "publish": ""},
    "rejected": {"change": "", "submit": "", "take_back": "", "end": "", "publish": ""},
    "discarded": {"change": "", "submit": "", "take_back": "", "end": "", "publish": ""},
}


def drafted(scene: Scene, to: str) -> RuleDraft:
    rita, fred = scene.people["rita"], scene.people["fred"]
    row = start_draft(kind="policy", reason="Costs rise.", by=rita, now=NOW)
    content = row.content | {"defaults": row.content["defaults"] | {"uplift_percent": 5}}
    row = change_draft(draft_id=row.id, revision=1, content=content, by=rita, now=NOW)
    if to in ("waiting", "published", "rejected"):
        submit_draft(draft_id=row.id, revision=2, by=rita, now=NOW)
    if to == "published":
        publish_draft(draft_id=row.id, by=fred, now=NOW)
    if to in ("rejected", "discarded"):
        end_draft(draft_id=row.id, reason="No.", by=fred, now=NOW)
    return RuleDraft.objects.get(id=row.id)


def acts_on_rules(scene: Scene, row: RuleDraft) -> dict[str, Callable[[], object]]:
    step = {"draft_id": row.id, "by": scene.people["rita"], "now": NOW}
    return {
        "change": lambda: change_draft(revision=row.revision, content={}, **step),
        "submit": lambda: submit_draft(revision=row.revision, **step),
        "take_back": lambda: take_back(**step),
        "end": lambda: end_draft(reason="No.", **step),
        "publish": lambda: publish_draft(**step | {"by": scene.people["fred"]}),
    }


@pytest.mark.requirement(30)
def test_each_step_of_a_draft_in_each_state_leads_where_the_table_says(scene: Scene) -> None:
    scene.keep()  # the shipped policy is in force
    found: dict[str, dict[str, str]] = {}
    for state in RULES:
        with transaction.atomic():
            row = drafted(scene, state)
            assert row.state == state
            found[state] = each_alone(row, acts_on_rules(scene, row))
            transaction.set_rollback(True)
    assert found == RULES


def test_link_is_answered_in_no_state_but_presented(scene: Scene) -> None:
    taken = {}
    for state in ("presented", "signed", "withdrawn", "draft"):
        with transaction.atomic():
            row = brought(scene, "approved")
            link = presented(scene, row.version)
            if state == "signed":
                sign_proposal(proposal_id=row.id, version_id=row.version_id, by=scene.people["anna"], now=NOW)
            elif state == "withdrawn":
                withdraw_proposal(proposal_id=row.id, reason="Over.", by=scene.people["anna"], now=NOW)
            elif state == "draft":
                scene.keep(discount=17, seen=row.version.number)
            taken[state] = tried(lambda link=link: answer(scene, link))
            transaction.set_rollback(True)
    assert taken == {"presented": "", "signed": "LinkNotOpen", "withdrawn": "LinkNotOpen", "draft": "LinkNotOpen"}
