"""The tone of support texts."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signals.core.sentiment import tone_of
from signals.queries.library import lexicon


def score(text: str) -> float:
    return tone_of(text, lexicon=lexicon()).score


@pytest.mark.requirement(14)
@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("The new release is great, thank you!", 1),
        ("Resolved quickly, very helpful", 1),
        ("It crashes constantly and nobody answers", -1),
        ("Not happy with the support, still waiting", -1),
        ("The report is not bad", 1),
        ("We love it, but the outage was unacceptable", -1),
        ("The outage was annoying but support was excellent", 1),
        ("Please change the invoice address", 0),
        ("", 0),
    ],
)
def test_tone_of_a_text_has_the_right_sign(text: str, sign: int) -> None:
    value = score(text)
    assert (value > 0.1) - (value < -0.1) == sign


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("good", "very good"),
        ("slightly good", "good"),
        ("good", "excellent"),
        ("good", "good!"),
        ("good", "good, great"),
    ],
)
def test_stronger_words_give_a_stronger_tone(weaker: str, stronger: str) -> None:
    assert score(weaker) < score(stronger)


def test_text_without_telling_words_has_no_confidence() -> None:
    tone = tone_of("hello there", lexicon=lexicon())
    assert (tone.score, tone.confidence, tone.hits) == (0.0, 0.0, 0)


def test_negation_does_not_reach_over_the_end_of_a_sentence() -> None:
    assert score("No. Great work") == score("great work")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw builds Unicode tables
@given(st.text(max_size=300))
def test_tone_stays_inside_its_range(text: str) -> None:
    tone = tone_of(text, lexicon=lexicon())
    assert -1.0 <= tone.score <= 1.0
    assert 0.0 <= tone.confidence < 1.0
