"""What actions take to record accounts, contacts, contracts and all that hangs on them; each row checks itself.

None always means "not said": a new record gets the default, a known one keeps what it has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from renewals.core.dates import NoticeUnit, check_date, check_notice, check_period, check_zone
from renewals.core.errors import DuplicateRecord, InvalidInput, NegativeAmount, UnknownChoice
from renewals.core.money import check_currency
from renewals.core.price_terms import PriceTerms, check_price_terms
from renewals.core.terms import EndAction
from renewals.core.text import check_email, check_line, check_text

COMPLEXITIES = ("low", "standard", "high")
CONTACT_ROLES = ("economic_buyer", "champion", "executive_sponsor", "user", "legal", "procurement")
# One person at a time: a new one ends the role of the one before.
EXCLUSIVE_ROLES = frozenset({"economic_buyer", "executive_sponsor"})
CHANNELS = ("email", "call", "meeting", "in_app", "letter", "other")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account to create or change; `stage_on` defaults to the day of recording."""

    external_id: str
    name: str | None = None
    parent_external_id: str | None = None
    owner_id: int | None = None
    team_id: int | None = None
    industry: str | None = None
    region: str | None = None
    country: str | None = None
    timezone: str | None = None
    currency: str | None = None
    product_complexity: str | None = None
    employees: int | None = None
    started_on: date | None = None
    ended_on: date | None = None
    is_human_only: bool | None = None
    attributes: Mapping[str, object] | None = None
    stage_key: str | None = None
    stage_on: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """A contact to create or change; `roles`, when said, are all the roles held from `roles_on` on."""

    external_id: str
    account_external_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    title: str | None = None
    language: str | None = None
    timezone: str | None = None
    left_on: date | None = None
    roles: tuple[str, ...] | None = None
    roles_on: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """A contract line; without dates of its own it lasts as long as its term.

    The phases of a ramp are lines that share an `item`; empty: the line is a whole of its own.
    """

    external_id: str
    arr_amount: Decimal
    description: str = ""
    product_external_id: str = ""
    quantity: Decimal = Decimal(1)
    unit: str = ""
    list_arr_amount: Decimal | None = None
    is_recurring: bool = True
    starts_on: date | None = None
    ends_on: date | None = None
    item: str = ""
    is_suspended: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRow:
    """A term of a contract with all its lines; `change_reason` is why it differs from the version before.

    `price` None: what the version before says of the next price stays.
    """

    number: int
    starts_on: date
    ends_on: date | None = None
    notice_period: int = 0
    notice_unit: NoticeUnit = NoticeUnit.DAYS
    is_auto_renewing: bool = False
    end_action: EndAction = EndAction.MANUAL
    renewal_months: int | None = None
    change_reason: str = ""
    lines: tuple[LineRow, ...] = ()
    price: PriceTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """A contract to create or change; terms that are not named stay as they are."""

    external_id: str
    account_external_id: str
    name: str | None = None
    currency: str | None = None
    timezone: str | None = None
    signed_on: date | None = None
    cancelled_on: date | None = None
    source: str | None = None
    terms: tuple[TermRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TouchpointRow:
    """A touchpoint for the ledger; the same `origin_key` is the same touchpoint, whatever else is said."""

    account_id: int
    channel: str
    occurred_at: datetime
    subject: str
    origin: str
    origin_key: str
    contact_id: int | None = None
    renewal_id: int | None = None
    direction: str = "outbound"
    is_automated: bool = False
    summary: str = ""
    outcome_code: str = ""
    by_label: str = ""
    by_user_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRow:
    """A success milestone to create or change; achieved ones need evidence."""

    external_id: str
    account_external_id: str
    name: str | None = None
    target_on: date | None = None
    achieved_on: date | None = None
    evidence: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """How a renewal ended; `final_amount` in the renewal's currency, 0 when it was lost."""

    renewal_id: int
    final_amount: Decimal
    primary_reason: str
    decided_on: date
    is_lost: bool = False
    contributing_reasons: tuple[str, ...] = ()
    comment: str = ""


def check_account(row: AccountRow) -> AccountRow:
    """Return the row with tidy texts; raises the named error of the first value that cannot stand."""
    where = f"Account {row.external_id}"
    if row.started_on and row.ended_on and row.ended_on < row.started_on:
        check_period(starts_on=row.started_on, ends_on=row.ended_on, where=where, noun="Account")
    if row.employees is not None and row.employees < 0:
        raise InvalidInput(f"{row.employees} employees cannot be.", where=where)
    return replace(
        row,
        external_id=check_line(row.external_id, label="External id", is_required=True),
        name=None if row.name is None else check_line(row.name, label="Account name", is_required=True),
        industry=_line(row.industry, "Industry", 100),
        region=_line(row.region, "Region", 60),
        country=_country(row.country),
        timezone=_zone(row.timezone),
        currency=None if row.currency is None else check_currency(row.currency),
        product_complexity=_choice(row.product_complexity, COMPLEXITIES, "Product complexity"),
    )


def check_contact(row: ContactRow) -> ContactRow:
    """Return the row with tidy texts; raises the named error of the first value that cannot stand."""
    return replace(
        row,
        external_id=check_line(row.external_id, label="External id", is_required=True),
        name=None if row.name is None else check_line(row.name, label="Contact name", is_required=True),
        email=None if row.email is None else check_email(row.email),
        phone=_line(row.phone, "Telephone", 50),
        title=_line(row.title, "Title", 150),
        timezone=_zone(row.timezone),
        roles=None if row.roles is None else tuple(check_contact_role(role) for role in dict.fromkeys(row.roles)),
    )


def check_contact_role(role: str) -> str:
    """Return the role; raises UnknownChoice."""
    return _one_of(role, CONTACT_ROLES, "Role")


def check_channel(channel: str) -> str:
    """Return the channel of a touchpoint; raises UnknownChoice."""
    return _one_of(channel, CHANNELS, "Channel")


def check_contract(row: ContractRow) -> ContractRow:
    """Return the row with tidy texts and every term checked; raises the first named error."""
    where = f"Contract {row.external_id}"
    numbers = [term.number for term in row.terms]
    if len(set(numbers)) != len(numbers):
        raise DuplicateRecord(f"A term number is given twice: {numbers}.", where=where)
    for term in row.terms:
        check_term(term, where=where)
    return replace(
        row,
        external_id=check_line(row.external_id, label="External id", is_required=True),
        name=None if row.name is None else check_line(row.name, label="Contract name", is_required=True),
        currency=None if row.currency is None else check_currency(row.currency),
        timezone=_zone(row.timezone),
        terms=tuple(sorted(row.terms, key=lambda term: term.number)),
    )


def check_term(term: TermRow, *, where: str = "") -> None:
    """Refuse a term with impossible dates, notice or lines; raises the named error."""
    place = f"{where}, term {term.number}".removeprefix(", ")
    if term.number < 1:
        raise InvalidInput("Terms are numbered from 1.", where=place)
    check_period(starts_on=term.starts_on, ends_on=term.ends_on, where=place, noun="Term")
    check_notice(
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        period=term.notice_period,
        unit=term.notice_unit,
        where=place,
    )
    if term.price is not None:
        check_price_terms(term.price, where=place)
    check_unique((line.external_id for line in term.lines), noun="line", where=place)
    for line in term.lines:
        _check_line_row(line, place)


def check_unique(external_ids: Iterable[str], *, noun: str, where: str = "") -> None:
    """Refuse the same external id twice in one call; raises DuplicateRecord."""
    seen: set[str] = set()
    for external_id in external_ids:
        if external_id in seen:
            raise DuplicateRecord(f"The {noun} {external_id} is given twice.", where=where)
        seen.add(external_id)


def check_touchpoint(row: TouchpointRow) -> TouchpointRow:
    """Return the row with tidy texts; raises the named error of the first value that cannot stand."""
    if row.direction not in ("outbound", "inbound"):
        raise UnknownChoice(f"Direction '{row.direction}' is unknown.", remedy="Allowed: outbound, inbound.")
    return replace(
        row,
        channel=check_channel(row.channel),
        subject=check_line(row.subject, label="Subject", longest=300, is_required=True),
        summary=check_text(row.summary, label="Summary"),
        origin_key=check_line(row.origin_key, label="Origin key", is_required=True),
    )


def _check_line_row(line: LineRow, place: str) -> None:
    where = f"{place}, line {line.external_id}"
    for amount in (line.arr_amount, line.list_arr_amount):
        if amount is not None and amount < 0:
            raise NegativeAmount(f"An annual amount of {amount} is below zero.", where=where)
    if line.quantity < 0:
        raise InvalidInput(f"A quantity of {line.quantity} is below zero.", where=where)
    if line.starts_on is not None:
        check_date(line.starts_on, where=where)
    if line.starts_on is not None and line.ends_on is not None and line.ends_on < line.starts_on:
        check_period(starts_on=line.starts_on, ends_on=line.ends_on, where=where, noun="Line")


def _line(text: str | None, label: str, longest: int) -> str | None:
    return None if text is None else check_line(text, label=label, longest=longest)


def _zone(name: str | None) -> str | None:
    return check_zone(name).key if name else name


def _country(code: str | None) -> str | None:
    if not code:
        return code
    upper = code.strip().upper()
    if len(upper) != 2 or not upper.isascii() or not upper.isalpha():
        raise UnknownChoice(f"Country '{code}' is unknown.", remedy="Use the two letters of ISO 3166, e.g. DE.")
    return upper


def _choice(word: str | None, allowed: tuple[str, ...], label: str) -> str | None:
    return None if word is None else _one_of(word, allowed, label)


def _one_of(word: str, allowed: tuple[str, ...], label: str) -> str:
    if word not in allowed:
        raise UnknownChoice(f"{label} '{word}' is unknown.", remedy=f"Allowed: {', '.join(allowed)}.")
    return word
