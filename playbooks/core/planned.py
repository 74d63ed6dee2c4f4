"""What a cadence plan consists of: frozen dataclasses with due times, moves and late decisions. Holds no rule."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from playbooks.core.facts import Reason
from playbooks.core.keys import decision_key
from playbooks.core.vocabulary import AnchorKind, StepKind
from renewals.core.dates import ResolvedZone


class Planned(StrEnum):
    """What the plan says about a step that is still ahead."""

    RUN = "run"
    RUN_LATE = "run_late"
    MAKE_TASK = "make_task"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """One step with its due time; `due_on`/`due_time` are what the wall clock of `zone` shows at `due_at` (UTC).

    `expected_at` is when it will act if nothing holds it: later than `due_at` only for a late step. `is_firm` is False
    while the date hangs on a previous step that is not done yet. `computed_on` is the day before calendar moves;
    it and `anchor_on` are None when the contract lacks the date the step counts from.
    """

    enrolment_id: int
    step_key: str
    position: int
    kind: StepKind
    planned: Planned
    occurrence: date
    due_at: datetime
    due_on: date
    due_time: time
    zone: ResolvedZone
    expected_at: datetime
    anchor: AnchorKind
    anchor_on: date | None
    computed_on: date | None
    is_firm: bool
    moves: tuple[Reason, ...]
    reasons: tuple[Reason, ...]

    @property
    def key(self) -> str:
        """Return the key of this decision. Most planned steps are only compared, so it is made when asked for."""
        due = self.due_at.isoformat()
        return decision_key("step", self.enrolment_id, self.step_key, self.occurrence, due, self.planned.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class CadencePlan:
    """The steps still ahead, in the order of their due time; `key` is the same for the same plan."""

    steps: tuple[PlannedStep, ...]
    zone: ResolvedZone
    occurrence: date
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What follows: the step to schedule (None: the playbook is finished) and the skips to record before it."""

    step: PlannedStep | None
    skipped: tuple[PlannedStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChange:
    """One step whose due time or fate differs between two plans; None means it is not in that plan."""

    step_key: str
    old_due_at: datetime | None
    new_due_at: datetime | None
    old_planned: Planned | None
    new_planned: Planned | None
