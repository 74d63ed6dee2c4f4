"""A lift in words: what is told, and why a number is not."""

import pytest

from dashboards.core.lift_words import CAUSES, lift_cell, lift_note, lift_title, signed
from playbooks.core.lift import ArmCount, Lift, Verdict, measure_lift
from signals.core.learning.metrics.intervals import Interval


def lift(points: float | None, low: float = -0.1, high: float = 0.1, verdict: Verdict = Verdict.READ) -> Lift:
    """A lift as it was read."""
    return Lift(
        treated=ArmCount(drawn=90, decided=80, kept=60),
        held_out=ArmCount(drawn=40, decided=12, kept=6),
        released=0,
        verdict=verdict,
        chance=0.0001 if verdict is Verdict.UNEVEN else 0.5,
        points=points,
        interval=None if points is None else Interval(low, high),
    )


@pytest.mark.parametrize(
    ("lifts", "words"),
    [
        ([], "Nobody is held out, so no lift is measured"),
        ([lift(None, verdict=Verdict.TOO_FEW)], "1 holdout: too few renewals are decided yet to tell what it does"),
        ([lift(0.05)], "The lift read is not clearly different from zero"),
        ([lift(0.2, 0.1, 0.3)], "The lift read is clearly different from zero"),
        ([lift(0.05), lift(0.02)], "None of 2 lifts read is clearly different from zero"),
        ([lift(0.2, 0.1, 0.3), lift(-0.2, -0.3, -0.1), lift(0.0)], "2 of 3 lifts read are clearly different from zero"),
    ],
)
def test_title_counts_the_lifts_that_differ_from_zero(lifts: list[Lift], words: str) -> None:
    assert lift_title(lifts) == words


@pytest.mark.requirement("X1")
def test_number_is_held_back_below_the_smallest_arm_and_for_uneven_arms() -> None:
    few = lift_cell(lift(None, verdict=Verdict.TOO_FEW))
    assert (few.text, few.note) == ("Too few yet", "12 decided of the 20 each arm needs")
    uneven = lift(None, verdict=Verdict.UNEVEN)
    assert lift_cell(uneven).text == "Not read: the arms are uneven"
    told = lift_note(uneven)
    assert told.startswith("40 of 130 are held out, which chance gives once in 10,000 times.")
    assert all(cause in told for cause in CAUSES)
    assert lift_note(measure_lift({})) == ""


def test_points_stand_with_sign_and_interval() -> None:
    found = lift_cell(lift(-0.2, -0.31, -0.09))
    assert (found.text, found.note, found.state) == ("−20.0 points", "95%: −31.0 to −9.0", "bad")
    assert signed(0.0) == "+0.0"
