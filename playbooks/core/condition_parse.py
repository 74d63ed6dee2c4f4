"""Conditions of playbooks: the language of `renewals.core.condition_parse` over the facts that playbooks know."""

from playbooks.core.fields import FACT_FIELDS, UNTOLD_FIELDS
from renewals.core.condition_parse import ANSWER, CONDITION, NEVER, why_incomparable
from renewals.core.condition_parse import read_condition as read_on_facts
from renewals.core.conditions import Condition
from renewals.core.reading import Reader

__all__ = ["ANSWER", "CONDITION", "NEVER", "read_condition", "why_incomparable"]

KNOWN = {**FACT_FIELDS, **UNTOLD_FIELDS}


def read_condition(reader: Reader, name: str) -> Condition | None:
    """Return the condition under `name`; None when there is none, or after telling when it cannot be read."""
    return read_on_facts(reader, name, facts=KNOWN)
