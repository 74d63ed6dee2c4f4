"""The first count goes lot by lot: killed between two it goes on, what changes meanwhile is in, and no half is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db.models import Q, Sum

from playbooks.actions.sweeps import sweep_metrics
from renewals.actions.contracts import record_contract
from renewals.actions.metrics import fill
from renewals.actions.metrics.fill import fill_lot, fill_movements
from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.metrics.sums import sum_periods
from renewals.actions.metrics.write import write_movements
from renewals.actions.settings import record_fx_rates
from renewals.core.metrics import period_of
from renewals.models import Account, ArrMovement, ArrSlice, ArrSum, MetricFill, MetricMark, Renewal, Restatement
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import metric_rates
from renewals.queries.metrics.cohorts import cohort_cells
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.questions import Question, movement_rows, product_rows
from tests.renewals.build import member
from tests.renewals.metrics.test_refresh import (
    BEFORE,
    NOW,
    TODAY,
    book,
    close_some,
    drawn,
    kept_rows,
    signed,
    term,
)

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def drawn_book(inside, actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight accounts with contracts and closed renewals, counted three at a time."""
    monkeypatch.setattr(fill, "LOT", 3)
    book(actor, [drawn(number, Random(number)) for number in range(1, 9)])
    close_some(actor, Random(3))


def everything_kept() -> tuple[object, ...]:
    """Return movements, sums and slices as they are kept."""
    of = ("period", "rows", "segment", "owner_id", "team_id", "renewal_owner_id", "is_renewing", "is_anniversary")
    slices = list(ArrSlice.objects.order_by(*of).values_list(*of, "amounts", "numbers", "unknown", "bridged"))
    return (*kept_rows(), slices)


def counted_anew(actor) -> tuple[object, ...]:
    """Forget all that is kept and count it in one go."""
    for model in (MetricMark, ArrMovement, ArrSum, ArrSlice):
        model.objects.all().delete()
    refresh_movements(by=actor, now=LATER, today=TODAY)
    return everything_kept()


def cut_at(turn: int, work: Callable[..., object]) -> Callable[..., object]:
    """Return the work, which does its first turns and is then killed."""
    turns = []

    def done(*given: object, **named: object) -> object:
        turns.append(1)
        if len(turns) == turn:
            work(*given, **named)
            raise KeyboardInterrupt
        return work(*given, **named)

    return done


def question() -> Question:
    """Return the question for the whole of a year."""
    return Question(period=period_of("2026-Q3-year", today=TODAY), rates=metric_rates())


@pytest.mark.requirement(59)
@pytest.mark.parametrize(
    ("name", "work", "turn", "counted", "summed"),
    [("write_movements", write_movements, 2, 3, 0), ("sum_periods", sum_periods, 4, 8, 3)],
)
def test_killed_in_a_lot_it_goes_on_with_that_lot_and_gives_the_same_figures(
    drawn_book, actor, monkeypatch: pytest.MonkeyPatch, name: str, work, turn: int, counted: int, summed: int
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(fill, name, cut_at(turn, work))
        with pytest.raises(KeyboardInterrupt):
            fill_movements(by=actor, now=NOW, today=TODAY)
    left = MetricFill.objects.get()
    assert (left.accounts, left.counted, left.summed) == (8, counted, summed)
    assert ArrMovement.objects.values("account_id").distinct().count() == counted
    done = fill_movements(by=actor, now=NOW, today=TODAY)
    assert done.accounts == 8 - counted
    assert not MetricFill.objects.exists()
    assert everything_kept() == counted_anew(actor)


@pytest.mark.requirement(59)
def test_what_changes_between_two_lots_is_brought_in_by_the_first_refresh_after_them(drawn_book, actor) -> None:
    for _ in range(3):
        fill_lot(by=actor, now=NOW, today=TODAY)
    assert MetricFill.objects.get().counted == 6
    of_counted = ArrMovement.objects.filter(account__external_id="A1", period="2026-Q3-year", product=None)
    before = of_counted.aggregate(Sum("closing_amount"))["closing_amount__sum"] or 0
    for number in (1, 8):  # one that is counted, and one that is not yet
        more = replace(signed(number, [term(1, date(2025, 1, 1), None, "77")]), external_id=f"More {number}")
        record_contract(row=more, by=actor, now=NOW)
    Account.objects.filter(external_id="A2").update(owner_id=member(actor, "Other").user_id)
    closed = Renewal.objects.filter(closed_on__isnull=False).latest("due_on")
    Renewal.objects.filter(id=closed.id).update(final_amount=closed.target_amount + 17)
    fill_movements(by=actor, now=NOW, today=TODAY)
    done = refresh_movements(by=actor, now=LATER, today=TODAY)
    assert done.accounts == 2
    assert of_counted.get().closing_amount == before + 77
    assert everything_kept() == counted_anew(actor)


@pytest.mark.requirement(59, 92)
def test_half_a_count_is_told_nowhere_and_renewals_are_added_up_live_meanwhile(drawn_book, actor) -> None:
    grr, booked = metric_book().metric("grr"), metric_book().metric("booked")
    of_all, of_segment = question(), replace(question(), accounts=Q(account__segment=""))
    before = Sums(question=of_all).figure(booked)
    quarters = (period_of("2026-Q2", today=TODAY), period_of("2026-Q3", today=TODAY))
    while fill_lot(by=actor, now=NOW, today=TODAY) is not None:
        if MetricMark.objects.exists():
            break
        for asked in (of_all, of_segment):
            assert Sums(question=asked).figure(grr).state == "counting"
            assert Sums(question=asked).figure(grr).value is None
            assert not movement_rows(asked).exists()
            assert not product_rows(asked).exists()
            assert cohort_cells(asked, quarters, "closing") == {}
        assert Sums(question=of_all).figure(booked) == before
    assert ArrSum.objects.exists()
    assert Sums(question=of_all).figure(grr).state == "known"
    assert Sums(question=of_all).figure(booked).value == before.value


@pytest.mark.requirement(59)
def test_rates_that_change_between_two_lots_begin_it_again_and_restate_nothing(drawn_book, actor) -> None:
    for _ in range(3):
        fill_lot(by=actor, now=NOW, today=TODAY)
    record_fx_rates(rates={("EUR", date(2024, 1, 1)): Decimal("1.1")}, origin="test", by=actor, now=BEFORE)
    fill_lot(by=actor, now=NOW, today=TODAY)
    assert MetricFill.objects.get().counted == 0
    fill_movements(by=actor, now=NOW, today=TODAY)
    assert refresh_movements(by=actor, now=LATER, today=TODAY).written == 0
    assert not Restatement.objects.exists()
    assert everything_kept() == counted_anew(actor)


@pytest.mark.requirement(59)
def test_sweeps_do_some_lots_at_a_time_and_follow_the_contracts_only_after_the_last(drawn_book, actor) -> None:
    turns = 0
    while sweep_metrics(now=NOW, only=actor.workspace_id, lots=4):
        turns += 1
    # One lot begins, three count eight accounts, one adds each period up; the last turn finds nothing left.
    assert turns == (1 + 3 + metric_periods()) // 4
    assert MetricMark.objects.get().refreshed_at == NOW
    assert everything_kept() == counted_anew(actor)


def metric_periods() -> int:
    """Return how many periods are kept."""
    return ArrSum.objects.filter(part="through", rows="accounts").count()
