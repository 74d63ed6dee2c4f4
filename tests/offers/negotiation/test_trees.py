"""Trees in the database: versions that never change, walks that are resumed, answers that are never overwritten."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, transaction

from offers.actions.drafts import change_draft, publish_draft, start_draft, submit_draft
from offers.actions.trees import AnswerSaid, answer_question, set_tree_active, start_walk
from offers.core.errors import (
    NothingChanged,
    RulesHaveProblems,
    SecondPersonNeeded,
    TreeNotPossible,
    WalkChanged,
)
from offers.models import TreeVersion, TreeWalk, WalkAnswer
from offers.queries.trees import shipped_trees, tree_in_force, walks_of
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, StateNotAllowed, UnknownReference
from renewals.models import Renewal, Workspace
from tests.offers.stories import Scene, make_scene
from tests.renewals.build import NOW

KEY = "price_too_high"


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def walk(scene: Scene, by: str = "anna") -> TreeWalk:
    return start_walk(renewal_id=scene.renewal.id, tree_key=KEY, by=scene.people[by], now=NOW)


def say(scene: Scene, row: TreeWalk, question: str, answer: str, *, seen: int, by: str = "anna") -> object:
    said = AnswerSaid(question=question, answer=answer, seen_number=seen, note="In their words.")
    return answer_question(walk_id=row.id, said=said, by=scene.people[by], now=NOW)


@pytest.mark.requirement(41)
def test_walk_keeps_every_answer_with_its_version_and_suggests_the_next_step(scene: Scene) -> None:
    row = walk(scene)
    assert walk(scene, "rita").id == row.id
    assert TreeVersion.objects.get().number == 1
    say(scene, row, "compared_with", "rival", seen=0)
    path = say(scene, row, "rival_same", "yes", seen=1)
    assert (path.outcome.play, path.outcome.key) == ("product_expert", "expert_compares")
    for _ in range(2):
        path = say(scene, row, "compared_with", "last_year", seen=2, by="rita")
        assert path.question.key == "uplift_agreed"
    found = walks_of(scene.renewal.id)[0]
    assert [(each.answer, each.answered_by) for each in found.answers] == [
        ("rival", "Anna"),
        ("yes", "Anna"),
        ("last_year", "Rita"),
    ]
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        WalkAnswer.objects.update(answer="no")


def test_answer_over_somebody_elses_and_to_what_is_not_asked_is_refused(scene: Scene) -> None:
    row = walk(scene)
    say(scene, row, "compared_with", "rival", seen=0)
    with pytest.raises(WalkChanged, match="Anna has answered"):
        say(scene, row, "compared_with", "value", seen=0, by="rita")
    for question, answer in (("budget_when", "now"), ("rival_same", "perhaps"), ("nothing", "yes")):
        with pytest.raises(TreeNotPossible):
            say(scene, row, question, answer, seen=1)
    with pytest.raises(UnknownReference):
        start_walk(renewal_id=scene.renewal.id, tree_key="nothing", by=scene.people["anna"], now=NOW)
    Renewal.objects.update(stage="closed", forecast_category="closed", closed_on=NOW.date(), final_amount=1)
    with pytest.raises(StateNotAllowed):
        say(scene, row, "rival_same", "yes", seen=1)


@pytest.mark.requirement(30)
def test_tree_is_published_on_top_of_what_was_seen_and_walks_go_on_with_theirs(scene: Scene) -> None:
    row = walk(scene)
    say(scene, row, "compared_with", "rival", seen=0)
    rita, fred = scene.people["rita"], scene.people["fred"]
    with pytest.raises(UnknownReference):
        start_draft(kind="tree", key="nothing", reason="New.", by=rita, now=NOW)
    draft = start_draft(kind="tree", key=KEY, reason="Our words.", by=rita, now=NOW)
    with pytest.raises(NothingChanged):
        submit_draft(draft_id=draft.id, revision=1, by=rita, now=NOW)
    for revision, wrong in enumerate(({"start": "nowhere"}, {"key": "mine"}), start=1):
        content = dict(tree_in_force(KEY).definition) | wrong
        change_draft(draft_id=draft.id, revision=revision, content=content, by=rita, now=NOW)
        with pytest.raises(RulesHaveProblems):
            submit_draft(draft_id=draft.id, revision=revision + 1, by=rita, now=NOW)
    content = dict(tree_in_force(KEY).definition) | {"name": "Too dear"}
    change_draft(draft_id=draft.id, revision=3, content=content, by=rita, now=NOW)
    submit_draft(draft_id=draft.id, revision=4, by=rita, now=NOW)
    with pytest.raises(SecondPersonNeeded):
        publish_draft(draft_id=draft.id, by=rita, now=NOW)
    assert publish_draft(draft_id=draft.id, by=fred, now=NOW).published_number == 2
    with pytest.raises(RequiredValueMissing):
        set_tree_active(key=KEY, is_active=False, reason=" ", by=rita, now=NOW)
    for _ in range(2):
        assert set_tree_active(key=KEY, is_active=False, reason="Nobody asks.", by=rita, now=NOW).number == 3
    found = walks_of(scene.renewal.id)[0]
    assert (found.tree.name, found.is_newest) == ("The price is too high", False)
    with pytest.raises(StateNotAllowed, match="retired"):
        walk(scene)
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
        TreeVersion.objects.filter(number=3).update(is_active=True)
    assert shipped_trees()[KEY]["name"] == "The price is too high"
