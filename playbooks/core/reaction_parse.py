"""A playbook's own rules for reactions from a plain mapping. What a definition leaves out follows the defaults."""

from playbooks.core.reactions import ReactionEffect, ReactionKind, ReactionRule
from renewals.core.reading import Reader


def read_reaction(reader: Reader) -> ReactionRule | None:
    """Return one rule, None when its kind or its effect cannot be read (told by the reader)."""
    kind = reader.choice("kind", ReactionKind)
    effect = reader.choice("effect", ReactionEffect)
    days = reader.whole("days", default=0, least=0, most=180)
    if effect is ReactionEffect.HOLD and days == 0:
        reader.tell("E-CAD-05", "A hold has no days.", "Add days = 7, or choose another effect.", name="days")
    reader.finish()
    return None if kind is None or effect is None else ReactionRule(kind=kind, effect=effect, days=days)
