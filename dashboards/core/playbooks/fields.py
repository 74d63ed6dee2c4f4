"""What a form of the playbook editor consists of: one record per field, and what is typed into it. Holds no rule."""

from dataclasses import dataclass
from enum import StrEnum


class Entry(StrEnum):
    """How a value is typed."""

    TEXT = "text"
    LONG = "long"
    WHOLE = "whole"
    NUMBER = "number"
    TIME = "time"
    TRUTH = "truth"
    CHOICE = "choice"
    CHOICES = "choices"
    LINES = "lines"
    OFFSET = "offset"
    CONDITION = "condition"
    ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field: its dotted place in the table, its words, how it is typed, and for which kinds of step it is.

    `source` names a list of the draft to choose from instead of `choices`. An `is_optional` field may be left out.
    `key_from` makes a missing key of a row out of another of its fields; rows that are `is_numbered` show their number.
    """

    name: str
    label: str
    entry: Entry
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    source: str = ""
    rows: tuple["Field", ...] = ()
    kinds: frozenset[str] = frozenset()
    is_optional: bool = False
    key_from: str = ""
    renews: bool = False
    noun: str = ""
    is_numbered: bool = False

    @property
    def top(self) -> str:
        """Return the first part of the name, which problems are told under."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A form: its part of the address, its title, the place of its table in the content, and its groups of fields."""

    slug: str
    title: str
    note: str
    base: tuple[str, ...]
    groups: tuple[tuple[str, tuple[Field, ...]], ...]

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the fields of all groups, in order."""
        return tuple(field for _, fields in self.groups for field in fields)
