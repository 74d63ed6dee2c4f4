"""Celery's entrance of offers: it carries no data, and one workspace that breaks stops no other."""

import logging

from celery import shared_task
from django.db import DatabaseError, connection

from offers.actions.plans import forget_old_plans, work_plan
from offers.actions.simulations import forget_old_simulations, work_simulation
from offers.wake import wake_orders
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.queries.clock import database_now
from renewals.queries.workspaces import active_workspace_ids

log = logging.getLogger(__name__)
PARTS = 20


@shared_task(name="offers.work_orders", ignore_result=True, expires=5)
def work_orders() -> None:
    """Work on the simulations and plans that were ordered; more than one turn's work wakes the next turn itself."""
    left = [workspace_id for workspace_id in active_workspace_ids() if _work_of(workspace_id)]
    if left:
        wake_orders()


def _work_of(workspace_id: int) -> bool:
    """Answer whether work is left in a workspace."""
    try:
        return _has_more(workspace_id)
    except Exception as error:
        if isinstance(error, DatabaseError):
            connection.close()
        log.exception("A simulation or a plan failed in one workspace.", extra={"workspace": workspace_id})
        return False


def _has_more(workspace_id: int) -> bool:
    """Each part is a transaction of its own, so that a killed worker loses one part at most."""
    by = system_actor(workspace_id, "sweep: offers")
    with in_workspace(workspace_id, by=by, why="simulations and plans"):
        forget_old_simulations(now=database_now())
        forget_old_plans(now=database_now())
    for _ in range(PARTS):
        with in_workspace(workspace_id, by=by, why="simulations and plans"):
            is_over = work_simulation(now=database_now()).is_over and work_plan(now=database_now()).is_over
        if is_over:
            return False
    return True
