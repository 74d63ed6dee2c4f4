"""Risks by the model in force: beside the scorecard, explained exactly, and said again to the last digit."""

import math
from datetime import timedelta

import pytest

from renewals.core.actors import system_actor
from renewals.models import Account, Workspace
from signals.actions.learned.life import promote_model, roll_back_model
from signals.actions.scores import refresh_scores
from signals.actions.scores.changes import mark_changed
from signals.models import CurrentRisk, RiskModelBody, Score
from signals.queries.learned import models
from signals.queries.learned.scoring import model_part, replay_model
from signals.queries.scores import explain, scorecard_alone
from tests.signals.factories import NOW
from tests.signals.learned.factories import person
from tests.signals.learned.worlds import learn, open_renewals, table

LATER = NOW + timedelta(hours=1)


def refresh(workspace: Workspace, *, at: timedelta = timedelta(0)) -> int:
    by = system_actor(workspace.id, "t")
    ids = list(Account.objects.order_by("id").values_list("id", flat=True)[:8])
    mark_changed(workspace_id=workspace.id, account_ids=ids, by=by, now=NOW + at)
    return refresh_scores(workspace_id=workspace.id, account_ids=ids, by=by, now=NOW + at).written


@pytest.fixture
def scored(inside: Workspace) -> Workspace:
    """Eight open renewals scored by a promoted model."""
    by = learn(inside, table(240, signal=1.6)).by
    open_renewals(8)
    refresh(inside)
    promote_model(number=1, reason="Better", by=by, now=LATER)
    refresh(inside, at=timedelta(hours=2))
    return inside


def risks() -> list[Score]:
    ids = CurrentRisk.objects.order_by("id").values_list("score_id", flat=True)
    return [Score.objects.get(id=each) for each in ids]


@pytest.mark.requirement(16)
def test_promoted_model_speaks_and_the_scorecard_stands_beside(scored: Workspace) -> None:
    for score in risks():
        said = model_part(score)
        assert score.value == pytest.approx(100 / (1 + math.exp(-said["log_odds"])), abs=1e-12)
        assert score.renew_probability == pytest.approx(1 - score.value / 100, abs=1e-12)
        assert scorecard_alone(score).value == said["card_value"]
        assert explain(scorecard_alone(score)).total == score.details["logit"]


@pytest.mark.requirement(17)
def test_contributions_and_base_add_up_to_the_log_odds(scored: Workspace) -> None:
    for score in risks():
        whole = explain(score)
        assert math.fsum(link.amount for link in whole.links) == pytest.approx(whole.total, abs=1e-6)
        assert math.fsum(model_part(score)["families"].values()) + model_part(score)["base"] == pytest.approx(
            whole.total, abs=1e-6
        )


@pytest.mark.requirement(17)
def test_stored_risk_is_said_again_to_the_last_digit(scored: Workspace) -> None:
    models._kept.clear()
    found = risks()
    assert len(found) == 8
    for score in found:
        again = replay_model(score)
        assert again.record() == {name: model_part(score)[name] for name in again.record()}
        assert 100 * again.loss_probability == score.value


def test_refresh_twice_by_a_model_writes_nothing(scored: Workspace) -> None:
    assert refresh(scored, at=timedelta(hours=2)) == 0


def test_roll_back_gives_the_risk_of_the_scorecard_again(scored: Workspace) -> None:
    before = [(score.renewal_id, model_part(score)["card_value"]) for score in risks()]
    roll_back_model(reason="Worse", by=person(scored), now=LATER)
    refresh(scored, at=timedelta(hours=3))
    assert [(score.renewal_id, score.value) for score in risks()] == before


def test_model_that_breaks_leaves_the_scorecard_to_speak(scored: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*given: object) -> None:
        raise AttributeError("trees of another library")

    monkeypatch.setattr("signals.queries.learned.models.told_rows", breaks)
    refresh(scored, at=timedelta(hours=3))
    assert [model_part(score) for score in risks()] == [None] * 8


def test_damaged_model_leaves_the_scorecard_to_speak(scored: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    models._kept.clear()
    monkeypatch.setattr("signals.queries.learned.versions.fingerprint", lambda document: "other")
    refresh(scored, at=timedelta(hours=3))
    assert RiskModelBody.objects.count() == 1
    assert [model_part(score) for score in risks()] == [None] * 8
