"""A history that is loaded late: nothing is scored today, and how things stood when it ended can be read."""

from datetime import date, datetime, timedelta

import pytest

from renewals.actions.accounts import record_accounts
from renewals.core.actors import Actor
from renewals.core.records import AccountRow
from renewals.models import Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores import refresh_scores
from signals.models import CurrentScore, Score
from signals.queries.scores import last_scored

LONG_AGO = datetime.fromisoformat("2024-12-30T08:00:00+00:00")


def load(workspace: Workspace, actor: Actor, now: datetime, *, last: datetime) -> int:
    row = AccountRow(external_id="A", name="Harbour Foods", started_on=date(2023, 1, 1), attributes={"seats": 10})
    account_id = record_accounts(rows=[row], by=actor, now=now).ids["A"]
    ensure_source(workspace_id=workspace.id, key="product", kind="api", by=actor, now=now)
    items = [
        {
            "account": "A",
            "kind": kind,
            "occurred_at": (last - timedelta(days=7 * week)).isoformat(),
            "external_id": f"{kind}-{week}",
            "value": value,
            "subject": subject,
        }
        for week in range(12)
        for kind, value, subject in (
            ("usage.active_users", 7, ""),
            ("usage.seats", 10, ""),
            ("usage.feature_used", 5, f"feature-{week % 6}"),
            ("support.csat", 4, ""),
            ("relationship.nps", 9, ""),
            ("relationship.meeting", 1, ""),
        )
    ]
    record_signals(workspace_id=workspace.id, source_key="product", items=items, by=actor, now=now)
    refresh_scores(workspace_id=workspace.id, by=actor, now=now)
    return account_id


@pytest.mark.requirement(17)
def test_look_back_scores_a_late_history_as_of_its_end(inside: Workspace, actor: Actor, now: datetime) -> None:
    account_id = load(inside, actor, now, last=LONG_AGO)
    assert CurrentScore.objects.get(account_id=account_id).value is None
    last = last_scored(account_id, kind="health")
    assert last is not None and last.value is not None
    assert (last.as_of, last.recorded_at) == (LONG_AGO, now)
    again = refresh_scores(workspace_id=inside.id, account_ids=[account_id], by=actor, now=now + timedelta(hours=1))
    assert again.written == 0
    assert Score.objects.filter(account_id=account_id, kind="health", value__isnull=False).count() == 1


def test_look_back_leaves_fresh_accounts_alone(inside: Workspace, actor: Actor, now: datetime) -> None:
    account_id = load(inside, actor, now, last=now - timedelta(days=1))
    assert CurrentScore.objects.get(account_id=account_id).value is not None
    assert Score.objects.filter(account_id=account_id, kind="health").count() == 1
