"""What messages and conditions are told of an account: measures behind its health, and milestones reached."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from playbooks.core.fields import FACT_FIELDS
from playbooks.queries.cases import load_enrolment_cases
from playbooks.queries.knowledge import NOTHING, Knowledge, knowledge_of
from playbooks.queries.render import highlight
from renewals.actions.accounts import record_accounts
from renewals.actions.milestones import record_milestones
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.records import AccountRow, MilestoneRow
from renewals.models import Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores import refresh_scores
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import task_step


@pytest.fixture
def accounts(inside, actor, now):
    rows = [AccountRow(external_id=key, name=key, started_on=date(2025, 1, 1)) for key in ("A", "B", "C")]
    ids = record_accounts(rows=rows, by=actor, now=now).ids
    reached = MilestoneRow(
        external_id="m", account_external_id="A", name="First report", achieved_on=date(2025, 3, 1), evidence="seen"
    )
    record_milestones(rows=[reached], by=actor, now=now)
    ensure_source(workspace_id=inside.id, key="product", kind="api", by=actor, now=now)
    items = [
        {"account": "A", "kind": kind, "occurred_at": "2026-03-01T08:00:00Z", "external_id": kind, "value": value}
        for kind, value in (("usage.active_users", 6), ("usage.seats", 10))
    ]
    record_signals(workspace_id=inside.id, source_key="product", items=items, by=actor, now=now)
    refresh_scores(workspace_id=inside.id, by=actor, now=now)
    return ids


@pytest.mark.requirement(21)
def test_knowledge_of_accounts_is_what_was_measured_and_reached(accounts, now) -> None:
    known = knowledge_of(accounts.values(), now=now)
    assert known[accounts["A"]].milestones == (("First report", date(2025, 3, 1)),)
    assert known[accounts["A"]].measures["usage_depth"] == pytest.approx(0.6)
    assert known.get(accounts["B"], NOTHING).milestones == ()


def test_knowledge_of_accounts_asks_four_queries_whatever_their_number(accounts, now) -> None:
    counts = []
    for ids in ([accounts["A"]], list(accounts.values())):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            knowledge_of(ids, now=now)
        counts.append(len(asked))
    assert counts == [4, 4]


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        ({}, None),
        ({"usage_depth": 0.64}, "64% of the seats you pay for were active lately"),
        ({"usage_depth": 0.2, "usage_velocity": 0.03}, "use has risen by 3% a week lately"),
        ({"usage_depth": 0.2, "usage_velocity": -0.2, "feature_adoption": 7.0}, "7 features are in use"),
        ({"usage_velocity": -0.2}, None),
    ],
)
def test_highlight_says_only_what_is_a_reason_to_stay(measures, said) -> None:
    assert highlight(Knowledge(measures=measures).measures) == said


def test_every_fact_that_a_condition_may_ask_for_is_looked_up(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    """One that nobody looks up would be unknown for ever, and hold a message back as long."""
    _, enrolment = enrol(task_step("call", -60))
    with in_workspace(workspace.id, by=actor, now=now):
        (case,) = load_enrolment_cases([enrolment.id], now=now)
    assert set(case.facts.facts) == set(FACT_FIELDS)
