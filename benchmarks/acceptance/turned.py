"""The world that turns: from a month on the use of one product means the opposite of what a model learned.

The product must say so soon after the outcomes tell it (bar 3), and its scheduled training must bring back most of the
order that was lost among the accounts with that product.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.acceptance.bars import Bar, at_least, at_most, equal
from benchmarks.acceptance.inside import Inside
from benchmarks.acceptance.product import train
from benchmarks.acceptance.referees import foretold
from benchmarks.acceptance.sheet import Sheet
from benchmarks.acceptance.world import seeded
from playbooks.queries.world import world_laws
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor
from renewals.models import Membership
from renewals.queries.clock import database_now
from signals.actions.learned.foretell import CHUNK, foretell
from signals.actions.learned.life import promote_model
from signals.actions.learned.watch import COMPLEXITY, watch_models
from signals.core.learning.frame import Array, Frame
from signals.core.learning.metrics.ranking import area_under_curve
from signals.core.learning.training.run import predict
from signals.core.learning.watching import ORDER
from signals.models import RiskModelCheck
from signals.queries.learned.models import ready_model
from signals.queries.learned.versions import version_of
from signals.queries.library import snapshot_rules

SIZE: dict[str, Any] = {"accounts": 1_500, "months": 42}
SEED, TURN, MONTH = 5, 30, timedelta(days=30)
AFTER, QUIET, WATCHED = 12, 3, 6
"""Months after the turn, of which the last half judges the retrained model; months before it and after it in which the
model that knew nothing of the turn is watched."""
SOON, BROUGHT_BACK = 2, 0.5
SLUG = "turned"
PRODUCT = "account.complexity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The workspace with the model that was in force before the turn, and the moment of the turn."""

    inside: Inside
    turned_at: datetime
    product: str


def turned_world(sheet: Sheet, spare: Path) -> None:
    """Fill the sheet for a world whose use of one product turns in month 30."""
    seeded(SLUG, SIZE, SEED, "--turn-month", str(TURN))
    inside, said = Inside(SLUG), spare / "said-turned.csv"
    with in_workspace(inside.workspace_id, by=inside.by, why="acceptance"):
        today = database_now()
    turn = Turn(inside=inside, turned_at=today - AFTER * MONTH, product=world_laws().turned_complexity)
    before = train(SLUG, "--as-of", _trained_at(turn).isoformat())
    sheet.figures |= {**SIZE, "verdict before": before["verdict"]}
    sheet.part((3,), "alarm after the turn", lambda: _alarmed(turn, sheet.figures))
    sheet.part((3,), "recovery after retraining", lambda: _recovered(turn, said, sheet.figures))


def _alarmed(turn: Turn, figures: dict[str, Any]) -> Iterator[Bar]:
    """Yield how many months of outcomes it took until the order was seen to turn, and that it was quiet before.

    The first outcomes come to be known a grace period after the turn. Columns that move are another alarm: they are
    among the figures, and say nothing about what a model is worth.
    """
    _put_in_force(turn)
    grace = snapshot_rules().grace_days / MONTH.days
    months = range(1 - QUIET, WATCHED + 1)
    found = {month: list(_alarms(turn, turn.turned_at + month * MONTH)) for month in months}
    figures["alarms by month after the turn"] = found
    turned = {month: [each for each in alarms if each.startswith(ORDER)] for month, alarms in found.items()}
    figures["of the order"] = turned
    yield at_most(3, f"alarms of the order in {QUIET} months before the turn", len(_flat(turned, until=0)), 0)
    first = next((month for month, alarms in turned.items() if month > 0 and alarms), None)
    waited = None if first is None else max(0.0, first - grace)
    yield at_most(3, "months of known outcomes from the turn to the alarm of the order", waited, SOON)
    named = {each for month, alarms in turned.items() if month > 0 for each in alarms}
    yield equal(3, "the alarm names the product that turned", f"{ORDER} {COMPLEXITY}: {turn.product}" in named, True)


def _flat(by_month: Mapping[int, list[str]], *, until: int) -> list[str]:
    return [each for month, alarms in by_month.items() if month <= until for each in alarms]


def _trained_at(turn: Turn) -> datetime:
    return turn.turned_at - QUIET * MONTH


def _alarms(turn: Turn, now: datetime) -> Iterator[str]:
    """Yield the alarms of the watch at a moment, as the product's monthly work would have found them."""
    inside = turn.inside
    with in_workspace(inside.workspace_id, by=inside.by, why="acceptance"):
        watch_models(by=inside.by, now=now)
        found = RiskModelCheck.objects.filter(is_alarm=True, month_on=now.date().replace(day=1))
        for each in found.order_by("kind", "subject"):
            yield f"{each.kind} {each.subject}".strip()


def _put_in_force(turn: Turn) -> None:
    inside = turn.inside
    with in_workspace(inside.workspace_id, by=inside.by, why="acceptance"):
        member = Membership.objects.order_by("id").first()
        by: Actor = person_actor(inside.workspace_id, member.user_id, "acceptance") if member else inside.by
        promote_model(number=1, reason="It was the best at the time", by=by, now=_trained_at(turn))
        while foretell(by=inside.by, now=_trained_at(turn)) >= CHUNK:
            pass


def _recovered(turn: Turn, said: Path, figures: dict[str, Any]) -> Iterator[Bar]:
    """Yield which share of the order that was lost, among accounts with the product, retraining brought back.

    Retrained is what each quarter's model foretold unseen; the model of before is asked about the same renewals.
    """
    report = train(SLUG, "--predictions", str(said))
    frame = turn.inside.frame()
    with in_workspace(turn.inside.workspace_id, by=turn.inside.by, why="acceptance"):
        frozen = predict(ready_model(version_of(1)).model, frame)
    retrained = foretold(frame, said, report["best"])
    ours = np.isfinite(retrained) & frame.is_decided & (frame.column(PRODUCT).values == turn.product)
    turned_on = np.datetime64(turn.turned_at.date())
    later = ours & _since(frame, turned_on + np.timedelta64(AFTER // 2 * MONTH.days, "D"))
    areas = {
        "before the turn": _area(frame, retrained, ours & ~_since(frame, turned_on)),
        "model of before, afterwards": _area(frame, frozen, later),
        "retrained": _area(frame, retrained, later),
    }
    figures["areas"] = areas
    before, stale, now = areas.values()
    what = "share of the lost AUC that retraining brought back"
    yield at_least(3, what, (now - stale) / (before - stale), BROUGHT_BACK)


def _since(frame: Frame, day: np.datetime64) -> Array:
    return np.zeros(len(frame), dtype=bool) if frame.decided_on is None else np.asarray(frame.decided_on >= day)


def _area(frame: Frame, score: Array, rows: Array) -> float:
    return area_under_curve(frame.outcome[rows], score[rows])
