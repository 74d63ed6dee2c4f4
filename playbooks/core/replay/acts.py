"""One decision of a playbook or a trigger as it came, or would have come, to pass; whether two of them are equal."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

ENTER = "enter"
TRIGGER = "trigger"
TOUCHES = frozenset({"message", "approval", "task", "stuck", "act"})
"""What somebody notices; a skip, an exit and an entry are decisions without a touch."""
HUMAN = frozenset({"task", "approval", "stuck"})
"""What costs a person time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What came of one step (or of entering, or of a trigger) at an instant.

    `playbook_key` is empty for a trigger; `step_key` is the trigger's key then, and empty for entering. `owner_id` is
    the person whom it costs time, None when it costs nobody any.
    """

    renewal_id: int
    account_id: int
    playbook_key: str
    round: int
    step_key: str
    name: str
    kind: str
    effect: str
    at: datetime
    owner_id: int | None = None
    why: str = ""

    @property
    def key(self) -> tuple[int, str, int, str]:
        """Return what says that two acts are about the same thing."""
        return self.renewal_id, self.playbook_key, self.round, self.step_key

    @property
    def is_touch(self) -> bool:
        """Answer whether somebody notices it."""
        return self.effect in TOUCHES

    @property
    def is_human(self) -> bool:
        """Answer whether it costs a person time."""
        return self.effect in HUMAN

    @property
    def week_on(self) -> date:
        """Return the Monday (UTC) of its week."""
        return self.at.date() - timedelta(days=self.at.weekday())


def are_equal(first: Act, second: Act) -> bool:
    """Answer whether two acts about the same thing are the same decision: effect and instant."""
    return (first.effect, first.at) == (second.effect, second.at)
