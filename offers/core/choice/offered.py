"""Every offer for one renewal: what it is worth and what it would need, or why it is not for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from offers.core.approvals import Way, asking_for
from offers.core.choice.effects import Effect, Trial, effect_of, prior_effect
from offers.core.choice.rules import ChoiceRules, most_discount
from offers.core.choice.value import Asked, Worth, worth_of
from offers.core.errors import PriceNotPossible
from offers.core.judging import Basis, Judged, at_home, judge
from offers.core.library import OfferDefinition, eligibility_of
from offers.core.policy import Policy
from offers.core.pricing import LineFacts, Wish
from renewals.core.conditions import Answer, Deciding, deciding
from renewals.core.errors import RateMissing

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """A renewal as offers are chosen for it: what its price is made from, its owner's role, the trials there were.

    `counted` are its lines with the units of a year, by what counts them; an offer that counts otherwise has none.
    """

    basis: Basis
    policy: Policy
    rules: ChoiceRules
    trials: tuple[Trial, ...] = ()
    counted: Mapping[str, tuple[LineFacts, ...]] = field(default_factory=dict)

    @property
    def segment(self) -> str:
        """Return the segment of the account, "" where it is not known."""
        return str(self.basis.facts.get("account.segment") or "")

    @property
    def renews(self) -> float | None:
        """Return the chance of renewing without any offer, None where nobody has scored it."""
        lost = self.basis.facts.get("risk.loss_probability")
        return 1.0 - float(lost) if isinstance(lost, int | float | Decimal) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One offer for one renewal. `why` is "" for one that may be chosen, else why not; then worth is None.

    `grounds` are the conditions that make it theirs or keep it away, `level` the level it would need, "" for none.
    """

    offer: OfferDefinition
    why: str
    grounds: tuple[Deciding, ...] = ()
    judged: Judged | None = None
    way: Way | None = None
    level: str = ""
    effect: Effect | None = None
    worth: Worth | None = None
    discount_percent: Decimal = Decimal(0)
    is_beyond_bound: bool = False


def choices_of(situation: Situation, offers: Iterable[OfferDefinition]) -> tuple[Choice, ...]:
    """Return every offer, the most valuable first, those that are not for them at the end by name."""
    found = [_choice(situation, offer) for offer in offers]
    worth = sorted((each for each in found if each.worth), key=lambda each: (-_value(each), each.offer.key))
    return (*worth, *sorted((each for each in found if not each.worth), key=lambda each: each.offer.name))


def _value(choice: Choice) -> Decimal:
    return choice.worth.value if choice.worth else Decimal(0)


def _choice(situation: Situation, offer: OfferDefinition) -> Choice:
    basis = situation.basis
    found = eligibility_of(offer, basis.facts, today=basis.on)
    if not found.is_in_time:
        return Choice(offer=offer, why="not_in_time")
    if found.answer is not Answer.YES:
        why = "not_eligible" if found.answer is Answer.NO else "not_known"
        return Choice(offer=offer, why=why, grounds=deciding(offer.eligibility, basis.facts))
    try:
        wish = Wish(term_months=offer.term_months, payment_days=offer.payment_days)
        lines = situation.counted.get(offer.units_from, basis.lines)
        judged = judge(replace(basis, lines=lines), situation.policy, wish, offer)
    except PriceNotPossible:
        return Choice(offer=offer, why="no_price")
    except RateMissing:
        return Choice(offer=offer, why="no_rate")
    return _judged(situation, offer, judged)


def _judged(situation: Situation, offer: OfferDefinition, judged: Judged) -> Choice:
    basis, renews = situation.basis, situation.renews
    asking = asking_for(situation.policy, judged.verdict, approved=None, role=basis.role)
    if asking.way is Way.REFUSED:
        return Choice(offer=offer, why="refused", judged=judged, way=asking.way)
    policy, net = at_home(basis, judged.price.policy), at_home(basis, judged.price.net)
    if renews is None or policy is None or net is None:
        return Choice(offer=offer, why="no_risk" if renews is None else "no_rate", judged=judged, way=asking.way)
    relief = (policy.amount - net.amount) / policy.amount if policy.amount else Decimal(0)
    prior = prior_effect(offer.capabilities, float(relief), situation.rules)
    effect = effect_of(prior, situation.trials, offer=offer.key, segment=situation.segment, rules=situation.rules)
    percent = max(Decimal(0), relief * HUNDRED)
    bound = most_discount(situation.rules, role=basis.role, segment=situation.segment)
    return Choice(
        offer=offer,
        why="",
        grounds=deciding(offer.eligibility, basis.facts),
        judged=judged,
        way=asking.way,
        level=situation.policy.level(asking.level).name if asking.way is Way.ASK else "",
        effect=effect,
        worth=worth_of(
            Asked(
                policy=policy.amount,
                net=net.amount,
                term_months=offer.term_months,
                tasks=_tasks(offer, situation.rules),
            ),
            renews=renews,
            effect=effect,
            rules=situation.rules,
        ),
        discount_percent=percent,
        is_beyond_bound=percent > bound,
    )


def _tasks(offer: OfferDefinition, rules: ChoiceRules) -> int:
    known = (rules.capabilities[word].tasks for word in offer.capabilities if word in rules.capabilities)
    return max(known, default=1)
