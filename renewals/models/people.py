"""People who use Perennial, their membership of workspaces, their saved views, and API keys."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from renewals.models.base import WorkspaceForeignKey, WorkspaceModel, track


class HouseClock(models.Func):
    """The one clock, read by the database when a row is written without a time (log-in creates people of itself)."""

    function = "perennial_now"
    output_field = models.DateTimeField()


class UserManager(BaseUserManager["User"]):
    """Creates people; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """Return a new person who logs in with `email`."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the person with this address, whatever its case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person. What they may do is decided by their membership of a workspace, never here."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=150)
    timezone = models.CharField(max_length=64, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=HouseClock())

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


@track
class Team(WorkspaceModel):
    """People who share a book of accounts."""

    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


@track
class Membership(WorkspaceModel):
    """A person's role in one workspace and how many records it reaches."""

    user = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="memberships")
    team = WorkspaceForeignKey("renewals.Team", null=True, related_name="memberships")
    role = models.CharField(max_length=30)
    record_scope = models.CharField(max_length=4, blank=True, help_text="own, team or all; empty: as the role has it")
    daily_capacity = models.PositiveSmallIntegerField(default=8, help_text="human tasks a day")
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
            models.CheckConstraint(
                condition=models.Q(
                    role__in=[
                        "csm",
                        "renewal_manager",
                        "cs_manager",
                        "sales",
                        "finance",
                        "executive",
                        "product_viewer",
                        "admin",
                        "auditor",
                    ]
                ),
                name="member_role_known",
            ),
            models.CheckConstraint(
                condition=models.Q(record_scope__in=["", "own", "team", "all"]), name="member_scope_known"
            ),
        ]


class SavedView(WorkspaceModel):
    """A page address with its filters, under a name; shared views are seen by the whole workspace."""

    user = models.ForeignKey("renewals.User", on_delete=models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    is_shared = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user", "page", "name"], name="saved_view_once")]


@track
class ApiKey(WorkspaceModel):
    """A key for programs. Only the hash of its secret is kept."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=24)
    secret_hash = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    created_by = models.ForeignKey("renewals.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "secret_hash"], name="api_key_once")]


class ApiKeyUse(WorkspaceModel):
    """When a key was last used; apart from the key, so that each call does not write its history."""

    api_key = WorkspaceForeignKey("renewals.ApiKey", on_delete=models.CASCADE, related_name="uses")
    last_used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "api_key"], name="api_key_use_once")]


class IdempotencyKey(WorkspaceModel):
    """The first answer to a write with an Idempotency-Key; a repeat gets the same answer."""

    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="idempotency_key_once")]
