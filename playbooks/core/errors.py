"""The named refusals of playbooks; what they share with other apps stands in `renewals.core.errors`."""

from renewals.core.errors import Conflict, InvalidInput, NotPermitted, StateNotAllowed


class TaskClosed(Conflict):
    """A task that is done or cancelled takes no further change."""

    code = "E-TASK-01"
    remedy_by_default = "Load the page again to see how it ended."


class MeetingRefused(InvalidInput):
    """A meeting that cannot be arranged like this: its task, its time, or whom to invite."""

    code = "E-MEET-01"
    remedy_by_default = "Load the page again and choose another time or another contact."


class MessageGone(Conflict):
    """A message that is sent, cancelled or on its way takes no further change."""

    code = "E-MSG-01"
    remedy_by_default = "Load the page again to see what became of it."


class SendingPaused(Conflict):
    """Sending is paused in this workspace until an operator resumes it."""

    code = "E-SEND-01"
    remedy_by_default = "Compare the provider's log with the messages, then resume sending."


class ProviderLogRefused(InvalidInput):
    """A provider's log that cannot be read, or not be what it is taken for; nothing was marked."""

    code = "E-SEND-02"
    remedy_by_default = "Export the log again with our key or Message-ID, the address and the time with its zone."


class SendingNotPaused(Conflict):
    """What left is compared only while nothing can leave."""

    code = "E-SEND-03"
    remedy_by_default = "Pause sending first; a restored database does so by itself when a program starts."


class TaskNotReopened(StateNotAllowed):
    """A completed task that can no longer be taken back."""

    remedy_by_default = "Write what has changed as a comment, or make a new task."


class DeviationRefused(InvalidInput):
    """A step that may not be done otherwise than the playbook says, or not so."""

    code = "E-PLB-10"
    remedy_by_default = "Choose another day or another way; a second person can change the playbook itself."


class DraftNotInState(StateNotAllowed):
    """A step in the life of a draft that the table of steps does not have."""

    code = "E-PLB-01"
    remedy_by_default = "Load the page again to see how far it has come."


class DraftChanged(Conflict):
    """Somebody else has edited the draft since it was opened."""

    code = "E-PLB-02"
    remedy_by_default = "Load the draft again; what the other person kept is in it."


class DraftOpenAlready(Conflict):
    """A playbook, or the selection order, has one draft at a time."""

    code = "E-PLB-03"
    remedy_by_default = "Go on with the open draft, or discard it first."


class DraftOutdated(Conflict):
    """Another version was published since the draft was started."""

    code = "E-PLB-04"
    remedy_by_default = "Bring the draft over to the version in force: its page shows what is kept and what conflicts."


class DraftHasProblems(InvalidInput):
    """A draft that could not be published as it is."""

    code = "E-PLB-05"
    remedy_by_default = "Mend every problem named beside its field, then hand it in."


class SecondPersonNeeded(NotPermitted):
    """Whoever had a hand in a draft cannot approve it."""

    code = "E-PLB-06"
    remedy_by_default = "Ask somebody who may approve playbooks and did not edit this draft."


class NothingChanged(Conflict):
    """A draft that says what is in force."""

    code = "E-PLB-07"
    remedy_by_default = "Change something, or discard the draft."


class FileNotReadable(InvalidInput):
    """A file that is no playbook definition in TOML or JSON."""

    code = "E-PLB-08"
    remedy_by_default = "Take an exported playbook as a pattern."


class NotCompleted(StateNotAllowed):
    """An approval is decided, it is not ticked off."""

    remedy_by_default = "Approve or reject it, with a note."


class FormIncomplete(InvalidInput):
    """Answers of a form that are missing, or not what the field takes; all of them are named at once."""

    code = "E-FORM-01"
    remedy_by_default = "Correct the fields that are named and send the form again."


class ApprovalDecided(Conflict):
    """An approval is decided exactly once; whoever comes second finds it decided."""

    code = "E-APR-01"
    remedy_by_default = "Load the page again to see how it was decided."


class ApprovalNotYours(NotPermitted):
    """Who asks does not decide, and only the roles the step names do."""

    code = "E-APR-02"
    remedy_by_default = "Ask somebody with one of the roles that are named."


class HandoverNotInState(StateNotAllowed):
    """An answer to a hand-over that has been settled."""

    code = "E-HAND-01"
    remedy_by_default = "Load the page again to see how it ended."


class HandoverOpenAlready(Conflict):
    """A renewal has one unsettled hand-over at a time."""

    code = "E-HAND-02"
    remedy_by_default = "Withdraw the one that is open, or wait for its answer."


class SeriesRefused(InvalidInput):
    """A series of reviews by whose rule nobody could meet."""

    code = "E-REV-01"


class ReviewOver(Conflict):
    """A review that was closed or called off takes no further change: its pack is what was."""

    code = "E-REV-02"
    remedy_by_default = "Decide it in the next review, which carries what was left open."


class ReviewNotOver(Conflict):
    """Something that belongs after a review, asked of one that is still open."""

    code = "E-REV-03"
    remedy_by_default = "Close the review first."


class ItemSettled(Conflict):
    """An item with decisions cannot be left undecided."""

    code = "E-REV-04"
    remedy_by_default = "Take its decisions back first."
