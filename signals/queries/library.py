"""The shipped rules, read once per process: kinds, word list, scorecard, risk. They are data, not code."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from signals.core.forecast.rules import ForecastRules, parse_forecast_rules
from signals.core.kinds import Catalogue, parse_catalogue
from signals.core.sentiment import Lexicon, parse_lexicon
from signals.core.snapshots.rules import SnapshotRules, parse_snapshot_rules
from signals.core.sources.shapes import Shape, parse_shapes

FOLDER = Path(__file__).resolve().parent.parent / "library"


@cache
def shipped(name: str) -> dict[str, Any]:
    """Return the tables of `library/<name>.toml`; do not change them."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def catalogue() -> Catalogue:
    """Return the signal kinds."""
    return parse_catalogue(shipped("kinds"))


@cache
def lexicon() -> Lexicon:
    """Return the word list of the tone of texts."""
    return parse_lexicon(shipped("sentiment"))


@cache
def shapes() -> Mapping[str, Shape]:
    """Return the shapes of events by key."""
    return parse_shapes(shipped("shapes"))


@cache
def snapshot_rules() -> SnapshotRules:
    """Return when snapshots are taken, when labels hold, and how much of the raw signals is kept."""
    return parse_snapshot_rules(shipped("snapshots"))


@cache
def forecast_rules() -> ForecastRules:
    """Return how renewals are forecast, and when calls are due and frozen."""
    return parse_forecast_rules(shipped("forecast"))
