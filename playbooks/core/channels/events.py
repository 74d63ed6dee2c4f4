"""What a provider tells about a message after it was handed over, and what follows from it. Knows no provider.

The order of arrival never matters: what is shown is the weightiest event, what follows hangs on each event alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType


class DeliveryKind(StrEnum):
    """One thing that happened to a message outside."""

    DELIVERED = "delivered"
    DEFERRED = "deferred"
    BOUNCED_SOFT = "bounced_soft"
    BOUNCED_HARD = "bounced_hard"
    REFUSED = "refused"
    COMPLAINED = "complained"
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryNote:
    """An event as the provider told it. `key` makes a repetition harmless; `own_id` is our Message-ID where told."""

    key: str
    kind: DeliveryKind
    occurred_at: datetime
    recipient: str
    provider_ref: str
    own_id: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows from an event: classes to suppress with the origin to note, and the reaction of the engine."""

    suppress: tuple[str, ...] = ()
    origin: str = ""
    reaction: str = ""


SOFT_BOUNCES = 3
SOFT_WINDOW = timedelta(days=7)
WANTED = ("marketing", "relationship")
"""The classes a person may refuse; a contractual notice is not among them."""

_WEIGHTS: Mapping[DeliveryKind, int] = MappingProxyType(
    {
        DeliveryKind.DEFERRED: 1,
        DeliveryKind.BOUNCED_SOFT: 2,
        DeliveryKind.DELIVERED: 3,
        DeliveryKind.OPENED: 4,
        DeliveryKind.CLICKED: 5,
        DeliveryKind.REFUSED: 6,
        DeliveryKind.BOUNCED_HARD: 7,
        DeliveryKind.UNSUBSCRIBED: 8,
        DeliveryKind.COMPLAINED: 9,
    }
)


def consequence(kind: DeliveryKind, *, soft_bounces: int = 0) -> Consequence:
    """Return what follows from an event; `soft_bounces` counts those of the address in the window, this one included.

    An address that does not exist takes nothing, so every class is shut; a complaint or an unsubscribe shuts what a
    person may refuse, at once. Source: reliability F18; three soft bounces in seven days.
    """
    match kind:
        case DeliveryKind.BOUNCED_HARD:
            return Consequence(suppress=("all",), origin="hard_bounce", reaction="bounce_hard")
        case DeliveryKind.COMPLAINED:
            return Consequence(suppress=WANTED, origin="complaint", reaction="complaint")
        case DeliveryKind.UNSUBSCRIBED:
            return Consequence(suppress=WANTED, origin="unsubscribe", reaction="unsubscribe")
        case DeliveryKind.BOUNCED_SOFT:
            is_enough = soft_bounces >= SOFT_BOUNCES
            origin = "soft_bounces" if is_enough else ""
            return Consequence(suppress=WANTED if is_enough else (), origin=origin, reaction="bounce_soft")
        case _:
            return Consequence()


def soft_bounces_in_window(bounced_at: Iterable[datetime], *, until: datetime) -> int:
    """Return how many soft bounces lie in the seven days up to and including `until`."""
    return sum(until - SOFT_WINDOW < at <= until for at in bounced_at)


def weightiest(kinds: Sequence[DeliveryKind]) -> DeliveryKind | None:
    """Return the event that says most about a message, None without one; the order of `kinds` does not matter."""
    return max(kinds, key=lambda kind: _WEIGHTS[kind], default=None)


def may_be_machine(kind: DeliveryKind) -> bool:
    """Answer whether programs cause this event as well: filters open mail and follow links ahead of people."""
    return kind in (DeliveryKind.OPENED, DeliveryKind.CLICKED)
