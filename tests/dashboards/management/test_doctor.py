"""doctor says what is wrong and what to do, by exit status, in words and as JSON."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from playbooks.models import EnginePulse
from renewals.actions.scope import in_workspace
from renewals.actions.sending import pause_sending
from renewals.core.actors import Actor
from renewals.models import Workspace
from renewals.queries.clock import database_now


def doctor(*args: str) -> tuple[int, str]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", *args, stdout=out)
    return int(ended.value.code), out.getvalue()


@pytest.fixture
def pulse(db: None) -> None:
    """A cadence that has just looked for due steps."""
    now = database_now()
    EnginePulse.objects.create(name="tests", finished_at=now)


def test_doctor_of_a_well_workspace_ends_with_zero(workspace: Workspace, pulse: None) -> None:
    status, said = doctor("--workspace", workspace.slug)
    assert status == 0
    assert said.startswith("acme\n  ok   Database: PostgreSQL")
    assert "BAD" not in said


def test_doctor_lists_problems_with_their_remedy(workspace: Workspace, actor: Actor, pulse: None) -> None:
    with in_workspace(workspace.id, by=actor):
        pause_sending(reason="bounces", by=actor, now=database_now())
    status, said = doctor("--workspace", workspace.slug, "--json")
    answer = json.loads(said)
    assert (status, answer["is_well"]) == (1, False)
    assert answer["problems"] == [
        {
            "workspace": "acme",
            "check": "Sending",
            "found": "paused: bounces",
            "remedy": "Compare with the provider's log, then resume sending.",
        }
    ]
    assert list(answer["workspaces"]) == ["acme"]


def test_doctor_without_a_workspace_looks_at_all(workspace: Workspace, other_workspace: Workspace, pulse: None) -> None:
    _, said = doctor("--json")
    assert sorted(json.loads(said)["workspaces"]) == ["acme", "globex"]


def test_doctor_of_an_unknown_workspace_is_wrong_usage(db: None) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("doctor", "--workspace", "nobody")
    assert refused.value.returncode == 2
