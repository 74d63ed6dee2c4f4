"""A draft brought up to a version that was published meanwhile: nothing of either side is lost in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offers.core.catching_up import caught_up

BASE = {"a": 1, "b": 2, "limits": [{"key": "x", "free": 3}, {"key": "y", "free": 5}]}


@pytest.mark.parametrize(
    ("mine", "theirs", "content", "both"),
    [
        ({}, {"a": 9}, {"a": 9}, ()),
        ({"a": 9}, {}, {"a": 9}, ()),
        ({"a": 9}, {"b": 8}, {"a": 9, "b": 8}, ()),
        ({"a": 9}, {"a": 9}, {"a": 9}, ()),
        ({"a": 9}, {"a": 8}, {"a": 9}, ("a",)),
        (
            {"limits": [{"key": "x", "free": 4}, {"key": "y", "free": 5}]},
            {"limits": [{"key": "x", "free": 3}, {"key": "y", "free": 6}, {"key": "z", "free": 1}]},
            {"limits": [{"key": "x", "free": 4}, {"key": "y", "free": 6}, {"key": "z", "free": 1}]},
            (),
        ),
        (
            {"limits": [{"key": "x", "free": 4}, {"key": "y", "free": 5}]},
            {"limits": [{"key": "x", "free": 2}, {"key": "y", "free": 5}]},
            {"limits": [{"key": "x", "free": 4}, {"key": "y", "free": 5}]},
            ("limits › x › free",),
        ),
        ({"limits": [{"key": "x", "free": 3}]}, {"a": 9}, {"limits": [{"key": "x", "free": 3}], "a": 9}, ()),
        (
            {"limits": [{"key": "x", "free": 3}]},
            {"limits": [{"key": "x", "free": 3}, {"key": "y", "free": 7}]},
            {"limits": [{"key": "x", "free": 3}, {"key": "y", "free": 7}]},
            ("limits › y",),
        ),
    ],
)
def test_what_one_side_changed_is_taken_and_what_both_did_is_named(
    mine: dict, theirs: dict, content: dict, both: tuple[str, ...]
) -> None:
    found = caught_up(base=BASE, mine=BASE | mine, theirs=BASE | theirs)
    assert (found.content, found.both) == (BASE | content, both)


TABLE = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2), max_size=3)


@given(TABLE, TABLE, TABLE)
def test_catching_up_with_what_is_unchanged_changes_nothing(base: dict, mine: dict, theirs: dict) -> None:
    assert caught_up(base=base, mine=mine, theirs=base).content == mine
    assert caught_up(base=base, mine=base, theirs=theirs).content == theirs
    assert caught_up(base=base, mine=mine, theirs=theirs).both == tuple(
        name for name in dict.fromkeys((*theirs, *mine)) if len({base.get(name), mine.get(name), theirs.get(name)}) == 3
    )
