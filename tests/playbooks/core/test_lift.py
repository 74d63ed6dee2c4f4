"""Measured lift: known true lifts are covered as often as the interval says, and nothing is found where nothing is."""

from math import sqrt

import numpy as np
import pytest

from playbooks.core.lift import FEWEST, ArmCount, Lift, Strata, Verdict, measure_lift
from renewals.core.assignment import is_in_share, lot_of

WORLDS, ACCOUNTS = 160, 600
NOMINAL = 0.95


def arms(*, treated: int, held_out: int, kept: tuple[int, int], percent: int = 50) -> Strata:
    """Two arms of decided accounts, so many of each renewed."""
    pair = zip((treated, held_out), kept, strict=True)
    first, second = (ArmCount(drawn=size, decided=size, kept=renewed) for size, renewed in pair)
    return {percent: (first, second)}


def world(seed: int, *, lift: float, percents: tuple[int, ...]) -> Lift:
    """Accounts of unlike chances, drawn by the product's own hash; shares may change from one year to the next."""
    rng = np.random.default_rng(seed)
    chances = np.clip(rng.normal(0.75, 0.12, ACCOUNTS), 0.2, 0.92)
    found: dict[int, list[list[int]]] = {percent: [[0, 0, 0], [0, 0, 0]] for percent in percents}
    for account, (chance, luck, waits) in enumerate(
        zip(chances, rng.random(ACCOUNTS), rng.random(ACCOUNTS), strict=True)
    ):
        year = account * len(percents) // ACCOUNTS
        is_held_out = is_in_share(lot_of(f"world-{seed}", account), percents[year])
        # The second year is a worse one for everybody: pooled over both, unequal shares would feign a lift.
        true = chance - 0.15 * year + (0.0 if is_held_out else lift)
        is_decided = waits >= 0.2
        counts = found[percents[year]][is_held_out]
        for place, counted in enumerate((True, is_decided, is_decided and bool(luck < true))):
            counts[place] += counted
    return measure_lift({percent: (_arm(both[0]), _arm(both[1])) for percent, both in found.items()})


def _arm(counts: list[int]) -> ArmCount:
    return ArmCount(drawn=counts[0], decided=counts[1], kept=counts[2])


@pytest.mark.requirement("X1", 93)
@pytest.mark.parametrize("lift", [0.0, 0.08, -0.05])
@pytest.mark.parametrize("percents", [(20,), (50, 10)])
def test_interval_covers_the_true_lift_at_its_nominal_rate(lift: float, percents: tuple[int, ...]) -> None:
    """Within three standard errors of so many worlds; the mean over them is the truth within as much."""
    found = [world(seed, lift=lift, percents=percents) for seed in range(WORLDS)]
    read = [each for each in found if each.points is not None and each.interval is not None]
    assert len(read) > WORLDS * 0.99
    covered = sum(each.interval.holds(lift) for each in read if each.interval) / len(read)
    assert covered >= NOMINAL - 3 * sqrt(NOMINAL * (1 - NOMINAL) / len(read))
    points = np.array([each.points for each in read])
    assert abs(points.mean() - lift) < 3 * points.std() / sqrt(len(read))
    if not lift:
        assert sum(not each.interval.holds(0.0) for each in read if each.interval) <= WORLDS * 0.05 + 3 * sqrt(
            WORLDS * 0.05 * 0.95
        )


@pytest.mark.requirement("X1")
def test_difference_and_limits_are_those_of_the_published_example() -> None:
    """56 of 70 against 48 of 80 (Newcombe 1998, table II, example a, method 10)."""
    found = measure_lift(arms(treated=70, held_out=80, kept=(56, 48)))
    assert found.points == pytest.approx(0.2)
    assert found.interval is not None
    assert (round(found.interval.low, 4), round(found.interval.high, 4)) == (0.0524, 0.3339)


@pytest.mark.requirement("X1")
def test_too_few_decided_accounts_give_no_number_but_say_how_many_are_missing() -> None:
    found = measure_lift(arms(treated=400, held_out=FEWEST - 1, kept=(300, 9), percent=5))
    assert (found.verdict, found.points, found.interval, found.needed) == (Verdict.TOO_FEW, None, None, 1)


@pytest.mark.requirement("X1")
def test_uneven_arms_block_the_read_out() -> None:
    """10 % were to be held out; 20 % are: p is far below .0005, whatever the rates say."""
    found = measure_lift(arms(treated=400, held_out=100, kept=(380, 50), percent=10))
    assert (found.verdict, found.points) == (Verdict.UNEVEN, None)
    assert found.chance < 1e-6
    fine = measure_lift(arms(treated=445, held_out=55, kept=(380, 40), percent=10))
    assert fine.verdict is Verdict.READ and fine.chance > 0.3


def test_arms_are_called_uneven_as_rarely_as_said() -> None:
    """Over 20,000 even draws about one in two thousand; five times as many would be a mistake."""
    rng = np.random.default_rng(5)
    sizes = rng.binomial(1_000, 0.1, 20_000)
    lifts = (measure_lift({10: (ArmCount(drawn=1_000 - size), ArmCount(drawn=size))}) for size in map(int, sizes))
    assert 0 < sum(lift.verdict is Verdict.UNEVEN for lift in lifts) < 50


def test_undecided_accounts_count_as_such_and_nothing_at_all_is_no_lift() -> None:
    found = measure_lift(
        {50: (ArmCount(drawn=31, decided=30, kept=20), ArmCount(drawn=30, decided=30, kept=10))}, released=1
    )
    assert (found.treated.undecided, found.held_out.undecided, found.released) == (1, 0, 1)
    assert measure_lift({}).points is None
