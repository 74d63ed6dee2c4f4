"""Two people of a workspace, as actors, for tests of drafts, notes and overrides."""

from renewals.core.actors import Actor, person_actor
from renewals.models import Membership, User, Workspace


def make_person(workspace: Workspace, name: str, role: str = "admin") -> Actor:
    """Insert a member and return the person as an actor."""
    user = User.objects.create(email=f"{name.lower()}@{workspace.slug}.example", name=name)
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return person_actor(workspace.id, user.id, name)
