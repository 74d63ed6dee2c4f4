"""Renewals and enrolments as they will be seen while nobody says anything more: by the scores they have by then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from playbooks.core.definition import Playbook, Step
from playbooks.core.kind_checks import built_in_condition
from playbooks.core.validation.kinds import stated_conditions
from playbooks.queries.case_facts import Candidate, StepCase, case_from_row
from playbooks.queries.cases import EnteringCase, LoadedCase
from playbooks.queries.knowledge import Knowledge
from renewals.core.conditions import fields_of
from signals.queries.foreseen import ScoresAhead

AGEING = timedelta(days=14)
"""How far ahead scores are foreseen to age: hardly anybody is silent for longer."""
Row = Mapping[str, Any]
SCORED = ("health.", "risk.", "usage.", "support.", "billing.", "contact.sponsor_stability")
"""What conditions read that ageing alone changes, by how it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeingCase(LoadedCase):
    """An enrolment whose scores age up to `until`; later ones are not foreseen, and today's stand in for them."""

    scores: tuple[ScoresAhead, ...]
    until: datetime

    def seen_at(self, *, now: datetime) -> StepCase:
        """Return the case as the engine will see it at `now` if nothing new is heard of the account."""
        row = aged(self.row, self.scores, at=now) if now <= self.until else self.row
        return case_from_row(row, self.version, self.behind, self.people, now=now)

    def seen_by_todays_scores(self, *, now: datetime) -> StepCase | None:
        """Return the case at `now` with the scores of today, None where those are the ones that count."""
        is_aged = now <= self.until and any(each.at <= now for each in self.scores)
        return case_from_row(self.row, self.version, self.behind, self.people, now=now) if is_aged else None

    def goes_by_todays_scores(self, step: Step, *, now: datetime) -> bool:
        """Answer whether a step at `now` asks for a score that is not foreseen: after `until`, or a learned model's."""
        asked = _asked_by(step)
        if now > self.until:
            return any(name.startswith(SCORED) for name in asked)
        by_then = [each for each in self.scores if each.at <= now]
        is_learned = bool(by_then) and self.row["renewal_id"] not in by_then[-1].risks
        return is_learned and any(name.startswith("risk.") for name in asked)

    def change_after(self, moment: datetime) -> datetime | None:
        """Return when the account is scored next, or its scores end to be foreseen."""
        return min((at for at in (*(each.at for each in self.scores), self.until) if at > moment), default=None)

    def news_after(self, moment: datetime) -> datetime | None:
        """Return when the account is scored next."""
        return min((each.at for each in self.scores if each.at > moment), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The scores of accounts while nobody says anything, as far ahead as `until`."""

    scores: Mapping[int, tuple[ScoresAhead, ...]]
    until: datetime

    def over(self, loaded: LoadedCase) -> LoadedCase:
        """Return an enrolment as this silence lets it age."""
        scores = self.scores.get(loaded.row["account_id"], ())
        if not scores:
            return loaded
        same = {"row": loaded.row, "version": loaded.version, "behind": loaded.behind, "people": loaded.people}
        return AgeingCase(**same, scores=scores, until=self.until)


def seen_ageing(case: EnteringCase, scores: Sequence[ScoresAhead], *, at: datetime) -> Candidate:
    """Return the renewal as it will be seen at a moment, by the last of these scores that is written by then."""
    return replace(case, row=aged(case.row, scores, at=at)).seen_at(now=at)


def aged(row: Row, scores: Sequence[ScoresAhead], *, at: datetime) -> Row:
    """Return what was read of a renewal with the last of these scores that is written by a moment."""
    by_then = [each for each in scores if each.at <= at]
    if not by_then:
        return row
    last: ScoresAhead = by_then[-1]
    known: Knowledge = row["known"]
    own = {
        "known": replace(known, measures=last.measures()),
        "health": last.health.value,
        "health_band": last.health.band,
        "health_coverage": last.health.coverage,
    }
    risk = last.risks.get(row["renewal_id"])
    if risk is not None:
        kept = None if risk.value is None else 1.0 - risk.value / 100.0
        own |= {"risk": risk.value, "risk_band": risk.band, "renew_probability": kept}
    return {**row, **own}


def _asked_by(step: Step) -> set[str]:
    stated = (step.condition, step.wait.until if step.wait else None, *(path.condition for path in step.paths))
    return {name for each in (*stated, built_in_condition(step)) for name in fields_of(each)}


@lru_cache(maxsize=512)
def reads_scores(definition: Playbook) -> bool:
    """Answer whether a condition of a playbook asks for what ageing alone changes."""
    stated = [condition for _, condition in stated_conditions(definition)]
    built_in = [built_in_condition(step) for step in definition.steps]
    return any(name.startswith(SCORED) for each in (*stated, *built_in) for name in fields_of(each))
