"""Without time the stack may take the scorecard's place by its order, but only beyond chance and never at a loss."""

import numpy as np
import pytest

from signals.core.learning.frame import Array, Frame
from signals.core.learning.metrics.figures import Figures
from signals.core.learning.metrics.intervals import Interval
from signals.core.learning.settings import Settings
from signals.core.learning.training.gate import choose, orders_better
from signals.core.learning.training.held_out import HeldOut
from signals.core.learning.training.model import PRIOR, RATE, SCORECARD, STACK, Comparison
from tests.signals.core.learning.books import book

ROWS = 1_000


def held(frame: Frame, *, sharper: float, is_timed: bool = False) -> HeldOut:
    """A scorecard that sees the outcome dimly, and a stack that sees it so much more sharply."""
    rng = np.random.default_rng(5)
    card: Array = frame.outcome + rng.normal(0, 2, len(frame))
    log_odds = {SCORECARD: card, STACK: card + sharper * frame.outcome + rng.normal(0, 0.3, len(frame))}
    return HeldOut(log_odds=log_odds, order=np.arange(len(frame)) % 5, is_timed=is_timed)


@pytest.mark.parametrize(
    ("sharper", "is_timed", "expected"), [(1.0, False, True), (0.0, False, False), (1.0, True, False)]
)
def test_better_order_is_seen_beyond_chance_and_only_without_time(
    sharper: float, is_timed: bool, expected: bool
) -> None:
    frame = book(ROWS)
    found = held(frame, sharper=sharper, is_timed=is_timed)
    assert orders_better(found, frame, settings=Settings(), rng=np.random.default_rng(1)) is expected


def made(difference: float, high: float) -> tuple[Comparison, ...]:
    """The stack against the scorecard as said; both better than everything else."""
    sure = [(name, other, -0.1, -0.05) for name in (SCORECARD, STACK) for other in (RATE, PRIOR)]
    return tuple(
        Comparison(challenger=name, reference=other, difference=gap, interval=Interval(gap - 0.01, top))
        for name, other, gap, top in [*sure, (STACK, SCORECARD, difference, high)]
    )


def figures() -> dict[str, Figures]:
    """Figures of both members that order better than chance."""
    special = {"rows": ROWS, "losses": 200, "auc_interval": Interval(0.6, 0.7)}
    plain = {name: 0.5 for name in Figures.__dataclass_fields__ if name not in special}
    return dict.fromkeys((SCORECARD, STACK), Figures(**special, **plain))


@pytest.mark.parametrize(
    ("difference", "high", "orders", "expected"),
    [
        (-0.003, 0.001, True, STACK),
        (-0.003, 0.001, False, SCORECARD),
        (0.002, 0.004, True, SCORECARD),
        (-0.003, -0.001, False, STACK),
    ],
)
def test_stack_takes_over_by_its_order_only_when_it_foretells_no_worse(
    difference: float, high: float, orders: bool, expected: str
) -> None:
    chosen, verdict = choose(made(difference, high), figures(), stack_orders_better=orders)
    assert (chosen, verdict.is_promotable) == (expected, True)
