"""The filters of a list as chips whose addresses switch one choice. Knows no rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from dashboards.core.parts import Chip, Column, Filter
from dashboards.core.wording import title

LONGEST_SHARED = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice of a filter and how many rows it would show."""

    key: str
    text: str
    count: int


def filters_of(path: str, found: Mapping[str, Iterable[Option]], chosen: Mapping[str, str]) -> tuple[Filter, ...]:
    """Return the filters that offer a choice: those with two options or more, and those that are on."""
    shown = ((name, list(options)) for name, options in found.items())
    return tuple(
        _filter(path, name, options, chosen) for name, options in shown if len(options) > 1 or chosen.get(name)
    )


def going_along(choice: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """Return the choices of an address that another page takes over: those of the filters it knows, too.

    A person chosen within a team is the narrower choice and goes alone.
    """
    found = {name: choice[name] for name in known if 0 < len(choice.get(name, "")) <= LONGEST_SHARED}
    return {name: value for name, value in found.items() if name != "team" or "owner" not in found}


def closed_filters(
    path: str, names: Iterable[str], chosen: Mapping[str, str], said: Mapping[str, str]
) -> tuple[Filter, ...]:
    """Return the filters of a long list without their choices, which are counted when one is opened.

    `said` has the words of chosen values that do not speak for themselves, such as a person's name.
    """
    return tuple(
        Filter(
            title=title(name),
            chips=(),
            chosen=said.get(name) or title(chosen.get(name, "")),
            href=address(f"{path}filters/{name}/", chosen),
            drop_href=_without(path, name, chosen),
        )
        for name in names
    )


def opened_filter(path: str, name: str, options: Iterable[Option], chosen: Mapping[str, str]) -> Filter:
    """Return one filter with its choices and how many rows each would show."""
    return _filter(path, name, list(options), chosen)


def address(path: str, chosen: Mapping[str, str], **changes: str) -> str:
    """Return the address with some choices changed; an empty value takes a choice away."""
    wanted = {name: value for name, value in {**chosen, **changes}.items() if value}
    return f"{path}?{urlencode(wanted)}" if wanted else path


def sort_column(path: str, chosen: Mapping[str, str], key: str, column: Column) -> Column:
    """Return the column as a link that sorts by it; `column.sort` says which way, ascending where it is empty."""
    is_on = chosen.get("sort", "") == key
    return Column(
        title=column.title,
        is_amount=column.is_amount,
        term=column.term,
        key=column.key,
        href=address(path, chosen, sort=key, after=""),
        sort=(column.sort or "ascending") if is_on else "",
    )


def _filter(path: str, name: str, options: list[Option], chosen: Mapping[str, str]) -> Filter:
    on = chosen.get(name, "")
    return Filter(
        title=title(name),
        chosen=next((option.text for option in options if option.key == on), title(on)),
        drop_href=_without(path, name, chosen),
        chips=tuple(
            Chip(
                text=option.text,
                count=f"{option.count:,}",
                is_on=option.key == on,
                href=address(path, chosen, **{name: "" if option.key == on else option.key}, after="", open=""),
            )
            for option in options
        ),
    )


def _without(path: str, name: str, chosen: Mapping[str, str]) -> str:
    return address(path, chosen, **{name: "", "after": "", "open": ""}) if chosen.get(name) else ""
