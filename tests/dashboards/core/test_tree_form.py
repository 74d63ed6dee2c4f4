"""A decision tree as a form: what ships reads back as it is, problems stand at their inputs, and the picture of it."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from dashboards.core.offers.rules import differences
from dashboards.core.offers.tree_changes import tree_changes
from dashboards.core.offers.tree_form import blank_tree, tree_form, typed_tree
from dashboards.core.offers.tree_picture import tree_picture
from dashboards.core.playbooks.shown import NO_SPARE, ShownField
from offers.core.negotiation.trees import reached_from, read_tree

FOLDER = Path(__file__).parents[3] / "offers" / "library" / "trees"
SHIPPED = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.toml"))}


def posted(content: dict[str, Any]) -> dict[str, str]:
    """Return what a browser would send of a form nobody has touched."""
    form = tree_form(content, (), spare=NO_SPARE)
    post = {each.name: _sent(each) for each in form.fields if each.entry != "rows"}
    rows = [row for each in form.fields for row in each.rows]
    return post | {f"{row.name}:key": row.key for row in rows}


def _sent(field: ShownField) -> str:
    return next((each.value for each in field.choices if each.is_on), "") if field.choices else field.value


def told(content: dict[str, Any]) -> dict[str, list[str]]:
    form = tree_form(content, read_tree(content)[1], spare=NO_SPARE)
    return {each.name: [found.words for found in each.problems] for each in form.fields if each.problems}


@pytest.mark.requirement(41)
@pytest.mark.parametrize("name", SHIPPED)
def test_tree_that_ships_reads_back_as_the_same_tree(name: str) -> None:
    content = SHIPPED[name]
    assert typed_tree(content, posted(content)) == content


@pytest.mark.requirement(41)
def test_every_problem_stands_at_its_input_at_once_in_words_without_keys() -> None:
    content = SHIPPED["which_shape"]
    post = posted(content) | {
        "name": "",
        "questions:0:text": "",
        "questions:1:answers:0:leads_to": "",
        "questions:3:answers:1:leads_to": "use_trend",
        "outcomes:0:why": "",
        "questions:2:answers:1:text": "",
        "questions:2:answers:1:leads_to": "",
    }
    typed = typed_tree(content, post)
    assert told(typed) == {
        "name": ["“Name” is missing. Fill it in; nothing is published without it."],
        "questions:0:text": ["“The text” is missing. Fill it in; nothing is published without it."],
        "questions:0:answers": [
            "A branch never ends: “use_trend” leads to “Is the reason mended, or will it be before the renewal?”"
            " leads to “use_trend”. Let one of its answers lead to an outcome or further on."
        ],
        "questions:1:answers:0:leads_to": ["“Leads to” is missing. Fill it in; nothing is published without it."],
        "questions:2:answers": ["It has fewer than two answers. A question that leaves no choice is none."],
        "outcomes:0:text": [
            "No answer leads to “Offer more seats at the price of a seat, with a better one from the next step on.”."
            " Let one lead there, or take it out."
        ],
        "outcomes:0:why": ["“Why” is missing. Fill it in; nothing is published without it."],
        "outcomes:4:text": [
            "No answer leads to “Adjust the terms: fewer seats, steps, or days to pay; never the price of a seat"
            " first.”. Let one lead there, or take it out."
        ],
    }
    form = tree_form(typed, read_tree(typed)[1], spare=NO_SPARE)
    assert len(form.problems) == 8
    assert form.other == ()
    assert {each.href for each in form.problems} >= {"#f-name", "#questions:2", "#outcomes:4"}


def test_tree_is_made_from_nothing_by_typing_words_alone() -> None:
    start = blank_tree("They merge")
    first = typed_tree(
        start,
        {
            "name": "They merge",
            "kind": "objection",
            "when": "They were bought.",
            "questions:0:text": "Who decides now?",
            "questions:0:answers:0:text": "The buyer",
            "questions:0:answers:0:leads_to": "+question",
            "questions:0:answers:1:text": "Still them",
            "questions:0:answers:1:leads_to": "+outcome",
        },
    )
    assert (first["start"], [each["text"] for each in first["questions"]]) == (
        "who_decides_now",
        ["Who decides now?", "New question"],
    )
    assert [each["key"] for each in first["outcomes"]] == ["new_outcome"]
    post = posted(first) | {
        "questions:1:text": "Who decides now?",
        "questions:1:answers:0:text": "We know them",
        "questions:1:answers:0:leads_to": "new_outcome",
        "questions:1:answers:1:text": "We do not",
        "questions:1:answers:1:leads_to": "+outcome",
        "outcomes:0:text": "Renew with them",
        "outcomes:0:play": "level",
        "outcomes:0:why": "Nothing changed.",
    }
    second = typed_tree(start, post)
    done = typed_tree(
        start,
        posted(second)
        | {"outcomes:1:text": "Meet them", "outcomes:1:play": "executive", "outcomes:1:why": "They do not know us."},
    )
    tree, problems = read_tree(done)
    assert (problems, len(tree.questions), len(tree.outcomes)) == ((), 2, 2)


def test_new_outcome_that_is_called_like_a_question_has_its_own_key_and_old_ones_keep_theirs() -> None:
    content = SHIPPED["which_shape"]
    post = posted(content) | {"outcomes:5:text": "Mended", "outcomes:5:play": "hold", "outcomes:5:why": "So."}
    made = typed_tree(content, post)
    assert [each["key"] for each in made["questions"]] == [each["key"] for each in content["questions"]]
    assert made["outcomes"][-1]["key"] == "mended_2"


def test_changes_are_called_by_what_the_tree_says() -> None:
    content = SHIPPED["which_shape"]
    post = posted(content) | {"questions:1:answers:2:leads_to": "adjust", "outcomes:3:play": "hold"}
    after = typed_tree(content, post)
    found = [
        (each.field, each.before, each.after) for each in tree_changes(differences(content, after), content, after)
    ]
    assert found == [
        (
            "Question “Is there money for more?” › answer “No” › Leads to",
            "Offer the same again at the policy price, early and simple.",
            "Adjust the terms: fewer seats, steps, or days to pay; never the price of a seat first.",
        ),
        ("Outcome “Offer the same again at the policy price, early and simple.” › What to do", "Level", "Hold"),
    ]


@pytest.mark.parametrize("name", SHIPPED)
def test_picture_shows_everything_once_without_overlap_and_each_answer_leads_to_the_right(name: str) -> None:
    tree = read_tree(SHIPPED[name])[0]
    picture = tree_picture(tree)
    assert picture is not None
    assert len(picture.boxes) == len(tree.places)
    assert len(picture.wires) == sum(len(each.answers) for each in tree.questions)
    assert not any(wire.leads_back for wire in picture.wires)
    assert not any(box.is_unreached for box in picture.boxes)
    for at, one in enumerate(picture.boxes):
        assert one.x + one.width <= picture.width
        assert one.y + one.height <= picture.height
        for other in picture.boxes[at + 1 :]:
            assert one.x != other.x or one.y + one.height < other.y or other.y + other.height < one.y


def test_picture_of_a_tree_with_problems_shows_circles_loose_answers_and_what_nothing_leads_to() -> None:
    content = SHIPPED["which_shape"]
    post = posted(content) | {"questions:3:answers:1:leads_to": "use_trend", "questions:1:answers:0:leads_to": ""}
    tree = read_tree(typed_tree(content, post))[0]
    picture = tree_picture(tree)
    assert picture is not None
    assert [wire.leads_back for wire in picture.wires].count(True) == 1
    assert [port.is_loose for box in picture.boxes for port in box.ports].count(True) == 1
    unreached = [box.spoken for box in picture.boxes if box.is_unreached]
    assert len(unreached) == len(set(tree.places) - reached_from(tree, tree.start)) == 2
    assert tree_picture(read_tree(blank_tree("x"))[0]) is None
