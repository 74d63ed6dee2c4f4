"""What a workspace feeds at all: the rest lowers nobody's coverage, and little feeding scores nobody."""

from typing import Any

from renewals.core.actors import system_actor
from renewals.models import Workspace
from signals.actions.intake import record_signals
from signals.actions.scores import refresh_scores
from signals.models import CurrentScore, Score
from signals.queries.library import shipped
from signals.queries.scores import replay
from tests.signals.factories import NOW, item, make_account, make_source, rich_items


def refresh(workspace: Workspace, account_ids: list[int]) -> None:
    actor = system_actor(workspace.id, "t")
    refresh_scores(workspace_id=workspace.id, by=actor, now=NOW, account_ids=account_ids)


def send(workspace: Workspace, *items: dict[str, Any]) -> None:
    actor = system_actor(workspace.id, "t")
    result = record_signals(workspace_id=workspace.id, source_key="product", items=list(items), by=actor, now=NOW)
    assert result.refused == 0


def test_what_nobody_feeds_lowers_no_coverage_and_is_named(inside: Workspace) -> None:
    account = make_account(inside.id)
    make_source(inside.id)
    send(inside, *(item(kind="usage.events", value=100.0, days_ago=7 * week) for week in range(12)))
    send(inside, *(item(kind="usage.feature_used", subject=f"f{n}", days_ago=3) for n in range(6)))
    refresh(inside, [account.id])
    row = CurrentScore.objects.get()
    stored = Score.objects.get(kind="health")
    assert (row.state, row.known_count, row.measures_count) == ("scored", 2, 2)
    assert set(stored.details["unfed"]) == {
        each["key"] for each in shipped("scorecard")["measures"] if each["weight"]
    } - {
        "usage_velocity",
        "feature_adoption",
    }
    assert stored.details["missing"] == []
    assert replay(stored).health.coverage == stored.coverage


def test_kind_heard_for_one_account_is_missing_in_another(inside: Workspace) -> None:
    quiet = make_account(inside.id, "B-1")
    make_account(inside.id)
    make_source(inside.id)
    send(inside, *rich_items())
    refresh(inside, [quiet.id])
    stored = Score.objects.get(account_id=quiet.id, kind="health")
    assert (stored.state, stored.coverage) == ("not_scored", 0.0)
    assert "usage_velocity" in stored.details["missing"]


def test_workspace_that_hears_little_scores_nobody(inside: Workspace) -> None:
    account = make_account(inside.id)
    make_source(inside.id)
    send(inside, *(item(kind="support.csat", value=5.0, days_ago=day) for day in range(1, 9)))
    refresh(inside, [account.id])
    row = CurrentScore.objects.get()
    assert (row.state, row.value, row.coverage > 0.9) == ("not_scored", None, True)
