"""The state that several measures show: told without outcomes, judged as one opinion, and its parts still add up."""

from dataclasses import asdict, replace

import numpy as np
import pytest
from scipy.special import expit

from signals.core.learning.documents.members import scorecard_in, scorecard_out
from signals.core.learning.encoding.expert import ExpertTerm, expert_values, learn_expert
from signals.core.learning.encoding.state import STATE, learn_state, one_factor
from signals.core.learning.frame import Array, Frame, number_column, object_array
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.prior import Prior
from signals.core.learning.scorecard.model import Scorecard, learn_scorecard, prior_scorecard
from signals.core.learning.scorecard.terms import Shading
from signals.core.learning.settings import Settings
from signals.queries.learned.tables import shipped_prior

PRIOR = shipped_prior()
BLIND = replace(PRIOR, meanings={key: replace(each, shows_state=False) for key, each in PRIOR.meanings.items()})
LOADINGS = {"usage_level": 0.95, "usage_depth": 0.6, "feature_adoption": 0.6, "engagement": 0.3, "perceived_value": 0.5}
STIFF = Shading(tau=0.02)
ROWS = 3_000


def world(rows: int = ROWS) -> tuple[Frame, Array]:
    """Measures of one state, each with its own error and a fifth of it unknown; only the state goes with losses."""
    rng = np.random.default_rng(8)
    state = rng.normal(size=rows)
    columns = []
    for meaning, loading in LOADINGS.items():
        value = loading * state + rng.normal(size=rows) * np.sqrt(1 - loading**2)
        shown = np.exp(value) if PRIOR.meanings[meaning].form == "relative" else 0.5 + value / 4
        shown[rng.random(rows) < 0.2] = np.nan
        columns.append(number_column(meaning, shown.tolist(), family="usage", meaning=meaning))
    frame = Frame(
        keys=tuple(f"K{n}" for n in range(rows)),
        columns=tuple(columns),
        outcome=(rng.random(rows) < expit(-1.0 - state)).astype(float),
        groups=object_array([f"A{n}" for n in range(rows)]),
        segments=object_array([""] * rows),
    )
    return frame, state


def learned(frame: Frame, rows: int, prior: Prior = PRIOR) -> Scorecard:
    return learn_scorecard(frame.take(np.arange(rows)), prior, settings=Settings(), seed=1, shading=STIFF)


def test_loadings_are_found_although_a_fifth_is_unknown() -> None:
    frame, _ = world()
    z = np.column_stack([np.log(column.values) for column in frame.columns if column.name != "usage_depth"])
    loadings, own = one_factor((z - np.nanmean(z, axis=0)) / np.nanstd(z, axis=0))
    assert loadings == pytest.approx([0.95, 0.6, 0.3, 0.5], abs=0.06)
    assert own == pytest.approx(1 - loadings**2, abs=0.02)


def test_measure_that_is_the_same_everywhere_shows_no_state() -> None:
    """The spread of equal numbers is rounded, now to 0 and now not: to divide by it breaks the whole training."""
    frame, _ = world(600)
    expert = learn_expert(frame.columns, PRIOR)
    x = expert_values(expert, frame, PRIOR)
    x[:, 1] = [0.1] * 350 + [np.nan] * 250
    assert (np.full(350, 0.1).std() > 0, np.nanstd(x[:, 1])) == (True, 0.0)
    state = learn_state(expert, x, PRIOR)
    assert state is not None
    assert 1 not in state.places
    assert np.isfinite([(each.loading, each.own) for each in state.showings]).all()


def test_state_of_few_outcomes_orders_better_than_measures_one_by_one() -> None:
    frame, state = world()
    rest = frame.take(np.arange(150, ROWS))
    ours, apart = (area_under_curve(rest.outcome, learned(frame, 150, p).log_odds(rest)) for p in (PRIOR, BLIND))
    assert ours - apart > 0.01
    card = learned(frame, 150)
    assert card.layout.state is not None
    x = np.column_stack([term.x(rest.column(term.name), PRIOR) for term in card.layout.expert])
    assert np.corrcoef(card.layout.state.shares(x).sum(axis=1), state[150:])[0, 1] > 0.88


def test_contributions_add_up_and_a_stored_card_says_the_same() -> None:
    frame, _ = world(400)
    card = learned(frame, 400)
    told = card.base(frame) + np.sum(list(card.contributions(frame).values()), axis=0)
    assert np.abs(told - card.log_odds(frame)).max() < 1e-9
    again = scorecard_in(scorecard_out(card), PRIOR, frame.names)
    assert np.array_equal(again.log_odds(frame), card.log_odds(frame))


def test_row_of_which_nothing_is_known_is_in_the_middle() -> None:
    card = learned(world(400)[0], 400)
    assert card.layout.state is not None
    assert card.layout.state.shares(np.full((1, len(LOADINGS)), np.nan)).sum() == 0.0


