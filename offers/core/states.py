"""Where drafts, proposals, requests and their steps may go, and whose move it is. Tables; no rule stands here."""

from collections.abc import Mapping
from enum import StrEnum

from offers.core.errors import DraftNotInState


class DraftState(StrEnum):
    """A draft of a policy or an offer."""

    DRAFT = "draft"
    WAITING = "waiting"
    PUBLISHED = "published"
    REJECTED = "rejected"
    DISCARDED = "discarded"


class ProposalState(StrEnum):
    """A proposal of a renewal; whether its newest version is approved stands with its requests."""

    DRAFT = "draft"
    PRESENTED = "presented"
    SIGNED = "signed"
    WITHDRAWN = "withdrawn"


class RequestState(StrEnum):
    """A request for approval of one version of a proposal."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    RECALLED = "recalled"
    OVERTAKEN = "overtaken"


class StepState(StrEnum):
    """One answer that a request needs."""

    COMING = "coming"
    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    CLOSED = "closed"


DRAFT_STEPS: Mapping[str, tuple[str, ...]] = {
    "draft": ("waiting", "discarded"),
    "waiting": ("draft", "published", "rejected"),
    "published": (),
    "rejected": (),
    "discarded": (),
}
PROPOSAL_STEPS: Mapping[str, tuple[str, ...]] = {
    "draft": ("presented", "withdrawn"),
    "presented": ("draft", "signed", "withdrawn"),
    "signed": (),
    "withdrawn": (),
}
REQUEST_STEPS: Mapping[str, tuple[str, ...]] = {
    "waiting": ("approved", "refused", "recalled", "overtaken"),
    "approved": (),
    "refused": (),
    "recalled": (),
    "overtaken": (),
}
STEP_STEPS: Mapping[str, tuple[str, ...]] = {
    "coming": ("open", "closed"),
    "open": ("approved", "refused", "closed"),
    "approved": (),
    "refused": (),
    "closed": (),
}

REVISION_STEPS: Mapping[str, tuple[str, ...]] = {
    "draft": ("waiting", "discarded"),
    "waiting": ("draft", "applying", "refused"),
    "applying": ("stopped", "applied", "undone"),
    "stopped": ("applying", "undone"),
    "applied": ("undone",),
    "refused": (),
    "discarded": (),
    "undone": (),
}
REVISION_OWNERS: Mapping[str, str] = {
    "draft": "who edits it",
    "waiting": "a second person",
    "applying": "worker",
    "stopped": "who stopped it",
    "applied": "renewal owners: announce it",
    "refused": "nobody",
    "discarded": "nobody",
    "undone": "nobody",
}

DRAFT_OWNERS: Mapping[str, str] = {
    "draft": "who edits it",
    "waiting": "a second person",
    "published": "nobody",
    "rejected": "nobody",
    "discarded": "nobody",
}
PROPOSAL_OWNERS: Mapping[str, str] = {
    "draft": "renewal owner",
    "presented": "the account",
    "signed": "nobody",
    "withdrawn": "nobody",
}
REQUEST_OWNERS: Mapping[str, str] = {
    "waiting": "approvers",
    "approved": "nobody",
    "refused": "renewal owner",
    "recalled": "renewal owner",
    "overtaken": "renewal owner",
}
STEP_OWNERS: Mapping[str, str] = {
    "coming": "approvers of the stage before",
    "open": "approvers of the step",
    "approved": "nobody",
    "refused": "nobody",
    "closed": "nobody",
}


def check_draft_step(state: str, to: str) -> None:
    """Raise DraftNotInState when a draft in `state` cannot become `to`."""
    if to not in DRAFT_STEPS[state]:
        allowed = ", ".join(DRAFT_STEPS[state]) or "nothing else"
        raise DraftNotInState(
            f"This draft is {state}; it cannot become {to}.", why=f"From {state} it can become {allowed}."
        )


def check_revision_step(state: str, to: str) -> None:
    """Raise DraftNotInState when a price revision in `state` cannot become `to`."""
    if to not in REVISION_STEPS[state]:
        allowed = ", ".join(REVISION_STEPS[state]) or "nothing else"
        raise DraftNotInState(
            f"This price revision is {state}; it cannot become {to}.", why=f"From {state} it can become {allowed}."
        )


def states_text() -> str:
    """Return the tables as the page of states shows them."""
    parts = (
        ("Draft of a policy or an offer", DRAFT_STEPS, DRAFT_OWNERS),
        ("Mass price revision", REVISION_STEPS, REVISION_OWNERS),
        ("Proposal", PROPOSAL_STEPS, PROPOSAL_OWNERS),
        ("Request for approval", REQUEST_STEPS, REQUEST_OWNERS),
        ("Step of a request", STEP_STEPS, STEP_OWNERS),
    )
    return "\n".join(_table(heading, steps, owners) for heading, steps, owners in parts)


def _table(heading: str, steps: Mapping[str, tuple[str, ...]], owners: Mapping[str, str]) -> str:
    rows = [f"| {state} | {', '.join(to) or '(final)'} | {owners[state]} |" for state, to in steps.items()]
    return "\n".join((f"## {heading}", "", "| state | may become | whose move |", "|---|---|---|", *rows, ""))
