"""The pages of deciding: how an account is treated, trigger rules, absences, capacity and the touch budget."""

import html
from datetime import datetime, timedelta

import pytest
from django.test import Client

from dashboards.core.dates import day_words
from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.triggers import publish_triggers_if_none
from playbooks.core.holdouts import Arm, Layer
from playbooks.models import (
    Absence,
    AccountPause,
    Decision,
    Enrolment,
    HumanOnly,
    TouchBudget,
    TriggerRule,
    WorkspaceHoldout,
)
from renewals.actions.scope import in_workspace
from renewals.models import Account, Membership, Renewal, Workspace
from tests.dashboards.whole import whole_page
from tests.dashboards.world import World, make_world
from tests.playbooks.stories import email_step, publish_simple


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=1, roles=("admin", "cs_manager", "csm", "finance"))


def log_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def account_of(world: World) -> Account:
    with in_workspace(world.workspace.id, by=world.actor):
        return Account.objects.get()


def count(world: World, model: type, **where: object) -> int:
    with in_workspace(world.workspace.id, by=world.actor):
        return model.objects.filter(**where).count()


@pytest.mark.requirement(87)
def test_pause_people_only_and_budget_are_set_shown_and_undone(world: World, client: Client, clock: datetime) -> None:
    href = f"/accounts/{account_of(world).id}/treatment/"
    log_in(client, world, "admin")
    day = clock.date()
    until = (day + timedelta(days=9)).isoformat()
    pause = {"from_on": day.isoformat(), "until_on": until, "asked_by": "Ada Vogel", "reason": "Audit"}
    for part, sent in (
        ("pauses/", pause),
        ("people-only/", {"reason": "Escalation", "until_on": until}),
        ("budget/", {"max_touches": 1, "per_days": 30, "min_gap_days": 7, "reason": "They asked"}),
    ):
        assert client.post(href + part, sent).status_code == 302
    html = client.get(href).content.decode()
    for words in ("Asked for by Ada Vogel", "Escalation", "At most 1 touch in 30 days", "A pause was noted"):
        assert words in html
    assert "People alone write to this account" in whole_page(client, href.removesuffix("treatment/"))
    with in_workspace(world.workspace.id, by=world.actor):
        number = AccountPause.objects.get().id
    for part in (f"pauses/{number}/end/", "people-only/end/", "budget/end/"):
        assert client.post(href + part).status_code == 302
    assert count(world, AccountPause, ended_at__isnull=True) == 0
    assert (count(world, HumanOnly, ended_at__isnull=True), count(world, TouchBudget)) == (0, 0)
    assert count(world, Decision, kind="treatment") == 6


def test_pause_that_is_over_is_refused_beside_its_form(world: World, client: Client, clock: datetime) -> None:
    href = f"/accounts/{account_of(world).id}/treatment/"
    gone = (clock.date() - timedelta(days=3)).isoformat()
    sent = {"from_on": gone, "until_on": gone, "asked_by": "Ada", "reason": "Audit"}
    answer = log_in(client, world, "admin").post(href + "pauses/", sent)
    assert (answer.status_code, "is over" in answer.content.decode()) == (422, True)


def test_who_may_only_look_gets_no_switch(world: World, client: Client) -> None:
    href = f"/accounts/{account_of(world).id}/treatment/"
    log_in(client, world, "finance")
    assert client.get(href).status_code == 200
    with in_workspace(world.workspace.id, by=world.actor):
        Membership.objects.filter(user=world.people["csm"]).update(role="auditor", record_scope="")
    log_in(client, world, "csm")
    assert client.post(href + "people-only/", {"reason": "x"}).status_code == 403
    assert "Note a pause" not in client.get(href).content.decode()


RULE = {
    "name": "Health falls",
    "line": "health.score:lt",
    "value": "50",
    "type": "risk",
    "reason": "health_fell",
    "do": "task",
    "task_title": "Call them",
    "instructions": "Ask what changed.",
    "role": "csm",
    "due_days": "2",
    "rearm_days": "30",
}


