"""When a completed task may be taken back: soon, by whoever completed it, while nothing irrevocable followed."""

from datetime import datetime, timedelta

from playbooks.core.errors import TaskNotReopened
from playbooks.core.vocabulary import OutcomeEffect

UNDO_WINDOW = timedelta(minutes=15)


def check_reopening(
    *, completed_at: datetime, is_own: bool, effect: OutcomeEffect, has_followed: bool, now: datetime
) -> None:
    """Raise TaskNotReopened when a completion stands for good.

    `has_followed` says that what the completion set off (an escalation) has been acted upon already.
    """
    minutes = int(UNDO_WINDOW.total_seconds() // 60)
    if not is_own:
        raise TaskNotReopened("Somebody else completed this task.", remedy="Ask them to take it back.")
    if now - completed_at > UNDO_WINDOW:
        raise TaskNotReopened(
            f"A task can be taken back for {minutes} minutes.", why="Others may have relied on it since."
        )
    if effect is OutcomeEffect.EXIT:
        raise TaskNotReopened("Its outcome has stopped the playbook.", why="A stopped playbook does not go on.")
    if has_followed:
        raise TaskNotReopened("The escalation that followed has been worked on.")
