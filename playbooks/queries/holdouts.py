"""The holdout of the workspace as of any instant, and the arms an enrolment draws as it begins."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from playbooks.core.holdouts import Arm, Holdout, arm_from, draw_arms
from playbooks.core.states import OPEN_ENROLMENT_STATES
from playbooks.models import Enrolment, WorkspaceHoldout
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


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOut:
    """One holdout that an account is in now: of which playbook, by which arm, until its renewal on `until_on`."""

    playbook: str
    arm: Arm
    until_on: date


def held_out_now(account_id: int) -> tuple[HeldOut, ...]:
    """Return the holdouts of an account that no person has let it out of, by enrolment."""
    rows = Enrolment.objects.filter(
        account_id=account_id,
        state__in=OPEN_ENROLMENT_STATES,
        arms__contains=[{"held_out": True}],
        released_at__isnull=True,
    )
    found = rows.order_by("id").values_list("playbook__name", "arms", "renewal__due_on")
    return tuple(
        HeldOut(playbook=name, arm=arm, until_on=due_on)
        for name, arms, due_on in found
        for arm in map(arm_from, arms)
        if arm.is_held_out
    )


def drawn_arms(version: PublishedVersion, workspace: Holdout | None, *, account_id: int) -> list[dict[str, Any]]:
    """Return the arms of an account that enters a version now, as its enrolment keeps them."""
    arms = draw_arms(version.definition, rule_version=version.rule_version, workspace=workspace, account_id=account_id)
    return [arm.table() for arm in arms]
