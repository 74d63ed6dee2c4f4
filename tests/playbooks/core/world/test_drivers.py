"""The sealed truth: what drives a loss adds up to the chance that decided it."""

import math
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from playbooks.core.world.decisions import churn_drivers, churn_probability
from playbooks.core.world.draw import draw_world
from playbooks.core.world.laws import parse_laws

TODAY = date(2026, 7, 1)
LAWS = parse_laws(tomllib.loads((Path(__file__).parents[4] / "playbooks" / "library" / "world.toml").read_text()))


@pytest.mark.parametrize("seed", [1, 2])
def test_drivers_and_base_are_the_log_odds_of_the_true_chance(seed: int) -> None:
    world = draw_world(LAWS, accounts=20, months=24, today=TODAY, rng=np.random.default_rng(seed))
    for life in world.lives:
        on = life.terms[-1].ends_on
        chance = churn_probability(life.account, life.behaviour, LAWS, on=on, market=0.2, price_uplift=0.1)
        base = next(law.churn_logit for law in LAWS.segments if law.key == life.account.segment)
        drivers = churn_drivers(life.account, life.behaviour, LAWS, on=on, price_uplift=0.1)
        assert list(drivers) == ["health", "trend", "sponsor", "time_to_value", "late", "price"]
        assert drivers["price"] == pytest.approx(0.3)
        assert math.log(chance / (1 - chance)) == pytest.approx(base + 0.2 + sum(drivers.values()))


def test_world_without_signal_has_no_drivers() -> None:
    laws = LAWS.without_signal()
    world = draw_world(laws, accounts=5, months=24, today=TODAY, rng=np.random.default_rng(1))
    drivers = [churn_drivers(life.account, life.behaviour, laws, on=TODAY, price_uplift=0.1) for life in world.lives]
    assert {value for each in drivers for value in each.values()} == {0.0}
