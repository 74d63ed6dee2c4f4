"""Outcomes judge the expert family by family: where he is wrong about one, he keeps his word on the others."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from signals.core.learning.encoding.expert import CHANGE, FACTS, learn_expert
from signals.core.learning.frame import Frame, number_column, object_array
from signals.core.learning.scorecard.model import Scorecard, learn_scorecard, prior_scorecard
from signals.core.learning.scorecard.shading import Evidence, fit_shaded
from signals.core.learning.scorecard.terms import EXPERT, Layout, Shading
from signals.core.learning.settings import Settings
from signals.queries.learned.tables import shipped_prior

ROWS = 600
PRIOR = shipped_prior()
STIFF = Shading(tau=0.02)


def frame() -> Frame:
    """Payments late go with losses as the expert says; the tenure goes the other way."""
    rng = np.random.default_rng(4)
    late, tenure = rng.poisson(1.0, ROWS).astype(float), rng.integers(1, 60, ROWS).astype(float)
    columns = (
        number_column("late", late.tolist(), family="billing", meaning="payment_lateness"),
        number_column("tenure", tenure.tolist(), family="contract", meaning="tenure_months"),
        number_column("age", tenure.tolist(), family="account", meaning="tenure_months"),
    )
    odds = -1.2 + 0.5 * (late - 1) + 0.8 * (np.log1p(tenure) - 3)
    return Frame(
        keys=tuple(f"K{n}" for n in range(ROWS)),
        columns=columns,
        outcome=(rng.random(ROWS) < expit(odds)).astype(float),
        groups=object_array([f"A{n}" for n in range(ROWS)]),
        segments=object_array([""] * ROWS),
    )


def scales(card: Scorecard) -> dict[str, float]:
    at = np.flatnonzero(card.layout.kinds == EXPERT)
    return dict(zip(card.layout.families, card.weights[at].tolist(), strict=True))


def test_expert_is_taken_at_his_word_before_any_outcome() -> None:
    assert scales(prior_scorecard(frame(), PRIOR)) == {"billing": 1.0, FACTS: 1.0}


def test_higher_price_is_judged_apart_from_what_a_renewal_is() -> None:
    table = frame()
    price = number_column("price", table.column("late").values.tolist(), family="contract", meaning="price_uplift")
    whole = table.with_columns([*table.columns, price])
    assert {term.name: term.family for term in learn_expert(whole.columns, PRIOR)} == {
        "late": "billing",
        "tenure": FACTS,
        "age": FACTS,
        "price": CHANGE,
    }


def test_wrong_belief_about_one_family_is_unlearned_and_the_other_kept() -> None:
    card = learn_scorecard(frame(), PRIOR, settings=Settings(), seed=1, shading=STIFF)
    found = scales(card)
    assert found["billing"] > 0.7
    assert found[FACTS] < -0.3


def test_families_share_what_outcomes_say_of_the_expert_as_a_whole() -> None:
    """Where he is wrong about all, his word on one family moves with that on the others; nothing of it is stored."""
    few = frame().take(np.arange(60))
    turned = replace(few, outcome=1.0 - few.outcome)
    card = learn_scorecard(turned, PRIOR, settings=Settings(), seed=1, shading=STIFF)
    layout, x = card.layout, card.layout.matrix(turned, PRIOR)
    seen = Evidence(x=x, outcome=turned.outcome, counts=turned.counts)
    apart = fit_shaded(seen, layout.centre(PRIOR), layout.spread(STIFF))
    at = int(np.flatnonzero(layout.kinds == EXPERT)[layout.families.index("billing")])
    assert len(card.weights) == x.shape[1]
    assert card.weights[at] < apart[at] < 1.0


def test_contributions_add_up_over_families() -> None:
    table = frame()
    card = learn_scorecard(table, PRIOR, settings=Settings(), seed=1, shading=STIFF)
    told = card.base(table) + np.sum(list(card.contributions(table).values()), axis=0)
    assert np.abs(told - card.log_odds(table)).max() < 1e-9


def test_model_stored_before_families_reads_as_one() -> None:
    terms = tuple(replace(term, family="") for term in learn_expert(frame().columns, PRIOR))
    layout = Layout(encoding=prior_scorecard(frame(), PRIOR).layout.encoding, expert=terms, segments=(), own=())
    assert layout.families == ("",)
    assert layout.by_family(layout.opinions(frame(), PRIOR))[:, 0] == pytest.approx(
        layout.opinions(frame(), PRIOR).sum(axis=1)
    )
