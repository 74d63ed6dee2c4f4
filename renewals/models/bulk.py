"""The base of tables written by the hundred thousand.

No foreign key is checked row by row: the writing statement itself resolves accounts under row-level security.
"""

from django.db import models

from renewals.models.base import WorkspaceModel


class BulkModel(WorkspaceModel):
    """A row that belongs to one workspace, without the database's check of the link to it."""

    workspace = models.ForeignKey(
        "renewals.Workspace", models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        abstract = True


def account_link(**options) -> models.ForeignKey:
    """Return a link to an account that the writing statement has resolved itself."""
    options.setdefault("related_name", "+")
    return models.ForeignKey("renewals.Account", models.DO_NOTHING, db_constraint=False, db_index=False, **options)
