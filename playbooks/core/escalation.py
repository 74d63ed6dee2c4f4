"""The ladder of a playbook: which rung is watched, which is raised now, and what its person is told. Pure.

Each rung is raised once in a contract period. A condition that is unknown is no reason to raise anything.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from playbooks.core.definition import EscalationLevel, Playbook
from playbooks.core.facts import Reason, reason
from renewals.core.conditions import Answer, Facts, evaluate
from renewals.core.dates import BusinessCalendar, add_business_days
from renewals.core.reading import WRONG, Reader

NAME = re.compile(r"\{\{\s*([a-z_]*)\s*\}\}")
VALUES = ("account", "owner", "due_on", "notice_on", "days_to_due", "days_to_notice", "risk", "health", "stage")
"""What a response may name. Prices are not among them: whoever is told may not be one who sees them."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What is kept of a rung in this period: since when its condition holds, when it was raised, whether it is open."""

    level: int
    since_at: datetime
    raised_at: datetime | None
    is_task_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """A rung whose condition holds since `since_at`; raised now when `is_raised`."""

    level: int
    rule: EscalationLevel
    since_at: datetime
    is_raised: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderLook:
    """What one look at a ladder leads to: rungs that hold and are not raised before, and watched ones that ceased."""

    holding: tuple[Climb, ...]
    ceased: tuple[int, ...]


def check_level(reader: Reader, level: EscalationLevel) -> None:
    """Tell names a response may not use, and a rung with two ways to be decided."""
    for name in NAME.findall(level.response):
        if name not in VALUES:
            reader.tell(WRONG, f"'{{{{ {name} }}}}' is not a value of a response.", f"One of: {', '.join(VALUES)}.")
    if level.when is not None and level.is_silence:
        reader.tell(WRONG, "A rung has a condition or waits for silence, not both.", "Leave one of them out.")


def can_climb(definition: Playbook) -> bool:
    """Return whether the program decides any rung; where people call all of them, there is nothing to look at."""
    return any(rule.when is not None or rule.is_silence for rule in definition.escalation)


def look_at_ladder(
    definition: Playbook,
    facts: Facts,
    rungs: Mapping[int, Rung],
    *,
    today: date,
    now: datetime,
    calendar: BusinessCalendar,
) -> LadderLook:
    """Return which rungs hold now and which of them are raised; those raised before in this period are left alone.

    A rung is raised once its condition has held for its business days; with 0 days at once.
    """
    holding: list[Climb] = []
    ceased: list[int] = []
    for number, rule in enumerate(definition.escalation, start=1):
        kept = rungs.get(number)
        if kept is not None and kept.raised_at is not None:
            continue
        since, why = _holds(rule, number, facts, rungs, now=now)
        if since is None:
            ceased += [number] if kept is not None else []
            continue
        since = kept.since_at if kept is not None and not rule.is_silence else since
        is_raised = add_business_days(since.date(), rule.after_business_days, calendar) <= today and since <= now
        holding.append(Climb(level=number, rule=rule, since_at=since, is_raised=is_raised, reasons=why))
    return LadderLook(holding=tuple(holding), ceased=tuple(ceased))


def _holds(
    rule: EscalationLevel, number: int, facts: Facts, rungs: Mapping[int, Rung], *, now: datetime
) -> tuple[datetime | None, tuple[Reason, ...]]:
    if rule.is_silence:
        before = rungs.get(number - 1)
        if before is None or before.raised_at is None or not before.is_task_open:
            return None, ()
        return before.raised_at, (reason("no_answer_since", level=number - 1, raised_at=before.raised_at),)
    if rule.when is None:
        return None, ()
    finding = evaluate(rule.when, facts)
    if finding.answer is not Answer.YES:
        return None, ()
    return now, tuple(
        reason("condition_yes", field=item.field, op=item.op.value, expected=str(item.expected), found=str(item.found))
        for item in finding.evidence
        if item.answer is Answer.YES
    )


def fill_response(text: str, values: Mapping[str, str]) -> str:
    """Return a response with its values; what is not on record reads as unknown, never as an empty place."""
    return NAME.sub(lambda match: values.get(match.group(1)) or UNKNOWN, text)
