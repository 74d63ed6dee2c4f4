"""The regular work on the forecast: freeze what is due, draw what has changed, draw the scenarios that wait."""

from collections.abc import Callable
from datetime import datetime

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from signals.actions.forecast.freeze import freeze_calls
from signals.actions.forecast.runs import refresh_forecast
from signals.actions.forecast.scenarios import draw_scenario

MOST_SCENARIOS = 5


def tend_forecast(*, workspace_id: int, by: Actor, now: datetime, clock: Callable[[], datetime]) -> bool:
    """Do all of it for one workspace, each part in transactions of its own; return whether the forecast was drawn."""
    with in_workspace(workspace_id, by=by, why="calls are frozen"):
        freeze_calls(by=by, now=now)
    is_drawn = refresh_forecast(workspace_id=workspace_id, by=by, now=now, clock=clock)
    for _ in range(MOST_SCENARIOS):
        with in_workspace(workspace_id, by=by, why="a scenario is drawn"):
            if not draw_scenario(by=by, now=now):
                break
    return is_drawn
