"""What a file does not tell by itself and is asked once: day or month first, decimal mark, scale of percentages."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from renewals.core.imports.cells.dates import DateOrder, date_reading
from renewals.core.imports.cells.numbers import DecimalMark, PercentScale, number_reading
from renewals.core.imports.mapping import ImportMapping, Reading
from renewals.core.imports.specs import FieldType, KindSpec

QuestionName = Literal["date_order", "decimal", "percent", "sheet", "encoding"]

_DATES = (FieldType.DATE, FieldType.MOMENT)
_NUMBERS = (FieldType.MONEY, FieldType.DECIMAL, FieldType.PERCENT, FieldType.INTEGER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about a file, with the values that made it necessary and the possible answers."""

    name: QuestionName
    text: str
    answers: tuple[tuple[str, str], ...]
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What the cells seen so far prove about the file; feed it with `see`, then read `answer`."""

    dates: Counter[str]
    numbers: Counter[str]
    fractions: Counter[str]
    examples: dict[str, list[str]]

    @classmethod
    def empty(cls) -> "Evidence":
        """Return evidence of nothing."""
        return cls(
            dates=Counter(),
            numbers=Counter(),
            fractions=Counter(),
            examples={"date_order": [], "decimal": [], "percent": []},
        )

    def see(self, kind: FieldType, texts: Iterable[str]) -> None:
        """Take in distinct cells of a column mapped to a field of this type."""
        for text in texts:
            if kind in _DATES:
                self._note(self.dates, "date_order", date_reading(text), text)
            elif kind in _NUMBERS:
                self._note(self.numbers, "decimal", number_reading(text), text)
            if kind is FieldType.PERCENT:
                self._note(self.fractions, "percent", _percent_reading(text), text)

    def _note(self, counts: Counter[str], name: str, reading: str, text: str) -> None:
        if reading:
            counts[reading] += 1
        if reading == "either" and len(self.examples[name]) < 3 and text not in self.examples[name]:
            self.examples[name].append(text.strip())


def answered(reading: Reading, evidence: Evidence) -> tuple[Reading, tuple[Question, ...]]:
    """Return the reading completed by what the file proves, and the questions that are left.

    What a person answered is never overruled. A file that proves both orders keeps the question.
    """
    order, order_open = _decide(evidence.dates, "day_first", "month_first")
    mark, mark_open = _decide(evidence.numbers, "point", "comma")
    scale, scale_open = _decide(evidence.fractions, "fraction", "percent")
    completed = replace(
        reading,
        date_order=reading.date_order or cast("DateOrder", order),
        decimal=reading.decimal or cast("DecimalMark", mark),
        percent=reading.percent or cast("PercentScale", scale),
    )
    left = (("date_order", order_open), ("decimal", mark_open), ("percent", scale_open))
    asked = [name for name, is_open in left if is_open and not getattr(completed, name)]
    return completed, tuple(_question(cast("QuestionName", name), evidence) for name in asked)


def asked_columns(mapping: ImportMapping, spec: KindSpec, header: Sequence[str]) -> tuple[tuple[int, FieldType], ...]:
    """Return position and type of the columns whose cells can raise a question."""
    return tuple(
        (header.index(column), spec.by_name[name].type)
        for name, column in mapping.columns.items()
        if column in header and spec.by_name[name].type in (*_DATES, *_NUMBERS)
    )


def sheet_question(names: Sequence[str]) -> Question:
    """Return the question which sheet of a workbook is meant."""
    return Question(name="sheet", text="Which sheet?", answers=tuple((name, name) for name in names))


_TEXTS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "date_order": (
        "Which comes first in dates such as {}?",
        (("day_first", "the day: 03/04/2026 is 3 April"), ("month_first", "the month: 03/04/2026 is 4 March")),
    ),
    "decimal": (
        "What does the mark in {} separate?",
        (("point", "1,234.56: the point separates decimals"), ("comma", "1.234,56: the comma separates decimals")),
    ),
    "percent": (
        "Is {} a fraction or a percentage?",
        (("fraction", "a fraction: 0.15 is 15 %"), ("percent", "a percentage: 0.15 is 0.15 %")),
    ),
}


def _question(name: QuestionName, evidence: Evidence) -> Question:
    text, answers = _TEXTS[name]
    examples = tuple(evidence.examples[name])
    return Question(name=name, text=text.format(" ".join(examples[:1]) or "these"), answers=answers, examples=examples)


def _decide(counts: Counter[str], first: str, second: str) -> tuple[str, bool]:
    if counts[first] and not counts[second]:
        return first, False
    if counts[second] and not counts[first]:
        return second, False
    return "", bool(counts["either"])


def _percent_reading(text: str) -> str:
    bare = text.strip().replace(",", ".")
    if not bare or bare.endswith("%"):
        return ""
    try:
        value = float(bare)
    except ValueError:
        return ""
    if value > 1:
        return "percent"
    return "either" if value > 0 else ""
