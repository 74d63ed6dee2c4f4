"""An offer as data: for whom it is, what it is worth to them, its terms and its price rule, how long it may be made."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from offers.core.errors import PriceNotPossible
from offers.core.fields import OFFER_FIELDS
from offers.core.pricing.facts import LONGEST_PAYMENT_DAYS, LONGEST_TERM_MONTHS, Method, PriceRule
from renewals.core.condition_parse import read_condition
from renewals.core.conditions import Answer, Condition, Evidence, Facts, evaluate
from renewals.core.problems import Problem
from renewals.core.reading import Reader

BAD = "E-OFF-12"
MILESTONES = "milestones"
NUMBERS = ("percent", "unit_price", "discount_percent", "included_units", "base_percent")
CAPABILITIES = ("scale", "level", "adjust_terms", "early", "multi_year", "add_product", "service", "pause")
"""What an offer can do for an account; a playbook or a decision tree asks for one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDefinition:
    """A published or drafted offer. Validity is inclusive, None without an end; `terms` are sentences for the paper.

    `units_from` is what counts the units of a year, empty where a person types them.
    """

    key: str
    name: str
    value_proposition: str
    eligibility: Condition | None
    capabilities: tuple[str, ...]
    rule: PriceRule
    units_from: str
    term_months: int
    payment_days: int
    terms: tuple[str, ...]
    valid_from: date | None
    valid_until: date | None
    owner_role: str
    approval_level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """Whether an offer may be made to a renewal, with what decided it; an unknown fact never makes it eligible."""

    answer: Answer
    is_in_time: bool
    evidence: tuple[Evidence, ...]

    @property
    def may_be_made(self) -> bool:
        """Answer whether it may be made today."""
        return self.answer is Answer.YES and self.is_in_time


def eligibility_of(offer: OfferDefinition, facts: Facts, *, today: date) -> Eligibility:
    """Return whether the offer may be made to a renewal with these facts today."""
    finding = evaluate(offer.eligibility, facts)
    has_begun = offer.valid_from is None or offer.valid_from <= today
    is_over = offer.valid_until is not None and offer.valid_until < today
    return Eligibility(answer=finding.answer, is_in_time=has_begun and not is_over, evidence=finding.evidence)


def read_offer(table: Mapping[str, object]) -> tuple[OfferDefinition, tuple[Problem, ...]]:
    """Return an offer and its problems; with an error among them it must not be published."""
    problems: list[Problem] = []
    reader = Reader(table, "offer", problems)
    made = OfferDefinition(
        key=reader.text("key", longest=60),
        name=reader.text("name", longest=120),
        value_proposition=reader.text("value_proposition", longest=600),
        eligibility=read_condition(reader, "eligibility", facts=OFFER_FIELDS),
        capabilities=_capabilities(reader),
        rule=_rule(price := reader.child("price")),
        units_from=_units_from(price),
        term_months=reader.whole("term_months", default=12, least=1, most=LONGEST_TERM_MONTHS),
        payment_days=reader.whole("payment_days", default=30, least=0, most=LONGEST_PAYMENT_DAYS),
        terms=reader.texts("terms"),
        valid_from=_day(reader, "valid_from"),
        valid_until=_day(reader, "valid_until"),
        owner_role=reader.text("owner_role", required=False),
        approval_level=reader.text("approval_level", required=False),
    )
    if made.valid_from and made.valid_until and made.valid_until < made.valid_from:
        reader.tell(BAD, "It ends before it begins.", "Move one of the dates.", name="valid_until")
    reader.finish()
    return made, tuple(problems)


def _capabilities(reader: Reader) -> tuple[str, ...]:
    found = reader.texts("capabilities")
    for word in found:
        if word not in CAPABILITIES:
            reader.tell(BAD, f"'{word}' is not known.", f"One of: {', '.join(CAPABILITIES)}.", name="capabilities")
    return found


def _rule(reader: Reader) -> PriceRule:
    method = reader.choice("method", Method) or Method.SAME
    found = {name: reader.number(name) if reader.has(name) else None for name in NUMBERS}
    if method in (Method.USAGE, Method.OUTCOME) and found["unit_price"] is None:
        reader.tell(BAD, "The price of a unit is missing.", "Give unit_price.", name="unit_price")
    try:
        return PriceRule(
            method=method,
            percent=found["percent"],
            unit_price=found["unit_price"],
            discount_percent=found["discount_percent"] or Decimal(0),
            included_units=found["included_units"] or Decimal(0),
            base_percent=found["base_percent"] or Decimal(0),
        )
    except PriceNotPossible as error:
        reader.tell(BAD, error.what, error.remedy)
        return PriceRule(method=method)


def _units_from(reader: Reader) -> str:
    """What counts the units of a year: a kind of usage signal, or the milestones that the account confirmed."""
    found = reader.text("units_from", required=False, longest=60)
    if found and found != MILESTONES and not found.startswith("usage."):
        reader.tell(BAD, f"Nothing counts '{found}'.", f"A kind of usage, or '{MILESTONES}'.", name="units_from")
    reader.finish()
    return found


def _day(reader: Reader, name: str) -> date | None:
    value = reader.raw(name)
    if value is None or value == "":
        return None
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        reader.tell(BAD, f"'{value}' is no date.", "Write it as 2027-03-31.", name=name)
        return None
