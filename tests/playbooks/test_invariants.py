"""Each invariant of `check_invariants` catches a planted violation, and names nothing in a healthy workspace."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from playbooks.actions.pump import Pump, pump
from playbooks.actions.queue import refresh_queue
from playbooks.actions.sweeps import sweep_books
from playbooks.queries.evidence import engine_counters
from playbooks.queries.invariants import INVARIANTS, broken_invariants
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from tests.playbooks.stories import KeptChannel, email_step, enrol_account, task_step
from tests.plugins.database import make_workspace

STEP, MESSAGE, ENROLMENT = "playbooks_steprun", "playbooks_message", "playbooks_enrolment"

PLANTED = {
    "I1": f"""ALTER TABLE {STEP} DROP CONSTRAINT step_run_once;
        UPDATE {STEP} SET step_key = 'hello' WHERE step_key = 'call'""",
    "I2 effect": "UPDATE playbooks_queueentry SET next_task_id = NULL; DELETE FROM playbooks_task",
    "I2 log": f"UPDATE {STEP} SET step_key = 'renamed' WHERE step_key = 'hello'",
    "I3": "".join(
        f"ALTER TABLE {MESSAGE} DROP CONSTRAINT message_{key};" for key in ("once_a_step", "dedup_once", "idem_once")
    )
    + f"UPDATE {MESSAGE} SET step_run_id = (SELECT max(step_run_id) FROM {MESSAGE})",
    "I4": f"UPDATE {MESSAGE} SET idem_key = 'pn-random-' || id",
    "I5": f"UPDATE {STEP} SET lease_until = now() WHERE state = 'done'",
    "I6": f"UPDATE {ENROLMENT} SET state = 'completed', ended_at = now(), ended_reason = 'x' WHERE state = 'active'",
    "I8": f"""ALTER TABLE {STEP} DROP CONSTRAINT step_run_not_before_due;
        UPDATE {STEP} SET due_at = done_at + interval '1 second' WHERE state = 'done'""",
    "I9": """INSERT INTO renewals_suppression
        (workspace_id, contact_id, message_class, origin, since_at, lifted_evidence)
        SELECT workspace_id, contact_id, 'relationship', 'manual', sending_at - interval '1 hour', ''
        FROM playbooks_message""",
    "I10": f"""UPDATE {ENROLMENT} SET state = 'exited', ended_at = started_at, ended_reason = 'x'""",
    "I12": f"""UPDATE {MESSAGE} SET state = 'in_doubt'""",
    "I13": f"""UPDATE {MESSAGE} SET state = 'queued', next_at = not_after_at + interval '1 second'""",
    "I14": f"UPDATE {STEP} SET claims = 7 WHERE state = 'scheduled'",
    "I15": f"""INSERT INTO playbooks_stepapproval (workspace_id, step_run_id, enrolment_id, account_id, renewal_id,
        step_key, title, roles, requested_by_id, state, version, due_at, decided_by, decided_at, note, created_at)
        SELECT s.workspace_id, s.id, e.id, e.account_id, e.renewal_id, s.step_key, 'planted', '[]', r.owner_id,
        'approved', 1, now(), 'nobody', now(), '', now() FROM {STEP} AS s JOIN {ENROLMENT} AS e ON e.id = s.enrolment_id
        JOIN renewals_renewal AS r ON r.id = e.renewal_id ORDER BY s.id LIMIT 1""",
    "I16": "ALTER TABLE playbooks_playbookversion DISABLE TRIGGER USER",
    "I17": f"""INSERT INTO playbooks_playbookversion (workspace_id, playbook_id, number, definition, content_hash,
        published_at, published_by, is_pilot) SELECT workspace_id, playbook_id, 99, definition, 'x', now(), 'x', false
        FROM playbooks_playbookversion LIMIT 1;
        UPDATE {STEP} SET version_id = (SELECT max(id) FROM playbooks_playbookversion)""",
    "I19": "ALTER TABLE playbooks_decision NO FORCE ROW LEVEL SECURITY",
    "I22": """INSERT INTO renewals_notice (workspace_id, renewal_id, account_id, kind, side, rule_key, rule_version,
        rule, source, anchor_on, opens_on, planned_on, safe_latest_on, closes_on, zone, zone_source,
        country, region, channels, state, state_reason, sent_channel, owner_id, level, moves, created_at, updated_at)
        SELECT workspace_id, id, account_id, 'reminder', 'ours', 'planted', 1, '{}', 'x', due_on, due_on, due_on,
        due_on, due_on, 'UTC', 'workspace', '', '', '{letter}', 'due', '', '', owner_id, 0, '[]', created_at,
        created_at FROM renewals_renewal ORDER BY id LIMIT 1""",
    "I23": f"""UPDATE {STEP} SET reasons = '[{{"code": "held_out"}}]' WHERE step_key = 'hello'""",
    "I24": "ALTER TABLE playbooks_taskevent DISABLE TRIGGER USER; DELETE FROM playbooks_taskevent",
    "I25": "UPDATE renewals_membership SET is_active = false",
    "budget": "UPDATE playbooks_accounttouch SET released_at = occurred_at",
    "owner": "UPDATE renewals_membership SET is_active = false",
    "queue": """UPDATE renewals_renewal SET stage = 'closed', closed_on = due_on, final_amount = 0,
        updated_at = '2026-01-01 00:00Z'""",
}


NEED_THE_OWNER = ("I1", "I3", "I8", "I16", "I19", "I24")


def work(workspace: Workspace, actor: Actor, now: datetime) -> datetime:
    """Make sent messages, an open task, waiting steps and lines in the queue; returns the time it is then."""
    enrol_account(workspace, actor, now, email_step("hello", -90), task_step("call", -60))
    enrol_account(workspace, actor, now, email_step("hello", -90), task_step("call", -60), key="A-3")
    enrol_account(workspace, actor, now, task_step("first", -90), task_step("second", -60), key="A-2")
    later = now + timedelta(days=11)
    pump(Pump(clock=later, channel=KeptChannel()))
    with in_workspace(workspace.id, by=actor, now=later):
        refresh_queue(workspace_id=workspace.id, now=later)
    return later


@pytest.fixture
def at_work(workspace: Workspace, actor: Actor, now: datetime) -> datetime:
    """A workspace at work, rolled back after the test."""
    return work(workspace, actor, now)


def test_every_invariant_has_a_planted_violation() -> None:
    """Nobody adds a check without proof that it bites."""
    assert set(PLANTED) == {item.number for item in INVARIANTS}


def test_healthy_workspace_breaks_nothing(at_work: datetime, workspace: Workspace, actor: Actor) -> None:
    """No false alarm."""
    with in_workspace(workspace.id, by=actor, now=at_work):
        assert broken_invariants() == ()


@pytest.mark.requirement("X1")
@pytest.mark.parametrize(("lot", "held_out"), [(1, "true"), (9_999, "true"), (9_998, "false")])
def test_arm_that_its_salt_does_not_give_is_found(
    at_work: datetime, workspace: Workspace, actor: Actor, lot: int, held_out: str
) -> None:
    """A lot that was written by anything but the hash, or an arm that does not follow from its lot."""
    arm = f'[{{"layer": "playbook", "salt": "s", "percent": 50, "lot": {lot}, "held_out": {held_out}}}]'
    with in_workspace(workspace.id, by=actor, now=at_work):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {ENROLMENT} SET arms = %s", [arm])
        assert "I23" in {item.number for item in broken_invariants()}


@pytest.mark.parametrize("number", [number for number in PLANTED if number not in NEED_THE_OWNER])
def test_planted_violation_is_found(at_work: datetime, workspace: Workspace, actor: Actor, number: str) -> None:
    """The broken row is named under the number of the invariant it breaks."""
    with in_workspace(workspace.id, by=actor, now=at_work):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(PLANTED[number])
        assert number in {item.number for item in broken_invariants()}


def test_planted_violation_of_the_tables_is_found(committed: None, now: datetime) -> None:
    """What the tables refuse has to be planted by their owner, with a protection taken away and put back."""
    workspace = make_workspace("planted")
    work(workspace, system_actor(workspace.id, "tests"), now)
    found = {}
    for number in NEED_THE_OWNER:
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute("SELECT set_config('perennial.workspace', %s, true)", [str(workspace.id)])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(PLANTED[number])
            found[number] = number in {item.number for item in broken_invariants(using="owner")}
            transaction.set_rollback(True, using="owner")
    assert found == dict.fromkeys(NEED_THE_OWNER, True)


def test_command_lists_the_rows_and_ends_with_one(at_work: datetime, workspace: Workspace, actor: Actor) -> None:
    """Exit status 0 and 1, and one JSON document."""
    answer = StringIO()
    call_command("check_invariants", "--workspace", workspace.slug, "--json", stdout=answer)
    assert json.loads(answer.getvalue()) == {"checked": len(INVARIANTS), "workspaces": 1, "broken": []}
    with in_workspace(workspace.id, by=actor), connection.cursor() as cursor:
        cursor.execute(PLANTED["I4"])
    answer = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("check_invariants", "--workspace", workspace.slug, "--json", stdout=answer)
    assert {item["number"] for item in json.loads(answer.getvalue())["broken"]} == {"I4"}


def test_standing_check_names_and_counts_books_that_do_not_balance(
    at_work: datetime, workspace: Workspace, actor: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    """Every few minutes; it mends nothing, so that what happened can still be seen."""
    assert sweep_books(now=at_work, only=workspace.id) == 0
    assert (engine_counters().get("books_unbalanced"), caplog.records) == (None, [])
    with in_workspace(workspace.id, by=actor, now=at_work), connection.cursor() as cursor:
        cursor.execute(PLANTED["I6"])
        many = len(broken_invariants(only="I6"))
    assert sweep_books(now=at_work, only=workspace.id) == many > 0
    assert engine_counters()["books_unbalanced"] == many
    assert {record.getMessage() for record in caplog.records} == {"The books of the engine do not balance."}
