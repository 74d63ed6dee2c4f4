"""Publish definitions as versions that never change. The same content again is no new version."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from playbooks.actions.bulk import as_json
from playbooks.core.editing.content import content_problems
from playbooks.models import Playbook, PlaybookVersion
from playbooks.queries.library import shipped_playbooks, shipped_proposal_playbooks
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPlaybook:
    """The version in force after publishing; `is_new` is False when the content was already published."""

    playbook_id: int
    version_id: int
    key: str
    number: int
    is_new: bool


def publish_library(*, by: Actor, now: datetime) -> tuple[PublishedPlaybook, ...]:
    """Publish every shipped playbook into the workspace. Calling it twice changes nothing."""
    with transaction.atomic():
        return tuple(
            publish_playbook(definition=item.table, templates=item.templates, by=by, now=now)
            for item in shipped_playbooks()
        )


def publish_if_none(*, by: Actor, now: datetime) -> int:
    """Publish the shipped playbooks into a workspace that has none yet; returns how many were published.

    Those that bring proposals are none of them: they come with the first proposal that is sent.
    """
    written = Playbook.objects.exclude(key__in=shipped_proposal_playbooks())
    return 0 if written.exists() else len(publish_library(by=by, now=now))


def publish_playbook(
    *,
    definition: Mapping[str, Any],
    templates: Sequence[Mapping[str, Any]],
    pilot: Mapping[str, Any] | None = None,
    by: Actor,
    now: datetime,
) -> PublishedPlaybook:
    """Publish one definition with its templates as the next version. What is under way keeps the version it has.

    With a `pilot` only renewals for which its condition is yes enter under the new version; everybody else enters
    under the newest version without one. Raises InvalidInput naming every problem of the definition or a template.
    """
    whole = {"playbook": definition, "templates": list(templates)} | ({"pilot": pilot} if pilot else {})
    _check(whole)
    content = json.loads(as_json(whole))
    content_hash = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    with transaction.atomic():
        playbook, _ = Playbook.objects.get_or_create(
            workspace_id=by.workspace_id,
            key=definition["key"],
            defaults={"name": definition["name"], "created_at": now, "updated_at": now},
        )
        Playbook.objects.select_for_update(no_key=True).get(id=playbook.id)
        newest = PlaybookVersion.objects.filter(playbook=playbook).order_by("-number").first()
        if newest is not None and newest.content_hash == content_hash:
            return _published(playbook, newest, is_new=False)
        version = PlaybookVersion.objects.create(
            workspace_id=by.workspace_id,
            playbook=playbook,
            number=newest.number + 1 if newest else 1,
            definition=content,
            content_hash=content_hash,
            is_pilot=pilot is not None,
            published_at=now,
            published_by=by.label,
        )
        Playbook.objects.filter(id=playbook.id).update(name=definition["name"], updated_at=now)
        return _published(playbook, version, is_new=True)


def _published(playbook: Playbook, version: PlaybookVersion, *, is_new: bool) -> PublishedPlaybook:
    return PublishedPlaybook(
        playbook_id=playbook.id, version_id=version.id, key=playbook.key, number=version.number, is_new=is_new
    )


def _check(content: Mapping[str, Any]) -> None:
    problems = content_problems(content)
    errors = [f"{problem.where}: {problem.what} {problem.remedy}" for problem in problems if problem.is_error]
    if errors:
        raise InvalidInput(" ".join(errors), where=f"playbook '{content['playbook'].get('key', '?')}'")
