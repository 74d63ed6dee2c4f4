"""What a person chose on the mapping page, put into the mapping. Sections the page does not show stay as they are."""

from collections.abc import Mapping
from dataclasses import replace

from renewals.core.imports.mapping import AttributeRule, ImportMapping, Reading
from renewals.core.imports.specs import KindSpec

COLUMN, CONSTANT = "column-", "constant-"
# Not "attributes": a control of that name hides the attributes of its form from every script.
OTHER_COLUMNS = "other-columns"
WHOLE_FILE = ("encoding", "separator", "sheet")
READINGS: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "date_order": (
        "Dates such as 03/04/2026",
        (("day_first", "day first: 3 April"), ("month_first", "month first: 4 March")),
    ),
    "decimal": ("Decimals", (("point", "a point: 1,234.56"), ("comma", "a comma: 1.234,56"))),
    "percent": ("Percentages", (("fraction", "0.15 is 15 %"), ("percent", "0.15 is 0.15 %"))),
    "encoding": (
        "Encoding",
        (("utf-8-sig", "UTF-8"), ("windows-1252", "Windows-1252"), ("utf-16", "UTF-16")),
    ),
    "separator": ("Columns are separated by", ((",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "bars"))),
}


def changed_mapping(mapping: ImportMapping, spec: KindSpec, chosen: Mapping[str, str]) -> ImportMapping:
    """Return the mapping with the columns and fixed values a person chose; a field that was not shown keeps its own."""
    columns, constants = {}, {}
    for field in spec.fields:
        column = chosen.get(f"{COLUMN}{field.name}", mapping.columns.get(field.name, ""))
        constant = chosen.get(f"{CONSTANT}{field.name}", mapping.constants.get(field.name, "")).strip()
        if column:
            columns[field.name] = column
        if constant:
            constants[field.name] = constant
    source = chosen.get("source", mapping.source).strip()[:60]
    return replace(
        mapping, columns=columns, constants=constants, source=source, attributes=_attributes(mapping, spec, chosen)
    )


def changed_reading(reading: Reading, chosen: Mapping[str, str]) -> Reading:
    """Return how the file is read with the answers a person gave; what was not asked stays. Unknown words are left out.

    A sheet is any name: whether the workbook has it, the reader says.
    """
    given = {
        name: chosen[name]
        for name, (_, answers) in READINGS.items()
        if name in chosen and chosen[name] in ("", *(value for value, _ in answers))
    }
    if "sheet" in chosen:
        given["sheet"] = chosen["sheet"]
    return replace(reading, **given)  # type: ignore[arg-type] # each answer was checked against its list


def is_read_anew(before: Reading, after: Reading) -> bool:
    """Answer whether the file has other columns when it is read like this."""
    return any(getattr(before, name) != getattr(after, name) for name in WHOLE_FILE)


def _attributes(mapping: ImportMapping, spec: KindSpec, chosen: Mapping[str, str]) -> AttributeRule:
    word = chosen.get(OTHER_COLUMNS)
    if not spec.keeps_attributes or word not in ("all", "none"):
        return mapping.attributes
    if word == "none":
        return AttributeRule(exclude=mapping.attributes.exclude)
    return AttributeRule(include_all=True, exclude=mapping.attributes.exclude)
