"""Two years of a cadence in six zones over four changes of the clocks: golden totals, as the calendar has them."""

import pytest

from benchmarks.years import BLOCK, expected, make_cadences, simulate


@pytest.mark.requirement("X4")
def test_two_years_in_six_zones_give_the_golden_totals(db: None) -> None:
    """168 accounts here; `SCALE=full python -m benchmarks years` simulates 10,080 and compares its totals, too."""
    made = make_cadences(1)
    totals = simulate(made)
    assert len(made.renewals) == BLOCK == 168
    assert totals.effects == {"message": 2016, "task": 2016}
    assert dict(totals.hours) == {
        ("Africa/Cairo", "06:00"): 177,
        ("Africa/Cairo", "07:00"): 159,
        ("America/New_York", "13:00"): 224,
        ("America/New_York", "14:00"): 112,
        ("Asia/Kathmandu", "03:15"): 336,
        ("Australia/Lord_Howe", "22:00"): 153,
        ("Australia/Lord_Howe", "22:30"): 183,
        ("Europe/Berlin", "07:00"): 216,
        ("Europe/Berlin", "08:00"): 120,
        ("Pacific/Kiritimati", "19:00"): 336,
    }
    assert totals == expected(1)
