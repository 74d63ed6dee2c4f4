"""The holdout of the workspace as of any instant, and the arms an enrolment draws as it begins."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playbooks.core.holdouts import Holdout, draw_arms
from playbooks.models import WorkspaceHoldout
from playbooks.queries.definitions import PublishedVersion


@dataclass(frozen=True, slots=True)
class WorkspaceHoldouts:
    """The versions of the workspace's own holdout with when each was set, the oldest first; mostly there is none."""

    versions: tuple[tuple[datetime, Holdout], ...] = ()

    def at(self, moment: datetime) -> Holdout | None:
        """Return the holdout in force at a moment, None while it holds nobody out."""
        found = [each for set_at, each in self.versions if set_at <= moment][-1:]
        return found[0] if found and found[0].percent else None


def workspace_holdouts() -> WorkspaceHoldouts:
    """Return every version of the workspace's holdout."""
    rows = WorkspaceHoldout.objects.order_by("number").values_list("set_at", "percent", "salt", "number")
    return WorkspaceHoldouts(
        tuple(
            (set_at, Holdout(percent=percent, salt=salt, rule_version=f"holdout v{number}"))
            for set_at, percent, salt, number in rows
        )
    )


def drawn_arms(version: PublishedVersion, workspace: Holdout | None, *, account_id: int) -> list[dict[str, Any]]:
    """Return the arms of an account that enters a version now, as its enrolment keeps them."""
    arms = draw_arms(version.definition, rule_version=version.rule_version, workspace=workspace, account_id=account_id)
    return [arm.table() for arm in arms]
