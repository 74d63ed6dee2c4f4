"""The named refusals of playbooks; what they share with other apps stands in `renewals.core.errors`."""

from renewals.core.errors import Conflict, StateNotAllowed


class TaskClosed(Conflict):
    """A task that is done or cancelled takes no further change."""

    code = "E-TASK-01"
    remedy_by_default = "Load the page again to see how it ended."


class MessageGone(Conflict):
    """A message that is sent, cancelled or on its way takes no further change."""

    code = "E-MSG-01"
    remedy_by_default = "Load the page again to see what became of it."


class SendingPaused(Conflict):
    """Sending is paused in this workspace until an operator resumes it."""

    code = "E-SEND-01"
    remedy_by_default = "Compare the provider's log with the messages, then resume sending."


class TaskNotReopened(StateNotAllowed):
    """A completed task that can no longer be taken back."""

    remedy_by_default = "Write what has changed as a comment, or make a new task."
