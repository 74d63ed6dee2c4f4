"""The rule of tiers as a table to read and a definition to publish. Knows no request and no row."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.wording import title


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCell:
    """One cell of the table: the tier of two levels, how many accounts hold it, and its name in the form."""

    name: str
    tier: str
    word: str
    label: str
    across: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRow:
    """The cells of one level of risk."""

    title: str
    limits: str
    cells: tuple[TierCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TierGrid:
    """Risk down, expansion potential across."""

    heads: tuple[tuple[str, str], ...]
    rows: tuple[TierRow, ...]


def tier_grid(definition: Mapping[str, Any], counts: Mapping[tuple[str, str], int]) -> TierGrid:
    """Return the table of a definition, the highest risk at the top."""
    tiers = {(row["risk"], row["expansion"]): row["tier"] for row in definition["cells"]}
    across = definition["expansion_levels"]
    return TierGrid(
        heads=tuple((f"{title(level['key'])} expansion", limits_words(level)) for level in across),
        rows=tuple(
            TierRow(
                title=f"{title(down['key'])} risk",
                limits=limits_words(down),
                cells=tuple(_cell(down["key"], level["key"], tiers, counts) for level in across),
            )
            for down in reversed(definition["risk_levels"])
        ),
    )


def changed_definition(definition: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definition with what a form gives: cells, upper edges, margin and waiting times."""
    cells = [{**row, "tier": given[cell_name(row["risk"], row["expansion"])]} for row in definition["cells"]]
    return {
        **definition,
        "cells": cells,
        "risk_levels": _levels(definition["risk_levels"], "risk", given),
        "expansion_levels": _levels(definition["expansion_levels"], "expansion", given),
        "margin_points": given["margin_points"],
        "days_to_confirm": given["days_to_confirm"],
        "least_days_before_less_care": given["least_days_before_less_care"],
    }


def cell_name(risk: str, expansion: str) -> str:
    """Return the name of a cell in the form."""
    return f"cell-{risk}-{expansion}"


def edge_name(score: str, level: str) -> str:
    """Return the name of the upper edge of a level in the form."""
    return f"edge-{score}-{level}"


def limits_words(level: Mapping[str, Any]) -> str:
    """Return "20 to below 45"; the last level includes 100."""
    end = "to 100" if level["high"] == 100 else f"to below {level['high']:g}"
    return f"{level['low']:g} {end}"


def _cell(
    risk: str, expansion: str, tiers: Mapping[tuple[str, str], str], counts: Mapping[tuple[str, str], int]
) -> TierCell:
    return TierCell(
        name=cell_name(risk, expansion),
        tier=tiers[risk, expansion],
        word=title(tiers[risk, expansion]),
        across=f"{title(expansion)} expansion",
        label=f"{title(risk)} risk, {expansion} expansion",
        count=f"{counts.get((risk, expansion), 0):,}",
    )


def _levels(levels: list[Mapping[str, Any]], score: str, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    edges = [float(given[edge_name(score, level["key"])]) for level in levels[:-1]]
    lows, highs = [0.0, *edges], [*edges, 100.0]
    return [{**level, "low": low, "high": high} for level, low, high in zip(levels, lows, highs, strict=True)]
