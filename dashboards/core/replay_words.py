"""How a replay is worded: its state, its finding, what changed and why something did not come again."""

from collections.abc import Mapping

from dashboards.core.money import count_words
from dashboards.core.parts import Progress

STATES: Mapping[str, tuple[str, str]] = {
    "running": ("Running", "accent"),
    "done": ("Done", "good"),
    "failed": ("Stopped", "bad"),
    "cancelled": ("Cancelled", ""),
}
CHANGES: Mapping[str, tuple[str, str]] = {
    "added": ("Added", "accent"),
    "gone": ("Gone", "watch"),
    "moved": ("Moved", ""),
    "other": ("Done otherwise", ""),
    "same": ("As it was", ""),
}
UNEQUAL_WORDS: Mapping[str, str] = {
    "replay_facts_gone": "What it was decided on was erased since, or never kept.",
    "replay_changed_by_hand": "A person did a step of this renewal otherwise than the playbook says.",
    "replay_engine_late": "The engine looked late that time, or has not come to it yet.",
    "replay_not_enrolled_then": "By the rules of then it would have entered; the engine did not look, or knew less.",
    "replay_not_selected_again": "By what is recorded it would not have entered; a fact was another for a while.",
    "replay_facts_between": "A fact changed between two decisions, and that it did was not recorded.",
}
UNEQUAL_SHORT: Mapping[str, str] = {
    "replay_facts_gone": "Facts gone",
    "replay_changed_by_hand": "Done by hand",
    "replay_engine_late": "Engine late",
    "replay_not_enrolled_then": "Not enrolled then",
    "replay_not_selected_again": "Not selected again",
    "replay_facts_between": "Fact in between",
}
EFFECTS: Mapping[str, str] = {
    "message": "Message",
    "approval": "Draft to approve",
    "task": "Task",
    "act": "By the system",
    "stuck": "Stuck, for a person",
    "skip": "Skipped",
    "exit": "Playbook left",
    "enter": "Enters the playbook",
    "trigger": "Trigger",
    "": "Nothing",
}
OUTCOMES: Mapping[str, str] = {
    "churned": "Lost",
    "contracted": "Kept, smaller",
    "flat": "Kept",
    "expanded": "Kept, larger",
    "": "Open",
}


def finding(state: str, counts: Mapping[str, int], *, is_unchanged: bool, caught: int) -> str:
    """Return the title of a replay: what it found, in one line."""
    if state == "failed":
        return "The replay stopped"
    if state == "running":
        return "Replaying history"
    if is_unchanged:
        missing = counts.get("unequal", 0)
        return "History comes again" if not missing else f"{count_words(missing, 'decision')} did not come again"
    said = [f"{counts[key]:,} {word}" for key, word in (("added", "added"), ("gone", "gone"), ("moved", "moved"))
            if counts.get(key)]  # fmt: skip
    words = f"Touches: {', '.join(said)}" if said else "No touch would differ"
    return f"{words}; {count_words(caught, 'loss', 'losses')} seen earlier" if caught else words


def progress(*, done: int, total: int, has_begun: bool, is_over: bool) -> Progress:
    """Return how far a replay is."""
    if not has_begun and not is_over:
        return Progress(title="Replaying", percent=None, words="Waiting for a worker")
    percent = min(100, 100 * done // total) if total else 100
    return Progress(
        title="Replaying", percent=percent, words=f"{done:,} of {count_words(total, 'account')}", is_done=is_over
    )


def earlier_words(before: int | None, after: int | None) -> tuple[str, str]:
    """Return how much earlier an alarm would have come, and whether that is good, bad or neither."""
    if before == after:
        return ("No alarm either way", "") if after is None else ("As early as it was", "")
    if after is None:
        return "No alarm any more", "bad"
    if before is None:
        return f"An alarm at all, {count_words(after, 'day')} before", "good"
    days = after - before
    words = count_words(abs(days), "day")
    return (f"{words} earlier", "good") if days > 0 else (f"{words} later", "bad")


def days_words(days: int | None) -> str:
    """Return by how many days something moved, as "3 days later"; "" when it did not or cannot."""
    if not days:
        return ""
    return f"{count_words(abs(days), 'day')} {'later' if days > 0 else 'earlier'}"
