"""What is known of accounts beyond their contracts: the measures behind their health, and milestones reached."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from renewals.models import Milestone
from renewals.queries.accounts import DROPPED
from renewals.queries.any_of import any_of
from signals.core.records import HEALTH_INPUT, inputs_from
from signals.models import CurrentScore, Score
from signals.queries.noted import budget_dates


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Of one account: measure values by key (a measure without signals is not in it), milestones by day reached.

    `proof` is the evidence of the last milestone that the account itself confirmed, `next_goal` the milestone aimed at
    next; both empty when there is none. `budget_on` is the next day on which its budget is decided, as a person noted
    it; None when nobody did.
    """

    measures: Mapping[str, float] = field(default_factory=dict)
    milestones: tuple[tuple[str, date], ...] = ()
    budget_on: date | None = None
    proof: str = ""
    next_goal: str = ""


NOTHING = Knowledge()


def knowledge_of(account_ids: Iterable[int], *, now: datetime) -> dict[int, Knowledge]:
    """Return what is known of each account, in four queries whatever their number."""
    ids = list(account_ids)
    reached: dict[int, list[tuple[str, date]]] = defaultdict(list)
    proofs: dict[int, str] = {}
    goals: dict[int, str] = {}
    rows = Milestone.objects.filter(~DROPPED, any_of("account_id", ids)).order_by("achieved_on", "target_on", "id")
    for row in rows:
        if row.achieved_on is None:
            goals.setdefault(row.account_id, row.name)
            continue
        reached[row.account_id].append((row.name, row.achieved_on))
        if row.confirmed_on is not None:
            proofs[row.account_id] = row.evidence
    measured = _measures(ids)
    budgets = budget_dates(ids, today=now.astimezone(UTC).date(), now=now)
    return {
        key: Knowledge(
            measures=measured.get(key, {}),
            milestones=tuple(reached.get(key, ())),
            budget_on=budgets.get(key),
            proof=proofs.get(key, ""),
            next_goal=goals.get(key, ""),
        )
        for key in measured.keys() | reached.keys() | budgets.keys() | goals.keys()
    }


def _measures(account_ids: list[int]) -> dict[int, dict[str, float]]:
    mine = any_of("account_id", account_ids)
    current = dict(CurrentScore.objects.filter(mine).values_list("score_id", "account_id"))
    stored = Score.objects.filter(any_of("id", current), mine).values_list("id", "details", "inputs")
    return {
        current[score_id]: {
            key: numbers["value"]
            for key, numbers in inputs_from(details["keys"], inputs, HEALTH_INPUT).items()
            if numbers["value"] is not None
        }
        for score_id, details, inputs in stored
    }
