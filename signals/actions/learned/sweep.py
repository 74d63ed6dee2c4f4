"""The regular work on risk models: write down what they foretell, watch them, order trainings, and train.

Each step is its own transaction and may be repeated; a training that breaks is kept with its error and tried again.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import DatabaseError

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from signals.actions.learned.foretell import CHUNK, foretell
from signals.actions.learned.orders import claim_training, fail_training, finish_training, order_due_training
from signals.actions.learned.train import TrainingPlan, train_model
from signals.actions.learned.watch import watch_models
from signals.models import RiskTraining

logger = logging.getLogger(__name__)
REASONS = {
    RiskTraining.Cause.SCHEDULE: "Trained by the monthly schedule",
    RiskTraining.Cause.ALARM: "Trained after an alarm of the watch",
    RiskTraining.Cause.PERSON: "Trained on request of a person",
}


def tend_risk_models(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Foretell, watch, and order a training if one is due; return how many alarms stand.

    A model that cannot be read is logged and stops neither: the training that would replace it is ordered all the same.
    """

    def go_on(why: str, work: Callable[..., int]) -> int:
        try:
            with in_workspace(workspace_id, by=by, why=why):
                return work(by=by, now=now)
        except DatabaseError:
            raise
        except Exception:  # such as a damaged body, or trees of another version of the library
            logger.exception("A risk model cannot be tended", extra={"workspace_id": workspace_id, "work": why})
            return 0

    while go_on("risk models foretell", foretell) >= CHUNK:
        pass
    alarms = go_on("risk models are watched", watch_models)
    with in_workspace(workspace_id, by=by, why="training is ordered"):
        order_due_training(by=by, now=now)
    return alarms


def run_due_training(*, workspace_id: int, by: Actor, now: datetime, clock: Callable[[], datetime]) -> bool:
    """Take up the training that was ordered, if any, and say whether there was one.

    `clock` is asked again at the end: a training takes minutes, and its lease goes by real time.
    """
    with in_workspace(workspace_id, by=by, why="training"):
        order = claim_training(by=by, now=now)
    if order is None:
        return False
    plan = TrainingPlan(as_of=now, reason=REASONS[RiskTraining.Cause(order.cause)])
    try:
        made = train_model(plan=plan, by=by, now=now, tell=logger.info)
    except Exception as error:  # whatever broke is kept with the order, which is tried again later
        logger.exception("Training failed", extra={"workspace_id": workspace_id})
        with in_workspace(workspace_id, by=by, why="training failed"):
            fail_training(order=order, error=f"{type(error).__name__}: {error}", by=by, now=clock())
        return True
    with in_workspace(workspace_id, by=by, why="training is done"):
        version_id = made.version.id if made.version else None
        finish_training(order=order, version_id=version_id, by=by, now=clock())
    return True
