"""A stored score computed again from its listed signals, facts and rules of that time, beside what is stored."""

from dataclasses import dataclass

from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.scoring import labels
from signals.models import Score
from signals.models.scores import ScoreKind
from signals.queries.scores import replay_amounts, scorecard_alone, stored_amounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputedAgain:
    """The finding in one sentence, and every figure twice, in full."""

    is_same: bool
    finding: str
    table: Table


def computed_again(score: Score | None) -> ComputedAgain | None:
    """Return the comparison; None when there is no score. Where a learned model speaks, its scorecard is compared."""
    if score is None:
        return None
    score = scorecard_alone(score)
    stored, again = stored_amounts(score), replay_amounts(score)
    keys = sorted({*stored, *again})
    is_same = stored == again
    differing = sum(stored.get(key) != again.get(key) for key in keys)
    finding = (
        "Computed again from the listed signals: the same to the last digit."
        if is_same
        else f"Computed again, {differing} of {len(keys)} figures differ: a signal came in late, was withdrawn or "
        "moved to another account since. The account is scored again with the next sweep."
    )
    return ComputedAgain(is_same=is_same, finding=finding, table=_table(keys, stored, again, score.kind))


def _table(keys: list[str], stored: dict[str, float], again: dict[str, float], kind: str) -> Table:
    unit = "log-odds" if kind == ScoreKind.RISK else "points"
    return Table(
        caption="Stored and computed again",
        columns=(
            Column(title="Figure"),
            Column(title=f"Stored, {unit}", is_amount=True),
            Column(title=f"Computed again, {unit}", is_amount=True),
            Column(title="Compares"),
        ),
        rows=tuple(
            (
                Cell(text=labels().get(key, key.capitalize())),
                Cell(text=_figure(stored.get(key)), is_amount=True),
                Cell(text=_figure(again.get(key)), is_amount=True),
                Cell(
                    text="equal" if stored.get(key) == again.get(key) else "differs",
                    state="good" if stored.get(key) == again.get(key) else "bad",
                ),
            )
            for key in keys
        ),
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else repr(value)
