"""Ask "what if", draw what was asked, and put questions away. A scenario changes nothing but its own row."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, UnknownReference
from renewals.core.text import check_text
from signals.actions.forecast.runs import load_inputs, plan_of
from signals.core.forecast.figures import scenario_figures
from signals.core.forecast.levers import check_levers
from signals.models import ForecastScenario
from signals.queries.library import forecast_rules

MOST_WAITING = 5
LONGEST_NAME = 120
State = ForecastScenario.State


@transaction.atomic
def ask_scenario(*, name: str, levers: Mapping[str, float], by: Actor, now: datetime) -> ForecastScenario:
    """Keep a scenario for a worker to draw. Raises InvalidInput for levers that cannot be, or none that is moved."""
    moved = check_levers(levers, forecast_rules().levers)
    if not moved:
        raise InvalidInput("No lever is moved: that is the forecast itself.", where="name", remedy="Move one.")
    if ForecastScenario.objects.filter(state=State.WAITING).count() >= MOST_WAITING:
        raise InvalidInput("Five scenarios are waiting to be drawn.", where="name", remedy="Wait for one of them.")
    return ForecastScenario.objects.create(
        workspace_id=by.workspace_id,
        name=check_text(name.strip() or "Scenario", label="Name")[:LONGEST_NAME],
        levers=dict(moved),
        made_by_id=by.id,
        made_at=now,
    )


@transaction.atomic
def drop_scenario(*, scenario_id: int, by: Actor, now: datetime) -> None:
    """Put a scenario away; raises UnknownReference."""
    if not ForecastScenario.objects.filter(id=scenario_id, dropped_at__isnull=True).update(dropped_at=now):
        raise UnknownReference(f"There is no scenario {scenario_id} here.")


@transaction.atomic
def draw_scenario(*, by: Actor, now: datetime) -> bool:
    """Draw the oldest scenario that waits, beside the same draws without levers; return whether there was one."""
    waiting = ForecastScenario.objects.select_for_update(skip_locked=True).filter(state=State.WAITING)
    row = waiting.order_by("id").first()
    if row is None:
        return False
    rules, inputs = forecast_rules(), load_inputs(today=now.date())
    before = scenario_figures(inputs.book.open, plan_of(inputs.laws, rules))
    after = scenario_figures(inputs.book.open, plan_of(inputs.laws, rules, row.levers))
    row.results = {
        "quarters": [
            {"quarter": day.isoformat(), "before": asdict(before[day]), "after": asdict(after[day])} for day in before
        ],
        "inputs_hash": inputs.digest,
        "maker": inputs.maker,
    }
    row.state, row.drawn_at = State.DONE, now
    row.save(update_fields=["results", "state", "drawn_at"])
    return True
