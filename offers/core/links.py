"""What a link to a proposal is worth today: one ordered table; and what an account has to say to answer it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from offers.core.errors import LinkNotPossible
from renewals.core.errors import RequiredValueMissing
from renewals.core.text import check_email, check_line, check_text

LONGEST_VALIDITY = timedelta(days=365)
USUAL_VALIDITY = timedelta(days=30)
LONGEST_NAME = 150
LONGEST_WORDS = 2000


class LinkStanding(StrEnum):
    """What the page behind a link shows; only an open one takes an answer."""

    OPEN = "open"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    CLOSED = "closed"
    DECLINED = "declined"
    EXPIRED = "expired"


class AnswerKind(StrEnum):
    """What an account may say."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """What decides about a link. `revoked_as`: withdrawn, replaced or empty; `valid_until` is the last day.

    `is_renewal_open`: the renewal is open, or, for the proposal of a win-back, the win-back is.
    """

    proposal_state: str
    is_newest: bool
    is_renewal_open: bool
    is_accepted: bool
    is_declined: bool
    revoked_as: str
    valid_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Who answers, typed by themselves, and their words: a question, or why they decline."""

    name: str = ""
    title: str = ""
    email: str = ""
    words: str = ""
    is_agreed: bool = False


_TABLE: tuple[tuple[LinkStanding, Callable[[LinkFacts, date], bool]], ...] = (
    (LinkStanding.ACCEPTED, lambda facts, today: facts.is_accepted),
    (LinkStanding.WITHDRAWN, lambda facts, today: facts.proposal_state == "withdrawn"),
    (LinkStanding.WITHDRAWN, lambda facts, today: facts.revoked_as == "withdrawn"),
    (LinkStanding.SUPERSEDED, lambda facts, today: facts.revoked_as == "replaced" or not facts.is_newest),
    (LinkStanding.CLOSED, lambda facts, today: facts.proposal_state == "signed" or not facts.is_renewal_open),
    (LinkStanding.DECLINED, lambda facts, today: facts.is_declined),
    (LinkStanding.WITHDRAWN, lambda facts, today: facts.proposal_state != "presented"),
    (LinkStanding.EXPIRED, lambda facts, today: today > facts.valid_until),
    (LinkStanding.OPEN, lambda facts, today: True),
)


def link_standing(facts: LinkFacts, *, today: date) -> LinkStanding:
    """Return the first row of the table that holds; the last one always does."""
    return next(standing for standing, holds in _TABLE if holds(facts, today))


def check_validity(valid_until: date, *, today: date) -> None:
    """Raise LinkNotPossible for a day that is over or more than a year ahead."""
    if not today <= valid_until <= today + LONGEST_VALIDITY:
        raise LinkNotPossible(
            f"{valid_until.isoformat()} is no day to be valid until.",
            where="valid_until",
            remedy="Choose a day from today on, within a year.",
        )


def check_said(kind: AnswerKind, said: Said) -> Said:
    """Return what was said, tidied; raises RequiredValueMissing naming the first gap, TextNotAllowed, InvalidEmail."""
    gap = next((where for where in _NEEDED[kind] if not _given(said, where)), "")
    if gap:
        raise RequiredValueMissing(_GAPS[gap], where=gap)
    return Said(
        name=check_line(said.name, label="Your name", longest=LONGEST_NAME),
        title=check_line(said.title, label="Your title", longest=LONGEST_NAME),
        email=check_email(said.email),
        words=check_text(said.words, label="Your words", longest=LONGEST_WORDS),
        is_agreed=said.is_agreed,
    )


def _given(said: Said, where: str) -> bool:
    return said.is_agreed if where == "agree" else bool(getattr(said, where).strip())


_NEEDED: Mapping[AnswerKind, tuple[str, ...]] = {
    AnswerKind.ACCEPTED: ("name", "title", "email", "agree"),
    AnswerKind.DECLINED: ("name", "email", "words"),
    AnswerKind.ASKED: ("name", "email", "words"),
}
_GAPS = {
    "name": "Please write your name.",
    "title": "Please write your title.",
    "email": "Please write your e-mail address.",
    "agree": "Please tick that you accept for your company.",
    "words": "Please write a few words.",
}
