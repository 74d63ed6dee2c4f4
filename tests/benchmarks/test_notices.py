"""The book of random contracts: nothing outside its window, nothing missed in silence; the million is a command."""

import pytest

from benchmarks.notices import judge_contracts


@pytest.mark.requirement(91)
def test_random_contracts_are_never_served_outside_their_window_nor_missed_in_silence() -> None:
    """20,000 contracts here, each also with a moved end; `python -m benchmarks.notices 1000000` is the full figure."""
    tally = judge_contracts(20_000)
    assert (tally.contracts, tally.outside_window, tally.missed_without_escalation) == (20_000, 0, 0)
    assert tally.duties > 10_000
    assert tally.sends == 2 * tally.duties
