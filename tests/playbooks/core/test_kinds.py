"""Every kind of step as data: read, checked with all problems at once, and written back as the same definition."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.core.definition_parse import parse_definition
from playbooks.core.definition_table import definition_table
from playbooks.core.validation import read_definition
from playbooks.core.vocabulary import FAMILIES, StepFamily, StepKind, family_of
from tests.playbooks.core.every_kind import PARTS, Table, every_kind, step_table
from tests.playbooks.core.specimens import shipped_keys, shipped_playbook, shipped_template

TEMPLATES = {key: shipped_template(key).message_class for key in shipped_keys("messages")}


def told(table: Table) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in read_definition(table, templates=TEMPLATES).problems]


def test_every_kind_has_one_family() -> None:
    assert sorted(kind for kinds in FAMILIES.values() for kind in kinds) == sorted(StepKind)
    assert [family_of(kind) for kind in (StepKind.SURVEY, StepKind.APPROVAL, StepKind.WAIT)] == list(StepFamily)


def test_definition_with_every_kind_has_no_problem() -> None:
    assert sorted(PARTS) == sorted(StepKind)
    assert told(every_kind()) == []


@pytest.mark.requirement(69)
@pytest.mark.parametrize("key", shipped_keys("playbooks"))
def test_shipped_definition_written_as_json_reads_back_the_same(key: str) -> None:
    table = json.loads(json.dumps(definition_table(shipped_playbook(key))))
    again = read_definition(table, templates=TEMPLATES)
    assert (again.problems, again.playbook) == ((), shipped_playbook(key))


@settings(max_examples=60)
@given(kinds=st.lists(st.sampled_from(sorted(PARTS)), max_size=8, unique=True))
def test_any_mix_of_kinds_written_as_json_reads_back_the_same(kinds: list[str]) -> None:
    table = every_kind()
    table["steps"] = [step_table(kind, position) for position, kind in enumerate(kinds)]
    playbook = parse_definition(table).playbook
    again = parse_definition(json.loads(json.dumps(definition_table(playbook))))
    assert (again.problems, again.playbook) == ((), playbook)


def _change(kind: str, **changes: object) -> Callable[[Table], None]:
    def change(table: Table) -> None:
        found = next(step for step in table["steps"] if step["kind"] == kind)
        found.update(changes)

    return change


def _top(**changes: object) -> Callable[[Table], None]:
    return lambda table: table.update(changes)


@pytest.mark.requirement(12, 24, 69)
@pytest.mark.parametrize(
    ("change", "code", "where"),
    [
        (_change("branch", otherwise={}), "E-CAD-05", "step 1 'a_branch', otherwise, key"),
        (_change("branch", paths=[]), "E-CAD-14", "step 'a_branch'"),
        (_change("task", path="a_branch.nowhere"), "E-CAD-18", "step 'a_task'"),
        (_change("task", path="a_task.at_risk"), "E-CAD-18", "step 'a_task'"),
        (_change("task", veto_hours=4), "E-CAD-19", "step 'a_task'"),
        (_change("task", automation="veto_window", veto_hours=4), "E-CAD-20", "step 'a_task'"),
        (_change("celebrate_value", veto_hours=0), "E-CAD-14", "step 'a_celebrate_value'"),
        (_change("celebrate_value", operator="system"), "E-CAD-17", "step 'a_celebrate_value'"),
        (_change("wait", automation="human_only"), "E-CAD-20", "step 'a_wait'"),
        (_change("email", documents=["Order"]), "E-CAD-19", "step 'a_email'"),
        (_change("document_request", documents=[]), "E-CAD-14", "step 'a_document_request'"),
        (_change("information_request", form=[]), "E-CAD-14", "step 'a_information_request'"),
        (_change("webhook", message_class="marketing"), "E-CAD-14", "step 'a_webhook'"),
        (_change("webhook", webhook={"target": "CRM", "event": "x.y"}), "E-CAD-07", "step 'a_webhook'"),
        (
            _change("field_update", field={"name": "renewal.stage", "value": "closed"}),
            "E-CAD-06",
            "step 'a_field_update'",
        ),
        (_change("escalation", escalate={"role": "finance"}), "E-CAD-14", "step 'a_escalation'"),
        (
            _change("approval", approvers={"roles": ["system"], "within_hours": 4, "unanswered": "reject"}),
            "E-CAD-17",
            "step 'a_approval'",
        ),
        (
            _change("email", condition={"field": "answer.a_information_request.seats", "op": "eq", "value": "many"}),
            "E-CAD-13",
            "step 'a_email'",
        ),
        (
            _change("email", condition={"field": "answer.a_information_request.mood", "op": "known", "value": True}),
            "E-CAD-13",
            "step 'a_email'",
        ),
        (_top(re_enrolment="at_most"), "E-CAD-14", "playbook, re_enrolment"),
        (_top(re_enrolment="every_match", entry=None), "E-CAD-14", "playbook, re_enrolment"),
        (_top(goal={"within_days": 3}), "E-CAD-05", "playbook, goal"),
    ],
)
def test_mistake_in_a_kind_is_told_with_its_place(change: Callable[[Table], None], code: str, where: str) -> None:
    table = every_kind()
    change(table)
    assert (code, where) in told(table)


def test_all_mistakes_are_told_at_once() -> None:
    table = every_kind()
    for change in (_change("wait", wait={}), _change("webhook", webhook={}), _change("approval", approvers={})):
        change(table)
    assert {where for _, where in told(table)} >= {
        "step 17 'a_wait', wait, max_days",
        "step 15 'a_webhook', webhook, target",
        "step 13 'a_approval', approvers, within_hours",
    }
