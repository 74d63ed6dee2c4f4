"""Why a recorded decision does not come again when nothing was changed. A closed list: each code has its sentence."""

from playbooks.core.replay.acts import ENTER, Act

FACTS_GONE = "replay_facts_gone"
BY_HAND = "replay_changed_by_hand"
ENGINE_LATE = "replay_engine_late"
NOT_ENROLLED = "replay_not_enrolled_then"
NOT_SELECTED = "replay_not_selected_again"
FACTS_BETWEEN = "replay_facts_between"
REPLAY_CODES = (FACTS_GONE, BY_HAND, ENGINE_LATE, NOT_ENROLLED, NOT_SELECTED, FACTS_BETWEEN)


def why_unequal(
    recorded: Act | None, replayed: Act | None, *, has_facts: bool, is_deviated: bool, is_running: bool
) -> str:
    """Return the code of the most likely reason: facts gone, people, a late engine, facts between two looks."""
    if recorded is not None and not has_facts:
        return FACTS_GONE
    if is_deviated:
        return BY_HAND
    if recorded is None and replayed is not None and replayed.effect == ENTER:
        return NOT_ENROLLED
    if recorded is None and is_running:
        return ENGINE_LATE
    if recorded is not None and recorded.effect == ENTER and replayed is None:
        return NOT_SELECTED
    if recorded is not None and replayed is not None and recorded.at > replayed.at:
        return ENGINE_LATE
    return FACTS_BETWEEN
