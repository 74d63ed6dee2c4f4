"""The distribution is drawn once per change, by a worker; what it cannot know is counted beside it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.models import Account, BookTouch, Renewal, User, Workspace
from signals.actions.forecast.scenarios import ask_scenario, draw_scenario, drop_scenario
from signals.actions.forecast.sweep import tend_forecast
from signals.core.forecast.book import quarter_start
from signals.models import CurrentRisk, ForecastPart, ForecastRun, ForecastScenario, ForecastSnapshot
from tests.signals.factories import NOW, make_account, make_renewal


def known(workspace: Workspace, name: str, chance: float | None, currency: str = "") -> Renewal:
    """Make an open renewal due in 20 days whose chance is known, or is not."""
    account = make_account(workspace.id, name, currency=currency or workspace.currency)
    row = make_renewal(account, days=20)
    Renewal.objects.filter(id=row.id).update(currency=currency or workspace.currency)
    if chance is not None:
        CurrentRisk.objects.create(
            workspace_id=workspace.id,
            account_id=row.account_id,
            renewal_id=row.id,
            score_id=1,
            state="scored",
            band="low",
            value=100 * (1 - chance),
            renew_probability=chance,
            coverage=1.0,
            known_count=1,
            measures_count=1,
            stale_count=0,
            as_of=NOW,
            scored_at=NOW,
            reasons=[],
            input_hash="00000000-0000-0000-0000-000000000000",
        )
    return row


def tend(actor: Actor, now: datetime = NOW) -> bool:
    return tend_forecast(workspace_id=actor.workspace_id, by=actor, now=now, clock=lambda: now)


def part() -> dict:
    return ForecastPart.objects.get(quarter_on=quarter_start(NOW.date()), segment="", owner_id=0, team_id=0).figures


def test_forecast_is_drawn_when_something_changed_and_not_again(inside: Workspace, actor: Actor) -> None:
    rows = [known(inside, "A-1", 0.9), known(inside, "A-2", 0.5)]
    known(inside, "A-3", None)
    known(inside, "A-4", 0.9, currency="JPY")
    assert tend(actor)
    first = part()
    assert (first["open"], first["unknown"], first["closed"]) == ([2, 2000.0], [2, 1000.0, 1], [0, 0, 0, 0])
    low, middle, high, _ = first["total"]
    assert 0 < low <= middle <= high
    assert first["kept"][3] == pytest.approx(1390, abs=90)
    run = ForecastRun.objects.get()
    assert (run.state, run.made_at, run.laws["factor"]["is_assumed"]) == ("done", NOW, True)
    later = NOW + timedelta(hours=1)
    assert not tend(actor, later)
    assert ForecastRun.objects.get().checked_at == later
    weeks = ForecastSnapshot.objects.count()
    CurrentRisk.objects.filter(renewal_id=rows[0].id).update(renew_probability=0.1)
    assert tend(actor, later)
    assert part()["kept"][3] < first["kept"][3]
    assert ForecastSnapshot.objects.count() == weeks


def test_look_at_an_unchanged_book_reads_no_renewal_and_every_change_is_noted(inside: Workspace, actor: Actor) -> None:
    row = known(inside, "A-1", 0.9)
    known(inside, "A-2", 0.5)
    assert tend(actor)
    tend(actor)
    later = NOW + timedelta(minutes=5)
    with CaptureQueriesContext(connection) as asked:
        assert not tend(actor, later)
    assert not [each["sql"] for each in asked.captured_queries if "renewals_renewal r" in each["sql"]]
    assert ForecastRun.objects.get().checked_at == later
    mine = Renewal.objects.filter(id=row.id)
    for change in (
        lambda: mine.update(target_amount=1700),
        lambda: mine.update(due_on=row.due_on + timedelta(days=9)),
        lambda: mine.update(forecast_category="commit"),
        lambda: Account.objects.filter(id=row.account_id).update(segment="strategic"),
        lambda: CurrentRisk.objects.filter(renewal_id=row.id).update(renew_probability=0.2),
        lambda: CurrentRisk.objects.filter(renewal_id=row.id).delete(),
    ):
        change()
        assert BookTouch.objects.exists()
        assert tend(actor, later)
        assert not BookTouch.objects.exists()
    mine.update(stage="engaged")
    assert not BookTouch.objects.exists()
    assert tend(actor, later + timedelta(days=1))


def test_scenario_is_drawn_by_the_sweep_beside_the_forecast(inside: Workspace, actor: Actor) -> None:
    known(inside, "A-1", 0.7)
    person = User.objects.create(email="asks@example.com")
    by = Actor(kind="person", label="Asks", workspace_id=inside.id, id=person.id)
    with pytest.raises(InvalidInput):
        ask_scenario(name="Nothing", levers={"price_uplift": 0.0}, by=by, now=NOW)
    asked = ask_scenario(name="Dearer", levers={"sponsor_change": 1.0}, by=by, now=NOW)
    tend(actor)
    asked.refresh_from_db()
    (quarter,) = asked.results["quarters"]
    assert asked.state == "done"
    assert quarter["after"]["kept"]["mean"] < quarter["before"]["kept"]["mean"]
    assert quarter["before"]["kept"]["mean"] == pytest.approx(part()["kept"][3], abs=0.01)
    drop_scenario(scenario_id=asked.id, by=by, now=NOW)
    assert ForecastScenario.objects.filter(dropped_at__isnull=True).count() == 0
    with in_workspace(inside.id, by=actor):
        assert not draw_scenario(by=actor, now=NOW)


def test_closed_renewals_are_certain_inside_the_band(inside: Workspace, actor: Actor) -> None:
    row = known(inside, "A-1", None)
    Renewal.objects.filter(id=row.id).update(
        closed_on=NOW.date(), stage="closed", forecast_category="closed", final_amount=Decimal(1200)
    )
    tend(actor)
    found = part()
    assert found["closed"] == [1, 1000.0, 1200.0, 1]
    assert (found["total"], found["kept"], found["expansion"]) == ([1200.0] * 4, [1000.0] * 4, [200.0] * 4)
