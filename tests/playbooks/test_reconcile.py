"""Restore drills: the database goes back to a savepoint, the provider's log does not; nothing may leave twice."""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from playbooks.actions.messages import approve_message
from playbooks.actions.pump import Pump, pump
from playbooks.actions.sending import check_watermarks, raise_watermarks, resume_after_check
from playbooks.channels.base import OutgoingMessage, Receipt, SendResult
from playbooks.models import AccountTouch, Message, ProviderLine, Task
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending
from renewals.core.actors import Actor
from renewals.models import Touchpoint, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import World
from tests.playbooks.stories import KeptChannel, broken_in, email_step

OUT = {
    "idem_key": "",
    "message_id": "",
    "message_class": "relationship",
    "to_address": "a@b.example",
    "to_name": "",
    "from_address": "us@example.org",
    "subject": "",
    "text_body": "",
    "html_body": "",
    "headers": {},
}
STEPS = (email_step("one", -90), email_step("two", -40))


@dataclass
class Drill:
    """One account under a playbook of two e-mails, a channel that keeps what it got, and a folder for the log."""

    workspace: Workspace
    by: Actor
    now: datetime
    world: World
    channel: KeptChannel
    folder: Path

    def after(self, days: int) -> datetime:
        """So many days after the enrolment."""
        return self.now + timedelta(days=days)

    def look(self, *days: int) -> list[OutgoingMessage]:
        """A worker looks, so many days after the enrolment each time; returns what it handed over meanwhile."""
        before = len(self.channel.calls)
        for each in days:
            pump(Pump(clock=self.after(each), channel=self.channel))
        return self.channel.calls[before:]

    def pause(self) -> None:
        """What the watermark does when a program starts."""
        with in_workspace(self.workspace.id, by=self.by, now=self.now):
            pause_sending(reason="restored", by=self.by, now=self.now)

    def resume(self, days: int) -> None:
        """What a person does in the end."""
        with in_workspace(self.workspace.id, by=self.by, now=self.after(days)):
            resume_after_check(by=self.by, now=self.after(days))

    def log(self, calls: Iterable[OutgoingMessage], **changes: str) -> Path:
        """The provider's log of these calls, as CSV."""
        path = self.folder / "log.csv"
        with path.open("w") as file:
            rows = csv.writer(file)
            rows.writerow(["Idempotency-Key", "Message-ID", "To", "Sent at", "id"])
            for call in calls:
                row = {"key": call.idem_key, "id": call.message_id, "to": call.to_address} | changes
                rows.writerow([row["key"], row["id"], row["to"], self.now.isoformat(), "re_1"])
        return path

    def reconcile(self, path: Path, *words: str) -> dict[str, int]:
        """Run the command, and return how many lines came to which verdict; verdicts of none left out."""
        answer = StringIO()
        call_command("reconcile_sent", str(path), "--workspace", self.workspace.slug, "--json", *words, stdout=answer)
        return {name: count for name, count in json.loads(answer.getvalue())["counts"].items() if count}

    def states(self) -> list[str]:
        """How the messages stand."""
        with in_workspace(self.workspace.id, by=self.by):
            return list(Message.objects.order_by("id").values_list("state", flat=True))


@pytest.fixture
def drill(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime, channel: KeptChannel, settings, tmp_path: Path
) -> Drill:
    """An account whose two messages are due ten and sixty days from now; the backup is taken by the test."""
    settings.PERENNIAL_HOME = tmp_path
    world, _ = enrol(*STEPS)
    return Drill(workspace=workspace, by=actor, now=now, world=world, channel=channel, folder=tmp_path)


def test_restore_without_the_log_sends_again(drill: Drill) -> None:
    """Why there is a guard: whoever resumes without looking sends everything twice."""
    backup = transaction.savepoint()
    sent = drill.look(11, 63)
    transaction.savepoint_rollback(backup)
    assert [call.idem_key for call in drill.look(11, 63)] == [call.idem_key for call in sent]
    assert len(sent) == 2


