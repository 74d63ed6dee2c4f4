"""Tasks and commands: they read the clock, call one action, and say what happened."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import WorkspaceSettings, create_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from renewals.queries.clock import database_now
from signals import tasks
from signals.actions.intake import record_signals
from signals.core.errors import ModelDamaged
from signals.models import AccountChange, CurrentScore, Score, Signal
from signals.queries.signals import feed_states, last_update_per_source, timeline, waiting_count
from signals.tasks import mark_outdated_accounts, refresh_changed
from tests.signals.factories import NOW, item, make_account, make_renewal, make_source, rich_items


@pytest.fixture
def filled(workspace: Workspace) -> Workspace:
    actor = system_actor(workspace.id, "t")
    with in_workspace(workspace.id, by=actor):
        make_renewal(make_account(workspace.id, started_on=(NOW - timedelta(days=400)).date()), days=60)
        make_source(workspace.id)
        record_signals(workspace_id=workspace.id, source_key="product", items=rich_items(), by=actor, now=NOW)
    return workspace


def counts(workspace: Workspace, *models: Any) -> list[int]:
    with in_workspace(workspace.id, by=system_actor(workspace.id, "t")):
        return [model.objects.count() for model in models]


def run(command: str, *args: str, **options: Any) -> Any:
    out = StringIO()
    call_command(command, *args, "--json", stdout=out, **options)
    return json.loads(out.getvalue())


@pytest.mark.requirement(4)
def test_task_scores_what_changed_in_every_workspace(filled: Workspace) -> None:
    refresh_changed()
    # Three scores of today, and those of the day the signals end, which is months ago by the database's clock.
    assert counts(filled, CurrentScore, Score, AccountChange) == [1, 6, 0]
    refresh_changed()
    assert counts(filled, Score) == [6]


def test_task_marks_accounts_never_scored(filled: Workspace) -> None:
    with in_workspace(filled.id, by=system_actor(filled.id, "t")):
        make_account(filled.id, "A-2")
    mark_outdated_accounts()
    with in_workspace(filled.id, by=system_actor(filled.id, "t")):
        assert waiting_count() == 2


def test_refresh_command_counts_and_repeats_without_effect(filled: Workspace) -> None:
    first = run("refresh_scores", workspace="acme", now=NOW)
    again = run("refresh_scores", workspace="acme", now=NOW)
    assert (first, again["claimed"]) == ({"claimed": 1, "written": 2, "unchanged": 0, "failed": 0}, 0)


def test_refresh_command_as_of_an_earlier_day_writes_history(filled: Workspace) -> None:
    options = {"workspace": "acme", "as_of": NOW - timedelta(days=10), "now": NOW}
    assert run("refresh_scores", **options)["written"] == 2
    assert run("refresh_scores", **options)["written"] == 0
    assert counts(filled, CurrentScore, AccountChange)[1] == 1


@pytest.mark.requirement(13)
def test_explain_command_lists_signals_and_reproduces_the_scores(filled: Workspace) -> None:
    run("refresh_scores", workspace="acme", now=NOW)
    document = run("explain_score", "A-1", workspace="acme", as_of=NOW)
    assert [(each["kind"], each["is_reproduced"]) for each in document["scores"]] == [("health", True), ("risk", True)]
    health = document["scores"][0]
    assert sum(each["amount"] for each in health["contributions"]) == pytest.approx(health["value"], abs=1e-9)
    assert {len(each["signals"]) - each["signals_count"] for each in health["contributions"]} == {0}
    listed = {number for each in health["contributions"] for number in each["signals"]}
    assert len(listed) <= counts(filled, Signal)[0]


def test_explain_command_prints_text_too(filled: Workspace) -> None:
    run("refresh_scores", workspace="acme", now=NOW)
    out = StringIO()
    call_command("explain_score", "A-1", workspace="acme", as_of=NOW, stdout=out)
    assert out.getvalue().startswith("Account A-1\nhealth: ")


@pytest.mark.parametrize(
    ("command", "args", "slug", "code"),
    [
        ("refresh_scores", [], "nowhere", 2),
        ("explain_score", ["A-1"], "nowhere", 2),
        ("explain_score", ["A-1"], "acme", 1),
        ("explain_score", ["A-9"], "acme", 1),
    ],
)
def test_command_that_cannot_answer_exits_with_its_code(
    filled: Workspace, command: str, args: list[str], slug: str, code: int
) -> None:
    with pytest.raises(CommandError) as refusal:
        call_command(command, *args, workspace=slug)
    assert refusal.value.returncode == code


@pytest.mark.requirement(4)
def test_timeline_pages_without_gap_and_sources_tell_their_last_update(filled: Workspace) -> None:
    with in_workspace(filled.id, by=system_actor(filled.id, "t")):
        account_id = Signal.objects.first().account_id
        first = timeline(account_id, limit=100)
        second = timeline(account_id, before=(first[-1].occurred_at, first[-1].id), limit=1000)
        ids = [each.id for each in (*first, *second)]
        assert (len(ids), len(set(ids))) == (Signal.objects.count(), Signal.objects.count())
        assert {each.family for each in timeline(account_id, families=["billing"])} == {"billing"}
        assert last_update_per_source(account_id, since=NOW - timedelta(days=90)) == {"product": NOW}
        states = {each.family: each.is_stale for each in feed_states(now=NOW + timedelta(days=7, hours=12))}
    assert states["usage"] is True
    assert set(states) == {"usage", "billing", "support", "marketing", "relationship", "health"}


def test_fresh_signal_of_the_database_clock_is_scored_at_once(filled: Workspace) -> None:
    actor = system_actor(filled.id, "t")
    refresh_changed()
    with in_workspace(filled.id, by=actor):
        now = database_now()
        fresh = item(occurred_at=now.isoformat(), external_id="now")
        record_signals(workspace_id=filled.id, source_key="product", items=[fresh], by=actor, now=now)
    refresh_changed()
    assert counts(filled, AccountChange) == [0]


TASKS = {
    "refresh_changed": "refresh_scores",
    "mark_outdated_accounts": "mark_outdated",
    "run_imports": "run_due_imports",
    "take_snapshots": "sweep_snapshots",
    "settle_waiting_deliveries": "settle_deliveries",
    "settle_unmatched_signals": "settle_unmatched",
    "run_pulls": "run_due_pulls",
    "learn_from_corrections": "learn_tones",
    "tend_all_sources": "tend_sources",
    "tend_models": "tend_risk_models",
    "train_due": "run_due_training",
    "tend_scores": "tend_people",
    "report_honesty_weekly": "report_honesty",
}


@pytest.mark.parametrize(("task", "action"), TASKS.items())
def test_task_that_breaks_in_one_workspace_goes_on_with_the_next(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, task: str, action: str
) -> None:
    second = create_workspace(settings=WorkspaceSettings(slug="second", name="Second"), now=NOW)
    seen: list[int] = []

    def breaks(*, by: Actor, **given: object) -> None:
        seen.append(by.workspace_id)
        raise ModelDamaged("broken")

    monkeypatch.setattr(tasks, action, breaks)
    getattr(tasks, task)()
    assert seen == [workspace.id, second.id]
    logged = [each.workspace_id for each in caplog.records if each.message == "Work failed in one workspace"]
    assert logged == [workspace.id, second.id]
