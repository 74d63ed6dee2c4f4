"""A proposal as the account reads it, on its page and on paper: what changes, the lines, the terms, until when.

It takes only what an account may know: no policy price, no list price, no verdict and no approval is handed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dashboards.core.dates import day_words
from dashboards.core.money import money_words
from renewals.core.dates import add_months
from renewals.core.money import Money

UNITS: Mapping[str, tuple[str, str]] = {
    "days": ("day", "days"),
    "business_days": ("business day", "business days"),
    "months": ("month", "months"),
    "weeks": ("week", "weeks"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLineFacts:
    """One line: what it costs a year today (None: it is new) and then (None: it ends).

    `quantity` None: it is not counted.
    """

    name: str
    before: Money | None
    after: Money | None
    quantity_before: Decimal | None = None
    quantity: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFacts:
    """Everything a paper is made from. `notice_on` None: the contract has no notice; `before` None: all is new.

    With `is_win_back` they had left: a new agreement begins on the day they accept, at the earliest on `starts_on`.
    `years` are what each year of the term costs where a price rises by `ramp_percent` with each further year.
    """

    company: str
    account: str
    contract: str
    number: int
    lines: tuple[PaperLineFacts, ...]
    before: Money | None
    after: Money
    term_total: Money
    starts_on: date
    months: int
    payment_days: int
    terms: tuple[str, ...] = ()
    notice_period: int = 0
    notice_unit: str = "days"
    notice_on: date | None = None
    end_action: str = "manual"
    prepared_on: date
    valid_until: date
    owner: str = ""
    owner_email: str = ""
    recipient: str = ""
    postal_address: str = ""
    years: tuple[Money, ...] = ()
    ramp_percent: Decimal = Decimal(0)
    is_win_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One line in finished words."""

    name: str
    quantity: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """The proposal in finished words; the page and the PDF print the same ones."""

    company: str
    account: str
    title: str
    reference: str
    total: str
    change: str
    change_state: str
    total_change: str
    rising: str
    before: str
    term_total: str
    term: str
    valid_until: str
    lines: tuple[PaperLine, ...]
    terms: tuple[tuple[str, str], ...]
    conditions: tuple[str, ...]
    notice: tuple[str, ...]
    statement: str
    recipient: str
    owner: str
    owner_email: str
    postal_address: str = ""
    has_quantities: bool = field(default=False)


def paper_of(facts: PaperFacts) -> Paper:
    """Return the proposal in finished words."""
    span = _span(facts)
    total, months = money_words(facts.after), _months(facts.months)
    change, state = change_words(facts.before, facts.after)
    return Paper(
        company=facts.company,
        account=facts.account,
        title=f"{'New agreement for' if facts.is_win_back else 'Renewal of'} {facts.contract}",
        reference=f"Version {facts.number}, {day_words(facts.prepared_on)}",
        total=total,
        change=change,
        change_state=state,
        total_change=change.removesuffix(" a year"),
        rising=_rising(facts).removeprefix(", "),
        before=money_words(facts.before) if facts.before else "",
        term_total=money_words(facts.term_total),
        term=f"{months}, {span}",
        valid_until=day_words(facts.valid_until),
        lines=tuple(_line(line) for line in facts.lines),
        terms=(
            ("Term", f"{months}, {'' if facts.is_win_back else 'from '}{span}"),
            *_prices(facts),
            ("All payments of the term", money_words(facts.term_total)),
            ("Payment", _payment(facts.payment_days)),
            ("This proposal is valid until", f"the end of {day_words(facts.valid_until)}"),
        ),
        conditions=facts.terms,
        notice=_notice(facts),
        statement=(
            f"I accept this proposal for {facts.account} and am entitled to do so: {facts.contract} "
            f"{'begins anew' if facts.is_win_back else 'goes on'} for {months}, {span}, "
            f"at {total} a year{_rising(facts)}."
        ),
        recipient=facts.recipient,
        owner=facts.owner,
        owner_email=facts.owner_email,
        postal_address=facts.postal_address,
        has_quantities=any(line.quantity is not None for line in facts.lines),
    )


