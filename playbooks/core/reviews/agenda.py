"""What stands on an agenda and why: rules over subjects, one item per subject, what was carried over never left out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from playbooks.core.reviews.rules import About, AgendaRule, KindRules
from renewals.core.conditions import Answer, FactValue, deciding, evaluate

CARRIED = "carried"
ORDER = tuple(About)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Something that may come up. `weight_amount` orders and is held against `least_amount`; None: not known."""

    key: str
    about: About
    facts: Mapping[str, FactValue]
    weight_amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedItem:
    """An item that an earlier review of the series left open, how often it was carried before, and since when."""

    key: str
    about: About
    item_id: int
    age: int
    first_on: date
    weight_amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A rule that raised an item, and the facts that decided it as they were."""

    rule: str
    inputs: tuple[tuple[str, FactValue], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaItem:
    """One item; `carried` is where it comes from, None when it is new."""

    key: str
    about: About
    why: tuple[Why, ...]
    weight_amount: Decimal | None
    carried: CarriedItem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The items in the order of the meeting, and how many more the rules raised than it has room for."""

    items: tuple[AgendaItem, ...]
    left_out: int


def build_agenda(
    kind: KindRules,
    subjects: Iterable[Subject],
    carried: Iterable[CarriedItem],
    *,
    least_amount: Decimal | None = None,
) -> Agenda:
    """Return the agenda: all that was carried, and of the rest the weightiest up to `kind.most`.

    `least_amount` replaces that of every rule which has one. A subject that no rule raises is left out unless carried.
    """
    earlier = {item.key: item for item in carried}
    raised = {subject.key: (subject, raised_by(kind.rules, subject, least_amount)) for subject in subjects}
    items = [
        AgendaItem(
            key=key, about=subject.about, why=why, weight_amount=subject.weight_amount, carried=earlier.pop(key, None)
        )
        for key, (subject, why) in raised.items()
        if why
    ]
    left = [_only_carried(item, raised.get(item.key)) for item in earlier.values()]
    old = [item for item in items if item.carried is not None] + left
    fresh = sorted((item for item in items if item.carried is None), key=_place)
    return Agenda(items=tuple(sorted(old + fresh[: kind.most], key=_place)), left_out=max(0, len(fresh) - kind.most))


def raised_by(rules: Iterable[AgendaRule], subject: Subject, least_amount: Decimal | None) -> tuple[Why, ...]:
    """Return the rules that raise a subject, in their order. What is not known raises nothing."""
    fitting = (rule for rule in rules if rule.about is subject.about and _is_enough(rule, subject, least_amount))
    return tuple(
        Why(rule=rule.key, inputs=_inputs(rule, subject))
        for rule in fitting
        if evaluate(rule.when, subject.facts).answer is Answer.YES
    )


def _is_enough(rule: AgendaRule, subject: Subject, least_amount: Decimal | None) -> bool:
    """An amount that is not known is not below anything."""
    if rule.least_amount is None or subject.weight_amount is None:
        return True
    return subject.weight_amount >= (rule.least_amount if least_amount is None else least_amount)


def _inputs(rule: AgendaRule, subject: Subject) -> tuple[tuple[str, FactValue], ...]:
    seen = {each.evidence.field: each.evidence.found for each in deciding(rule.when, subject.facts)}
    return tuple(seen.items())


def _only_carried(item: CarriedItem, found: tuple[Subject, tuple[Why, ...]] | None) -> AgendaItem:
    weight = found[0].weight_amount if found else item.weight_amount
    return AgendaItem(key=item.key, about=item.about, why=(), weight_amount=weight, carried=item)


def _place(item: AgendaItem) -> tuple[int, int, Decimal, str]:
    """Decisions, figures, renewals, losses; of each what weighs most first, what has no known weight last."""
    weight = item.weight_amount
    return (ORDER.index(item.about), int(weight is None), -(weight or Decimal(0)), item.key)
