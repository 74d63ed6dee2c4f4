"""What every domain table has: a workspace, row-level security, links that cannot leave the workspace, history.

The database side (policies, composite keys, grants) is applied to all of them by `renewals.actions.database`.
"""

import pghistory
from django.apps import apps
from django.db import models


class WorkspaceModel(models.Model):
    """A row that belongs to one workspace. `append_only` tables refuse UPDATE and DELETE to the application role.

    `foreseen_from` are columns that open renewals are foreseen from: a change of one is noted (BookTouch).
    """

    append_only = False
    foreseen_from: tuple[str, ...] = ()

    workspace = models.ForeignKey("renewals.Workspace", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class WorkspaceForeignKey(models.ForeignKey):
    """A link between two domain rows. The database checks (workspace_id, id), so it cannot cross workspaces."""

    def __init__(self, to, on_delete=models.PROTECT, **options):
        options["db_constraint"] = False  # the composite key replaces Django's own
        super().__init__(to, on_delete, **options)


def track(model: type[models.Model]) -> type[models.Model]:
    """Record who, when, what and why for each insert, update and delete of `model`, by database triggers."""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    return pghistory.track(*events)(model)


def workspace_models() -> list[type[models.Model]]:
    """Return every model whose rows belong to a workspace, history tables included."""
    return [model for model in apps.get_models() if _has_workspace(model)]


def is_append_only(model: type[models.Model]) -> bool:
    """Answer whether the application may only insert and read: ledgers and history."""
    return getattr(model, "append_only", False) or hasattr(model, "pgh_tracked_model")


def _has_workspace(model: type[models.Model]) -> bool:
    meta = model._meta
    return (
        meta.db_table != "" and not meta.proxy and any(field.column == "workspace_id" for field in meta.concrete_fields)
    )


def money(**options) -> models.DecimalField:
    """Return a money column; its currency stands in a column beside it."""
    return models.DecimalField(max_digits=18, decimal_places=4, **options)


def currency(**options) -> models.CharField:
    """Return a column for an ISO 4217 code."""
    return models.CharField(max_length=3, **options)


def currency_check(name: str, field: str = "currency") -> models.CheckConstraint:
    """Return the constraint that `field` is three capital letters."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__regex": r"^[A-Z]{3}$"}), name=name)
