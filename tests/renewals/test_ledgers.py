"""Touchpoints, milestones, rates, jobs, and new workspaces by command."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from renewals.actions.contacts import record_contact
from renewals.actions.jobs import advance_job, fail_job, finish_job, start_job
from renewals.actions.milestones import confirm_milestone, record_milestones
from renewals.actions.scope import in_workspace
from renewals.actions.settings import record_fx_rates
from renewals.actions.touchpoints import record_touchpoint, record_touchpoints
from renewals.actions.workspaces import WorkspaceSettings, create_workspace
from renewals.core.actors import system_actor
from renewals.core.errors import DuplicateRecord, EvidenceMissing, InvalidInput, UnknownReference
from renewals.core.money import Money
from renewals.core.records import ContactRow, MilestoneRow, TouchpointRow
from renewals.models import CriticalMoment, Job, LifecycleStage, Membership, Milestone, Touchpoint, Workspace
from renewals.queries.accounts import arr_in_workspace_currency, milestones_of
from renewals.queries.touchpoints import jobs, last_touch, touches_of_contact, touchpoints_of
from renewals.queries.workspaces import active_workspace_ids, moment_rules, stages, workspace_id_of
from tests.renewals.build import NOW, account, contract


@pytest.fixture
def touch(inside, actor) -> TouchpointRow:
    """A call to an account."""
    made = account(actor)
    return TouchpointRow(
        account_id=made.id,
        channel="call",
        occurred_at=NOW,
        subject="Check-in",
        origin="person",
        origin_key="call-1",
    )


def test_touchpoint_with_a_known_origin_key_is_the_first_one(touch, actor) -> None:
    first = record_touchpoint(row=touch, by=actor, now=NOW)
    again = record_touchpoint(row=replace(touch, subject="Other"), by=actor, now=NOW + timedelta(days=1))
    assert (again.id, again.subject, again.recorded_at, again.by_label) == (first.id, "Check-in", NOW, "tests")
    both = record_touchpoints(rows=[touch, replace(touch, origin_key="call-2")], by=actor, now=NOW)
    assert [row.id for row in touchpoints_of(touch.account_id)] == sorted((row.id for row in both), reverse=True)
    assert last_touch(touch.account_id) == both[1]


@pytest.mark.parametrize("change", [{"subject": "x"}, None])
def test_ledger_row_is_neither_changed_nor_deleted(touch, actor, change) -> None:
    row = record_touchpoint(row=touch, by=actor, now=NOW)
    mine = Touchpoint.objects.filter(id=row.id)
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        mine.update(**change) if change else mine.delete()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"account_id": 10**9}, UnknownReference),
        ({"contact_id": 10**9}, UnknownReference),
        ({"renewal_id": 10**9}, UnknownReference),
        ({"channel": "pigeon"}, InvalidInput),
        ({"direction": "sideways"}, InvalidInput),
        ({"subject": " "}, InvalidInput),
    ],
)
def test_touchpoint_that_cannot_stand_is_refused(touch, actor, changes, error) -> None:
    with pytest.raises(error):
        record_touchpoint(row=replace(touch, **changes), by=actor, now=NOW)
    assert Touchpoint.objects.count() == 0


def test_touches_of_a_contact_count_from_an_instant(touch, actor) -> None:
    person = record_contact(row=ContactRow(external_id="P1", account_external_id="A1", name="Ada"), by=actor, now=NOW)
    rows = [
        replace(touch, contact_id=person.id, origin_key=str(days), occurred_at=NOW - timedelta(days=days))
        for days in (0, 7, 8)
    ]
    record_touchpoints(rows=rows, by=actor, now=NOW)
    found = touches_of_contact(person.id, since=NOW - timedelta(days=7))
    assert [row.origin_key for row in found] == ["0", "7"]


@pytest.mark.requirement(64)
def test_milestone_needs_evidence_and_then_takes_one_confirmation(inside, actor) -> None:
    made = account(actor)
    person = record_contact(row=ContactRow(external_id="P1", account_external_id="A1", name="Ada"), by=actor, now=NOW)
    planned = MilestoneRow(external_id="M1", account_external_id="A1", name="First report", target_on=date(2026, 4, 1))
    (milestone_id,) = record_milestones(rows=[planned], by=actor, now=NOW).ids.values()
    with pytest.raises(EvidenceMissing):
        confirm_milestone(milestone_id=milestone_id, contact_id=person.id, on=NOW.date(), by=actor, now=NOW)
    achieved = replace(planned, achieved_on=date(2026, 3, 1))
    with pytest.raises(EvidenceMissing):
        record_milestones(rows=[achieved], by=actor, now=NOW)
    shown = replace(achieved, evidence="Report 17 sent by Ada")
    assert record_milestones(rows=[shown], by=actor, now=NOW).updated == 1
    assert record_milestones(rows=[shown], by=actor, now=NOW).unchanged == 1
    for day in (NOW.date(), NOW.date() + timedelta(days=1)):
        confirm_milestone(milestone_id=milestone_id, contact_id=person.id, on=day, by=actor, now=NOW)
    row = milestones_of(made.id).get()
    assert (row.achieved_on, row.confirmed_by, row.confirmed_on) == (date(2026, 3, 1), person, NOW.date())


def test_same_milestone_of_two_accounts_is_two_milestones(inside, actor) -> None:
    for key in ("A1", "A2"):
        account(actor, key)
    rows = [MilestoneRow(external_id="live", account_external_id=key, name="Live") for key in ("A1", "A2")]
    assert record_milestones(rows=rows, by=actor, now=NOW).created == 2
    assert record_milestones(rows=rows, by=actor, now=NOW).unchanged == 2
    assert Milestone.objects.count() == 2


def test_rates_are_kept_by_day_and_convert_the_sums(inside, actor) -> None:
    made = account(actor)
    contract(actor)
    rates = {("EUR", date(2026, 1, 1)): Decimal("1.10"), ("EUR", date(2026, 6, 1)): Decimal("1.20")}
    assert record_fx_rates(rates=rates, origin="test", by=actor, now=NOW) == 2
    assert record_fx_rates(rates=rates, origin="test", by=actor, now=NOW) == 0
    days = (date(2026, 5, 31), date(2026, 6, 1))
    found = [arr_in_workspace_currency([made.id], on=day)[made.id] for day in days]
    assert found == [Money(Decimal(1100), "USD"), Money(Decimal(1200), "USD")]


@pytest.mark.parametrize("rate", [("USD", "1"), ("EUR", "0"), ("EUR", "-1"), ("EUR", "NaN"), ("EURO", "1")])
def test_rate_that_cannot_be_is_refused(inside, actor, rate) -> None:
    with pytest.raises(InvalidInput):
        record_fx_rates(rates={(rate[0], date(2026, 1, 1)): Decimal(rate[1])}, origin="test", by=actor, now=NOW)


def test_job_moves_on_until_it_ends_and_late_news_change_nothing(inside, actor) -> None:
    job = start_job(kind="import", title="Accounts", total=10, by=actor, now=NOW)
    assert advance_job(job_id=job.id, done=5, by=actor, now=NOW + timedelta(minutes=1))
    assert finish_job(job_id=job.id, report={"created": 10}, by=actor, now=NOW + timedelta(minutes=2))
    assert not advance_job(job_id=job.id, done=6, by=actor, now=NOW)
    assert not fail_job(job_id=job.id, report={}, by=actor, now=NOW)
    row = jobs(kind="import").get()
    assert (row.state, row.done, row.report, row.finished_at) == (
        Job.State.DONE,
        5,
        {"created": 10},
        NOW + timedelta(minutes=2),
    )


def test_workspace_is_created_with_its_lifecycle_and_seen_only_from_inside(db) -> None:
    made = create_workspace(settings=WorkspaceSettings(slug="acme-eu", name="Acme", currency="EUR"), now=NOW)
    assert (workspace_id_of("acme-eu"), active_workspace_ids()) == (made.id, (made.id,))
    assert (Workspace.objects.count(), LifecycleStage.objects.count()) == (0, 0)
    with in_workspace(made.id, by=system_actor(made.id, "tests")):
        assert [stage.key for stage in stages()] == ["onboarding", "adoption", "value", "renewal", "expansion"]
        assert len(moment_rules()) == CriticalMoment.objects.count() == 6
    with pytest.raises(DuplicateRecord), transaction.atomic():
        create_workspace(settings=WorkspaceSettings(slug="acme-eu", name="Again"), now=NOW)


@pytest.mark.parametrize(
    "changes", [{"slug": "Acme"}, {"slug": ""}, {"slug": "a" * 61}, {"currency": "EURO"}, {"timezone": "EST"}]
)
def test_workspace_with_impossible_settings_is_refused(db, changes) -> None:
    with pytest.raises(InvalidInput):
        create_workspace(settings=replace(WorkspaceSettings(slug="acme", name="Acme"), **changes), now=NOW)


def test_commands_create_workspace_and_person_and_tell_in_json(db, capsys) -> None:
    call_command("create_workspace", "acme", "--name", "Acme", "--currency", "EUR", "--json")
    made = json.loads(capsys.readouterr().out)
    assert (made["slug"], made["currency"]) == ("acme", "EUR")
    arguments = ("--workspace", "acme", "--role", "csm", "--password", "a long enough one", "--team", "North")
    call_command("create_user", "Ada@Example.com", *arguments, "--json")
    person = json.loads(capsys.readouterr().out)
    assert (person["email"], person["role"], person["workspace"]) == ("ada@example.com", "csm", "acme")
    with in_workspace(made["id"], by=system_actor(made["id"], "tests")):
        assert Membership.objects.get().team.name == "North"


@pytest.mark.parametrize(
    "arguments",
    [
        ("create_workspace", "NO WAY"),
        ("create_user", "a@example.com", "--workspace", "nowhere", "--role", "csm", "--password", "a long enough one"),
        ("create_user", "a@example.com", "--workspace", "acme", "--role", "csm", "--password", "short"),
    ],
)
def test_command_that_cannot_be_done_exits_with_two(db, arguments) -> None:
    call_command("create_workspace", "acme")
    with pytest.raises(CommandError) as refusal:
        call_command(*arguments)
    assert refusal.value.returncode == 2
