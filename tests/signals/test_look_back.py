"""A history that is loaded late: nothing is scored today, and how things stood when it ended can be read."""

from datetime import date, datetime, timedelta

import pytest

from renewals.actions.accounts import record_accounts
from renewals.core.actors import Actor
from renewals.core.records import AccountRow
from renewals.models import Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores import refresh_scores
from signals.models import CurrentScore, Score, SourceFeed
from signals.queries.scores import last_scored

LONG_AGO = datetime.fromisoformat("2024-12-30T08:00:00+00:00")


def load(
    workspace: Workspace, actor: Actor, now: datetime, *, last: datetime, account: str = "A", source: str = "product"
) -> int:
    row = AccountRow(external_id=account, name="Harbour Foods", started_on=date(2023, 1, 1), attributes={"seats": 10})
    account_id = record_accounts(rows=[row], by=actor, now=now).ids[account]
    ensure_source(workspace_id=workspace.id, key=source, kind="api", by=actor, now=now)
    items = [
        {
            "account": account,
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
    record_signals(workspace_id=workspace.id, source_key=source, items=items, by=actor, now=now)
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


def test_look_back_asks_of_a_history_only_what_its_own_sources_sent(
    inside: Workspace, actor: Actor, now: datetime
) -> None:
    """Beside accounts that other sources tell everything of, a loaded history is measured against itself."""
    load(inside, actor, now, last=now - timedelta(days=1), account="B", source="everything")
    account_id = record_accounts(rows=[AccountRow(external_id="C", name="Old Mill")], by=actor, now=now).ids["C"]
    ensure_source(workspace_id=inside.id, key="history", kind="import", by=actor, now=now)
    items = [
        {
            "account": "C",
            "kind": "usage.feature_used",
            "occurred_at": (LONG_AGO - timedelta(days=2 * number)).isoformat(),
            "external_id": f"use-{number}",
            "value": 5,
            "subject": f"feature-{number % 6}",
        }
        for number in range(60)
    ]
    record_signals(workspace_id=inside.id, source_key="history", items=items, by=actor, now=now)
    refresh_scores(workspace_id=inside.id, by=actor, now=now)
    assert CurrentScore.objects.get(account_id=account_id).value is None
    last = last_scored(account_id, kind="health")
    assert last is not None and last.value is not None
    assert (last.as_of, last.recorded_at) == (LONG_AGO, now)
    fed = SourceFeed.objects.filter(source__key="history").values_list("family", "kinds")
    assert list(fed) == [("usage", ["usage.feature_used"])]


def test_feed_keeps_every_kind_it_ever_sent_in_order(inside: Workspace, actor: Actor, now: datetime) -> None:
    load(inside, actor, now, last=now - timedelta(days=1))
    kinds = SourceFeed.objects.filter(family="usage").values_list("kinds", flat=True)
    assert list(kinds) == [["usage.active_users", "usage.feature_used", "usage.seats"]]
    load(inside, actor, now, last=now)
    assert list(kinds.all()) == [["usage.active_users", "usage.feature_used", "usage.seats"]]
