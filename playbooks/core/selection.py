"""Which playbook a renewal enters, and when: ordered cases with a compulsory default, and the definition's own window.

Unknown never enrols: an account whose deciding facts are missing waits, with the evidence.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from playbooks.core.condition_parse import read_condition
from playbooks.core.definition import Playbook
from playbooks.core.facts import Reason, ReasonValue, SelectionFacts, reason
from playbooks.core.keys import decision_key
from renewals.core.conditions import Answer, Condition, Evidence, evaluate
from renewals.core.problems import Problem, did_you_mean
from renewals.core.reading import Reader


class Selected(StrEnum):
    """What becomes of a renewal that may need a playbook."""

    ENROL = "enrol"
    WAIT = "wait"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionCase:
    """One case: when its condition is yes, `playbook` is the key to use ('' means deliberately none)."""

    key: str
    condition: Condition
    playbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionRules:
    """The ordered cases and what holds when none of them does."""

    version: int
    cases: tuple[SelectionCase, ...]
    default_playbook: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The decision for one renewal; `opens_on` is the day enrolment opens (None when no playbook was found)."""

    selected: Selected
    playbook_key: str | None
    occurrence: date
    opens_on: date | None
    reasons: tuple[Reason, ...]
    key: str


def select_playbook(
    rules: SelectionRules, playbooks: Mapping[str, Playbook], facts: SelectionFacts, *, today: date
) -> Selection:
    """Decide which playbook a renewal enters on the local day `today`; the occurrence is its renewal date.

    A renewal enters once per occurrence, from T minus the definition's window until the renewal date itself.
    """
    if not facts.is_renewal_open:
        return _selection(facts, Selected.NONE, reason("renewal_closed"))
    if facts.renewal_on in facts.enrolled_occurrences:
        return _selection(facts, Selected.NONE, reason("already_enrolled", occurrence=facts.renewal_on))
    chosen, why = _choose(rules, facts)
    if chosen is None:
        return _selection(facts, Selected.UNKNOWN, *why)
    playbook = playbooks.get(chosen)
    if playbook is None:
        return _selection(facts, Selected.NONE, *why, reason("no_playbook", playbook=chosen))
    return _by_window(playbook, facts, why, today=today)


def windows_by_segment(rules: SelectionRules, windows: Mapping[str, int], segments: Iterable[str]) -> Mapping[str, int]:
    """Return for each segment the earliest day any playbook it could come to opens, as days before the renewal date.

    `windows` are the days of each playbook. A case that the segment alone does not decide may be yes or no.
    """
    return {
        segment: max((windows.get(key, 0) for key in _reachable(rules, segment)), default=0) for segment in segments
    }


def _reachable(rules: SelectionRules, segment: str) -> Iterator[str]:
    for case in rules.cases:
        answer = evaluate(case.condition, {"account.segment": segment}).answer
        if answer is not Answer.NO:
            yield case.playbook
        if answer is Answer.YES:
            return
    yield rules.default_playbook


def parse_selection(
    table: Mapping[str, object], *, playbook_keys: frozenset[str] | None = None
) -> tuple[SelectionRules, tuple[Problem, ...]]:
    """Return the rules in a TOML or JSON mapping and every problem of reading them.

    Playbooks are checked against `playbook_keys` when they are given; a published order is not checked again.
    """
    problems: list[Problem] = []
    reader = Reader(table, "selection", problems)
    cases: list[SelectionCase] = []
    for item in reader.children("cases", "case"):
        key, playbook = item.text("key", longest=60), item.text("playbook", required=False, longest=60)
        condition = read_condition(item, "when")
        if condition is None and not item.has("when"):
            item.tell("E-CAD-05", "The case has no condition.", "Add when = …; the default needs none.")
        item.finish()
        _check_playbook(item, playbook, playbook_keys)
        if key and key in {case.key for case in cases}:
            item.tell("E-CAD-09", f"'{key}' is used twice.", "Give each case its own key.", name="key")
        if condition is not None:
            cases.append(SelectionCase(key=key, condition=condition, playbook=playbook))
    rules = SelectionRules(
        version=reader.whole("version", least=1), cases=tuple(cases), default_playbook=reader.text("default_playbook")
    )
    _check_playbook(reader, rules.default_playbook, playbook_keys)
    reader.finish()
    return rules, tuple(problems)


def _check_playbook(reader: Reader, key: str, known: frozenset[str] | None) -> None:
    if key and known is not None and key not in known:
        reader.tell("E-CAD-10", f"Playbook '{key}' does not exist.", did_you_mean(key, known))


def _choose(rules: SelectionRules, facts: SelectionFacts) -> tuple[str | None, tuple[Reason, ...]]:
    """Return the first case that is yes; None as soon as an earlier case cannot be decided."""
    for case in rules.cases:
        finding = evaluate(case.condition, facts.facts)
        if finding.answer is Answer.YES:
            return case.playbook, tuple(_because("case", case.key, item) for item in finding.evidence)
        if finding.answer is Answer.UNKNOWN:
            missing = (item for item in finding.evidence if item.answer is Answer.UNKNOWN)
            return None, tuple(_because("case_unknown", case.key, item) for item in missing)
    return rules.default_playbook, (reason("default", cases=len(rules.cases)),)


def _because(code: str, case_key: str, item: Evidence) -> Reason:
    return reason(
        code,
        case=case_key,
        field=item.field,
        op=item.op.value,
        expected=_shown(item.expected),
        found=_shown(item.found),
    )


def _shown(value: object) -> ReasonValue:
    return None if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)


def _by_window(playbook: Playbook, facts: SelectionFacts, why: tuple[Reason, ...], *, today: date) -> Selection:
    opens_on = facts.renewal_on - timedelta(days=playbook.window_days)
    days_left = (facts.renewal_on - today).days
    window = reason("window", window_days=playbook.window_days, days_left=days_left, opens_on=opens_on)
    entry = evaluate(playbook.entry, facts.facts)
    if days_left < 0:
        selected, why = Selected.NONE, (*why, reason("due_date_passed", days_left=days_left))
    elif today < opens_on:
        selected, why = Selected.WAIT, (*why, window)
    elif entry.answer is not Answer.YES:
        found = tuple(_because("entry", playbook.key, item) for item in entry.evidence if item.answer is not Answer.YES)
        selected, why = (Selected.NONE if entry.answer is Answer.NO else Selected.UNKNOWN), (*why, window, *found)
    else:
        selected, why = Selected.ENROL, (*why, window)
    return _selection(facts, selected, *why, playbook_key=playbook.key, opens_on=opens_on)


def _selection(
    facts: SelectionFacts,
    selected: Selected,
    *reasons: Reason,
    playbook_key: str | None = None,
    opens_on: date | None = None,
) -> Selection:
    key = decision_key(
        "selection",
        facts.workspace_id,
        facts.renewal_id,
        facts.renewal_on,
        selected.value,
        playbook_key,
        *(item.code for item in reasons),
    )
    return Selection(
        selected=selected,
        playbook_key=playbook_key,
        occurrence=facts.renewal_on,
        opens_on=opens_on,
        reasons=reasons,
        key=key,
    )
