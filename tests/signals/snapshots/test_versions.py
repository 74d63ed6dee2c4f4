"""Snapshots carry the number of the rules that made their features; a table to learn from holds those of one kind."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from renewals.models import Workspace
from signals.actions.scores import publish_scorecard
from signals.actions.scores.versions import ensure_scorecards
from signals.actions.snapshots.versions import ensure_feature_rules
from signals.core.scorecard import parse_scorecard
from signals.core.snapshots import versions
from signals.core.snapshots.versions import digest_of, feature_rules
from signals.models import FeatureRules, ScorecardVersion, Snapshot
from signals.queries.library import shipped, snapshot_rules
from tests.signals.snapshots.test_frames import frame
from tests.signals.snapshots.world import LOOK, at, backfill, book, send, take, usual_signals

LATER = LOOK + timedelta(days=10)


def publish(workspace: Workspace, definition: Mapping[str, Any]) -> None:
    with at(workspace, LOOK) as by:
        publish_scorecard(workspace_id=workspace.id, kind="health", definition=definition, reason="t", by=by, now=LOOK)


def shipped_with(key: str, **changes: Any) -> dict[str, Any]:
    definition = deepcopy(shipped("scorecard"))
    next(row for row in definition["measures"] if row["key"] == key).update(changes)
    return definition


def versions_of(snapshots: list[Snapshot]) -> list[tuple[int, int]]:
    return [(each.horizon_days, each.rules_version) for each in snapshots]


def test_changed_measure_raises_the_number_and_the_old_snapshot_stays_apart(workspace: Workspace) -> None:
    book(workspace)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    (old,) = take(workspace)
    before = frame(workspace, LATER)
    publish(workspace, shipped_with("feature_adoption", window_days=14))
    assert old.rules_version == 1
    assert (len(before.frame), before.older_count) == (1, 0)
    # Nothing has been made by the new rules yet: the old row is counted and left out.
    between = frame(workspace, LATER)
    assert (len(between.frame), between.older_count) == (0, 1)
    found = backfill(workspace, LATER)
    assert [each for each in versions_of(found) if each[0] == 30] == [(30, 1), (30, 2)]
    assert {each.sha256 for each in found if each.rules_version == 1} == {old.sha256}
    after = frame(workspace, LATER)
    assert sorted(after.frame.keys) == ["C-A1/1/120", "C-A1/1/180", "C-A1/1/30", "C-A1/1/60", "C-A1/1/90"]
    assert after.older_count == 0
    assert backfill(workspace, LATER) == found


def test_rules_that_come_back_are_raised_and_their_old_snapshots_count_again(workspace: Workspace) -> None:
    book(workspace)
    take(workspace)
    publish(workspace, shipped_with("feature_adoption", window_days=14))
    with at(workspace, LOOK) as by:
        rules = ensure_scorecards(workspace_id=workspace.id, by=by, now=LOOK)
        assert ensure_feature_rules(workspace_id=workspace.id, rules=rules, by=by, now=LOOK) == 2
    publish(workspace, shipped("scorecard"))
    with at(workspace, LOOK) as by:
        rules = ensure_scorecards(workspace_id=workspace.id, by=by, now=LOOK)
        for _ in range(2):
            assert ensure_feature_rules(workspace_id=workspace.id, rules=rules, by=by, now=LOOK) == 3
        digests = list(FeatureRules.objects.order_by("number").values_list("digest", flat=True))
    assert digests[0] == digests[2] != digests[1]
    assert versions_of(take(workspace, LOOK + timedelta(hours=1))) == [(30, 1)]
    assert len(frame(workspace, LATER).frame) == 1


def test_changed_recipe_of_the_code_raises_the_number(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    book(workspace)
    take(workspace)
    monkeypatch.setattr(versions, "RECIPE", versions.RECIPE + 1)
    assert [each for each in versions_of(backfill(workspace, LATER)) if each[0] == 30] == [(30, 1), (30, 2)]


def test_weights_raise_no_number_and_the_table_has_the_health_of_those_in_force(workspace: Workspace) -> None:
    book(workspace)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    take(workspace)
    first = frame(workspace, LATER)
    publish(workspace, shipped_with("feature_adoption", weight=0.9))
    assert versions_of(take(workspace, LOOK + timedelta(hours=1))) == [(30, 1)]
    second = frame(workspace, LATER)
    changed = [
        name
        for name in first.frame.names
        if not np.array_equal(first.frame.column(name).values, second.frame.column(name).values)
    ]
    assert changed == ["health.value", "health.coverage"]
    assert second.older_count == 0


def test_health_of_a_table_is_that_of_the_snapshot_to_the_last_digit(workspace: Workspace) -> None:
    book(workspace, accounts=2)
    send(workspace, *usual_signals("A1", LOOK), now=LOOK - timedelta(hours=1))
    stored = [each.features for each in take(workspace)]
    table = frame(workspace, LATER).frame
    shown = np.stack([table.column("health.value").values, table.column("health.coverage").values], axis=1).tolist()
    assert [f'"health":[{_json(value)},{coverage!r}]' for value, coverage in shown] == [
        text[text.index('"health"') : text.index("]", text.index('"health"')) + 1] for text in stored
    ]


def _json(value: float) -> str:
    return "null" if np.isnan(value) else repr(value)


@pytest.mark.parametrize(
    "statement", ["UPDATE signals_featurerules SET number = 9", "DELETE FROM signals_featurerules"]
)
def test_rules_of_features_cannot_be_changed_by_the_application(workspace: Workspace, statement: str) -> None:
    book(workspace)
    take(workspace)
    refusal = pytest.raises(DatabaseError, match=r"permission denied|append")
    with at(workspace, LOOK), refusal, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"label": "Other words", "meaning": "said otherwise"}, True),
        ({"weight": 0.9, "curve": [0.0, 1.0, 2.0]}, True),
        ({"half_life_days": 22}, False),
        ({"window_days": 55}, False),
        ({"full_sample": 6}, False),
        ({"silent_after_days": 8}, False),
        ({"stale_after_days": 9}, False),
        ({"kinds": ["usage.feature_used"]}, False),
        ({"settings": {"new": 1}}, False),
    ],
)
def test_digest_differs_exactly_when_values_or_confidence_may(changes: Mapping[str, Any], *, is_same: bool) -> None:
    made = [
        digest_of(feature_rules(parse_scorecard(each), snapshot_rules()))
        for each in (shipped("scorecard"), shipped_with("feature_adoption", **changes))
    ]
    assert (made[0] == made[1]) is is_same


def test_digest_knows_a_measure_that_was_added_and_an_override_that_reads_otherwise() -> None:
    plain = shipped("scorecard")
    more = {**plain, "measures": [*plain["measures"], {**plain["measures"][0], "key": "budget_climate"}]}
    row = {"measure": "feature_adoption", "segment": "strategic", "reason": "t"}
    weighed = {**plain, "overrides": [*plain.get("overrides", ()), {**row, "weight": 0.5}]}
    read = {**plain, "overrides": [*plain.get("overrides", ()), {**row, "window_days": 90}]}
    first, *others = (
        digest_of(feature_rules(parse_scorecard(each), snapshot_rules())) for each in (plain, more, weighed, read)
    )
    assert [each == first for each in others] == [False, True, False]


def test_snapshots_from_before_numbers_were_kept_are_told_apart(workspace: Workspace) -> None:
    book(workspace)
    with at(workspace, LOOK) as by:
        rules = ensure_scorecards(workspace_id=workspace.id, by=by, now=LOOK)
        ensure_feature_rules(workspace_id=workspace.id, rules=rules, by=by, now=LOOK)
        version = ScorecardVersion.objects.get(kind="health")
    (taken,) = take(workspace)
    with at(workspace, LOOK):
        Snapshot.objects.create(
            workspace_id=workspace.id,
            account_id=taken.account_id,
            renewal_id=taken.renewal_id,
            scorecard_id=version.id,
            horizon_days=60,
            due_on=taken.due_on,
            as_of=taken.as_of - timedelta(days=30),
            known_at=taken.as_of,
            is_backfilled=True,
            is_mid_term=False,
            taken_at=LOOK,
            recipe=1,
            rules_version=0,
            features=taken.features,
            sha256=taken.sha256,
        )
    found = frame(workspace, LATER)
    assert (found.frame.keys, found.older_count) == (("C-A1/1/30",), 1)
