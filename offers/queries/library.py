"""The offers and the policy: what is shipped, what is published, what is in force."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from offers.core.library import OfferDefinition, read_offer
from offers.core.policy import Policy, read_policy
from offers.core.policy.parse import checked_policy
from offers.models import Offer, OfferVersion, PolicyVersion

FOLDER = Path(__file__).resolve().parent.parent / "library"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPolicy:
    """The policy in force; `version_id` None: the shipped one, which nothing was judged by yet."""

    version_id: int | None
    policy: Policy
    definition: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedOffer:
    """An offer with its newest version."""

    offer_id: int
    version_id: int
    number: int
    is_active: bool
    offer: OfferDefinition


@lru_cache(maxsize=1)
def shipped_policy() -> dict[str, Any]:
    """Return the plain table of the policy that a new workspace begins with."""
    return tomllib.loads((FOLDER / "policy.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shipped_offers() -> tuple[dict[str, Any], ...]:
    """Return the plain tables of the offers that a new workspace begins with, by file name."""
    paths = sorted((FOLDER / "offers").glob("*.toml"))
    return tuple(tomllib.loads(path.read_text(encoding="utf-8")) for path in paths)


@lru_cache(maxsize=1)
def shipped_choice() -> dict[str, Any]:
    """Return the plain table of the rules by which offers are weighed."""
    return tomllib.loads((FOLDER / "choice.toml").read_text(encoding="utf-8"))


def has_policy_since(day: date) -> bool:
    """Answer whether a policy was in force on a day."""
    return PolicyVersion.objects.filter(published_at__date__lte=day).exists()


def policy_in_force() -> PublishedPolicy:
    """Return the newest published policy, else the shipped one; raises PriceNotPossible for one nobody can read."""
    row = PolicyVersion.objects.order_by("-number").first()
    if row is None:
        definition = shipped_policy()
        return PublishedPolicy(version_id=None, policy=read_policy(definition, number=1)[0], definition=definition)
    return _published(row)


def _published(row: PolicyVersion) -> PublishedPolicy:
    policy = checked_policy(row.definition, number=row.number)
    return PublishedPolicy(version_id=row.id, policy=policy, definition=row.definition)


def policy_numbered(number: int) -> PublishedPolicy:
    """Return a published policy by its number; the one in force where none was published; raises PriceNotPossible."""
    row = PolicyVersion.objects.filter(number=number).first()
    return policy_in_force() if row is None else _published(row)


def policy_versions() -> list[PolicyVersion]:
    """Return every published policy, the newest first."""
    return list(PolicyVersion.objects.order_by("-number"))


def published_offers(*, is_active: bool | None = None, at: datetime | None = None) -> tuple[PublishedOffer, ...]:
    """Return every offer with its newest version, by name; `is_active` None: retired ones, too.

    With `at` the newest that was published by then, without offers that came later.
    """
    newest = OfferVersion.objects.select_related("offer").order_by("offer_id", "-number").distinct("offer_id")
    if at is not None:
        newest = newest.filter(published_at__lte=at)
    if is_active is not None:
        newest = newest.filter(offer__is_active=is_active)
    found = (published_offer(row) for row in newest)
    return tuple(sorted(found, key=lambda each: (not each.is_active, each.offer.name)))


def published_offer(row: OfferVersion) -> PublishedOffer:
    """Return a version of an offer with its definition read."""
    return PublishedOffer(
        offer_id=row.offer_id,
        version_id=row.id,
        number=row.number,
        is_active=row.offer.is_active,
        offer=read_offer(row.definition)[0],
    )


def newest_offer_version(offer_id: int) -> OfferVersion | None:
    """Return the newest version of an offer, None when there is no such offer."""
    return OfferVersion.objects.select_related("offer").filter(offer_id=offer_id).order_by("-number").first()


def offer_versions(offer_id: int) -> list[OfferVersion]:
    """Return the versions of an offer, the newest first."""
    return list(OfferVersion.objects.filter(offer_id=offer_id).order_by("-number"))


def offer_keys() -> frozenset[str]:
    """Return the keys that are taken."""
    return frozenset(Offer.objects.values_list("key", flat=True))
