"""Regular reviews: a series with its cadence, each meeting with its agenda, its people, its decisions, its pack."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, money, track

KINDS = ("at_risk", "forecast", "quarterly")
EVERY = ("week", "month", "quarter")
CHANGES = ("playbook", "selection", "trigger", "offer", "policy", "scorecard", "people_only", "pause")


def _person(**options) -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


@track
class ReviewSeries(WorkspaceModel):
    """A meeting that comes again: its kind, when, about which part of the book, whose it is and who is invited."""

    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    every = models.CharField(max_length=8, help_text="week, month, quarter")
    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday; of a month or quarter the first such day")
    at = models.TimeField()
    zone = models.CharField(max_length=64)
    minutes = models.PositiveSmallIntegerField(default=60)
    lead_days = models.PositiveSmallIntegerField(default=2, help_text="days before it that its agenda is made")
    team = WorkspaceForeignKey("renewals.Team", null=True, related_name="+", db_index=False)
    segment = models.CharField(max_length=40, blank=True)
    least_amount = money(null=True, help_text="ARR at risk below which nothing comes up; empty: as the rules say")
    owner = _person()
    invited = ArrayField(models.BigIntegerField(), default=list, help_text="people, the owner beside them")
    ended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(ended_at__isnull=True), name="review_series_name_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="review_series_kind_known"),
            models.CheckConstraint(condition=Q(every__in=EVERY), name="review_series_every_known"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="review_series_weekday_known"),
        ]

    def __str__(self) -> str:
        return self.name


@track
class Review(WorkspaceModel):
    """One meeting of a series, once a day of its cadence. Closing it keeps the pack, which never changes again."""

    series = WorkspaceForeignKey("playbooks.ReviewSeries", related_name="reviews", db_index=False)
    held_on = models.DateField(help_text="the day of the cadence, in the zone of the series")
    starts_at = models.DateTimeField()
    owner = _person(db_index=False)
    state = models.CharField(max_length=10, default="open")
    rule_version = models.CharField(max_length=80)
    looked_since_at = models.DateTimeField(help_text="what changed since then counts as new")
    left_out = models.PositiveIntegerField(default=0, help_text="items the rules raised and the agenda had no room for")
    minutes = models.TextField(blank=True)
    pack = models.JSONField(null=True)
    opened_at = models.DateTimeField()
    built_at = models.DateTimeField(help_text="when the agenda was made, or made again")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "series", "held_on"], name="review_once_a_day"),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True, pack__isnull=True)
                | Q(state="closed", ended_at__isnull=False, pack__isnull=False)
                | (Q(state="called_off", ended_at__isnull=False, pack__isnull=True) & ~Q(ended_reason="")),
                name="review_closed_with_pack",
            ),
        ]
        indexes = [models.Index(fields=["workspace", "state", "starts_at"], name="review_ahead")]

    def __str__(self) -> str:
        return f"{self.series}, {self.held_on:%-d %b %Y}"


@track
class ReviewAttendance(WorkspaceModel):
    """Somebody who is invited to a review, or came to it, and whether they were there."""

    review = WorkspaceForeignKey("playbooks.Review", related_name="attendance", db_index=False)
    person = _person()
    is_invited = models.BooleanField(default=True)
    presence = models.CharField(max_length=8, default="unknown")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "review", "person"], name="review_attendance_once"),
            models.CheckConstraint(
                condition=Q(presence__in=["unknown", "present", "absent"]), name="review_presence_known"
            ),
        ]


@track
class ReviewItem(WorkspaceModel):
    """One item of an agenda: what it is about, the rules that raised it with their inputs, and what became of it."""

    review = WorkspaceForeignKey("playbooks.Review", related_name="items", db_index=False)
    key = models.CharField(max_length=80, help_text="the same subject has the same key in every review")
    about = models.CharField(max_length=10)
    title = models.CharField(max_length=200)
    account = WorkspaceForeignKey("renewals.Account", null=True, related_name="+", db_index=False)
    renewal = WorkspaceForeignKey("renewals.Renewal", null=True, related_name="+", db_index=False)
    decision = WorkspaceForeignKey("playbooks.ReviewDecision", null=True, related_name="+", db_index=False)
    place = models.PositiveIntegerField()
    weight_amount = money(null=True, help_text="ARR at risk when the agenda was made, in the workspace's currency")
    why = models.JSONField(default=list, help_text="rules with the facts that decided them, as pairs")
    state = models.CharField(max_length=8, default="open")
    note = models.CharField(max_length=500, blank=True)
    carried_to = WorkspaceForeignKey("playbooks.ReviewItem", null=True, related_name="carried_from")
    age = models.PositiveSmallIntegerField(default=0, help_text="how often it was carried")
    first_on = models.DateField(help_text="the day of the review it came up in first")
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "review", "key"], name="review_item_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "decided", "noted", "carried"]), name="review_item_state_known"
            ),
        ]


@track
class ReviewDecision(WorkspaceModel):
    """What a review decided on an item: words, who does it, until when; of a renewal it is a task of theirs as well."""

    review = WorkspaceForeignKey("playbooks.Review", related_name="decisions")
    item = WorkspaceForeignKey("playbooks.ReviewItem", related_name="decisions", db_index=False)
    key = models.CharField(max_length=80, help_text="the same words for the same person and day are one decision")
    words = models.CharField(max_length=500)
    owner = _person(db_index=False)
    due_on = models.DateField()
    task = WorkspaceForeignKey("playbooks.Task", null=True, related_name="+", db_index=False)
    state = models.CharField(max_length=8, default="open")
    result = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150)
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "item", "key"], name="review_decision_once"),
            models.CheckConstraint(
                condition=Q(state="open", ended_on__isnull=True)
                | Q(state__in=["done", "dropped"], ended_on__isnull=False),
                name="review_decision_ended_with_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "owner", "due_on"], name="review_decision_open", condition=Q(state="open")
            ),
            models.Index(fields=["workspace", "task"], name="review_decision_task", condition=Q(task__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.words


class ReviewChange(WorkspaceModel):
    """A change to signals, touches, offers or an account's treatment that a person says came out of a decision."""

    append_only = True

    decision = WorkspaceForeignKey("playbooks.ReviewDecision", related_name="changes", db_index=False)
    kind = models.CharField(max_length=12)
    subject_id = models.BigIntegerField(help_text="the row of that kind")
    label = models.CharField(max_length=200, help_text="what it was called then")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150, blank=True)
    linked_at = models.DateTimeField()
    linked_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "decision", "kind", "subject_id"], name="review_change_once"),
            models.CheckConstraint(condition=Q(kind__in=CHANGES), name="review_change_kind_known"),
            models.CheckConstraint(condition=Q(changed_at__lte=F("linked_at")), name="review_change_linked_after"),
        ]
