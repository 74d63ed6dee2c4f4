"""Which version of a playbook a renewal enters under while one is on trial: the pilot only where its condition is yes.

Unknown never puts a renewal into a pilot; it takes the version that everybody else takes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from playbooks.core.condition_parse import NEVER, read_condition
from renewals.core.conditions import Answer, Condition, Facts, evaluate
from renewals.core.problems import Problem
from renewals.core.reading import Reader

Version = TypeVar("Version")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pilot(Generic[Version]):
    """A version on trial: for whom, and the version itself."""

    condition: Condition
    version: Version


@dataclass(frozen=True, slots=True, kw_only=True)
class PilotRule:
    """For whom a version is tried, and what the trial is to show."""

    condition: Condition
    question: str


def version_for(full: Version | None, pilots: Sequence[Pilot[Version]], facts: Facts) -> Version | None:
    """Return the newest pilot whose condition is yes, else the version for everybody; None when there is neither.

    `pilots` come newest first.
    """
    for pilot in pilots:
        if evaluate(pilot.condition, facts).answer is Answer.YES:
            return pilot.version
    return full


def read_pilot(table: object) -> tuple[PilotRule | None, tuple[Problem, ...]]:
    """Return the rule of a pilot in a plain table and every problem of it; None and nothing when there is no pilot."""
    if not table:
        return None, ()
    problems: list[Problem] = []
    reader = Reader(table if isinstance(table, Mapping) else {}, "pilot", problems)
    condition = read_condition(reader, "when")
    if condition is None and not reader.has("when"):
        reader.tell("E-CAD-05", "The pilot names nobody.", "Say for whom it is tried.", name="when")
    question = reader.text("question", longest=300)
    reader.raw("baseline")
    reader.finish()
    return PilotRule(condition=condition or NEVER, question=question), tuple(problems)
