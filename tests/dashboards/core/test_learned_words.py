"""Parts of a learned risk in words: what is known, how far it moves the risk, and never a cause."""

import pytest

from dashboards.core.wording import measure_sentence, points_words


@pytest.mark.requirement(17)
@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("measure.usage_depth", 0.62, "62% of the paid seats are active"),
        ("attribute.Plan", "Month-to-month", "Plan is Month-to-month"),
        ("attribute.{odd}", 3.0, "{odd} is 3.0"),
        ("contract.tenure_months", 12.0, "Tenure months is 12.0"),
        ("account.region", None, "Region is not known"),
        ("usage (together)", None, "Usage, all taken together"),
    ],
)
def test_part_of_a_learned_risk_reads_as_a_sentence(key: str, value: float | str | None, words: str) -> None:
    assert measure_sentence(key, value) == words


@pytest.mark.parametrize(
    ("points", "words"), [(0.061, "+6 pp vs similar accounts"), (-0.12, "−12 pp vs similar accounts")]
)
def test_points_are_against_similar_accounts(points: float, words: str) -> None:
    assert points_words(points) == words
