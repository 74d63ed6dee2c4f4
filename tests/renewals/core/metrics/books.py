"""Random books of contracts, and plain ones to write cases with."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from renewals.core.metrics import BookLine, BookTerm, ContractBook, RenewalRow
from renewals.core.metrics.movements import Rates
from renewals.core.money import DatedRate, RateTable

TODAY = date(2026, 11, 22)
BORN = datetime(2023, 1, 1, tzinfo=UTC)
RATES = Rates(
    home="EUR",
    table=RateTable(base="EUR", rates={("USD", "EUR"): (DatedRate(rate_on=date(2020, 1, 1), rate=Decimal("0.9137")),)}),
)
AMOUNTS = st.decimals(0, 90_000, places=2)
STARTS = st.dates(date(2024, 1, 1), date(2026, 9, 30))


def line(amount: str, starts_on: date, ends_on: date | None = None, **said: object) -> BookLine:
    """Return a line of this ARR."""
    facts = {"external_id": "L1", "arr_amount": Decimal(amount), "starts_on": starts_on, "ends_on": ends_on} | said
    return BookLine(**facts)  # type: ignore[arg-type]  # facts are typed by the caller


def term(number: int, starts_on: date, ends_on: date | None, *lines: BookLine, **said: object) -> BookTerm:
    """Return a term in force, known from the first."""
    facts = {"id": number, "version": 1, "recorded_at": BORN} | said
    return BookTerm(number=number, starts_on=starts_on, ends_on=ends_on, lines=lines, **facts)  # type: ignore[arg-type]  # as above


def book(*terms: BookTerm, contract_id: int = 1, account_id: int = 1, **said: object) -> ContractBook:
    """Return a contract in the home currency."""
    facts = {"currency": "EUR"} | said
    return ContractBook(contract_id=contract_id, account_id=account_id, terms=terms, **facts)  # type: ignore[arg-type]  # as above


@st.composite
def contract_books(draw: st.DrawFn) -> tuple[ContractBook, ...]:
    """Draw up to five contracts of two accounts: gaps, ramps, rests, evergreen ends, currencies without a rate."""
    return tuple(draw(_contract(number)) for number in range(1, draw(st.integers(1, 5)) + 1))


@st.composite
def renewal_rows(draw: st.DrawFn) -> tuple[RenewalRow, ...]:
    """Draw renewals due around the year 2026: open, won for more or less, lost, and some without a rate."""
    return tuple(draw(_renewal(number)) for number in range(1, draw(st.integers(0, 8)) + 1))


@st.composite
def _contract(draw: st.DrawFn, number: int) -> ContractBook:
    first, terms = draw(STARTS), []
    for place in range(1, draw(st.integers(1, 3)) + 1):
        months = draw(st.sampled_from([90, 365, 730]))
        is_open = draw(st.integers(0, 9)) == 0
        last = None if is_open else first + timedelta(days=months - 1)
        terms.append(draw(_term(number * 10 + place, place, first, last)))
        if last is None:
            break
        first = last + timedelta(days=draw(st.sampled_from([1, 1, 1, 5, 31, 32, 90])))
    return ContractBook(
        contract_id=number,
        account_id=draw(st.integers(1, 2)),
        currency=draw(st.sampled_from(["EUR", "EUR", "EUR", "USD", "USD", "BRL"])),
        terms=tuple(terms),
        cancelled_on=draw(st.none() | STARTS) if draw(st.integers(0, 4)) == 0 else None,
    )


@st.composite
def _term(draw: st.DrawFn, key: int, number: int, first: date, last: date | None) -> BookTerm:
    lines = [line(str(draw(AMOUNTS)), first, product_id=draw(st.sampled_from([None, 1, 2])))]
    if draw(st.booleans()):
        turn = first + timedelta(days=45)
        lines.append(line(str(draw(AMOUNTS)), first, turn, external_id="R1", item="ramp"))
        rests = draw(st.booleans())
        amount = "0" if rests else str(draw(AMOUNTS))
        lines.append(line(amount, turn + timedelta(days=1), last, external_id="R2", item="ramp", is_suspended=rests))
    is_evergreen = draw(st.integers(0, 5)) == 0
    return term(number, first, last, *lines, id=key, is_evergreen=is_evergreen)


@st.composite
def _renewal(draw: st.DrawFn, number: int) -> RenewalRow:
    due_on = draw(st.dates(date(2025, 10, 1), date(2026, 12, 31)))
    closed_on = draw(st.none() | st.dates(date(2025, 10, 1), TODAY))
    is_lost = closed_on is not None and draw(st.booleans())
    has_rate = draw(st.integers(0, 9)) > 0
    final = None if closed_on is None else Decimal(0) if is_lost else draw(AMOUNTS)
    return RenewalRow(
        renewal_id=number,
        account_id=draw(st.integers(1, 2)),
        due_on=due_on,
        opened_on=due_on - timedelta(days=180),
        target=draw(AMOUNTS) if has_rate else None,
        closed_on=closed_on,
        final=final if has_rate else None,
        is_lost=is_lost,
        unrated=() if has_rate else ("BRL",),
    )
