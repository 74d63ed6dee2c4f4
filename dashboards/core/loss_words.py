"""The words of losses: what asking an account back came to, and where a loss stands."""

from collections.abc import Mapping
from datetime import date

ANSWERS: Mapping[str, tuple[str, str]] = {
    "won": ("Came back", "good"),
    "later": ("Ask again later", "watch"),
    "declined": ("Said no", "bad"),
}
SHOWN: Mapping[str, str] = {"": "Open", "won": "Came back", "declined": "Said no"}
"""The win-backs that a list can show, by what they answered."""


def standing_words(*, result: str, held_on: date | None, win_back_on: date | None, today: date) -> tuple[str, str]:
    """Return where a loss stands and the colour of its tag: what has to be done next decides."""
    if result:
        return ANSWERS[result]
    if win_back_on is not None and win_back_on <= today:
        return "Ask them back now", "watch"
    if held_on is None:
        return "To be reviewed", "watch"
    return ("Nobody asks them back", "none") if win_back_on is None else ("Waits for its day", "none")
