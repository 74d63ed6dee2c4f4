"""Recorded scores under other rules: the same rules give the same numbers, others give what they would have been."""

from copy import deepcopy
from datetime import datetime, timedelta

import pytest

from renewals.actions.scope import in_workspace
from renewals.models import Account, Workspace
from signals.models import ScorecardVersion
from signals.queries.kept_scores import KeptScore, kept_scores, rescored
from signals.queries.scorecards import version_in_force
from tests.dashboards.world import World, make_world

Definition = dict[str, object]


@pytest.fixture
def world(workspace: Workspace, now: datetime) -> World:
    return make_world(workspace, now=now, accounts=6)


def scores(
    world: World, *, health: Definition | None = None, risk: Definition | None = None, is_again: bool = True
) -> list[KeptScore]:
    with in_workspace(world.workspace.id, by=world.actor):
        ids, until = list(Account.objects.values_list("id", flat=True)), world.now + timedelta(days=1)
        found = rescored(ids, health=health, risk=risk, until=until) if is_again else kept_scores(ids, until=until)
        return sorted(found, key=lambda item: (item.account_id, item.renewal_id, item.as_of))


def in_force(world: World, kind: str) -> Definition:
    with in_workspace(world.workspace.id, by=world.actor):
        version = version_in_force(kind)
        assert isinstance(version, ScorecardVersion)
        return deepcopy(version.definition)


def test_same_rules_give_every_recorded_score_again_to_the_last_digit(world: World) -> None:
    recorded = scores(world, is_again=False)
    assert {item.kind for item in recorded} == {"health", "risk"}
    assert any(item.value is not None for item in recorded)
    assert scores(world, health=in_force(world, "health"), risk=in_force(world, "risk")) == recorded


def test_other_band_limits_change_the_band_and_not_the_number(world: World) -> None:
    definition = in_force(world, "health")
    definition["bands"] = [{"key": "red", "low": 0.0, "high": 99.0}, {"key": "green", "low": 99.0, "high": 100.0}]
    before = {item.account_id: item for item in scores(world, is_again=False) if item.kind == "health"}
    after = {item.account_id: item for item in scores(world, health=definition) if item.kind == "health"}
    assert {key: item.value for key, item in after.items()} == {key: item.value for key, item in before.items()}
    assert {item.band for item in after.values() if item.value is not None} == {"red"}


def test_other_health_moves_the_risk_that_reads_it(world: World) -> None:
    """Health turned round: every curve runs the other way, and the risk of the same instant follows."""
    definition = in_force(world, "health")
    for measure in definition["measures"]:
        measure["curve"] = list(reversed(measure["curve"]))
    before = [item for item in scores(world, is_again=False) if item.kind == "risk" and item.value is not None]
    after = [item for item in scores(world, health=definition) if item.kind == "risk" and item.value is not None]
    assert [item.as_of for item in after] == [item.as_of for item in before]
    assert [item.value for item in after] != [item.value for item in before]
