"""What a reply, a meeting, an absence, a bounce or a buying signal does to the messages of the whole account.

The rules are data: each playbook may state its own, what it leaves out follows the defaults here. Writes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class ReactionKind(StrEnum):
    """What came back from an account, or what it did by itself."""

    REPLY = "reply"
    MEETING_BOOKED = "meeting_booked"
    OUT_OF_OFFICE = "out_of_office"
    BOUNCE_HARD = "bounce_hard"
    BOUNCE_SOFT = "bounce_soft"
    UNSUBSCRIBE = "unsubscribe"
    COMPLAINT = "complaint"
    BUYING_SIGNAL = "buying_signal"


class ReactionEffect(StrEnum):
    """What it does to a playbook's own messages. Tasks, notices and contract dates go on whatever it says."""

    STOP = "stop"
    HOLD = "hold"
    ADVANCE = "advance"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReactionRule:
    """One kind and its effect; `days` is how long a hold lasts where nobody stated an end."""

    kind: ReactionKind
    effect: ReactionEffect
    days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reacted:
    """The latest reaction of one kind at an account; `until_on` is the last day it asks for, where it was stated."""

    kind: ReactionKind
    occurred_at: datetime
    until_on: date | None = None


ABSENT_DAYS = 14
"""How long somebody is taken to be away who did not say until when (features E12)."""

SOFT_BOUNCES, SOFT_BOUNCE_DAYS = 3, 7
"""So many soft bounces within so many days are a hard one (features E11)."""

DEFAULT_RULES: Mapping[ReactionKind, ReactionRule] = {
    rule.kind: rule
    for rule in (
        ReactionRule(kind=ReactionKind.REPLY, effect=ReactionEffect.STOP),
        ReactionRule(kind=ReactionKind.MEETING_BOOKED, effect=ReactionEffect.HOLD, days=7),
        ReactionRule(kind=ReactionKind.OUT_OF_OFFICE, effect=ReactionEffect.NONE),
        ReactionRule(kind=ReactionKind.BOUNCE_HARD, effect=ReactionEffect.NONE),
        ReactionRule(kind=ReactionKind.BOUNCE_SOFT, effect=ReactionEffect.NONE),
        ReactionRule(kind=ReactionKind.UNSUBSCRIBE, effect=ReactionEffect.NONE),
        ReactionRule(kind=ReactionKind.COMPLAINT, effect=ReactionEffect.STOP),
        ReactionRule(kind=ReactionKind.BUYING_SIGNAL, effect=ReactionEffect.ADVANCE),
    )
}
"""What is about one person (an absence, a bounce, an unsubscribe) acts on that contact and leaves the others alone."""


def rule_for(rules: tuple[ReactionRule, ...], kind: ReactionKind) -> ReactionRule:
    """Return a playbook's rule for a kind, the default where it states none."""
    return next((rule for rule in rules if rule.kind is kind), DEFAULT_RULES[kind])


def held_until(rule: ReactionRule, reacted: Reacted, *, zone: str) -> datetime | None:
    """Return when a hold ends: the day after the stated end, else so many days after it happened; None for no hold."""
    if rule.effect is not ReactionEffect.HOLD:
        return None
    if reacted.until_on is None:
        return reacted.occurred_at + timedelta(days=rule.days)
    return datetime.combine(reacted.until_on + timedelta(days=1), time(0), tzinfo=ZoneInfo(zone))


def back_on(occurred_on: date, stated_on: date | None) -> date:
    """Return the day somebody is back: the stated one if it is ahead, else fourteen days on."""
    if stated_on is not None and stated_on > occurred_on:
        return stated_on
    return occurred_on + timedelta(days=ABSENT_DAYS)


def is_dead_address(soft_bounces_at: tuple[datetime, ...], *, now: datetime) -> bool:
    """Answer whether the soft bounces of one contact amount to a hard one: three within seven days."""
    since = now - timedelta(days=SOFT_BOUNCE_DAYS)
    return sum(since < at <= now for at in soft_bounces_at) >= SOFT_BOUNCES
