"""What accounts had sent back by an instant of the past, who could be written to then, and whether by people alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from playbooks.core.facts import ContactFacts
from playbooks.core.reactions import Reacted, ReactionKind
from playbooks.core.vocabulary import MessageClass
from playbooks.models import HumanOnly, Reaction
from playbooks.queries.account_state import AccountState
from playbooks.queries.people import classes_shut_by
from renewals.models import Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class Alone:
    """A time in which people alone wrote to an account; without an end it still is so."""

    reason: str
    began_at: datetime
    ended_at: datetime | None
    until_on: date | None

    def holds(self, moment: datetime) -> bool:
        """Answer whether it held at a moment."""
        is_over = self.ended_at is not None and self.ended_at <= moment
        return self.began_at <= moment and not is_over and (self.until_on is None or moment.date() <= self.until_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """A time in which a contact was suppressed for some classes; without an end it still is."""

    classes: frozenset[MessageClass]
    since_at: datetime
    lifted_at: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Answer whether it held at a moment."""
        return self.since_at <= moment and (self.lifted_at is None or self.lifted_at > moment)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Of one account: reactions with the contact and when we knew, by the time they happened; times of people only.

    `shut` are all suppressions of its contacts, by contact.
    """

    reactions: tuple[tuple[datetime, int | None, Reacted], ...] = ()
    alone: tuple[Alone, ...] = ()
    shut: Mapping[int, tuple[Shut, ...]] = field(default_factory=dict)

    def contact_at(self, contact: ContactFacts, moment: datetime) -> ContactFacts:
        """Return a contact with what was suppressed at a moment; one who never was is as it is."""
        shut = self.shut.get(contact.contact_id)
        if shut is None:
            return contact
        classes = frozenset[MessageClass]().union(*(each.classes for each in shut if each.holds(moment)))
        return replace(contact, suppressed_classes=classes)

    def state_at(self, state: AccountState, moment: datetime) -> AccountState:
        """Return the state of the account with what was known at a moment, and nothing that came later."""
        known = [(contact, seen) for known_at, contact, seen in self.reactions if known_at <= moment]
        latest = {seen.kind: seen for _, seen in known}
        away: dict[int, date] = {}
        for contact, seen in known:
            if seen.kind is ReactionKind.OUT_OF_OFFICE and contact is not None and seen.until_on is not None:
                away[contact] = max(away.get(contact, date.min), seen.until_on)
        alone = min((each.reason for each in self.alone if each.holds(moment)), default="")
        facts = replace(state.facts, reactions=tuple(latest.values()), human_only=alone)
        return replace(state, facts=facts, away={who: until for who, until in away.items() if until > moment.date()})


def heard_of(account_ids: Iterable[int]) -> Mapping[int, Heard]:
    """Return what was heard of each account, in three statements; of one that never answered there is nothing."""
    ids = list(account_ids)
    seen: dict[int, list[tuple[datetime, int | None, Reacted]]] = defaultdict(list)
    for row in Reaction.objects.filter(account_id__in=ids).order_by("occurred_at", "-id"):
        what = Reacted(kind=ReactionKind(row.kind), occurred_at=row.occurred_at, until_on=row.until_on)
        seen[row.account_id].append((max(row.occurred_at, row.received_at), row.contact_id, what))
    alone: dict[int, list[Alone]] = defaultdict(list)
    for switch in HumanOnly.objects.filter(account_id__in=ids).order_by("id"):
        times = Alone(
            reason=switch.reason, began_at=switch.created_at, ended_at=switch.ended_at, until_on=switch.until_on
        )
        alone[switch.account_id].append(times)
    shut = _suppressions(ids)
    return {
        account: Heard(
            reactions=tuple(seen.get(account, ())), alone=tuple(alone.get(account, ())), shut=shut.get(account, {})
        )
        for account in seen.keys() | alone.keys() | shut.keys()
    }


def _suppressions(account_ids: list[int]) -> Mapping[int, Mapping[int, tuple[Shut, ...]]]:
    rows = Suppression.objects.filter(contact__account_id__in=account_ids).order_by("id")
    names = ("contact__account_id", "contact_id", "message_class", "since_at", "lifted_at")
    found: dict[int, dict[int, tuple[Shut, ...]]] = defaultdict(dict)
    for account, contact, word, since_at, lifted_at in rows.values_list(*names):
        shut = Shut(classes=classes_shut_by(word), since_at=since_at, lifted_at=lifted_at)
        found[account][contact] = (*found[account].get(contact, ()), shut)
    return found
