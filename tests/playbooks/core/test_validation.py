"""Reading and checking definitions: everything wrong is told at once, with code, place and remedy."""

import copy
import json
from collections.abc import Callable

import pytest

from playbooks.core.definition_parse import parse_definition
from playbooks.core.validation import read_definition
from playbooks.core.vocabulary import MessageClass
from renewals.core.conditions import Op, Predicate
from renewals.core.problems import Problem
from tests.playbooks.core.specimens import library_table, shipped_keys, shipped_template

Table = dict[str, object]
TEMPLATES = {key: shipped_template(key).message_class for key in shipped_keys("messages")}


def small(change: Callable[[Table], None]) -> tuple[Problem, ...]:
    """Return the problems of the shipped small playbook after one change."""
    table = copy.deepcopy(library_table("playbooks", "small"))
    change(table)
    reading = read_definition(table, templates=TEMPLATES)
    assert (reading.playbook is None) == any(problem.is_error for problem in reading.problems)
    return reading.problems


def told(problems: tuple[Problem, ...]) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in problems]


def step(table: Table, position: int) -> Table:
    return table["steps"][position]  # type: ignore[index,no-any-return]  # the shipped file has steps


@pytest.mark.parametrize("key", shipped_keys("playbooks"))
def test_shipped_playbook_has_no_problem_and_survives_json(key: str) -> None:
    table = library_table("playbooks", key)
    reading = read_definition(table, templates=TEMPLATES)
    assert reading.problems == ()
    stored = json.loads(json.dumps(table, default=str))
    assert read_definition(stored, templates=TEMPLATES) == reading


@pytest.mark.requirement(57, 69)
@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("escalation", "playbook, escalation"),
        ("success", "playbook, success"),
        ("decision_rights", "playbook, decision_rights"),
        ("guardrails", "playbook, guardrails, rules"),
    ],
)
def test_playbook_without_governance_is_refused(name: str, where: str) -> None:
    assert ("E-CAD-05", where) in told(small(lambda table: table.pop(name) and None))


@pytest.mark.requirement(57, 69)
@pytest.mark.parametrize("name", ["operator", "intended_outcome", "automation", "kind", "late"])
def test_step_without_what_it_must_state_is_refused(name: str) -> None:
    problems = small(lambda table: step(table, 0).pop(name) and None)
    place = {"late": "step 1 'quick_wins', late, policy"}.get(name, f"step 1 'quick_wins', {name}")
    assert ("E-CAD-05", place) in told(problems)


def _set(position: int, **changes: object) -> Callable[[Table], None]:
    return lambda table: step(table, position).update(changes)


def _top(**changes: object) -> Callable[[Table], None]:
    return lambda table: table.update(changes)


