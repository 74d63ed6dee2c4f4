"""A renewal as a trigger rule will see it at a later moment, with the scores that its account has by then."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from playbooks.queries.case_facts import Candidate
from playbooks.queries.cases import EnteringCase
from playbooks.queries.knowledge import Knowledge
from signals.queries.foreseen import ScoresAhead


def seen_ageing(case: EnteringCase, scores: Sequence[ScoresAhead], *, at: datetime) -> Candidate:
    """Return the renewal as it will be seen at a moment, by the last of these scores that is written by then."""
    known: Knowledge = case.row["known"]
    by_then = [each for each in scores if each.at <= at]
    if not by_then:
        return case.seen_at(now=at)
    last = by_then[-1]
    aged = {
        "known": replace(known, measures=last.measures()),
        "health": last.health.value,
        "health_band": last.health.band,
        "health_coverage": last.health.coverage,
    }
    risk = last.risks.get(case.row["renewal_id"])
    if risk is not None:
        kept = None if risk.value is None else 1.0 - risk.value / 100.0
        aged |= {"risk": risk.value, "risk_band": risk.band, "renew_probability": kept}
    return replace(case, row={**case.row, **aged}).seen_at(now=at)
