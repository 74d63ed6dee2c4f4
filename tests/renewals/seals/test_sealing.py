"""No transaction slips between two seals, and verifying goes on by itself."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction

from renewals.actions import seals as sealing
from renewals.actions.accounts import record_account
from renewals.actions.scope import in_workspace
from renewals.actions.seals import (
    seal_history,
    tend_seals,
)
from renewals.core.actors import Actor, system_actor
from renewals.core.records import AccountRow
from renewals.models import Account, HistorySeal, SealProgress
from renewals.queries.seals import anchors
from tests.plugins.database import make_workspace
from tests.renewals.build import NOW
from tests.renewals.seals.build import EVENTS, add_account, as_owner, found, verify


def test_new_rows_are_sealed_in_lots_and_sealing_again_adds_nothing(by: Actor) -> None:
    for name in "ABCDE":
        add_account(by, name)
    rows = seal_history(by=by, now=NOW, lot=2)
    verdict = verify(by)
    assert (verdict.rows, verdict.breaks, verdict.is_anchored) == (rows, (), True)
    assert verdict.seals == -(-rows // 2)
    assert seal_history(by=by, now=NOW) == 0
    add_account(by, "F")
    assert seal_history(by=by, now=NOW) > 0
    assert verify(by).seals == verdict.seals + 1


def test_each_workspace_has_its_own_chain(by: Actor) -> None:
    other = system_actor(make_workspace("globex").id, "tests")
    add_account(by, "A")
    seal_history(by=by, now=NOW)
    assert seal_history(by=other, now=NOW) == 0
    add_account(other, "A")
    add_account(by, "B")
    assert seal_history(by=other, now=NOW) > 0
    assert seal_history(by=by, now=NOW) > 0
    assert [verify(each).breaks for each in (by, other)] == [(), ()]
    assert set(anchors()) == {by.workspace_id, other.workspace_id}


@pytest.fixture
def late(by: Actor, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Somebody has added an account, with a row of history, and commits when called; patience is short."""
    monkeypatch.setattr(sealing, "PATIENCE", 1)
    monkeypatch.setattr(sealing, "PAUSE", 0)
    has_written, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with in_workspace(by.workspace_id, by=by, why="late"):
            record_account(row=AccountRow(external_id="L", name="Late"), by=by, now=NOW)
            has_written.set()
            may_end.wait(20)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    assert has_written.wait(20)

    def end() -> None:
        may_end.set()
        thread.join(20)

    yield end
    end()


def test_row_of_a_transaction_that_commits_late_is_in_a_seal(by: Actor, late: Callable[[], None]) -> None:
    """It has a lower number than one that is there already; both are sealed once it has ended."""
    add_account(by, "B")
    assert seal_history(by=by, now=NOW) == 0
    assert HistorySeal.objects.count() == 0
    late()
    rows = seal_history(by=by, now=NOW)
    with in_workspace(by.workspace_id, by=by):
        assert Account.objects.count() == 2
    assert (rows > 1, found(by)) == (True, [])


def test_without_waiting_for_it_the_row_would_have_slipped_between_two_seals(
    by: Actor, late: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the test above would find if nobody waited."""
    monkeypatch.setattr(sealing, "_is_waited_for", lambda progress: False)
    add_account(by, "B")
    seal_history(by=by, now=NOW)
    late()
    seal_history(by=by, now=NOW)
    assert any(EVENTS in each and "put in after" in each for each in found(by))


def test_number_that_was_drawn_before_anything_was_written_is_waited_for(
    by: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load draws the numbers of its rows first: it has no transaction number and no lock of the table yet."""
    monkeypatch.setattr(sealing, "PATIENCE", 1)
    monkeypatch.setattr(sealing, "PAUSE", 0)
    draw = f"SELECT nextval(pg_get_serial_sequence('{EVENTS}', 'pgh_id'))"
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(draw)
        add_account(by, "B")
        assert seal_history(by=by, now=NOW) == 0
    assert seal_history(by=by, now=NOW) > 0


def test_application_may_add_and_read_seals_and_nothing_else(by: Actor) -> None:
    add_account(by, "A")
    seal_history(by=by, now=NOW)
    with in_workspace(by.workspace_id, by=by):
        for act in (HistorySeal.objects.all().delete, lambda: HistorySeal.objects.update(why="x")):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                act()


def test_once_a_day_everything_is_verified_and_the_finding_kept(by: Actor) -> None:
    add_account(by, "A")

    def kept() -> tuple:
        with in_workspace(by.workspace_id, by=by):
            row = SealProgress.objects.get()
        return row.verified_at, row.finding

    assert tend_seals(by=by, now=NOW) > 0
    assert kept() == (NOW, "")
    with as_owner(by) as run:
        run(f"UPDATE {EVENTS} SET name = 'Z'")
    tend_seals(by=by, now=NOW + timedelta(hours=1))
    assert kept() == (NOW, "")
    tend_seals(by=by, now=NOW + timedelta(days=1))
    at, finding = kept()
    assert (at, finding.startswith("seal 1, renewals_accountevent row")) == (NOW + timedelta(days=1), True)


def test_commands_seal_verify_and_redact(by: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    add_account(by, "A")
    call_command("seal_history", "--workspace", "acme", "--json")
    assert json.loads(capsys.readouterr().out)["workspaces"][0]["sealed"] > 0
    words = ("--table", EVENTS, "--rows", "1", "--columns", "name", "--by", "Dana", "--why", "Erasure request 17")
    call_command("redact_history", "--workspace", "acme", *words)
    call_command("seal_history", "--workspace", "acme", "--anew", EVENTS, "--why", "new column", "--restored")
    capsys.readouterr()
    call_command("verify_history")
    told = capsys.readouterr().out
    assert "by Dana: Erasure request 17" in told
    assert told.endswith("the anchor agrees: whole.\n")
    with as_owner(by) as run:
        run(f"UPDATE {EVENTS} SET name = 'Z'")
    with pytest.raises(SystemExit) as end:
        call_command("verify_history", "--json")
    (answer,) = json.loads(capsys.readouterr().out)["workspaces"]
    assert (end.value.code, answer["breaks"][0]["table"], answer["breaks"][0]["row_id"]) == (1, EVENTS, 1)
    with pytest.raises(CommandError) as refusal:
        call_command("seal_history", "--workspace", "acme", "--restored", stdout=StringIO())
    assert refusal.value.returncode == 2
