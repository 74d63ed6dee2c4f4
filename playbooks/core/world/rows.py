"""What of a world is recorded in one step of its clock, as the rows that the product's own actions take."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from playbooks.core.world.decisions import WorldTerm
from playbooks.core.world.draw import Life, World
from playbooks.core.world.people import WorldAccount, WorldContact
from playbooks.core.world.sent import WorldSignal
from renewals.core.dates import NoticeUnit
from renewals.core.records import AccountRow, ContactRow, ContractRow, LineRow, MilestoneRow, TermRow
from renewals.core.terms import EndAction

SOURCE = "demo"
DAILY_DAYS = 21
WEEKLY_DAYS = 56
DEARER = 1.12
"""A higher price alone raises the amount by no more than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The part of the world's time after `since` up to and including `until`."""

    since: date
    until: date

    def holds(self, day: date) -> bool:
        """Answer whether the day falls into this part."""
        return self.since < day <= self.until

    def days(self) -> "tuple[Span, ...]":
        """Return its days, each a part of its own."""
        day = timedelta(days=1)
        return tuple(Span(since=self.until - (n + 1) * day, until=self.until - n * day) for n in range(len(self)))[::-1]

    def __len__(self) -> int:
        return (self.until - self.since).days

    @property
    def is_weekly(self) -> bool:
        """Answer whether weekly work is done at its end: on Mondays, and after every longer span."""
        return self.until.weekday() == 0 or len(self) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A renewal decided inside a span: which term, at what amount, and the reason people gave."""

    life: Life
    term: WorldTerm
    final_amount: Decimal
    reason: str
    decided_on: date

    @property
    def contract(self) -> str:
        """The external id of the contract."""
        return f"C-{self.life.account.external_id}"


def spans(*, first: date, today: date, is_history: bool = False) -> list[Span]:
    """Return the steps of the clock: months, then weeks in the last eight weeks, then days in the last three.

    A history goes on in months to its end.
    """
    found, day = [], first
    while day < today:
        left = (today - day).days
        step = 28 if is_history or left > WEEKLY_DAYS else 7 if left > DAILY_DAYS else 1
        until = min(today, day + timedelta(days=step))
        found.append(Span(since=day, until=until))
        day = until
    return found


def starting(world: World, span: Span, *, is_first: bool) -> list[Life]:
    """Return the accounts that become known: those that start in the span, and at first all that started before."""
    return [
        life
        for life in world.lives
        if span.holds(life.account.started_on) or (is_first and life.account.started_on <= span.since)
    ]


def account_row(account: WorldAccount, *, owner_id: int) -> AccountRow:
    """Return the account as the CRM would have it."""
    return AccountRow(
        external_id=account.external_id,
        name=account.name,
        owner_id=owner_id,
        industry=account.industry,
        region=account.region,
        country=account.country,
        timezone=account.timezone,
        currency=account.currency,
        product_complexity=account.complexity,
        employees=account.employees,
        started_on=account.started_on,
        attributes={"seats": account.seats},
        source=SOURCE,
    )


def contact_rows(account: WorldAccount) -> Iterator[ContactRow]:
    """Return the people of the account, each with the roles they hold from its start."""
    for contact in account.contacts:
        yield _contact_row(contact, account)


def contract_row(life: Life, terms: tuple[WorldTerm, ...]) -> ContractRow:
    """Return the contract with the terms that became known."""
    account = life.account
    return ContractRow(
        external_id=f"C-{account.external_id}",
        account_external_id=account.external_id,
        name=f"{account.name} subscription",
        currency=account.currency,
        timezone=account.timezone,
        signed_on=account.started_on - timedelta(days=7),
        source=SOURCE,
        terms=tuple(_term_row(account, term) for term in terms),
    )


def known_terms_of(life: Life, span: Span, *, is_first: bool) -> tuple[WorldTerm, ...]:
    """Return the terms signed inside the span: the first with the account, each later one when its renewal closed."""
    found = []
    for position, term in enumerate(life.terms):
        signed_on = life.account.started_on if position == 0 else life.terms[position - 1].closed_on
        if signed_on is not None and (span.holds(signed_on) or (is_first and signed_on <= span.since)):
            found.append(term)
    return tuple(found)


def closings(world: World, span: Span, *, is_first: bool) -> list[Closing]:
    """Return the renewals decided inside the span, and at first all decided before it."""
    return [
        Closing(
            life=life,
            term=term,
            final_amount=Decimal(round(term.arr * term.ratio)),
            reason=_reason(life, term),
            decided_on=term.closed_on,
        )
        for life in world.lives
        for term in life.terms
        if term.ratio is not None
        and term.closed_on is not None
        and (span.holds(term.closed_on) or (is_first and term.closed_on <= span.since))
    ]


def by_day_received(world: World) -> Mapping[date, list[WorldSignal]]:
    """Return the signals by the day they were received."""
    found: dict[date, list[WorldSignal]] = {}
    for signal in world.signals:
        found.setdefault(signal.occurred_on + timedelta(days=signal.delay_days), []).append(signal)
    return found


def signals_received(days: Mapping[date, list[WorldSignal]], span: Span) -> Mapping[str, list[dict[str, Any]]]:
    """Return the signals received inside the span, by source, as the API takes them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for offset in range(len(span)):
        for signal in days.get(span.until - timedelta(days=offset), ()):
            found.setdefault(signal.source, []).append(_item(signal))
    return found


