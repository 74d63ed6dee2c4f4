"""The steps of the world's clock: nothing is recorded before what it hangs on, whatever the day and the seed."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from playbooks.core.world.draw import draw_world
from playbooks.core.world.laws import parse_laws
from playbooks.core.world.rows import Span, closings, known_terms_of, spans, starting

LAWS = parse_laws(tomllib.loads((Path(__file__).parents[4] / "playbooks" / "library" / "world.toml").read_text()))


@pytest.mark.parametrize("today", [date(2026, 2, 28), date(2026, 11, 21), date(2028, 2, 29)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_accounts_come_before_terms_and_terms_before_decisions(today: date, seed: int) -> None:
    world = draw_world(LAWS, accounts=80, months=12, today=today, rng=np.random.default_rng(seed))
    accounts: set[str] = set()
    terms: set[tuple[str, int]] = set()
    for position, span in enumerate(spans(first=today - timedelta(days=360), today=today)):
        is_first = position == 0
        accounts |= {life.account.external_id for life in starting(world, span, is_first=is_first)}
        for life in world.lives:
            known = {(life.account.external_id, term.number) for term in known_terms_of(life, span, is_first=is_first)}
            assert not known or life.account.external_id in accounts
            terms |= known
        decided = closings(world, span, is_first=is_first)
        assert {(each.life.account.external_id, each.term.number) for each in decided} <= terms
    assert len(accounts) == 80
    assert terms == {(life.account.external_id, term.number) for life in world.lives for term in life.terms}


def test_spans_of_a_history_are_months_to_the_end() -> None:
    today = date(2026, 3, 2)
    steps = spans(first=today - timedelta(days=100), today=today, is_history=True)
    assert [(step.until - step.since).days for step in steps] == [28, 28, 28, 16]
    assert steps[-1].until == today


def test_days_of_a_span_are_parts_that_add_up_to_it() -> None:
    span = Span(since=date(2026, 3, 2), until=date(2026, 3, 5))
    days = span.days()
    assert [(day.since.day, day.until.day, len(day)) for day in days] == [(2, 3, 1), (3, 4, 1), (4, 5, 1)]
    assert len(span) == 3