def test_log_read_after_a_restore_lets_nothing_leave_twice(drill: Drill) -> None:
    """Backup before the first message; restore, log, resume: each message has left once, at the time of the log."""
    backup = transaction.savepoint()
    log = drill.log(drill.look(11, 63))
    transaction.savepoint_rollback(backup)
    drill.pause()
    assert drill.reconcile(log, "--dry-run") == drill.reconcile(log) == drill.reconcile(log) == {"expected": 2}
    drill.resume(11)
    assert drill.look(11, 63) == []
    with in_workspace(drill.workspace.id, by=drill.by):
        assert list(Message.objects.values_list("state", "sent_at")) == [("sent", drill.now)] * 2
        assert Touchpoint.objects.filter(occurred_at=drill.now, origin_key__startswith="message:").count() == 2
        assert AccountTouch.objects.count() == 2
        assert ProviderLine.objects.filter(settled_at__isnull=True).count() == 0
    assert broken_in(drill.workspace) == ()


def test_message_that_waited_in_the_backup_is_marked_at_once(drill: Drill) -> None:
    """Backup between the writing of a message and its departure; what the log does not name still leaves."""
    drill.channel.answers = [SendResult(receipt=Receipt.TRY_LATER, reason="busy")]
    drill.look(11)
    assert drill.states() == ["queued"]
    drill.channel.calls.clear()
    backup = transaction.savepoint()
    log = drill.log(drill.look(14))
    transaction.savepoint_rollback(backup)
    drill.pause()
    assert drill.reconcile(log, "--dry-run") == {"marked": 1}
    assert drill.states() == ["queued"]
    assert (drill.reconcile(log), drill.reconcile(log)) == ({"marked": 1}, {"known": 1})
    assert drill.states() == ["sent"]
    drill.resume(14)
    assert [call.subject for call in drill.look(14, 63)] == ["About Account A-1"]
    assert (drill.states(), broken_in(drill.workspace)) == (["sent", "sent"], ())


def test_message_in_doubt_is_not_sent_again_and_the_log_settles_it(drill: Drill) -> None:
    """Without a key nobody knows: neither a restore nor a resumption sends it again; the log closes its task."""
    drill.channel.honours_idempotency_key = False
    drill.channel.answers = [SendResult(receipt=Receipt.UNKNOWN, reason="cut")]
    sent = drill.look(11)
    assert drill.states() == ["in_doubt"]
    drill.pause()
    drill.resume(14)
    assert (drill.look(14, 15), drill.states()) == ([], ["in_doubt"])
    drill.pause()
    assert drill.reconcile(drill.log(sent)) == {"marked": 1}
    with in_workspace(drill.workspace.id, by=drill.by):
        assert list(Task.objects.values_list("state", "ended_reason")) == [("cancelled", "told_by_provider_log")]
    assert (drill.states(), broken_in(drill.workspace)) == (["sent"], ())


def test_line_nobody_accounts_for_holds_the_next_message_until_a_person_lets_it_go(drill: Drill) -> None:
    """The enrolment that wrote it is lost: its message may be the next one to this address, or may not."""
    strange = f"pn-{drill.workspace.id}-{'a' * 40}"
    log = drill.log([OutgoingMessage(**OUT | {"idem_key": strange, "to_address": drill.world.contact.email.upper()})])
    drill.pause()
    assert drill.reconcile(log) == {"held": 1}
    drill.resume(11)
    assert (drill.look(11), drill.states()) == ([], ["parked"])
    with in_workspace(drill.workspace.id, by=drill.by, now=drill.after(11)):
        assert Touchpoint.objects.filter(origin_key=f"provider-line:{strange}").count() == 1
        assert Task.objects.get().title == "Needs you before it can go: About Account A-1"
        approve_message(message_id=Message.objects.get().id, by=drill.by, now=drill.after(11))
    assert len(drill.look(11)) == 1
    assert (drill.states(), broken_in(drill.workspace)) == (["sent"], ())


