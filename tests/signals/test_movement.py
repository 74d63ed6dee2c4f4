"""What changed between two scores: the differences add up, and what cannot be told is not guessed."""

from datetime import timedelta
from typing import Any

import pytest

from renewals.core.actors import system_actor
from renewals.models import Account, Workspace
from signals.actions.intake import record_signals
from signals.actions.scores import refresh_scores
from signals.models import Score
from signals.queries.scores import movement
from tests.signals.factories import NOW, item, make_account, make_source, rich_items


def refresh(workspace: Workspace, *, days: int = 0) -> None:
    now = NOW + timedelta(days=days)
    refresh_scores(workspace_id=workspace.id, by=system_actor(workspace.id, "t"), now=now)


def send(workspace: Workspace, *items: dict[str, Any], days: int = 0) -> None:
    now, actor = NOW + timedelta(days=days), system_actor(workspace.id, "t")
    record_signals(workspace_id=workspace.id, source_key="product", items=list(items), by=actor, now=now)


@pytest.fixture
def account(inside: Workspace) -> Account:
    made = make_account(inside.id, started_on=(NOW - timedelta(days=400)).date())
    make_source(inside.id)
    send(inside, *rich_items())
    return made


def test_movement_says_what_changed_and_adds_up(inside: Workspace, account: Account) -> None:
    refresh(inside)
    send(inside, item(kind="relationship.sponsor_left", days_ago=-1), days=1)
    refresh(inside, days=1)
    found = movement(account.id, since=NOW, until=NOW + timedelta(days=1))
    assert found is not None
    moved = {each.key: each.change for each in found.differences}
    assert moved["sponsor_stability"] == "value"
    assert sum(each.amount for each in found.differences) == pytest.approx(found.after.value - found.before.value)
    assert movement(account.id, since=NOW, until=NOW - timedelta(days=1)) is None


@pytest.mark.parametrize("older", [0, 1])
def test_movement_from_or_to_a_score_kept_in_an_older_form_is_not_told(
    inside: Workspace, account: Account, older: int
) -> None:
    for days in (0, 2):
        refresh(inside, days=days)
        send(inside, item(kind="relationship.sponsor_left", days_ago=-days - 1), days=days + 1)
    kept = Score.objects.filter(kind="health").order_by("as_of")[older]
    at = kept.as_of + timedelta(hours=1)
    kept.pk, kept.as_of, kept.inputs = None, at, []
    kept.details = {name: part for name, part in kept.details.items() if name != "keys"}
    kept.save(force_insert=True)
    found = movement(account.id, since=NOW + timedelta(hours=1), until=NOW + timedelta(days=2, hours=1))
    assert (found is None) if older else (found.before is None)
