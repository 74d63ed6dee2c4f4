"""The shape of a problem of a definition, and the name of a step in it."""

from playbooks.core.definition import Step
from renewals.core.problems import Problem


def problem(code: str, where: str, what: str, remedy: str) -> Problem:
    """Return one problem; the four parts in the order in which they are read."""
    return Problem(code=code, where=where, what=what, remedy=remedy)


def at_step(step: Step) -> str:
    """Return how a step is named in a problem."""
    return f"step '{step.key}'"
