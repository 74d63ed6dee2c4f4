"""Kept movements are what contracts say, refreshed and rebuilt alike; history that is told otherwise is restated."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.core.management import call_command
from django.db.models import Q

from renewals.actions.accounts import record_accounts
from renewals.actions.contracts import record_contract, record_contracts
from renewals.actions.metrics.rebuild import rebuild_movements
from renewals.actions.metrics.refresh import refresh_movements
from renewals.actions.metrics.write import differing_accounts
from renewals.actions.outcomes import record_outcomes
from renewals.actions.renewals import open_renewals_of_terms
from renewals.actions.settings import record_fx_rates
from renewals.core.metrics import (
    Figure,
    Movement,
    MovementKind,
    RenewalRow,
    figure,
    movements_of,
    period_of,
    periods_until,
    spans_of,
)
from renewals.core.metrics.cohorts import triangle
from renewals.core.metrics.contracts import RowSet
from renewals.core.records import AccountRow, ContractRow, LineRow, OutcomeRow, TermRow
from renewals.models import Account, ArrMovement, ArrSum, Contract, Renewal, Restatement, SliceTouch
from renewals.queries.library import metric_book
from renewals.queries.metrics.books import contract_books, metric_rates
from renewals.queries.metrics.cohorts import cohort_cells
from renewals.queries.metrics.figures import Sums
from renewals.queries.metrics.questions import Question, movement_rows, renewals_of
from renewals.queries.metrics.renewals import renewal_facts
from renewals.queries.metrics.slices import DAYS_OF
from tests.renewals.build import member

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BEFORE = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)
JULY = date(2026, 7, 2)


def signed(number: int, terms: Sequence[TermRow], currency: str = "USD") -> ContractRow:
    """Return a contract of an account of its own."""
    return ContractRow(
        external_id=f"C{number}", account_external_id=f"A{number}", currency=currency, terms=tuple(terms)
    )


def term(number: int, first: date, last: date | None, amount: str, **said: object) -> TermRow:
    """Return a term with one line."""
    line = LineRow(external_id="seats", arr_amount=Decimal(amount))
    return TermRow(number=number, starts_on=first, ends_on=last, lines=(line,), **said)  # type: ignore[arg-type]  # typed by the caller


def book(actor, contracts: Sequence[ContractRow], now: datetime = BEFORE) -> None:
    """Record accounts, each with a contract."""
    owner = member(actor, "Owner")
    rows = [
        AccountRow(external_id=row.account_external_id, name=row.account_external_id, owner_id=owner.user_id)
        for row in contracts
    ]
    record_accounts(rows=rows, by=actor, now=now)
    record_contracts(rows=contracts, by=actor, now=now)


def drawn(number: int, chance: Random) -> ContractRow:
    """Return a contract of one to three years whose amounts go up, down and away."""
    first, terms = date(2024, 1, 1) + timedelta(days=chance.randrange(500)), []
    for place in range(1, chance.randrange(1, 4) + 1):
        last = first + timedelta(days=364)
        terms.append(term(place, first, last, f"{chance.randrange(100, 90_000)}.{chance.randrange(100):02d}"))
        first = last + timedelta(days=chance.choice((1, 1, 1, 12, 60)))
    return signed(number, terms, chance.choice(("USD", "EUR", "BRL")))


def close_some(actor, chance: Random) -> None:
    """Close the renewals of terms that ended, most for about as much."""
    contracts = list(Contract.objects.values_list("id", "terms__number"))
    open_renewals_of_terms(terms=contracts, by=actor, now=BEFORE)
    rows = []
    for renewal in Renewal.objects.filter(due_on__lt=TODAY).order_by("id"):
        ratio = chance.choice((None, "0", "0.8", "1", "1.25"))
        if ratio is not None:
            day = renewal.due_on + timedelta(days=chance.randrange(-40, 20))
            rows.append(
                OutcomeRow(
                    renewal_id=renewal.id,
                    final_amount=round(renewal.target_amount * Decimal(ratio), 2),
                    primary_reason=WHY[ratio],
                    decided_on=day,
                    is_lost=ratio == "0",
                )
            )
    record_outcomes(rows=rows, by=actor, now=NOW)


WHY = {"0": "price", "0.8": "fewer_seats", "1": "habit", "1.25": "more_seats"}


def facts(question: Question) -> tuple[Movement | RenewalRow, ...]:
    """Return the kept rows of a question as facts."""
    moved = tuple(
        Movement(
            account_id=row.account_id,
            period=row.period,
            kind=MovementKind(row.kind),
            opening=row.opening_amount,
            closing=row.closing_amount,
            escalated=row.escalated_amount,
            multi_year=row.multi_year_amount,
            closing_contracts=row.closing_contracts,
            is_resting=row.is_resting,
            is_renewing=row.is_renewing,
            is_anniversary=row.is_anniversary,
            unrated=tuple(row.unrated),
        )
        for row in movement_rows(question)
    )
    due, closed = (renewal_facts(renewals_of(question, rows)) for rows in (RowSet.RENEWALS_DUE, RowSet.RENEWALS_CLOSED))
    return (*moved, *{row.renewal_id: row for row in (*due, *closed)}.values())


WAYS = [(metric, way.key) for metric in metric_book().metrics for way in metric.ways]


def said(found: Figure) -> tuple[object, ...]:
    """Return what a person reads of a figure."""
    return (found.metric, found.way, found.state, found.value, found.numerator, found.denominator)


@pytest.mark.requirement("X12")
@pytest.mark.requirement(6, 59, 92)
def test_kept_sums_live_sums_and_facts_give_the_same_figure_of_every_metric(inside, actor) -> None:
    chance = Random(7)
    record_fx_rates(rates={("EUR", date(2024, 1, 1)): Decimal("1.0913")}, origin="test", by=actor, now=BEFORE)
    book(actor, [drawn(number, chance) for number in range(1, 31)])
    close_some(actor, chance)
    done = refresh_movements(by=actor, now=NOW, today=TODAY)
    assert (done.accounts, done.restated) == (30, 0)
    for key in ("2026-Q3-year", "2026-Q2", "2026-Q4"):
        question = Question(period=period_of(key, today=TODAY), rates=metric_rates())
        kept, live, rows = Sums(question=question), Sums(question=replace(question, accounts=Q())), facts(question)
        for metric, way in WAYS:
            found = figure(metric, rows, period=question.period, way=way)
            assert [said(sums.figure(metric, way)) for sums in (kept, live)] == [said(found)] * 2
        assert kept.waterfall() == live.waterfall()
        assert kept.waterfall().difference == 0
    quarters = tuple(period for period in reversed(periods_until(today=TODAY, quarters=12)) if not period.is_year)
    for part in ("closing", "closing_accounts"):
        whole = cohort_cells(question, quarters, part)
        live = cohort_cells(replace(question, accounts=Q()), quarters, part)
        assert len(triangle(whole, [each.key for each in quarters])) > 3
        assert {key: amount for key, amount in whole.items() if amount} == live


@pytest.mark.requirement(59)
def test_changed_renewal_counts_at_once_and_is_kept_by_the_next_refresh(
    inside, actor, django_assert_num_queries
) -> None:
    book(actor, [drawn(number, Random(number)) for number in range(1, 9)])
    close_some(actor, Random(3))
    refresh_movements(by=actor, now=NOW, today=TODAY)
    question = Question(period=period_of("2026-Q3-year", today=TODAY), rates=metric_rates())
    closed = Renewal.objects.filter(closed_on__range=(question.period.starts_on, question.period.ends_on)).first()
    assert closed is not None
    Renewal.objects.filter(id=closed.id).update(forecast_category="closed")  # changes no figure, notes nothing
    with django_assert_num_queries(1):
        Sums(question=question).figure(metric_book().metric("gross_renewal_rate"))
    Renewal.objects.filter(id=closed.id).update(final_amount=closed.target_amount + 17)
    assert set(SliceTouch.objects.values_list("quarter_on", flat=True)) == {
        day.replace(month=day.month - (day.month - 1) % 3, day=1) for day in (closed.due_on, closed.closed_on)
    }
    assert booked_of(question) == figure(metric_book().metric("booked"), facts(question), period=question.period).value
    refresh_movements(by=actor, now=NOW, today=TODAY)
    assert not SliceTouch.objects.exists()
    with django_assert_num_queries(1):
        after = booked_of(question)
    assert after == booked_of(replace(question, accounts=Q()))


def booked_of(question: Question) -> object:
    """Return what was booked in a period."""
    return Sums(question=question).figure(metric_book().metric("booked")).value


def test_refresh_again_and_rebuild_write_nothing(inside, actor) -> None:
    book(actor, [drawn(number, Random(number)) for number in range(1, 9)])
    first = refresh_movements(by=actor, now=NOW, today=TODAY)
    sums = list(ArrSum.objects.order_by("period", "rows", "part").values_list("period", "rows", "part", "amount"))
    again = refresh_movements(by=actor, now=NOW, today=TODAY)
    anew = rebuild_movements(by=actor, now=NOW, today=TODAY)
    call_command("rebuild_metrics", workspace=actor.workspace_id)
    assert first.written > 0
    assert (again.accounts, again.written, anew.accounts, anew.written, anew.restated) == (0, 0, 8, 0, 0)
    assert (
        list(ArrSum.objects.order_by("period", "rows", "part").values_list("period", "rows", "part", "amount")) == sums
    )


def kept_rows() -> tuple[list[object], list[object]]:
    """Return the kept movements and sums."""
    moved = ("account", "period", "product", "kind", "opening_amount", "closing_amount")
    summed = ("period", "rows", "part", "amount", "number")
    return (
        list(ArrMovement.objects.order_by(*moved[:3]).values_list(*moved)),
        list(ArrSum.objects.order_by(*summed[:3]).values_list(*summed)),
    )


def test_rebuild_in_chunks_mends_what_was_spoilt_and_a_cut_one_shows_nothing_of_it(
    inside, actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renewals.actions.metrics.refresh.CHUNK", 3)
    book(actor, [drawn(number, Random(number)) for number in range(1, 9)])
    close_some(actor, Random(3))
    refresh_movements(by=actor, now=NOW, today=TODAY)
    right = kept_rows()
    spoilt = ArrMovement.objects.filter(product=None, closing_amount__gt=0)
    ArrMovement.objects.filter(id__in=[spoilt.earliest("id").id, spoilt.latest("id").id]).update(closing_amount=7)
    ArrMovement.objects.filter(period="2026-Q1").latest("id").delete()
    ArrSum.objects.filter(period="2026-Q2", rows__in=["accounts", "renewals_due"]).update(amount=1, number=1)
    wrong = kept_rows()
    looked: list[list[int]] = []

    def cut(rows: object, account_ids: list[int], periods: object) -> list[int]:
        looked.append(account_ids)
        if len(looked) == 3:
            raise KeyboardInterrupt
        return differing_accounts(rows, account_ids, periods)

    with monkeypatch.context() as patched:
        patched.setattr("renewals.actions.metrics.rebuild.differing_accounts", cut)
        with pytest.raises(KeyboardInterrupt):
            rebuild_movements(by=actor, now=NOW, today=TODAY)
    assert [len(each) for each in looked] == [3, 3, 2]
    assert kept_rows() == wrong
    assert refresh_movements(by=actor, now=NOW, today=TODAY).written == 0
    assert rebuild_movements(by=actor, now=NOW, today=TODAY).written >= 3
    assert kept_rows() == right
    assert rebuild_movements(by=actor, now=NOW, today=TODAY).written == 0


YEAR = term(1, date(2025, 4, 1), date(2026, 3, 31), "1000")


@pytest.mark.requirement(92)
def test_late_signature_restates_the_quarter_with_its_reason_and_no_other(inside, actor) -> None:
    book(actor, [signed(1, [YEAR]), signed(2, [replace(YEAR, number=1)])])
    refresh_movements(by=actor, now=BEFORE, today=JULY)
    assert kind_of("A1", "2026-Q2") == "churn"
    late = term(2, date(2026, 4, 1), date(2027, 3, 31), "1200", change_reason="Signed late")
    record_contract(row=signed(1, [late]), by=actor, now=BEFORE + timedelta(hours=1))
    done = refresh_movements(by=actor, now=BEFORE + timedelta(hours=2), today=JULY)
    assert done.accounts == 1
    assert kind_of("A1", "2026-Q2") == "expansion"
    assert kind_of("A2", "2026-Q2") == "churn"
    told = {row.period: row for row in Restatement.objects.select_related("account")}
    assert {row.account.external_id for row in told.values()} == {"A1"}
    assert sorted(told) == ["2026-Q2", "2026-Q2-year"]
    note = told["2026-Q2"]
    assert (note.kind_before, note.kind_after, note.closing_before, note.closing_after) == (
        "churn",
        "expansion",
        0,
        1200,
    )
    assert (note.because, note.recorded_by) == ("C1: Signed late", "tests")
    before = as_known("A1", BEFORE + timedelta(minutes=59))
    assert (before.kind, before.opening, before.closing) == ("churn", note.opening_before, note.closing_before)
    assert as_known("A1", BEFORE + timedelta(hours=1)).closing == note.closing_after


def as_known(external_id: str, known_at: datetime) -> Movement:
    """Return what became of an account in the second quarter by what was recorded until an instant."""
    ids = list(Account.objects.filter(external_id=external_id).values_list("id", flat=True))
    spans = spans_of(contract_books(ids, known_at=known_at), grace_days=30, known_at=known_at)
    period = period_of("2026-Q2", today=JULY)
    return movements_of(spans, periods=[period], rates=metric_rates(), account_ids=ids)[0]


def kind_of(external_id: str, period: str) -> str:
    """Return what became of an account."""
    return ArrMovement.objects.get(account__external_id=external_id, period=period, product=None).kind


@pytest.mark.requirement(92)
def test_corrected_amount_restates_by_exactly_the_correction(inside, actor) -> None:
    whole = term(1, date(2025, 1, 1), date(2027, 12, 31), "1000")
    book(actor, [signed(1, [whole])])
    refresh_movements(by=actor, now=BEFORE, today=JULY)
    wrong = replace(whole, lines=(LineRow(external_id="seats", arr_amount=Decimal(900)),), change_reason="Typing error")
    record_contract(row=signed(1, [wrong]), by=actor, now=BEFORE + timedelta(hours=1))
    refresh_movements(by=actor, now=BEFORE + timedelta(hours=2), today=JULY)
    found = Restatement.objects.filter(period="2026-Q1").values_list("opening_before", "opening_after", "closing_after")
    assert list(found) == [(1000, 900, 900)]
    assert not Restatement.objects.filter(period="2026-Q3").exists()


def test_rate_that_comes_later_makes_the_unknown_known_and_says_so(inside, actor) -> None:
    book(actor, [signed(1, [YEAR], "EUR")])
    refresh_movements(by=actor, now=BEFORE, today=JULY)
    assert kind_of("A1", "2026-Q1") == "unknown"
    record_fx_rates(rates={("EUR", date(2025, 1, 1)): Decimal("1.1")}, origin="test", by=actor, now=BEFORE)
    refresh_movements(by=actor, now=NOW, today=JULY)
    row = ArrMovement.objects.get(period="2026-Q1")
    assert (row.kind, row.opening_amount, row.closing_amount) == ("kept", 1100, 1100)
    assert Restatement.objects.get(period="2026-Q1").because == "Exchange rates changed."


def test_turn_of_a_quarter_closes_it_without_a_restatement(inside, actor) -> None:
    book(actor, [signed(1, [term(1, date(2026, 1, 1), date(2026, 9, 20), "1000")])])
    refresh_movements(by=actor, now=BEFORE, today=JULY)
    assert kind_of("A1", "2026-Q3") == "kept"
    refresh_movements(by=actor, now=NOW, today=TODAY)
    assert kind_of("A1", "2026-Q3") == "churn"
    assert not Restatement.objects.exists()


def test_refresh_without_news_asks_little(inside, actor, django_assert_num_queries) -> None:
    book(actor, [signed(1, [YEAR])])
    refresh_movements(by=actor, now=BEFORE, today=JULY)
    with django_assert_num_queries(7):
        refresh_movements(by=actor, now=BEFORE, today=JULY)


def test_middle_values_are_asked_of_the_renewals_whose_days_are_sorted() -> None:
    asked = {way.rows for metric in metric_book().metrics for way in metric.ways if way.is_middle}
    assert asked == {DAYS_OF}
