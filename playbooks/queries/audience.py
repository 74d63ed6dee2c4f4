"""What decides whether a renewal is in the audience of a playbook, loaded for one account."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from playbooks.core.definition import Playbook
from playbooks.core.facts import SelectionFacts
from playbooks.core.selection import SelectionRules
from playbooks.models import Enrolment
from playbooks.queries.cases import load_candidates
from playbooks.queries.enrolling import VersionsInForce, versions_in_force
from playbooks.queries.selection import selection_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceCase:
    """One renewal with its facts of selection, its local day and the enrolments it has or had, newest first."""

    facts: SelectionFacts
    today: date
    enrolments: tuple[Enrolment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audiences:
    """The rules in force and the published versions of each active playbook that new enrolments may get."""

    rules: SelectionRules
    versions: VersionsInForce

    def playbooks_for(self, facts: SelectionFacts) -> Mapping[str, Playbook]:
        """Return the definition of each playbook that this renewal would enter under, a pilot where it applies."""
        return {key: each.definition for key, each in self.versions.for_facts(facts.facts).items()}


def audiences() -> Audiences:
    """Return what selection goes by now."""
    return Audiences(rules=selection_in_force(), versions=versions_in_force())


def audience_cases(renewal_ids: list[int], *, now: datetime) -> tuple[AudienceCase, ...]:
    """Return these renewals as playbook selection would see them now, with what they went through before."""
    behind: dict[int, list[Enrolment]] = {}
    enrolments = Enrolment.objects.filter(renewal_id__in=renewal_ids).select_related("playbook")
    for each in enrolments.order_by("-started_at", "-id"):
        behind.setdefault(each.renewal_id, []).append(each)
    found = []
    for candidate in load_candidates(renewal_ids, now=now):
        mine = tuple(behind.get(candidate.facts.renewal_id, ()))
        # The sweep passes over a renewal with any enrolment, also one whose date was moved since.
        occurrences = (candidate.facts.renewal_on,) if mine else ()
        facts = replace(candidate.facts, enrolled_occurrences=occurrences)
        found.append(AudienceCase(facts=facts, today=candidate.today, enrolments=mine))
    return tuple(found)