def with_months(frame: Frame) -> Frame:
    """The same rows with the age of each account, which goes with nothing but what is known of it."""
    months = np.random.default_rng(9).uniform(1, 60, len(frame)).tolist()
    return frame.with_columns(
        [*frame.columns, number_column("age", months, family="contract", meaning="tenure_months")]
    )


@pytest.mark.requirement(14)
def test_what_is_left_unknown_is_all_of_a_row_of_which_nothing_is_known_and_less_with_each_measure() -> None:
    card = learned(world(400)[0], 400)
    state = card.layout.state
    assert state is not None
    x = np.full((3, len(LOADINGS)), np.nan)
    x[1:, 4], x[2, 0] = 0.0, 0.0
    nothing, survey, survey_and_use = state.unknown(x).tolist()
    assert nothing == 1.0
    assert 0.5 < survey < 0.95
    assert survey_and_use < 0.2


@pytest.mark.requirement(14)
def test_age_of_an_account_says_little_where_it_is_seen_how_it_is_doing() -> None:
    """Of a row nothing is known but its age: that counts in full; where use is seen it counts by what is left."""
    frame = with_months(world(400)[0])
    card = learned(frame, 400)
    state, expert = card.layout.state, card.layout.expert
    assert state is not None
    x = expert_values(expert, frame, PRIOR)
    age = [term.meaning for term in expert].index("tenure_months")
    said = card.layout.opinions(frame, PRIOR)[:, age]
    assert said == pytest.approx(x[:, age] * expert[age].coefficient * state.unknown(x))
    nothing = frame.with_columns(
        [replace(c, values=np.full(400, np.nan)) if c.name != "age" else c for c in frame.columns]
    )
    assert card.layout.opinions(nothing, PRIOR)[:, age] == pytest.approx(x[:, age] * expert[age].coefficient)


def test_a_stored_card_of_before_says_what_it_said() -> None:
    frame = with_months(world(400)[0])
    card = learned(frame, 400)
    stored = scorecard_out(card)
    state = {key: value for key, value in stored["state"].items() if key != "explains"}
    older = scorecard_in({**stored, "state": state}, PRIOR, frame.names).layout
    assert older.state is not None
    assert not older.state.explains
    age = [term.meaning for term in older.expert].index("tenure_months")
    said, says = (np.abs(layout.opinions(frame, PRIOR)[:, age]).mean() for layout in (older, card.layout))
    assert said > 3 * says


def test_measures_that_do_not_agree_with_the_expert_show_no_state() -> None:
    """Two measures stand for better and two for worse where he says that all are good: then each speaks for itself."""
    frame, _ = world(400)
    turned = [
        replace(each, values=1 / each.values) if each.name in ("feature_adoption", "usage_level") else each
        for each in frame.columns
    ]
    assert learned(frame.with_columns(turned), 400).layout.state is None


def test_no_state_of_two_measures_nor_before_any_outcome() -> None:
    frame, _ = world(400)
    assert learned(frame.with_columns(frame.columns[:2]), 400).layout.state is None
    assert STATE not in prior_scorecard(frame, PRIOR).layout.families


def aged(months: list[float], depth: list[float]) -> Frame:
    columns = (
        number_column("months", months, family="contract", meaning="tenure_months"),
        number_column("share of seats", depth, family="usage", meaning="usage_depth"),
        number_column("use", depth, family="usage", meaning="usage_level"),
    )
    rows = len(months)
    return Frame(
        keys=tuple(f"K{n}" for n in range(rows)),
        columns=columns,
        outcome=np.full(rows, np.nan),
        groups=object_array([f"A{n}" for n in range(rows)]),
        segments=object_array([""] * rows),
    )


@pytest.mark.requirement(14)
def test_share_of_seats_is_not_read_while_an_account_is_set_up() -> None:
    """Seats fill up in the first months: that says how far it has been set up, and nothing of how it is doing."""
    frame = aged([1.0, 2.9, 3.0, 40.0, np.nan], [0.1, 0.2, 0.3, 0.8, 0.4])
    expert = learn_expert(frame.columns, PRIOR)
    x = expert_values(expert, frame, PRIOR)
    assert [bool(read) for read in np.isfinite(x[:, 1])] == [False, False, True, True, True]
    assert np.isfinite(x[:, 2]).all()
    unaged = frame.with_columns(frame.columns[1:])
    assert np.isfinite(expert_values(learn_expert(unaged.columns, PRIOR), unaged, PRIOR)).all()


def test_an_opinion_stored_before_it_had_to_settle_is_read_from_the_first_day() -> None:
    frame = aged([1.0, 40.0], [0.1, 0.8])
    stored = [asdict(term) for term in learn_expert(frame.columns, PRIOR)]
    older = tuple(ExpertTerm(**{k: v for k, v in term.items() if k != "settles_months"}) for term in stored)
    assert np.isfinite(expert_values(older, frame, PRIOR)).all()
