"""Tiers in PostgreSQL: derived, effective-dated without overlap, set by a person, never from the unknown."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from renewals.actions.segments import assign_segments
from renewals.core.actors import Actor, person_actor, system_actor
from renewals.core.errors import Conflict, DateOutOfRange, RequiredValueMissing, UnknownChoice, UnknownReference
from renewals.models import Account, Workspace
from signals.actions.intake import record_signals
from signals.actions.people import NewOverride, set_override
from signals.actions.scores import refresh_scores
from signals.actions.scores.tiers import derive_expired, derive_tiers, lift_tier_override, override_tier
from signals.models import CurrentExpansion, CurrentRisk, Score, TierPeriod
from signals.queries.scores import explain, replay_amounts, stored_amounts
from signals.queries.tiers import decision_of, tier_at, tier_counts, tier_periods
from tests.signals.editing.people import make_person
from tests.signals.factories import NOW, make_account, make_renewal, make_source, rich_items

UNTIL = date(2026, 3, 20)


@pytest.fixture
def account(inside: Workspace) -> Account:
    return make_account(inside.id, tier="growth", tier_reason={"segment": "mid_market", "version": 1})


def doer(account: Account) -> Actor:
    return person_actor(account.workspace_id, 1, "Ana Ruiz")


def score(model: type, account: Account, value: float | None, **fields: Any) -> None:
    state = "not_scored" if value is None else "scored"
    base = {"score_id": 7, "state": state, "band": "", "value": value, "coverage": 0.9, "known_count": 1}
    rest = {"measures_count": 1, "stale_count": 0, "as_of": NOW, "scored_at": NOW, "reasons": [], "input_hash": uuid4()}
    model.objects.create(workspace_id=account.workspace_id, account=account, **{**base, **rest, **fields})


def scores(account: Account, *, risk: float | None, expansion: float | None) -> None:
    CurrentRisk.objects.filter(account=account).delete()
    CurrentExpansion.objects.filter(account=account).delete()
    score(CurrentRisk, account, risk, renewal_id=1)
    score(CurrentExpansion, account, expansion)


def derive(account: Account, *, days: int = 0) -> int:
    by, now = system_actor(account.workspace_id, "t"), NOW + timedelta(days=days)
    return derive_tiers(workspace_id=account.workspace_id, account_ids=[account.id], by=by, now=now)


def periods(account: Account) -> list[tuple[str, str, int, int | None]]:
    found = TierPeriod.objects.filter(account=account).order_by("from_at", "id")
    days = [((row.from_at - NOW).days, row.until_at and (row.until_at - NOW).days) for row in found]
    return [(row.tier, row.origin, *day) for row, day in zip(found, days, strict=True)]


@pytest.mark.requirement(68)
def test_tier_is_derived_with_its_scores_and_given_to_the_account(account: Account) -> None:
    scores(account, risk=62.0, expansion=71.0)
    assert (derive(account), derive(account)) == (1, 0)
    account.refresh_from_db()
    period = TierPeriod.objects.get()
    assert (account.tier, period.tier, period.before) == ("strategic", "strategic", "growth")
    assert (period.risk, period.risk_level, period.expansion, period.expansion_level) == (62.0, "high", 71.0, "high")
    assert (period.rule.number, period.risk_score_id, period.until_at) == (1, 7, None)
    assert account.tier_reason == {
        "origin": "derived",
        "risk": 62.0,
        "risk_level": "high",
        "expansion": 71.0,
        "expansion_level": "high",
        "version": 1,
    }
    assert tier_counts(Account.objects.all()) == {("high", "high"): 1}
    assert tier_counts(Account.objects.none()) == {}


@pytest.mark.requirement(68)
def test_the_worst_open_renewal_counts(account: Account) -> None:
    scores(account, risk=5.0, expansion=10.0)
    score(CurrentRisk, account, 50.0, renewal_id=2)
    score(CurrentRisk, account, None, renewal_id=3)
    derive(account)
    assert TierPeriod.objects.get().risk == 50.0


@pytest.mark.requirement(68)
def test_tier_reads_what_the_rules_say_whatever_a_person_set(account: Account) -> None:
    renewal = make_renewal(account, days=60)
    score(CurrentRisk, account, 5.0, renewal_id=renewal.id)
    score(CurrentExpansion, account, 71.0)
    word = NewOverride(
        account_id=account.id, renewal_id=renewal.id, value=90.0, reason="X", expires_at=NOW + timedelta(days=9)
    )
    by = make_person(account.workspace, "Bo", role="csm")
    set_override(workspace_id=account.workspace_id, override=word, by=by, now=NOW)
    derive(account)
    assert CurrentRisk.objects.get().value == 90.0
    assert [(row.risk, row.risk_level) for row in TierPeriod.objects.all()] == [(5.0, "low")]


@pytest.mark.requirement(68)
@pytest.mark.parametrize(("risk", "expansion"), [(None, 71.0), (62.0, None)])
def test_unknown_score_never_gives_a_tier(account: Account, risk: float | None, expansion: float | None) -> None:
    scores(account, risk=risk, expansion=expansion)
    assert derive(account) == 0
    account.refresh_from_db()
    decision = decision_of(account.id, now=NOW)
    assert (account.tier, TierPeriod.objects.count()) == ("growth", 0)
    assert decision is not None
    assert (decision.verdict, decision.missing) == ("unknown", ("risk",) if risk is None else ("expansion",))


@pytest.mark.requirement(68)
def test_unknown_score_keeps_a_derived_tier(account: Account) -> None:
    scores(account, risk=62.0, expansion=71.0)
    derive(account)
    scores(account, risk=None, expansion=71.0)
    assert derive(account, days=40) == 0
    account.refresh_from_db()
    assert (account.tier, periods(account)) == ("strategic", [("strategic", "derived", 0, None)])


@pytest.mark.requirement(68)
def test_tier_that_comes_and_goes_changes_nothing_and_one_that_stays_is_taken_without_a_new_score(
    account: Account,
) -> None:
    by = system_actor(account.workspace_id, "t")
    for day, expansion in ((0, 10.0), (20, 70.0), (27, 10.0), (34, 70.0), (41, 70.0)):
        scores(account, risk=5.0, expansion=expansion)
        derive(account, days=day)
    period = TierPeriod.objects.get()
    assert (period.tier, period.other_tier, period.other_since_at) == ("basic", "growth", NOW + timedelta(days=34))
    looks = [
        derive_expired(workspace_id=account.workspace_id, by=by, now=NOW + timedelta(days=day)) for day in (47, 48, 49)
    ]
    assert looks == [0, 1, 0]
    assert periods(account) == [("basic", "derived", 0, 48), ("growth", "derived", 48, None)]
    assert TierPeriod.objects.get(until_at=None).other_since_at is None


@pytest.mark.requirement(68)
def test_history_is_effective_dated_without_gap_or_overlap(account: Account) -> None:
    for day, risk, expansion in ((0, 62.0, 71.0), (20, 5.0, 50.0), (40, 5.0, 10.0)):
        scores(account, risk=risk, expansion=expansion)
        derive(account, days=max(day - 14, 0))
        derive(account, days=day)
    assert periods(account) == [
        ("strategic", "derived", 0, 20),
        ("growth", "derived", 20, 40),
        ("basic", "derived", 40, None),
    ]
    held = [tier_at(account.id, at=NOW + timedelta(days=day)) for day in (-1, 0, 19, 20, 60)]
    assert [row and row.tier for row in held] == [None, "strategic", "strategic", "growth", "basic"]
    assert [row.tier for row in tier_periods(account.id)] == ["basic", "growth", "strategic"]


@pytest.mark.requirement(68)
def test_overlapping_periods_are_refused_by_the_database(account: Account) -> None:
    scores(account, risk=62.0, expansion=71.0)
    derive(account)
    copy = TierPeriod.objects.get()
    copy.id = None
    copy.from_at = NOW + timedelta(days=5)
    with pytest.raises(IntegrityError, match="tier_period_no_overlap"), transaction.atomic():
        copy.save()


@pytest.mark.requirement(68)
def test_override_holds_until_its_day_and_gives_way_to_the_rule(account: Account) -> None:
    scores(account, risk=5.0, expansion=10.0)
    derive(account)
    override_tier(
        account_id=account.id, tier="strategic", reason="Merger ahead", until_on=UNTIL, by=doer(account), now=NOW
    )
    assert derive(account, days=10) == 0
    account.refresh_from_db()
    assert (account.tier, account.tier_reason["reason"]) == ("strategic", "Merger ahead")
    assert account.tier_reason["author"] == "Ana Ruiz"
    by = system_actor(account.workspace_id, "t")
    for days, changed in ((10, 0), (30, 1), (31, 0)):
        now = NOW + timedelta(days=days)
        assert derive_expired(workspace_id=account.workspace_id, by=by, now=now) == changed
    account.refresh_from_db()
    assert account.tier == "basic"
    assert periods(account) == [
        ("basic", "derived", 0, 0),
        ("strategic", "override", 0, 17),
        ("basic", "derived", 30, None),
    ]


@pytest.mark.requirement(68)
def test_override_that_ends_with_unknown_scores_gives_back_the_tier_from_before(account: Account) -> None:
    override_tier(account_id=account.id, tier="basic", reason="Pilot", until_on=UNTIL, by=doer(account), now=NOW)
    override_tier(account_id=account.id, tier="strategic", reason="No", until_on=UNTIL, by=doer(account), now=NOW)
    assert derive(account, days=30) == 1
    account.refresh_from_db()
    assert (account.tier, account.tier_reason) == ("growth", {"origin": "before_override", "tier": "growth"})


@pytest.mark.requirement(68)
def test_lifted_override_gives_way_at_once(account: Account) -> None:
    scores(account, risk=5.0, expansion=10.0)
    override_tier(account_id=account.id, tier="strategic", reason="Pilot", until_on=UNTIL, by=doer(account), now=NOW)
    lift_tier_override(account_id=account.id, by=doer(account), now=NOW + timedelta(days=2))
    account.refresh_from_db()
    assert (account.tier, periods(account)) == (
        "basic",
        [("strategic", "override", 0, 2), ("basic", "derived", 2, None)],
    )
    with pytest.raises(Conflict):
        lift_tier_override(account_id=account.id, by=doer(account), now=NOW + timedelta(days=3))


@pytest.mark.requirement(68)
@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"tier": "gold"}, UnknownChoice),
        ({"reason": "  "}, RequiredValueMissing),
        ({"until_on": date(2026, 3, 2)}, DateOutOfRange),
        ({"until_on": date(2027, 3, 2)}, DateOutOfRange),
        ({"account_id": 0}, UnknownReference),
    ],
)
def test_override_without_tier_reason_or_sensible_day_is_refused(
    account: Account, given: dict[str, Any], refusal: type[Exception]
) -> None:
    words = {"account_id": account.id, "tier": "basic", "reason": "Pilot", "until_on": UNTIL}
    with pytest.raises(refusal):
        override_tier(**{**words, **given}, by=doer(account), now=NOW)
    assert TierPeriod.objects.count() == 0


@pytest.mark.requirement(68)
def test_segment_gives_the_first_tier_and_leaves_a_derived_one_alone(account: Account) -> None:
    by = system_actor(account.workspace_id, "t")
    assign_segments(account_ids=[account.id], by=by, now=NOW)
    account.refresh_from_db()
    assert (account.segment, account.tier) == ("small", "basic")
    scores(account, risk=62.0, expansion=71.0)
    make_renewal(account, days=90)
    derive(account)
    Account.objects.filter(id=account.id).update(employees=9000, segment="strategic")
    assign_segments(account_ids=[account.id], by=by, now=NOW)
    account.refresh_from_db()
    assert (account.segment, account.tier, account.tier_reason["origin"]) == ("small", "strategic", "derived")


@pytest.mark.requirement(68)
def test_refresh_scores_the_expansion_potential_and_derives_the_tier(inside: Workspace) -> None:
    made = make_account(inside.id, employees=400, started_on=(NOW - timedelta(days=400)).date())
    make_source(inside.id)
    make_renewal(made, days=90)
    by = system_actor(inside.id, "t")
    record_signals(workspace_id=inside.id, source_key="product", items=rich_items(), by=by, now=NOW)
    refresh_scores(workspace_id=inside.id, by=by, now=NOW)
    current = CurrentExpansion.objects.get(account=made)
    score = Score.objects.get(kind="expansion")
    made.refresh_from_db()
    assert (current.state, current.score_id, current.value) == ("scored", score.id, score.value)
    assert (made.tier_reason["origin"], made.tier_reason["expansion"]) == ("derived", score.value)
    assert TierPeriod.objects.get().expansion_score_id == score.id
    assert stored_amounts(score) == replay_amounts(score)
    assert sum(link.amount for link in explain(score).links) == pytest.approx(score.value, abs=1e-9)
    assert refresh_scores(workspace_id=inside.id, account_ids=[made.id], by=by, now=NOW).written == 0
    assert (Score.objects.filter(kind="expansion").count(), TierPeriod.objects.count()) == (1, 1)
