"""Drafts of scorecards: started from what is in force, edited without overwriting anybody, handed in for approval.

A draft changes no score. Whoever edits it is noted, because the one who approves must be somebody else.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing
from signals.actions.scores.versions import PARSERS, ensure_scorecards
from signals.core.editing.changes import Edits, Merge, merged, rule_changes, with_edits
from signals.core.editing.life import check_step
from signals.core.errors import DraftChanged, NothingChanged, ScorecardInForce, VersionNotInState
from signals.models import ScorecardVersion
from signals.models.scorecards import VersionState
from signals.models.scores import RuleKind
from signals.queries.scorecards import version_in_force


@transaction.atomic
def start_draft(
    *, workspace_id: int, kind: str, reason: str, from_version: ScorecardVersion | None = None, by: Actor, now: datetime
) -> ScorecardVersion:
    """Return a new draft with the rules in force, or those of an earlier version; drafts may stand side by side.

    Raises RequiredValueMissing without a reason.
    """
    ensure_scorecards(workspace_id=workspace_id, by=by, now=now)
    in_force = version_in_force(RuleKind(kind))
    return ScorecardVersion.objects.create(
        workspace_id=workspace_id,
        kind=kind,
        state=VersionState.DRAFT,
        definition=(from_version or in_force).definition,
        based_on=in_force,
        author=by.label,
        editor_ids=_editors([], by),
        reason=_reason(reason),
        created_at=now,
    )


@transaction.atomic
def edit_draft(*, version_id: int, revision: int, edits: Edits, by: Actor, now: datetime) -> ScorecardVersion:
    """Change values of a draft and return it; the same values again change nothing.

    Raises DraftChanged when `revision` is not that of the draft any more, ScorecardInvalid when the rules could not
    be used, VersionNotInState when it is no draft.
    """
    draft = _draft(version_id, revision)
    definition = with_edits(draft.definition, edits, reason=draft.reason)
    return _keep(draft, definition, by, now)


@transaction.atomic
def replace_draft(
    *, version_id: int, revision: int, definition: Mapping[str, Any], by: Actor, now: datetime
) -> ScorecardVersion:
    """Give a draft whole new rules and return it; raises as `edit_draft` does."""
    return _keep(_draft(version_id, revision), definition, by, now)


@transaction.atomic
def bring_up_to_date(*, version_id: int, revision: int, by: Actor, now: datetime) -> Merge:
    """Put the changes of a draft on top of what was published meanwhile; return what both sides had changed."""
    draft = _draft(version_id, revision)
    in_force = version_in_force(draft.kind)
    base = draft.based_on
    result = merged(base.definition, in_force.definition, draft.definition, reason=draft.reason)
    draft.based_on = in_force
    draft.save(update_fields=["based_on"])
    _keep(draft, result.definition, by, now)
    return result


@transaction.atomic
def submit_draft(*, version_id: int, revision: int, by: Actor, now: datetime) -> ScorecardVersion:
    """Hand a draft in for approval; its rules are frozen from here on.

    Raises NothingChanged when it says what is in force, ScorecardInForce when that was published after its start.
    """
    draft = _draft(version_id, revision)
    check_step(draft.state, VersionState.WAITING)
    check_up_to_date(draft)
    if not rule_changes(version_in_force(draft.kind).definition, draft.definition):
        raise NothingChanged("This draft says the same as the version in force.")
    draft.state, draft.submitted_at = VersionState.WAITING, now
    draft.save(update_fields=["state", "submitted_at"])
    return draft


@transaction.atomic
def take_back(*, version_id: int, by: Actor, now: datetime) -> ScorecardVersion:
    """Make a version that waits for approval a draft again."""
    version = locked(version_id)
    if version.state != VersionState.WAITING:
        raise VersionNotInState(f"This version is {version.state}; only one that waits can be taken back.")
    version.state, version.submitted_at = VersionState.DRAFT, None
    version.save(update_fields=["state", "submitted_at"])
    return version


def locked(version_id: int) -> ScorecardVersion:
    """Return the version, locked until the transaction ends; raises VersionNotInState when there is none."""
    found = ScorecardVersion.objects.select_for_update().filter(id=version_id).first()
    if found is None:
        raise VersionNotInState("There is no such version.")
    return found


def check_up_to_date(version: ScorecardVersion) -> None:
    """Raise ScorecardInForce when another version was published since this draft was started."""
    in_force = version_in_force(version.kind)
    if version.based_on_id != in_force.id:
        raise ScorecardInForce(
            f"Version {in_force.number} was published meanwhile ({in_force.reason}).",
            why="This draft was started from an earlier one.",
            remedy="Bring the draft up to date; what both have changed will be shown.",
        )


def _draft(version_id: int, revision: int) -> ScorecardVersion:
    draft = locked(version_id)
    if draft.state != VersionState.DRAFT:
        raise VersionNotInState(f"This version is {draft.state}; only a draft can be edited.")
    if draft.revision != revision:
        raise DraftChanged(
            f"{draft.edited_by or draft.author} has edited this draft since you opened it.",
            why=f"You saw edit {revision}, it is now at edit {draft.revision}.",
        )
    return draft


def _keep(draft: ScorecardVersion, definition: Mapping[str, Any], by: Actor, now: datetime) -> ScorecardVersion:
    PARSERS[RuleKind(draft.kind)](definition)
    if not rule_changes(draft.definition, definition):
        return draft
    draft.definition = dict(definition)
    draft.revision += 1
    draft.editor_ids = _editors(draft.editor_ids, by)
    draft.edited_at, draft.edited_by = now, by.label
    draft.save(update_fields=["definition", "revision", "editor_ids", "edited_at", "edited_by"])
    return draft


def _editors(known: list[int], by: Actor) -> list[int]:
    return sorted({*known, *([by.id] if by.kind == "person" and by.id is not None else [])})


def _reason(text: str) -> str:
    if not text.strip():
        raise RequiredValueMissing("Say why the rules should change.", where="reason")
    return text.strip()
