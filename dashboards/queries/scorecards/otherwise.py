"""Renewals in which a person decided otherwise than the machine (steps, prices), by how they ended."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboards.core.parts import Cell, Column, Table
from dashboards.queries.asker import Asker
from offers.models import ApprovalRequest
from playbooks.models import Deviation
from renewals.core.dates import start_of_day
from renewals.models import Outcome
from renewals.queries.people import visible_to
from signals.core.overriding import Ended, OutcomeDelta, outcome_delta
from signals.queries.chances import chances_at

LOOKED_BACK = timedelta(days=400)
BEFORE_DUE = timedelta(days=90)
"""When the chance of a renewal is taken in which nobody decided otherwise."""
MOST = 5_000
STEPS = {
    "skip": "A step was skipped",
    "retime": "A step was put on another day",
    "swap": "Two steps were swapped",
    "alternative": "A step was done in another way",
}
PRICE, NONE = "A price beyond the limits was allowed", "None of these"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Closed:
    account_id: int
    renewal_id: int
    was_kept: bool
    usual_at: datetime


def otherwise_table(asker: Asker) -> Table:
    """Return how the renewals of the last 400 days ended, by what a person decided otherwise; the newest 5,000."""
    closed = _closed(asker)
    decided = _decided([each.renewal_id for each in closed])
    groups: dict[str, list[tuple[_Closed, datetime]]] = {name: [] for name in (*STEPS.values(), PRICE, NONE)}
    for each in closed:
        for name, moment in decided.get(each.renewal_id, {NONE: each.usual_at}).items():
            groups[name].append((each, moment))
    columns = (
        Column(title="What a person decided"),
        Column(title="Renewals closed", is_amount=True),
        Column(title="Kept", is_amount=True),
        Column(title="The machine had expected", is_amount=True, term="override_outcome"),
        Column(title="Difference", is_amount=True),
    )
    rows = tuple(_row(name, _delta(pairs)) for name, pairs in groups.items())
    return Table(caption="How it ended where people decided otherwise", columns=columns, rows=rows, as_cards=True)


def _closed(asker: Asker) -> list[_Closed]:
    seen = visible_to(Outcome.objects.all(), asker.member, "accounts.view")
    seen = seen.filter(renewal__closed_on__gte=asker.today - LOOKED_BACK).order_by("-renewal__closed_on", "-id")[:MOST]
    names = ("renewal__account_id", "renewal_id", "kind", "renewal__due_on")
    return [
        _Closed(
            account_id=account,
            renewal_id=renewal,
            was_kept=kind != Outcome.Kind.CHURNED,
            usual_at=start_of_day(due_on - BEFORE_DUE, asker.workspace.timezone),
        )
        for account, renewal, kind, due_on in seen.values_list(*names)
    ]


def _decided(renewal_ids: list[int]) -> Mapping[int, Mapping[str, datetime]]:
    """Return of each renewal what was decided otherwise, and when for the first time."""
    found: dict[int, dict[str, datetime]] = {}
    for renewal, name, moment in (*_steps(renewal_ids), *_prices(renewal_ids)):
        kept = found.setdefault(renewal, {})
        kept[name] = min(moment, kept.get(name, moment))
    return found


def _steps(renewal_ids: list[int]) -> Iterable[tuple[int, str, datetime]]:
    rows = Deviation.objects.filter(enrolment__renewal_id__in=renewal_ids, kind__in=STEPS)
    names = ("enrolment__renewal_id", "kind", "created_at")
    return [(renewal, STEPS[kind], moment) for renewal, kind, moment in rows.values_list(*names)]


def _prices(renewal_ids: list[int]) -> Iterable[tuple[int, str, datetime]]:
    asked = ApprovalRequest.objects.filter(proposal__renewal_id__in=renewal_ids, way="ask", state="approved")
    return [(renewal, PRICE, at) for renewal, at in asked.values_list("proposal__renewal_id", "requested_at")]


def _delta(pairs: list[tuple[_Closed, datetime]]) -> OutcomeDelta:
    chances = chances_at([(each.account_id, each.renewal_id, moment) for each, moment in pairs])
    return outcome_delta(
        Ended(was_kept=each.was_kept, chance=chance) for (each, _), chance in zip(pairs, chances, strict=True)
    )


def _row(name: str, found: OutcomeDelta) -> tuple[Cell, ...]:
    points = found.points
    too_few = "too few to say" if found.count else "none closed"
    return (
        Cell(text=name),
        Cell(text=f"{found.count:,}", is_amount=True),
        Cell(text=f"{found.kept:,}" if found.count else "–", is_amount=True),
        Cell(text=f"{found.expected:,.1f}" if found.count else "–", is_amount=True),
        Cell(text=too_few if points is None else f"{points:+.0f} points".replace("-", "−"), is_amount=True),
    )
