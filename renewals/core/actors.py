"""Who does something: a person, a part of the system or an API key. Every action names one."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The doer of an action inside one workspace; `id` is None for the system."""

    kind: Literal["person", "system", "api_key"]
    label: str
    workspace_id: int
    id: int | None = None


def system_actor(workspace_id: int, label: str) -> Actor:
    """Return the actor for background work named `label`, such as "cadence"."""
    return Actor(kind="system", label=label, workspace_id=workspace_id)


def person_actor(workspace_id: int, user_id: int, label: str) -> Actor:
    """Return the actor for a signed-in person; `label` is the name shown in the history."""
    return Actor(kind="person", id=user_id, label=label, workspace_id=workspace_id)
