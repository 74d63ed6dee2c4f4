"""How the columns of one file become the fields of a kind: data that people write, save and use again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from renewals.core.imports.cells.dates import DateOrder
from renewals.core.imports.cells.numbers import DecimalMark, PercentScale
from renewals.core.imports.export import OWN_COLUMNS

# These fields describe the one renewal of a flat row; features may use their columns all the same.
KEPT_BESIDES = frozenset(("tenure_months", "monthly_amount", "annual_amount"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is answered once for a file; '' means: find out, and ask when the file does not tell."""

    date_order: DateOrder = ""
    decimal: DecimalMark = ""
    percent: PercentScale = ""
    encoding: str = ""
    separator: str = ""
    sheet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeRule:
    """Which other columns are kept as attributes."""

    include_all: bool = False
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def keeps(self, column: str) -> bool:
        """Whether the column is kept."""
        return column not in self.exclude and (self.include_all or column in self.include)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRule:
    """The column that says how the renewal of a row ended. Its column is never kept as an attribute."""

    column: str
    churned: tuple[str, ...]
    renewed: tuple[str, ...]

    def result_of(self, text: str) -> Literal["churned", "renewed", "", "unknown"]:
        """Return the result a cell names, '' for an empty cell, 'unknown' for any other word."""
        word = text.strip()
        if word in self.churned:
            return "churned"
        if word in self.renewed:
            return "renewed"
        return "unknown" if word and self.renewed else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMapping:
    """A mapping file. `compose` builds a field from several columns, as in "{account_id}/{units}".

    `constants` fill a field that has no column, and the empty cells of one that has. `only` and `skip` leave rows out
    by the value of a column; what is left out is counted, not refused. `observed_until` (a date, or "last_start" for
    the latest start in the file) says until when the file knows every term: a term that ended by then was renewed when
    another follows it, and churned when none does.
    """

    kind: str
    dataset: str = ""
    source: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    compose: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    attributes: AttributeRule = AttributeRule()
    outcome: OutcomeRule | None = None
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    observed_until: str = ""
    reading: Reading = Reading()

    @property
    def mapped_fields(self) -> frozenset[str]:
        """The fields that get a value from somewhere."""
        return frozenset((*self.columns, *self.compose, *self.constants))

    def used_columns(self) -> frozenset[str]:
        """The columns the mapping names, attributes aside."""
        composed = [column for template in self.compose.values() for column in template_columns(template)]
        outcome = [self.outcome.column] if self.outcome else []
        return frozenset((*self.columns.values(), *composed, *outcome, *self.only, *self.skip))

    def attribute_columns(self, header: Sequence[str]) -> tuple[str, ...]:
        """Return the columns kept as attributes, in the order of the file; never a mapped one, never the outcome."""
        fields = (field_name for field_name in self.columns if field_name not in KEPT_BESIDES)
        taken = {self.columns[field_name] for field_name in fields}
        taken |= {self.outcome.column} if self.outcome else set()
        return tuple(
            column
            for column in header
            if column
            and column not in OWN_COLUMNS
            and self.attributes.keeps(column)
            and (column not in taken or column in self.attributes.include)
        )


def template_columns(template: str) -> list[str]:
    """Return the names in braces of a template such as "{account_id}/{units}"."""
    return [piece.split("}", 1)[0] for piece in template.split("{")[1:] if "}" in piece]


def template_pieces(template: str) -> tuple[str, ...]:
    """Return the literal text before, between and after the names of a template; () without a template."""
    return tuple(re.split(r"{[^{}]*}", template)) if template else ()
