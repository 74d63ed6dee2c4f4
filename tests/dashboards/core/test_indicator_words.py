"""Measures of many accounts in words: a middle value tells nothing of a yes or no, a share does."""

import pytest

from dashboards.core.indicators import share_with


@pytest.mark.requirement(61)
def test_yes_or_no_measures_are_told_as_a_share() -> None:
    assert share_with("sponsor_stability", [0.0, 0.0, 0.5, 1.0, 1.0]) == 0.6
    assert share_with("sponsor_stability", []) is None
    assert share_with("usage_depth", [0.0, 1.0]) is None
