"""Measure two ways of doing the same work side by side, A B A B …, and judge the median ratio of the rounds.

Machines are shared and noisy, so nothing here knows a limit in seconds: only ours against a peer, in the same run.
"""

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median
from typing import Literal

ROUNDS = 5
Scale = Literal["small", "full"]
Work = Callable[[], float | None]
"""Does the work once. Returns None, and is timed from outside, or the seconds that count (preparation left out)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One line of the table. `ours` and `peer` are medians in `unit`; `target` is written as it was judged."""

    name: str
    ours: float
    peer: float
    ratio: float
    target: str
    met: bool
    unit: str = "s"
    note: str = ""

    def line(self) -> str:
        """Return the line of JSON that `make bench` prints."""
        return json.dumps(asdict(self))


def faster(name: str, *, ours: Work, peer: Work, rows: int, at_least: float, note: str = "") -> Ratio:
    """Compare rows a second; met when ours is `at_least` that many times the peer's."""
    pairs = alternate(ours, peer)
    ratio = median(theirs / mine for mine, theirs in pairs)
    return Ratio(
        name=name,
        ours=_short(rows / median(mine for mine, _ in pairs)),
        peer=_short(rows / median(theirs for _, theirs in pairs)),
        ratio=_short(ratio),
        target=f">= {at_least:g}",
        met=ratio >= at_least,
        unit="rows/s",
        note=note,
    )


def cheaper(name: str, *, ours: Work, peer: Work, at_most: float, note: str = "") -> Ratio:
    """Compare seconds; met when ours takes `at_most` that many times the peer's."""
    pairs = alternate(ours, peer)
    ratio = median(mine / theirs for mine, theirs in pairs)
    return Ratio(
        name=name,
        ours=_short(median(mine for mine, _ in pairs)),
        peer=_short(median(theirs for _, theirs in pairs)),
        ratio=_short(ratio),
        target=f"<= {at_most:g}",
        met=ratio <= at_most,
        note=note,
    )


def within(name: str, value: float, *, at_most: float, unit: str, note: str = "") -> Ratio:
    """Judge a figure that has no peer, such as a slope or a number of messages, against its own limit."""
    ratio = value / at_most if at_most else math.inf
    return Ratio(
        name=name,
        ours=_short(value),
        peer=at_most,
        ratio=_short(ratio),
        target="<= 1",
        met=value <= at_most,
        unit=unit,
        note=note,
    )


def alternate(ours: Work, peer: Work, *, rounds: int = ROUNDS) -> tuple[tuple[float, float], ...]:
    """Return (ours, peer) in seconds for each round, after one round that does not count. At least five rounds."""
    if rounds < ROUNDS:
        raise ValueError(f"A ratio needs {ROUNDS} rounds or more, {rounds} were asked for.")
    return tuple((seconds(ours), seconds(peer)) for _ in range(rounds + 1))[1:]


def seconds(work: Work) -> float:
    """Return how long the work took, by its own account if it gives one."""
    began = time.perf_counter()
    own = work()
    return time.perf_counter() - began if own is None else own


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0 to 1) of the values lie, e.g. 0.95 for p95."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the growth of cost with size in log-log: 0 is flat, 1 is linear. Least squares over (size, cost)."""
    xs, ys = [math.log(size) for size, _ in points], [math.log(cost) for _, cost in points]
    middle_x, middle_y = fmean(xs), fmean(ys)
    above = sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True))
    return above / sum((x - middle_x) ** 2 for x in xs)


def table(ratios: Sequence[Ratio]) -> str:
    """Return the rows as the table of docs/performance.md."""
    return "\n".join(_table_lines(ratios)) + "\n"


def _table_lines(ratios: Sequence[Ratio]) -> Iterator[str]:
    yield "| name | ours | peer or limit | ratio | target | met | of what |"
    yield "|---|---|---|---|---|---|---|"
    for each in ratios:
        figures = f"{each.ours:g} {each.unit} | {each.peer:g} {each.unit} | {each.ratio:g}"
        yield f"| `{each.name}` | {figures} | {each.target} | {'yes' if each.met else '**no**'} | {each.note} |"


def _short(value: float) -> float:
    """Return four significant digits: more would be noise."""
    return float(f"{value:.4g}")
