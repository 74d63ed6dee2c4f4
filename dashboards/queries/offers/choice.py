"""The next best offers of a renewal: what each is worth and needs, and why the others are not for them."""

from dataclasses import dataclass

from dashboards.core.money import count_words, money_words, percent_words
from dashboards.core.offers.choice_words import WHY_NOT, chance_words, evidence_badge
from dashboards.core.rule_words import evidence_words
from dashboards.queries.asker import Asker
from dashboards.queries.offers.proposal import case_of, may_propose, proposal_address
from offers.core.approvals import Way
from offers.core.choice import Choice, is_held_out
from offers.queries.choice import choice_rules, weighed
from offers.queries.library import PublishedOffer, policy_in_force, published_offers
from renewals.core.errors import NamedError
from renewals.core.money import Money
from renewals.models import Account, Renewal
from renewals.queries.renewals import renewals_of

SHOWN = 3
HELD_OUT = "Held out: nothing is recommended here, so that the effect of offers can be measured against it."


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferLine:
    """An offer with what it is worth; `href` begins a proposal with it, empty for who may not."""

    name: str
    value: str
    is_worth: bool
    parts: tuple[tuple[str, str], ...]
    badge: str
    badge_tone: str
    way: str
    way_tone: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceCard:
    """The offers of a renewal; `others` are (name, why not)."""

    name: str
    offers: tuple[OfferLine, ...]
    others: tuple[tuple[str, str], ...]
    note: str
    policy: str
    years: int


def next_renewal(asker: Asker, row: Account) -> Renewal | None:
    """Return the open renewal of an account that comes up first and whose proposal the person may see."""
    for each in renewals_of(row.id):
        if each.closed_on is None and proposal_address(asker, each):
            return each
    return None


def choice_card(asker: Asker, row: Renewal) -> ChoiceCard:
    """Return every offer for an open renewal, the most valuable first."""
    rules, policy = choice_rules(), policy_in_force()
    note = HELD_OUT if is_held_out(row.account_id, rules) else ""
    found: tuple[tuple[PublishedOffer, Choice], ...] = ()
    try:
        offers = published_offers(is_active=True)
        found = weighed(case_of(asker, row), owner_id=row.owner_id, policy=policy, offers=offers, rules=rules)
    except NamedError as refusal:
        note = str(refusal)
    is_free = not note and may_propose(asker, row)
    good = [each for each in found if each[1].worth is not None]
    return ChoiceCard(
        name=f"{row.contract.name or row.contract.external_id} · term {row.term_number}",
        offers=() if note == HELD_OUT else tuple(_line(asker, row, each, is_free=is_free) for each in good[:SHOWN]),
        others=tuple((offer.offer.name, _why(choice)) for offer, choice in found if choice.worth is None)
        + tuple((offer.offer.name, "Worth less than those above") for offer, _ in good[SHOWN:]),
        note=note,
        policy=f"Policy {policy.policy.number}",
        years=rules.years,
    )


def _line(asker: Asker, row: Renewal, found: tuple[PublishedOffer, Choice], *, is_free: bool) -> OfferLine:
    offer, choice = found
    worth, effect = choice.worth, choice.effect
    if worth is None or effect is None:
        raise ValueError(f"{offer.offer.key} is not weighed")
    badge, tone = evidence_badge(effect.count, is_enough=effect.is_enough)
    currency = asker.workspace.currency
    amounts = (
        ("Keeps more", worth.kept) if worth.kept >= 0 else ("Keeps less", -worth.kept),
        ("Gives", worth.given) if worth.given >= 0 else ("Asks more", -worth.given),
        ("Costs", worth.cost),
    )
    way, way_tone = _way(choice)
    return OfferLine(
        name=offer.offer.name,
        value=money_words(Money(worth.value, currency)),
        is_worth=worth.value > 0,
        parts=(
            *((words, money_words(Money(amount, currency))) for words, amount in amounts),
            ("Bound for", count_words(offer.offer.term_months, "month")),
            ("Renews", chance_words(worth.before, worth.after, worth.likely)),
            ("Below policy price", percent_words(choice.discount_percent / 100, digits=1)),
            ("For them", _facts(choice) or "everybody"),
        ),
        badge=badge,
        badge_tone=tone,
        way=way,
        way_tone=way_tone,
        href=f"/renewals/{row.id}/proposal/?offer={offer.offer_id}" if is_free else "",
    )


def _way(choice: Choice) -> tuple[str, str]:
    if choice.way is Way.ASK:
        return f"Asked of: {choice.level}", "watch"
    return ("Own limit of its owner", "good") if choice.way is Way.OWN_LIMIT else ("Inside the policy", "good")


def _why(choice: Choice) -> str:
    """The sentence of the code, with the facts that fail."""
    facts = _facts(choice)
    return f"{WHY_NOT[choice.why]}: {facts}" if facts else WHY_NOT[choice.why]


def _facts(choice: Choice) -> str:
    """The facts that make an offer theirs, or keep it away."""
    return "; ".join(dict.fromkeys(evidence_words(each.evidence) for each in choice.grounds))
