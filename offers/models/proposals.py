"""What was proposed for a renewal, version by version."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, currency, currency_check, money, track

ONLY_APPROVED = """
IF NOT EXISTS (
    SELECT FROM offers_approvalrequest AS r
    WHERE r.workspace_id = NEW.workspace_id AND r.version_id = NEW.version_id AND r.state = 'approved'
) THEN
    RAISE EXCEPTION 'the newest version of this proposal is not approved' USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


@track
class Proposal(WorkspaceModel):
    """What is proposed for a renewal; `version` is the newest, and the one that is presented or signed.

    With `is_win_back` the renewal is lost, and this is what its account is asked back with: accepted, it is a contract.
    """

    class State(models.TextChoices):
        """How far it has come; `offers.core.states` has the steps between them."""

        DRAFT = "draft"
        PRESENTED = "presented"
        SIGNED = "signed"
        WITHDRAWN = "withdrawn"

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="proposals")
    is_win_back = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = WorkspaceForeignKey("offers.ProposalVersion", null=True, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    presented_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "renewal", "is_win_back"],
                condition=Q(state__in=["draft", "presented"]),
                name="proposal_one_open",
            ),
            models.UniqueConstraint(
                fields=["workspace", "renewal", "is_win_back"],
                condition=Q(state="signed"),
                name="proposal_signed_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "presented"], ended_at__isnull=True)
                | Q(state__in=["signed", "withdrawn"], ended_at__isnull=False),
                name="proposal_ended_with_time",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="presents_only_what_is_approved",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__state__in=["presented", "signed"]),
                func=ONLY_APPROVED,
            )
        ]


class ProposalVersion(WorkspaceModel):
    """One version with its price, the explanation and the verdict as they were found; it never changes."""

    append_only = True

    proposal = WorkspaceForeignKey("offers.Proposal", related_name="versions")
    number = models.PositiveIntegerField()
    offer_version = WorkspaceForeignKey("offers.OfferVersion", null=True, related_name="+")
    policy = WorkspaceForeignKey("offers.PolicyVersion", related_name="+")
    wish = models.JSONField()
    price = models.JSONField()
    verdict = models.JSONField()
    governed = models.JSONField(help_text="exact values by key, to compare a later version with")
    basis = models.JSONField(null=True, help_text="what it was judged from, to judge it again; empty: not kept then")
    currency = currency()
    net_amount = money()
    policy_amount = money()
    note = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "proposal", "number"], name="proposal_version_once"),
            models.CheckConstraint(condition=Q(net_amount__gte=0), name="proposal_price_not_negative"),
            currency_check("proposal_currency_iso"),
        ]
