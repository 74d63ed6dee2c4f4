"""Draw the forecast when its inputs have changed, store it part by part, and keep one snapshot a week.

Drawing happens outside of any transaction and tells how far it is; what is stored changes in one.
"""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import DatabaseError

from renewals.actions.book import take_book_notes
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.queries.metrics.books import rates_stamp
from renewals.queries.people import teams_of_people
from signals.actions.forecast.disagree import settle_disagreements
from signals.actions.forecast.tallies import tally_calls
from signals.core.forecast.backtest import JudgedQuarter, judge_quarters
from signals.core.forecast.blend import fit_blend
from signals.core.forecast.book import Book, hash_of, part_tables
from signals.core.forecast.draw import Cell, Drawn, Plan, draw_quarters
from signals.core.forecast.figures import Key, parts_of, tornado
from signals.core.forecast.laws import Laws, learn_laws
from signals.core.forecast.rules import ForecastRules
from signals.models import ForecastPart, ForecastRun, ForecastSnapshot
from signals.queries.forecast.book import chance_makers, forecast_quarters, load_book
from signals.queries.forecast.judged import PastBand, past_bands
from signals.queries.forecast.past import called_chances, past_renewals
from signals.queries.library import forecast_rules

logger = logging.getLogger(__name__)
State = ForecastRun.State
LEASE = timedelta(minutes=10)
TORNADO_QUARTERS, TORNADO_DRAWS = 2, 500
TORNADO_SIZES = {"price_uplift": 0.05, "longer_terms": 0.25, "coverage": 0.25, "sponsor_change": 0.1, "incident": 0.25}
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """All that a forecast is drawn from."""

    today: date
    book: Book
    laws: Laws
    digest: str
    maker: str
    summary: Mapping[str, Any]


def refresh_forecast(*, workspace_id: int, by: Actor, now: datetime, clock: Clock) -> bool:
    """Draw the forecast of a workspace unless its inputs are those it was drawn from; return whether it was drawn.

    A second worker that comes while one is drawing does nothing. What breaks is kept with the run, and tried again.
    """
    with in_workspace(workspace_id, by=by, why="the forecast is looked at"):
        inputs = _claim(by, now)
    if inputs is None:
        return False
    rules = forecast_rules()
    try:
        drawn = _draw(inputs, rules, lambda done: _tell(workspace_id, by, done, clock()))
        with in_workspace(workspace_id, by=by, why="the forecast is drawn"):
            _store(inputs, drawn, rules, by, clock())
    except DatabaseError:
        raise
    except Exception as error:  # whatever broke is said on the page
        logger.exception("A forecast failed", extra={"workspace_id": workspace_id})
        with in_workspace(workspace_id, by=by, why="the forecast failed"):
            words = f"{type(error).__name__}: {error}"[:300]
            ForecastRun.objects.update(state=State.FAILED, error=words, beat_at=clock())
        return False
    return True


def _claim(by: Actor, now: datetime) -> Inputs | None:
    """Return the inputs to draw from; None when they have not changed, or somebody draws already."""
    ForecastRun.objects.get_or_create(workspace_id=by.workspace_id, defaults={"ordered_at": now})
    run = ForecastRun.objects.select_for_update(skip_locked=True).first()
    if run is None or (run.state == State.RUNNING and run.beat_at and now - run.beat_at < LEASE):
        return None
    # Notes are taken before the book is read: what changes meanwhile is noted for the next look.
    is_noted, frame = take_book_notes(by=by), frame_stamp(today=now.date())
    is_same = run.state == State.DONE and run.frame_hash == frame and not is_noted
    inputs = None if is_same else load_inputs(today=now.date())
    if inputs is None or (run.state == State.DONE and run.inputs_hash == inputs.digest):
        ForecastRun.objects.filter(id=run.id).update(checked_at=now, frame_hash=frame)
        return None
    ForecastRun.objects.filter(id=run.id).update(state=State.RUNNING, beat_at=now, done=0, error="", frame_hash=frame)
    return inputs


def frame_stamp(*, today: date) -> str:
    """Return what changes with the day, the rules, who is in which team, or a rate: what no row of the book notes."""
    parts = (today.isoformat(), asdict(forecast_rules()), teams_of_people(), rates_stamp())
    return sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def load_inputs(*, today: date) -> Inputs:
    """Return book and laws as they are, with the hash of both."""
    rules = forecast_rules()
    book, laws = load_book(rules, today=today), learn_laws(past_renewals(rules, today=today), rules)
    maker = chance_makers(rules, today=today)
    blend = fit_blend(*called_chances(rules, today=today), rules.blend)
    bands = past_bands(rules, today=today)
    summary = {
        "blend": asdict(blend) if blend else None,
        "backtest": _backtest(bands),
        "bands": [[quarter_on.isoformat(), list(band), came] for quarter_on, band, came in bands],
        "draws": rules.draws,
    }
    digest = hash_of(book, {"laws": asdict(laws), "rules": asdict(rules), "maker": maker, "summary": summary})
    return Inputs(today=today, book=book, laws=laws, digest=digest, maker=maker, summary=summary)


