"""Celery's entrance of offers: it carries no data, and one workspace that breaks stops no other."""

import logging

from celery import shared_task
from django.db import DatabaseError, connection

from offers.actions.simulations import forget_old_simulations, work_simulation
from offers.wake import wake_simulations
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from renewals.queries.workspaces import active_workspace_ids

log = logging.getLogger(__name__)
PARTS = 20


@shared_task(name="offers.simulate_policies", ignore_result=True, expires=5)
def simulate_policies() -> None:
    """Work on the simulations that were ordered; more than one turn's work wakes the next turn itself."""
    left = [workspace_id for workspace_id in active_workspace_ids() if _work_of(workspace_id)]
    if left:
        wake_simulations()


def _work_of(workspace_id: int) -> bool:
    """Answer whether work is left in a workspace."""
    try:
        return _has_more(workspace_id)
    except Exception as error:
        if isinstance(error, DatabaseError):
            connection.close()
        log.exception("A simulation failed in one workspace.", extra={"workspace": workspace_id})
        return False


def _has_more(workspace_id: int) -> bool:
    """Each part is a transaction of its own, so that a killed worker loses one part at most."""
    by = system_actor(workspace_id, "sweep: simulations")
    with in_workspace(workspace_id, by=by, why="simulations"):
        forget_old_simulations(now=database_now())
    for _ in range(PARTS):
        with in_workspace(workspace_id, by=by, why="simulations"):
            worked = work_simulation(now=database_now())
        if worked.is_over:
            return False
    return True