def _span(facts: PaperFacts) -> str:
    if not facts.is_win_back:
        return f"{day_words(facts.starts_on)} to {day_words(last_day(facts.starts_on, facts.months))}"
    earliest = f", {day_words(facts.starts_on)} at the earliest" if facts.starts_on > facts.prepared_on else ""
    return f"from the day it is accepted{earliest}"


def _rising(facts: PaperFacts) -> str:
    return f", rising by {facts.ramp_percent.normalize():f} % with each further year" if facts.ramp_percent else ""


def _prices(facts: PaperFacts) -> tuple[tuple[str, str], ...]:
    """One price a year, or what each year of the term costs."""
    if not facts.ramp_percent:
        return (("Price a year", money_words(facts.after)),)
    years = tuple((f"Year {number}", money_words(year)) for number, year in enumerate(facts.years, start=1))
    return (("Price a year", f"{money_words(facts.after)}{_rising(facts)}"), *years)


def last_day(starts_on: date, months: int) -> date:
    """Return the last day of a term of so many months."""
    return date.fromordinal(add_months(starts_on, months).toordinal() - 1)


def change_words(before: Money | None, after: Money) -> tuple[str, str]:
    """Return what changes against today in words, and whether it is more, less, the same or new."""
    if before is None:
        return "New", "new"
    if after == before:
        return "No change", "same"
    difference = money_words(Money(abs(after.amount - before.amount), after.currency))
    share = "" if before.amount == 0 else f" ({_percent(abs(after.amount / before.amount - 1) * 100)} %)"
    is_more = after.amount > before.amount
    return f"{difference}{share} {'more' if is_more else 'less'} a year", "more" if is_more else "less"


def _percent(share: Decimal) -> str:
    """One decimal, and "under 0.1" rather than a nought for what is something."""
    rounded = share.quantize(Decimal("0.1"))
    return f"{rounded.normalize():f}" if rounded else "under 0.1"


def _line(line: PaperLineFacts) -> PaperLine:
    return PaperLine(
        name=line.name,
        quantity=_quantity(line),
        before=money_words(line.before) if line.before else "",
        after=money_words(line.after) if line.after else "",
        change=change_words(line.before, line.after)[0].removesuffix(" a year") if line.after else "Ends",
    )


def _quantity(line: PaperLineFacts) -> str:
    if line.quantity is None or line.after is None:
        return ""
    unit = f" {line.unit}" if line.unit else ""
    after = f"{line.quantity.normalize():f}{unit}"
    if line.quantity_before is None or line.quantity_before == line.quantity:
        return after
    return f"{after}, today {line.quantity_before.normalize():f}"


def _months(months: int) -> str:
    return f"{months} month{'s' if months != 1 else ''}"


def _payment(days: int) -> str:
    return f"within {days} day{'s' if days != 1 else ''} of the invoice" if days else "on receipt of the invoice"


def _notice(facts: PaperFacts) -> tuple[str, ...]:
    """What happens at the end of the new term, and until when either side can still say otherwise."""
    period = _period(facts)
    ends = {
        "renew": f"After the term it renews by itself{_unless(period)}.",
        "evergreen": f"After the term it goes on without an end{_unless(period)}.",
        "end": "It ends with the term; nothing renews by itself.",
        "manual": "Before the term ends we ask you whether it goes on; nothing renews by itself.",
    }
    words = (ends.get(facts.end_action, ends["manual"]),)
    if facts.notice_on is None:
        return words
    return (*words, f"Notice has to be given {period} before the end: by {day_words(facts.notice_on)}.")


def _period(facts: PaperFacts) -> str:
    if not facts.notice_period:
        return ""
    one, many = UNITS.get(facts.notice_unit, ("day", "days"))
    return f"{facts.notice_period} {one if facts.notice_period == 1 else many}"


def _unless(period: str) -> str:
    return " unless one of us gives notice" if period else ""
