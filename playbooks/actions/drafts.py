"""Drafts of playbooks and of the selection order: started, changed without overwriting anybody, handed in.

A draft enrols nobody. Whoever edits it is noted, because the one who approves must be somebody else.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from playbooks.actions.bulk import as_json
from playbooks.core.editing.life import check_step
from playbooks.core.editing.rebase import Rebased
from playbooks.core.errors import (
    DraftChanged,
    DraftHasProblems,
    DraftNotInState,
    DraftOpenAlready,
    DraftOutdated,
    NothingChanged,
)
from playbooks.models import PlaybookDraft
from playbooks.queries.drafts import base_content, draft_problems, newest_version, rebased
from playbooks.queries.selection import newest_selection, selection_content
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, UnknownReference

Kind, State = PlaybookDraft.Kind, PlaybookDraft.State


@transaction.atomic
def start_draft(
    *,
    playbook_id: int | None,
    content: Mapping[str, Any] | None = None,
    reason: str,
    by: Actor,
    now: datetime,
) -> PlaybookDraft:
    """Return a new draft of a playbook, or of a new one for None.

    It begins with `content` where that is given (an earlier version, a file), else with the version in force.
    Raises RequiredValueMissing without a reason or a name, DraftOpenAlready, UnknownReference.
    """
    base = newest_version(playbook_id) if playbook_id is not None else None
    if playbook_id is not None and base is None:
        raise UnknownReference("There is no such playbook.", where="playbook")
    if base is None and content is None:
        raise RequiredValueMissing("Give the new playbook a name.", where="name")
    first = dict(content if content is not None else base_content(base))
    return _create(
        PlaybookDraft(kind=Kind.PLAYBOOK, playbook_id=playbook_id, based_on=base, content=_plain(first)),
        reason=reason,
        by=by,
        now=now,
    )


@transaction.atomic
def start_selection_draft(*, reason: str, by: Actor, now: datetime) -> PlaybookDraft:
    """Return a new draft of the selection order, beginning with the one in force; raises as `start_draft` does."""
    draft = PlaybookDraft(kind=Kind.SELECTION, based_on_selection=newest_selection(), content=selection_content())
    return _create(draft, reason=reason, by=by, now=now)


@transaction.atomic
def change_draft(
    *, draft_id: int, revision: int, content: Mapping[str, Any], by: Actor, now: datetime
) -> PlaybookDraft:
    """Keep a whole new content and return the draft; the same content again changes nothing.

    What cannot be published yet is kept all the same: its problems are shown, and it cannot be handed in. Raises
    DraftChanged when `revision` is not that of the draft any more, DraftNotInState when it is no draft.
    """
    draft, made = _open_draft(draft_id, revision), _plain(content)
    if draft.content == made:
        return draft
    draft.content = made
    draft.revision += 1
    draft.editor_ids = _editors(draft.editor_ids, by)
    draft.edited_at, draft.edited_by = now, by.label
    draft.save(update_fields=["content", "revision", "editor_ids", "edited_at", "edited_by"])
    return draft


@transaction.atomic
def rebase_draft(*, draft_id: int, revision: int, by: Actor, now: datetime) -> Rebased:
    """Bring an outdated draft of a playbook over to the version in force and return what was kept and what conflicts.

    A draft that is not outdated stays as it is. Raises DraftChanged, DraftNotInState.
    """
    draft = _open_draft(draft_id, revision)
    made = rebased(draft)
    newest = newest_version(draft.playbook_id)
    if made is None or newest is None:
        return Rebased(content=dict(draft.content), kept=(), conflicts=())
    draft.content, draft.based_on = _plain(made.content), newest
    draft.revision += 1
    draft.editor_ids = _editors(draft.editor_ids, by)
    draft.edited_at, draft.edited_by = now, by.label
    draft.save(update_fields=["content", "based_on", "revision", "editor_ids", "edited_at", "edited_by"])
    return made


@transaction.atomic
def submit_draft(*, draft_id: int, revision: int, by: Actor, now: datetime) -> PlaybookDraft:
    """Hand a draft in for approval; its content is frozen from here on.

    Raises DraftHasProblems naming every one, DraftOutdated, NothingChanged.
    """
    draft = _open_draft(draft_id, revision)
    check_step(draft.state, State.WAITING)
    check_publishable(draft)
    draft.state, draft.submitted_at = State.WAITING, now
    draft.save(update_fields=["state", "submitted_at"])
    return draft


@transaction.atomic
def take_back(*, draft_id: int, by: Actor, now: datetime) -> PlaybookDraft:
    """Make what waits for approval a draft again."""
    draft = locked(draft_id)
    check_step(draft.state, State.DRAFT)
    draft.state, draft.submitted_at = State.DRAFT, None
    draft.save(update_fields=["state", "submitted_at"])
    return draft


@transaction.atomic
def discard_draft(*, draft_id: int, reason: str, by: Actor, now: datetime) -> PlaybookDraft:
    """Set a draft aside for good, with the reason; it stays in the history."""
    return _end(draft_id, State.DISCARDED, reason, by, now)


@transaction.atomic
def reject_draft(*, draft_id: int, reason: str, by: Actor, now: datetime) -> PlaybookDraft:
    """Refuse what waits for approval, with the reason; it stays in the history."""
    return _end(draft_id, State.REJECTED, reason, by, now)


def locked(draft_id: int) -> PlaybookDraft:
    """Return the draft, locked until the transaction ends; raises DraftNotInState when there is none."""
    found = PlaybookDraft.objects.select_for_update().filter(id=draft_id).first()
    if found is None:
        raise DraftNotInState("There is no such draft.")
    return found


def check_publishable(draft: PlaybookDraft) -> None:
    """Raise when a draft could not be published: DraftOutdated, NothingChanged, DraftHasProblems naming every one."""
    newest = newest_selection() if draft.kind == Kind.SELECTION else newest_version(draft.playbook_id)
    base_id = draft.based_on_selection_id if draft.kind == Kind.SELECTION else draft.based_on_id
    if newest is not None and newest.id != base_id:
        raise DraftOutdated(
            f"Version {newest.number} was published meanwhile.", why="This draft was started from an earlier one."
        )
    if newest is not None and newest.definition == draft.content:
        raise NothingChanged("This draft says the same as the version in force.")
    errors = [f"{each.where}: {each.what}" for each in draft_problems(draft) if each.is_error]
    if errors:
        raise DraftHasProblems(" ".join(errors))


def _create(draft: PlaybookDraft, *, reason: str, by: Actor, now: datetime) -> PlaybookDraft:
    if not reason.strip():
        raise RequiredValueMissing("Say why it should change.", where="reason")
    draft.workspace_id, draft.reason, draft.created_at = by.workspace_id, reason.strip(), now
    draft.author, draft.editor_ids = by.label, _editors([], by)
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        raise DraftOpenAlready("There is an open draft already.", why="One at a time, so that none is lost.") from error
    return draft


def _end(draft_id: int, to: PlaybookDraft.State, reason: str, by: Actor, now: datetime) -> PlaybookDraft:
    draft = locked(draft_id)
    check_step(draft.state, to)
    if not reason.strip():
        raise RequiredValueMissing("Say why it is not to be published.", where="reason")
    draft.state, draft.ended_at = to, now
    draft.ended_reason, draft.ended_by = reason.strip(), by.label
    draft.save(update_fields=["state", "ended_at", "ended_reason", "ended_by"])
    return draft


def _open_draft(draft_id: int, revision: int) -> PlaybookDraft:
    draft = locked(draft_id)
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


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """Times and dates of a TOML file become text, as they are stored with a version."""
    return dict(json.loads(as_json(content)))
