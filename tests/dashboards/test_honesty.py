"""The honesty report in PostgreSQL and on its page: what stood at the horizon, once a week, refused when too few."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from renewals.actions.scope import in_workspace
from renewals.models import Account, Outcome, Renewal, Workspace
from signals.actions.honesty import report_honesty
from signals.actions.scores import ensure_scorecards
from signals.models import HonestyReport, RenewalLabel, Score, ScorecardVersion
from signals.queries.honesty import judged_scores, report_rules
from tests.dashboards.world import World, make_world

RULES = report_rules()


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=1, roles=("cs_manager",))


def version(world: World, kind: str = "risk") -> ScorecardVersion:
    ensure_scorecards(workspace_id=world.workspace.id, by=world.actor, now=world.now)
    return ScorecardVersion.objects.get(kind=kind)


def end(
    world: World,
    number: int,
    *,
    risk: float,
    is_lost: bool,
    days_before: int = 120,
    late: bool = False,
    model: dict[str, object] | None = None,
    matures_in: int = 0,
) -> Score:
    """Add a renewal that ended, with the risk that stood so many days before its due date."""
    renewal = ended(world, number, is_lost=is_lost, matures_in=matures_in)
    due_on = renewal.due_on
    at = datetime.combine(due_on, datetime.min.time(), tzinfo=world.now.tzinfo) - timedelta(days=days_before)
    band = "low" if risk < 20 else "elevated" if risk < 45 else "high"
    facts = {"segment": "strategic", "complexity": "standard", "due_on": due_on.isoformat()}
    facts |= {"health_version_id": version(world, "health").id}
    return Score.objects.create(
        workspace=world.workspace,
        account=renewal.account,
        renewal=renewal,
        scorecard=version(world),
        kind="risk",
        state="scored",
        as_of=at,
        recorded_at=world.now if late else at,
        value=risk,
        renew_probability=1 - risk / 100,
        coverage=1.0,
        input_hash=uuid4(),
        inputs=[],
        details={"facts": facts, "keys": [], "missing": [], "band": band, "logit": 0.0}
        | ({"model": model} if model else {}),
    )


def ended(world: World, number: int, *, is_lost: bool, matures_in: int) -> Renewal:
    """Add a renewal that was due twenty days ago, with its outcome."""
    model = Renewal.objects.order_by("id").first()
    due_on = world.now.date() - timedelta(days=20)
    renewal = Renewal.objects.create(
        workspace=world.workspace,
        account=model.account,
        contract=model.contract,
        term_number=number + 10,
        due_on=due_on,
        notice_on=due_on - timedelta(days=30),
        opened_on=due_on - timedelta(days=180),
        closed_on=due_on,
        stage="closed",
        final_amount=0 if is_lost else 100,
        target_amount=100,
        currency="USD",
        owner=model.owner,
        initiator=model.owner,
        negotiator=model.owner,
        finaliser=model.owner,
        created_at=world.now,
        updated_at=world.now,
    )
    Outcome.objects.create(
        workspace=world.workspace,
        renewal=renewal,
        kind="churned" if is_lost else "flat",
        primary_reason="price",
        decided_on=due_on,
        recorded_at=world.now,
        recorded_by="t",
    )
    label(world, renewal, is_lost=is_lost, matures_in=matures_in)
    return renewal


def label(world: World, renewal: Renewal, *, is_lost: bool, matures_in: int) -> None:
    """Say what became of it, as it may be learnt so many days after its due date."""
    RenewalLabel.objects.create(
        workspace=world.workspace,
        account=renewal.account,
        renewal=renewal,
        version=1,
        group_key="g",
        is_lead=True,
        kind="churned" if is_lost else "flat",
        manner="lost" if is_lost else "signed",
        due_on=renewal.due_on,
        decided_on=renewal.due_on,
        labelled_at=world.now,
        matures_on=renewal.due_on + timedelta(days=matures_in),
        rules_version=1,
        recorded_at=world.now,
    )


def judged(world: World) -> list[tuple[float, bool, int | None]]:
    rows = judged_scores(world.workspace.id, kind="risk", rules=RULES, today=world.now.date())
    return [(row.value, row.is_lost, row.warned_days) for row in rows]


def report(world: World, now: datetime) -> int:
    return report_honesty(workspace_id=world.workspace.id, by=world.actor, now=now)


def test_score_that_stood_at_the_horizon_is_judged_and_hindsight_is_not(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        end(world, 1, risk=60.0, is_lost=True)
        end(world, 2, risk=10.0, is_lost=False, days_before=30)
        end(world, 3, risk=15.0, is_lost=False, late=True)
        assert judged(world) == [(60.0, True, 90)]


def test_band_of_a_score_that_a_model_told_is_the_models(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        end(world, 1, risk=10.0, is_lost=True, model={"band": "high"})
        rows = judged_scores(world.workspace.id, kind="risk", rules=RULES, today=world.now.date())
        assert [(row.value, row.band, row.warned_days) for row in rows] == [(10.0, "high", 90)]


def test_outcome_whose_date_is_not_known_in_full_waits(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        end(world, 1, risk=60.0, is_lost=True)
        end(world, 2, risk=10.0, is_lost=False, matures_in=21)
        assert [row[:2] for row in judged(world)] == [(60.0, True)]


def test_risks_told_by_a_model_are_reported_under_the_models_number(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        end(world, 1, risk=60.0, is_lost=True, model={"number": 3, "band": "high"})
        end(world, 2, risk=5.0, is_lost=False)
        report(world, world.now)
        found = HonestyReport.objects.filter(kind="risk", segment="").order_by("maker", "version")
        counted = [(row.maker, row.version, row.rows_count, row.lost_count) for row in found]
    assert counted == [("", 0, 2, 1), ("model", 3, 1, 1), ("scorecard", 1, 1, 0)]
    client.force_login(world.people["cs_manager"])
    html = client.get("/scores/report/?version=model-3").content.decode()
    shown = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Scorecard 1 Model 3" in shown
    assert "Too few to say: 1 renewal ended with a score that stood at the time, 1 of them lost." in shown


@pytest.mark.requirement("X7")
def test_reports_are_made_once_a_week_and_refuse_below_the_minimum(world: World) -> None:
    monday = world.now - timedelta(days=world.now.weekday())
    with in_workspace(world.workspace.id, by=world.actor):
        end(world, 1, risk=5.0, is_lost=True)
        assert report(world, monday) > 0
        assert report(world, monday + timedelta(days=6)) == 0
        assert report(world, monday + timedelta(days=7)) > 0
        found = HonestyReport.objects.filter(kind="risk", segment="", version=0).order_by("week_on")
        assert [(row.is_enough, row.rows_count, row.verdict, row.brier) for row in found] == [(False, 1, "", None)] * 2
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            found.update(verdict="honest")


def test_page_refuses_in_words_and_names_the_green_churn(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        score = end(world, 1, risk=5.0, is_lost=True)
        report(world, world.now)
        account = Account.objects.get()
    client.force_login(world.people["cs_manager"])
    html = client.get("/scores/report/").content.decode()
    shown = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Too few to say: 1 renewal ended with a score that stood at the time, 1 of them lost." in shown
    assert f"/accounts/{account.id}/scores/risk/?renewal={score.renewal_id}&amp;score={score.id}" in html


def test_page_shows_verdict_curve_and_warning_time(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        for number in range(60):
            end(world, number, risk=60.0 if number < 20 else 5.0, is_lost=number < 12 or number in (30, 31))
        report(world, world.now)
        report(world, world.now + timedelta(days=7))
        made = HonestyReport.objects.filter(kind="risk", segment="strategic", version=1).latest("week_on")
    assert (made.is_enough, made.rows_count, made.lost_count, made.verdict) == (True, 60, 14, "honest")
    client.force_login(world.people["cs_manager"])
    html = client.get("/scores/report/?segment=strategic&version=1").content.decode()
    shown = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Losses are as frequent as foretold." in shown
    assert "Risk was high 90 days before the notice deadline" in shown
    assert "2 of 14 losses were never seen as high risk." in shown
    assert html.count('class="drawing"') == 2
    assert "Warned, days Green churns Red renewals" in shown
    assert client.get("/scores/report/?kind=health&segment=x&version=y").status_code == 200
