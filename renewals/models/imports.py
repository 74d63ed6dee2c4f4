"""Imports of files: the file itself, what became of each run, its refused rows, and what undo needs to put back."""

from django.db import models
from django.db.models import Q

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel


class ImportRun(WorkspaceModel):
    """One file on its way in. `report` is what the last preview or commit said; counts are those of the commit."""

    class State(models.TextChoices):
        """From the upload to the end; a run found `running` after a crash is simply run again."""

        UPLOADED = "uploaded"
        PREVIEWING = "previewing"
        PREVIEWED = "previewed"
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNDOING = "undoing"
        UNDONE = "undone"

    kind = models.CharField(max_length=30)
    file_name = models.CharField(max_length=200)
    file_sha256 = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField()
    source = models.CharField(max_length=60, blank=True)
    mapping = models.TextField(blank=True, help_text="the mapping as TOML")
    header = models.JSONField(default=list)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    rows_read = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    duplicate_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    left_out_count = models.PositiveIntegerField(default=0)
    report = models.JSONField(default=dict)
    created_by = models.ForeignKey("renewals.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_by_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by_label = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "undone"], finished_at__isnull=False)
                | ~Q(state__in=["done", "failed", "undone"]),
                name="import_run_finished_with_time",
            )
        ]
        indexes = [models.Index(fields=["workspace", "-created_at"], name="import_run_newest")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.file_name}"


class ImportFile(WorkspaceModel):
    """The bytes of an uploaded file; kept here so that web and worker need no shared disk."""

    run = WorkspaceForeignKey("renewals.ImportRun", on_delete=models.CASCADE, related_name="files")
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "run"], name="import_file_once")]


class ImportReject(WorkspaceModel):
    """A row that was refused: its cells as they were, and why."""

    run = WorkspaceForeignKey("renewals.ImportRun", on_delete=models.CASCADE, related_name="rejects")
    row_number = models.PositiveIntegerField(help_text="as a spreadsheet shows it: the header is 1")
    cells = models.JSONField(default=list)
    problems = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "run", "row_number"], name="import_reject_once")]


class ImportChange(WorkspaceModel):
    """A row that a run created or changed: the values it replaced and those it put there."""

    class Action(models.TextChoices):
        """What was done to the row."""

        CREATED = "created"
        UPDATED = "updated"

    run = WorkspaceForeignKey("renewals.ImportRun", on_delete=models.CASCADE, related_name="changes")
    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    action = models.CharField(max_length=7, choices=Action.choices)
    before = models.JSONField(null=True)
    after = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "run", "table_name", "row_id"], name="import_change_once")
        ]
