"""What may be said of a success milestone: what was agreed by when, that it was reached, that it was dropped."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from renewals.core.errors import EvidenceMissing, InvalidInput, RequiredValueMissing, StateNotAllowed
from renewals.core.text import check_line, check_text

LONGEST_NAME, LONGEST_REASON = 150, 300


class Standing(StrEnum):
    """How far a milestone is. One that was reached after all is no dropped one."""

    AHEAD = "ahead"
    LATE = "late"
    REACHED = "reached"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The days of a milestone; None: not agreed, or not yet."""

    target_on: date | None
    achieved_on: date | None
    confirmed_on: date | None
    dropped_on: date | None


def standing_of(dates: Dates, *, today: date) -> Standing:
    """Return how far the milestone is on `today`."""
    if dates.confirmed_on is not None:
        return Standing.CONFIRMED
    if dates.achieved_on is not None:
        return Standing.REACHED
    if dates.dropped_on is not None:
        return Standing.DROPPED
    return Standing.LATE if dates.target_on is not None and dates.target_on < today else Standing.AHEAD


def checked_name(name: str) -> str:
    """Return what was agreed as one line; raises RequiredValueMissing and TextNotAllowed."""
    found = check_line(name, label="Milestone", longest=LONGEST_NAME)
    if not found:
        raise RequiredValueMissing("Say what was agreed, in their words.", where="name")
    return found


def checked_reached(standing: Standing, on: date, evidence: str, *, today: date) -> str:
    """Return the evidence that a milestone was reached `on`.

    Raises StateNotAllowed for one they confirmed, InvalidInput for a day ahead, EvidenceMissing.
    """
    if standing is Standing.CONFIRMED:
        raise StateNotAllowed("They confirmed it: it stays as it is.")
    if on > today:
        raise InvalidInput("That day is still ahead.", where="achieved_on", remedy="Give today or earlier.")
    shown = check_text(evidence, label="Evidence", longest=1000)
    if not shown:
        raise EvidenceMissing("Say what shows it: a report, a figure, the minutes of a review.", where="evidence")
    return shown


def checked_drop(standing: Standing, reason: str) -> str:
    """Return why it is dropped; raises StateNotAllowed for one that was reached, RequiredValueMissing."""
    if standing in (Standing.REACHED, Standing.CONFIRMED):
        raise StateNotAllowed("It was reached: there is nothing to drop.")
    found = check_line(reason, label="Reason", longest=LONGEST_REASON)
    if not found:
        raise RequiredValueMissing("Say why it is aimed at no more.", where="reason")
    return found
