"""Which column of a file says how each account ended, and which of its words mean lost, kept, or not decided yet.

Names and words are those of the field in the languages files come in; nothing here is of one data set.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from renewals.core.imports.names import name_words, plain_name

Reading = Literal["churned", "renewed", ""]
MOST_WORDS = 8
_NUMBER = re.compile(r"[-+]?[\d.,]+")


class Naming(IntEnum):
    """How plainly the name of a column says that it tells the end; the plainest is asked first."""

    LOSS = 0
    MENTIONS_LOSS = 1
    KEPT = 2
    ACTIVE = 3
    STATE = 4
    TARGET = 5


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NAMES: dict[Naming, frozenset[str]] = {
    Naming.LOSS: _set(
        "churn churned ischurn ischurned churner haschurned churnflag churnvalue churnlabel churnstatus outcome"
        " cancelled canceled iscancelled iscanceled terminated attrition attritionflag attrited left hasleft exited"
        " hasexited lost islost lapsed defected unsubscribed kündigung gekündigt kuendigung abwanderung abgewandert"
        " résilié resilie baja"
    ),
    Naming.KEPT: _set("retained isretained renewed isrenewed hasrenewed didrenew stayed retention"),
    Naming.ACTIVE: _set("active isactive stillactive isactivecustomer activecustomer iscurrent currentcustomer"),
    Naming.STATE: _set(
        "status customerstatus accountstatus clientstatus memberstatus membershipstatus subscriptionstatus"
        " contractstatus subscriberstatus policystatus state accountstate"
    ),
    Naming.TARGET: _set("target label class"),
}
_LOSS_STEMS = ("churn", "attrit", "cancel", "terminat", "unsubscri", "defect", "lapse", "exited", "kündig", "resili")
# A name with one of these speaks of the end without saying whether it came.
_NO_FLAGS = _set(
    "date day month year time score risk rate prob probability proba chance reason category cause history previous"
    " prior past last number num count cost fee at on by policy within notice propensity prediction predicted"
)
_YES = _set("yes true 1 1.0 y t ja oui si sí sim")
_NO = _set("no false 0 0.0 -1 n f nein non não")
_LEFT = (
    *("churn", "attrit", "cancel", "terminat", "lost", "left", "gone", "exit", "quit", "closed", "inactiv", "deactiv"),
    *("defect", "laps", "expired", "discontinu", "unsubscri", "former", "departed", "gekündigt", "verloren", "résili"),
)
_STAYED = (
    *("activ", "retain", "stay", "renew", "kept", "current", "existing", "remain", "loyal", "won", "open"),
    *("subscribed", "continu", "aktiv", "verlängert", "bestand", "actif"),
)
_NEGATIONS = _set("no not non never nicht kein")
_OPPOSITES: dict[Reading, Reading] = {"churned": "renewed", "renewed": "churned", "": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A column and its words; rows that say one of `undecided` have no end yet."""

    column: str
    churned: tuple[str, ...]
    renewed: tuple[str, ...]
    undecided: tuple[str, ...] = ()


def likely_ending(header: Sequence[str], rows: Sequence[Sequence[str]], *, is_told: bool) -> Ending | None:
    """Return the column that most plainly says how accounts ended, None when none does.

    `is_told` says that every row has a known end: then a state ("active"), a name that says little ("target") and a
    column of one class count as well, which in a list of running accounts they do not.
    """
    for naming, i, name in candidates(header, is_told=is_told):
        found = _ending(name, naming, {row[i].strip() for row in rows} - {""}, is_told=is_told)
        if found:
            return found
    return None


def candidates(header: Sequence[str], *, is_told: bool) -> list[tuple[Naming, int, str]]:
    """Return the columns whose names may tell the end, the plainest first, with their places."""
    most = Naming.TARGET if is_told else Naming.KEPT
    named = [(naming, i, name) for i, name in enumerate(header) if (naming := _naming(name)) is not None]
    return sorted(entry for entry in named if entry[0] <= most)


def _naming(name: str) -> Naming | None:
    plain, words = plain_name(name), name_words(name)
    for naming, names in _NAMES.items():
        if plain in names:
            return naming
    speaks = any(word.startswith(_LOSS_STEMS) for word in words)
    return Naming.MENTIONS_LOSS if speaks and not _NO_FLAGS.intersection(words) else None


def _ending(column: str, naming: Naming, words: set[str], *, is_told: bool) -> Ending | None:
    if not 0 < len(words) <= MOST_WORDS:
        return None
    read = {word: _reading(word, naming) for word in sorted(words)}
    read = _completed(read) if naming <= Naming.ACTIVE else read
    churned, renewed, undecided = (tuple(_meaning(read, what)) for what in ("churned", "renewed", ""))
    is_one_class = is_told and naming <= Naming.KEPT and len(words) == 1 and not undecided
    if not ((churned and renewed) or is_one_class) or any(_NUMBER.fullmatch(word) for word in undecided):
        return None
    return Ending(column=column, churned=churned, renewed=renewed, undecided=undecided)


def _meaning(read: dict[str, Reading], what: Reading) -> Iterator[str]:
    return (word for word, meaning in read.items() if meaning == what)


def _completed(read: dict[str, Reading]) -> dict[str, Reading]:
    """Of two words of which one is known the other is its opposite."""
    known = [meaning for meaning in read.values() if meaning]
    if len(read) != 2 or len(known) != 1:
        return read
    return {word: meaning or _opposite(known[0]) for word, meaning in read.items()}


def _reading(word: str, naming: Naming) -> Reading:
    plain = word.casefold().rstrip(".! ")
    yes: Reading = "renewed" if naming in (Naming.KEPT, Naming.ACTIVE) else "" if naming is Naming.STATE else "churned"
    if plain in _YES:
        return yes
    if plain in _NO:
        return _opposite(yes)
    said = name_words(word)
    meaning: Reading = "renewed" if _any(said, _STAYED) else "churned" if _any(said, _LEFT) else ""
    return _opposite(meaning) if _NEGATIONS.intersection(said) else meaning


def _opposite(meaning: Reading) -> Reading:
    return _OPPOSITES[meaning]


def _any(words: Iterable[str], stems: tuple[str, ...]) -> bool:
    return any(word.startswith(stems) for word in words)
