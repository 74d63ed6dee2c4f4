"""Rules that watch a score, played again: what fired fires again at its sweep, another limit fires earlier or not."""

from datetime import UTC, datetime, timedelta

from playbooks.core.replay.firing import Fired, WatchedRule, firings, with_lines
from playbooks.core.replay.line import FactLine, Series
from playbooks.core.triggers import Trigger, parse_trigger

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SWEEP = timedelta(minutes=1)


def rule(key: str = "rose", limit: float = 60, **changes: object) -> Trigger:
    table = {
        "key": key, "name": "Risk rose", "type": "risk", "reason": "risk_rose", "do": "task", "rearm_days": 10,
        "crossing": {"field": "risk.score", "op": "ge", "value": limit},
        "task": {"title": "Call", "instructions": "Call them.", "role": "csm", "due_days": 2},
    }  # fmt: skip
    found = parse_trigger(table | changes).trigger
    assert found is not None
    return found


def played(values: list[float], *rules: WatchedRule, recorded: tuple[datetime, ...] = ()) -> list[tuple[str, datetime]]:
    """A score a day from the start on, played under these rules."""
    instants = tuple(START + n * DAY for n in range(len(values)))
    series = Series(instants, tuple({"risk.score": value} for value in values))
    line = FactLine(series=(Series((START,), ({"account.segment": "small"},)), series))
    found: tuple[Fired, ...] = firings(rules, line, {"risk.score": series}, {"rose": recorded})
    return [(each.trigger.key, each.at) for each in found]


def watched(trigger: Trigger, since: datetime = START, until: datetime | None = None) -> WatchedRule:
    return WatchedRule(trigger=trigger, since=since, until=until)


def test_line_fires_at_the_sweep_that_was_recorded_and_once_until_it_is_armed_again() -> None:
    values = [50.0, 65.0, 50.0, 65.0, *([50.0] * 9), 65.0]
    swept = START + DAY + SWEEP
    assert played(values, watched(rule()), recorded=(swept,)) == [("rose", swept), ("rose", START + 13 * DAY)]


def test_lower_limit_fires_earlier_and_a_higher_one_never() -> None:
    values = [40.0, 50.0, 65.0]
    low, high = (with_lines([watched(rule())], {"rose": limit}) for limit in (45, 90))
    assert played(values, *low) == [("rose", START + DAY)]
    assert played(values, *high) == []


def test_rule_is_silent_while_it_is_not_in_force_or_its_condition_is_not_yes() -> None:
    values = [40.0, 65.0]
    assert played(values, watched(rule(), since=START + 2 * DAY)) == []
    assert played(values, watched(rule(), until=START + DAY)) == []
    for field, value in (("account.segment", "strategic"), ("account.region", "EMEA")):
        assert played(values, watched(rule(when={"field": field, "op": "eq", "value": value}))) == []
    assert played(values, watched(rule(when={"field": "account.segment", "op": "eq", "value": "small"}))) != []


def test_rules_of_one_reason_hold_each_other_back() -> None:
    assert played([40.0, 65.0], watched(rule("rose")), watched(rule("also"))) == [("rose", START + DAY)]
