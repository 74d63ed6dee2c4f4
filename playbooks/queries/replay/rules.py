"""From what a person asked to the two configurations that are replayed, and the accounts it is about."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Min, QuerySet

from playbooks.core.replay.asked import Asked, Whose
from playbooks.models import Decision, ReplayRun
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.replay.configuration import (
    Configuration,
    draft_content,
    drafted_selection,
    drafted_version,
    published_version,
    selection_draft,
    with_budget,
    with_playbook,
    with_selection,
    with_trigger_lines,
)
from renewals.core.errors import UnknownReference
from renewals.core.roles import Member
from renewals.models import Account
from renewals.queries.people import member_facts, membership_of, visible_to
from signals.models import ScorecardVersion
from signals.queries.kept_scores import kept_since

PERMISSION = "replays.view"


def frozen_of(asked: Asked) -> dict[str, Any]:
    """Return the changed definitions as they are now, to be kept with a run: a later edit does not change it.

    Raises InvalidInput for a draft with problems, UnknownReference for what is not there.
    """
    found: dict[str, Any] = {}
    if asked.draft_id:
        key, content = draft_content(asked.draft_id)
        drafted_version(content)
        found["playbook"] = {"key": key, "content": {name: content[name] for name in ("playbook", "templates")}}
    elif asked.playbook_key:
        found["playbook"] = {"key": asked.playbook_key, "version": asked.version}
        _published(found["playbook"])
    if asked.selection_id:
        found["selection"] = selection_draft(asked.selection_id)
        drafted_selection(found["selection"])
    for kind, version_id in (("health", asked.health_id), ("risk", asked.risk_id)):
        if version_id:
            found[kind] = _scorecard(kind, version_id)
    return found


def changed_configuration(unchanged: Configuration, asked: Asked, frozen: Mapping[str, Any]) -> Configuration | None:
    """Return the configuration with what was asked for changed; None when nothing is."""
    if asked.is_unchanged:
        return None
    changed = unchanged
    if "playbook" in frozen:
        kept = frozen["playbook"]
        version = drafted_version(kept["content"]) if "content" in kept else _published(kept)
        changed = with_playbook(changed, kept["key"], version)
    if "selection" in frozen:
        changed = with_selection(changed, drafted_selection(frozen["selection"]))
    changed = with_trigger_lines(changed, asked.lines) if asked.lines else changed
    return with_budget(changed, asked.budget) if asked.budget else changed


def accounts_of(run: ReplayRun, asked: Asked) -> QuerySet[Account]:
    """Return the accounts that a run is about: chosen, and within the record scope of who ordered it."""
    membership = membership_of(run.ordered_by_id)
    if membership is None:
        raise UnknownReference("Whoever ordered this replay has left the workspace.", where="ordered by")
    return chosen_accounts(asked, member_facts(membership))


def chosen_accounts(asked: Asked, member: Member) -> QuerySet[Account]:
    """Return the accounts that are chosen, as far as a person may see them."""
    found = visible_to(Account.objects.all(), member, PERMISSION)
    if asked.whose is Whose.SEGMENT:
        return found.filter(segment__in=asked.chosen)
    if asked.whose is Whose.TEAM:
        return found.filter(team_id__in=[int(each) for each in asked.chosen])
    if asked.whose is Whose.ACCOUNTS:
        return found.filter(id__in=[int(each) for each in asked.chosen])
    return found


def recorded_from() -> date | None:
    """Return the first day of which decisions or scores are recorded; None when nothing is."""
    first = Decision.objects.aggregate(at=Min("decided_at"))["at"]
    days = [at.date() for at in (first, kept_since()) if at is not None]
    return min(days, default=None)


def _published(kept: Mapping[str, Any]) -> PublishedVersion:
    return published_version(kept["key"], kept["version"])


def _scorecard(kind: str, version_id: int) -> dict[str, Any]:
    version = ScorecardVersion.objects.filter(id=version_id, kind=kind).first()
    if version is None:
        raise UnknownReference(f"There is no version {version_id} of the {kind} rules here.", where=kind)
    return {"id": version.id, "name": str(version), "revision": version.revision, "definition": version.definition}
