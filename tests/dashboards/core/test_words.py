"""Amounts, days, instants and scores as people read them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.core.dates import age_words, date_cell, day_title, instant_cell
from dashboards.core.money import (
    HIDDEN,
    MISSING,
    count_words,
    money_cell,
    money_words,
    percent_words,
    plain_amount,
    short_money,
)
from dashboards.core.scores import Contribution, ScoreFacts, contribution_bars, score_badge, spark_points
from dashboards.core.wording import decision_title, measure_sentence, signal_title, value_words
from renewals.core.money import Conversion, Money

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("amount", "currency", "words", "short"),
    [
        ("48000", "USD", "$48,000", "$48 k"),
        ("48000.50", "USD", "$48,000.50", "$48 k"),
        ("0", "EUR", "€0", "€0"),
        ("1250000", "JPY", "¥1,250,000", "¥1.2 M"),
        ("-950", "GBP", "−£950", "−£950"),
        ("1.005", "KWD", "KWD 1.005", "KWD 1"),
        ("3200000000", "USD", "$3,200,000,000", "$3.2 B"),
    ],
)
def test_money_words_of_an_amount_keep_what_matters(amount: str, currency: str, words: str, short: str) -> None:
    money = Money(Decimal(amount), currency)
    assert money_words(money).replace("\xa0", " ") == words
    assert short_money(money).replace("\xa0", " ") == short


def test_money_cell_converted_tells_the_rate_and_its_day() -> None:
    euro, dollar = Money(Decimal("100"), "EUR"), Money(Decimal("108.5"), "USD")
    straight = Conversion(money=dollar, original=euro, rate=Decimal("1.085"), rate_on=date(2026, 11, 20))
    assert money_cell(euro, conversion=straight).tip == "$108.50 at 1.085 USD for 1 EUR, rate of 20 Nov 2026"
    inverse = Conversion(money=dollar, original=euro, rate=Decimal("0.92"), rate_on=date(2026, 11, 20), is_inverse=True)
    assert money_cell(euro, conversion=inverse).tip == "$108.50 at 0.92 EUR for 1 USD, rate of 20 Nov 2026"


def test_money_cell_without_an_amount_or_a_right_shows_no_figure() -> None:
    assert money_cell(None) is MISSING
    assert money_cell(Money(Decimal(1), "USD"), is_hidden=True) is HIDDEN


def test_small_words_for_counts_and_shares() -> None:
    assert [count_words(n, "renewal") for n in (0, 1, 1204)] == ["0 renewals", "1 renewal", "1,204 renewals"]
    assert percent_words(0.639) == "64%"
    assert percent_words(0.639, digits=1) == "63.9%"
    assert plain_amount(Money(Decimal("48000.50"), "USD")) == "48,000.50"


@pytest.mark.parametrize(
    ("days", "when", "state"),
    [
        (0, "today", "soon"),
        (1, "tomorrow", "soon"),
        (-1, "yesterday", "late"),
        (14, "in 14 days", "soon"),
        (15, "in 15 days", "later"),
        (-700, "700 days ago", "late"),
        (-1200, "3 years ago", "late"),
    ],
)
def test_date_cell_of_a_deadline_is_relative_and_absolute(days: int, when: str, state: str) -> None:
    cell = date_cell(TODAY + timedelta(days=days), today=TODAY, is_deadline=True)
    assert (cell.when, cell.state) == (when, state)
    assert date_cell(TODAY + timedelta(days=days), today=TODAY).state == "later"


def test_date_cell_of_a_day_has_the_full_day_for_the_tip() -> None:
    cell = date_cell(date(2027, 1, 2), today=TODAY)
    assert (cell.when, cell.day, cell.full, cell.iso) == (
        "in 42 days",
        "2 Jan 2027",
        "Saturday 2 January 2027",
        "2027-01-02",
    )
    assert date_cell(None, today=TODAY).state == "missing"


def test_instant_cell_names_the_zone_it_is_told_in() -> None:
    cell = instant_cell(NOW - timedelta(hours=3), now=NOW, zone="Europe/Berlin")
    assert cell.when == "3 h ago"
    assert cell.full == "Saturday 21 November 2026, 07:30 Europe/Berlin"
    assert cell.iso == "2026-11-21T06:30:00+00:00"
    assert instant_cell(None, now=NOW, zone="UTC").state == "missing"


def test_instant_from_a_day_on_is_as_far_as_the_day_beside_it() -> None:
    def when(hours: int) -> str:
        cell = instant_cell(NOW + timedelta(hours=hours), now=NOW, zone="Europe/Berlin")
        return f"{cell.when} · {cell.day}"

    assert when(-35) == "2 days ago · 19 Nov 2026"  # 23:30 there, a day and eleven hours ago
    assert when(-25) == "yesterday · 20 Nov 2026"
    assert when(39) == "in 2 days · 23 Nov 2026"
    assert when(-23) == "23 h ago · 20 Nov 2026"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "just now"),
        (60, "1 min ago"),
        (3600, "1 h ago"),
        (86_400, "yesterday"),
        (172_800, "2 days ago"),
        (-7200, "in 2 h"),
    ],
)
def test_age_words_of_an_instant(seconds: int, words: str) -> None:
    assert age_words(NOW - timedelta(seconds=seconds), now=NOW) == words


def test_day_title_of_a_near_day_says_how_near() -> None:
    assert day_title(TODAY, today=TODAY) == "Today · Saturday 21 November 2026"
    assert day_title(date(2026, 11, 2), today=TODAY) == "Monday 2 November 2026"


def test_badge_of_a_score_says_number_word_shape_trend_coverage_and_age() -> None:
    facts = ScoreFacts(
        kind="risk",
        score=71.4,
        word="High",
        state="bad",
        change=6.2,
        coverage=0.8,
        computed_at=NOW - timedelta(hours=2),
    )
    badge = score_badge(facts, now=NOW)
    assert (badge.number, badge.word, badge.shape, badge.trend_shape) == ("71", "High", "fire", "arrow-trending-up")
    assert badge.spoken == "Risk 71, High, +6 in 30 days, 80% known · 2 h ago"


def test_badge_without_a_score_is_never_green() -> None:
    badge = score_badge(ScoreFacts(kind="health", score=None, word="Healthy", state="good", change=3.0), now=NOW)
    assert (badge.number, badge.word, badge.state, badge.trend) == ("–", "Not scored", "none", "")


def test_badge_of_a_steady_score_says_unchanged() -> None:
    badge = score_badge(ScoreFacts(kind="health", score=60, word="Steady", state="watch", change=-0.4), now=NOW)
    assert (badge.trend, badge.trend_shape) == ("unchanged in 30 days", "minus-small")


def test_bars_grow_from_the_axis_by_their_sign() -> None:
    parts = (
        Contribution(label="Usage", points=-20.0, is_good=False),
        Contribution(label="Support", points=5.0, is_good=True),
        Contribution(label="Billing", points=0.0, is_good=True),
    )
    bars = contribution_bars(parts, start=60.0, total=45.0)
    assert [(b.points, b.left, b.width, b.colour) for b in bars.rows] == [
        ("−20.0", "0.0", "50.0", "bad"),
        ("+5.0", "50.0", "12.5", "good"),
        ("+0.0", "50.0", "0.0", "none"),
    ]


@given(st.lists(st.floats(min_value=-100, max_value=100), max_size=12))
def test_bars_stay_inside_their_track(points: list[float]) -> None:
    bars = contribution_bars([Contribution(label="x", points=p, is_good=True) for p in points], start=0.0, total=0.0)
    assert all(float(b.left) >= 0 and float(b.left) + float(b.width) <= 100.1 for b in bars.rows)


@pytest.mark.parametrize(
    ("kind", "value", "subject", "words"),
    [
        ("support.ticket_resolved", 31.4, "T-1", "Ticket resolved after 31 h: T-1"),
        ("billing.invoice_paid", -3.0, "I-7", "Invoice paid 3 days early: I-7"),
        ("billing.invoice_paid", 0.0, "", "Invoice paid in time"),
        ("support.ticket_opened", 2.0, "T-1", "Ticket opened: T-1"),
        ("relationship.nps", 9.0, "", "Would recommend us: 9 of 10"),
        ("usage.something_new", None, "", "Something new"),
        ("usage.events", 1234.0, "", "Events in the product: 1,234"),
        ("usage.logins", 1.0, "", "Logins: 1"),
        ("usage.feature_used", 3.0, "exports", "Feature used 3 ×: exports"),
        ("usage.feature_used", None, "exports", "Feature used: exports"),
        ("usage.usage_ratio", 0.83, "", "83% of the seats used"),
    ],
)
def test_signal_title_says_its_value_only_with_a_unit(kind: str, value: float | None, subject: str, words: str) -> None:
    assert signal_title(kind, value, subject) == words


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("usage_velocity", -0.08, "use falls by 8% a week"),
        ("usage_velocity", 0.04, "use grows by 4% a week"),
        ("usage_velocity", -0.004, "use changes by less than 1% a week"),
        ("usage_depth", 0.62, "62% of the paid seats are active"),
        ("support_sentiment", -0.5, "tone of support is negative"),
        ("days_to_renewal", -13.0, "13 days past the due date"),
        ("days_to_renewal", -1.0, "1 day past the due date"),
        ("days_to_renewal", 1.0, "1 day to the due date"),
        ("time_to_value", 1.0, "1 day to the first milestone"),
        ("time_to_value", 0.0, "0 days to the first milestone"),
        ("usage_depth", None, "Usage depth is not known"),
        ("brand_new", 1.25, "Brand new is 1.2"),
    ],
)
def test_measure_sentence_has_the_number_in_it(key: str, value: float | None, words: str) -> None:
    assert measure_sentence(key, value) == words


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (("step", "skip", "value_recap"), "Value recap: skipped"),
        (("enrol", "enrol", ""), "Entered a playbook"),
        (("send", "sent", "value_recap"), "Value recap: sent"),
    ],
)
def test_decision_title_says_what_became_of_the_step(decision: tuple[str, str, str], words: str) -> None:
    assert decision_title(*decision) == words


def test_spark_needs_two_values() -> None:
    assert spark_points([50.0]) == ""
    assert spark_points([0.0, 100.0]) == "0.0,20.0 80.0,0.0"


def test_stored_values_read_as_a_person_writes_them() -> None:
    values = (Decimal("88733.0000"), Decimal("0.5000"), "best_case", "acme", date(2026, 3, 2), True, None)
    assert [value_words(each) for each in values] == ["88,733", "0.50", "best case", "acme", "2 Mar 2026", "yes", ""]
