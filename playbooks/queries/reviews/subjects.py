"""The subjects of an agenda with their facts: renewals of the scope, losses, open decisions, figures against target."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q

from offers.models import Proposal
from playbooks.core.reviews.agenda import Subject
from playbooks.core.reviews.rules import About, ReviewKind
from playbooks.models import Enrolment, ReviewSeries
from playbooks.queries.reviews.figures import last_quarter, target_figures, targets_of
from playbooks.queries.reviews.scope import entries_of, losses_of, open_decisions_of
from renewals.core.conditions import FactValue
from signals.core.forecast.calls import Caller
from signals.models import CurrentCall
from signals.queries.earlier import risk_band_order, risk_bands_at
from signals.queries.forecast.calls import current_calls
from signals.queries.forecast.disagreements import open_disagreements

COLUMNS = (
    *("renewal_id", "account_id", "account_name", "due_on", "notice_on", "stage", "reporting_amount"),
    *("at_risk_amount", "renew_probability", "risk_band", "renewal__forecast_category"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A subject with what its item is called and where it leads."""

    subject: Subject
    title: str
    account_id: int | None = None
    renewal_id: int | None = None
    decision_id: int | None = None


def subjects_of(series: ReviewSeries, *, since: datetime, today: date) -> dict[str, Found]:
    """Return everything that may come up in a review of this series, by key; `since` is the review before."""
    found: list[Found] = [*_decisions(series, today)]
    if series.kind == ReviewKind.QUARTERLY:
        found += [*_losses(series, since=since, today=today), *_figures(series, today)]
    else:
        found += _renewals(series, since=since, today=today)
    return {each.subject.key: each for each in found}


def _renewals(series: ReviewSeries, *, since: datetime, today: date) -> Iterator[Found]:
    running = Enrolment.objects.filter(renewal_id=OuterRef("renewal_id"), state__in=("active", "paused", "parked"))
    offered = Proposal.objects.filter(renewal_id=OuterRef("renewal_id"), state__in=("presented", "signed"))
    rows = entries_of(series, today=today).annotate(is_run=Exists(running), is_offered=Exists(offered))
    entries = list(rows.order_by("renewal_id").values(*COLUMNS, "is_run", "is_offered"))
    worse, is_forecast = _worse(entries, since), series.kind == ReviewKind.FORECAST
    called = current_calls(row["renewal_id"] for row in entries) if is_forecast else {}
    apart = set(open_disagreements().values_list("renewal_id", flat=True)) if is_forecast else set()
    for row in entries:
        at_risk = row["at_risk_amount"]
        facts = _facts(row, today=today) | {
            "renewal.at_risk_amount": at_risk,
            "risk.got_worse": worse.get(row["renewal_id"]),
        }
        if is_forecast:
            facts |= _call_facts(called.get(row["renewal_id"], {}), row["renewal_id"] in apart, today=today)
        yield Found(
            subject=Subject(
                key=f"renewal:{row['renewal_id']}", about=About.RENEWAL, facts=facts, weight_amount=at_risk
            ),
            title=row["account_name"],
            account_id=row["account_id"],
            renewal_id=row["renewal_id"],
        )


def _facts(row: Mapping[str, Any], *, today: date) -> dict[str, FactValue]:
    band, notice = row["risk_band"], row["notice_on"]
    return {
        "renewal.amount": row["reporting_amount"],
        "renewal.days_to_due": (row["due_on"] - today).days,
        "renewal.days_to_notice": None if notice is None else (notice - today).days,
        "renewal.stage": row["stage"],
        "renewal.forecast_category": row["renewal__forecast_category"],
        "renewal.renew_probability": row["renew_probability"],
        "playbook.is_open": row["is_run"],
        "quote.is_out": row["is_offered"],
        "risk.band": band or None,
        "risk.is_known": bool(band),
    }


def _call_facts(calls: Mapping[str, CurrentCall], is_apart: bool, *, today: date) -> dict[str, FactValue]:
    newest = max((call.made_at for call in calls.values()), default=None)
    return {
        "renewal.is_called": Caller.CSM.value in calls,
        "renewal.call_days": None if newest is None else (today - newest.date()).days,
        "renewal.callers_disagree": is_apart,
    }


def _worse(entries: Iterable[Mapping[str, Any]], since: datetime) -> dict[int, bool]:
    """Return whether the band is worse than it was then, for those that can be: the best band is never worse."""
    order = risk_band_order()
    ranks = {band: place for place, band in enumerate(order)}
    now = {row["renewal_id"]: (row["account_id"], ranks.get(row["risk_band"] or "", 0)) for row in entries}
    asked = {renewal: account for renewal, (account, rank) in now.items() if rank}
    then = risk_bands_at(asked, at=since)
    return {renewal: now[renewal][1] > ranks[band] for renewal, band in then.items()}


def _decisions(series: ReviewSeries, today: date) -> Iterator[Found]:
    for row in open_decisions_of(series).select_related("item").order_by("id"):
        yield Found(
            subject=Subject(
                key=f"decision:{row.id}",
                about=About.DECISION,
                facts={"decision.overdue_days": (today - row.due_on).days},
                weight_amount=None,
            ),
            title=f"{row.item.title}: {row.words}"[:200],
            account_id=row.item.account_id,
            renewal_id=row.item.renewal_id,
            decision_id=row.id,
        )


def _losses(series: ReviewSeries, *, since: datetime, today: date) -> Iterator[Found]:
    asked = Q(held_on__isnull=True) | Q(held_on__gt=since.date())
    for row in losses_of(series).filter(asked).select_related("renewal__account").order_by("id"):
        is_held = row.held_on is not None
        facts: dict[str, FactValue] = {
            "loss.review_overdue_days": None if is_held else (today - row.due_on).days,
            "loss.has_findings": is_held,
        }
        yield Found(
            subject=Subject(key=f"loss:{row.renewal_id}", about=About.LOSS, facts=facts, weight_amount=None),
            title=row.renewal.account.name,
            account_id=row.renewal.account_id,
            renewal_id=row.renewal_id,
        )


def _figures(series: ReviewSeries, today: date) -> Iterator[Found]:
    day = last_quarter(today=today)
    for figure in target_figures(day, today=today, of=targets_of(series, day, today=today)):
        facts: dict[str, FactValue] = {"figure.is_met": figure.is_met}
        subject = Subject(key=f"figure:{figure.key}", about=About.FIGURE, facts=facts, weight_amount=None)
        yield Found(subject=subject, title=figure.name)
