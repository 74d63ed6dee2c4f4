"""The synthetic world: the same seed is the same world, and its laws show in what is drawn."""

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from playbooks.core.world.decisions import churn_probability, draw_market
from playbooks.core.world.draw import World, draw_world
from playbooks.core.world.laws import Laws, parse_laws

TODAY = date(2026, 3, 2)
LIBRARY = Path(__file__).parents[4] / "playbooks" / "library" / "world.toml"


@pytest.fixture(scope="module")
def laws() -> Laws:
    return parse_laws(tomllib.loads(LIBRARY.read_text()))


def draw(laws: Laws, seed: int = 7, accounts: int = 120) -> World:
    return draw_world(laws, accounts=accounts, months=24, today=TODAY, rng=np.random.default_rng(seed))


def test_world_same_seed_is_equal(laws: Laws) -> None:
    assert draw(laws) == draw(laws)


def test_world_other_seed_differs(laws: Laws) -> None:
    assert draw(laws, seed=7) != draw(laws, seed=8)


def test_world_external_ids_are_unique_but_for_the_planted_duplicates(laws: Laws) -> None:
    world = draw(laws)
    keys = [(signal.source, signal.external_id) for signal in world.signals]
    share = 1 - len(set(keys)) / len(keys)
    assert 0.005 < share < 0.02


def test_world_terms_follow_each_other_without_gap(laws: Laws) -> None:
    for life in draw(laws).lives:
        for earlier, later in zip(life.terms, life.terms[1:], strict=False):
            assert (later.starts_on - earlier.ends_on).days == 1
            assert later.number == earlier.number + 1


@pytest.mark.parametrize("seed", range(5))
def test_world_no_term_is_decided_before_it_begins(laws: Laws, seed: int) -> None:
    decided = [term for life in draw(laws, seed=seed, accounts=60).lives for term in life.terms if term.closed_on]
    assert len(decided) > 20
    assert [term for term in decided if term.closed_on < term.starts_on] == []


def test_world_nothing_happens_after_today_or_after_the_end(laws: Laws) -> None:
    world = draw(laws)
    assert max(signal.occurred_on for signal in world.signals) <= TODAY
    ends = {life.account.external_id: life.ended_on for life in world.lives}
    assert all(ends[s.account] is None or s.occurred_on <= ends[s.account] for s in world.signals)


def test_world_worse_health_raises_churn(laws: Laws) -> None:
    life = draw(laws).lives[0]
    worse = replace(life.behaviour, health=tuple(value - 1 for value in life.behaviour.health))
    chances = [
        churn_probability(life.account, behaviour, laws, on=TODAY, market=0.0) for behaviour in (life.behaviour, worse)
    ]
    assert chances[0] < chances[1]


def test_world_without_signal_all_accounts_have_one_chance(laws: Laws) -> None:
    world = draw(laws.without_signal())
    chances = {round(term.churn_probability, 12) for life in world.lives for term in life.terms}
    assert len(chances) == 1


def test_world_retention_lies_near_the_targets(laws: Laws) -> None:
    world = draw(laws, accounts=1500)
    decided = [term for life in world.lives for term in life.terms if term.ratio is not None]
    kept = sum(term.ratio > 0 for term in decided) / len(decided)
    assert 0.75 < kept < 0.95


def test_world_market_moves_by_quarter_and_is_the_same_for_all(laws: Laws) -> None:
    terms = [term for life in draw(laws).lives for term in life.terms]
    by_quarter: dict[tuple[int, int], set[float]] = {}
    for term in terms:
        by_quarter.setdefault((term.ends_on.year, (term.ends_on.month - 1) // 3), set()).add(term.market)
    assert {len(levels) for levels in by_quarter.values()} == {1}
    assert len({level for levels in by_quarter.values() for level in levels}) == len(by_quarter) > 6


def test_world_market_is_an_autoregression_of_the_given_size(laws: Laws) -> None:
    market = draw_market(laws, first=date(1, 1, 1), last=date(2500, 1, 1), rng=np.random.default_rng(1))
    levels = np.array(market.levels)
    assert np.corrcoef(levels[1:], levels[:-1])[0, 1] == pytest.approx(laws.market_persistence, abs=0.05)
    assert np.std(levels[1:] - laws.market_persistence * levels[:-1]) == pytest.approx(laws.market_spread, rel=0.05)
    assert [market.on(date(1, 2, 3)), market.on(date(2600, 1, 1))] == [levels[0], levels[-1]]


def test_world_price_of_a_seat_rises_by_the_uplift_and_nothing_else(laws: Laws) -> None:
    pairs = [pair for life in draw(laws, accounts=300).lives for pair in zip(life.terms, life.terms[1:], strict=False)]
    rises = [(later.arr / later.seats) / (term.arr / term.seats) - 1 for term, later in pairs]
    assert rises == pytest.approx([later.price_uplift for _, later in pairs], abs=0.002)
    dearer = [later.price_uplift for _, later in pairs if later.price_uplift]
    assert len(dearer) / len(pairs) == pytest.approx(laws.price_uplift_share, abs=0.1)
    assert min(dearer) >= laws.price_uplift_low and max(dearer) <= laws.price_uplift_high


def test_world_seats_in_use_are_never_more_than_those_under_contract(laws: Laws) -> None:
    world = draw(laws)
    most = {life.account.external_id: max(term.seats for term in life.terms) for life in world.lives}
    used = [(s.value, most[s.account]) for s in world.signals if s.kind == "usage.active_users"]
    assert len(used) > 1000
    assert all(value is not None and value <= seats for value, seats in used)
