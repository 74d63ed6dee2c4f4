"""Digests of the queue: per team, once per period however often it is swept, for those targets that want them."""

from datetime import UTC, datetime

import pytest

from playbooks.actions.channels.digests import tell_digests
from playbooks.actions.queue import refresh_queue
from playbooks.core.digests import DigestPeriod, due_digests
from playbooks.models import WebhookPost, WebhookTarget
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Membership, Team, Workspace
from tests.playbooks.factories import make_account, make_person, make_renewal

MONDAY, TUESDAY, SATURDAY = (datetime(2026, 3, day, 9, tzinfo=UTC) for day in (2, 3, 7))


@pytest.mark.parametrize(
    ("now", "zone", "keys"),
    [
        (MONDAY, "UTC", ["digest:day:2026-03-02", "digest:week:2026-W10"]),
        (MONDAY.replace(hour=7, minute=59), "UTC", []),
        (MONDAY.replace(hour=7), "Europe/Berlin", ["digest:day:2026-03-02", "digest:week:2026-W10"]),
        (TUESDAY, "UTC", ["digest:day:2026-03-03", "digest:week:2026-W10"]),
        (SATURDAY, "UTC", []),
    ],
)
def test_periods_follow_the_working_days_of_the_workspace(now: datetime, zone: str, keys: list[str]) -> None:
    assert [due.key for due in due_digests(now=now, zone=zone)] == keys


def target(workspace: Workspace, name: str, *topics: str) -> WebhookTarget:
    return WebhookTarget.objects.create(
        workspace=workspace, name=name, style="chat", host="chat.example", topics=list(topics), created_at=MONDAY
    )


def test_each_team_is_told_once_a_period(workspace: Workspace, actor: Actor) -> None:
    with in_workspace(workspace.id, by=actor, now=MONDAY):
        east = Team.objects.create(workspace=workspace, name="East")
        people = [make_person(workspace, f"{name}@example.com") for name in ("a", "b")]
        Membership.objects.filter(user=people[0]).update(team=east)
        for number, person in enumerate((people[0], people[0], people[1])):
            account = make_account(workspace, person, key=f"A-{number}")
            make_renewal(account, person, due_on=MONDAY.date().replace(month=5, day=number + 1))
        refresh_queue(workspace_id=workspace.id, now=MONDAY)
        daily, weekly = target(workspace, "daily", "digest"), target(workspace, "both", "digest", "weekly_digest")
        target(workspace, "other", "escalation")
        assert [tell_digests(by=actor, now=MONDAY) for _ in range(2)] == [6, 0]
        assert [tell_digests(by=actor, now=TUESDAY) for _ in range(2)] == [4, 0]
        told = WebhookPost.objects.filter(target=weekly).order_by("id").values_list("topic", "post_key")
        assert [(topic, key.rpartition(":")[0]) for topic, key in told] == [
            (DigestPeriod.DAY.value, "digest:day:2026-03-02:team"),
            (DigestPeriod.DAY.value, "digest:day:2026-03-02:team"),
            (DigestPeriod.WEEK.value, "digest:week:2026-W10:team"),
            (DigestPeriod.WEEK.value, "digest:week:2026-W10:team"),
            (DigestPeriod.DAY.value, "digest:day:2026-03-03:team"),
            (DigestPeriod.DAY.value, "digest:day:2026-03-03:team"),
        ]
        text = WebhookPost.objects.filter(target=daily).earliest("id").body["text"]
        assert text.startswith("Today, East: 2 renewals in the queue, 0 overdue, 0 due today.\nFirst: Account A-")


def test_nobody_is_told_without_a_target_or_a_queue(workspace: Workspace, actor: Actor) -> None:
    with in_workspace(workspace.id, by=actor, now=MONDAY):
        assert tell_digests(by=actor, now=MONDAY) == 0
        target(workspace, "daily", "digest")
        assert tell_digests(by=actor, now=MONDAY) == 0
        assert not WebhookPost.objects.exists()
