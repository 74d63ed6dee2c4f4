"""Send an approved proposal by mail: one message of a playbook of one step, under the rules of every message.

Nothing is sent here: the renewal, or the one that was lost, enters the playbook for one round; the engine decides when
the message may leave.
"""

from datetime import datetime

from django.db import transaction

from offers.actions.links import locked_link
from offers.core.errors import ProposalNotSent
from offers.core.links import LinkStanding
from offers.queries.links import standing_of
from playbooks.actions.enrol import start_enrolments
from playbooks.actions.messages import cancel_message
from playbooks.actions.publish import publish_playbook
from playbooks.actions.queue import refresh_entries
from playbooks.actions.reaction_effects import bring_forward
from playbooks.actions.stop import stop_enrolment
from playbooks.models import Enrolment, Message, Playbook, PlaybookVersion, StepRun
from playbooks.queries.library import shipped_proposal_playbooks
from playbooks.queries.proposal_mail import RENEWAL, WIN_BACK, under_way
from playbooks.queries.proposals import ProposalLink, workspace_zone
from renewals.core.actors import Actor
from renewals.core.dates import local_date

NOT_LEFT = ("draft", "queued", "parked")


@transaction.atomic
def send_proposal(*, link_id: int, by: Actor, now: datetime) -> Enrolment:
    """Have the link of a proposal sent to the person it is for, and return the run that sends it.

    While one is on its way the same call returns it; after that a call sends it again. A message for an earlier link
    that has not left is stopped. Raises ProposalNotSent for a link that takes no answer or names nobody.
    """
    link = locked_link(link_id)
    if standing_of(link, today=local_date(now, workspace_zone())) is not LinkStanding.OPEN:
        raise ProposalNotSent("This link takes no answer any more.", remedy="Make a new link.")
    if link.contact_id is None:
        raise ProposalNotSent("This link names nobody to send it to.", remedy="Make one for a person, or copy it.")
    version = _version(WIN_BACK if link.proposal.is_win_back else RENEWAL, by=by, now=now)
    before = under_way(link.proposal.renewal_id)
    if before is not None and before.trigger.get("proposal_link") == link.id:
        return before
    if before is not None:
        _stop(before, by=by, now=now)
    enrolment = Enrolment.objects.create(**_row(link, version, by=by, now=now))
    start_enrolments([enrolment.id], now=now)
    # A person sends it now: its step is brought forward, as a reaction would do it.
    for step in StepRun.objects.filter(enrolment=enrolment, state="scheduled"):
        bring_forward(enrolment, step, now=now)
    refresh_entries(renewal_ids=[enrolment.renewal_id], now=now)
    enrolment.refresh_from_db()
    return enrolment


def _version(key: str, *, by: Actor, now: datetime) -> PlaybookVersion:
    """Publish the shipped playbook once; a workspace may have written a newer version of it since."""
    rows = PlaybookVersion.objects.filter(playbook__key=key, published_at__isnull=False, is_pilot=False)
    found = rows.order_by("-number").first()
    if found is not None:
        return found
    shipped = shipped_proposal_playbooks()[key]
    made = publish_playbook(definition=shipped.table, templates=shipped.templates, by=by, now=now)
    Playbook.objects.filter(id=made.playbook_id).update(is_active=False, updated_at=now)
    return PlaybookVersion.objects.get(id=made.version_id)


def _stop(run: Enrolment, *, by: Actor, now: datetime) -> None:
    """Call off a run for an earlier link, and its message unless it is leaving at this moment."""
    stop_enrolment(enrolment_id=run.id, reason="proposal_link_replaced", by=by, now=now)
    for message_id in Message.objects.filter(enrolment=run, state__in=NOT_LEFT).values_list("id", flat=True):
        cancel_message(message_id=message_id, by=by, now=now)


def _row(link: ProposalLink, version: PlaybookVersion, *, by: Actor, now: datetime) -> dict[str, object]:
    renewal = link.proposal.renewal
    runs = Enrolment.objects.filter(playbook_id=version.playbook_id, renewal=renewal, occurrence=renewal.due_on).count()
    why = {"code": "proposal_sent", "by": by.label, "version": link.version.number}
    rule = f"{version.playbook.key} v{version.number}"
    # What asks an account back is no part of the renewal that was lost, and does not end with it.
    asks_back = {"asks_back": True} if link.proposal.is_win_back else {}
    return {
        "workspace_id": by.workspace_id,
        "playbook_id": version.playbook_id,
        "version_id": version.id,
        "account_id": renewal.account_id,
        "renewal_id": renewal.id,
        "occurrence": renewal.due_on,
        "round": runs + 1,
        "state": "active",
        "trigger": {"reasons": [why], "rule_version": rule, "proposal_link": link.id, **asks_back},
        "started_at": now,
        "updated_at": now,
    }
