"""A planted turn: from a month on the use of one product speaks of the opposite, and nothing else does."""

import tomllib
from dataclasses import replace
from datetime import date, timedelta

import numpy as np

from playbooks.core.world.draw import World, draw_world
from playbooks.core.world.laws import parse_laws
from tests.playbooks.core.world.test_draw import LIBRARY

TODAY, MONTHS, TURN = date(2026, 3, 2), 24, 12
TURNED_ON = TODAY - timedelta(days=30 * (MONTHS - TURN))


def drawn(turn_month: int) -> World:
    laws = replace(parse_laws(tomllib.loads(LIBRARY.read_text())), turn_month=turn_month)
    return draw_world(laws, accounts=150, months=MONTHS, today=TODAY, rng=np.random.default_rng(4))


def goes_with_health(world: World, *, of_product: bool) -> float:
    """How users a seat go with the health that decides, after the turn: a correlation."""
    users, seats = (
        {(s.account, s.occurred_on): s.value for s in world.signals if s.kind == kind and s.occurred_on > TURNED_ON}
        for kind in ("usage.active_users", "usage.seats")
    )
    pairs = [
        (users[life.account.external_id, week] / seats[life.account.external_id, week], health)
        for life in world.lives
        if (life.account.complexity == "standard") == of_product
        for week, health in zip(life.behaviour.weeks, life.behaviour.health, strict=True)
        if (life.account.external_id, week) in users
    ]
    return float(np.corrcoef(np.array(pairs).T)[0, 1])


def test_use_of_the_product_turns_and_that_of_others_does_not() -> None:
    world = drawn(TURN)
    assert goes_with_health(world, of_product=True) < -0.5
    assert goes_with_health(world, of_product=False) > 0.5


def test_world_without_a_turn_is_as_it_was() -> None:
    assert goes_with_health(drawn(0), of_product=True) > 0.5
    assert {life.behaviour.shown for life in drawn(0).lives} == {()}


def test_before_the_turn_use_is_that_of_the_true_health() -> None:
    life = drawn(TURN).lives[0]
    assert life.behaviour.shown == ()
    assert life.behaviour.health_in_use == life.behaviour.health
