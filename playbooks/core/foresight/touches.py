"""A projected touch: what the engine will do at which instant if nothing changes, and how firm that is."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from playbooks.core.definition import Step
from playbooks.core.facts import Reason, reason
from playbooks.core.vocabulary import AnchorKind


class Effect(StrEnum):
    """What comes of a step: `approval` is a draft that waits for a person, `act` an effect of the system alone."""

    MESSAGE = "message"
    APPROVAL = "approval"
    TASK = "task"
    ACT = "act"
    SKIP = "skip"
    STUCK = "stuck"
    EXIT = "exit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One step as it will come to pass; `at` is the instant, the local fields are what the clock of `zone` shows then.

    `enrolment_id` is None for a renewal that is yet to enter. `loose` says what else could move or stop it; a touch
    without such a reason is firm. `held` is why it waited longer than planned. `owner_id` is the person who answers.
    """

    enrolment_id: int | None
    renewal_id: int
    account_id: int
    playbook_key: str
    step_key: str
    name: str
    intended_outcome: str
    kind: str
    effect: Effect
    at: datetime
    local_on: date
    local_at: time
    zone: str
    zone_of: str
    owner_id: int
    loose: tuple[Reason, ...]
    reasons: tuple[Reason, ...]
    held: tuple[Reason, ...] = ()

    @property
    def is_firm(self) -> bool:
        """Answer whether only a change of the contract or of the step itself can move it."""
        return not self.loose


def loose_reasons(
    step: Step,
    *,
    is_open: bool,
    is_entering: bool,
    was_held: bool,
    is_unheard: bool = False,
    is_todays_score: bool = False,
) -> tuple[Reason, ...]:
    """Return what the date or the fate of a step still hangs on, in the order in which people ask.

    `is_open` is the step an enrolment waits for now: whatever it followed is behind it. `is_unheard`: it does what it
    does only because scores age until then. `is_todays_score`: it asks for a score that nobody foresees that far.
    """
    found = []
    if is_entering:
        found.append(reason("loose_entering"))
    if step.anchor.kind is AnchorKind.AFTER_PREVIOUS and not is_open:
        found.append(reason("loose_follows"))
    if step.condition is not None:
        found.append(reason("loose_condition"))
    if was_held:
        found.append(reason("loose_held"))
    if is_unheard:
        found.append(reason("loose_unheard"))
    if is_todays_score:
        found.append(reason("loose_todays_score"))
    return tuple(found)
