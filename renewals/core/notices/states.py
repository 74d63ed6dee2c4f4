"""Where a notice stands, where it may go, and what the day, a moved contract or a proof make of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from renewals.core.errors import StateNotAllowed
from renewals.core.notices.rules import NoticeChannel, NoticeSide
from renewals.core.notices.windows import NoticeWindow


class NoticeState(StrEnum):
    """Where a notice stands. `missed` is always escalated; `not_needed` always has a reason."""

    PLANNED = "planned"
    DUE = "due"
    SENT = "sent"
    PROVEN = "proven"
    MISSED = "missed"
    NOT_NEEDED = "not_needed"


class NoticeMover(StrEnum):
    """Who has to act while a notice is in a state."""

    SYSTEM = "system"
    OWNER = "notice owner"
    NOBODY = "nobody"


S = NoticeState

NOTICE_TRANSITIONS: Mapping[NoticeState, tuple[NoticeState, ...]] = MappingProxyType(
    {
        S.PLANNED: (S.DUE, S.MISSED, S.NOT_NEEDED, S.SENT, S.PROVEN),
        S.DUE: (S.PLANNED, S.SENT, S.PROVEN, S.MISSED, S.NOT_NEEDED),
        S.SENT: (S.PLANNED, S.DUE, S.PROVEN, S.MISSED, S.NOT_NEEDED),
        S.PROVEN: (S.PLANNED, S.DUE, S.SENT, S.MISSED, S.NOT_NEEDED),
        S.MISSED: (S.PLANNED, S.DUE, S.SENT, S.PROVEN, S.NOT_NEEDED),
        S.NOT_NEEDED: (S.PLANNED, S.DUE, S.MISSED),
    }
)

NOTICE_MOVERS: Mapping[NoticeState, NoticeMover] = MappingProxyType(
    {
        S.PLANNED: NoticeMover.SYSTEM,
        S.DUE: NoticeMover.OWNER,
        S.SENT: NoticeMover.OWNER,
        S.PROVEN: NoticeMover.NOBODY,
        S.MISSED: NoticeMover.OWNER,
        S.NOT_NEEDED: NoticeMover.NOBODY,
    }
)

AUTOMATIC_REASONS = frozenset({"deadline_passed", "rule_gone", "renewal_closed"})
"""Why a notice may be called off by the day alone; a person's reason is never overruled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A notice as served: on which day, by which channel."""

    served_on: date
    channel: NoticeChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known of a notice: its state, why it was called off, when it was sent, what proves it."""

    state: NoticeState
    state_reason: str = ""
    sent: Service | None = None
    proofs: tuple[Service, ...] = ()


def check_notice_step(old: NoticeState, new: NoticeState) -> None:
    """Refuse a step that the table does not have; raises StateNotAllowed. The same state is no step."""
    if old is not new and new not in NOTICE_TRANSITIONS[old]:
        raise StateNotAllowed(
            f"A notice that is {old.value} cannot become {new.value}.",
            remedy=f"Allowed: {', '.join(NOTICE_TRANSITIONS[old]) or 'nothing'}.",
        )


def is_admissible(service: Service, window: NoticeWindow, channels: Iterable[NoticeChannel]) -> bool:
    """Answer whether a service counts: on a day of the window, by a channel the rule admits."""
    return window.holds(service.served_on) and service.channel in tuple(channels)


def standing_on(
    standing: Standing,
    window: NoticeWindow,
    *,
    side: NoticeSide,
    channels: Iterable[NoticeChannel],
    today: date,
) -> tuple[NoticeState, str]:
    """Return the state, and the reason if it is called off, on the local day `today`; calling it again says the same.

    What was proven or sent stays so only while its day lies in the window: a moved contract asks for it anew. Their
    deadline that passes in silence is no failure of ours: nothing is needed any more.
    """
    admitted = tuple(channels)
    if standing.state is S.NOT_NEEDED and standing.state_reason not in AUTOMATIC_REASONS:
        return S.NOT_NEEDED, standing.state_reason
    if any(is_admissible(item, window, admitted) for item in standing.proofs):
        return S.PROVEN, ""
    if standing.sent is not None and is_admissible(standing.sent, window, admitted):
        return S.SENT, ""
    if today < window.opens_on:
        return S.PLANNED, ""
    if today <= window.closes_on:
        return S.DUE, ""
    return (S.MISSED, "") if side is NoticeSide.OURS else (S.NOT_NEEDED, "deadline_passed")


def states_text() -> str:
    """Return the table of states as Markdown, for docs/states.md."""
    lines = ["## Notice", "", "| state | may become | whose move |", "|---|---|---|"]
    for state, targets in NOTICE_TRANSITIONS.items():
        lines.append(f"| {state} | {', '.join(targets) or '(final)'} | {NOTICE_MOVERS[state]} |")
    return "\n".join(lines) + "\n"
