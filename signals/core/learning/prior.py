"""What is believed before any outcome: standard meanings with coefficients, and words that are no features at all.

The shipped beliefs are data (`signals/library/prior.toml`); a workspace may pass its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from signals.core.errors import FrameInvalid
from signals.core.learning.frame import FAMILIES

PLAIN, LOGARITHM, RELATIVE = "plain", "logarithm", "relative"


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One standard meaning: how its value is read, and the log-odds of loss per step of x."""

    key: str
    label: str
    family: str
    form: str
    coefficient: float
    low: float
    high: float
    centre: float = 0.0
    scale: float = 1.0
    words: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    levels: tuple[tuple[float, tuple[str, ...]], ...] = ()
    is_repeatable: bool = False
    shows_state: bool = False
    """Whether it is one of the measures through which a common state of the account shows, each with its error."""
    settles_months: float = 0.0
    """How long an account is set up before its value says how it is doing: of a younger one it is not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """All beliefs; `base` holds log-odds of loss per segment and a default."""

    version: str
    base: Mapping[str, float]
    meanings: Mapping[str, Meaning]
    yes: tuple[str, ...] = ("yes", "true")
    no: tuple[str, ...] = ("no", "false")
    protected: tuple[str, ...] = ()
    never_protected: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()

    def base_log_odds(self, segment: str) -> float:
        """Return the log-odds of loss of an average account of the segment."""
        return self.base.get(segment, self.base["default"])


def parse_prior(tables: Mapping[str, Any]) -> Prior:
    """Return the beliefs of a parsed `prior.toml`; raise FrameInvalid naming the entry that cannot be used."""
    meanings = [_meaning(table) for table in tables["meanings"]]
    return Prior(
        version=str(tables["version"]),
        base={str(segment): float(value) for segment, value in tables["base"].items()},
        meanings={meaning.key: meaning for meaning in meanings},
        yes=_words(tables, "yes"),
        no=_words(tables, "no"),
        protected=_words(tables, "protected"),
        never_protected=tuple(tables.get("protected", {}).get("never", ())),
        identifiers=_words(tables, "identifiers"),
    )


def prior_document(prior: Prior) -> dict[str, Any]:
    """Return the tables from which `parse_prior` makes the same prior again."""
    return {
        "version": prior.version,
        "base": dict(prior.base),
        "yes": {"words": list(prior.yes)},
        "no": {"words": list(prior.no)},
        "protected": {"words": list(prior.protected), "never": list(prior.never_protected)},
        "identifiers": {"words": list(prior.identifiers)},
        "meanings": [_meaning_document(meaning) for meaning in prior.meanings.values()],
    }


def _words(tables: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(str(word) for word in tables.get(name, {}).get("words", ()))


def _meaning(table: Mapping[str, Any]) -> Meaning:
    key = table.get("key", "?")
    if table.get("form") not in (PLAIN, LOGARITHM, RELATIVE):
        raise FrameInvalid(f"Meaning {key!r} has the form {table.get('form')!r}: plain, logarithm or relative.")
    if table.get("family") not in FAMILIES:
        raise FrameInvalid(f"Meaning {key!r} is of family {table.get('family')!r}, which is not known.")
    if not table["low"] < table["high"] or table.get("scale", 1.0) <= 0:
        raise FrameInvalid(f"Meaning {key!r} needs low below high and a scale above 0.")
    plain = {name: table[name] for name in table if name not in ("words", "never", "levels")}
    levels = tuple((float(value), tuple(words)) for value, words in table.get("levels", {}).items())
    return Meaning(**plain, words=tuple(table.get("words", ())), never=tuple(table.get("never", ())), levels=levels)


def _meaning_document(meaning: Meaning) -> dict[str, Any]:
    names = [name for name in Meaning.__dataclass_fields__ if name not in ("words", "never", "levels")]
    return {
        **{name: getattr(meaning, name) for name in names},
        "words": list(meaning.words),
        "never": list(meaning.never),
        "levels": {repr(value): list(words) for value, words in meaning.levels},
    }
