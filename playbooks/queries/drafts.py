"""Drafts with what they stand on, and all their problems at once."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from playbooks.core.editing.content import content_problems
from playbooks.core.editing.rebase import Rebased, rebase
from playbooks.core.selection import parse_selection
from playbooks.models import Playbook, PlaybookDraft, PlaybookVersion
from renewals.core.problems import Problem
from renewals.models import Outcome

BASELINE_DAYS = 365


def newest_version(playbook_id: int | None) -> PlaybookVersion | None:
    """Return the newest published version of a playbook, pilots among them; None when there is none."""
    return (
        PlaybookVersion.objects.filter(playbook_id=playbook_id, published_at__isnull=False).order_by("-number").first()
    )


def base_content(version: PlaybookVersion | None) -> Mapping[str, Any]:
    """Return what a draft begins with: the definition and messages of a version, without its pilot."""
    content = version.definition if version is not None else {}
    return {name: value for name, value in content.items() if name != "pilot"}


def rebased(draft: PlaybookDraft) -> Rebased | None:
    """Return an outdated draft brought over to the version in force; None when it is not outdated, or no playbook's."""
    newest = newest_version(draft.playbook_id) if draft.playbook_id is not None else None
    if newest is None or newest.id == draft.based_on_id:
        return None
    return rebase(base=base_content(draft.based_on), draft=draft.content, published=base_content(newest))


def draft_problems(draft: PlaybookDraft, content: Mapping[str, Any] | None = None) -> tuple[Problem, ...]:
    """Return everything wrong with a draft, or with `content` if it were kept in it; errors come first."""
    table = draft.content if content is None else content
    keys = Playbook.objects.values_list("id", "key")
    if draft.kind == PlaybookDraft.Kind.SELECTION:
        problems = parse_selection({**table, "version": 1}, playbook_keys=frozenset(key for _, key in keys))[1]
        return tuple(sorted(problems, key=lambda problem: not problem.is_error))
    taken = tuple(key for playbook, key in keys if playbook != draft.playbook_id)
    return content_problems(table, taken_keys=taken)


def pilot_baseline(segments: Sequence[str], *, today: date) -> dict[str, Any]:
    """Return what a pilot is compared with: renewals of these segments decided in the year before, and those kept."""
    since = today - timedelta(days=BASELINE_DAYS)
    decided = Outcome.objects.filter(
        decided_on__gt=since, decided_on__lte=today, renewal__account__segment__in=list(segments)
    )
    kept = decided.exclude(kind=Outcome.Kind.CHURNED).count()
    return {
        "on": today.isoformat(),
        "days": BASELINE_DAYS,
        "segments": list(segments),
        "decided": decided.count(),
        "kept": kept,
    }
