"""What a claimed step does now, as one frozen answer. Holds no rule."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from playbooks.core.facts import Reason


class StepVerdict(StrEnum):
    """What a claimed step does now.

    `ask_approval` writes the draft and waits for a person; `ask_objection` writes it and sends it by itself later.
    `escalate` and `time_out` are what silence does to an approval.
    """

    DO = "do"
    ASK_APPROVAL = "ask_approval"
    SKIP = "skip"
    HOLD = "hold"
    MAKE_TASK = "make_task"
    ASK_OBJECTION = "ask_objection"
    ESCALATE = "escalate"
    TIME_OUT = "time_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepDecision:
    """The verdict on one claimed step; `until` only with hold, `contact_id` only where somebody is addressed.

    `chosen` is the path of a branch. `needs_person` asks for a task while the step is held.
    """

    verdict: StepVerdict
    until: datetime | None
    contact_id: int | None
    reasons: tuple[Reason, ...]
    key: str
    chosen: str = ""
    needs_person: bool = False
