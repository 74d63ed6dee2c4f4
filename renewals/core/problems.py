"""One problem of a definition or template: what is wrong, where, what to do; collected, to be told at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A finding with a stable code; codes starting with W are warnings and do not stop a publication."""

    code: str
    where: str
    what: str
    remedy: str

    @property
    def is_error(self) -> bool:
        """Answer whether this stops a publication."""
        return self.code.startswith("E-")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return "Did you mean 'x'?" for the nearest known word, else the known words, shortened."""
    choices = sorted(known)
    near = get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    shown = ", ".join(choices[:12])
    return f"Known: {shown}{', …' if len(choices) > 12 else ''}."
