"""Every rule of the audit: a planted breach is found exactly once, a prevented one is listed so; also at scale."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from offers.actions.shipped import publish_shipped_if_none
from playbooks.models import AccountPause, Decision, Enrolment, HumanOnly, TouchBudget
from playbooks.queries.compliance import CODES, ComplianceAsk, compliance_findings
from renewals.actions.outcomes import record_outcomes
from renewals.actions.scope import in_workspace
from renewals.actions.statistics import refresh_statistics
from renewals.core.actors import Actor, system_actor
from renewals.core.records import OutcomeRow
from renewals.models import Notice, NoticeProof, Suppression, User, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_compliance import PATH, plant, weekday
from tests.playbooks.factories import World, make_contact, make_person
from tests.playbooks.stories import email_step, enrol_account

RULES = {"max_touches": 1, "per_days": 7, "min_gap_days": 2, "send_from": "09:00", "send_until": "17:00"}
MANY = 100_000


@pytest.fixture(scope="module")
def world(workspace: Workspace, actor: Actor) -> Iterator[World]:
    """An account in a playbook that writes once a week at most, between nine and five; the test is inside of it."""
    steps = (email_step("hello", -90), email_step("offer", -60, automation="manual_approval", operator="csm"))
    guardrails = RULES | {"stop_on_reply": True, "rules": ["Be brief."]}
    made, _ = enrol_account(workspace, actor, database_now() - timedelta(days=40), *steps, guardrails=guardrails)
    with in_workspace(workspace.id, by=actor):
        TouchBudget.objects.update(max_touches=4, per_days=14, min_gap_days=1)
        make_person(workspace, "all@example.com", "renewal_manager")
        yield made


def saturday() -> datetime:
    """A Saturday about twenty days ago, at ten."""
    day = weekday(20, 10)
    return day + timedelta(days=6 - day.isoweekday())


def hours(world: World) -> None:
    plant(world, weekday(20, 3))


def closed_day(world: World) -> None:
    plant(world, saturday())


def contact_cap(world: World) -> None:
    monday = saturday() - timedelta(days=5)
    plant(world, monday)
    plant(world, monday + timedelta(days=3))


def account_cap(world: World) -> None:
    other = make_contact(world.account, key="C-2", roles=("user",))
    first = plant(world, weekday(20, 10))
    second = plant(world, first.sent_at + timedelta(hours=1))
    second.contact = other
    second.save()


def consent(world: World) -> None:
    Suppression.objects.create(
        workspace=world.workspace,
        contact=world.contact,
        message_class="all",
        origin="unsubscribe",
        since_at=weekday(25, 8),
    )
    plant(world, weekday(20, 10))


def people_only(world: World) -> None:
    HumanOnly.objects.create(
        workspace=world.workspace, account=world.account, reason="x", created_by="x", created_at=weekday(25, 8)
    )
    plant(world, weekday(20, 10))


def pause(world: World) -> None:
    days = {"from_on": weekday(24, 8).date(), "until_on": weekday(10, 8).date(), "created_at": weekday(25, 8)}
    AccountPause.objects.create(
        workspace=world.workspace, account=world.account, asked_by="x", reason="x", created_by="x", **days
    )
    plant(world, weekday(20, 10))


def late_notice(world: World) -> None:
    message = plant(world, weekday(20, 10))
    message.message_class, message.not_after_at = "contractual_notice", message.sent_at - timedelta(hours=1)
    message.save()


def approval(world: World) -> None:
    plant(world, weekday(20, 10), "offer")


def missed_notice(world: World) -> Notice:
    closed_on = weekday(20, 8).date()
    days = dict.fromkeys(("anchor_on", "opens_on", "planned_on", "safe_latest_on", "closes_on"), closed_on)
    return Notice.objects.create(
        workspace=world.workspace,
        renewal=world.renewal,
        account=world.account,
        kind="reminder",
        side="ours",
        rule_key="contract",
        rule={"counts": "sent"},
        source="Section 12",
        zone="UTC",
        zone_source="workspace",
        channels=["email"],
        owner=world.owner,
        state="missed",
        level=5,
        escalated_at=weekday(19, 8),
        created_at=weekday(30, 8),
        updated_at=weekday(19, 8),
        **days,
    )


def inadmissible_proof(world: World) -> None:
    notice = missed_notice(world)
    Notice.objects.filter(id=notice.id).update(state="planned", level=0, escalated_at=None)
    NoticeProof.objects.create(
        workspace=world.workspace,
        notice=notice,
        kind="affidavit",
        channel="portal",
        served_on=notice.closes_on,
        reference="P 1",
        is_admissible=False,
        recorded_at=weekday(19, 8),
        recorded_by="x",
    )


def closed_below(world: World) -> None:
    """As an import records it: whatever was approved."""
    publish_shipped_if_none(by=system_actor(world.workspace.id, "tests"), now=weekday(30, 8))
    row = OutcomeRow(
        renewal_id=world.renewal.id,
        final_amount=world.renewal.target_amount / 2,
        primary_reason="price",
        decided_on=weekday(20, 8).date(),
    )
    record_outcomes(rows=[row], by=system_actor(world.workspace.id, "import"), now=weekday(20, 9))


def found(kind: str, *, days: int = 90) -> Counter[tuple[str, str]]:
    now = database_now()
    ask = ComplianceAsk(since=now - timedelta(days=days), until=now + timedelta(days=1), kind=kind)
    answer = compliance_findings(ask, codes=json.dumps(dict(CODES)), most=1000)
    return Counter((each.rule, each.code) for each in answer.findings)


@pytest.mark.requirement(91)
@pytest.mark.parametrize(
    ("breach", "expected"),
    [
        (hours, ("window", "sent_outside_hours")),
        (closed_day, ("window", "sent_on_a_closed_day")),
        (contact_cap, ("cap", "over_contact_cap")),
        (account_cap, ("cap", "over_account_cap")),
        (consent, ("consent", "sent_though_suppressed")),
        (people_only, ("consent", "sent_though_people_only")),
        (pause, ("consent", "sent_though_paused")),
        (late_notice, ("notice", "sent_after_its_deadline")),
        (missed_notice, ("notice", "notice_missed")),
        (inadmissible_proof, ("notice", "served_outside_the_rule")),
        (approval, ("approval", "sent_without_approval")),
        (closed_below, ("price", "closed_below_policy")),
    ],
)
def test_each_planted_breach_is_found_exactly_once(
    world: World, breach: Callable[[World], object], expected: tuple[str, str]
) -> None:
    assert found("broken") == Counter()
    breach(world)
    assert found("broken") == Counter({expected: 1})


def log_one(world: World, code: str, number: int) -> None:
    Decision.objects.create(
        workspace=world.workspace,
        key=f"planted:{code}:{number}",
        kind="step",
        verdict="hold",
        account=world.account,
        renewal=world.renewal,
        enrolment=Enrolment.objects.get(),
        step_key="hello",
        rule_version="simple v1",
        reasons=[{"code": code}, {"code": "due"}],
        decided_at=weekday(20, 10) + timedelta(minutes=number),
    )


@pytest.mark.requirement(91)
@pytest.mark.parametrize("code", CODES)
def test_what_each_rule_prevented_is_listed_once_as_prevented(world: World, code: str) -> None:
    for number in range(2):
        log_one(world, code, number)
    assert (found("prevented"), found("broken")) == (Counter({(CODES[code], code): 1}), Counter())


FILL = """
INSERT INTO playbooks_decision (workspace_id, key, kind, verdict, account_id, renewal_id, enrolment_id, step_key,
    rule_version, reasons, inputs, decided_at)
