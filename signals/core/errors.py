"""The named refusals of signals and scores."""

from typing import ClassVar

from renewals.core.errors import Conflict, ErrorKind, InvalidInput, NotPermitted, StateNotAllowed, UnknownReference


class ScorecardInvalid(InvalidInput):
    """A scorecard that cannot be used: bands with gaps, curves that turn, unknown measures."""

    code = "E-SCORE-01"
    remedy_by_default = "Mend every point named and publish again."


class SourceUnknown(UnknownReference):
    """A source key that this workspace does not have, or has switched off."""

    code = "E-REF-01"
    remedy_by_default = "Create the source in the settings first, or switch it on."


class ScoreMissing(UnknownReference):
    """No score has been recorded for this account as of that moment."""

    code = "E-SCORE-02"
    remedy_by_default = "Run refresh_scores first, or ask for a later moment."


class BatchTooLarge(InvalidInput):
    """More signals in one request than the door takes."""

    code = "E-SIG-05"
    kind: ClassVar[ErrorKind] = "invalid"
    remedy_by_default = "Send at most 10,000 signals in one request, or import a file."


class ScorecardInForce(Conflict):
    """Somebody else published a version in the meantime."""

    code = "E-SCORE-03"


class SourceKeyInvalid(InvalidInput):
    """A source key that is no short lower-case name."""

    code = "E-SIG-06"
    remedy_by_default = "Use small letters, digits, - and _, 60 at most, e.g. product-events."


class FieldUnknown(InvalidInput):
    """A field that cannot be set here."""

    code = "E-FIELD-01"
    remedy_by_default = "Leave it out."


class JsonInvalid(InvalidInput):
    """A body that is not the JSON expected."""

    code = "E-JSON-01"
    remedy_by_default = "Mend the document and send it again."


class FrameInvalid(InvalidInput):
    """A table that no model can learn from: lengths that differ, columns of the wrong type, unknown outcomes."""

    code = "E-MODEL-01"
    remedy_by_default = "Mend the named column and build the table again."


class ModelNotUsable(Conflict):
    """A model without a usable verdict was to be put in force."""

    code = "E-MODEL-06"
    remedy_by_default = "Record more outcomes, or bring in signals that say more, and train again."


class ModelStepNotAllowed(StateNotAllowed):
    """A step in the life of a risk model that the table of steps does not have."""

    code = "E-MODEL-03"


class PersonNeeded(NotPermitted):
    """Something that only a person may decide was asked for by a machine."""

    code = "E-MODEL-04"
    remedy_by_default = "Sign in and decide it on the page of the model."


class ModelDamaged(Conflict):
    """The stored model is not what was written: its checksum differs, or it cannot be read."""

    code = "E-MODEL-05"
    remedy_by_default = "Roll back to an earlier version, or train again."


class ModelInvalid(InvalidInput):
    """A stored model that cannot be used: another format, or a type that is not trusted."""

    code = "E-MODEL-06"
    remedy_by_default = "Train the model again with this version."


class VersionNotInState(StateNotAllowed):
    """A step in the life of a version of the rules that the table of steps does not have."""

    code = "E-SCORE-04"
    remedy_by_default = "Open the version again and see how far it has come."


class DraftChanged(Conflict):
    """Somebody else edited the draft while the form was open."""

    code = "E-SCORE-05"
    remedy_by_default = "Look at the draft as it is now, and save again if you still want your values."


class SecondPersonNeeded(NotPermitted):
    """Rules were to be put in force by somebody who had a hand in them, or by no person at all."""

    code = "E-SCORE-06"
    remedy_by_default = "Ask a colleague who may approve scorecards, and has not edited this one."


class NothingChanged(Conflict):
    """A draft that says the same as the version in force."""

    code = "E-SCORE-07"
    remedy_by_default = "Change a value first, or set the draft aside."


class SpanNotAllowed(InvalidInput):
    """A person's word without an end, or one that ends too late."""

    code = "E-SCORE-08"
    remedy_by_default = "Choose a day between tomorrow and the latest one named."


class AlreadyEnded(Conflict):
    """A noted fact or an override that has expired, or was replaced or withdrawn."""

    code = "E-SCORE-09"
    remedy_by_default = "Open the account again; note it anew if it still holds."
