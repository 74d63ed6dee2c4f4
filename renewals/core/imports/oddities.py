"""What in a file is allowed but looks wrong: columns and rows are watched while they stream by, in flat memory."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from statistics import quantiles

from renewals.core.imports.report import Oddity
from renewals.core.imports.similar import MOST_VALUES, near_misses, run_together, unknown_spellings

MOST_DISTINCT = 3_000
MOST_NUMBERS = 50_000
MOST_COMPARED = 1_000_000
"""So many rows are compared with each other; more would no longer be flat memory."""
FEWEST_ROWS = 20
SHOWN_ROWS = 5
PLACEHOLDERS = frozenset(("none", "null", "n/a", "na", "nan", "unknown", "undefined", "-", "?", "tbd", "#n/a", "test"))
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIRST = ("start", "submitted", "opened", "created", "engage", "signup", "begin", "issued", "from", "invoice_date")
_LAST = ("end", "closed", "resolved", "completed", "close", "churn", "cancel", "finished", "paid", "until")


class _Column:
    def __init__(self, name: str) -> None:
        self.name = name
        self.counts: Counter[str] | None = Counter()
        self.blanks = 0
        self.numbers: list[float] = []
        self.words = 0
        self.number_count = 0

    def see(self, texts: Sequence[str]) -> None:
        """Take in a chunk of cells."""
        distinct = Counter(texts)
        for text, count in distinct.items():
            bare = text.strip()
            if not bare:
                self.blanks += count
            elif _NUMBER.fullmatch(bare):
                self.number_count += count
                if len(self.numbers) < MOST_NUMBERS:
                    self.numbers += [float(bare)] * count
            else:
                self.words += count
        if self.counts is not None:
            self.counts.update(distinct)
            if len(self.counts) > MOST_DISTINCT:
                self.counts = None


class Watcher:
    """Feed it the rows of a file, then ask `oddities`. `known` are the words known for a column."""

    def __init__(
        self,
        header: Sequence[str],
        *,
        known: Mapping[str, Collection[str]],
        ruled: Collection[str],
        repeats: "Repeats | None" = None,
    ) -> None:
        """Watch these columns; pairs of dates that both stand in `ruled` are judged by the kind's own rules."""
        self._columns = [_Column(name) for name in header]
        self._known = known
        self._pairs = [pair for pair in date_pairs(header) if not {header[pair[0]], header[pair[1]]} <= set(ruled)]
        self._wrong_order: dict[tuple[int, int], list[int]] = {pair: [] for pair in self._pairs}
        self._rows = 0
        self._repeats = repeats or Repeats((), ())

    def see(self, rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
        """Take in a chunk of rows."""
        if not rows:
            return
        self._rows += len(rows)
        self._repeats.see(rows, numbers)
        columns = list(zip(*rows, strict=True))
        for column, texts in zip(self._columns, columns, strict=True):
            column.see(texts)
        for (first, last), wrong in self._wrong_order.items():
            for number, start, end in zip(numbers, columns[first], columns[last], strict=True):
                if end[:10] < start[:10] and _ISO.match(end) and _ISO.match(start):
                    wrong.append(number)

    def oddities(self) -> tuple[Oddity, ...]:
        """Return what was odd, most telling first."""
        found: list[Oddity] = [*self._repeats.oddities()]
        for (first, last), wrong in self._wrong_order.items():
            if wrong:
                names = f"'{self._columns[last].name}' lies before '{self._columns[first].name}'"
                rows = tuple(wrong[:SHOWN_ROWS])
                found.append(Oddity(code="W-ODD-08", text=f"{names}.", count=len(wrong), rows=rows))
        for column in self._columns:
            found += self._of_column(column)
        return tuple(sorted(found, key=lambda oddity: (-_WEIGHT[oddity.code], -oddity.count, oddity.column)))

    def _of_column(self, column: _Column) -> Iterable[Oddity]:
        yield from _spelling(column, self._known.get(column.name, ()), self._rows)
        yield from _emptiness(column, self._rows)
        yield from _values(column, self._rows)


class Repeats:
    """Rows that say the same of an account under another id: alike by chance, or one account twice."""

    def __init__(self, read: Sequence[int], told: Sequence[int]) -> None:
        """Compare the columns `told`; rows alike in all that is `read` are repetitions and counted elsewhere."""
        self._read, self._told = itemgetter(*read) if told else tuple, itemgetter(*told) if told else None
        self._whole: set[int] = set()
        self._content: set[int] = set()
        self.count = 0
        self.rows: list[int] = []

    def see(self, rows: Sequence[Sequence[str]], numbers: Sequence[int]) -> None:
        """Take in a chunk of rows."""
        if self._told is None or len(self._whole) >= MOST_COMPARED:
            return
        for row, number in zip(rows, numbers, strict=True):
            whole, content = hash(self._read(row)), hash(self._told(row))
            if content in self._content and whole not in self._whole:
                self.count += 1
                self.rows += [number] if self.count <= SHOWN_ROWS else []
            self._whole.add(whole)
            self._content.add(content)

    def oddities(self) -> tuple[Oddity, ...]:
        """Return what was found."""
        if not self.count:
            return ()
        text = f"{self.count:,} rows repeat an earlier row in everything but the id; they were kept."
        return (Oddity(code="W-ODD-10", text=text, count=self.count, rows=tuple(self.rows)),)


_WEIGHT = {
    "W-ODD-10": 10,
    "W-ODD-08": 9,
    "W-ODD-04": 8,
    "W-ODD-09": 7,
    "W-ODD-07": 6,
    "W-ODD-05": 5,
    "W-ODD-06": 4,
    "W-ODD-03": 3,
    "W-ODD-02": 2,
}


def date_pairs(header: Sequence[str]) -> list[tuple[int, int]]:
    """Return positions of columns whose names say that one date comes before the other."""
    lowered = [name.casefold() for name in header]
    firsts = [i for i, name in enumerate(lowered) if _is_dated(name) and _begins(name, _FIRST)]
    lasts = [i for i, name in enumerate(lowered) if _is_dated(name) and _begins(name, _LAST)]
    return [(first, last) for first in firsts for last in lasts if first != last]


def _is_dated(name: str) -> bool:
    return name.endswith(("date", "_at", "_on", "time", "start", "end")) or "date" in name


def _begins(name: str, words: Sequence[str]) -> bool:
    return any(part.startswith(words_part) for part in re.split(r"[\W_]+", name) for words_part in words)


def _spelling(column: _Column, known: Collection[str], rows: int) -> Iterable[Oddity]:
    counts = {value.strip(): count for value, count in (column.counts or {}).items() if value.strip()}
    if not counts or column.number_count or len(counts) > MOST_VALUES:
        return
    pairs = dict(unknown_spellings(counts, known)) if known else {}
    if len(counts) <= rows / 2:
        pairs |= dict(run_together(counts)) | dict(near_misses(counts))
    for value, meant in pairs.items():
        text = f"'{value}' looks like '{meant}'."
        yield Oddity(code="W-ODD-04", text=text, column=column.name, count=counts.get(value, 1))


def _emptiness(column: _Column, rows: int) -> Iterable[Oddity]:
    if rows < FEWEST_ROWS:
        return
    if column.blanks == rows:
        yield Oddity(code="W-ODD-03", text="Every cell is empty.", column=column.name, count=rows)
    elif 0 < column.blanks <= rows / 50:
        text = f"Empty in {column.blanks:,} of {rows:,} rows, filled in all others."
        yield Oddity(code="W-ODD-06", text=text, column=column.name, count=column.blanks)
    elif column.counts is not None and len(column.counts) == 1:
        text = f"Every row says '{next(iter(column.counts))[:40]}'."
        yield Oddity(code="W-ODD-02", text=text, column=column.name, count=rows)


def _values(column: _Column, rows: int) -> Iterable[Oddity]:
    for value, count in (column.counts or {}).items():
        if value.strip().casefold() in PLACEHOLDERS and len(column.counts or ()) > 2:
            text = f"{count:,} cells say '{value.strip()}': a value, or none known?"
            yield Oddity(code="W-ODD-07", text=text, column=column.name, count=count)
    if 0 < column.words <= column.number_count / 50:
        text = f"{column.words:,} cells are no numbers, all others are."
        yield Oddity(code="W-ODD-09", text=text, column=column.name, count=column.words)
    far = _outliers(column.numbers)
    if far and rows >= FEWEST_ROWS:
        shown = ", ".join(f"{value:g}" for value in far[:3])
        text = f"Far from all others: {shown}."
        yield Oddity(code="W-ODD-05", text=text, column=column.name, count=len(far))


def _outliers(numbers: Sequence[float]) -> list[float]:
    """Return values more than ten interquartile ranges outside the quartiles, when they are few."""
    if len(numbers) < FEWEST_ROWS:
        return []
    low, _, high = quantiles(numbers, n=4)
    width = high - low
    if width <= 0:
        return []
    far = sorted((x for x in set(numbers) if x < low - 10 * width or x > high + 10 * width), key=lambda x: -abs(x))
    return far if len(far) <= max(3, len(numbers) // 500) else []
