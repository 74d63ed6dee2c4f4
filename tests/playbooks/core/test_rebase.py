"""Three ways together: one-sided changes stay, equal ones meet, of different ones the published word stands."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from playbooks.core.editing.rebase import ABSENT, rebase

BASE: dict[str, Any] = {
    "playbook": {
        "name": "Small",
        "window_days": 45,
        "guardrails": {"max_touches": 2, "rules": ["A"]},
        "steps": [{"key": "a", "at": "09:00"}, {"key": "b", "at": "09:00"}, {"key": "c", "at": "09:00"}],
    },
    "templates": [{"key": "hello", "subject": "Hello"}],
}


def changed(change: Any) -> dict[str, Any]:
    made = copy.deepcopy(BASE)
    change(made["playbook"])
    return made


def steps(content: dict[str, Any]) -> list[tuple[str, str]]:
    return [(step["key"], step["at"]) for step in content["playbook"]["steps"]]


def test_changes_of_both_sides_meet_in_one_content() -> None:
    def mine(book: dict[str, Any]) -> None:
        book["steps"][0]["at"] = "10:00"
        book["steps"].insert(2, {"key": "new", "at": "11:00"})
        book["guardrails"]["max_touches"] = 3

    def theirs(book: dict[str, Any]) -> None:
        book["steps"][2]["at"] = "08:00"
        book["window_days"] = 60
        book["steps"].append({"key": "d", "at": "12:00"})

    made = rebase(base=BASE, draft=changed(mine), published=changed(theirs))
    assert made.conflicts == ()
    assert [".".join(change.path) for change in made.kept] == [
        "playbook.guardrails",
        "playbook.steps.a",
        "playbook.steps.new",
    ]
    book = made.content["playbook"]
    assert (book["window_days"], book["guardrails"]["max_touches"]) == (60, 3)
    assert steps(made.content) == [("a", "10:00"), ("b", "09:00"), ("new", "11:00"), ("c", "08:00"), ("d", "12:00")]


def test_same_place_changed_twice_is_told_and_the_published_word_stands() -> None:
    mine, theirs = changed(lambda book: book.update(window_days=50)), changed(lambda book: book.update(window_days=60))
    made = rebase(base=BASE, draft=mine, published=theirs)
    (conflict,) = made.conflicts
    assert (conflict.path, conflict.base, conflict.draft, conflict.published) == (
        ("playbook", "window_days"),
        45,
        50,
        60,
    )
    assert (made.kept, made.content) == ((), theirs)


def test_removal_stays_and_removal_of_what_was_changed_is_a_conflict() -> None:
    gone = changed(lambda book: book["steps"].pop(1))
    assert steps(rebase(base=BASE, draft=gone, published=changed(lambda book: book.update(name="X"))).content) == [
        ("a", "09:00"),
        ("c", "09:00"),
    ]
    moved = changed(lambda book: book["steps"][1].update(at="07:00"))
    made = rebase(base=BASE, draft=gone, published=moved)
    assert made.conflicts[0].draft is ABSENT
    assert steps(made.content) == steps(moved)


def test_order_of_the_draft_is_kept_when_only_it_has_moved_steps() -> None:
    mine = changed(lambda book: book["steps"].reverse())
    theirs = changed(lambda book: book["steps"].append({"key": "d", "at": "12:00"}))
    assert [key for key, _ in steps(rebase(base=BASE, draft=mine, published=theirs).content)] == ["c", "d", "b", "a"]


TABLES = st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2), max_size=3)


@given(TABLES, TABLES, TABLES)
def test_one_sided_changes_are_whole_and_nothing_is_lost_unseen(
    base: dict[str, int], draft: dict[str, int], published: dict[str, int]
) -> None:
    assert rebase(base=base, draft=base, published=published).content == published
    assert rebase(base=base, draft=draft, published=base).content == draft
    made = rebase(base=base, draft=draft, published=published)
    told = {change.path[-1] for change in made.conflicts}
    for name in {*base, *draft, *published}:
        mine = draft.get(name, ABSENT)
        assert mine in (base.get(name, ABSENT), made.content.get(name, ABSENT)) or name in told
