"""What a decision tree may say, that every shipped one ends, and where recorded answers lead."""

import tomllib
from copy import deepcopy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.negotiation.trees import Play, Said, circle_in, path_of, reached_from, read_tree

FOLDER = Path(__file__).parents[4] / "offers" / "library" / "trees"
SHIPPED = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def answer(key: str, leads_to: str) -> dict[str, str]:
    return {"key": key, "text": key.title(), "leads_to": leads_to}


def question(key: str, *answers: dict[str, str]) -> dict[str, object]:
    return {"key": key, "text": f"{key}?", "answers": list(answers)}


def outcome(key: str, **more: str) -> dict[str, str]:
    return {"key": key, "play": "hold", "text": "Do it.", "why": "Because."} | more


TABLE: dict[str, object] = {
    "key": "price",
    "name": "The price",
    "kind": "objection",
    "when": "They say so.",
    "start": "q1",
    "questions": [
        question("q1", answer("yes", "q2"), answer("no", "end")),
        question("q2", answer("a", "end"), answer("b", "other")),
    ],
    "outcomes": [outcome("end"), outcome("other")],
}


def changed(**more: object) -> dict[str, object]:
    return deepcopy(TABLE) | more


@pytest.mark.requirement(41)
@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_tree_has_no_problem_and_its_own_key(name: str) -> None:
    tree, problems = read_tree(SHIPPED[name])
    assert (problems, tree.key) == ((), name)


@pytest.mark.requirement(82)
def test_shipped_trees_know_the_common_objections_and_when_to_bring_whom() -> None:
    trees = [read_tree(table)[0] for table in SHIPPED.values()]
    assert {tree.key for tree in trees if tree.kind == "objection"} == {
        *("price_too_high", "low_usage", "budget_cut", "competitor", "missing_feature", "sponsor_left", "shorter_term")
    }
    plays = {each.play for tree in trees for each in tree.outcomes}
    assert plays == set(Play)


@pytest.mark.parametrize(
    ("bad", "what"),
    [
        (changed(start="q9"), "There is no question 'q9' to start with."),
        (changed(questions=[]), "It asks nothing."),
        (changed(questions=[question("q1", answer("yes", "end"))]), "It has fewer than two answers."),
        (changed(outcomes=[outcome("end")]), "Answer 'b' of 'q2' leads to 'other', which is not there."),
        (changed(outcomes=[outcome("end"), outcome("other"), outcome("loose")]), "No answer leads to 'loose'."),
        (
            changed(outcomes=[outcome("end"), outcome("other"), outcome("q1")]),
            "The question or outcome 'q1' is there twice.",
        ),
        (
            changed(
                questions=[
                    question("q1", answer("yes", "q2"), answer("no", "end")),
                    question("q2", answer("a", "q1"), answer("b", "other")),
                ]
            ),
            "A branch never ends: 'q1' leads to 'q2' leads to 'q1'.",
        ),
        (
            changed(
                questions=[
                    question("q1", answer("yes", "end"), answer("yes", "other")),
                ]
            ),
            "The answer 'yes' is there twice.",
        ),
        (changed(outcomes=[outcome("end", capability="magic"), outcome("other")]), "'magic' is no capability."),
        (changed(outcomes=[outcome("end", play="pray"), outcome("other")]), "'play' is 'pray', which is unknown."),
        (changed(colour="red"), "'colour' is not known here."),
        (changed(name=""), "'name' is missing."),
    ],
)
def test_tree_that_would_lead_nowhere_is_told(bad: dict[str, object], what: str) -> None:
    assert what in [problem.what for problem in read_tree(bad)[1]]


def test_tree_without_a_problem_is_read_whole() -> None:
    tree, problems = read_tree(TABLE)
    assert (problems, circle_in(tree), reached_from(tree, "q2")) == ((), (), frozenset({"q2", "end", "other"}))


def said(*pairs: str) -> list[Said]:
    return [Said(question=pair.split(":")[0], answer=pair.split(":")[1]) for pair in pairs]


@pytest.mark.requirement(41)
@pytest.mark.parametrize(
    ("answers", "path", "asked", "ended"),
    [
        ([], [], "q1", None),
        (["q1:no"], ["q1:no"], None, "end"),
        (["q1:yes"], ["q1:yes"], "q2", None),
        (["q1:yes", "q2:b"], ["q1:yes", "q2:b"], None, "other"),
        (["q1:no", "q1:yes"], ["q1:yes"], "q2", None),
        (["q1:yes", "q2:b", "q1:no"], ["q1:no"], None, "end"),
        (["q1:yes", "q2:b", "q1:no", "q1:yes"], ["q1:yes", "q2:b"], None, "other"),
        (["q1:maybe"], [], "q1", None),
        (["q9:yes"], [], "q1", None),
    ],
)
def test_path_is_what_the_newest_answers_make(
    answers: list[str], path: list[str], asked: str | None, ended: str | None
) -> None:
    found = path_of(read_tree(TABLE)[0], said(*answers))
    assert [f"{step.question.key}:{step.answer.key}" for step in found.steps] == path
    assert (found.question.key if found.question else None) == asked
    assert (found.outcome.key if found.outcome else None) == ended


@given(st.data())
def test_every_walk_through_every_shipped_tree_ends_in_an_outcome(data: st.DataObject) -> None:
    tree = read_tree(SHIPPED[data.draw(st.sampled_from(sorted(SHIPPED)))])[0]
    answers: list[Said] = []
    for _ in range(len(tree.questions) + 1):
        path = path_of(tree, answers)
        if path.question is None:
            break
        chosen = data.draw(st.sampled_from([each.key for each in path.question.answers]))
        answers.append(Said(question=path.question.key, answer=chosen))
    assert path_of(tree, answers).outcome is not None


@given(st.lists(st.sampled_from(["q1:yes", "q1:no", "q2:a", "q2:b", "q3:x"])))
def test_path_ends_in_a_question_or_an_outcome_and_never_both(pairs: list[str]) -> None:
    path = path_of(read_tree(TABLE)[0], said(*pairs))
    assert (path.question is None) is not (path.outcome is None)
