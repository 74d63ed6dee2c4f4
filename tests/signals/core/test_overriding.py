"""Renewals that ended, beside what was expected of them."""

from hypothesis import given
from hypothesis import strategies as st

from signals.core.overriding import FEWEST, Ended, outcome_delta

ENDED = st.lists(st.builds(Ended, was_kept=st.booleans(), chance=st.none() | st.floats(0, 1)), max_size=40)


@given(ENDED)
def test_delta_is_what_a_pocket_calculator_says(ended: list[Ended]) -> None:
    scored = [each for each in ended if each.chance is not None]
    found = outcome_delta(ended)
    assert found.count == len(scored)
    if len(scored) < FEWEST:
        assert found.points is None
    else:
        mean = sum((1 if each.was_kept else 0) - each.chance for each in scored) / len(scored)
        assert abs(found.points - 100 * mean) < 1e-6


def test_machine_that_was_sure_and_right_leaves_no_difference() -> None:
    assert outcome_delta([Ended(was_kept=True, chance=1.0)] * FEWEST).points == 0
