"""Scores in PostgreSQL: refreshed for changed accounts alone, explained, and computed again to the last digit."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model

from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Account, Contact, ContactRole, Milestone, Renewal, Workspace
from signals.actions.intake import record_signals
from signals.actions.scores import (
    RefreshResult,
    mark_all_changed,
    mark_changed,
    mark_outdated,
    publish_scorecard,
    refresh_scores,
    score_as_of,
)
from signals.core.errors import ScorecardInvalid
from signals.models import AccountChange, CurrentRisk, CurrentScore, Score, ScorecardVersion, SourceFeed
from signals.queries.library import shipped
from signals.queries.scores import (
    base_renew_probability,
    current_risks,
    current_scores,
    explain,
    history,
    replay,
    score_at,
    signals_behind,
)
from tests.plugins.database import make_workspace
from tests.signals.factories import NOW, item, make_account, make_renewal, make_source, rich_items


def refresh(workspace: Workspace, *, days: int = 0, **options: Any) -> RefreshResult:
    now = NOW + timedelta(days=days)
    return refresh_scores(workspace_id=workspace.id, by=system_actor(workspace.id, "t"), now=now, **options)


def backdate(workspace: Workspace, account: Account) -> RefreshResult:
    actor, as_of = system_actor(workspace.id, "t"), NOW - timedelta(days=30)
    return score_as_of(workspace_id=workspace.id, account_ids=[account.id], as_of=as_of, by=actor, now=NOW)


def send(workspace: Workspace, *items: dict[str, Any], days: int = 0) -> None:
    now, actor = NOW + timedelta(days=days), system_actor(workspace.id, "t")
    result = record_signals(workspace_id=workspace.id, source_key="product", items=list(items), by=actor, now=now)
    assert result.refused == 0


@pytest.fixture
def account(inside: Workspace) -> Account:
    made = make_account(inside.id, started_on=(NOW - timedelta(days=400)).date())
    make_source(inside.id)
    send(inside, *rich_items())
    return made


def as_values(rows: list[Model]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.__dict__.items() if k != "_state"} for row in rows]


@pytest.mark.requirement(2, 17)
def test_signals_of_every_family_reach_the_health(inside: Workspace, account: Account) -> None:
    result = refresh(inside)
    row = CurrentScore.objects.get()
    assert (result.claimed, result.written, row.state, row.account_id) == (1, 1, "scored", account.id)
    families = {link.rule.family for link in explain(Score.objects.get(kind="health")).links if link.rule}
    assert families == {"usage", "billing", "support", "marketing", "relationship"}
    assert AccountChange.objects.count() == 0


@pytest.mark.requirement(16)
def test_every_open_renewal_has_a_risk_and_a_closed_one_loses_it(inside: Workspace, account: Account) -> None:
    near, far = make_renewal(account, days=60), make_renewal(account, days=300)
    refresh(inside)
    risks = current_risks([near.id, far.id])
    assert risks[near.id].value > risks[far.id].value
    assert risks[near.id].renew_probability == pytest.approx(1 - risks[near.id].value / 100)
    Renewal.objects.filter(id=far.id).update(stage="closed", closed_on=NOW.date(), final_amount=0)
    refresh(inside, account_ids=[account.id])
    assert list(CurrentRisk.objects.values_list("renewal_id", flat=True)) == [near.id]
    assert Score.objects.filter(renewal_id=far.id).count() == 1


def test_refresh_twice_changes_nothing(inside: Workspace, account: Account) -> None:
    make_renewal(account, days=60)
    refresh(inside)
    before = as_values([*CurrentScore.objects.all(), *CurrentRisk.objects.all()])
    assert refresh(inside) == RefreshResult(claimed=0, written=0, unchanged=0, failed=0)
    assert refresh(inside, account_ids=[account.id]) == RefreshResult(claimed=1, written=0, unchanged=2, failed=0)
    assert as_values([*CurrentScore.objects.all(), *CurrentRisk.objects.all()]) == before
    assert Score.objects.exclude(kind="expansion").count() == 2


@pytest.mark.requirement(4)
def test_refresh_touches_only_accounts_whose_signals_changed(inside: Workspace, account: Account) -> None:
    other = make_account(inside.id, "A-2")
    send(inside, *rich_items("A-2"))
    refresh(inside)
    untouched = as_values([CurrentScore.objects.get(account=other)])
    send(inside, item(kind="relationship.sponsor_left", days_ago=0))
    assert refresh(inside).claimed == 1
    assert as_values([CurrentScore.objects.get(account=other)]) == untouched
    assert history(account.id)[0].value < history(account.id)[1].value
    assert len(history(other.id)) == 1


def test_refresh_takes_the_same_queries_for_1_and_3_accounts(inside: Workspace, django_assert_num_queries: Any) -> None:
    make_source(inside.id)
    for number in range(5):
        make_renewal(make_account(inside.id, f"A-{number}"), days=60)
        send(inside, *rich_items(f"A-{number}"))
    refresh(inside, limit=1)
    for limit, claimed in ((1, 1), (3, 3)):
        with django_assert_num_queries(44):
            assert refresh(inside, limit=limit).claimed == claimed


@pytest.mark.requirement("X3")
@pytest.mark.requirement(13)
def test_replayed_scores_are_equal_to_the_last_digit(inside: Workspace, account: Account) -> None:
    renewal = make_renewal(account, days=60)
    Milestone.objects.create(
        workspace_id=inside.id, account=account, external_id="m", name="Live", achieved_on=NOW.date(), evidence="mail"
    )
    refresh(inside)
    send(inside, *(item(days_ago=n / 7, value=n, external_id=f"late{n}") for n in range(40)), days=1)
    refresh(inside, days=1)
    refresh(inside, days=9, account_ids=[account.id])
    assert Score.objects.exclude(kind="expansion").count() == 6
    for score in Score.objects.exclude(kind="expansion"):
        scores = replay(score)
        result = scores.risks[renewal.id] if score.kind == "risk" else scores.health
        assert (result.value, result.coverage) == (score.value, score.coverage)
        stored = explain(score)
        assert sorted(link.amount for link in stored.links) == sorted(
            part.log_odds if score.kind == "risk" else part.points for part in result.contributions
        )


@pytest.mark.requirement("X3")
def test_contributions_of_stored_scores_add_up(inside: Workspace, account: Account) -> None:
    make_renewal(account, days=60)
    refresh(inside)
    for score in Score.objects.exclude(kind="expansion"):
        explanation = explain(score)
        assert sum(link.amount for link in explanation.links) == pytest.approx(explanation.total, abs=1e-9)


def test_score_kept_before_inputs_had_a_column_is_still_explained(inside: Workspace, account: Account) -> None:
    refresh(inside)
    score = Score.objects.get(kind="health")
    expected = explain(score).links
    numbers = {link.key: list(link.numbers.values()) for link in expected}
    score.inputs, score.details = None, {**score.details, "inputs": numbers}
    assert explain(score).links == expected


@pytest.mark.requirement("X3")
@pytest.mark.requirement(13)
def test_explanation_leads_down_to_the_signals(inside: Workspace, account: Account) -> None:
    refresh(inside)
    score = Score.objects.get(kind="health")
    links = {link.key: link for link in explain(score).links}
    for key, link in links.items():
        assert link.rule is not None
        found = signals_behind(score, key, limit=1000)
        assert len(found) == link.numbers["signals_count"], key
    assert {signal.kind for signal in signals_behind(score, "perceived_value")} == {
        "relationship.nps",
        "health.outside",
        "usage.milestone",
    }


def test_account_without_signals_is_not_scored_and_has_no_colour(inside: Workspace) -> None:
    account = make_account(inside.id)
    renewal = make_renewal(account, days=90)
    refresh(inside, account_ids=[account.id])
    row, risk = current_scores([account.id])[account.id], current_risks([renewal.id])[renewal.id]
    assert (row.state, row.value, row.band, row.coverage, row.known_count) == ("not_scored", None, "", 0.0, 0)
    assert (risk.state, risk.value, risk.renew_probability) == ("not_scored", None, None)
    assert round(base_renew_probability("small"), 2) == 0.78


@pytest.mark.requirement("X16")
def test_frozen_source_marks_measures_stale_and_lowers_coverage(inside: Workspace, account: Account) -> None:
    refresh(inside)
    before = CurrentScore.objects.get()
    mark_outdated(workspace_id=inside.id, by=system_actor(inside.id, "t"), now=NOW + timedelta(days=60))
    refresh(inside, days=60)
    after = CurrentScore.objects.get()
    assert before.stale_count == 0
    assert after.stale_count >= 5
    assert after.coverage < before.coverage
    assert after.band != "green"


def test_only_outdated_accounts_are_marked(inside: Workspace, account: Account) -> None:
    actor = system_actor(inside.id, "t")
    refresh(inside)
    assert mark_outdated(workspace_id=inside.id, by=actor, now=NOW + timedelta(hours=14)) == 0
    assert mark_outdated(workspace_id=inside.id, by=actor, now=NOW + timedelta(hours=15)) == 1


def test_previous_value_is_that_of_the_day_before(inside: Workspace, account: Account) -> None:
    refresh(inside)
    first = CurrentScore.objects.get().value
    send(inside, item(kind="relationship.sponsor_left", days_ago=0))
    refresh(inside)
    second = CurrentScore.objects.get()
    assert second.previous_value is None
    assert second.value < first
    refresh(inside, days=1, account_ids=[account.id])
    assert CurrentScore.objects.get().previous_value == second.value


def test_score_of_an_earlier_day_enters_history_but_not_the_current_row(inside: Workspace, account: Account) -> None:
    refresh(inside)
    before = as_values(list(CurrentScore.objects.all()))
    backdate(inside, account)
    assert as_values(list(CurrentScore.objects.all())) == before
    assert score_at(account.id, kind="health", at=NOW - timedelta(days=29)).as_of == NOW - timedelta(days=30)
    assert score_at(account.id, kind="health", at=NOW - timedelta(days=31)) is None


def test_facts_after_the_moment_change_nothing(inside: Workspace, account: Account) -> None:
    backdate(inside, account)
    send(inside, *(item(days_ago=days, value=10_000, external_id=f"f{days}") for days in (0, 5, 29)))
    backdate(inside, account)
    assert Score.objects.exclude(kind="expansion").count() == 1
    assert AccountChange.objects.count() == 1


@pytest.mark.requirement(42)
def test_soft_signal_counts_until_it_expires(inside: Workspace, account: Account) -> None:
    make_renewal(account, days=200)
    refresh(inside)
    expires = (NOW + timedelta(days=3)).isoformat()
    send(inside, item(kind="relationship.budget", value=-1.0, expires_at=expires, author="Ada", days_ago=0))
    refresh(inside)
    worse = explain(Score.objects.filter(kind="risk").latest("id"))
    assert {link.key: link.amount for link in worse.links}["soft_concern"] == pytest.approx(0.6)
    refresh(inside, days=4, account_ids=[account.id])
    later = explain(Score.objects.filter(kind="risk").latest("id"))
    assert "soft_concern" not in {link.key for link in later.links}


@pytest.mark.requirement(76)
def test_sponsor_role_that_ended_lowers_health(inside: Workspace, account: Account) -> None:
    contact = Contact.objects.create(
        workspace_id=inside.id, account=account, external_id="c", name="Ada", created_at=NOW, updated_at=NOW
    )
    role = ContactRole.objects.create(
        workspace_id=inside.id,
        contact=contact,
        account=account,
        role=ContactRole.Role.EXECUTIVE_SPONSOR,
        from_on=(NOW - timedelta(days=300)).date(),
    )
    refresh(inside)
    ContactRole.objects.filter(id=role.id).update(until_on=(NOW - timedelta(days=2)).date())
    refresh(inside, account_ids=[account.id])
    after, before = history(account.id)
    assert after.value < before.value
    sponsor = {link.key: link.value for link in explain(Score.objects.get(id=after.id)).links}["sponsor_stability"]
    assert sponsor == 0.0


@pytest.mark.requirement(15)
def test_same_signals_in_two_segments_give_two_scores(inside: Workspace, account: Account) -> None:
    make_account(inside.id, "A-2", segment="strategic", started_on=account.started_on)
    send(inside, *rich_items("A-2"))
    refresh(inside)
    first, second = CurrentScore.objects.order_by("account_id").values_list("value", flat=True)
    assert first != second
    assert Score.objects.latest("account_id").details["facts"]["segment"] == "strategic"


def test_failing_account_is_pushed_forward_then_parked_and_stops_nobody(
    inside: Workspace, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_account(inside.id, "A-2")
    send(inside, *rich_items("A-2"))
    real = refresh_scores.__globals__["score_chunk"]

    def fail(chunk: Any, *rest: Any) -> Any:
        if account.id in [each.account_id for each in chunk.accounts]:
            raise ValueError("broken")
        return real(chunk, *rest)

    monkeypatch.setattr("signals.actions.scores.refresh.score_chunk", fail)
    assert refresh(inside) == RefreshResult(claimed=2, written=1, unchanged=0, failed=1)
    assert refresh(inside).claimed == 0
    for day in range(1, 5):
        assert refresh(inside, days=day).failed == 1
    parked = AccountChange.objects.get()
    assert (parked.attempts, parked.last_error, parked.retry_at.year) == (5, "ValueError: broken", 2999)
    monkeypatch.undo()
    send(inside, item(days_ago=0, external_id="new"))
    assert refresh(inside).failed == 0


@pytest.mark.requirement(15)
def test_published_version_scores_every_account_again_and_old_scores_keep_theirs(
    inside: Workspace, account: Account
) -> None:
    actor = system_actor(inside.id, "t")
    refresh(inside)
    definition = shipped("scorecard") | {"overrides": [], "measures": [*shipped("scorecard")["measures"]]}
    definition["measures"][0] = definition["measures"][0] | {"weight": 0.9}
    publish_scorecard(workspace_id=inside.id, kind="health", definition=definition, reason="try", by=actor, now=NOW)
    refresh(inside)
    new, old = Score.objects.filter(kind="health").order_by("-id")
    assert {link.key: link.numbers["weight"] for link in explain(new).links}["usage_velocity"] == 0.9
    assert {link.key: link.numbers["weight"] for link in explain(old).links}["usage_velocity"] == 0.15
    assert replay(old).health.value == old.value
    numbers = ScorecardVersion.objects.filter(kind="health").order_by("number")
    assert [(each.number, each.retired_at is None) for each in numbers] == [(1, False), (2, True)]


def test_scorecard_with_a_gap_is_not_published(inside: Workspace) -> None:
    definition = shipped("scorecard") | {"bands": [{"key": "red", "low": 0, "high": 50}]}
    with pytest.raises(ScorecardInvalid):
        publish_scorecard(
            workspace_id=inside.id,
            kind="health",
            definition=definition,
            reason="x",
            by=system_actor(inside.id, "t"),
            now=NOW,
        )
    assert ScorecardVersion.objects.count() == 0


def test_scores_are_invisible_from_another_workspace(
    inside: Workspace, account: Account, other_workspace: Workspace
) -> None:
    refresh(inside)
    with in_workspace(other_workspace.id, by=system_actor(other_workspace.id, "t")):
        seen = [model.objects.count() for model in (Score, CurrentScore, ScorecardVersion, SourceFeed)]
        assert seen == [0, 0, 0, 0]
        assert (
            mark_changed(workspace_id=other_workspace.id, account_ids=[account.id], by=system_actor(1, "t"), now=NOW)
            == 0
        )


def test_two_workers_at_once_share_the_accounts_and_score_none_twice(committed: None) -> None:
    made = make_workspace("shared")
    actor = system_actor(made.id, "t")
    with in_workspace(made.id, by=actor):
        make_source(made.id)
        for number in range(30):
            make_account(made.id, f"A-{number}")
            send(made, *rich_items(f"A-{number}"))
    barrier = threading.Barrier(2)

    def work(_: int) -> RefreshResult:
        try:
            with in_workspace(made.id, by=actor):
                barrier.wait()
                return refresh(made, limit=15)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(work, range(2)))
    with in_workspace(made.id, by=actor):
        refresh(made, limit=1000)
        assert (
            Score.objects.exclude(kind="expansion").count(),
            CurrentScore.objects.count(),
            AccountChange.objects.count(),
        ) == (30, 30, 0)
    assert sum(result.claimed for result in results) >= 15


def test_all_accounts_are_marked_once(inside: Workspace, account: Account) -> None:
    make_account(inside.id, "A-2")
    actor = system_actor(inside.id, "t")
    assert [mark_all_changed(workspace_id=inside.id, by=actor, now=NOW) for _ in range(2)] == [2, 2]
    assert AccountChange.objects.count() == 2
