"""The ladder of a playbook over moved time: held long enough, raised once to a person, the next rung after silence."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.actions.channels.posts import NewTarget, add_target
from playbooks.actions.escalations import tend_escalations
from playbooks.core.definition_parse import parse_definition
from playbooks.core.definition_table import definition_table
from playbooks.models import Decision, Escalation, Task, WebhookPost
from playbooks.queries.library import shipped_playbooks
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Account, Renewal, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.factories import make_person, make_risk
from tests.playbooks.stories import simple_playbook, task_step

pytestmark = pytest.mark.django_db
LADDER = [
    {
        "trigger": "Still early a month before it is due",
        "after_business_days": 2,
        "role": "cs_manager",
        "response": "{{ account }} is due on {{ due_on }} and still {{ stage }}; risk {{ risk }}. Talk to {{ owner }}.",
        "when": {"field": "renewal.stage", "op": "eq", "value": "upcoming"},
    },
    {
        "trigger": "Nobody answered",
        "after_business_days": 3,
        "role": "executive",
        "response": "Call {{ account }} yourself.",
        "is_silence": True,
    },
    {"trigger": "By hand", "after_business_days": 0, "role": "csm", "response": "Look."},
]


def look(workspace: Workspace, actor: Actor, at: datetime) -> int:
    with in_workspace(workspace.id, by=actor, now=at):
        return tend_escalations(by=actor, now=at)


def test_raised_rung_is_told_to_the_chats_that_asked_for_escalations_once(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(task_step("talk", -10), escalation=LADDER)
    with in_workspace(workspace.id, by=actor, now=now):
        make_person(workspace, "boss@example.com", "cs_manager")
        for name, topic in (("Alarms", "escalation"), ("Weekly", "digest")):
            given = NewTarget(name=name, style="chat", url="https://chat.example.com/hook", topics=(topic,))
            add_target(given=given, by=actor, now=now)
    for day in range(4):
        look(workspace, actor, now + timedelta(days=day))
    with in_workspace(workspace.id, by=actor, now=now):
        (post,) = WebhookPost.objects.select_related("target")
        assert (post.target.name, post.body) == (
            "Alarms",
            {"text": f"{world.account.name}: Still early a month before it is due."},
        )


@pytest.mark.requirement(11, 89)
def test_rung_is_raised_once_when_it_has_held_long_enough_and_the_next_after_silence(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(task_step("talk", -10), escalation=LADDER)
    with in_workspace(workspace.id, by=actor, now=now):
        boss = make_person(workspace, "boss@example.com", "cs_manager")
        head = make_person(workspace, "head@example.com", "executive")
    raised = {}
    for day in range(15):
        count = look(workspace, actor, now + timedelta(days=day))
        assert look(workspace, actor, now + timedelta(days=day, minutes=1)) == 0
        if count:
            raised[day] = count
    with in_workspace(workspace.id, by=actor, now=now):
        first, second = Escalation.objects.order_by("level")
        assert (first.person_id, second.person_id) == (boss.id, head.id)
        assert (first.since_at, first.level, second.level) == (now, 1, 2)
        assert second.since_at == first.raised_at
        due = f"{world.renewal.due_on:%-d %B %Y}"
        assert first.response == f"Account A-1 is due on {due} and still upcoming; risk unknown. Talk to Csm."
        assert Task.objects.filter(origin_key__startswith="rung:").count() == 2
        assert Decision.objects.filter(verdict="escalated").count() == 2
    assert list(raised.values()) == [1, 1]
    assert 2 <= min(raised) <= 4


def test_ladder_whose_account_changed_later_than_the_clock_says_is_looked_at_once_a_sweep(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(task_step("talk", -10), escalation=LADDER)
    with in_workspace(workspace.id, by=actor, now=now):
        Account.objects.filter(id=world.account.id).update(updated_at=now + timedelta(days=1))
    with CaptureQueriesContext(connection) as asked:
        look(workspace, actor, now)
    assert sum("FROM playbooks_enrolment AS e" in each["sql"] and "looked_at" in each["sql"] for each in asked) == 2


@pytest.mark.requirement(89)
def test_rung_that_ceases_before_its_days_is_not_raised_and_starts_anew(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    enrol(task_step("talk", -10), escalation=LADDER)
    look(workspace, actor, now)
    with in_workspace(workspace.id, by=actor, now=now):
        assert Escalation.objects.get().raised_at is None
        Renewal.objects.update(stage="engaged", updated_at=now + timedelta(hours=1))
    look(workspace, actor, now + timedelta(hours=2))
    with in_workspace(workspace.id, by=actor, now=now):
        assert not Escalation.objects.exists()
        Renewal.objects.update(stage="upcoming", updated_at=now + timedelta(days=1))
    back = now + timedelta(days=1, hours=1)
    look(workspace, actor, back)
    with in_workspace(workspace.id, by=actor, now=now):
        assert Escalation.objects.get().since_at == back


@pytest.mark.requirement(11)
def test_risk_that_stays_over_its_line_opens_an_escalation_with_the_response_filled_in(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """The path as it is shipped for the mid-market: 60 or more, for two business days, to a CS manager."""
    (shipped,) = (each.table for each in shipped_playbooks() if each.table["key"] == "mid_market")
    world, _ = enrol(task_step("talk", -10), escalation=shipped["escalation"][:1])
    with in_workspace(workspace.id, by=actor, now=now):
        boss = make_person(workspace, "boss@example.com", "cs_manager")
    raised = []
    for day, risk in ((0, 59), (1, 72), (2, 71), (3, 70), (4, 90)):
        at = now + timedelta(days=day)
        with in_workspace(workspace.id, by=actor, now=at):
            make_risk(world, at, risk)
        raised.append(look(workspace, actor, at + timedelta(hours=1)))
    assert raised == [0, 0, 0, 1, 0]
    with in_workspace(workspace.id, by=actor, now=now):
        escalation, task = Escalation.objects.get(), Task.objects.get(origin_key__startswith="rung:")
        due = f"{world.renewal.due_on:%-d %B %Y}"
        said = f"Renewal risk of Account A-1 is 70, due {due}. Review the reasons with Csm and agree an action plan"
        assert escalation.response == task.instructions == f"{said} with a date."
        assert (escalation.person_id, task.assignee_id) == (boss.id, boss.id)
        assert escalation.since_at == now + timedelta(days=1, hours=1)
        assert (task.title, task.why[1]["found"]) == ("Escalated: Renewal risk is 60 or more", "70.0")


@pytest.mark.requirement(11)
def test_risk_that_nobody_knows_escalates_nothing(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    (shipped,) = (each.table for each in shipped_playbooks() if each.table["key"] == "mid_market")
    enrol(task_step("talk", -10), escalation=shipped["escalation"][:1])
    assert [look(workspace, actor, now + timedelta(days=day)) for day in range(6)] == [0] * 6


@pytest.mark.requirement(89)
def test_answered_rung_leaves_the_next_one_alone(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    enrol(task_step("talk", -10), escalation=LADDER)
    for day in range(5):
        look(workspace, actor, now + timedelta(days=day))
    with in_workspace(workspace.id, by=actor, now=now):
        Task.objects.filter(origin_key__startswith="rung:").update(state="done", completed_at=now, updated_at=now)
    for day in range(5, 20):
        look(workspace, actor, now + timedelta(days=day))
    with in_workspace(workspace.id, by=actor, now=now):
        assert Escalation.objects.get().level == 1


@pytest.mark.requirement(89)
@pytest.mark.parametrize(
    "change",
    [
        {"response": "Tell {{ price }}."},
        {"when": {"field": "renewal.stage", "op": "eq", "value": "upcoming"}, "is_silence": True},
        {"when": {"field": "nonsense", "op": "eq", "value": 1}},
    ],
)
def test_rung_that_cannot_be_decided_or_filled_in_is_told(change: dict[str, object]) -> None:
    parsed = parse_definition(simple_playbook(task_step("talk", -10), escalation=[LADDER[2] | change]))
    assert len(parsed.problems) == 1
    assert "escalation 1" in parsed.problems[0].where


@pytest.mark.requirement(89)
def test_every_shipped_rung_is_decidable_and_survives_the_table() -> None:
    for shipped in shipped_playbooks():
        playbook = parse_definition(shipped.table).playbook
        assert all(rung.when is not None or rung.is_silence for rung in playbook.escalation)
        assert parse_definition(definition_table(playbook)).playbook == playbook
