"""Whether a playbook definition makes sense: everything wrong with it at once, each with code, place and remedy.

A playbook without operator, intended outcome, escalation, success measure, decision rights or guardrails is refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from playbooks.core.definition import Playbook
from playbooks.core.definition_parse import parse_definition
from playbooks.core.validation.doing import check_doing, check_holdouts, check_template
from playbooks.core.validation.kinds import (
    check_answers,
    check_branches,
    check_forms,
    check_goal,
    check_parts,
    check_told,
)
from playbooks.core.validation.structure import (
    check_exits,
    check_governance,
    check_keys,
    check_phases,
    check_step_phases,
    check_success,
)
from playbooks.core.validation.timing import check_dates, check_instants, check_reach, check_send_times
from playbooks.core.vocabulary import MessageClass
from renewals.core.problems import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class DefinitionReading:
    """The definition when nothing stops it (else None), and every problem, errors before warnings."""

    playbook: Playbook | None
    problems: tuple[Problem, ...]


def read_definition(
    table: Mapping[str, object], *, templates: Mapping[str, MessageClass] | None = None
) -> DefinitionReading:
    """Read and check a definition from a TOML or JSON mapping. `templates` (key to class) are checked when given."""
    parsed = parse_definition(table)
    found = parsed.problems + validate(parsed.playbook, templates=templates)
    once = tuple(dict.fromkeys(sorted(found, key=lambda problem: not problem.is_error)))
    return DefinitionReading(
        playbook=None if any(problem.is_error for problem in once) else parsed.playbook, problems=once
    )


def validate(playbook: Playbook, *, templates: Mapping[str, MessageClass] | None = None) -> tuple[Problem, ...]:
    """Return every problem of sense in a definition, none when it may be published."""
    problems = [problem for check in _CHECKS for problem in check(playbook)]
    if templates is not None:
        problems += [problem for step in playbook.steps for problem in check_template(step, templates)]
    return tuple(problems)


_CHECKS: tuple[Callable[[Playbook], list[Problem]], ...] = (
    check_governance,
    check_success,
    check_exits,
    check_keys,
    check_phases,
    check_step_phases,
    check_reach,
    check_instants,
    check_dates,
    check_doing,
    check_holdouts,
    check_send_times,
    check_branches,
    check_forms,
    check_parts,
    check_goal,
    check_answers,
    check_told,
)
