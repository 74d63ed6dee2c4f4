"""The numbers of the renewal queue as data: urgency by days left and loss rates for renewals without a score."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from renewals.core.problems import Problem
from renewals.core.reading import WRONG, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyPoint:
    """Urgency `weight` at `days` before the nearer of notice deadline and due date; straight lines between points."""

    days: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWeights:
    """The numbers of the queue: urgency by days left, and the loss rate by segment for renewals without a score."""

    version: int
    urgency: tuple[UrgencyPoint, ...]
    base_loss: Mapping[str, float]
    default_base_loss: float


def urgency_at(weights: QueueWeights, days: int) -> float:
    """Return the urgency that many days before the deadline: linear between the points, level beyond them."""
    points = sorted(weights.urgency, key=lambda point: point.days)
    if days <= points[0].days:
        return points[0].weight
    for nearer, farther in pairwise(points):
        if days <= farther.days:
            share = (days - nearer.days) / (farther.days - nearer.days)
            return round(nearer.weight + share * (farther.weight - nearer.weight), 4)
    return points[-1].weight


def parse_weights(table: Mapping[str, object]) -> tuple[QueueWeights, tuple[Problem, ...]]:
    """Return the weights in a TOML or JSON mapping and every problem of reading them."""
    problems: list[Problem] = []
    reader = Reader(table, "queue", problems)
    points = []
    for item in reader.children("urgency", "urgency point"):
        points.append(UrgencyPoint(days=item.whole("days"), weight=float(item.number("weight"))))
        item.finish()
    rates = reader.child("base_loss")
    base = {name: float(rates.number(name)) for name in rates.table}
    weights = QueueWeights(
        version=reader.whole("version", least=1),
        urgency=tuple(points),
        base_loss=base,
        default_base_loss=float(reader.number("default_base_loss")),
    )
    reader.finish()
    _check_weights(reader, weights)
    return weights, tuple(problems)


def _check_weights(reader: Reader, weights: QueueWeights) -> None:
    ordered = sorted(weights.urgency, key=lambda point: point.days)
    if len({point.days for point in ordered}) < max(2, len(ordered)):
        reader.tell(WRONG, "Urgency needs at least two points on different days.", "Add or move a point.")
    if any(near.weight < far.weight for near, far in pairwise(ordered)):
        reader.tell(WRONG, "Urgency falls as the date comes nearer.", "Nearer days weigh at least as much.")
    rates = {**weights.base_loss, "default_base_loss": weights.default_base_loss}
    for name, rate in rates.items():
        if not 0 <= rate <= 1:
            reader.tell(WRONG, f"'{name}' is {rate}.", "A share from 0 to 1.", name=name)
