"""The regular work: trainings that were ordered are run, what breaks is tried again, models are asked and watched."""

from datetime import timedelta

import pytest

from renewals.core.actors import system_actor
from renewals.models import Workspace
from signals.actions.learned import sweep
from signals.actions.learned.life import promote_model
from signals.actions.learned.orders import order_training
from signals.actions.learned.sweep import run_due_training, tend_risk_models
from signals.actions.learned.train import TrainingPlan
from signals.actions.snapshots import sweep_snapshots
from signals.core.errors import ModelDamaged
from signals.models import RenewalLabel, RiskModelCheck, RiskModelVersion, RiskPrediction, RiskTraining
from signals.queries.learned.rows import foretold
from tests.signals.factories import NOW
from tests.signals.learned.worlds import QUICK, bring_in, learn, open_renewals, table

DAY = timedelta(days=1)


def run(workspace: Workspace, *, at: timedelta = timedelta(0)) -> bool:
    by = system_actor(workspace.id, "t")
    return run_due_training(workspace_id=workspace.id, by=by, now=NOW + at, clock=lambda: NOW + at)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(**given: object) -> TrainingPlan:
        return TrainingPlan(**given, settings=QUICK)

    monkeypatch.setattr(sweep, "TrainingPlan", plan)


@pytest.mark.requirement(16)
def test_first_outcomes_order_a_training_that_proposes(inside: Workspace, quick: None) -> None:
    bring_in(inside, table(60, signal=1.5))
    by = system_actor(inside.id, "t")
    tend_risk_models(workspace_id=inside.id, by=by, now=NOW)
    assert [(each.cause, each.state) for each in RiskTraining.objects.all()] == [("schedule", "waiting")]
    assert run(inside)
    order = RiskTraining.objects.get()
    assert (order.state, order.version.number, order.version.state) == ("done", 1, "proposed")
    assert not run(inside)
    tend_risk_models(workspace_id=inside.id, by=by, now=NOW + 40 * DAY)
    assert RiskTraining.objects.count() == 1


def test_training_that_breaks_is_kept_and_tried_again(
    inside: Workspace, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = bring_in(inside, table(60, signal=1.5))
    order_training(cause="person", by=by, now=NOW)

    def breaks(**given: object) -> None:
        raise RuntimeError("half-way")

    with monkeypatch.context() as broken:
        broken.setattr(sweep, "train_model", breaks)
        assert run(inside)
    order = RiskTraining.objects.get()
    assert (order.state, order.last_error, RiskModelVersion.objects.count()) == ("waiting", "RuntimeError: half-way", 0)
    assert not run(inside)
    assert run(inside, at=timedelta(hours=1))
    assert RiskTraining.objects.get().state == "done"


@pytest.mark.requirement(16)
def test_model_in_force_is_asked_before_the_outcome_and_watched(inside: Workspace) -> None:
    by = learn(inside, table(240, signal=1.6)).by
    promote_model(number=1, reason="Better", by=by, now=NOW)
    open_renewals(40)
    actor, at = system_actor(inside.id, "t"), NOW + timedelta(hours=2)
    assert sweep_snapshots(workspace_id=inside.id, by=actor, now=at) == 40
    for _ in range(2):
        tend_risk_models(workspace_id=inside.id, by=actor, now=at + timedelta(hours=1))
        assert RiskPrediction.objects.count() == 40
    assert {"drift", "missing"} <= set(RiskModelCheck.objects.values_list("kind", flat=True))


def test_early_signature_waits_for_the_losses_of_its_date(inside: Workspace) -> None:
    by = learn(inside, table(240, signal=1.6)).by
    promote_model(number=1, reason="Better", by=by, now=NOW)
    open_renewals(1)
    actor, version = system_actor(inside.id, "t"), RiskModelVersion.objects.get()
    sweep_snapshots(workspace_id=inside.id, by=actor, now=NOW + timedelta(hours=2))
    tend_risk_models(workspace_id=inside.id, by=actor, now=NOW + timedelta(hours=3))
    said, signed_on = RiskPrediction.objects.get(), (NOW + DAY).date()
    RenewalLabel.objects.create(
        workspace=inside,
        account_id=said.account_id,
        renewal_id=said.renewal_id,
        version=1,
        group_key="g",
        is_lead=True,
        kind="flat",
        manner="signed",
        ratio=1.0,
        due_on=signed_on + 90 * DAY,
        decided_on=signed_on,
        labelled_at=NOW + DAY,
        matures_on=signed_on + 120 * DAY,
        rules_version=1,
        recorded_at=NOW + DAY,
    )
    for days, count in ((119, 0), (120, 1)):
        assert len(foretold(version, today=signed_on + days * DAY).keys) == count


@pytest.mark.requirement(16)
def test_model_that_cannot_be_read_still_has_its_replacement_ordered(
    inside: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = bring_in(inside, table(60, signal=1.5))

    def damaged(**given: object) -> int:
        raise ModelDamaged("The stored body of risk model 1 is not what was written.")

    monkeypatch.setattr(sweep, "foretell", damaged)
    monkeypatch.setattr(sweep, "watch_models", damaged)
    assert tend_risk_models(workspace_id=inside.id, by=by, now=NOW) == 0
    assert [(each.cause, each.state) for each in RiskTraining.objects.all()] == [("schedule", "waiting")]
