"""The days of a renewal that everybody plans around: term, notice deadline, phases, due date."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from playbooks.core.definition import Playbook


class MilestoneKind(StrEnum):
    """What falls on the day."""

    NOTICE = "notice"
    PHASE = "phase"
    DUE = "due"


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """One such day; `label` names the phase that opens, otherwise it is empty."""

    kind: MilestoneKind
    on: date
    label: str = ""


def milestones_of(
    definition: Playbook | None, *, renewal_on: date, notice_on: date | None, first: date, last: date
) -> tuple[Milestone, ...]:
    """Return the milestones from `first` to `last`, both included, by day; phases only under a playbook.

    The renewal date is the due date of the old term and the first day of the next one: one milestone, `due`.
    """
    found = [Milestone(kind=MilestoneKind.DUE, on=renewal_on)]
    if notice_on is not None:
        found.append(Milestone(kind=MilestoneKind.NOTICE, on=notice_on))
    for phase in definition.phases if definition else ():
        opens_on = renewal_on + timedelta(days=phase.opens_days)
        found.append(Milestone(kind=MilestoneKind.PHASE, on=opens_on, label=phase.name))
    return tuple(sorted((item for item in found if first <= item.on <= last), key=lambda item: (item.on, item.kind)))
