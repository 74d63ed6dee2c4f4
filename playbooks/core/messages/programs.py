"""A template's way through its own conditions, kept for all accounts about which the same things are known.

It is found by merging sealed values, which may be printed and asked whether they are there, and nothing else; of a list
each line is sealed, and it may be gone through. A template that looks into a value (a comparison, a filter) has no
program and is merged value by value.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from liquid.exceptions import LiquidError

from playbooks.core.messages.language import (
    BYTES_PER_CHARACTER,
    LAST_MARK,
    OUTPUT_LIMIT,
    LookedInto,
    Merged,
    Sealed,
    clean,
    lists_in,
    merge_sealed,
    printed,
)
from playbooks.core.messages.variables import VARIABLES, MessageValue

MOST_PROGRAMS = 64
LONGEST_VALUE = 1_000
_GROUPS = {name: name.split(".", 1) for name in VARIABLES}
_MARKS = {name: chr(0xF000 + number) for number, name in enumerate(VARIABLES)}
_FIRST_LINE = 0xF000 + len(VARIABLES)
Place = tuple[str, int | None]
"""A name of the catalogue, and which line of its list; None for the value as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a template prints while `needs` holds: by name, what is known of the value. `texts` None: never the same."""

    needs: Mapping[str, int]
    texts: tuple[str, str] | None
    constants: Mapping[str, str]
    places: Mapping[str, Place]

    def holds(self, values: Mapping[str, MessageValue]) -> bool:
        """Answer whether what the program was learnt on is known and unknown of these values too."""
        return all(known_of(values.get(name)) == wanted for name, wanted in self.needs.items())

    def fill(self, values: Mapping[str, MessageValue]) -> tuple[Merged, Merged] | None:
        """Return subject and body; None when the values are too long to be sure of the limits."""
        if self.texts is None:
            return None
        marks = dict(self.constants)
        for mark, place in self.places.items():
            marks[mark] = clean(printed(_value_at(values, place)))
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


def known_of(value: MessageValue) -> int:
    """Return whether a message may say a value (1 or 0); of a list how many lines it has, below zero."""
    if isinstance(value, tuple):
        return -1 - len(value)
    return bool(clean(value)) if isinstance(value, str) else value is not None


@lru_cache(maxsize=256)
def _programs_of(subject: str, body: str) -> list[Program]:
    """The programs learnt so far, which grow: the same sources always lead to the same ones."""
    return []


class _Group:
    """One group of the catalogue that gives sealed values, and notes which of them were asked for."""

    def __init__(self, name: str, values: Mapping[str, MessageValue], noted: "_Noted") -> None:
        self._name, self._values, self._noted = name, values, noted

    def __getitem__(self, leaf: object) -> Sealed | list[Sealed] | None:
        name = f"{self._name}.{leaf}"
        if name not in VARIABLES:
            raise KeyError(leaf)
        return self._noted.sealed(name, self._values.get(name))

    def _refuse(self, *_: object) -> bool:
        raise LookedInto

    __iter__ = __len__ = __contains__ = _refuse
    __str__ = __repr__ = __eq__ = __hash__ = _refuse  # type: ignore[assignment]  # refused alike


class _Noted:
    """What was asked for while a program is learnt; `opens_lists` gives the lines of a list in place of the whole."""

    def __init__(self, *, opens_lists: bool) -> None:
        self.asked: dict[str, int] = {}
        self.places: dict[str, Place] = {}
        self._marks: dict[Place, str] = {}
        self._opens_lists = opens_lists

    def sealed(self, name: str, value: MessageValue) -> Sealed | list[Sealed] | None:
        """Return a value as the language may have it; None for one that is not there."""
        self.asked[name] = known_of(value)
        if isinstance(value, tuple) and self._opens_lists:
            return [self._seal((name, line)) for line in range(len(value))]
        if value == ():
            raise LookedInto
        return self._seal((name, None)) if self.asked[name] else None

    def _seal(self, place: Place) -> Sealed:
        if place not in self._marks:
            is_line = place[1] is not None
            mark = chr(_FIRST_LINE + len(self._marks)) if is_line else _MARKS[place[0]]
            if mark > LAST_MARK:
                raise LookedInto
            self._marks[place], self.places[mark] = mark, place
        return Sealed(self._marks[place])


def _value_at(values: Mapping[str, MessageValue], place: Place) -> MessageValue:
    name, line = place
    value = values[name]
    return value[line] if line is not None and isinstance(value, tuple) else value


def _learn(subject: str, body: str, values: Mapping[str, MessageValue]) -> Program:
    lists = lists_in(subject) | lists_in(body)
    noted = _Noted(opens_lists=bool(lists))
    if any(known_of(values.get(name)) > 0 for name in lists):
        # The language goes through a text as one line, and would find nothing in a sealed one.
        return Program(needs={name: known_of(values.get(name)) for name in lists}, texts=None, constants={}, places={})
    context = {group: _Group(group, values, noted) for group, _ in _GROUPS.values()}
    texts, constants = _both(lambda source: merge_sealed(source, context), subject, body)
    printed_at = {mark: place for mark, place in noted.places.items() if texts and mark in texts[0] + texts[1]}
    is_bounded = texts is not None and _most_bytes(texts[1], printed_at) <= OUTPUT_LIMIT
    return Program(
        needs=noted.asked,
        texts=texts if is_bounded else None,
        constants=constants,
        places=printed_at,
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


def _most_bytes(text: str, marks: Iterable[str]) -> int:
    many = sum(text.count(mark) for mark in marks)
    return BYTES_PER_CHARACTER * (len(text) + LONGEST_VALUE * many)
