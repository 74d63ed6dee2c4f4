"""The compliance audit: what left against a rule is found though the engine never heard of it, and what was held."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from playbooks.models import ComplianceNote, Decision, Enrolment, Message, TouchBudget
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Suppression, User, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.playbooks.factories import World, make_person
from tests.playbooks.stories import email_step, enrol_account

PATH = "/audit/compliance/"


@pytest.fixture(scope="module")
def world(workspace: Workspace, actor: Actor) -> Iterator[World]:
    """An account in a playbook that writes once a week at most, between nine and five."""
    now = database_now() - timedelta(days=40)
    rules = {"max_touches": 1, "per_days": 7, "min_gap_days": 2, "send_from": "09:00", "send_until": "17:00"}
    made, _ = enrol_account(
        workspace,
        actor,
        now,
        email_step("hello", -90),
        email_step("offer", -60, automation="manual_approval", operator="csm"),
        guardrails=rules | {"stop_on_reply": True, "rules": ["Be brief."]},
    )
    with in_workspace(workspace.id, by=actor):
        TouchBudget.objects.update(max_touches=4, per_days=14, min_gap_days=1)
        make_person(workspace, "boss@example.com", "cs_manager")
        make_person(workspace, "all@example.com", "renewal_manager")
    yield made


def weekday(days_ago: int, hour: int) -> datetime:
    """A weekday about so many days ago, at an hour in UTC."""
    day = database_now().astimezone(UTC) - timedelta(days=days_ago)
    day -= timedelta(days=max(0, day.isoweekday() - 5))
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def plant(world: World, at: datetime, key: str = "hello") -> Message:
    """A message that left without the engine: rows written by hand, with no decision and no entry in the ledger."""
    enrolment = Enrolment.objects.get()
    run = enrolment.step_runs.create(
        workspace=world.workspace,
        version_id=enrolment.version_id,
        step_key=key,
        occurrence=enrolment.occurrence - timedelta(days=Message.objects.count() + 1),
        kind="email",
        state="done",
        due_at=at,
        planned_at=at,
        due_local_on=at.date(),
        due_local_at=at.time(),
        due_zone="UTC",
        done_at=at,
        created_at=at,
    )
    number = str(run.id)
    return Message.objects.create(
        workspace=world.workspace,
        step_run=run,
        enrolment=enrolment,
        account=world.account,
        contact=world.contact,
        dedup_key=number,
        idem_key=number,
        message_id=number,
        message_class="relationship",
        to_address="a@example.org",
        subject="Planted",
        text_body="x",
        state="sent",
        next_at=at,
        not_after_at=at + timedelta(days=1),
        first_sending_at=at,
        sending_at=at,
        sent_at=at,
        created_at=at,
    )


def seen_by(client: Client, email: str, query: str = "") -> str:
    client.force_login(User.objects.get(email=email))
    return words_of(client.get(f"{PATH}{query}").content.decode())


@pytest.mark.requirement(91)
def test_planted_touches_that_broke_each_rule_are_found(world: World, actor: Actor, client: Client) -> None:
    with in_workspace(world.workspace.id, by=actor):
        plant(world, weekday(30, 10))  # nothing wrong with it
    assert "No broken rule waits for an answer" in seen_by(client, "all@example.com")
    with in_workspace(world.workspace.id, by=actor):
        plant(world, weekday(20, 3))
        Suppression.objects.create(
            workspace=world.workspace,
            contact=world.contact,
            message_class="all",
            origin="unsubscribe",
            since_at=weekday(10, 8),
        )
        last = plant(world, weekday(10, 11), "offer")
        plant(world, last.sent_at + timedelta(hours=1))
    words = seen_by(client, "all@example.com")
    said = (
        "It left outside the hours of its playbook",
        "It left on a day on which messages rest",
        "The contact did not want this kind of message",
        "Nobody had approved it",
        "The contact had had enough touches",
        "The account had had enough touches",
    )
    assert [words.count(each) for each in said] == [1, 0, 2, 1, 1, 1]
    assert "6 findings broke a rule and wait for an answer" in words
    assert "1 touch" in seen_by(client, "all@example.com", "?rule=approval&playbook=simple&account=a-1")
    assert "No touch broke a rule" in seen_by(client, "all@example.com", "?account=nobody")
    long_ago = "?since=2020-01-01&until=2020-02-01"
    assert "No touch broke a rule" in seen_by(client, "all@example.com", long_ago)


@pytest.mark.requirement(91)
def test_what_a_rule_prevented_stands_apart_and_each_step_once(world: World, actor: Actor, client: Client) -> None:
    with in_workspace(world.workspace.id, by=actor):
        for number in range(3):
            Decision.objects.create(
                workspace=world.workspace,
                key=f"k{number}",
                kind="step",
                verdict="hold",
                account=world.account,
                renewal=world.renewal,
                enrolment=Enrolment.objects.get(),
                step_key="hello",
                rule_version="simple v1",
                reasons=[{"code": "outside_send_window"}, {"code": "due"}],
                decided_at=database_now() - timedelta(hours=number),
            )
    assert "No broken rule waits" in seen_by(client, "all@example.com")
    words = seen_by(client, "all@example.com", "?kind=prevented")
    assert "Account A-1 Send window Waits for office hours where the contact lives. Hello Simple 3" in words


@pytest.mark.requirement(91)
def test_exception_is_settled_once_by_name_and_reason_and_exported(world: World, actor: Actor, client: Client) -> None:
    with in_workspace(world.workspace.id, by=actor):
        message = plant(world, weekday(20, 3))
    client.force_login(User.objects.get(email="all@example.com"))
    finding = f"sent_outside_hours:message:{message.id}"
    client.post(f"{PATH}note/", {"finding": finding, "why": " "})
    with in_workspace(world.workspace.id, by=actor):
        assert not ComplianceNote.objects.exists()
    client.post(f"{PATH}note/", {"finding": finding, "why": "=Agreed by telephone"})
    client.post(f"{PATH}note/", {"finding": finding, "why": "Something else"})
    assert client.post(f"{PATH}note/", {"finding": "made:up:1", "why": "x"}).status_code == 404
    words = words_of(client.get(PATH).content.decode())
    assert "No broken rule waits for an answer" in words
    assert "=Agreed by telephone (All," in words
    sheet = b"".join(client.get(f"{PATH}export/").streaming_content).decode("utf-8-sig").splitlines()
    assert len(sheet) == 2
    assert sheet[1].startswith('"broken","window","sent_outside_hours","Account A-1","simple","Planted"')
    assert '"\'=Agreed by telephone"' in sheet[1]


@pytest.mark.requirement(91)
def test_audit_shows_only_accounts_within_reach_and_counts_its_statements(
    world: World, actor: Actor, client: Client
) -> None:
    with in_workspace(world.workspace.id, by=actor):
        first = plant(world, weekday(20, 3))
        make_person(world.workspace, "other@example.com", "csm")
        make_person(world.workspace, "viewer@example.com", "product_viewer")
    assert "No touch broke a rule" in seen_by(client, "other@example.com")
    assert "1 finding broke a rule" in seen_by(client, "csm@example.com")
    settled = client.post(f"{PATH}note/", {"finding": f"sent_outside_hours:message:{first.id}", "why": "x"})
    assert settled.status_code == 403
    client.force_login(User.objects.get(email="viewer@example.com"))
    assert client.get(PATH).status_code == 403
    client.force_login(User.objects.get(email="all@example.com"))
    few = statements(client)
    with in_workspace(world.workspace.id, by=actor):
        for hour in range(1, 6):
            plant(world, weekday(20 - hour, 3))
    assert statements(client) == few


def statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(PATH)
    return len(seen)
