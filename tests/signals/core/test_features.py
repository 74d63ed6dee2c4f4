"""Each measure from known tallies, its confidence, and what makes it unknown."""

import math
from dataclasses import replace
from datetime import timedelta

import pytest

from signals.core.features import AccountFacts, Measure, Tally, chunk_from, measure_all, rule_columns
from signals.core.features.velocity import usage_velocity
from tests.signals.core.worlds import TODAY, book, facts, full, tally, usage


def read(key: str, given: AccountFacts) -> Measure:
    measures = measure_all(given, book().rules(given.segment, given.complexity))
    return next(measure for measure in measures if measure.key == key)


def value(key: str, *tallies: Tally, **changes: object) -> float | None:
    return read(key, facts(*tallies, **changes)).value


@pytest.mark.parametrize("key", [rule.key for rule in book().rules("", "")])
def test_measure_without_signals_is_unknown_not_zero(key: str) -> None:
    measure = read(key, facts())
    assert (measure.value, measure.confidence, measure.signals_count) == (None, 0.0, 0)


@pytest.mark.requirement(14)
@pytest.mark.parametrize(
    ("rates", "slope"),
    [([100.0] * 12, 0.0), ([*range(120, 0, -10)], 10 / 65), ([*range(10, 130, 10)], -10 / 65)],
)
def test_usage_velocity_is_the_slope_as_a_share_of_the_mean_week(rates: list[float], slope: float) -> None:
    found = value("usage_velocity", *usage(rates))
    assert found is not None
    assert math.isclose(found, slope, abs_tol=1e-12)


def test_usage_velocity_of_other_windows_is_worked_out_for_them() -> None:
    given = facts(*usage([150.0, 140.0, 130.0, 120.0] + [100.0] * 8))
    long = next(rule for rule in book().rules("", "") if rule.key == "usage_velocity")
    chunk, found = chunk_from([given]), []
    for rule in (long, replace(long, window_days=28), long):
        column = rule_columns([(rule,)])[0]
        found.append(usage_velocity(chunk, column).value[0])
        assert found[-1] == usage_velocity(chunk_from([given]), column).value[0]
    assert found[0] == found[2] != found[1]


def test_usage_velocity_is_not_moved_by_one_wild_week() -> None:
    assert value("usage_velocity", *usage([100.0] * 5 + [100_000.0] + [100.0] * 6)) == 0.0


def test_usage_velocity_of_flows_of_any_size_weighs_each_flow_alike() -> None:
    both = [*usage([2.0] * 6 + [1.0] * 6), *usage([1e6] * 6 + [2e6] * 6, kind="usage.search")]
    found = value("usage_velocity", *both)
    assert found is not None
    assert math.isclose(found, 0.0, abs_tol=1e-12)


def test_usage_velocity_counts_weeks_without_use_as_zero_while_the_source_speaks() -> None:
    found = value("usage_velocity", *usage([0.0] * 4 + [100.0] * 8))
    assert found is not None
    assert found < -0.05


def test_usage_velocity_leaves_out_weeks_in_which_the_source_was_silent() -> None:
    assert value("usage_velocity", *usage([0.0] * 4 + [100.0] * 8), silence=28) == 0.0


def test_usage_velocity_needs_four_weeks() -> None:
    assert value("usage_velocity", *usage([5.0] * 3)) is None


@pytest.mark.requirement(14)
def test_usage_velocity_follows_uses_of_features_where_nothing_else_is_sent() -> None:
    features = [
        tally("usage.feature_used", 7 * week, total=float(10 - week), subject=name, first=7 * week + 6)
        for week in range(9)
        for name in ("export", "share")
    ]
    told = value("usage_velocity", *features)
    assert told == value("usage_velocity", *usage([float(10 - week) for week in range(8)]))
    assert told is not None and told > 0.0
    assert value("usage_velocity", *usage([100.0] * 8), *features) == 0.0


@pytest.mark.requirement(14)
def test_feature_adoption_counts_different_features_in_the_window() -> None:
    used = [tally("usage.feature_used", age, subject=name) for name, age in (("a", 1), ("b", 55), ("c", 56))]
    assert value("feature_adoption", *used, tally("usage.search", 3, count=7)) == 3.0


@pytest.mark.requirement(14)
def test_feature_adoption_of_an_account_that_stopped_is_zero() -> None:
    assert value("feature_adoption", tally("usage.feature_used", 90, subject="a")) == 0.0


@pytest.mark.requirement(17)
@pytest.mark.parametrize(
    ("given", "depth"),
    [
        (facts(tally("usage.active_users", 1, total=30.0), tally("usage.seats", 9, total=40.0)), 0.75),
        (facts(tally("usage.active_users", 1, total=30.0), seats=60.0), 0.5),
        (facts(tally("usage.active_users", 1, total=30.0)), None),
        (facts(tally("usage.active_users", 1, total=30.0), seats=0.0), None),
        (facts(tally("usage.usage_ratio", 8, total=0.2), tally("usage.usage_ratio", 2, total=0.4)), 0.4),
        (facts(tally("usage.active_users", 1, total=900.0), seats=3.0), 2.0),
    ],
)
def test_usage_depth_is_active_users_by_seats(given: AccountFacts, depth: float | None) -> None:
    assert read("usage_depth", given).value == depth


