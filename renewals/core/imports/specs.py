"""What can be imported, as data: the fields of each kind, used by the mapping page, the docs and the messages alike."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from renewals.core.imports.problems import Problem


class FieldType(StrEnum):
    """How the text of a cell is read."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    IDENTIFIER = "identifier"
    DATE = "date"
    MOMENT = "moment"
    MONEY = "money"
    DECIMAL = "decimal"
    INTEGER = "integer"
    PERCENT = "percent"
    BOOLEAN = "boolean"
    CURRENCY = "currency"
    COUNTRY = "country"
    ZONE = "zone"
    EMAIL = "email"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One field of a kind. `refers_to` names what an external id in it points at."""

    name: str
    type: FieldType = FieldType.TEXT
    label: str
    help: str = ""
    is_required: bool = False
    max_length: int = 200
    choices: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    refers_to: str = ""
    may_be_negative: bool = False
    lowest: int | None = None
    highest: int | None = None
    refusal_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowContext:
    """What a row is judged against besides itself: the day of the import and the workspace's currency."""

    today: date
    currency: str


RowValues = Mapping[str, object]
RowRule = Callable[[RowValues, RowContext], Problem | None]
Derivation = Callable[[RowValues, RowContext], RowValues]


@dataclass(frozen=True, slots=True, kw_only=True)
class KindSpec:
    """A kind of file. `key` are the fields that make a row the same row.

    `derive` completes a row from its own fields (a monthly amount to a year's), filling `derived`;
    `rules` judge several fields together.
    `one_of`: of each group of fields at least one must be mapped.
    """

    name: str
    label: str
    noun: str
    help: str
    fields: tuple[FieldSpec, ...]
    key: tuple[str, ...] = ("external_id",)
    keeps_attributes: bool = False
    takes_outcome: bool = False
    rules: tuple[RowRule, ...] = ()
    derive: Derivation | None = None
    derived: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    by_name: Mapping[str, FieldSpec] = field(init=False)

    def __post_init__(self) -> None:
        """Index the fields by name."""
        object.__setattr__(self, "by_name", {spec.name: spec for spec in self.fields})

    @property
    def required(self) -> tuple[FieldSpec, ...]:
        """The fields without which no row of this kind can be taken."""
        return tuple(spec for spec in self.fields if spec.is_required)
