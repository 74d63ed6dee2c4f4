"""Safety around the engine: failpoints, watermark, tokens, publishing, commands, and what code may not contain."""

import ast
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from config.stack.places import CHECKOUT
from playbooks import tasks
from playbooks.actions.failpoints import POINTS, read_failpoints
from playbooks.actions.publish import publish_library
from playbooks.actions.pump import Pump, pump
from playbooks.actions.sending import (
    WATERMARK,
    Mark,
    ServerWatch,
    check_watermarks,
    note_departure,
    raise_watermarks,
    resume_after_check,
)
from playbooks.actions.unsubscribe import LEDGER, replay_unsubscribes, unsubscribe
from playbooks.channels.base import OutgoingMessage, SendResult
from playbooks.core.states import (
    ENROLMENT_TRANSITIONS,
    MESSAGE_TRANSITIONS,
    STEP_RUN_TRANSITIONS,
    TASK_TRANSITIONS,
)
from playbooks.models import AccountTouch, Enrolment, Message, PlaybookVersion, StepRun, Task
from playbooks.queries.unsubscribe_links import read_unsubscribe_token, unsubscribe_token
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Suppression, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import KeptChannel, email_step, task_step
from tests.plugins.database import make_workspace

ROOT = Path(__file__).resolve().parents[2]
ENGINE = [*sorted((ROOT / "playbooks").glob("**/*.py"))]


def test_failpoints_are_refused_outside_tests() -> None:
    """Two locks: the variable and the marker."""
    assert read_failpoints("", is_testing=False) == {}
    with pytest.raises(ImproperlyConfigured, match="for tests alone"):
        read_failpoints("step_claimed=kill:0.5", is_testing=False)


@pytest.mark.parametrize("text", ["nowhere=kill:0.1", "step_claimed=melt:0.1"])
def test_unknown_failpoint_stops_the_start(text: str) -> None:
    """A typing error must not make a fault run look clean."""
    with pytest.raises(ImproperlyConfigured, match="is not one of"):
        read_failpoints(text, is_testing=True)


def test_every_failpoint_is_passed_somewhere() -> None:
    """A point that nobody passes proves nothing."""
    code = "".join(path.read_text() for path in ENGINE)
    assert [name for name in POINTS if f'pass_point("{name}")' not in code] == []


