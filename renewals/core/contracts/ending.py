"""What happens to a term that ended while nobody acted: one table over what its contract says and what was served."""

from dataclasses import dataclass
from enum import StrEnum

from renewals.core.terms import EndAction


class EndDecision(StrEnum):
    """What the sweep does; `asked` leaves it to the owner of the renewal."""

    RENEWED = "renewed"
    EVERGREEN = "evergreen"
    ENDED = "ended"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFacts:
    """What the contract says (None: no term is known), whether a notice against renewal was served, if it is due."""

    action: EndAction | None
    is_notice_served: bool
    is_due: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRule:
    """When the sweep acts: days after the due date, and how long ago a due date is history; library/closing.toml."""

    grace_days: int
    lookback_days: int


_GOES_ON = {EndAction.RENEW: EndDecision.RENEWED, EndAction.EVERGREEN: EndDecision.EVERGREEN}


def decide_end(facts: EndFacts) -> tuple[EndDecision, str]:
    """Return what to do and, for what is left to the owner, why.

    A served notice against renewal stops what would go on by itself; a term that ends, ends with or without one.
    """
    if not facts.is_due:
        return EndDecision.ASKED, "Its term has not ended yet."
    if facts.action is EndAction.END:
        return EndDecision.ENDED, ""
    if facts.action not in _GOES_ON:
        return EndDecision.ASKED, "The contract asks for a decision at its end, and none was taken."
    if facts.is_notice_served:
        return EndDecision.ASKED, "A notice against renewal was served."
    return _GOES_ON[facts.action], ""
