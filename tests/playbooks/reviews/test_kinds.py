"""Forecast and quarterly reviews: what comes onto their agendas, and what the quarterly pack says of targets."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from playbooks.actions.queue import refresh_entries
from playbooks.actions.reviews.ending import close_review
from playbooks.actions.reviews.opening import tend_reviews
from playbooks.actions.reviews.series import SeriesWish, start_series
from playbooks.core.reviews.cadence import Cadence, Every
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewItem
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import LossReview, MetricTarget, Outcome, Renewal, Workspace
from signals.models import CurrentCall, ForecastCall, ForecastDisagreement
from tests.playbooks.factories import World, make_world

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)
TODAY = date(2027, 1, 4)


@pytest.fixture
def world(workspace: Workspace, actor: Actor) -> Iterator[World]:
    """Two renewals ahead, and one that was lost in the quarter that is over."""
    with in_workspace(workspace.id, by=actor, now=NOW):
        first = make_world(workspace, due_on=TODAY + timedelta(days=60))
        second = make_world(workspace, key="A-2", due_on=TODAY + timedelta(days=70))
        lost = make_world(workspace, key="A-3", due_on=date(2026, 11, 1))
        Renewal.objects.filter(id=lost.renewal.id).update(
            stage="closed",
            forecast_category="closed",
            closed_on=date(2026, 11, 1),
            final_amount=Decimal(0),
            currency=workspace.currency,
        )
        Outcome.objects.create(
            workspace=workspace,
            renewal=lost.renewal,
            kind="churned",
            primary_reason="price",
            decided_on=date(2026, 11, 1),
            recorded_at=NOW,
            recorded_by="x",
        )
        LossReview.objects.create(
            workspace=workspace,
            renewal=lost.renewal,
            owner=lost.owner,
            due_on=date(2026, 12, 1),
            created_at=NOW,
            updated_at=NOW,
        )
        refresh_entries(renewal_ids=[first.renewal.id, second.renewal.id], now=NOW)
        yield first


def open_review(world: World, kind: ReviewKind, actor: Actor) -> Review:
    cadence = Cadence(every=Every.QUARTER, weekday=1, at=time(10), zone="Europe/Berlin", minutes=60, lead_days=2)
    wish = SeriesWish(kind=kind, name=kind.value, cadence=cadence, owner_id=world.owner.id)
    start_series(wish=wish, by=actor, now=NOW)
    assert tend_reviews(by=actor, now=NOW) == 1
    return Review.objects.get()


def raised() -> dict[str, list[str]]:
    return {row.title: [why["rule"] for why in row.why] for row in ReviewItem.objects.order_by("place")}


@pytest.mark.requirement(34)
def test_forecast_review_asks_for_calls_that_are_missing_or_apart(world: World, actor: Actor) -> None:
    said = {
        "workspace": world.workspace,
        "renewal": world.renewal,
        "caller": "csm",
        "category": "commit",
        "amount": Decimal(100_000),
        "made_at": NOW - timedelta(days=40),
    }
    call = ForecastCall.objects.create(**said, currency="EUR", made_by=world.owner)
    CurrentCall.objects.create(**said, call=call)
    ForecastDisagreement.objects.create(
        workspace=world.workspace,
        renewal=world.renewal,
        first="csm",
        second="model",
        kind="amount",
        gap=0.4,
        opened_at=NOW,
    )
    open_review(world, ReviewKind.FORECAST, actor)
    assert raised() == {"Account A-1": ["callers_disagree", "call_stale"], "Account A-2": ["call_missing"]}


@pytest.mark.requirement(96)
def test_quarterly_pack_holds_targets_their_changes_and_what_was_learnt(world: World, actor: Actor) -> None:
    same = {
        "workspace": world.workspace,
        "metric": "gross_renewal_rate",
        "way": "count",
        "period": "2026-Q4",
        "recorded_by": "Ivana",
        "recorded_at": NOW,
    }
    MetricTarget.objects.create(**same, version=1, amount=Decimal("0.9"), reason="Plan", superseded_at=NOW)
    MetricTarget.objects.create(**same, version=2, amount=Decimal("0.8"), reason="A large loss was known")
    review = open_review(world, ReviewKind.QUARTERLY, actor)
    assert raised() == {"Gross renewal rate by count": ["target_missed"], "Account A-3": ["loss_not_reviewed"]}
    close_review(review_id=review.id, by=actor, now=NOW)
    pack = Review.objects.get().pack
    (target,), (change,) = pack["targets"], pack["target_changes"]
    assert (Decimal(target["target"]), Decimal(target["reached"]), target["is_met"]) == (Decimal("0.8"), 0, False)
    assert (change["reason"], change["by"]) == ("A large loss was known", "Ivana")
