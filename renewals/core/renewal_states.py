"""How a renewal moves: its stages, its forecast categories, who moves them, and the text that documents both."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from renewals.core.errors import StateNotAllowed


class RenewalStage(StrEnum):
    """How far the renewal has come."""

    UPCOMING = "upcoming"
    ENGAGED = "engaged"
    NEGOTIATING = "negotiating"
    VERBAL = "verbal"
    CLOSED = "closed"


class ForecastCategory(StrEnum):
    """How sure the owner is; apart from the stage (source: glossary 5d)."""

    OMITTED = "omitted"
    PIPELINE = "pipeline"
    BEST_CASE = "best_case"
    COMMIT = "commit"
    CLOSED = "closed"


class StageOwner(StrEnum):
    """Which of the three roles of a renewal has to act while it stands in a stage."""

    INITIATOR = "initiator"
    NEGOTIATOR = "negotiator"
    FINALISER = "finaliser"
    NOBODY = "nobody"


S, F = RenewalStage, ForecastCategory

STAGE_TRANSITIONS: Mapping[RenewalStage, tuple[RenewalStage, ...]] = MappingProxyType(
    {
        S.UPCOMING: (S.ENGAGED, S.NEGOTIATING, S.VERBAL, S.CLOSED),
        S.ENGAGED: (S.UPCOMING, S.NEGOTIATING, S.VERBAL, S.CLOSED),
        S.NEGOTIATING: (S.ENGAGED, S.VERBAL, S.CLOSED),
        S.VERBAL: (S.NEGOTIATING, S.CLOSED),
        S.CLOSED: (),
    }
)

STAGE_OWNERS: Mapping[RenewalStage, StageOwner] = MappingProxyType(
    {
        S.UPCOMING: StageOwner.INITIATOR,
        S.ENGAGED: StageOwner.INITIATOR,
        S.NEGOTIATING: StageOwner.NEGOTIATOR,
        S.VERBAL: StageOwner.FINALISER,
        S.CLOSED: StageOwner.NOBODY,
    }
)

_OPEN_CATEGORIES = (F.OMITTED, F.PIPELINE, F.BEST_CASE, F.COMMIT)

CATEGORY_TRANSITIONS: Mapping[ForecastCategory, tuple[ForecastCategory, ...]] = MappingProxyType(
    {
        category: tuple(other for other in (*_OPEN_CATEGORIES, F.CLOSED) if other is not category)
        for category in _OPEN_CATEGORIES
    }
    | {F.CLOSED: ()}
)

# Cumulative roll-up (source: glossary 5d): the call "commit" counts what is closed as well.
ROLL_UP: Mapping[ForecastCategory, tuple[ForecastCategory, ...]] = MappingProxyType(
    {
        F.COMMIT: (F.COMMIT, F.CLOSED),
        F.BEST_CASE: (F.BEST_CASE, F.COMMIT, F.CLOSED),
        F.PIPELINE: (F.PIPELINE, F.BEST_CASE, F.COMMIT),
        F.OMITTED: (F.OMITTED,),
        F.CLOSED: (F.CLOSED,),
    }
)


def check_stage_step(current: RenewalStage, wanted: RenewalStage) -> None:
    """Raise StateNotAllowed unless the table has the step; staying where one is always passes."""
    _check(current, wanted, STAGE_TRANSITIONS[current], noun="renewal")


def check_category_step(current: ForecastCategory, wanted: ForecastCategory) -> None:
    """Raise StateNotAllowed unless the table has the step; `closed` is reached by an outcome alone."""
    _check(current, wanted, CATEGORY_TRANSITIONS[current], noun="forecast")


def _check(current: StrEnum, wanted: StrEnum, allowed: Iterable[StrEnum], *, noun: str) -> None:
    if wanted == current or wanted in allowed:
        return
    ways = ", ".join(state.value for state in allowed) or "nothing: it is closed for good"
    raise StateNotAllowed(f"A {current.value} {noun} cannot become {wanted.value}.", remedy=f"From here: {ways}.")


def states_text() -> str:
    """Return the part of docs/states.md about renewals, in Markdown, from the tables above."""
    lines = ["## Renewal stages", "", "| stage | who acts | may become |", "|---|---|---|"]
    lines += [f"| {stage} | {STAGE_OWNERS[stage]} | {_words(STAGE_TRANSITIONS[stage])} |" for stage in RenewalStage]
    lines += ["", "## Forecast categories", "", "| category | may become | its roll-up counts |", "|---|---|---|"]
    lines += [
        f"| {category} | {_words(CATEGORY_TRANSITIONS[category])} | {_words(ROLL_UP[category])} |"
        for category in ForecastCategory
    ]
    return "\n".join(lines) + "\n"


def _words(states: Iterable[StrEnum]) -> str:
    return ", ".join(state.value for state in states) or "-"
