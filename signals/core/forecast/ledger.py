"""How good calls were: error and bias per caller, horizon and segment. Too few calls give no figure.

Bias, not blame: a figure says how far the calls of somebody lie beside what came, never why.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Sums over frozen calls with an outcome, in one currency; `squares` of the chances of `chances` calls."""

    calls: int = 0
    missing: int = 0
    called: Decimal = Decimal(0)
    actual: Decimal = Decimal(0)
    missed: Decimal = Decimal(0)
    chances: int = 0
    squares: float = 0.0

    def __add__(self, other: "Tally") -> "Tally":
        """Return both together."""
        return Tally(
            calls=self.calls + other.calls,
            missing=self.missing + other.missing,
            called=self.called + other.called,
            actual=self.actual + other.actual,
            missed=self.missed + other.missed,
            chances=self.chances + other.chances,
            squares=self.squares + other.squares,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The figures of a tally; None where there are too few calls, or nothing came.

    `error` = sum |call - actual| / sum actual, call by call; `bias` = sum (call - actual) / sum actual, above 0 for
    calls that were too high; `accuracy` = 1 - |bias|, of the sum (source: glossary 5b); `brier` of stated chances.
    """

    tally: Tally
    error: float | None
    bias: float | None
    accuracy: float | None
    brier: float | None

    @property
    def is_enough(self) -> bool:
        """Answer whether figures are given."""
        return self.bias is not None


def tally_of(*, called: Decimal, actual: Decimal, likelihood: float | None) -> Tally:
    """Return the tally of one call."""
    kept = 1.0 if actual > 0 else 0.0
    return Tally(
        calls=1,
        called=called,
        actual=actual,
        missed=abs(called - actual),
        chances=0 if likelihood is None else 1,
        squares=0.0 if likelihood is None else (likelihood - kept) ** 2,
    )


def total(tallies: Iterable[Tally]) -> Tally:
    """Return all of them together."""
    return sum(tallies, Tally())


def accuracy_of(tally: Tally, *, minimum: int) -> Accuracy:
    """Return the figures of a tally, without any where there are fewer than `minimum` calls."""
    if tally.calls < minimum or tally.actual <= 0:
        return Accuracy(tally=tally, error=None, bias=None, accuracy=None, brier=None)
    bias = float((tally.called - tally.actual) / tally.actual)
    return Accuracy(
        tally=tally,
        error=float(tally.missed / tally.actual),
        bias=bias,
        accuracy=1 - abs(bias),
        brier=tally.squares / tally.chances if tally.chances >= minimum else None,
    )
