"""What each enrolment under way would do next if a version were published over it. Asking changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from playbooks.core.definition import Playbook
from playbooks.core.holdouts import Arm, Holdout, draw_arms, held_out_by
from playbooks.core.inflight import Ahead, Treatment, treatments
from playbooks.models import Deviation, Enrolment, PlaybookVersion, StepRun
from playbooks.queries.case_facts import StepCase
from playbooks.queries.cases import load_enrolment_cases
from playbooks.queries.definitions import definitions_of
from playbooks.queries.holdouts import workspace_holdouts

UNDER_WAY = ("active", "paused")


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlight:
    """One enrolment with what is next under each treatment."""

    enrolment_id: int
    account_id: int
    renewal_id: int
    account_name: str
    rule_version: str
    ahead: Mapping[Treatment, Ahead]


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightPage:
    """A page of enrolments by id, `total` of them all; `after` starts the next page and is None on the last."""

    rows: tuple[InFlight, ...]
    total: int
    after: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationRate:
    """Steps done otherwise than a version says, among those that ended or were changed."""

    deviated: int
    steps: int

    @property
    def rate(self) -> float | None:
        """Return the share, 0..1."""
        return self.deviated / self.steps if self.steps else None


def preview(*, version_id: int, now: datetime, after: int = 0, limit: int = 50) -> InFlightPage:
    """Return what publishing this version does to those who are in another one of its playbook."""
    version = PlaybookVersion.objects.get(id=version_id)
    new = definitions_of({version_id})[version_id].definition
    return preview_definition(version.playbook_id, new, now=now, without=version_id, after=after, limit=limit)


def preview_definition(
    playbook_id: int, new: Playbook, *, now: datetime, without: int = 0, after: int = 0, limit: int = 50
) -> InFlightPage:
    """Return the same for a definition that is not published yet, such as a draft's."""
    everybody = Enrolment.objects.filter(playbook_id=playbook_id, state__in=UNDER_WAY).exclude(version_id=without)
    holdouts = workspace_holdouts()
    ids = list(everybody.filter(id__gt=after).order_by("id").values_list("id", flat=True)[: limit + 1])
    rows = tuple(
        InFlight(
            enrolment_id=case.enrolment_id,
            account_id=case.account_id,
            renewal_id=case.renewal_id,
            account_name=str(case.words["account_name"]),
            rule_version=case.rule_version,
            ahead=_ahead(case, new, holdouts.at(now), now=now),
        )
        for case in load_enrolment_cases(ids[:limit], now=now)
    )
    return InFlightPage(rows=rows, total=everybody.count(), after=ids[limit - 1] if len(ids) > limit else None)


def _ahead(case: StepCase, new: Playbook, workspace: Holdout | None, *, now: datetime) -> Mapping[Treatment, Ahead]:
    """Return what is next, and whether the account is held out of it: who goes on keeps what he drew."""
    found = treatments(case.definition, new, case.plan, now=now)
    if case.facts.is_released:
        return found
    drawn = draw_arms(new, rule_version=new.key, workspace=workspace, account_id=case.account_id)
    arms = dict.fromkeys(Treatment, case.facts.arms) | {Treatment.RESTART: drawn}
    return {
        each: replace(
            ahead, is_held_out=_is_held_out(ahead, case.definition if each is Treatment.NEW_ONLY else new, arms[each])
        )
        for each, ahead in found.items()
    }


def _is_held_out(ahead: Ahead, definition: Playbook, arms: tuple[Arm, ...]) -> bool:
    step = definition.find(ahead.following.step.step_key) if ahead.following.step else None
    return step is not None and held_out_by(step, arms) is not None


def deviation_rate(playbook_id: int) -> DeviationRate:
    """Return how often people do the steps of a playbook otherwise, over all its versions."""
    changed = Deviation.objects.filter(enrolment__playbook_id=playbook_id).exclude(kind="as_planned")
    ended = StepRun.objects.filter(enrolment__playbook_id=playbook_id, state__in=("done", "skipped", "parked"))
    keys = set(changed.values_list("enrolment_id", "step_key"))
    behind = set(ended.filter(enrolment_id__in={key[0] for key in keys}).values_list("enrolment_id", "step_key"))
    return DeviationRate(deviated=len(keys), steps=ended.count() + len(keys - behind))
