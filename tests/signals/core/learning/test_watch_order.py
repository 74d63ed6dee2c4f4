"""The watch says when losses no longer follow the order foretold, for all rows and for each part of the book."""

import numpy as np
import pytest
from scipy.special import expit

from signals.core.learning.watching import ORDER, Watched, watch_order, worst_orders

ROWS = 600


def watched(turned: float, *, seed: int = 3, window: int = ROWS) -> dict[str, Watched]:
    """Rows of two products; what is foretold of the first goes with losses by `turned` (1: as foretold)."""
    rng = np.random.default_rng(seed)
    product = np.array(["flow" if row % 2 else "" if row % 10 == 0 else "base" for row in range(ROWS)], dtype=object)
    log_odds = rng.normal(-1.5, 1.0, ROWS)
    truth = np.where(product == "flow", -1.5 + turned * (log_odds + 1.5), log_odds)
    outcome = (rng.random(ROWS) < expit(truth)).astype(float)
    found = watch_order(outcome, expit(log_odds), {"product": product}, window=np.arange(ROWS) < window)
    return {each.subject: each for each in found}


def test_order_that_holds_raises_no_alarm() -> None:
    found = watched(1.0)
    assert sorted(found) == ["", "product: base", "product: flow"]
    assert [each.is_alarm for each in found.values()] == [False, False, False]
    assert found[""].kind == ORDER
    assert found[""].value == pytest.approx(1.0, abs=0.25)


@pytest.mark.requirement(16)
def test_order_that_turned_in_one_product_is_an_alarm_of_that_product() -> None:
    found = watched(-1.0)
    assert found["product: flow"].is_alarm
    assert found["product: flow"].value < 0
    assert not found["product: base"].is_alarm


def test_few_rows_say_nothing() -> None:
    assert watched(-1.0, window=20) == {}


def test_chance_alone_alarms_about_once_in_a_thousand() -> None:
    alarms = [each.is_alarm for seed in range(60) for each in watched(1.0, seed=seed).values()]
    assert sum(alarms) <= 2


@pytest.mark.requirement(16)
def test_order_that_is_lost_last_month_shows_in_the_short_window_and_is_kept_of_all() -> None:
    rng = np.random.default_rng(8)
    log_odds = rng.normal(-1.0, 1.2, ROWS)
    lately = np.arange(ROWS) >= ROWS - 60
    outcome = (rng.random(ROWS) < expit(np.where(lately, -1.0, log_odds))).astype(float)
    windows = [np.arange(ROWS) >= ROWS - rows for rows in (60, 500)]
    short, long = (next(watch_order(outcome, expit(log_odds), {}, window=each)) for each in windows)
    assert (short.is_alarm, long.is_alarm) == (True, False)
    assert list(worst_orders([long, short])) == [short] == list(worst_orders([short, long]))
