"""Each check of the installation: what is found, whether it is good, and what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboards.core.checks import Sealing, Vitals, headline, is_well, judge

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SEALED = Sealing(
    seals=40, rows=1200, sealed_at=NOW - timedelta(hours=1), verified_at=NOW - timedelta(days=2), finding=""
)
WELL = Vitals(
    workspace="acme",
    database="PostgreSQL 18.1",
    is_bound_by_policies=True,
    has_broker=True,
    migrations_pending=0,
    last_pulse_at=NOW - timedelta(seconds=4),
    oldest_due_at=None,
    parked_steps=0,
    messages_in_doubt=0,
    is_sending_paused=False,
    pause_reason="",
    accounts_waiting=0,
    accounts_parked=0,
    silent_feeds=(),
    sealing=SEALED,
)
CASES = (
    ({}, "History", "good", "1,200 rows in 40 seals, sealed 1 h ago, verified 2 days ago"),
    ({"sealing": None}, "History", "watch", "not sealed and verified yet"),
    ({"sealing": replace(SEALED, verified_at=None)}, "History", "watch", "not sealed and verified yet"),
    ({"sealing": replace(SEALED, finding="seal 3")}, "History", "bad", "does not agree with its seals: seal 3"),
    (
        {"sealing": replace(SEALED, sealed_at=NOW - timedelta(hours=3))},
        "History",
        "watch",
        "1,200 rows in 40 seals, sealed 3 h ago, verified 2 days ago",
    ),
    (
        {"sealing": replace(SEALED, verified_at=NOW - timedelta(days=3))},
        "History",
        "watch",
        "1,200 rows in 40 seals, sealed 1 h ago, verified 3 days ago",
    ),
    ({}, "Database", "good", "PostgreSQL 18.1"),
    ({"database": None}, "Database", "bad", "does not answer"),
    ({"is_bound_by_policies": False}, "Workspaces kept apart", "bad", "the role can read every workspace"),
    ({"is_bound_by_policies": None}, "Workspaces kept apart", "bad", "the role can read every workspace"),
    ({"migrations_pending": 1}, "Migrations", "bad", "1 migration waiting"),
    ({"has_broker": False}, "Broker", "watch", "does not answer"),
    ({"last_pulse_at": None}, "Cadence", "bad", "has never run"),
    ({"last_pulse_at": NOW - timedelta(seconds=60)}, "Cadence", "good", "last looked for due steps 1 min ago"),
    ({"last_pulse_at": NOW - timedelta(seconds=61)}, "Cadence", "bad", "last looked for due steps 1 min ago"),
    ({"oldest_due_at": NOW + timedelta(seconds=1)}, "Due steps", "good", "none is waiting"),
    ({"oldest_due_at": NOW - timedelta(minutes=5)}, "Due steps", "good", "the oldest has been due since 5 min ago"),
    ({"oldest_due_at": NOW - timedelta(minutes=6)}, "Due steps", "bad", "the oldest has been due since 6 min ago"),
    ({"is_sending_paused": True, "pause_reason": "bounces"}, "Sending", "bad", "paused: bounces"),
    ({"parked_steps": 2}, "Steps set aside", "watch", "2 steps"),
    ({"messages_in_doubt": 1}, "Messages in doubt", "watch", "1 message"),
    ({"accounts_waiting": 3}, "Scores", "good", "3 accounts waiting"),
    ({"accounts_waiting": 3, "accounts_parked": 1}, "Scores", "watch", "3 accounts waiting, 1 failed"),
    ({}, "Risk model", "good", "no alarm of the watch"),
    ({"model_alarms": ("Losses against those foretold",)}, "Risk model", "watch", "Losses against those foretold"),
    (
        {"silent_feeds": ("product (use)", "desk (support)")},
        "Signals",
        "watch",
        "silent: product (use), desk (support)",
    ),
)


@pytest.mark.parametrize(("changes", "name", "state", "found"), CASES)
def test_check_says_what_was_found(changes: dict[str, Any], name: str, state: str, found: str) -> None:
    check = {each.name: each for each in judge(replace(WELL, **changes), now=NOW)}[name]
    assert (check.state, check.found) == (state, found)


@pytest.mark.parametrize(("changes", "name", "state", "found"), CASES)
def test_check_that_is_not_good_says_what_to_do(changes: dict[str, Any], name: str, state: str, found: str) -> None:
    check = {each.name: each for each in judge(replace(WELL, **changes), now=NOW)}[name]
    assert bool(check.remedy) == (state != "good")


@pytest.mark.parametrize(("changes", "name", "state", "found"), CASES)
def test_one_check_changes_no_other(changes: dict[str, Any], name: str, state: str, found: str) -> None:
    others = [each for each in judge(replace(WELL, **changes), now=NOW) if each.name != name]
    assert others == [each for each in judge(WELL, now=NOW) if each.name != name]


def test_headline_names_what_is_bad_before_what_wants_a_look() -> None:
    assert headline(judge(WELL, now=NOW)) == "Everything runs"
    worse = replace(WELL, has_broker=False, parked_steps=1)
    assert headline(judge(worse, now=NOW)) == "Everything runs; worth a look: Broker, Steps set aside"
    assert headline(judge(replace(worse, is_sending_paused=True), now=NOW)) == "Needs you: Sending"


def test_installation_is_well_unless_something_is_bad() -> None:
    assert is_well(judge(WELL, now=NOW))
    assert is_well(judge(replace(WELL, has_broker=False, parked_steps=1), now=NOW))
    assert not is_well(judge(replace(WELL, is_sending_paused=True), now=NOW))
