"""A second person puts a draft in force: the next version of a playbook, or the next selection order.

What is under way keeps the version it has, unless the one who approves decides otherwise.
"""

from datetime import datetime

from django.db import transaction

from playbooks.actions.drafts import check_publishable, locked
from playbooks.actions.inflight import treat_enrolled
from playbooks.actions.publish import PublishedPlaybook, publish_playbook
from playbooks.core.editing.life import check_step
from playbooks.core.errors import SecondPersonNeeded
from playbooks.core.inflight import Treatment
from playbooks.models import PlaybookDraft, SelectionVersion
from playbooks.queries.drafts import pilot_baseline
from playbooks.queries.selection import newest_selection
from renewals.core.actors import Actor

State = PlaybookDraft.State


@transaction.atomic
def approve_draft(
    *, draft_id: int, treatment: Treatment = Treatment.NEW_ONLY, by: Actor, now: datetime
) -> PlaybookDraft:
    """Publish a draft that waits, and return it with its version or selection order.

    `treatment` is what happens to those who are in the playbook; nothing else than `new_only` goes with a pilot.

    Raises SecondPersonNeeded for whoever had a hand in it, and whatever `check_publishable` raises.
    """
    draft = locked(draft_id)
    check_step(draft.state, State.PUBLISHED)
    if by.kind != "person" or by.id in draft.editor_ids:
        raise SecondPersonNeeded(
            f"{by.label} cannot approve this draft.", why="A second person looks at it before it reaches anybody."
        )
    check_publishable(draft)
    if draft.kind == PlaybookDraft.Kind.SELECTION:
        draft.selection = _publish_selection(draft, by=by, now=now)
    else:
        made = _publish_playbook(draft, by=by, now=now)
        draft.version_id, draft.playbook_id = made.version_id, made.playbook_id
        kept = Treatment.NEW_ONLY if draft.content.get("pilot") else treatment
        treat_enrolled(version_id=made.version_id, treatment=kept, by=by, now=now)
    draft.state, draft.ended_at = State.PUBLISHED, now
    draft.approver_id, draft.approved_by = by.id, by.label
    draft.save()
    return draft


def _publish_playbook(draft: PlaybookDraft, *, by: Actor, now: datetime) -> PublishedPlaybook:
    """A pilot is published with what it will be compared with, taken before it reaches anybody."""
    content, pilot = draft.content, draft.content.get("pilot")
    if pilot:
        baseline = pilot_baseline(content["playbook"]["segments"], today=now.date())
        pilot = {**pilot, "baseline": baseline}
    return publish_playbook(
        definition=content["playbook"], templates=content["templates"], pilot=pilot or None, by=by, now=now
    )


def _publish_selection(draft: PlaybookDraft, *, by: Actor, now: datetime) -> SelectionVersion:
    newest = newest_selection()
    # The order that ships is version 1, so that decisions taken by it keep their name.
    return SelectionVersion.objects.create(
        workspace_id=draft.workspace_id,
        number=newest.number + 1 if newest else 2,
        definition=draft.content,
        published_at=now,
        published_by=by.label,
        reason=draft.reason,
    )
