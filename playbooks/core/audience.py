"""Why a renewal is, or is not, in the audience of one playbook: every condition in the order they are asked.

It explains what `core.selection` decides and decides nothing itself; a property test holds the two together.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from playbooks.core.definition import Playbook
from playbooks.core.facts import ReasonValue, SelectionFacts
from playbooks.core.selection import SelectionRules
from renewals.core.conditions import Answer, Deciding, deciding, evaluate


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition of entering: `yes` lets in, `no` and `unknown` keep out. `deciding` are the facts behind it.

    `code` says which: renewal_open, not_enrolled, other_case, own_case, published, window, entry.
    """

    code: str
    answer: Answer
    deciding: tuple[Deciding, ...] = ()
    values: Mapping[str, ReasonValue] = field(default_factory=dict)


def playbook_gates(
    rules: SelectionRules, playbook_key: str, playbook: Playbook | None, facts: SelectionFacts, *, today: date
) -> tuple[Gate, ...]:
    """Return the gates of a playbook for one renewal on the local day `today`, in the order selection asks them.

    The renewal would be enrolled exactly when every gate is yes. `playbook` is None when none is published.
    """
    gates = [
        Gate(code="renewal_open", answer=_answer(facts.is_renewal_open)),
        Gate(code="not_enrolled", answer=_answer(facts.renewal_on not in facts.enrolled_occurrences)),
        *_cases(rules, playbook_key, facts),
        Gate(code="published", answer=_answer(playbook is not None)),
    ]
    return tuple(gates) if playbook is None else (*gates, _window(playbook, facts, today), _entry(playbook, facts))


def first_shut(gates: tuple[Gate, ...]) -> Gate | None:
    """Return the first gate that keeps the renewal out; None when all let it in."""
    return next((gate for gate in gates if gate.answer is not Answer.YES), None)


def chosen_playbook(rules: SelectionRules, facts: SelectionFacts) -> str:
    """Return the key of the playbook that the cases come to; an undecided case is passed over."""
    chosen = (case.playbook for case in rules.cases if evaluate(case.condition, facts.facts).answer is Answer.YES)
    return next(chosen, rules.default_playbook)


def _cases(rules: SelectionRules, playbook_key: str, facts: SelectionFacts) -> Iterator[Gate]:
    """Cases come in order of precedence: one of another playbook that is yes takes the renewal away."""
    for case in rules.cases:
        answer = evaluate(case.condition, facts.facts).answer
        because = deciding(case.condition, facts.facts)
        is_own = case.playbook == playbook_key
        values: dict[str, ReasonValue] = {"case": case.key, "playbook": case.playbook}
        if is_own and (answer is not Answer.NO or not _has_later(rules, playbook_key, case.key)):
            yield Gate(code="own_case", answer=answer, deciding=because, values=values)
            return
        if not is_own:
            yield Gate(code="other_case", answer=_OPPOSITE[answer], deciding=because, values=values)
    if rules.default_playbook != playbook_key:
        yield Gate(code="own_case", answer=Answer.NO, values={"case": "", "playbook": rules.default_playbook})


def _has_later(rules: SelectionRules, playbook_key: str, case_key: str) -> bool:
    """Answer whether a playbook has another way in behind this case: a later case, or the default."""
    keys = [case.key for case in rules.cases]
    later = rules.cases[keys.index(case_key) + 1 :]
    return rules.default_playbook == playbook_key or any(case.playbook == playbook_key for case in later)


def _window(playbook: Playbook, facts: SelectionFacts, today: date) -> Gate:
    opens_on = facts.renewal_on - timedelta(days=playbook.window_days)
    return Gate(
        code="window",
        answer=_answer(opens_on <= today <= facts.renewal_on),
        values={
            "window_days": playbook.window_days,
            "opens_on": opens_on,
            "closes_on": facts.renewal_on,
            "days_left": (facts.renewal_on - today).days,
        },
    )


def _entry(playbook: Playbook, facts: SelectionFacts) -> Gate:
    answer = evaluate(playbook.entry, facts.facts).answer
    return Gate(code="entry", answer=answer, deciding=deciding(playbook.entry, facts.facts))


def _answer(holds: bool) -> Answer:
    return Answer.YES if holds else Answer.NO


_OPPOSITE = {Answer.YES: Answer.NO, Answer.NO: Answer.YES, Answer.UNKNOWN: Answer.UNKNOWN}
