"""A template's way through its own conditions, kept for all accounts about which the same things are known.

It is found by merging sealed values, which may be printed and asked whether they are there, and nothing else. A
template that looks into a value (a loop, a comparison, a filter) has no program and is merged value by value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from liquid.exceptions import LiquidError

from playbooks.core.messages.language import (
    BYTES_PER_CHARACTER,
    OUTPUT_LIMIT,
    LookedInto,
    Merged,
    Sealed,
    clean,
    merge_sealed,
    printed,
)
from playbooks.core.messages.variables import VARIABLES, MessageValue

MOST_PROGRAMS = 64
LONGEST_VALUE = 1_000
_GROUPS = {name: name.split(".", 1) for name in VARIABLES}
_MARKS = {name: chr(0xF000 + number) for number, name in enumerate(VARIABLES)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a template prints while `needs` holds: by name, whether the value is there. `texts` None: never the same."""

    needs: Mapping[str, bool]
    texts: tuple[str, str] | None
    constants: Mapping[str, str]
    names: Mapping[str, str]

    def holds(self, values: Mapping[str, MessageValue]) -> bool:
        """Answer whether what the program was learnt on is known and unknown of these values too."""
        return all(is_there(values.get(name)) is wanted for name, wanted in self.needs.items())

    def fill(self, values: Mapping[str, MessageValue]) -> tuple[Merged, Merged] | None:
        """Return subject and body; None when the values are too long to be sure of the limits."""
        if self.texts is None:
            return None
        marks = dict(self.constants)
        for mark, name in self.names.items():
            marks[mark] = clean(printed(values[name]))
            if not 0 < len(marks[mark]) <= LONGEST_VALUE:
                return None
        return Merged(text=self.texts[0], marks=marks), Merged(text=self.texts[1], marks=marks)


def merge_known(subject: str, body: str, values: Mapping[str, MessageValue]) -> tuple[Merged, Merged] | None:
    """Return subject and body merged by a kept program; None when only the values can tell what is printed."""
    known = _programs_of(subject, body)
    for program in known:
        if program.holds(values):
            return program.fill(values)
    if len(known) >= MOST_PROGRAMS:
        return None
    known.append(_learn(subject, body, values))
    return known[-1].fill(values)


def is_there(value: MessageValue) -> bool:
    """Answer whether a message may say a value; an empty list is there, but is looked into."""
    return bool(clean(value)) if isinstance(value, str) else value is not None


@lru_cache(maxsize=256)
def _programs_of(subject: str, body: str) -> list[Program]:
    """The programs learnt so far, which grow: the same sources always lead to the same ones."""
    return []


class _Group:
    """One group of the catalogue that gives sealed values, and notes which of them were asked for."""

    def __init__(self, name: str, values: Mapping[str, MessageValue], asked: dict[str, bool]) -> None:
        self._name, self._values, self._asked = name, values, asked

    def __getitem__(self, leaf: object) -> Sealed | None:
        name = f"{self._name}.{leaf}"
        if name not in VARIABLES:
            raise KeyError(leaf)
        value = self._values.get(name)
        if value == ():
            raise LookedInto
        self._asked[name] = is_there(value)
        return Sealed(_MARKS[name]) if self._asked[name] else None

    def _refuse(self, *_: object) -> bool:
        raise LookedInto

    __iter__ = __len__ = __contains__ = _refuse
    __str__ = __repr__ = __eq__ = __hash__ = _refuse  # type: ignore[assignment]  # refused alike


def _learn(subject: str, body: str, values: Mapping[str, MessageValue]) -> Program:
    asked: dict[str, bool] = {}
    context = {group: _Group(group, values, asked) for group, _ in _GROUPS.values()}
    texts, constants = _both(lambda source: merge_sealed(source, context), subject, body)
    is_bounded = texts is not None and _most_bytes(texts[1]) <= OUTPUT_LIMIT
    return Program(
        needs=asked,
        texts=texts if is_bounded else None,
        constants=constants,
        names={_MARKS[name]: name for name in asked if texts and _MARKS[name] in texts[0] + texts[1]},
    )


def _both(
    merge: Callable[[str], Merged | None], subject: str, body: str
) -> tuple[tuple[str, str] | None, Mapping[str, str]]:
    try:
        first, second = merge(subject), merge(body)
    except (LookedInto, LiquidError, ValueError, TypeError, RecursionError, OverflowError):
        return None, {}
    if first is None or second is None or not _agree(first.marks, second.marks):
        return None, {}
    return (first.text, second.text), {**first.marks, **second.marks}


def _agree(first: Mapping[str, str], second: Mapping[str, str]) -> bool:
    """Subject and body count their constants anew: one mark may not mean two things."""
    return all(second.get(mark, value) == value for mark, value in first.items())


def _most_bytes(text: str) -> int:
    marks = sum(text.count(mark) for mark in _MARKS.values())
    return BYTES_PER_CHARACTER * (len(text) + LONGEST_VALUE * marks)
