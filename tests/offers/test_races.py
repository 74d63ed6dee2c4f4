"""Real connections at once: two approvers, an edit and an approval, two first versions, two who publish."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from offers.actions.drafts import change_draft, publish_draft, start_draft, submit_draft
from offers.actions.scenarios import OptionContent, add_option, adopt_option
from offers.core.errors import DraftNotInState, ProposalChanged, RequestClosed
from offers.core.pricing import Wish
from offers.models import ApprovalAnswer, ApprovalRequest, PolicyVersion, Proposal, ProposalVersion, Scenario
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError
from tests.offers.stories import TODAY, Scene, make_scene
from tests.plugins.database import make_workspace
from tests.renewals.build import NOW


@pytest.fixture
def scene(committed: None) -> Iterator[Scene]:
    workspace = make_workspace("race")
    by = system_actor(workspace.id, "race")
    with in_workspace(workspace.id, by=by):
        made = make_scene(workspace, by)
    yield made


def at_once(scene: Scene, *works: Callable[[], object]) -> list[str]:
    """Do these in transactions of their own that begin together; returns what each came to, by name of its refusal."""
    barrier = Barrier(len(works))

    def alone(work: Callable[[], object]) -> str:
        try:
            with in_workspace(scene.workspace.id, by=scene.people["abe"]):
                barrier.wait(timeout=20)
                work()
                return "done"
        except NamedError as error:
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(works)) as pool:
        return sorted(pool.map(alone, works))


def inside(scene: Scene) -> object:
    return in_workspace(scene.workspace.id, by=scene.people["abe"])


def test_two_approvers_at_once_give_one_answer(scene: Scene) -> None:
    with inside(scene):
        request = scene.ask(scene.keep(discount=15))
    found = at_once(
        scene, lambda: scene.answer(request, "fred"), lambda: scene.answer(request, "fay", is_approved=False)
    )
    assert found == [RequestClosed.__name__, "done"]
    with inside(scene):
        answer = ApprovalAnswer.objects.get()
        assert ApprovalRequest.objects.get().state == ("approved" if answer.is_approved else "refused")


@pytest.mark.requirement(32)
def test_two_who_are_asked_in_parallel_answer_at_once_and_the_next_stage_opens_once(scene: Scene) -> None:
    with inside(scene):
        request = scene.ask(scene.keep(discount=35))
    found = at_once(
        scene,
        lambda: scene.answer(request, "fred", key="finance"),
        lambda: scene.answer(request, "carl", key="renewals"),
    )
    assert found == ["done", "done"]
    with inside(scene):
        row = ApprovalRequest.objects.get()
        assert (row.state, ApprovalAnswer.objects.count()) == ("waiting", 2)
        assert dict(row.steps.values_list("key", "state")) == {
            "finance": "approved",
            "renewals": "approved",
            "executive": "open",
        }


def test_edit_and_approval_at_once_never_approve_the_edit(scene: Scene) -> None:
    with inside(scene):
        request = scene.ask(scene.keep(discount=15))
    found = at_once(scene, lambda: scene.answer(request, "fred"), lambda: scene.keep(discount=40, seen=1))
    with inside(scene):
        newest = ProposalVersion.objects.get(number=2)
        assert not ApprovalRequest.objects.filter(version=newest).exists()
        state = ApprovalRequest.objects.get().state
    assert (found, state) in [(["done", "done"], "approved"), ([ProposalChanged.__name__, "done"], "overtaken")]


def test_two_first_versions_at_once_leave_one(scene: Scene) -> None:
    with inside(scene):
        scene.keep("anna", discount=1)
        Proposal.objects.update(state="withdrawn", ended_at=NOW)
    found = at_once(scene, lambda: scene.keep("anna", discount=2), lambda: scene.keep("rita", discount=3))
    assert found == [ProposalChanged.__name__, "done"]
    with inside(scene):
        assert Proposal.objects.filter(state="draft").count() == 1


def test_two_who_publish_at_once_make_one_version(scene: Scene) -> None:
    with inside(scene):
        scene.keep()
        draft = start_draft(kind="policy", reason="Prices rise.", by=scene.people["rita"], now=NOW)
        content = draft.content | {"defaults": draft.content["defaults"] | {"uplift_percent": 5}}
        change_draft(draft_id=draft.id, revision=1, content=content, by=scene.people["rita"], now=NOW)
        submit_draft(draft_id=draft.id, revision=2, by=scene.people["rita"], now=NOW)

    def publish(by: Actor) -> Callable[[], object]:
        return lambda: publish_draft(draft_id=draft.id, by=by, now=NOW)

    found = at_once(scene, publish(scene.people["fred"]), publish(scene.people["fay"]))
    assert found == [DraftNotInState.__name__, "done"]
    with inside(scene):
        assert list(PolicyVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_two_who_adopt_other_options_at_once_make_one_version(scene: Scene) -> None:
    def add(by: str, months: int) -> Scenario:
        given = OptionContent(name=f"{months} months", wish=Wish(term_months=months))
        return add_option(renewal_id=scene.renewal.id, given=given, by=scene.people[by], now=NOW)

    def adopt(option: Scenario, by: str) -> Callable[[], object]:
        return lambda: adopt_option(
            scenario_id=option.id, revision=1, seen_number=0, today=TODAY, by=scene.people[by], now=NOW
        )

    with inside(scene):
        scene.keep()
        Proposal.objects.update(state="withdrawn", ended_at=NOW)
    assert at_once(scene, lambda: add("anna", 12), lambda: add("rita", 24)) == ["done", "done"]
    with inside(scene):
        first, second = Scenario.objects.order_by("letter")
        assert (first.letter, second.letter) == ("A", "B")
    found = at_once(scene, adopt(first, "anna"), adopt(second, "rita"))
    assert found == [ProposalChanged.__name__, "done"]
    with inside(scene):
        assert Scenario.objects.filter(adopted_version__isnull=False).count() == 1
        assert Proposal.objects.get(state="draft").version.number == 1
