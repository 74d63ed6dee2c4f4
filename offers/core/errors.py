"""The named refusals of offers; what they share with other apps stands in `renewals.core.errors`."""

from renewals.core.errors import Conflict, InvalidInput, NamedError, NotPermitted, StateNotAllowed


class PriceNotPossible(InvalidInput):
    """A price, a discount, a term or a rule of price that cannot be: negative, absurd, or without what it needs."""

    code = "E-OFF-01"


class RulesHaveProblems(InvalidInput):
    """A policy or an offer that cannot be used as it is written."""

    code = "E-OFF-02"
    remedy_by_default = "Mend what is named, then try again."


class NothingChanged(InvalidInput):
    """A draft or a proposal that says the same as what stands."""

    code = "E-OFF-03"


class DraftNotInState(StateNotAllowed):
    """A step that a draft cannot take from where it is."""

    remedy_by_default = "Load the page again to see where it stands."


class DraftChanged(Conflict):
    """Somebody else has edited since the page was opened."""

    code = "E-OFF-04"
    remedy_by_default = "Load the page again, then make your change on top of theirs."


class DraftOpenAlready(Conflict):
    """One open draft at a time."""

    code = "E-OFF-05"
    remedy_by_default = "Continue in the open draft."


class DraftOutdated(Conflict):
    """Another version was published after the draft was begun."""

    code = "E-OFF-06"
    remedy_by_default = "Go on on top of the version in force; what both changed is named."


class SecondPersonNeeded(NotPermitted):
    """Whoever had a hand in it does not decide about it."""

    code = "E-OFF-07"
    remedy_by_default = "Ask a colleague who had no hand in it."


class ProposalChanged(Conflict):
    """The proposal has a newer version than the one meant."""

    code = "E-APPR-02"
    remedy_by_default = "Load the page again and look at the newest version."


class OutOfPolicy(NamedError):
    """What policy refuses, or has not been approved yet, is not shown to an account and not signed."""

    code = "E-POL-01"
    kind = "unprocessable"
    remedy_by_default = "Ask for approval, or bring the values back inside the policy."


class RequestClosed(Conflict):
    """A request that is decided, recalled or overtaken takes no further answer."""

    code = "E-APPR-03"
    remedy_by_default = "Load the page again to see how it ended."


class NotYoursToDecide(NotPermitted):
    """A step of an approval is for others: the requester never answers it, nor one without the role."""

    code = "E-APPR-01"


class ApprovalNotNeeded(StateNotAllowed):
    """Inside the policy there is nothing to ask."""


class LinkNotPossible(InvalidInput):
    """A day or a person that a link to a proposal cannot be made for."""

    code = "E-LINK-01"


class LinkNotOpen(Conflict):
    """A link that is accepted, withdrawn, superseded, declined or expired takes no answer any more."""

    code = "E-LINK-02"
    remedy_by_default = "Load the page again to see where it stands."


class ProposalNotSent(StateNotAllowed):
    """A proposal that cannot go out by mail as it stands; its link may still be handed over."""

    code = "E-LINK-03"
    remedy_by_default = "Copy the link and hand it over yourself."


class OptionChanged(Conflict):
    """Somebody else has edited or removed this option since the page was opened."""

    code = "E-NEG-01"
    remedy_by_default = "Load the page again, then make your change on top of theirs."


class TooManyOptions(InvalidInput):
    """More options than a person can compare."""

    code = "E-NEG-02"
    remedy_by_default = "Remove one of them first."


class ConcessionNotPossible(InvalidInput):
    """A give that cannot be: worth less than nothing, over before it begins, or for nothing without a reason."""

    code = "E-NEG-03"


class ConcessionChanged(Conflict):
    """Somebody else has edited or settled this concession since the page was opened."""

    code = "E-NEG-04"
    remedy_by_default = "Load the page again to see where it stands."


class TreeNotPossible(InvalidInput):
    """A decision tree with a problem, or an answer that it does not ask for."""

    code = "E-NEG-05"
    remedy_by_default = "Mend what is named, then try again."


class WalkChanged(Conflict):
    """Somebody else has answered in this walk since the page was opened."""

    code = "E-NEG-06"
    remedy_by_default = "Load the page again to see how far it has come."


class SplitNotWhole(InvalidInput):
    """Shares of credit that are not exactly 100 % of different people and teams."""

    code = "E-NEG-07"


class SplitChanged(Conflict):
    """Somebody else has set another split since the page was opened."""

    code = "E-NEG-08"
    remedy_by_default = "Load the page again, then make your change on top of theirs."


class PartNotPossible(InvalidInput):
    """A part of a proposal that nobody can be asked for as it is put."""

    code = "E-NEG-09"


class PartChanged(Conflict):
    """A part that was edited since the page was opened."""

    code = "E-NEG-10"
    remedy_by_default = "Load the page again, then make your change on top of it."
