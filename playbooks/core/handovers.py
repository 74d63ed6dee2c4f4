"""What may be done with a hand-over in each state, and by whom. Pure."""

from collections.abc import Mapping
from enum import StrEnum

from playbooks.core.errors import HandoverNotInState


class HandoverState(StrEnum):
    """Where a hand-over stands. An expired one has been raised to a manager and can still be answered."""

    OFFERED = "offered"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


S = HandoverState
UNSETTLED = (S.OFFERED, S.EXPIRED)
TRANSITIONS: Mapping[HandoverState, tuple[HandoverState, ...]] = {
    S.OFFERED: (S.EXPIRED, S.ACCEPTED, S.REFUSED, S.WITHDRAWN),
    S.EXPIRED: (S.ACCEPTED, S.REFUSED, S.WITHDRAWN),
    S.ACCEPTED: (),
    S.REFUSED: (),
    S.WITHDRAWN: (),
}


def check_handover_step(before: HandoverState, after: HandoverState) -> None:
    """Raise HandoverNotInState for an answer to a hand-over that is settled."""
    if after not in TRANSITIONS[before]:
        raise HandoverNotInState(f"This hand-over is {before.value}; it cannot become {after.value}.")
