"""The tone of a short text from a list of words: a number from -1 to 1, how sure it is, and by which version.

A word list is a zero-data default for English support texts; it reads no irony and claims no more than `confidence`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[!]|[.;:?]|\bbut\b")
STOPS = frozenset(".;:?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Words with a tone from -4 to 4, words that turn it round, words that strengthen or weaken it."""

    version: str
    tones: Mapping[str, float]
    negations: frozenset[str]
    intensities: Mapping[str, float]
    negation_factor: float
    reach: int
    half_point: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tone:
    """A tone from -1 to 1. `confidence` grows with the number of telling words and is 0 when there is none."""

    score: float
    confidence: float
    hits: int
    version: str


def parse_lexicon(data: Mapping[str, Any]) -> Lexicon:
    """Return the lexicon that the library describes."""
    tones = {word: float(level) for level, words in data["tones"].items() for word in words.split()}
    return Lexicon(
        version=data["version"],
        tones=tones,
        negations=frozenset(data["negations"]["words"].split()),
        intensities={word: float(factor) for factor, words in data["intensities"].items() for word in words.split()},
        negation_factor=data["negations"]["factor"],
        reach=data["negations"]["reach"],
        half_point=data["half_point"],
    )


def tone_of(text: str, *, lexicon: Lexicon) -> Tone:
    """Return the tone of `text`. What follows "but" counts half as much again, what precedes it half as much."""
    words = WORD.findall(text.lower().replace("\u2019", "'"))
    hits = [_weigh(words, at, lexicon) for at, word in enumerate(words) if word in lexicon.tones]
    if not hits:
        return Tone(score=0.0, confidence=0.0, hits=0, version=lexicon.version)
    pivot = words.index("but") if "but" in words else None
    places = [at for at, word in enumerate(words) if word in lexicon.tones]
    total = math.fsum(hit * _turn(at, pivot) for hit, at in zip(hits, places, strict=True))
    total *= 1.0 + 0.1 * min(words.count("!"), 3)
    score = total / math.sqrt(total * total + lexicon.half_point)
    confidence = len(hits) / (len(hits) + 1.0)
    return Tone(score=round(score, 4), confidence=round(confidence, 4), hits=len(hits), version=lexicon.version)


def _turn(at: int, pivot: int | None) -> float:
    if pivot is None:
        return 1.0
    return 1.5 if at > pivot else 0.5


def _weigh(words: list[str], at: int, lexicon: Lexicon) -> float:
    """Return the tone of the word at `at` under the negations and intensities shortly before it."""
    tone = lexicon.tones[words[at]]
    for back in range(1, lexicon.reach + 1):
        before = words[at - back] if at >= back else "."
        if before in STOPS or before == "but":
            break
        if before in lexicon.intensities:
            tone *= 1.0 + (lexicon.intensities[before] - 1.0) / back
        if before in lexicon.negations or before.endswith("n't"):
            tone *= lexicon.negation_factor
    return tone
