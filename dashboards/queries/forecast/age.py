"""How old a figure is, in words."""

from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86_400


def age_words(at: datetime, *, now: datetime) -> str:
    """Return "just now", "4 min ago", "3 h ago", "2 days ago"."""
    seconds = max(0, (now - at).total_seconds())
    if seconds < MINUTE:
        return "just now"
    if seconds < HOUR:
        return f"{int(seconds // MINUTE)} min ago"
    if seconds < 2 * DAY:
        return f"{int(seconds // HOUR)} h ago"
    return f"{int(seconds // DAY)} days ago"
