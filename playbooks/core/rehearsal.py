"""The nominal day of each step before any contract is known, counted from the renewal date; for checks only."""

from playbooks.core.definition import Playbook
from playbooks.core.vocabulary import AnchorKind, DayUnit

CALENDAR_DAYS_PER_BUSINESS_WEEK = (7, 5)


def relative_days(playbook: Playbook) -> tuple[int | None, ...]:
    """Return each step's earliest day relative to the renewal date (negative is before it), weekends counted.

    None where the day hangs on a date that only a contract has: notice deadline, term start, or a step after those.
    The first drifting step counts from the opening of enrolment, and none is earlier than its phase.
    """
    opens = {phase.key: phase.opens_days for phase in playbook.phases}
    days: list[int | None] = []
    previous: int | None = -playbook.window_days
    for step in playbook.steps:
        anchor = step.anchor
        offset = _calendar_days(anchor.offset_days) if anchor.unit is DayUnit.BUSINESS_DAYS else anchor.offset_days
        day: int | None = None
        if anchor.kind is AnchorKind.RENEWAL_DATE:
            day = offset
        elif anchor.kind is AnchorKind.AFTER_PREVIOUS and previous is not None:
            day = max(previous + offset, opens.get(step.phase, previous + offset))
        days.append(day)
        previous = day
    return tuple(days)


def _calendar_days(business_days: int) -> int:
    """Return the fewest calendar days that many business days take: five take seven."""
    sign = 1 if business_days >= 0 else -1
    weeks, rest = divmod(abs(business_days), CALENDAR_DAYS_PER_BUSINESS_WEEK[1])
    return sign * (weeks * CALENDAR_DAYS_PER_BUSINESS_WEEK[0] + rest)
