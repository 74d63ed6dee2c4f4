"""The tone of a short text from a list of words: a number from -1 to 1, how sure it is, and by which version.

A word list is a zero-data default for English support texts; it reads no irony and claims no more than `confidence`.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

WORD = re.compile(
    r"[:;]-?[()dp/](?![a-z/])|[a-z]+(?:['-][a-z]+)*|[!]|[.;:?]|[\u2639\u2764\U0001f44d\U0001f44e\U0001f600-\U0001f64f]"
)
STOPS = frozenset(".;:?")
ENDINGS = (
    ("ies", "y"),
    ("ied", "y"),
    ("ily", "y"),
    ("ness", ""),
    ("est", ""),
    ("ing", ""),
    ("ing", "e"),
    ("ed", ""),
    ("ed", "e"),
    ("er", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
    ("d", ""),
)
SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedTone:
    """What was learnt from people's corrections: weights of terms, and of what the word list says, as plain numbers.

    A term of a text counts by its inverse document frequency, the whole text scaled to length one.
    """

    version: str
    weights: Mapping[str, float]
    idf: Mapping[str, float]
    words_weight: float
    intercept: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """Words with a tone from -4 to 4, words that turn it round or strengthen it; and what was learnt, if anything."""

    version: str
    tones: Mapping[str, float]
    negations: frozenset[str]
    intensities: Mapping[str, float]
    negation_factor: float
    reach: int
    half_point: float
    learned: LearnedTone | None = None

    def tone(self, word: str) -> float | None:
        """Return the tone of a word, by its stem if it is not listed itself; None when it has none."""
        found = self.tones.get(word)
        if found is not None or len(word) <= SHORTEST_STEM or not word.isascii():
            return found
        stems = (word[: -len(end)] + instead for end, instead in ENDINGS if word.endswith(end))
        return next((self.tones[stem] for stem in stems if len(stem) >= SHORTEST_STEM and stem in self.tones), None)


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
        tones=tones | {mark: float(level) for mark, level in data.get("emoticons", {}).items()},
        negations=frozenset(data["negations"]["words"].split()),
        intensities={word: float(factor) for factor, words in data["intensities"].items() for word in words.split()},
        negation_factor=data["negations"]["factor"],
        reach=data["negations"]["reach"],
        half_point=data["half_point"],
    )


def tone_of(text: str, *, lexicon: Lexicon) -> Tone:
    """Return the tone of `text`: by what was learnt where there is such a model, else by the word list."""
    by_words = words_tone(text, lexicon=lexicon)
    return by_words if lexicon.learned is None else learned_tone(text, by_words, learned=lexicon.learned)


def learned_tone(text: str, by_words: Tone, *, learned: LearnedTone) -> Tone:
    """Return the tone that the learnt model reads; a text without a known term keeps the word list's tone."""
    counts = Counter(term for term in terms_of(text) if term in learned.idf)
    if not counts:
        return by_words
    sizes = {term: count * learned.idf[term] for term, count in counts.items()}
    norm = math.sqrt(math.fsum(size * size for size in sizes.values()))
    told = math.fsum(size / norm * learned.weights.get(term, 0.0) for term, size in sizes.items())
    score = math.tanh((learned.intercept + told + learned.words_weight * by_words.score) / 2.0)  # 2p - 1
    hits = by_words.hits + len(counts)
    return Tone(score=round(score, 4), confidence=round(abs(score), 4), hits=hits, version=learned.version)


def terms_of(text: str) -> list[str]:
    """Return the words of a text and each pair of neighbours, as the learnt model counts them."""
    words = [word for word in WORD.findall(text.lower().replace("\u2019", "'")) if word not in STOPS]
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def parse_learned(data: Mapping[str, Any], *, number: int) -> LearnedTone:
    """Return the model of a stored version."""
    return LearnedTone(
        version=f"learned-{number}",
        weights=data["weights"],
        idf=data["idf"],
        words_weight=data["words_weight"],
        intercept=data["intercept"],
    )


def words_tone(text: str, *, lexicon: Lexicon) -> Tone:
    """Return the tone by the word list. What follows "but" counts half as much again, what precedes it half as much."""
    words = WORD.findall(text.lower().replace("\u2019", "'"))
    tones = [lexicon.tone(word) for word in words]
    places = [at for at, tone in enumerate(tones) if tone is not None]
    hits = [_weigh(words, at, tones[at] or 0.0, lexicon) for at in places]
    if not hits:
        return Tone(score=0.0, confidence=0.0, hits=0, version=lexicon.version)
    pivot = words.index("but") if "but" in words else None
    total = math.fsum(hit * _turn(at, pivot) for hit, at in zip(hits, places, strict=True))
    total *= 1.0 + 0.1 * min(words.count("!"), 3)
    score = total / math.sqrt(total * total + lexicon.half_point)
    confidence = len(hits) / (len(hits) + 1.0)
    return Tone(score=round(score, 4), confidence=round(confidence, 4), hits=len(hits), version=lexicon.version)


def _turn(at: int, pivot: int | None) -> float:
    if pivot is None:
        return 1.0
    return 1.5 if at > pivot else 0.5


def _weigh(words: list[str], at: int, tone: float, lexicon: Lexicon) -> float:
    """Return the tone of the word at `at` under the negations and intensities shortly before it."""
    for back in range(1, lexicon.reach + 1):
        before = words[at - back] if at >= back else "."
        if before in STOPS or before == "but":
            break
        if before in lexicon.intensities:
            tone *= 1.0 + (lexicon.intensities[before] - 1.0) / back
        if before in lexicon.negations or before.endswith("n't"):
            tone *= lexicon.negation_factor
    return tone