def _backtest(bands: Sequence[PastBand]) -> dict[str, Any] | None:
    found = judge_quarters(
        [JudgedQuarter(low=band[0], middle=band[1], high=band[2], actual=came) for _, band, came in bands]
    )
    return asdict(found) if found else None


def plan_of(laws: Laws, rules: ForecastRules, levers: Mapping[str, float] | None = None) -> Plan:
    """Return how it is drawn, with these levers moved."""
    return Plan(laws=laws, seed=rules.seed, draws=rules.draws, levers=levers or {}, lever_rules=rules.levers)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawing:
    parts: Mapping[Key, Drawn]
    tornado: Sequence[Mapping[str, Any]]


def _draw(inputs: Inputs, rules: ForecastRules, tell: Callable[[int], None]) -> _Drawing:
    plan = plan_of(inputs.laws, rules)
    cells: dict[Cell, Drawn] = {}
    quarters = sorted({each.quarter_on for each in inputs.book.open})
    for place, quarter_on in enumerate(quarters):
        cells |= draw_quarters([each for each in inputs.book.open if each.quarter_on == quarter_on], plan)
        tell(80 * (place + 1) // len(quarters))
    near = set(quarters[:TORNADO_QUARTERS])
    short = Plan(laws=inputs.laws, seed=rules.seed, draws=TORNADO_DRAWS, levers={}, lever_rules=rules.levers)
    bars = tornado([each for each in inputs.book.open if each.quarter_on in near], short, TORNADO_SIZES)
    return _Drawing(parts=parts_of(cells), tornado=[asdict(bar) for bar in bars])


def _tell(workspace_id: int, by: Actor, done: int, now: datetime) -> None:
    with in_workspace(workspace_id, by=by, why="the forecast is being drawn"):
        ForecastRun.objects.update(done=done, beat_at=now)


def _store(inputs: Inputs, drawing: _Drawing, rules: ForecastRules, by: Actor, now: datetime) -> None:
    """Replace the parts by those that were drawn, keep the week's snapshot, settle what follows from the chances."""
    quarters = sorted({*forecast_quarters(rules, today=inputs.today), *(key[0] for key in drawing.parts)})
    tables = part_tables(inputs.book, drawing.parts, quarters=quarters, minimum_past=rules.minimum_past)
    ForecastPart.objects.all().delete()
    ForecastPart.objects.bulk_create(
        [
            ForecastPart(
                workspace_id=by.workspace_id,
                quarter_on=quarter_on,
                segment=segment,
                owner_id=owner,
                team_id=team,
                figures=table,
            )
            for (quarter_on, segment, owner, team), table in tables.items()
        ],
        batch_size=1000,
    )
    laws = laws_table(inputs.laws)
    _keep_week(tables, inputs, laws["mean_ratios"], by, now)
    ForecastRun.objects.update(
        state=State.DONE,
        done=100,
        beat_at=now,
        made_at=now,
        checked_at=now,
        inputs_hash=inputs.digest,
        maker=inputs.maker,
        laws=laws,
        summary={**inputs.summary, "tornado": list(drawing.tornado), "sizes": TORNADO_SIZES},
        error="",
    )
    settle_disagreements(by=by, now=now)
    tally_calls(by=by, now=now)


def laws_table(laws: Laws) -> dict[str, Any]:
    """Return what is shown and kept of the laws."""
    return {
        "factor": asdict(laws.factor),
        "parameters": asdict(laws.parameters),
        "renewals": laws.renewals,
        "mean_ratios": {name: round(law.mean, 6) for name, law in laws.ratios.items()},
        "delay_days": list(laws.delay_days),
    }


def _keep_week(
    tables: Mapping[Key, Mapping[str, Any]], inputs: Inputs, ratios: Mapping[str, float], by: Actor, now: datetime
) -> None:
    """Freeze the week's forecast of every quarter, whole and by segment; a week that has one keeps it."""
    week_on = now.date() - timedelta(days=now.date().weekday())
    ForecastSnapshot.objects.bulk_create(
        [
            ForecastSnapshot(
                workspace_id=by.workspace_id,
                week_on=week_on,
                quarter_on=quarter_on,
                segment=segment,
                figures=table,
                maker=inputs.maker,
                mean_ratios=ratios,
                made_at=now,
            )
            for (quarter_on, segment, owner, team), table in tables.items()
            if not owner and not team
        ],
        ignore_conflicts=True,
    )
