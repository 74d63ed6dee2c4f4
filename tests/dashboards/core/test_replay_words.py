"""The words of a replay: each code has a sentence, each figure its sense."""

import pytest

from dashboards.core.replay_words import UNEQUAL_SHORT, UNEQUAL_WORDS, days_words, earlier_words, finding
from playbooks.core.replay.verdicts import REPLAY_CODES


def test_every_reason_has_a_sentence_and_a_short_name() -> None:
    assert set(UNEQUAL_WORDS) == set(UNEQUAL_SHORT) == set(REPLAY_CODES)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (None, None, ("No alarm either way", "")),
        (5, 5, ("As early as it was", "")),
        (None, 9, ("An alarm at all, 9 days before", "good")),
        (9, None, ("No alarm any more", "bad")),
        (5, 9, ("4 days earlier", "good")),
        (9, 8, ("1 day later", "bad")),
    ],
)
def test_lead_is_worded_by_what_it_means(before: int | None, after: int | None, words: tuple[str, str]) -> None:
    assert earlier_words(before, after) == words


def test_finding_names_what_differs() -> None:
    counts = {"added": 2, "moved": 1}
    assert finding("done", counts, is_unchanged=False, caught=1) == "Touches: 2 added, 1 moved; 1 loss seen earlier"
    assert finding("done", {}, is_unchanged=False, caught=0) == "No touch would differ"
    assert finding("done", {"unequal": 3}, is_unchanged=True, caught=0) == "3 decisions did not come again"
    assert [days_words(days) for days in (None, 0, 1, -2)] == ["", "", "1 day later", "2 days earlier"]
