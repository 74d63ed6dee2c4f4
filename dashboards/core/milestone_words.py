"""How a success milestone is told: one line of where it stands."""

from datetime import date

from dashboards.core.dates import day_words
from renewals.core.milestones import Dates, Standing

WORDS = {
    Standing.AHEAD: "Ahead",
    Standing.LATE: "Late",
    Standing.REACHED: "Reached",
    Standing.CONFIRMED: "Confirmed",
    Standing.DROPPED: "Dropped",
}


def standing_words(standing: Standing, dates: Dates, *, who: str = "") -> str:
    """Return where it stands with its day; `who` of the account confirmed it."""
    by = f"by {day_words(dates.target_on)}" if dates.target_on else "no day agreed"
    if standing in (Standing.AHEAD, Standing.LATE):
        return f"{WORDS[standing]}, {by}"
    if standing is Standing.DROPPED:
        return f"Dropped {_day(dates.dropped_on)}, agreed {by}"
    reached = f"Reached {_day(dates.achieved_on)}, agreed {by}"
    if standing is Standing.REACHED:
        return f"{reached}, not confirmed by them"
    return f"{reached}, confirmed {_day(dates.confirmed_on)}{f' by {who}' if who else ''}"


def _day(on: date | None) -> str:
    return day_words(on) if on else ""