def reached_value(life: Life, span: Span, *, is_first: bool) -> bool:
    """Answer whether the account reached first value inside the span (at first: or before it)."""
    reached = life.account.started_on + timedelta(days=life.account.time_to_value_days)
    is_early = is_first and reached <= span.since
    return (span.holds(reached) or is_early) and life.is_alive(reached)


def stage_of(life: Life, day: date) -> str:
    """Return the lifecycle stage of a living account: by its age, and by a renewal that is near."""
    running = next((term for term in life.terms if term.starts_on <= day <= term.ends_on), None)
    if running is not None and (running.ends_on - day).days <= 90 and life.account.term_months >= 12:
        return "renewal"
    age = (day - life.account.started_on).days
    if age < 90:
        return "onboarding"
    return "adoption" if age < 270 else "expansion" if life.account.health_mean > 0.8 else "value"


def milestone_row(life: Life) -> MilestoneRow:
    """Return the milestone of first value; it is achieved when the account got there."""
    reached = life.account.started_on + timedelta(days=life.account.time_to_value_days)
    return MilestoneRow(
        external_id="first-value",
        account_external_id=life.account.external_id,
        name="First report shared with their management",
        target_on=life.account.started_on + timedelta(days=45),
        achieved_on=reached,
        evidence="Seen in the product: the first shared report.",
    )


def _contact_row(contact: WorldContact, account: WorldAccount) -> ContactRow:
    return ContactRow(
        external_id=contact.external_id,
        account_external_id=account.external_id,
        name=contact.name,
        email=contact.email,
        title=contact.title,
        timezone=account.timezone,
        roles=contact.roles,
        roles_on=account.started_on,
        source=SOURCE,
    )


def _term_row(account: WorldAccount, term: WorldTerm) -> TermRow:
    notice = account.notice_days if account.term_months > 3 else 7
    line = LineRow(
        external_id="platform",
        description="Platform subscription",
        arr_amount=Decimal(term.arr),
        list_arr_amount=Decimal(round(term.arr * 1.1)),
        quantity=Decimal(term.seats),
        unit="seats",
    )
    return TermRow(
        number=term.number,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        notice_period=notice,
        notice_unit=NoticeUnit.DAYS,
        is_auto_renewing=account.is_auto_renewing,
        end_action=EndAction.RENEW if account.is_auto_renewing else EndAction.MANUAL,
        renewal_months=account.term_months,
        lines=(line,),
    )


def _reason(life: Life, term: WorldTerm) -> str:
    if term.ratio == 0.0:
        return "sponsor_left" if life.behaviour.sponsor_left else "low_use" if life.account.health_mean < 0 else "price"
    if (term.ratio or 0) < 0.98:
        return "fewer_seats"
    return "more_seats" if (term.ratio or 0) > DEARER else "habit"


def _item(signal: WorldSignal) -> dict[str, Any]:
    occurred_at = datetime.combine(signal.occurred_on, time(signal.minute // 60 % 24, signal.minute % 60), tzinfo=UTC)
    item: dict[str, Any] = {
        "account": signal.account,
        "kind": signal.kind,
        "occurred_at": occurred_at.isoformat(),
        "external_id": signal.external_id,
    }
    return item | {
        name: value
        for name, value in (("value", signal.value), ("subject", signal.subject), ("text", signal.text))
        if value not in (None, "")
    }