def test_only_wake_publishes_and_nothing_counts_down() -> None:
    """No business in the broker: no .delay, .apply_async or send_task outside wake, no eta, no countdown."""
    found = []
    for path in sorted(ROOT.glob("*/**/*.py")):
        if path.relative_to(ROOT).parts[0] in (".venv", "tests"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("delay", "apply_async", "send_task"):
                found += [path.name] if path.name != "wake.py" else []
            if isinstance(node, ast.keyword) and node.arg in ("eta", "countdown"):
                found.append(path.name)
    assert found == []


def test_channel_is_never_called_inside_a_transaction(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The only call to a channel stands between two transactions, not in one of them."""
    tree = ast.parse((ROOT / "playbooks/actions/send.py").read_text())
    inside = [
        node
        for block in ast.walk(tree)
        if isinstance(block, ast.With)
        for node in ast.walk(block)
        if isinstance(node, ast.Name) and node.id == "_ask_channel"
    ]
    callers = [
        path.name for path in ENGINE if "channel.send(" in path.read_text() or ".send(outgoing" in path.read_text()
    ]
    assert (inside, callers) == ([], ["send.py"])


@pytest.mark.parametrize(
    ("model", "table"),
    [
        (Enrolment, ENROLMENT_TRANSITIONS),
        (StepRun, STEP_RUN_TRANSITIONS),
        (Task, TASK_TRANSITIONS),
        (Message, MESSAGE_TRANSITIONS),
    ],
)
def test_states_of_the_tables_are_those_of_the_core(model: type, table: dict) -> None:
    """Every state of the core's table is in a check constraint of the database."""
    conditions = str([constraint.deconstruct() for constraint in model._meta.constraints])
    assert [state.value for state in table if f"'{state.value}'" not in conditions] == []


def test_restored_database_comes_up_paused(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, settings, tmp_path: Path
) -> None:
    """I21: fewer messages in the database than were sent from here; nothing leaves until an operator resumes."""
    settings.PERENNIAL_HOME = tmp_path
    enrol(email_step("hello", -90))
    (tmp_path / WATERMARK).write_text(json.dumps({workspace.id: 900_000_000}))
    checks = check_watermarks(now=now)
    assert [item.is_paused for item in checks if item.workspace_id == workspace.id] == [True]
    later = now + timedelta(days=11)
    pump(Pump(clock=later, channel=channel))
    assert channel.calls == []
    with in_workspace(workspace.id, by=actor, now=later):
        resume_after_check(by=actor, now=later)
    pump(Pump(clock=later, channel=channel))
    assert len(channel.calls) == 1
    assert not any(item.is_paused for item in check_watermarks(now=later))


def test_worker_that_starts_before_the_orchestrator_sends_nothing_from_a_restored_database(
    enrol: Enrol,
    workspace: Workspace,
    actor: Actor,
    now: datetime,
    settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """I21 for whoever is first: the worker's own first look pauses sending."""
    settings.PERENNIAL_HOME = tmp_path
    (tmp_path / WATERMARK).write_text(json.dumps({workspace.id: 900_000_000}))
    monkeypatch.setattr(tasks, "WATCH", ServerWatch())
    tasks.look_now()
    with in_workspace(workspace.id, by=actor):
        assert Workspace.objects.get().sending_paused_at is not None


def test_program_that_outlives_a_failover_looks_at_the_watermark_again(
    workspace: Workspace, actor: Actor, now: datetime, settings, tmp_path: Path
) -> None:
    """The same server is asked once; another one, by the instant it was started, again."""
    settings.PERENNIAL_HOME = tmp_path
    watch = ServerWatch()
    assert workspace.id in {item.workspace_id for item in watch.look()}
    (tmp_path / WATERMARK).write_text(json.dumps({workspace.id: 900_000_000}))
    assert watch.look() == ()
    watch.checked = now - timedelta(days=1)
    assert [item.is_paused for item in watch.look() if item.workspace_id == workspace.id] == [True]


@pytest.mark.parametrize(("jump", "is_paused"), [(61.5, True), (-61.5, True), (59.0, False), (0.0, False)])
def test_program_pauses_sending_when_the_clock_of_its_server_jumps(
    workspace: Workspace, actor: Actor, settings, tmp_path: Path, jump: float, is_paused: bool
) -> None:
    """F20: an hour is not over because the server's clock says so."""
    settings.PERENNIAL_HOME = tmp_path
    watch = ServerWatch()
    watch.look()
    watch.last = replace(watch.last, said=watch.last.said - timedelta(seconds=jump))
    assert [watch.look(), watch.look()] == [(), ()]
    with in_workspace(workspace.id, by=actor):
        row = Workspace.objects.get()
    assert (row.sending_paused_at is not None) is is_paused
    assert row.sending_pause_reason.startswith("The database's clock jumped by") is is_paused


def test_what_leaves_the_house_is_noted_before_it_leaves(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, settings, tmp_path: Path
) -> None:
    """A failover that forgets this one message is found out: its touch stands outside the database."""
    settings.PERENNIAL_HOME = tmp_path
    enrol(email_step("hello", -90))
    noted: list[dict[str, int]] = []

    class Outside(KeptChannel):
        def send(self, message: OutgoingMessage) -> SendResult:
            noted.append(json.loads((tmp_path / WATERMARK).read_text())[str(workspace.id)])
            return super().send(message)

    pump(Pump(clock=now + timedelta(days=11), channel=Outside(is_instant=False)))
    with in_workspace(workspace.id, by=actor):
        touch = AccountTouch.objects.get()
    assert noted == [{"message": touch.message_id, "touch": touch.id}]


def test_message_leaves_although_its_departure_cannot_be_noted(settings, tmp_path: Path) -> None:
    """A disk without room for a note holds no mail up."""
    (tmp_path / "file").write_text("")
    settings.PERENNIAL_HOME = tmp_path / "file"
    note_departure(workspace_id=1, mark=Mark(message=1, touch=1))
    assert (tmp_path / "file").read_text() == ""


def test_watermark_rises_with_what_was_written(
    enrol: Enrol, workspace: Workspace, now: datetime, channel: KeptChannel, settings, tmp_path: Path
) -> None:
    """The highest message and touch are noted outside the database, and never fall."""
    settings.PERENNIAL_HOME = tmp_path
    enrol(email_step("hello", -90))
    pump(Pump(clock=now + timedelta(days=11), channel=channel))
    raise_watermarks()
    first = json.loads((tmp_path / WATERMARK).read_text())[str(workspace.id)]
    raise_watermarks()
    assert json.loads((tmp_path / WATERMARK).read_text())[str(workspace.id)] == first
    assert min(first["message"], first["touch"]) > 0


def test_watermark_stands_when_many_write_it_at_once(committed: None, settings, tmp_path: Path) -> None:
    """Workers of one machine share the file: none finds it half-written, none takes another's mark back."""
    settings.PERENNIAL_HOME = tmp_path
    make_workspace("acme")

    def write(_: int) -> None:
        raise_watermarks()
        connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(write, range(60))) == [None] * 60
    assert len(json.loads((tmp_path / WATERMARK).read_text())) == 1
    assert [path.name for path in tmp_path.glob("*.new")] == []


def test_unsubscribe_is_also_kept_outside_and_can_be_replayed(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, settings, tmp_path: Path
) -> None:
    """A failover that loses the row does not lose the wish: whoever meets the server says it again, by itself."""
    settings.PERENNIAL_HOME = tmp_path
    world, _ = enrol(email_step("hello", -90))
    with in_workspace(workspace.id, by=actor, now=now):
        unsubscribe(contact_id=world.contact.id, by=actor, now=now)
        assert json.loads((tmp_path / LEDGER).read_text())["contact"] == world.contact.id
        Suppression.objects.all().delete()
        gone = {"workspace": workspace.id, "contact": 999_999}
        with (tmp_path / LEDGER).open("a") as ledger:
            ledger.write(json.dumps(gone) + "\n")
        assert replay_unsubscribes(by=actor, now=now) == 1
        assert sorted(Suppression.objects.values_list("message_class", flat=True)) == ["marketing", "relationship"]
        Suppression.objects.all().delete()
    for days, known in ((8, 0), (1, 2)):
        check_watermarks(now=now + timedelta(days=days))
        with in_workspace(workspace.id, by=actor, now=now):
            assert Suppression.objects.count() == known


def test_unsubscribe_token_carries_its_workspace_and_cannot_be_made_up() -> None:
    """The same token every time; one changed character and it is nobody's."""
    token = unsubscribe_token(workspace_id=3, contact_id=41)
    found = read_unsubscribe_token(token)
    assert (found.workspace_id, found.contact_id) == (3, 41)
    assert token == unsubscribe_token(workspace_id=3, contact_id=41)
    assert read_unsubscribe_token(token.replace("41", "42", 1)) is None
    assert read_unsubscribe_token("nonsense") is None


def test_library_published_twice_is_one_version_each(workspace: Workspace, actor: Actor, now: datetime) -> None:
    """Three tier playbooks, one version each; what is under way keeps its version."""
    with in_workspace(workspace.id, by=actor, now=now):
        first = publish_library(by=actor, now=now)
        again = publish_library(by=actor, now=now)
        assert sorted(item.key for item in first) == ["mid_market", "small", "strategic"]
        assert [item.version_id for item in again] == [item.version_id for item in first]
        assert PlaybookVersion.objects.count() == 3


def test_run_due_moves_the_clock_step_by_step(enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime) -> None:
    """A month in one command, in one JSON document."""
    enrol(task_step("call", -90), task_step("again", -80))
    answer = StringIO()
    until = (now + timedelta(days=22)).isoformat()
    call_command(
        "run_due", "--workspace", workspace.slug, "--now", now.isoformat(), "--until", until, "--step", "1d", "--json",
        stdout=answer,
    )  # fmt: skip
    told = json.loads(answer.getvalue())
    assert (told["turns"], told["steps"]) == (23, 2)
    with in_workspace(workspace.id, by=actor):
        assert Task.objects.count() == 2


@pytest.mark.parametrize("words", [["--now", "tomorrow"], ["--now", "2026-01-01T09:00"], ["--step", "0h"]])
def test_run_due_refuses_what_it_cannot_read(words: list[str], db: None) -> None:
    """A time without a zone is no time; wrong usage is status 2."""
    with pytest.raises(CommandError) as refused:
        call_command("run_due", *words)
    assert refused.value.returncode == 2


def test_orchestrator_starts_without_the_pages() -> None:
    """One that was killed is back soon: what it does not need is not loaded, and was checked by the migration."""
    command = [sys.executable, "-X", "importtime", "manage.py", "run_orchestrator", "--workspace", "nobody-s"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
    assert done.returncode != 0  # there is no such workspace
    assert "playbooks.actions.pump" in done.stderr
    assert "dashboards.views" not in done.stderr


def test_orchestrator_looks_once_and_tells(enrol: Enrol, workspace: Workspace, settings, tmp_path: Path) -> None:
    """One look, no Redis, one JSON document."""
    settings.PERENNIAL_HOME = tmp_path
    enrol(task_step("call", -90))
    answer = StringIO()
    call_command("run_orchestrator", "--workspace", workspace.slug, "--once", "--json", stdout=answer)
    assert json.loads(answer.getvalue())["messages"] == 0
