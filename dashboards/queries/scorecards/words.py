"""What the pages of /scores/ share: names of measures, versions in words, differences between them."""

from collections.abc import Mapping
from typing import Any

from dashboards.core.change_words import change_words
from dashboards.core.parts import Difference
from dashboards.queries.scoring import labels
from signals.core.editing.changes import rule_changes
from signals.models import ScorecardVersion

KINDS = {"health": "Health", "risk": "Risk", "expansion": "Expansion potential", "tiers": "Tiers"}
STATES = {
    "draft": ("Draft", "accent"),
    "waiting": ("Waits for approval", "watch"),
    "published": ("In force", "good"),
    "retired": ("Was in force", ""),
    "rejected": ("Not published", "bad"),
}


def labels_of(*definitions: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of measures and inputs that these definitions have, the shipped ones besides."""
    found = dict(labels())
    for definition in definitions:
        rows = [*definition.get("inputs", ()), *definition.get("measures", ())]
        found |= {row["key"]: row["label"] for row in rows}
    return found


def differences_between(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Return what changes from one definition to the other, in words."""
    return change_words(rule_changes(before, after), kind=kind, labels=labels_of(before, after))


def version_words(version: ScorecardVersion) -> str:
    """Return the name of a version: "Health 3", or "Draft of health" while it has no number."""
    kind = KINDS[version.kind]
    return f"{kind} {version.number}" if version.number else f"Draft of {kind.lower()}"
