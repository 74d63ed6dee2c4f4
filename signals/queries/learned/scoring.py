"""Scores of a chunk by the model in force, in one batch; and the parts of a stored score that a model made."""

import logging
from datetime import datetime
from typing import Any

from django.db import DatabaseError

from signals.core.learning.telling import Told
from signals.core.scoring.learned import Speaker, learned_sheet
from signals.core.scoring.sheet import Sheet
from signals.models import RiskModelVersion, Score
from signals.queries.learned.models import ReadyModel, ready_model, told_again, told_renewals
from signals.queries.learned.versions import model_in_force
from signals.queries.scorecards import RulesInForce

logger = logging.getLogger(__name__)


def by_model_in_force(workspace_id: int, sheet: Sheet, *, rules: RulesInForce, now: datetime) -> Sheet:
    """Return the sheet of risks as the model in force says them; unchanged without one, or when it cannot be read.

    Whatever is wrong with a model is logged, and the scorecard speaks: a risk from judgement is better than none.
    """
    if sheet.renewal_ids is None or not len(sheet.renewal_ids):
        return sheet
    version = model_in_force()
    if version is None:
        return sheet
    try:
        ready = ready_model(version)
        told = told_renewals(workspace_id, sheet.renewal_ids.tolist(), ready=ready, rules=rules, now=now)
        return learned_sheet(sheet, told, speaker_of(ready, rules))
    except DatabaseError:
        raise
    except Exception:  # such as trees of another version of the library; no score of the workspace may wait for that
        logger.exception("The risk model in force cannot be asked", extra={"version": version.number})
        return sheet


def foretold(
    workspace_id: int, renewal_ids: list[int], *, rules: RulesInForce, now: datetime
) -> tuple[ReadyModel, dict[int, Told]] | None:
    """Return what the model in force says of these renewals, without reasons; None when the scorecard speaks.

    What keeps `by_model_in_force` from asking the model keeps this from it, too.
    """
    version = model_in_force() if renewal_ids else None
    if version is None:
        return None
    try:
        ready = ready_model(version)
        return ready, told_renewals(workspace_id, renewal_ids, ready=ready, rules=rules, now=now, has_reasons=False)
    except DatabaseError:
        raise
    except Exception:  # as in by_model_in_force: the scorecard speaks then
        logger.exception("The risk model in force cannot be asked", extra={"version": version.number})
        return None


def speaker_of(ready: ReadyModel, rules: RulesInForce) -> Speaker:
    """Return the model as scoring needs it; the floor and the bands are those of the scorecard of risk."""
    card = rules.book.model
    return Speaker(
        number=ready.number,
        version_id=ready.version_id,
        strengths=ready.strengths,
        coverage_floor=card.coverage_floor,
        bands=card.bands,
    )


def model_part(score: Score) -> dict[str, Any] | None:
    """Return what a model said in this score, as it was stored; None when the scorecard alone spoke."""
    found = score.details.get("model") if score.details else None
    return dict(found) if found else None


def replay_model(score: Score) -> Told | None:
    """Ask the version that made this score again about the stored row: equal to the last digit; None without one."""
    record = model_part(score)
    return None if record is None else told_again(RiskModelVersion.objects.get(id=record["version_id"]), record)
