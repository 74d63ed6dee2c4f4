"""What people can do, so that renewals find who fits, and which owner a person chose on which reasons."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


def words(**options) -> ArrayField:
    """Return a column for a short list of words."""
    return ArrayField(models.CharField(max_length=60), default=list, **options)


@track
class PersonSkills(WorkspaceModel):
    """One person's segments, products, languages and skills; an empty list says nothing, no limit is no limit."""

    user = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="skills")
    segments = words()
    products = words(help_text="external ids")
    languages = words(help_text="two letters, as contacts have them")
    skills = words()
    most_open = models.PositiveSmallIntegerField(null=True, help_text="open renewals they own at most")
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="person_skills_once"),
            models.CheckConstraint(condition=Q(most_open__isnull=True) | Q(most_open__gte=1), name="person_has_room"),
        ]


class OwnerChoice(WorkspaceModel):
    """A person chose the owner of a renewal: whom, instead of whom, and what spoke for them then."""

    append_only = True

    renewal = WorkspaceForeignKey("renewals.Renewal", related_name="owner_choices")
    owner = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    owner_before = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="+", db_index=False)
    was_proposed = models.BooleanField(help_text="whether it was the first that was proposed")
    reasons = models.JSONField(default=list)
    chosen_at = models.DateTimeField()
    chosen_by = models.CharField(max_length=150)
