"""Drafts of policy, offers, trees and rules of choice: started, changed, handed in, put in force; none is lost.

Whoever edits a draft is noted, because the one who publishes it must be somebody else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from offers.core.catching_up import caught_up
from offers.core.errors import (
    DraftChanged,
    DraftNotInState,
    DraftOpenAlready,
    DraftOutdated,
    NothingChanged,
    RulesHaveProblems,
    SecondPersonNeeded,
    TreeNotPossible,
)
from offers.core.states import check_draft_step
from offers.models import ChoiceVersion, Offer, OfferVersion, PolicyVersion, RuleDraft, TreeVersion
from offers.queries.drafts import content_of, in_force, problems_of, version_in_force
from offers.queries.library import shipped_policy
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.core.text import check_line

Kind, State = RuleDraft.Kind, RuleDraft.State


@transaction.atomic
def start_draft(*, kind: str, key: str = "", reason: str, by: Actor, now: datetime) -> RuleDraft:
    """Return a new draft of the policy, the rules of choice or the tree of a key, beginning with what is in force.

    Raises RequiredValueMissing without a reason, DraftOpenAlready, UnknownReference for a tree there is not.
    """
    draft = RuleDraft(kind=kind, key=key)
    draft.based_on_number, content = in_force(draft)
    if content is None and kind != Kind.POLICY:
        raise UnknownReference("There is no such tree.", where="tree")
    draft.content = content or shipped_policy()
    return _create(draft, reason=reason, by=by, now=now)


@transaction.atomic
def start_tree_draft(*, content: Mapping[str, Any], reason: str, by: Actor, now: datetime) -> RuleDraft:
    """Return the draft of a new tree, which begins with `content`.

    Raises RequiredValueMissing without a reason or a name, TreeNotPossible when a tree has the name, DraftOpenAlready.
    """
    draft = RuleDraft(kind=Kind.TREE, key=str(content.get("key", "")), content=dict(content))
    if not draft.key:
        raise RequiredValueMissing("Give the new tree a name.", where="name")
    if in_force(draft)[1] is not None:
        raise TreeNotPossible(
            "There is a tree of this name already.", remedy="Open it and change it, or take another name."
        )
    return _create(draft, reason=reason, by=by, now=now)


@transaction.atomic
def start_offer_draft(
    *, offer_id: int | None, content: Mapping[str, Any] | None = None, reason: str, by: Actor, now: datetime
) -> RuleDraft:
    """Return a new draft of an offer, or of a new one for None; it begins with `content`, else with what is in force.

    Raises RequiredValueMissing, DraftOpenAlready, UnknownReference.
    """
    draft = RuleDraft(kind=Kind.OFFER, offer_id=offer_id)
    draft.based_on_number, current = in_force(draft)
    if offer_id is not None and current is None:
        raise UnknownReference("There is no such offer.", where="offer")
    if content is None and current is None:
        raise RequiredValueMissing("Give the new offer a name.", where="name")
    draft.content = dict(content if content is not None else current or {})
    return _create(draft, reason=reason, by=by, now=now)


@transaction.atomic
def change_draft(*, draft_id: int, revision: int, content: Mapping[str, Any], by: Actor, now: datetime) -> RuleDraft:
    """Keep a whole new content, right or wrong, and return the draft; the same content again changes nothing.

    Raises DraftChanged when `revision` is not that of the draft any more, DraftNotInState when it is no draft.
    """
    draft = _open_draft(draft_id, revision)
    if draft.content == dict(content):
        return draft
    draft.content, draft.revision = dict(content), draft.revision + 1
    draft.editor_ids = _editors(draft.editor_ids, by)
    draft.edited_at, draft.edited_by = now, by.label
    draft.save(update_fields=["content", "revision", "editor_ids", "edited_at", "edited_by"])
    return draft


@transaction.atomic
def submit_draft(*, draft_id: int, revision: int, by: Actor, now: datetime) -> RuleDraft:
    """Hand a draft in; its content is frozen from here on. Raises RulesHaveProblems, DraftOutdated, NothingChanged."""
    draft = _open_draft(draft_id, revision)
    check_draft_step(draft.state, State.WAITING)
    _check_publishable(draft)
    draft.state, draft.submitted_at = State.WAITING, now
    draft.save(update_fields=["state", "submitted_at"])
    return draft


@transaction.atomic
def take_back(*, draft_id: int, by: Actor, now: datetime) -> RuleDraft:
    """Make what waits a draft again."""
    draft = _locked(draft_id)
    check_draft_step(draft.state, State.DRAFT)
    draft.state, draft.submitted_at = State.DRAFT, None
    draft.save(update_fields=["state", "submitted_at"])
    return draft


@transaction.atomic
def catch_up(*, draft_id: int, revision: int, by: Actor, now: datetime) -> RuleDraft:
    """Bring an open draft up to the version that was published meanwhile; one that is up to it stays as it is.

    What both changed stays as the draft has it. Raises DraftChanged, DraftNotInState.
    """
    draft = _open_draft(draft_id, revision)
    number, current = in_force(draft)
    if number == draft.based_on_number or current is None:
        return draft
    base = content_of(draft, draft.based_on_number) or {}
    draft.content = caught_up(base=base, mine=draft.content, theirs=current).content
    draft.based_on_number, draft.revision = number, draft.revision + 1
    draft.editor_ids = _editors(draft.editor_ids, by)
    draft.edited_at, draft.edited_by = now, by.label
    draft.save(update_fields=["content", "based_on_number", "revision", "editor_ids", "edited_at", "edited_by"])
    return draft


@transaction.atomic
def end_draft(*, draft_id: int, reason: str, by: Actor, now: datetime) -> RuleDraft:
    """Set a draft aside, or refuse one that waits, with the reason; it stays in the history."""
    draft = _locked(draft_id)
    to = State.REJECTED if draft.state == State.WAITING else State.DISCARDED
    check_draft_step(draft.state, to)
    if not reason.strip():
        raise RequiredValueMissing("Say why it is not to be published.", where="reason")
    draft.state, draft.ended_at = to, now
    draft.ended_reason, draft.ended_by = check_line(reason, label="The reason", longest=300), by.label
    draft.save(update_fields=["state", "ended_at", "ended_reason", "ended_by"])
    return draft


@transaction.atomic
def publish_draft(*, draft_id: int, by: Actor, now: datetime) -> RuleDraft:
    """Put a draft that waits in force as the next version, and return it.

    Raises SecondPersonNeeded for whoever had a hand in it, and whatever handing in raises.
    """
    draft = _locked(draft_id)
    check_draft_step(draft.state, State.PUBLISHED)
    if by.kind != "person" or by.id in draft.editor_ids:
        raise SecondPersonNeeded(
            f"{by.label} cannot publish this draft.", why="A second person looks at it before it decides about prices."
        )
    _check_publishable(draft)
    draft.published_number = _publish(draft, by=by, now=now)
    draft.state, draft.ended_at = State.PUBLISHED, now
    draft.approver_id, draft.approved_by = by.id, by.label
    draft.save()
    return draft


@transaction.atomic
def set_offer_active(*, offer_id: int, is_active: bool, by: Actor, now: datetime) -> Offer:
    """Retire an offer or bring it back; proposals that were made with it keep it. Raises UnknownReference."""
    offer = Offer.objects.select_for_update().filter(id=offer_id).first()
    if offer is None:
        raise UnknownReference("There is no such offer.", where="offer")
    if offer.is_active != is_active:
        offer.is_active, offer.updated_at = is_active, now
        offer.save(update_fields=["is_active", "updated_at"])
    return offer


def _publish(draft: RuleDraft, *, by: Actor, now: datetime) -> int:
    number = draft.based_on_number + 1
    stamp = {
        "workspace_id": draft.workspace_id,
        "number": number,
        "definition": draft.content,
        "published_at": now,
        "published_by": by.label,
        "reason": draft.reason,
    }
    if draft.kind == Kind.TREE:
        was_active = version_in_force(draft)
        TreeVersion.objects.create(key=draft.key, is_active=was_active is None or was_active.is_active, **stamp)
        return number
    if draft.kind != Kind.OFFER:
        (PolicyVersion if draft.kind == Kind.POLICY else ChoiceVersion).objects.create(**stamp)
        return number
    if draft.offer_id is None:
        draft.offer = Offer.objects.create(
            workspace_id=draft.workspace_id,
            key=draft.content["key"],
            name=draft.content["name"],
            created_at=now,
            updated_at=now,
        )
    OfferVersion.objects.create(offer_id=draft.offer_id, **stamp)
    Offer.objects.filter(id=draft.offer_id).update(name=draft.content["name"], updated_at=now)
    return number


def _check_publishable(draft: RuleDraft) -> None:
    number, current = in_force(draft)
    if number != draft.based_on_number:
        raise DraftOutdated(
            f"Version {number} was published meanwhile.", why="This draft was begun from an earlier one."
        )
    if current == draft.content:
        raise NothingChanged("This draft says the same as the version in force.")
    errors = [f"{each.where}: {each.what}" for each in problems_of(draft, draft.content)]
    if errors:
        raise RulesHaveProblems(" ".join(errors))


def _create(draft: RuleDraft, *, reason: str, by: Actor, now: datetime) -> RuleDraft:
    if not reason.strip():
        raise RequiredValueMissing("Say why it should change.", where="reason")
    draft.workspace_id, draft.reason, draft.created_at = (
        by.workspace_id,
        check_line(reason, label="The reason", longest=300),
        now,
    )
    draft.author, draft.editor_ids = by.label, _editors([], by)
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise DraftOpenAlready("There is an open draft already.", why="One at a time, so that none is lost.") from error
    return draft


def _locked(draft_id: int) -> RuleDraft:
    found = RuleDraft.objects.select_for_update().filter(id=draft_id).first()
    if found is None:
        raise DraftNotInState("There is no such draft.")
    return found


def _open_draft(draft_id: int, revision: int) -> RuleDraft:
    draft = _locked(draft_id)
    if draft.state != State.DRAFT:
        raise DraftNotInState(f"This draft is {draft.state}; only an open one can be changed.")
    if draft.revision != revision:
        raise DraftChanged(
            f"{draft.edited_by or draft.author} has edited this draft since you opened it.",
            why=f"You saw edit {revision}, it is now at edit {draft.revision}.",
        )
    return draft


def _editors(known: list[int], by: Actor) -> list[int]:
    return sorted({*known, *([by.id] if by.kind == "person" and by.id is not None else [])})