@pytest.mark.requirement(3)
def test_trigger_is_written_rehearsed_changed_and_retired(world: World, client: Client, clock: datetime) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        publish_triggers_if_none(by=world.actor, now=clock)
    log_in(client, world, "admin")
    assert "health-check call" in client.get("/playbooks/triggers/").content.decode()
    rehearsed = client.post("/playbooks/triggers/rehearsal/", RULE).content.decode()
    assert "Would have fired 0 times" in rehearsed
    assert "Not complete yet" in client.post("/playbooks/triggers/rehearsal/", {**RULE, "value": ""}).content.decode()
    assert client.post("/playbooks/triggers/new/", RULE).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        rule = TriggerRule.objects.get(key="health-falls")
    assert client.post(f"/playbooks/triggers/{rule.id}/", {**RULE, "value": "40"}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        rule = TriggerRule.objects.get(key="health-falls", retired_at__isnull=True)
    assert (rule.number, rule.definition["crossing"]["value"]) == (2, 40)
    assert client.post(f"/playbooks/triggers/{rule.id}/retirement/").status_code == 302
    assert "Retired" in client.get(f"/playbooks/triggers/{rule.id}/").content.decode()
    assert client.post(f"/playbooks/triggers/{rule.id}/retirement/").status_code == 302
    assert count(world, TriggerRule, key="health-falls", retired_at__isnull=True) == 1


def test_trigger_with_gaps_is_refused_and_a_csm_may_only_look(world: World, client: Client) -> None:
    log_in(client, world, "admin")
    assert client.post("/playbooks/triggers/new/", {**RULE, "value": ""}).status_code == 422
    log_in(client, world, "csm")
    assert client.get("/playbooks/triggers/").status_code == 200
    assert client.post("/playbooks/triggers/new/", RULE).status_code == 403


@pytest.mark.requirement(88)
def test_csm_notes_their_own_absence_and_nobody_elses(world: World, client: Client, clock: datetime) -> None:
    own, other = world.people["csm"], world.people["finance"]
    day = clock.date()
    sent = {"from_on": day.isoformat(), "until_on": (day + timedelta(days=5)).isoformat(), "shifted": ["call"]}
    log_in(client, world, "csm")
    assert client.post("/settings/workload/absences/", {**sent, "person": other.id}).status_code == 422
    mine = {**sent, "person": own.id, "delegate": other.id}
    assert client.post("/settings/workload/absences/", mine).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        row = Absence.objects.get()
    assert (row.user_id, row.delegate_id, row.treatments) == (own.id, other.id, {"call": "shift"})
    assert "waits for the return: call" in client.get("/settings/workload/").content.decode()
    assert client.post(f"/settings/workload/absences/{row.id}/end/").status_code == 302
    assert count(world, Absence, cancelled_at__isnull=False) == 1


def test_capacity_and_budget_are_set_by_those_who_may(world: World, client: Client) -> None:
    log_in(client, world, "admin")
    own = {"person": world.people["admin"].id, "capacity": 5}
    assert client.post("/settings/workload/capacity/", own).status_code in (302, 403)
    budget = {"max_touches": 3, "per_days": 10, "min_gap_days": 2}
    assert client.post("/settings/workload/budget/", budget).status_code == 302
    assert "At most 3 in 10 days" in client.get("/settings/workload/").content.decode()
    log_in(client, world, "csm")
    assert client.post("/settings/workload/capacity/", {**own, "person": world.people["csm"].id}).status_code == 302
    assert client.post("/settings/workload/budget/", budget).status_code == 403
    assert count(world, Membership, daily_capacity=5, user=world.people["csm"]) == 1


@pytest.mark.requirement("X1")
def test_held_out_account_says_so_and_a_person_lets_it_out_with_a_reason(world: World, client: Client) -> None:
    """On the account's page in plain words, until when and what for; released, nothing is said any more."""
    account = account_of(world)
    href = f"/accounts/{account.id}/treatment/"
    with in_workspace(world.workspace.id, by=world.actor, now=world.now):
        renewal = Renewal.objects.get()
        publish_simple(world.actor, world.now, email_step("hello", -30), key="measured", name="Measured")
        arms = [
            Arm(layer=layer, step_key=step, percent=10, salt="s", lot=1, rule_version="measured v1").table()
            for layer, step in ((Layer.WORKSPACE, ""), (Layer.PLAYBOOK, ""), (Layer.STEP, "hello"))
        ]
        enrolment = enrol_renewal(renewal_id=renewal.id, playbook_key="measured", by=world.actor, now=world.now)
        Enrolment.objects.update(arms=arms)
        assert enrolment is not None
        until = day_words(renewal.due_on)
    log_in(client, world, "admin")
    shown = html.unescape(client.get(href).content.decode())
    for whom in ("the automatic messages of every playbook", "the automatic messages of Measured", "the step Hello"):
        assert f"Held out of {whom}" in shown
    assert f"until {until}, to measure what it does" in shown
    assert "Held out of the automatic messages of Measured" in whole_page(client, f"/accounts/{account.id}/")
    assert client.post(f"{href}release/", {"reason": ""}).status_code == 422
    assert client.post(f"{href}release/", {"reason": "A person promised it"}).status_code == 302
    shown = client.get(href).content.decode()
    assert "Held out of the automatic" not in shown
    assert "Let out of its holdouts by" in shown and "A person promised it" in shown
    assert count(world, Enrolment, release_reason="A person promised it") == 1


@pytest.mark.requirement("X1")
def test_share_of_the_workspace_is_set_by_an_admin_with_a_reason(world: World, client: Client) -> None:
    path = "/settings/workload/"
    log_in(client, world, "cs_manager")
    assert client.post(f"{path}holdout/", {"percent": 5, "reason": "x"}).status_code == 403
    log_in(client, world, "admin")
    assert "Nobody is held out of all playbooks" in client.get(path).content.decode()
    assert client.post(f"{path}holdout/", {"percent": 60, "reason": "x"}).status_code == 422
    assert client.post(f"{path}holdout/", {"percent": 5, "reason": "To know what we do"}).status_code == 302
    shown = client.get(path).content.decode()
    assert "5 % of the accounts get no automatic message" in shown and "To know what we do" in shown
    assert count(world, WorkspaceHoldout, percent=5) == 1
