"""What is known of accounts beyond their contracts: the measures behind their health, and milestones reached."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from renewals.models import Milestone
from signals.models import CurrentScore, Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Of one account: measure values by key (a measure without signals is not in it), milestones by day reached."""

    measures: Mapping[str, float] = field(default_factory=dict)
    milestones: tuple[tuple[str, date], ...] = ()


NOTHING = Knowledge()


def knowledge_of(account_ids: Iterable[int]) -> dict[int, Knowledge]:
    """Return what is known of each account, in three queries whatever their number."""
    ids = list(account_ids)
    reached: dict[int, list[tuple[str, date]]] = defaultdict(list)
    rows = Milestone.objects.filter(account_id__in=ids, achieved_on__isnull=False).order_by("achieved_on", "id")
    for account_id, name, achieved_on in rows.values_list("account_id", "name", "achieved_on"):
        reached[account_id].append((name, achieved_on))
    measured = _measures(ids)
    return {
        key: Knowledge(measures=measured.get(key, {}), milestones=tuple(reached.get(key, ())))
        for key in measured.keys() | reached.keys()
    }


def _measures(account_ids: list[int]) -> dict[int, dict[str, float]]:
    current = dict(CurrentScore.objects.filter(account_id__in=account_ids).values_list("score_id", "account_id"))
    stored = Score.objects.filter(id__in=current, account_id__in=account_ids).values_list("id", "details")
    return {
        current[score_id]: {name: numbers[0] for name, numbers in details.get("inputs", {}).items()}
        for score_id, details in stored
    }