@pytest.mark.requirement(14)
def test_time_to_value_is_from_the_start_to_the_first_milestone() -> None:
    reached = (tally("usage.milestone", 100, subject="live"), tally("usage.milestone", 300, subject="pilot"))
    assert value("time_to_value", *reached) == 100.0
    assert value("time_to_value", *reached, milestones_on=(TODAY - timedelta(days=350),)) == 50.0
    assert value("time_to_value", *reached, started_on=None) is None
    assert value("time_to_value", *reached, started_on=TODAY - timedelta(days=2000)) is None


@pytest.mark.requirement(14)
def test_support_sentiment_lets_recent_tones_weigh_more() -> None:
    tones = (tally("support.message", 0, total=-1.0), tally("support.csat", 30, total=5.0))
    found = value("support_sentiment", *tones)
    assert found is not None
    assert math.isclose(found, (-1.0 + 0.5) / 1.5)


@pytest.mark.requirement(17)
def test_backlog_resolution_is_the_resolved_share_of_tickets_old_enough() -> None:
    tickets = (
        tally("support.ticket_opened", 30, subject="done"),
        tally("support.ticket_resolved", 20, subject="done"),
        tally("support.ticket_opened", 200, subject="old and open"),
        tally("support.ticket_opened", 3, subject="young"),
    )
    assert value("backlog_resolution", *tickets) == 0.5


@pytest.mark.requirement(17)
def test_perceived_value_joins_survey_outside_health_and_milestones() -> None:
    nps, outside = tally("relationship.nps", 0, total=10.0), tally("health.outside", 0, total=50.0)
    milestone = tally("usage.milestone", 0, subject="live")
    found = value("perceived_value", nps, outside, milestone)
    assert found is not None
    assert math.isclose(found, 0.5 * 1.0 + 0.3 * 0.5 + 0.2 / 3)
    assert value("perceived_value", outside) == 0.5


def test_payment_timeliness_weighs_late_invoices_by_age() -> None:
    news = (
        tally("billing.invoice_paid", 0, total=0.0, subject="a"),
        tally("billing.invoice_issued", 70, total=9.0, subject="b"),
        tally("billing.invoice_overdue", 60, total=9.0, subject="b"),
    )
    found = value("payment_timeliness", *news)
    assert found is not None
    assert math.isclose(found, 1.0 / 1.5)


@pytest.mark.requirement(76)
@pytest.mark.parametrize(
    ("left", "confirmed", "steadiness"),
    [(None, 50, 1.0), (50, None, 0.0), (50, 60, 0.0), (60, 0, 0.5), (200, 90, 0.75), (30, 30, 1 - 0.5 * 2 ** (-1 / 3))],
)
def test_sponsor_stability_falls_at_once_and_recovers_after_a_confirmation(
    left: int | None, confirmed: int | None, steadiness: float
) -> None:
    seen = [
        tally(f"relationship.sponsor_{what}", age)
        for what, age in (("left", left), ("confirmed", confirmed))
        if age is not None
    ]
    found = value("sponsor_stability", *seen)
    assert found is not None
    assert math.isclose(found, steadiness)


@pytest.mark.requirement(76)
def test_sponsor_change_is_also_read_from_the_roles_of_contacts() -> None:
    assert value("sponsor_stability", sponsor_left_on=TODAY) == 0.0
    assert value("sponsor_stability", sponsor_confirmed_on=TODAY) == 1.0
    assert value("sponsor_stability", sponsor_left_on=TODAY + timedelta(days=1)) is None


def test_engagement_and_marketing_fade_by_half_lives() -> None:
    assert value("engagement", tally("relationship.meeting", 30), tally("relationship.reply", 0)) == 1.0
    assert (
        value("marketing_engagement", tally("marketing.email_clicked", 0), tally("marketing.unsubscribed", 30)) == -0.5
    )
    assert value("marketing_engagement", tally("marketing.call", 0)) == 0.5


def test_soft_concern_stays_inside_its_range() -> None:
    against = [tally("relationship.politics", 0, total=-0.8), tally("relationship.budget", 0, total=-0.9)]
    assert value("soft_concern", *against) == -1.0


def test_confidence_halves_each_half_life_after_the_source_fell_silent() -> None:
    fresh, stale = (read("usage_velocity", full(silence=days)) for days in (7, 21))
    assert (fresh.confidence, fresh.is_stale) == (1.0, False)
    assert (stale.confidence, stale.is_stale, stale.silent_days) == (0.5, True, 21)


def test_confidence_grows_with_the_sample() -> None:
    said = read("support_sentiment", facts(tally("support.message", 0, total=0.4)))
    assert math.isclose(said.confidence, 1 / 3)


def test_silence_of_another_source_changes_nothing() -> None:
    given = full(silence_days={"2:usage": 90, "1:usage": 0})
    assert read("usage_velocity", given).is_stale is False