@pytest.mark.parametrize(
    ("change", "code", "where", "what"),
    [
        (_top(exits=[]), "E-CAD-04", "playbook, exits", "Nothing ends this playbook early."),
        (_set(0, kind="fax"), "E-CAD-06", "step 1 'quick_wins', kind", "'kind' is 'fax', which is unknown."),
        (_set(0, at="25:00"), "E-CAD-07", "step 1 'quick_wins', at", "'at' is not a time of day."),
        (_set(0, colour="red"), "E-CAD-08", "step 1 'quick_wins', colour", "'colour' is not known here."),
        (_top(purpos="x"), "E-CAD-08", "playbook, purpos", "'purpos' is not known here."),
        (_top(holdout_percent=51), "E-CAD-07", "playbook, holdout_percent", "'holdout_percent' is 51."),
        (_set(0, holdout_percent=-1), "E-CAD-07", "step 1 'quick_wins', holdout_percent", "'holdout_percent' is -1."),
        (_set(1, key="quick_wins"), "E-CAD-09", "step 2 'quick_wins'", "'quick_wins' is used twice."),
        (_set(1, key="Self Serve"), "E-CAD-07", "step 2 'Self Serve'", "'Self Serve' is not a key."),
        (_set(1, phase="valu"), "E-CAD-10", "step 'self_serve'", "Phase 'valu' does not exist."),
        (
            _set(1, template="small_selfserve"),
            "E-CAD-10",
            "step 'self_serve'",
            "Template 'small_selfserve' does not exist.",
        ),
        (
            _set(1, template="notice_reminder"),
            "E-CAD-10",
            "step 'self_serve'",
            "The template is of class contractual_notice, the step of relationship.",
        ),
        (_set(1, to=["boss"]), "E-CAD-06", "step 2 'self_serve', to", "'boss' is not a contact role."),
        (_set(1, to=[]), "E-CAD-14", "step 'self_serve'", "An e-mail step needs 'to'."),
        (_set(3, instructions=""), "E-CAD-14", "step 'risk_call'", "A task step needs 'instructions'."),
        (_set(3, outcomes=[]), "E-CAD-14", "step 'risk_call'", "A task step needs 'outcomes'."),
        (_set(3, operator="system"), "E-CAD-17", "step 'risk_call'", "A task needs a person."),
        (
            _set(0, automation="manual_approval"),
            "E-CAD-17",
            "step 'quick_wins'",
            "Nobody is named for manual_approval.",
        ),
        (
            _set(0, late={"policy": "ask"}),
            "E-CAD-05",
            "step 'quick_wins'",
            "It asks, but no day is left for the answer.",
        ),
        (
            _set(3, late={"policy": "ask", "max_days": 3}),
            "E-CAD-19",
            "step 'risk_call'",
            "Only a message can ask whether it should still leave.",
        ),
        (_set(0, at="07:30"), "E-CAD-15", "step 'quick_wins'", "07:30 lies outside the send window 08:00-18:00."),
        (
            _set(0, anchor={"from": "renewal_date", "days": -60}),
            "E-CAD-03",
            "step 'quick_wins'",
            "It is due 60 days before the renewal date, but enrolment opens at 45.",
        ),
        (
            _set(4, anchor={"from": "renewal_date", "days": 5}),
            "E-CAD-01",
            "step 'options'",
            "Step 5 can never be reached: day +5 lies outside phase 'decision' (-25 to +0).",
        ),
        (
            _set(1, anchor={"from": "after_previous", "days": 40}),
            "E-CAD-01",
            "step 'self_serve'",
            "Step 2 can never be reached: day -5 lies outside phase 'education' (-30 to -16).",
        ),
        (
            _set(1, anchor={"from": "renewal_date", "days": -45}, phase="value"),
            "E-CAD-02",
            "step 'self_serve'",
            "It is due at the same instant as 'quick_wins'.",
        ),
        (
            _set(1, anchor={"from": "after_previous", "days": 0}),
            "E-CAD-16",
            "step 'self_serve'",
            "It follows the previous step by 0 days.",
        ),
        (
            _set(1, anchor={"from": "notice_deadline", "days": -5, "roll": "next_business_day"}),
            "E-CAD-12",
            "step 'self_serve'",
            "A closed day would move it past the notice deadline.",
        ),
        (
            _set(1, anchor={"from": "notice_deadline", "days": -5}),
            "E-CAD-12",
            "step 'self_serve'",
            "Late, it would lapse without anybody knowing.",
        ),
        (
            _set(1, anchor={"from": "renewal_date", "days": -30, "business_days": -20}),
            "E-CAD-07",
            "step 2 'self_serve', anchor",
            "Both 'days' and 'business_days' are given.",
        ),
        (
            _set(3, condition={"field": "risk.scor", "op": "ge", "value": 60}),
            "E-CAD-13",
            "step 4 'risk_call', condition",
            "'risk.scor' is not a fact.",
        ),
        (
            _set(3, condition={"field": "risk.score", "op": "ge", "value": "high"}),
            "E-CAD-13",
            "step 4 'risk_call', condition",
            "'risk.score' ge 'high': the fact is a number.",
        ),
        (
            _set(3, condition={"all": []}),
            "E-CAD-13",
            "step 4 'risk_call', condition",
            "'all' is empty.",
        ),
        (
            _set(
                3,
                condition={
                    "all": [
                        {"field": "account.segment", "op": "eq", "value": "small"},
                        {"field": "account.segment", "op": "eq", "value": "strategic"},
                    ]
                },
            ),
            "E-CAD-01",
            "step 'risk_call'",
            "Step 4 can never be reached: its condition asks one fact for two values.",
        ),
        (_top(window_days="45"), "E-CAD-07", "playbook, window_days", "'window_days' is '45'."),
        (_top(window_days=True), "E-CAD-07", "playbook, window_days", "'window_days' is True."),
        (_top(steps="none"), "E-CAD-07", "playbook, steps", "'steps' must be a list of tables."),
        (_top(phases=[]), "E-CAD-05", "playbook, phases", "The playbook has no phases."),
        (
            _top(success=[{"metric": "on_time_rate", "target": 90, "unit": "share", "measured": "each quarter"}]),
            "E-CAD-07",
            "success measure 1",
            "The target is 90, and a share lies between 0 and 1.",
        ),
        (
            _top(decision_rights=[]),
            "E-CAD-05",
            "playbook, decision_rights",
            "The playbook has no decision rights.",
        ),
        (_top(exits=[{"key": "x", "reason": "y"}]), "E-CAD-05", "exit 1 'x'", "The exit has no condition."),
    ],
)
def test_definition_with_one_fault_is_told_with_place_and_remedy(
    change: Callable[[Table], None], code: str, where: str, what: str
) -> None:
    found = {(problem.code, problem.where, problem.what): problem.remedy for problem in small(change)}
    assert found.get((code, where, what)), found


