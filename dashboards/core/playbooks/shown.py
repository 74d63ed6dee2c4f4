"""A form of the editor ready to be drawn: every field with its value, its choices and the problems it has."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from dashboards.core.playbooks.conditions import ConditionForm, condition_form
from dashboards.core.playbooks.fields import Entry, Field
from dashboards.core.playbooks.places import PlacedProblem
from dashboards.core.playbooks.tables import opened, value_at

Choices = Mapping[str, Sequence[tuple[str, str]]]
Spare = Mapping[str, int]
NO_SPARE: Spare = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChoice:
    """One choice of a field."""

    value: str
    words: str
    is_on: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """One row of a list; `name` is the beginning of the names of its inputs."""

    name: str
    title: str
    key: str
    fields: tuple["ShownField", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownField:
    """One field as it stands in the form."""

    name: str
    label: str
    entry: str
    help: str
    is_optional: bool
    renews: bool
    noun: str
    is_numbered: bool
    value: str = ""
    side: str = ""
    choices: tuple[ShownChoice, ...] = ()
    rows: tuple[ShownRow, ...] = ()
    condition: ConditionForm | None = None
    problems: tuple[PlacedProblem, ...] = ()

    @property
    def slot(self) -> str:
        """Return the id of the place that problems are told in."""
        return f"problem-{self.name.replace('.', '-').replace(':', '-')}"

    @property
    def adding(self) -> str:
        """Return the words of the button that adds a row."""
        return f"Add {'an' if self.noun[:1] in 'aeiou' else 'a'} {self.noun}"

    @property
    def within(self) -> tuple["ShownField", ...]:
        """Return the field and every field of its rows, however deep."""
        return (self, *(found for row in self.rows for each in row.fields for found in each.within))


def shown_fields(
    fields: Iterable[Field],
    table: Mapping[str, Any],
    *,
    sources: Choices,
    spare: Spare,
    problems: Sequence[PlacedProblem] = (),
) -> tuple[ShownField, ...]:
    """Return the fields with their values. `spare` says how many empty rows or lines a name has besides.

    Of several fields with the same first part of the name the first one carries their problems; a field of a row
    carries those that name its input.
    """
    told: set[str] = set()
    made = []
    form = opened(table)
    for field in fields:
        mine = () if field.top in told else tuple(each for each in problems if each.place.field == field.top)
        told.add(field.top)
        shown = _shown(field, field.name, value_at(form, field.name), sources, spare, problems)
        made.append(replace(shown, problems=mine))
    return tuple(made)


def _shown(
    field: Field, name: str, value: Any, sources: Choices, spare: Spare, problems: Sequence[PlacedProblem]
) -> ShownField:
    is_offset = field.entry is Entry.OFFSET
    return ShownField(
        name=name,
        label=field.label,
        entry=field.entry.value,
        help=field.help,
        is_optional=field.is_optional,
        renews=field.renews,
        noun=field.noun,
        is_numbered=field.is_numbered,
        value=_text(abs(value) if is_offset and isinstance(value, int) else value, field.entry),
        side="after" if isinstance(value, int) and value > 0 else "before",
        choices=_choices(field, value, sources),
        rows=_rows(field, name, value, sources, spare, problems) if field.entry is Entry.ROWS else (),
        condition=condition_form(name, value, spare=spare.get(name, 0)) if field.entry is Entry.CONDITION else None,
        problems=tuple(each for each in problems if each.place.field == name),
    )


def _rows(
    field: Field, name: str, value: Any, sources: Choices, spare: Spare, problems: Sequence[PlacedProblem]
) -> tuple[ShownRow, ...]:
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    rows += [{} for _ in range(spare.get(name, 0 if rows else 1))]
    return tuple(
        ShownRow(
            name=f"{name}:{at}",
            title=f"{field.noun.capitalize()} {at + 1}",
            key=str(row.get("key", "")),
            fields=tuple(
                _shown(each, f"{name}:{at}:{each.name}", row.get(each.name), sources, spare, problems)
                for each in field.rows
            ),
        )
        for at, row in enumerate(rows)
    )


def _choices(field: Field, value: Any, sources: Choices) -> tuple[ShownChoice, ...]:
    if field.entry not in (Entry.CHOICE, Entry.CHOICES):
        return ()
    known = list(sources.get(field.source, ())) if field.source else list(field.choices)
    chosen = [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []
    known += [(each, f"{each} (not known)") for each in chosen if each not in {key for key, _ in known}]
    if field.entry is Entry.CHOICES:  # what is ticked stands first, in the order in which it counts
        known.sort(key=lambda each: chosen.index(each[0]) if each[0] in chosen else len(chosen))
    if field.entry is Entry.CHOICE and (not chosen or field.is_optional):
        known.insert(0, ("", "—" if field.is_optional else "Choose …"))
    return tuple(
        ShownChoice(value=key, words=words, is_on=key in chosen or (not chosen and not key)) for key, words in known
    )


def _text(value: Any, entry: Entry) -> str:
    if value is None or entry in (Entry.CONDITION, Entry.ROWS):
        return ""
    if entry is Entry.LINES:
        return "\n".join(str(each) for each in value) if isinstance(value, list) else str(value)
    if entry is Entry.TRUTH:
        return "" if value is False else "yes"
    if entry is Entry.TIME:
        return str(value)[:5]
    return str(value)
