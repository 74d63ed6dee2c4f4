"""A replay cannot send: nothing that it reaches has a channel, writes a row or wakes a worker."""

from functools import cache

from tests.architecture.house import Module, app_modules, imports
from tests.architecture.rules.purity import writes

START = "playbooks.actions.foresight.replay"
ENGINE = "playbooks.actions.foresight.replaying"
FORBIDDEN = ("playbooks.channels", "playbooks.wake", "playbooks.tasks", "celery", "smtplib", "anymail", "requests")


@cache
def known() -> dict[str, Module]:
    """Every module of the project by its dotted name."""
    return {".".join(module.parts): module for module in app_modules()}


def reached(start: str) -> set[str]:
    """Every module of the project that is imported from here, however far."""
    found, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name in found or name not in known():
            continue
        found.add(name)
        for item in imports(known()[name]):
            waiting += [item.full, item.full.rpartition(".")[0]]
    return found


def test_everything_that_is_imported_is_followed() -> None:
    found = reached(START)
    assert {ENGINE, "playbooks.actions.outcomes", "playbooks.core.guards", "playbooks.queries.replay.history"} <= found
    assert len(found) > 60


def test_nothing_within_reach_of_a_replay_has_a_channel() -> None:
    for name in sorted(reached(START)):
        told = [item.full for item in imports(known()[name])]
        assert [each for each in told if each.startswith(FORBIDDEN)] == [], name


def test_nothing_within_reach_of_a_replay_writes() -> None:
    """Neither through the ORM nor by SQL, nor by the one function that inserts rows."""
    found = reached(START)
    assert "playbooks.actions.bulk" not in found
    assert [line for name in sorted(found) for line in writes(known()[name])] == []


def test_a_writer_would_be_seen() -> None:
    """The runs write what a replay found; the rule that finds nothing above finds that."""
    bulk = known()["playbooks.actions.bulk"]
    assert list(writes(bulk)) != []
    assert list(writes(known()["playbooks.actions.foresight.runs"])) != []