def test_phases_out_of_order_are_refused() -> None:
    def swap(table: Table) -> None:
        table["phases"][0], table["phases"][1] = table["phases"][1], table["phases"][0]  # type: ignore[index]  # the shipped file has phases

    assert told(small(swap)) == [("E-CAD-11", "phase 'value'")]


def test_every_fault_is_told_at_once() -> None:
    def spoil(table: Table) -> None:
        table.update(exits=[], success=[])
        step(table, 0).update(at="07:30", template="gone")
        step(table, 1).update(kind="fax")

    codes = {problem.code for problem in small(spoil)}
    assert codes == {"E-CAD-04", "E-CAD-05", "E-CAD-06", "E-CAD-10", "E-CAD-15"}


@pytest.mark.parametrize("table", [{}, {"steps": 3}, {"guardrails": []}, {"steps": [{}]}, {"entry": {"all": {"x": 1}}}])
def test_broken_definition_is_told_and_never_raises(table: Table) -> None:
    reading = read_definition(table)
    assert reading.playbook is None
    assert all(problem.what and problem.remedy and problem.where for problem in reading.problems)


@pytest.mark.requirement(83, 84, 85, 86)
@pytest.mark.parametrize(
    ("key", "window_days", "reviews", "summaries", "tasks_without_risk_rule"),
    [("strategic", 180, 2, 0, 10), ("mid_market", 120, 0, 2, 5), ("small", 45, 0, 0, 0)],
)
def test_shipped_tier_has_its_window_touches_and_human_work(
    key: str, window_days: int, reviews: int, summaries: int, tasks_without_risk_rule: int
) -> None:
    playbook = read_definition(library_table("playbooks", key)).playbook
    assert playbook is not None
    human = [item for item in playbook.steps if item.outcomes and item.condition is None and not item.path]
    assert playbook.window_days == window_days
    assert sum("business_review" in item.key for item in playbook.steps) == reviews
    assert sum("value_summary" in item.key for item in playbook.steps) == summaries
    assert len(human) == tasks_without_risk_rule
    assert playbook.success and playbook.escalation


@pytest.mark.requirement(84)
def test_mid_market_value_summaries_are_two_months_apart() -> None:
    playbook = read_definition(library_table("playbooks", "mid_market")).playbook
    assert playbook is not None
    days = [item.anchor.offset_days for item in playbook.steps if "value_summary" in item.key]
    assert days == [-120, -60]


@pytest.mark.requirement(85)
def test_small_messages_never_turn_into_tasks_by_lateness() -> None:
    playbook = read_definition(library_table("playbooks", "small")).playbook
    assert playbook is not None
    messages = [item for item in playbook.steps if item.template]
    assert {item.late.policy.value for item in messages} == {"send_late"}
    assert {item.message_class for item in messages} == {MessageClass.RELATIONSHIP}


def test_condition_on_a_fact_that_nothing_tells_is_refused_in_a_new_version() -> None:
    """A version of before that names one is still read: its condition stays unknown, it does not fall away."""
    table = copy.deepcopy(library_table("playbooks", "small"))
    step(table, 0)["condition"] = {"field": "support.open_tickets", "op": "gt", "value": 3}
    (problem,) = read_definition(table).problems
    assert (problem.code, problem.what) == ("E-CAD-13", "Nothing tells 'support.open_tickets'.")
    kept = parse_definition(table)
    assert kept.problems == ()
    assert kept.playbook.steps[0].condition == Predicate(field="support.open_tickets", op=Op.GT, value=3)
