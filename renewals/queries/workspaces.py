"""Workspaces: the ids that sweeps walk through, one's own workspace, its stages, moments and people's defaults."""

from django.db import connection
from django.db.models import QuerySet

from renewals.core.errors import UnknownReference
from renewals.core.lifecycle import MomentAnchor, MomentRule
from renewals.models import CriticalMoment, LifecycleStage, Product, Workspace
from renewals.queries.written import Written

MOMENTS = Written(
    lambda: CriticalMoment.objects.order_by("offset_days", "key").values_list("key", "name", "anchor", "offset_days")
)


def active_workspace_ids() -> tuple[int, ...]:
    """Return the ids of all active workspaces: the one door across them, and it gives nothing else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT perennial_active_workspaces()")
        return tuple(row[0] for row in cursor.fetchall())


def workspace_id_of(slug: str) -> int:
    """Return the id of the workspace with this slug, for commands; raises UnknownReference."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT perennial_workspace_id(%s)", [slug])
        found = cursor.fetchone()[0]
    if found is None:
        raise UnknownReference(f"There is no workspace '{slug}'.", remedy="See create_workspace.")
    return int(found)


def chosen_workspaces(slug: str) -> tuple[int, ...]:
    """Return the workspace of this slug, or all active ones for ''. Raises UnknownReference for a slug nobody has."""
    return (workspace_id_of(slug),) if slug else active_workspace_ids()


def workspace(workspace_id: int) -> Workspace:
    """Return the workspace one is in; raises UnknownReference for any other."""
    found = Workspace.objects.filter(id=workspace_id).first()
    if found is None:
        raise UnknownReference(f"There is no workspace {workspace_id} here.")
    return found


def stages() -> QuerySet[LifecycleStage]:
    """Return the lifecycle stages in order."""
    return LifecycleStage.objects.order_by("position")


def moment_rules() -> tuple[MomentRule, ...]:
    """Return the workspace's renewal-critical moments as rules."""
    return tuple(
        MomentRule(key=key, name=name, anchor=MomentAnchor(anchor), offset_days=days)
        for key, name, anchor, days in MOMENTS.read()
    )


def products() -> QuerySet[Product]:
    """Return what is sold, by name."""
    return Product.objects.order_by("name", "id")
