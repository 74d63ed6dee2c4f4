"""A mapping made ready for one file: where each field's text comes from and how it is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from renewals.core.imports.attributes import AttributeCell
from renewals.core.imports.cells.cell import Cell, CellParser
from renewals.core.imports.cells.dates import parse_date, parse_moment
from renewals.core.imports.cells.emails import parse_email
from renewals.core.imports.cells.numbers import parse_decimal, parse_integer, parse_money, parse_percent
from renewals.core.imports.cells.text import parse_identifier, parse_text
from renewals.core.imports.cells.words import parse_boolean, parse_choice, parse_country, parse_currency, parse_zone
from renewals.core.imports.mapping import ImportMapping, Reading, template_columns, template_pieces
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec

MOST_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldReader:
    """One field of the file: its columns, and the cells read before (equal text is read once)."""

    spec: FieldSpec
    positions: tuple[int, ...]
    template: str
    constant: str
    words: Mapping[str, str]
    parse: CellParser
    column: str
    pieces: tuple[str, ...] = ()
    remembered: dict[str, Cell] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def read(self, text: str) -> Cell:
        """Return the cell for a text, from memory when it was seen before."""
        cell = self.remembered.get(text)
        if cell is None:
            if len(self.remembered) >= MOST_REMEMBERED:
                self.remembered.clear()
            cell = self.remembered[text] = self._parsed(text)
            if self.spec.is_required and cell.value is None:
                self.flags.add("E-REQ-01")
        return cell

    def compose(self, parts: Sequence[str]) -> Cell:
        """Return the cell for the parts put into the template; empty when all of them are."""
        if not any(parts) or not any(part.strip() for part in parts):
            return self.read("")
        text = self.pieces[0]
        for part, piece in zip(parts, self.pieces[1:], strict=True):
            text += part.strip() + piece
        return self._parsed(text)

    def _parsed(self, text: str) -> Cell:
        named = self.words.get(text.strip(), text) if self.words else text
        if not named.strip() and self.constant:
            named = self.constant
        cell = self.parse(named)
        if cell.is_refused and self.spec.refusal_code:
            cell = Cell(code=self.spec.refusal_code, text=cell.text)
        if cell.code:
            self.flags.add(cell.code)
        return cell

    @property
    def has_flagged(self) -> bool:
        """Whether any cell read so far has something to be said about."""
        return bool(self.flags)


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePlan:
    """Everything needed to judge the rows of one file.

    `read` are the places of the columns that are read at all: a row that says the same in them is a repetition. `told`
    are those of a flat table that say something about its accounts, which is all but their id; else it is empty.
    """

    spec: KindSpec
    mapping: ImportMapping
    header: tuple[str, ...]
    readers: tuple[FieldReader, ...]
    attributes: tuple[tuple[str, int], ...]
    outcome_position: int | None
    names: tuple[str, ...]
    remembered_attributes: tuple[dict[str, AttributeCell], ...]
    only: tuple[tuple[int, frozenset[str]], ...]
    skip: tuple[tuple[int, frozenset[str]], ...]
    read: tuple[int, ...]
    told: tuple[int, ...]


def plan_file(*, spec: KindSpec, mapping: ImportMapping, header: Sequence[str], zone: tzinfo) -> FilePlan:
    """Return the plan for a file with this header; its columns must have been checked with `fit_problems`."""
    names = list(header)
    readers = tuple(
        _reader(field_spec, mapping, names, zone)
        for field_spec in spec.fields
        if field_spec.name in mapping.mapped_fields
    )
    attributes = tuple((column, names.index(column)) for column in mapping.attribute_columns(names))
    read = _read(readers, attributes, names.index(mapping.outcome.column) if mapping.outcome else None)
    return FilePlan(
        spec=spec,
        mapping=mapping,
        header=tuple(names),
        readers=readers,
        attributes=attributes,
        names=tuple(reader.spec.name for reader in readers),
        remembered_attributes=tuple({} for _ in attributes),
        outcome_position=names.index(mapping.outcome.column) if mapping.outcome else None,
        only=tuple((names.index(column), frozenset(words)) for column, words in mapping.only.items()),
        skip=tuple((names.index(column), frozenset(words)) for column, words in mapping.skip.items()),
        read=read,
        told=_told(readers, read) if mapping.outcome and spec.name == "accounts" else (),
    )


def _read(
    readers: Sequence[FieldReader], attributes: Sequence[tuple[str, int]], outcome: int | None
) -> tuple[int, ...]:
    fields = {place for reader in readers for place in reader.positions}
    return tuple(sorted(fields | {place for _, place in attributes} | ({outcome} if outcome is not None else set())))


def _told(readers: Sequence[FieldReader], read: Sequence[int]) -> tuple[int, ...]:
    ids = {place for reader in readers if reader.spec.name == "external_id" for place in reader.positions}
    return tuple(place for place in read if place not in ids)


def _reader(spec: FieldSpec, mapping: ImportMapping, header: list[str], zone: tzinfo) -> FieldReader:
    template = mapping.compose.get(spec.name, "")
    columns = (
        template_columns(template) if template else [mapping.columns[spec.name]] if spec.name in mapping.columns else []
    )
    return FieldReader(
        spec=spec,
        positions=tuple(header.index(column) for column in columns),
        template=template,
        pieces=template_pieces(template),
        constant=mapping.constants.get(spec.name, ""),
        words=mapping.values.get(spec.name, {}),
        parse=cell_parser(spec, mapping.reading, zone),
        column=columns[0] if columns else spec.name,
    )


def cell_parser(spec: FieldSpec, reading: Reading, zone: tzinfo) -> CellParser:
    """Return the function that reads a cell of this field."""
    numbers: Mapping[FieldType, CellParser] = {
        FieldType.MONEY: lambda text: parse_money(text, mark=reading.decimal, may_be_negative=spec.may_be_negative),
        FieldType.DECIMAL: lambda text: parse_decimal(text, mark=reading.decimal, may_be_negative=spec.may_be_negative),
        FieldType.INTEGER: lambda text: parse_integer(
            text, mark=reading.decimal, lowest=spec.lowest, highest=spec.highest
        ),
        FieldType.PERCENT: lambda text: parse_percent(text, mark=reading.decimal, scale=reading.percent),
        FieldType.DATE: lambda text: parse_date(text, order=reading.date_order),
        FieldType.MOMENT: lambda text: parse_moment(text, order=reading.date_order, zone=zone),
    }
    words: Mapping[FieldType, CellParser] = {
        FieldType.TEXT: lambda text: parse_text(text, label=spec.label, max_length=spec.max_length),
        FieldType.LONG_TEXT: lambda text: parse_text(
            text, label=spec.label, max_length=spec.max_length, keep_lines=True
        ),
        FieldType.IDENTIFIER: lambda text: parse_identifier(text, label=spec.label, max_length=spec.max_length),
        FieldType.BOOLEAN: parse_boolean,
        FieldType.CURRENCY: parse_currency,
        FieldType.COUNTRY: parse_country,
        FieldType.ZONE: parse_zone,
        FieldType.EMAIL: parse_email,
        FieldType.CHOICE: lambda text: parse_choice(text, choices=spec.choices),
    }
    return {**numbers, **words}[spec.type]
