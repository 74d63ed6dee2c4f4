"""The one entry for what comes back from an account. Its effect reaches every playbook of the account at once.

A stop never waits; an advance waits for the end of a pause. Each playbook's rule decides, and the log says why.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.db import transaction

from playbooks.actions.account_lock import lock_account
from playbooks.actions.bulk import insert_rows
from playbooks.actions.reaction_effects import Applied, apply_to_account, apply_to_contact
from playbooks.core.reactions import ReactionKind, back_on
from playbooks.models import Reaction
from renewals.actions.touchpoints import record_touchpoint
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownChoice
from renewals.core.records import TouchpointRow

ABOUT_ONE_PERSON = (
    ReactionKind.OUT_OF_OFFICE,
    ReactionKind.BOUNCE_HARD,
    ReactionKind.BOUNCE_SOFT,
    ReactionKind.UNSUBSCRIBE,
    ReactionKind.COMPLAINT,
)
SAME_REPLY = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """The reaction that stands; `is_repeat` when it was delivered before, then nothing was done again."""

    reaction_id: int
    is_repeat: bool
    applied: Applied


class Event(TypedDict):
    """What happened: at which account, to or by whom (None: nobody in particular), of what kind, when, and proof."""

    account_id: int
    contact_id: int | None
    kind: str
    occurred_at: datetime
    evidence: Mapping[str, Any]


def record_reaction(*, by: Actor, now: datetime, **event: Unpack[Event]) -> Recorded:
    """Keep what an account did and let it act: on the contact, on every playbook of the account, on a person's list.

    `evidence` may name `key` (the provider's own id of the event; the same key is the same event), `return_on` (ISO
    day, out of office), `meeting_on` (ISO day), `subject`, `text`, `message` and `signal` (ids). A second delivery
    changes nothing. A reply that came by mail and the same told by a source (`said`) act once, whichever comes first:
    one mail within an hour stands for one telling.

    Raises UnknownChoice for a kind, UnknownReference for an account outside this workspace, InvalidInput when a kind
    that is about one person names none or a day cannot be read.
    """
    kind = _checked_kind(event)
    with transaction.atomic():
        lock_account(event["account_id"])
        row = _row(kind, event, by=by, now=now)
        twin = _twin(row) if kind is ReactionKind.REPLY else None
        if twin is not None:
            row |= {"applied_at": now, "evidence": row["evidence"] | {"same_as": twin}}
        new = insert_rows(Reaction, [row], ignore_conflicts=True)
        reaction = Reaction.objects.get(key=row["key"])
        if not new or twin is not None:
            return Recorded(reaction_id=reaction.id, is_repeat=True, applied=Applied())
        _note_touch(reaction, by=by, now=now)
        apply_to_contact(reaction=reaction, by=by, now=now)
        applied = apply_to_account(reaction=reaction, by=by, now=now)
        return Recorded(reaction_id=reaction.id, is_repeat=False, applied=applied)


def apply_waiting_reactions(*, by: Actor, now: datetime, account_ids: Sequence[int] | None = None) -> int:
    """Apply what came in while accounts were paused and are no longer; returns how many. Part of the sweep."""
    waiting = Reaction.objects.filter(applied_at__isnull=True)
    if account_ids is not None:
        waiting = waiting.filter(account_id__in=list(account_ids))
    applied = 0
    for reaction in waiting.order_by("account_id", "occurred_at", "id")[:500]:
        with transaction.atomic():
            lock_account(reaction.account_id)
            applied += not apply_to_account(reaction=reaction, by=by, now=now).is_waiting
    return applied


def _row(kind: ReactionKind, event: Event, *, by: Actor, now: datetime) -> dict[str, Any]:
    return {
        "workspace_id": by.workspace_id,
        "account_id": event["account_id"],
        "contact_id": event["contact_id"],
        "kind": kind.value,
        "key": _key(kind, event),
        "occurred_at": event["occurred_at"],
        "received_at": now,
        "until_on": _until(kind, event["occurred_at"].date(), event["evidence"]),
        "evidence": dict(event["evidence"]),
    }


def _twin(row: Mapping[str, Any]) -> int | None:
    """Return the nearest reply that is the same one told another way, and stands for no other yet."""
    at = row["occurred_at"]
    replies = Reaction.objects.filter(account_id=row["account_id"], kind=row["kind"]).exclude(key=row["key"])
    taken = set(replies.filter(evidence__has_key="same_as").values_list("evidence__same_as", flat=True))
    near = replies.filter(occurred_at__range=(at - SAME_REPLY, at + SAME_REPLY)).order_by("id")
    is_told = "said" in row["evidence"]
    free = [
        (abs(each.occurred_at - at), each.id)
        for each in near
        if ("said" in each.evidence) is not is_told and "same_as" not in each.evidence and each.id not in taken
    ]
    return min(free)[1] if free else None


def _checked_kind(event: Event) -> ReactionKind:
    kind = _kind(event["kind"])
    if kind in ABOUT_ONE_PERSON and event["contact_id"] is None:
        raise InvalidInput(f"'{kind}' is about one person and names none.", where="contact")
    return kind


def _kind(word: str) -> ReactionKind:
    try:
        return ReactionKind(word)
    except ValueError:
        known = ", ".join(ReactionKind)
        raise UnknownChoice(f"'{word}' is not a kind of reaction.", where="kind", remedy=f"One of: {known}.") from None


def _until(kind: ReactionKind, occurred_on: date, evidence: Mapping[str, Any]) -> date | None:
    """Return the last day the reaction asks for: before the return of somebody away, on the day of a meeting."""
    if kind is ReactionKind.OUT_OF_OFFICE:
        return back_on(occurred_on, _day(evidence.get("return_on"), "return_on"))
    return _day(evidence.get("meeting_on"), "meeting_on") if kind is ReactionKind.MEETING_BOOKED else None


def _day(value: object, where: str) -> date | None:
    if value is None or value == "":
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise InvalidInput(f"'{value}' is not a day.", where=where, remedy="Write it as 2026-12-31.") from None


def _key(kind: ReactionKind, event: Event) -> str:
    own = str(event["evidence"].get("key", ""))
    text = own or f"{event['account_id']}:{event['contact_id']}:{event['occurred_at'].isoformat()}"
    return f"{kind.value}:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def _note_touch(reaction: Reaction, *, by: Actor, now: datetime) -> None:
    """A reply is a touchpoint from their side; every guard that asks for replies reads the ledger."""
    if reaction.kind != ReactionKind.REPLY:
        return
    row = TouchpointRow(
        account_id=reaction.account_id,
        contact_id=reaction.contact_id,
        occurred_at=reaction.occurred_at,
        channel="email",
        direction="inbound",
        subject=str(reaction.evidence.get("subject") or "Reply")[:300],
        summary=str(reaction.evidence.get("text") or "")[:2000],
        origin="reply",
        origin_key=f"reaction:{reaction.key}",
    )
    record_touchpoint(row=row, by=by, now=now)
