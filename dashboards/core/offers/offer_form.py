"""An offer as the inputs of a form with every problem at its input, and read back from what was typed, right or wrong.

Eligibility nested deeper than all or any of some lines is shown, and kept, as it is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboards.core.offers.words import CAPABILITIES, METHODS
from dashboards.core.playbooks.conditions import (
    MODES,
    SIGN_WORDS,
    ConditionForm,
    condition_form,
    fact_words,
    typed_condition,
)
from dashboards.core.wording import title
from offers.core.fields import OFFER_FIELDS
from renewals.core.problems import Problem
from renewals.core.roles import Role

Choices = tuple[tuple[str, str], ...]
SPARE_LINES = 2
ELIGIBILITY = "eligibility"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One thing an offer says: where it stands (`price.percent`), and how it is asked.

    `kind` is text, long, lines, whole, number, day, choice or many; `methods` are those a figure is for, empty: all.
    """

    path: str
    label: str
    kind: str = "text"
    help: str = ""
    choices: Choices = ()
    methods: tuple[str, ...] = ()
    is_optional: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A place with what it says now and what is wrong with it."""

    place: Place
    value: str
    chosen: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferForm:
    """The whole form; `general` are problems with no input of their own."""

    about: tuple[Input, ...]
    price: tuple[Input, ...]
    figures: tuple[Input, ...]
    terms: tuple[Input, ...]
    rules: tuple[Input, ...]
    condition: ConditionForm
    condition_problems: tuple[str, ...]
    general: tuple[str, ...]
    facts: Choices
    ops: Choices
    modes: Choices

    @property
    def inputs(self) -> tuple[Input, ...]:
        """Return every input."""
        return (*self.about, *self.price, *self.figures, *self.terms, *self.rules)


ROLES: Choices = (("", "nobody named"), *((role.value, title(role.value)) for role in Role))
ABOUT = (
    Place(path="name", label="Name", is_optional=False),
    Place(path="key", label="Key", help="What playbooks and files call it by; it stays.", is_optional=False),
    Place(path="value_proposition", label="What it is worth to them", kind="long", is_optional=False),
    Place(path="capabilities", label="What it can do", kind="many", choices=tuple(CAPABILITIES.items())),
)
PRICE = (Place(path="price.method", label="How its price is made", kind="choice", choices=tuple(METHODS.items())),)
UNITS = ("usage", "outcome")
FIGURES = (
    Place(
        path="price.percent",
        label="Price uplift in %",
        kind="number",
        help="Empty: the contract's, else the policy's.",
        methods=("uplift",),
    ),
    Place(path="price.unit_price", label="Price of a unit", kind="number", methods=UNITS, is_optional=False),
    Place(path="price.included_units", label="Units included", kind="number", methods=UNITS),
    Place(
        path="price.units_from",
        label="What counts the units of a year",
        kind="text",
        help="A kind of usage, such as usage.events, or milestones. Empty: a person types them.",
        methods=UNITS,
    ),
    Place(path="price.base_percent", label="Fixed part, % of the price before", kind="number", methods=UNITS),
    Place(path="price.discount_percent", label="Discount in %", kind="number"),
)
TERMS = (
    Place(path="term_months", label="Term in months", kind="whole"),
    Place(path="payment_days", label="Days to pay", kind="whole"),
    Place(path="terms", label="Terms, a sentence a line", kind="lines"),
    Place(path="valid_from", label="May be made from", kind="day"),
    Place(path="valid_until", label="Until", kind="day"),
)
OWNER = Place(path="owner_role", label="Who owns it", kind="choice", choices=ROLES)


def offer_form(
    content: Mapping[str, Any], problems: Iterable[Problem], *, levels: Choices, more: bool = False
) -> OfferForm:
    """Return the form of an offer; `levels` are the levels of approval, `more` asks for further empty lines."""
    told = _by_place(problems)
    method = str(_at(content, "price.method") or "same")
    level = Place(path="approval_level", label="Approval class", kind="choice", choices=(("", "none"), *levels))
    figures = tuple(each for each in FIGURES if not each.methods or method in each.methods)

    def inputs(places: Iterable[Place]) -> tuple[Input, ...]:
        return tuple(_input(place, content, told.pop(place.path, ())) for place in places)

    made = [inputs(each) for each in (ABOUT, PRICE, figures, TERMS, (OWNER, level))]
    condition_problems = told.pop(ELIGIBILITY, ())
    return OfferForm(
        about=made[0],
        price=made[1],
        figures=made[2],
        terms=made[3],
        rules=made[4],
        condition=condition_form(ELIGIBILITY, content.get(ELIGIBILITY), spare=SPARE_LINES + more * SPARE_LINES),
        condition_problems=condition_problems,
        general=tuple(text for texts in told.values() for text in texts),
        facts=tuple((name, f"{fact_words(name)}: {fact.meaning}") for name, fact in OFFER_FIELDS.items()),
        ops=tuple(SIGN_WORDS.items()),
        modes=MODES,
    )


def typed_offer(content: Mapping[str, Any], post: Mapping[str, str], many: Iterable[str]) -> dict[str, Any]:
    """Return the offer with what was typed; what the form did not show stays as it is.

    `post` gives the text of an input, `many` the ticks of what it can do. Figures of another method are dropped.
    """
    made = {**content, "price": dict(content.get("price") or {})}
    method = post.get("price.method", str(made["price"].get("method", "same")))
    for place in (*ABOUT, *PRICE, *FIGURES, *TERMS, OWNER, Place(path="approval_level", label="", kind="choice")):
        if place.methods and method not in place.methods:
            _put(made, place.path, None)
        elif place.kind == "many":
            made[place.path] = list(many)
        elif place.path in post:
            _put(made, place.path, _typed(place, post[place.path]))
    if any(name.startswith(f"{ELIGIBILITY}:") for name in post):
        _put(made, ELIGIBILITY, typed_condition(ELIGIBILITY, post))
    return made


def _input(place: Place, content: Mapping[str, Any], problems: tuple[str, ...]) -> Input:
    value = _at(content, place.path)
    is_list = isinstance(value, list | tuple)
    text = "\n".join(str(each) for each in value) if is_list else "" if value is None else str(value)
    return Input(
        place=place, value=text, chosen=tuple(map(str, value)) if is_list else (text,), problems=tuple(problems)
    )


def _by_place(problems: Iterable[Problem]) -> dict[str, tuple[str, ...]]:
    """Return the sentences of the problems by the path of what they are about."""
    known = {place.path for place in (*ABOUT, *PRICE, *FIGURES, *TERMS, OWNER)} | {"approval_level"}
    found: dict[str, tuple[str, ...]] = {}
    for each in problems:
        parts = each.where.split(", ")[1:]
        path = ".".join(parts[:2])
        key = path if path in known else parts[0] if parts and parts[0] in {*known, ELIGIBILITY} else ""
        found[key] = (*found.get(key, ()), _in_words(f"{each.what} {each.remedy}".strip(), key))
    return found


def _in_words(text: str, path: str) -> str:
    """Call a field by the name its input has."""
    labels = {place.path: place.label for place in (*ABOUT, *PRICE, *FIGURES, *TERMS, OWNER)}
    return text.replace(f"'{path.split('.')[-1]}'", f"'{labels.get(path, path)}'")


def _at(content: Mapping[str, Any], path: str) -> Any:
    value: Any = content
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _put(content: dict[str, Any], path: str, value: Any) -> None:
    """Set a place, or take it out for None."""
    *above, name = path.split(".")
    table = content[above[0]] if above else content
    if value is None:
        table.pop(name, None)
    else:
        table[name] = value


def _typed(place: Place, text: str) -> Any:
    plain = text.replace("\r\n", "\n").strip()
    if place.kind == "lines":
        return [line.strip() for line in plain.splitlines() if line.strip()]
    if not plain and place.kind in ("whole", "number", "day"):
        return None
    return _number(plain) if place.kind in ("whole", "number") else plain


def _number(text: str) -> int | float | str:
    """What is no number is kept as it was typed, to be told."""
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return int(number) if number == number.to_integral_value() else float(number)
