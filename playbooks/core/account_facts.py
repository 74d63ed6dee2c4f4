"""What is true of an account whatever the playbook: its budget, its touches, who else is due, what came back from it.

Frozen facts, loaded elsewhere; nothing here decides.
"""

from dataclasses import dataclass
from datetime import datetime

from playbooks.core.reactions import Reacted


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchLimits:
    """At most `max_touches` within `per_days` days, and `min_gap_days` between one and the next."""

    max_touches: int
    per_days: int
    min_gap_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """One touch in the ledger. A capped one holds `slot` until `frees_at`; exempt and human ones have slot 0."""

    at: datetime
    slot: int = 0
    frees_at: datetime | None = None
    rests_until: datetime | None = None
    step_run_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A message of the account that is due now as well. The lower `rank` goes first; ranks are never equal."""

    rank: tuple[int, datetime, int]
    playbook: str
    step_key: str
    step_run_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What is known about an account whatever the playbook; `touches` None when the ledger could not be read.

    `own` is the place of the step that asks; `human_only` the reason why people alone write, empty when they do not.
    """

    limits: TouchLimits | None = None
    touches: tuple[Touch, ...] | None = ()
    rivals: tuple[Rival, ...] = ()
    reactions: tuple[Reacted, ...] = ()
    human_only: str = ""
    own: Rival | None = None
