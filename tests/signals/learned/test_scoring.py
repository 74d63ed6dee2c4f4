"""Risks by the model in force: beside the scorecard, explained exactly, and said again to the last digit."""

import math
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Account, Workspace
from signals.actions.learned.life import promote_model, roll_back_model
from signals.actions.scores import refresh_scores, replace_draft, start_draft
from signals.actions.scores.changes import mark_changed
from signals.core.editing.changes import with_edges
from signals.core.scorecard import band_of, parse_bands
from signals.models import CurrentRisk, RiskModelBody, Score, ScorecardVersion
from signals.queries.learned import models
from signals.queries.learned.scoring import model_part, replay_model
from signals.queries.previews import compare_accounts, shifts_under
from signals.queries.scorecards import version_in_force
from signals.queries.scores import explain, scorecard_alone
from signals.queries.tallies import Moment
from tests.signals.factories import NOW
from tests.signals.learned.factories import person
from tests.signals.learned.worlds import learn, open_renewals, table

LATER = NOW + timedelta(hours=1)


def refresh(workspace: Workspace, *, at: timedelta = timedelta(0)) -> int:
    by = system_actor(workspace.id, "t")
    ids = list(Account.objects.order_by("id").values_list("id", flat=True)[:8])
    mark_changed(workspace_id=workspace.id, account_ids=ids, by=by, now=NOW + at)
    return refresh_scores(workspace_id=workspace.id, account_ids=ids, by=by, now=NOW + at).written


@pytest.fixture(scope="module")
def inside(kept_workspace: Workspace) -> Iterator[Workspace]:
    """One workspace for all tests of this file, which run inside it."""
    with in_workspace(kept_workspace.id, by=system_actor(kept_workspace.id, "tests"), why="test"):
        yield kept_workspace


@pytest.fixture(scope="module")
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


def risk_draft(scored: Workspace, **changes: object) -> ScorecardVersion:
    by = person(scored)
    made = start_draft(workspace_id=scored.id, kind="risk", reason="Stricter", by=by, now=LATER)
    definition = {**made.definition, **changes}
    return replace_draft(version_id=made.id, revision=1, definition=definition, by=by, now=LATER)


def moved_bands(definition: dict[str, Any], edge: float) -> list[dict[str, Any]]:
    return with_edges(definition, (edge, edge + 1.0, edge + 2.0)[: len(definition["bands"]) - 1])["bands"]


@pytest.mark.requirement(16)
def test_preview_of_risk_rules_moves_what_the_model_says_not_what_the_scorecard_says(scored: Workspace) -> None:
    stored = {row.renewal_id: (row.value, row.band) for row in CurrentRisk.objects.all()}
    middle = sorted(value for value, _ in stored.values())[4]
    draft = risk_draft(scored, bands=moved_bands(version_in_force("risk").definition, middle))
    at = NOW + timedelta(hours=2)
    ids = list(CurrentRisk.objects.values_list("account_id", flat=True))
    shifts = shifts_under(ids, draft, moment=Moment(as_of=at, known_at=at))
    bands = parse_bands(draft.definition["bands"])
    assert {each.renewal_id: (each.before, each.from_band) for each in shifts} == stored
    assert {each.renewal_id: (each.after, each.to_band) for each in shifts} == {
        renewal: (value, band_of(value, bands)) for renewal, (value, _) in stored.items()
    }
    assert any(each.changes_band for each in shifts)


@pytest.mark.requirement(16)
def test_preview_of_coefficients_moves_nobody_while_a_model_speaks(scored: Workspace) -> None:
    inputs = [{**row, "coefficient": 3 * row["coefficient"]} for row in version_in_force("risk").definition["inputs"]]
    ids = list(CurrentRisk.objects.values_list("account_id", flat=True))
    moment = Moment(as_of=NOW + timedelta(hours=2), known_at=NOW + timedelta(hours=2))
    draft = risk_draft(scored, inputs=inputs)
    assert [each.changes_band for each in shifts_under(ids, draft, moment=moment)] == [False] * 8
    assert {each.model_number for each in compare_accounts(ids, draft, moment=moment)} == {1}
    roll_back_model(reason="Worse", by=person(scored), now=LATER)
    without = compare_accounts(ids, draft, moment=moment)
    assert {each.model_number for each in without} == {None}
    assert [each.before != each.after for each in without] == [True] * 8


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
