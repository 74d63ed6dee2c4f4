"""What the account reads where a proposal takes no answer any more, and what our people read of a link."""

from collections.abc import Mapping
from dataclasses import dataclass

from offers.core.links import AnswerKind, LinkStanding


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """Why a page takes no answer, in words for the account; `shows_paper`: whether it still shows what was offered."""

    title: str
    text: str
    shows_paper: bool = False


ENDED: Mapping[LinkStanding, Ended] = {
    LinkStanding.ACCEPTED: Ended(
        title="You have accepted this proposal",
        text="Thank you. The agreement holds as written below; keep the PDF for your records.",
        shows_paper=True,
    ),
    LinkStanding.WITHDRAWN: Ended(
        title="This proposal was withdrawn",
        text="It can no longer be accepted. If you expected to find it here, ask your contact.",
    ),
    LinkStanding.SUPERSEDED: Ended(
        title="There is a newer version of this proposal",
        text="This one can no longer be accepted. The newer one has an address of its own; ask your contact for it.",
    ),
    LinkStanding.CLOSED: Ended(
        title="This has been settled already",
        text="Nothing is left to accept here. If that surprises you, ask your contact.",
    ),
    LinkStanding.DECLINED: Ended(
        title="You have declined this proposal",
        text="Your reason has been passed on. If you change your mind, ask your contact for a new one.",
    ),
    LinkStanding.EXPIRED: Ended(
        title="This proposal has expired",
        text="It can no longer be accepted at this price. Ask your contact to extend it or to send a new one.",
    ),
}

STANDINGS: Mapping[LinkStanding, tuple[str, str]] = {
    LinkStanding.OPEN: ("Open", "good"),
    LinkStanding.ACCEPTED: ("Accepted", "good"),
    LinkStanding.WITHDRAWN: ("Withdrawn", "none"),
    LinkStanding.SUPERSEDED: ("Superseded by a newer version", "watch"),
    LinkStanding.CLOSED: ("Settled otherwise", "none"),
    LinkStanding.DECLINED: ("Declined", "bad"),
    LinkStanding.EXPIRED: ("Expired", "watch"),
}

SAID: Mapping[AnswerKind, str] = {
    AnswerKind.ACCEPTED: "accepted version {number}",
    AnswerKind.DECLINED: "declined version {number}",
    AnswerKind.ASKED: "asked about version {number}",
}

MAILS: Mapping[str, tuple[str, str]] = {
    "scheduled": ("The message waits for its turn", "watch"),
    "claimed": ("The message is being written", "watch"),
    "waiting": ("The message waits for its turn", "watch"),
    "draft": ("The message waits for approval", "watch"),
    "queued": ("The message is about to leave", "watch"),
    "sending": ("The message is leaving", "watch"),
    "sent": ("Sent", "good"),
    "done": ("It became a task: nobody could be written to", "bad"),
    "skipped": ("Not sent", "bad"),
    "parked": ("It needs you before it can go", "bad"),
    "cancelled": ("Called off", "none"),
    "failed": ("It could not be sent", "bad"),
    "in_doubt": ("Nobody knows whether it arrived", "bad"),
}
