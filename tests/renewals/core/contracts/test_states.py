"""The decision table of contract lines, tested whole: every combination of its eight facts."""

from dataclasses import fields
from datetime import date
from itertools import product

import pytest

from renewals.core.contracts.states import (
    ALLOWED,
    TABLE,
    LineFacts,
    LineOperation,
    LineState,
    When,
    check_operation,
    line_state,
    line_states_text,
    when_of,
)
from renewals.core.errors import StateNotAllowed
from renewals.core.terms import EndAction

BOTH = (True, False)
EVERY = [
    LineFacts(
        when=when,
        has_end=has_end,
        end_action=action,
        ends_with_term=with_term,
        has_successor=successor,
        is_cancelled=cancelled,
        is_renewal_open=is_open,
        is_suspended=rests,
    )
    for when, has_end, action, with_term, successor, cancelled, is_open, rests in product(
        When, BOTH, EndAction, BOTH, BOTH, BOTH, BOTH, BOTH
    )
]


def told(facts: LineFacts) -> LineState:
    """Tell the state a second time, in nested questions as a person would ask them."""
    if facts.is_cancelled:
        return LineState.CANCELLED
    if facts.when is When.BEFORE:
        return LineState.UPCOMING
    if facts.is_suspended and facts.when is When.IN:
        return LineState.SUSPENDED
    if not facts.has_end:
        return LineState.IN_PROGRESS
    return _told_after(facts) if facts.when is When.AFTER else _told_in(facts)


def _told_after(facts: LineFacts) -> LineState:
    if facts.has_successor or not facts.ends_with_term:
        return LineState.CLOSED
    if facts.end_action is EndAction.EVERGREEN:
        return LineState.IN_PROGRESS
    return LineState.LAPSED if facts.is_renewal_open else LineState.CLOSED


def _told_in(facts: LineFacts) -> LineState:
    if facts.has_successor:
        return LineState.IN_PROGRESS
    if not facts.ends_with_term or facts.end_action is EndAction.END:
        return LineState.UPCOMING_CLOSE
    is_due = facts.is_renewal_open and facts.end_action is not EndAction.EVERGREEN
    return LineState.TO_RENEW if is_due else LineState.IN_PROGRESS


def test_table_gives_every_combination_of_facts_the_state_that_is_told() -> None:
    assert len(EVERY) == 3 * 4 * 2**6
    assert [line_state(facts) for facts in EVERY] == [told(facts) for facts in EVERY]


def test_every_row_of_the_table_decides_something_and_every_state_is_reached() -> None:
    deciding = {next(place for place, rule in enumerate(TABLE) if rule.holds(facts)) for facts in EVERY}
    assert deciding == set(range(len(TABLE)))
    assert {line_state(facts) for facts in EVERY} == set(LineState) == set(ALLOWED)


def test_last_row_asks_for_nothing() -> None:
    assert all(getattr(TABLE[-1], field.name) is None for field in fields(LineFacts))


WHILE_IT_RUNS = {"change", "remove"}
MAY = {
    "upcoming": WHILE_IT_RUNS,
    "in_progress": WHILE_IT_RUNS | {"suspend"},
    "suspended": WHILE_IT_RUNS | {"resume"},
    "to_renew": WHILE_IT_RUNS | {"suspend", "renew"},
    "upcoming_close": WHILE_IT_RUNS | {"suspend", "renew"},
    "lapsed": {"renew"},
    "closed": set(),
    "cancelled": set(),
}
"""What may be done with a line, told a second time."""


@pytest.mark.parametrize("state", LineState)
@pytest.mark.parametrize("operation", LineOperation)
def test_operation_is_refused_unless_the_state_has_it(state: LineState, operation: LineOperation) -> None:
    if operation.value in MAY[state.value]:
        check_operation(state, operation)
        return
    with pytest.raises(StateNotAllowed) as refusal:
        check_operation(state, operation, where="Line seats")
    assert str(refusal.value).startswith("E-STATE-01 Line seats: A line that is ")


@pytest.mark.parametrize(
    ("day", "ends_on", "when"),
    [
        (date(2028, 2, 28), date(2028, 2, 29), When.BEFORE),
        (date(2028, 2, 29), date(2028, 2, 29), When.IN),
        (date(2028, 3, 1), date(2028, 2, 29), When.AFTER),
        (date(2099, 1, 1), None, When.IN),
    ],
)
def test_both_ends_of_a_span_belong_to_it(day: date, ends_on: date | None, when: When) -> None:
    assert when_of(day, starts_on=date(2028, 2, 29), ends_on=ends_on) is when


def test_documented_table_has_a_line_per_row_and_state() -> None:
    text = line_states_text().splitlines()
    assert sum(line.startswith("|") for line in text) == len(TABLE) + 2 + len(LineState) + 2
