"""Whether a renewal may enter a playbook again, and as which round. Pure; the occurrence of a run never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from playbooks.core.definition import Playbook, ReEnrolmentRule
from playbooks.core.facts import PastRun, Reason, reason
from playbooks.core.vocabulary import ReEnrolment
from renewals.core.conditions import Answer, Facts, evaluate


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The round a new run would be, 0 when there may be none; and why."""

    round: int
    why: Reason


def next_round(
    rule: ReEnrolmentRule, past: tuple[PastRun, ...], *, playbook_key: str, occurrence: date, now: datetime
) -> Again:
    """Return whether a renewal whose entry condition is yes may enter this playbook, given its earlier runs.

    A run that is open anywhere, or one of this period in another playbook, keeps it out. The condition must have turned
    no since the last run ended: a match that simply lasts is not a new match.
    """
    mine = [run for run in past if run.playbook_key == playbook_key and run.occurrence == occurrence]
    if any(run.is_open for run in past):
        return Again(round=0, why=reason("already_enrolled", occurrence=occurrence))
    if not mine:
        elsewhere = any(run.occurrence == occurrence for run in past)
        why = reason("already_enrolled" if elsewhere else "first_run", occurrence=occurrence)
        return Again(round=0 if elsewhere else 1, why=why)
    last = max(mine, key=lambda run: run.round)
    if rule.mode is ReEnrolment.ONCE_PER_RENEWAL:
        return Again(round=0, why=reason("already_enrolled", occurrence=occurrence))
    if not last.is_rearmed:
        return Again(round=0, why=reason("still_the_same_match", since=last.started_at))
    since = now - timedelta(days=rule.per_days)
    recent = sum(run.started_at > since for run in mine)
    if rule.mode is ReEnrolment.AT_MOST and recent >= rule.times:
        return Again(round=0, why=reason("enrolled_often_enough", times=recent, per_days=rule.per_days))
    return Again(round=last.round + 1, why=reason("matches_again", round=last.round + 1))


def rearmed_keys(playbooks: Mapping[str, Playbook], past: tuple[PastRun, ...], facts: Facts) -> tuple[str, ...]:
    """Return the playbooks of ended runs whose entry condition is no now: their next yes is a new match."""
    ended = dict.fromkeys(run.playbook_key for run in past if not run.is_open and not run.is_rearmed)
    return tuple(key for key in ended if key in playbooks and evaluate(playbooks[key].entry, facts).answer is Answer.NO)
