"""The workspaces a person belongs to, by name: each name is read from inside its own workspace."""

from dataclasses import dataclass

from dashboards.core.wording import title
from renewals.actions.scope import in_workspace, person
from renewals.core.actors import Actor, person_actor
from renewals.queries.people import Membership
from renewals.queries.workspaces import workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceChoice:
    """A workspace to enter, and what one is there."""

    id: int
    name: str
    role: str
    is_current: bool


def workspace_choices(user_id: int, *, current_id: int, by: Actor) -> tuple[WorkspaceChoice, ...]:
    """Return the active workspaces of a person by name."""
    found = []
    for membership in _memberships(user_id):
        pk = membership.workspace_id
        with in_workspace(pk, by=person_actor(pk, user_id, by.label), why="the names of one's workspaces"):
            row = workspace(pk)
        if row.is_active:
            role = title(membership.role)
            found.append(WorkspaceChoice(id=pk, name=row.name, role=role, is_current=pk == current_id))
    return tuple(sorted(found, key=lambda each: (each.name.lower(), each.id)))


def _memberships(user_id: int) -> tuple[Membership, ...]:
    found = person(user_id)
    return () if found is None else found.memberships
