"""Published versions of the pricing policy, of offers and of the rules by which they are chosen; none ever changes."""

import pgtrigger
from django.db import models
from django.db.models import Q

from offers.models.by_two import PublishedVersion
from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


@track
class PolicyVersion(PublishedVersion):
    """One published pricing policy; the newest is in force. Proposals name the version they were judged by."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="policy_number_once"),
            models.CheckConstraint(condition=~Q(published_by="") & ~Q(reason=""), name="policy_by_whom_and_why"),
        ]
        triggers = [pgtrigger.Protect(name="published_policy_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"policy {self.number}"


@track
class ChoiceVersion(PublishedVersion):
    """Published rules by which offers are weighed; the newest are in force."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "number"], name="choice_number_once"),
            models.CheckConstraint(condition=~Q(published_by="") & ~Q(reason=""), name="choice_by_whom_and_why"),
        ]
        triggers = [pgtrigger.Protect(name="published_choice_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"choice {self.number}"


@track
class Offer(WorkspaceModel):
    """An offer of the library; what it says stands in its newest version."""

    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True, help_text="whether it may still be made")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="offer_key_once")]

    def __str__(self) -> str:
        return self.name


@track
class OfferVersion(PublishedVersion):
    """One published definition of an offer, as data."""

    offer = WorkspaceForeignKey("offers.Offer", related_name="versions")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "offer", "number"], name="offer_version_once"),
            models.CheckConstraint(condition=~Q(published_by="") & ~Q(reason=""), name="offer_by_whom_and_why"),
        ]
        triggers = [pgtrigger.Protect(name="published_offer_is_final", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.offer_id} v{self.number}"
