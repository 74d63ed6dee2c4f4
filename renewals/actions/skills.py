"""Keep what people can do, and let a person choose owners of renewals, never over what another person chose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from renewals.actions.renewals import set_renewal_roles
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, Conflict, InvalidInput, NamedError, UnknownReference
from renewals.core.text import check_line
from renewals.models import Membership, OwnerChoice, PersonSkills, Renewal
from renewals.queries.people import RENEWAL_ROLES, RoleTriad

MOST = 200
MOST_WORDS = 30
LONGEST_WORD = 60
MOST_OPEN = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Skills:
    """What a person can do; `most_open` None: no limit."""

    segments: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    most_open: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerWish:
    """Who is to own a renewal, whom the person saw as its owner, and what spoke for it."""

    renewal_id: int
    owner_id: int
    seen_owner_id: int
    was_proposed: bool = True
    reasons: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerChosen:
    """What became of one wish; `refusal` None when the renewal has its owner. A repeat changes nothing."""

    renewal_id: int
    owner_before_id: int | None
    refusal: NamedError | None = None


@transaction.atomic
def set_skills(*, user_id: int, given: Skills, by: Actor, now: datetime) -> PersonSkills:
    """Keep what a member can do; the same again changes nothing. Raises UnknownReference, InvalidInput."""
    if not Membership.objects.filter(user_id=user_id, is_active=True).exists():
        raise UnknownReference("This person is not a member of this workspace.", where="person")
    if given.most_open is not None and not 1 <= given.most_open <= MOST_OPEN:
        raise InvalidInput(f"Between 1 and {MOST_OPEN} open renewals.", where="most_open")
    columns = {name: _words(getattr(given, name), name) for name in ("segments", "products", "languages", "skills")}
    wanted = columns | {"most_open": given.most_open}
    row = PersonSkills.objects.select_for_update().filter(user_id=user_id).first()
    if row is not None and all(getattr(row, name) == value for name, value in wanted.items()):
        return row
    row, _ = PersonSkills.objects.update_or_create(
        workspace_id=by.workspace_id, user_id=user_id, defaults=wanted | {"updated_at": now, "updated_by": by.label}
    )
    return row


@transaction.atomic
def choose_owners(*, wishes: Sequence[OwnerWish], by: Actor, now: datetime) -> tuple[OwnerChosen, ...]:
    """Give renewals their owners and return what became of each; a refused one stops none of the others.

    Refused: a closed renewal, one whose owner is another than was seen, a person who is no member. Raises InvalidInput
    for more than MOST.
    """
    if len(wishes) > MOST:
        raise InvalidInput(f"{len(wishes)} renewals are too many at once.", remedy=f"Choose {MOST} at most.")
    return tuple(_chosen(wish, by, now) for wish in sorted(wishes, key=lambda wish: wish.renewal_id))


def _chosen(wish: OwnerWish, by: Actor, now: datetime) -> OwnerChosen:
    row = Renewal.objects.select_for_update().filter(id=wish.renewal_id).first()
    before = row.owner_id if row is not None else None
    try:
        with transaction.atomic():
            _choose(row, wish, by, now)
    except NamedError as refusal:
        return OwnerChosen(renewal_id=wish.renewal_id, owner_before_id=before, refusal=refusal)
    return OwnerChosen(renewal_id=wish.renewal_id, owner_before_id=before)


def _choose(row: Renewal | None, wish: OwnerWish, by: Actor, now: datetime) -> None:
    if row is None:
        raise UnknownReference(f"There is no renewal {wish.renewal_id} in this workspace.")
    if row.closed_on is not None:
        raise AlreadyClosed(f"It was closed on {row.closed_on.isoformat()}.")
    if OwnerChoice.objects.filter(renewal=row, owner_id=wish.owner_id).exists() and row.owner_id == wish.owner_id:
        return
    if row.owner_id != wish.seen_owner_id:
        raise Conflict("Somebody else has chosen an owner meanwhile.", remedy="Look at who it is now.")
    before = row.owner_id
    _give(row, wish.owner_id, by, now)
    OwnerChoice.objects.create(
        workspace_id=by.workspace_id,
        renewal=row,
        owner_id=wish.owner_id,
        owner_before_id=before,
        was_proposed=wish.was_proposed,
        reasons=list(wish.reasons),
        chosen_at=now,
        chosen_by=by.label[:150],
    )


def _give(row: Renewal, owner_id: int, by: Actor, now: datetime) -> None:
    """The new owner takes every duty of one who has left; else owning and initiating, which go together."""
    before = row.owner_id
    has_left = not Membership.objects.filter(user_id=before, is_active=True, user__is_active=True).exists()
    moving = RENEWAL_ROLES if has_left else ("owner", "initiator")
    held = {f"{name}_id": getattr(row, f"{name}_id") for name in RENEWAL_ROLES}
    held |= {f"{name}_id": owner_id for name in moving if held[f"{name}_id"] == before}
    set_renewal_roles(renewal_id=row.id, roles=RoleTriad(**held), by=by, now=now)


def _words(given: tuple[str, ...], name: str) -> list[str]:
    words = dict.fromkeys(check_line(word, label="A word", longest=LONGEST_WORD) for word in given)
    found = [word for word in words if word]
    if len(found) > MOST_WORDS:
        raise InvalidInput(f"{len(found)} {name} are too many.", where=name, remedy=f"Name {MOST_WORDS} at most.")
    return found
