"""Reading the signals of many accounts: by the range of their ids or one by one, the same tallies come out."""

from dataclasses import fields
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection

from renewals.core.actors import Actor
from renewals.models import Workspace
from signals.actions.intake import record_signals
from signals.core.features import Tallies
from signals.queries import tallies
from signals.queries.tallies import Moment, read_tallies
from tests.signals.factories import NOW, item, make_account, make_source


@pytest.fixture
def ids(inside: Workspace, actor: Actor) -> list[int]:
    """Return five accounts with signals of several kinds."""
    make_source(inside.id)
    accounts = [make_account(inside.id, f"A-{n}") for n in range(5)]
    items = [
        item(
            account=f"A-{n}",
            kind=kind,
            occurred_at=(NOW - timedelta(days=7 * n + step)).isoformat(),
            value=n + step,
            external_id=f"{n}-{kind}-{step}",
        )
        for n in range(5)
        for kind in ("usage.events", "usage.active_users", "relationship.nps")
        for step in range(3)
    ]
    done = record_signals(workspace_id=inside.id, source_key="product", items=items, by=actor, now=NOW)
    assert done.accepted == len(items)
    return sorted(account.id for account in accounts)


def columns(found: Tallies) -> dict[str, list[object]]:
    return {each.name: np.asarray(getattr(found, each.name)).tolist() for each in fields(found)}


@pytest.mark.parametrize("asked", [slice(None), slice(0, 5, 2), slice(1, 4), slice(0, 5, 4)])
def test_range_of_ids_gives_the_tallies_of_just_the_accounts_asked_for(
    ids: list[int], inside: Workspace, monkeypatch: pytest.MonkeyPatch, asked: slice
) -> None:
    moment = Moment(as_of=NOW, known_at=NOW)
    one_by_one = columns(read_tallies(inside.id, ids[asked], moment, {}))
    monkeypatch.setattr(tallies, "FEWEST_FOR_A_RANGE", 1)
    monkeypatch.setattr(tallies, "WIDEST_RANGE", 5)
    assert columns(read_tallies(inside.id, ids[asked], moment, {})) == one_by_one
    assert set(one_by_one["row"]) == set(range(len(ids[asked])))


def test_reading_by_a_range_leaves_the_planner_as_it_was(
    ids: list[int], inside: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "FEWEST_FOR_A_RANGE", 1)
    settings = "SELECT current_setting('enable_indexscan'), current_setting('work_mem')"
    with connection.cursor() as cursor:
        cursor.execute(settings)
        before = cursor.fetchone()
        read_tallies(inside.id, ids, Moment(as_of=NOW, known_at=NOW), {})
        cursor.execute(settings)
        assert cursor.fetchone() == before