def test_key_of_the_log_under_another_address_waits_for_a_person(drill: Drill) -> None:
    """Numbers are given out again after a restore: the same key need not be the same message."""
    backup = transaction.savepoint()
    sent = drill.look(11)
    transaction.savepoint_rollback(backup)
    drill.pause()
    assert drill.reconcile(drill.log(sent, to="somebody@else.example")) == {"expected": 1}
    drill.resume(11)
    assert (drill.look(11), drill.states()) == ([], ["parked"])


def test_lines_of_another_workspace_and_of_other_systems_are_passed_over(drill: Drill) -> None:
    sent = drill.look(11)
    drill.pause()
    other = OutgoingMessage(**OUT | {"idem_key": f"pn-{drill.workspace.id + 1}-{'b' * 40}"})
    path = drill.log([*sent, other, OutgoingMessage(**OUT | {"idem_key": "billing-7"})])
    assert drill.reconcile(path) == {"known": 1, "elsewhere": 1}
    with in_workspace(drill.workspace.id, by=drill.by):
        assert ProviderLine.objects.count() == 0


def test_nothing_is_marked_while_sending_goes_on(drill: Drill) -> None:
    """A sender in the middle of a message and a person reading a log must not meet."""
    sent = drill.look(11)
    assert drill.reconcile(drill.log(sent), "--dry-run") == {"known": 1}
    with pytest.raises(CommandError, match="Sending is not paused in this workspace") as refused:
        drill.reconcile(drill.log(sent))
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "No column names our key"),
        ("to,sent_at\na@b.example,2026-03-02T09:00Z\n", "No column names our key"),
        ("key,sent_at\nx,2026-03-02T09:00Z\n", "No column tells the address"),
        ("key,to,sent_at\n", "The log has no line"),
        ("key,to,sent_at\nbilling-7,a@b.example,2026-03-02T09:00Z\n", "is it the log of another system"),
        ("key,to,sent_at\npn-{id}-{hash},a@b.example,2026-03-02T09:00Z\n", "is it another's log"),
        ("key,to,sent_at\npn-{id}-{hash},a@b.example,yesterday\nx,,2026-03-02T09:00Z\n", "Line 2: 'yesterday' is no"),
    ],
)
def test_log_that_makes_no_sense_is_refused_whole(drill: Drill, text: str, what: str) -> None:
    path = drill.folder / "log.csv"
    path.write_text(text.replace("{id}", str(drill.workspace.id)).replace("{hash}", "c" * 40))
    drill.pause()
    with pytest.raises(CommandError, match=what) as refused:
        drill.reconcile(path)
    assert refused.value.returncode == 2


def test_file_that_is_not_there_or_no_text_is_refused(drill: Drill) -> None:
    binary = drill.folder / "log.bin"
    binary.write_bytes(b"\xff\xfe\x00")
    for path, what in ((drill.folder / "nothing.csv", "cannot be read"), (binary, "is not UTF-8 text")):
        with pytest.raises(CommandError, match=what):
            drill.reconcile(path)


def test_restore_in_which_no_new_message_was_lost_is_noticed_too(drill: Drill) -> None:
    """I21: the backup holds the message, still waiting; only what left since is missing."""
    drill.channel.answers = [SendResult(receipt=Receipt.TRY_LATER, reason="busy")]
    drill.look(11)
    backup = transaction.savepoint()
    drill.look(14)
    raise_watermarks()
    assert not any(item.is_paused for item in check_watermarks(now=drill.after(14)))
    transaction.savepoint_rollback(backup)
    checks = check_watermarks(now=drill.after(14))
    assert [item.is_paused for item in checks if item.workspace_id == drill.workspace.id] == [True]
    assert drill.look(14) == []
