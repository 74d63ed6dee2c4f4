"""Noted facts and overrides of scores: what may be noted, what counts now, and what became of overrides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min, QuerySet

from renewals.models import Outcome
from renewals.queries.any_of import any_of
from signals.core.editing.manual import ManualMeasure, manual_measures
from signals.core.noted import SOFT_KINDS, SOFT_SCALE, Scale
from signals.models import NotedFact, ScoreOverride
from signals.models.scores import OverridableRow
from signals.queries.library import shipped
from signals.queries.scorecards import version_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a renewal ended, and when it was closed."""

    renewal_id: int
    closed_on: date
    was_lost: bool


def measures_by_hand() -> tuple[ManualMeasure, ...]:
    """Return the manual measures of the health in force."""
    version = version_in_force("health")
    return manual_measures(version.definition if version else shipped("scorecard"))


def scales() -> Mapping[str, Scale]:
    """Return the scale of every kind that people may note, by kind of signal."""
    by_hand = {each.kind: Scale(low=each.low, high=each.high) for each in measures_by_hand()}
    return {**dict.fromkeys(SOFT_KINDS, SOFT_SCALE), **by_hand}


def facts_of(account_id: int) -> QuerySet[NotedFact]:
    """Return what was noted about an account, the newest first, ended ones too."""
    return NotedFact.objects.filter(account_id=account_id).order_by("-noted_at", "-id")


def budget_dates(account_ids: Iterable[int], *, today: date, now: datetime) -> dict[int, date]:
    """Return the next day on which each account decides its budget, by the notes that still count."""
    live = NotedFact.objects.filter(any_of("account_id", account_ids), ended_at__isnull=True, expires_at__gt=now)
    rows = live.filter(budget_on__gte=today).values("account_id").annotate(next=Min("budget_on"))
    return {row["account_id"]: row["next"] for row in rows}


def live_overrides(account_ids: Iterable[int], *, now: datetime) -> list[ScoreOverride]:
    """Return the overrides that stand now for these accounts and their renewals."""
    found = ScoreOverride.objects.filter(account_id__in=list(account_ids), ended_at__isnull=True, expires_at__gt=now)
    return list(found.order_by("id"))


def ever_overridden(account_ids: Iterable[int]) -> bool:
    """Answer whether anybody has ever set a score of these accounts against the rules."""
    return ScoreOverride.objects.filter(any_of("account_id", account_ids)).exists()


def override_by_id(override_id: int) -> ScoreOverride | None:
    """Return one override; None when the workspace has none with this id."""
    return ScoreOverride.objects.select_related("account", "renewal").filter(id=override_id).first()


def endings_of(account_ids: Iterable[int], *, since: date) -> dict[int, list[Ending]]:
    """Return how the renewals of these accounts ended that were closed since a day, the earliest first."""
    rows = Outcome.objects.filter(any_of("renewal__account_id", account_ids), renewal__closed_on__gte=since)
    found: dict[int, list[Ending]] = {}
    for account_id, renewal_id, closed_on, kind in rows.order_by("renewal__closed_on", "id").values_list(
        "renewal__account_id", "renewal_id", "renewal__closed_on", "kind"
    ):
        ending = Ending(renewal_id=renewal_id, closed_on=closed_on, was_lost=kind == Outcome.Kind.CHURNED)
        found.setdefault(account_id, []).append(ending)
    return found


def computed_value(row: OverridableRow) -> float | None:
    """Return what the rules say of a current score, whatever a person set in its place; None is not scored."""
    value = row.value if row.computed is None else row.computed["value"]
    return None if value is None else float(value)
