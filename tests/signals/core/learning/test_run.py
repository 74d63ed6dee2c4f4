"""A training run from end to end: held-out predictions, the verdict, reasons that add up, documents without pickle."""

import json
from dataclasses import replace

import numpy as np
import pytest

from signals.core.errors import ModelInvalid
from signals.core.learning.documents.model import from_document, to_document
from signals.core.learning.explaining.explain import explain
from signals.core.learning.frame import Frame, object_array
from signals.core.learning.metrics.intervals import UNKNOWN
from signals.core.learning.protocols import Protocol
from signals.core.learning.settings import Settings
from signals.core.learning.training.gate import choose
from signals.core.learning.training.model import TrainedModel
from signals.core.learning.training.run import predict, readable, train, unseen_levels
from tests.signals.core.learning.books import book, shipped_prior

QUICK = Settings(
    resamples=40,
    booster_seeds=2,
    booster_leaves=(6,),
    booster_rounds=30,
    background_rows=8,
    taus=(0.05, 0.4),
    segment_taus=(0.0, 0.15),
    tuning_folds=3,
)


def trained(frame: Frame, kind: str = "hash5") -> TrainedModel:
    return train(frame, prior=shipped_prior(), protocol=Protocol(kind=kind, dataset="book"), settings=QUICK, seed=3)


def without_tree_bytes(model: TrainedModel) -> dict[str, object]:
    """The bytes of trees hold the time at which they were written."""
    document = to_document(model)
    return {**document, "booster": {**document["booster"], "trees": len(document["booster"]["trees"])}}


@pytest.fixture(scope="module")
def model() -> TrainedModel:
    return trained(book(1000))


def test_book_with_a_law_is_learned_and_promotable(model: TrainedModel) -> None:
    assert model.verdict.code == "learned"
    assert model.verdict.is_promotable
    assert set(model.figures) == {"rate", "prior", "scorecard", "booster", "stack"}
    assert model.figures["scorecard"].auc > model.figures["prior"].auc > 0.6
    assert model.figures["stack"].auc > model.figures["scorecard"].auc
    assert 0 < model.learned_share < 1
    assert not np.isnan(model.report.held_out["stack"]).any()


def test_same_seed_gives_the_same_model_to_the_last_bit(model: TrainedModel) -> None:
    again = trained(book(1000))
    assert without_tree_bytes(again) == without_tree_bytes(model)
    assert predict(again, book(50, seed=1)).tolist() == predict(model, book(50, seed=1)).tolist()
    assert again.member_raw(readable(again, book(50)), "booster").tolist() == (
        model.member_raw(readable(model, book(50)), "booster").tolist()
    )


@pytest.mark.parametrize("is_sorted", [False, True])
@pytest.mark.parametrize("member", ["prior", "scorecard", "stack"])
def test_stored_model_predicts_the_same_to_the_last_bit(model: TrainedModel, member: str, is_sorted: bool) -> None:
    fresh = book(200, seed=99)
    chosen = replace(model, in_force=member)
    assert list(model.scorecard.layout.encoding.terms) != sorted(model.scorecard.layout.encoding.terms)
    back = from_document(json.loads(json.dumps(to_document(chosen), allow_nan=False, sort_keys=is_sorted)))
    assert predict(back, fresh).tolist() == predict(chosen, fresh).tolist()
    assert without_tree_bytes(back) == without_tree_bytes(chosen)


@pytest.mark.parametrize("member", ["prior", "scorecard", "stack"])
def test_reasons_add_up_to_the_log_odds(model: TrainedModel, member: str) -> None:
    why = explain(replace(model, in_force=member), book(40, seed=5))
    assert np.abs(why.base + sum(why.columns.values()) - why.log_odds).max() < 1e-9
    assert np.abs(why.base + sum(why.families.values()) - why.log_odds).max() < 1e-9


def test_document_of_another_format_is_refused() -> None:
    with pytest.raises(ModelInvalid, match="format 'x'"):
        from_document({"format": "x"})


def test_stored_trees_with_a_strange_type_are_refused(model: TrainedModel) -> None:
    document = to_document(model)
    document["booster"]["trees"] = ["UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="]
    with pytest.raises((ModelInvalid, KeyError)):
        from_document(document)


def test_book_without_outcomes_speaks_with_the_prior() -> None:
    frame = book(100)
    model = trained(replace(frame, outcome=np.full(100, np.nan)))
    assert (model.in_force, model.verdict.code, model.learned_share) == ("prior", "no_outcomes", 0.0)
    p = predict(model, frame)
    assert (
        p[frame.column("contract").values == "two year"].mean() < p[frame.column("contract").values == "monthly"].mean()
    )


@pytest.mark.parametrize(("outcome", "code"), [(1.0, "one_class"), (0.0, "one_class")])
def test_one_class_is_said_and_nothing_learned(outcome: float, code: str) -> None:
    model = trained(replace(book(100), outcome=np.full(100, outcome)))
    assert (model.in_force, model.verdict.code, model.verdict.is_promotable) == ("prior", code, False)


def test_few_losses_are_too_few() -> None:
    outcome = np.zeros(100)
    outcome[:3] = 1.0
    assert trained(replace(book(100), outcome=outcome)).verdict.code == "too_few_outcomes"


def test_rows_tested_of_one_kind_alone_are_too_few_and_say_nothing_about_signal(model: TrainedModel) -> None:
    blind = {name: replace(each, auc=float("nan"), auc_interval=UNKNOWN) for name, each in model.figures.items()}
    member, verdict = choose(model.report.comparisons, blind)
    assert (member, verdict.code, verdict.is_promotable) == ("prior", "too_few_outcomes", False)


def test_shuffled_outcomes_are_no_usable_signal() -> None:
    frame = book(600)
    shuffled = replace(frame, outcome=np.random.default_rng(1).permutation(frame.outcome))
    model = trained(shuffled)
    assert (model.in_force, model.verdict.code) == ("prior", "no_usable_signal")


def test_word_never_seen_is_counted_and_changes_nothing_else(model: TrainedModel) -> None:
    fresh = book(50, seed=11)
    words = fresh.column("contract").values.copy()
    words[:4] = "three weeks"
    strange = fresh.with_columns([replace(c, values=words) if c.name == "contract" else c for c in fresh.columns])
    assert dict(unseen_levels(model, strange)) == {"contract": 4}
    assert predict(model, strange)[4:].tolist() == predict(model, fresh)[4:].tolist()
    assert np.isfinite(predict(model, strange)).all()


def test_column_that_is_gone_is_unknown_not_an_error(model: TrainedModel) -> None:
    fresh = book(50, seed=11)
    without = fresh.with_columns([c for c in fresh.columns if c.name != "health_score"])
    assert np.isfinite(predict(model, without)).all()


def test_segment_never_seen_has_the_common_base(model: TrainedModel) -> None:
    fresh = replace(book(20, seed=2), segments=object_array(["galactic"] * 20))
    assert np.isfinite(predict(model, fresh)).all()