SELECT %(workspace)s, 'many:' || n, 'step', 'hold', %(account)s, %(renewal)s, %(enrolment)s, 'hello', 'simple v1',
    CASE WHEN n %% 10 = 0 THEN '[{"code": "touch_budget"}]' ELSE '[{"code": "due"}]' END::jsonb, '{}',
    perennial_now() - n * interval '11 minutes' FROM generate_series(1, %(many)s) AS n
"""


@pytest.mark.requirement(91)
def test_hundred_thousand_decisions_cost_the_page_no_more_statements_and_are_read_by_time(
    world: World, client: Client
) -> None:
    client.force_login(User.objects.get(email="all@example.com"))
    few = statements(client)
    values = {"workspace": world.workspace.id, "account": world.account.id, "renewal": world.renewal.id}
    with connection.cursor() as cursor:
        cursor.execute(FILL, values | {"enrolment": Enrolment.objects.get().id, "many": MANY})
    refresh_statistics(["playbooks_decision"], rows=MANY)
    assert statements(client) == few
    with CaptureQueriesContext(connection) as seen:
        assert found("prevented", days=7) == Counter({("cap", "touch_budget"): 1})
    asked = next(query["sql"] for query in seen if "jsonb_array_elements(d.reasons)" in query["sql"])
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + asked.replace("%", "%%"))
        # Of one account, the index by account and time is as good as the one by time: what counts is the range.
        assert any("Index Cond" in line and "decided_at >=" in line for (line,) in cursor.fetchall())
    answer = client.get(f"{PATH}export/")
    assert answer.streaming
    assert b"touch_budget" in b"".join(answer.streaming_content)


def statements(client: Client) -> int:
    with CaptureQueriesContext(connection) as seen:
        client.get(f"{PATH}?kind=prevented")
    return len(seen)
