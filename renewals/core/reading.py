"""Reading plain mappings (TOML, JSON) into typed values, collecting every problem on the way. Knows no playbook."""

from collections.abc import Mapping, Sequence
from datetime import time
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from renewals.core.problems import Problem, did_you_mean

Choice = TypeVar("Choice", bound=StrEnum)

MISSING, UNKNOWN, WRONG, STRAY = "E-CAD-05", "E-CAD-06", "E-CAD-07", "E-CAD-08"


class Reader:
    """One table of a definition; `where` is its place in words. Values that cannot be read come back empty.

    Children share the list of problems, so that the whole file is told at once.
    """

    def __init__(self, table: Mapping[str, object], where: str, problems: list[Problem]) -> None:
        """Read `table`, found at `where`, telling `problems`."""
        self.table = table
        self.where = where
        self.problems = problems
        self.seen: set[str] = set()

    def tell(self, code: str, what: str, remedy: str, *, name: str = "") -> None:
        """Note a problem with this table, or with its field `name`."""
        where = f"{self.where}, {name}" if name else self.where
        self.problems.append(Problem(code=code, where=where, what=what, remedy=remedy))

    def text(self, name: str, *, required: bool = True, longest: int = 2000) -> str:
        """Return a text, trimmed; empty when missing (told when required)."""
        value = self._value(name)
        if value is None or value == "":
            if required:
                self.tell(MISSING, f"'{name}' is missing.", "Fill it in; nothing is published without it.", name=name)
            return ""
        if not isinstance(value, str):
            self.tell(WRONG, f"'{name}' must be text.", "Put it in quotes.", name=name)
            return ""
        if len(value) > longest:
            self.tell(WRONG, f"'{name}' has {len(value)} characters.", f"{longest} at most.", name=name)
        return value.strip()

    def whole(self, name: str, *, default: int | None = None, least: int = -3650, most: int = 3650) -> int:
        """Return a whole number within bounds; the default, or 0 after telling, when it cannot be read."""
        value = self._value(name)
        if value is None and default is not None:
            return default
        if value is None:
            self.tell(MISSING, f"'{name}' is missing.", "Give a whole number.", name=name)
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            self.tell(WRONG, f"'{name}' is {value!r}.", f"A whole number from {least} to {most}.", name=name)
            return 0
        return value

    def truth(self, name: str, *, default: bool) -> bool:
        """Return true or false; the default when missing."""
        value = self._value(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.tell(WRONG, f"'{name}' is {value!r}.", "true or false, without quotes.", name=name)
        return default

    def number(self, name: str) -> Decimal:
        """Return an exact number; 0 after telling when it cannot be read."""
        value = self._value(name)
        try:
            number = Decimal(str(value)) if value is not None and not isinstance(value, bool) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            code = MISSING if value is None else WRONG
            self.tell(code, f"'{name}' is not a number.", "Give a number, for example 0.9.", name=name)
            return Decimal(0)
        return number

    def clock(self, name: str) -> time:
        """Return a local time of day to the minute; midnight after telling when it cannot be read."""
        value = self._value(name)
        try:
            found = value if isinstance(value, time) else time.fromisoformat(str(value))
        except ValueError:
            code = MISSING if value is None else WRONG
            self.tell(code, f"'{name}' is not a time of day.", "Write it as 09:00.", name=name)
            return time(0)
        return found.replace(second=0, microsecond=0, tzinfo=None)

    def choice(self, name: str, kind: type[Choice], *, default: Choice | None = None) -> Choice | None:
        """Return one word of a closed list; None after telling when it is missing or unknown."""
        value = self._value(name)
        if value is None:
            if default is None:
                self.tell(MISSING, f"'{name}' is missing.", f"One of: {', '.join(kind)}.", name=name)
            return default
        if isinstance(value, str) and value in {member.value for member in kind}:
            return kind(value)
        self.tell(UNKNOWN, f"'{name}' is {value!r}, which is unknown.", did_you_mean(str(value), kind), name=name)
        return None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, empty when missing."""
        value = self._value(name)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(v, str) for v in value):
            self.tell(WRONG, f"'{name}' must be a list of texts.", 'Write it as ["one", "two"].', name=name)
            return ()
        return tuple(str(item) for item in value)

    def child(self, name: str) -> "Reader":
        """Return the table under `name`; an empty one after telling when it is not a table."""
        value = self._value(name)
        where = f"{self.where}, {name}" if self.where else name
        if value is not None and not isinstance(value, Mapping):
            self.tell(WRONG, f"'{name}' must be a table.", f"Write it as [{name}] or {{ … }}.", name=name)
        return Reader(value if isinstance(value, Mapping) else {}, where, self.problems)

    def children(self, name: str, noun: str) -> tuple["Reader", ...]:
        """Return the tables of the list under `name`, each placed as '<noun> <position>' or by its key."""
        value = self._value(name)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(v, Mapping) for v in value):
            self.tell(WRONG, f"'{name}' must be a list of tables.", f"Write each as [[{name}]].", name=name)
            return ()
        return tuple(
            Reader(
                item, f"{noun} {position} '{item.get('key')}'" if "key" in item else f"{noun} {position}", self.problems
            )
            for position, item in enumerate(value, start=1)
        )

    def has(self, name: str) -> bool:
        """Answer whether the table holds `name`."""
        return name in self.table

    def raw(self, name: str) -> object:
        """Return the value as it is, None when missing."""
        return self._value(name)

    def finish(self) -> None:
        """Tell every name in the table that nobody asked for: a misspelt rule must not be ignored in silence."""
        for name in self.table:
            if name not in self.seen:
                self.tell(STRAY, f"'{name}' is not known here.", did_you_mean(str(name), self.seen), name=str(name))

    def _value(self, name: str) -> object:
        self.seen.add(name)
        return self.table.get(name)
