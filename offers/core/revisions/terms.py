"""What a revision makes of one term that ends: its new prices, by when we announce them, or why it is left out.

The first reason of one ordered list decides. What the contract agreed goes first, as in every price.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from offers.core.errors import PriceNotPossible
from offers.core.pricing import AgreedPrice, LineFacts, LinePrice, Wish, price_line
from offers.core.revisions.definition import Revision, RevisionRule
from renewals.core.money import Money, total

NO_WISH = Wish()
REASONS = (
    "left_out",
    "closed",
    "open_ended",
    "runs_on",
    "revised_already",
    "at_risk",
    "overdue",
    "in_talks",
    "deadline_past",
    "no_list_price",
    "no_change",
    "beyond_policy",
)
"""Why a term is left out, in the order in which they are asked; the last is asked of the policy, not of the term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A term of the book. `ends_on` None: open-ended. `notice_on` is the account's last day to leave, None: no rule.

    `lines` are those that last until the end; `products` None in the filter means every line is revised.
    """

    contract_id: int
    term_number: int
    currency: str
    ends_on: date | None
    notice_on: date | None = None
    lines: tuple[LineFacts, ...]
    agreed: AgreedPrice
    is_closed: bool = False
    is_revised: bool = False
    is_at_risk: bool = False
    is_overdue: bool = False
    is_in_talks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedLine:
    """One line, old and new; `rule` names what made the new price (capped by the contract among it)."""

    key: str
    name: str
    old: Money
    new: Money
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisedTerm:
    """A term with its new prices; `reason` says why it is left out, empty: it takes part.

    `announce_on` is our last day to announce it; None where the term has no end.
    """

    contract_id: int
    term_number: int
    lines: tuple[RevisedLine, ...]
    old: Money
    new: Money
    announce_on: date | None
    reason: str = ""
    note: str = ""


def revised_term(candidate: Candidate, revision: Revision, *, today: date) -> RevisedTerm:
    """Return what the revision makes of a term today."""
    lines, lacks_list = _lines(candidate, revision)
    announce_on = announce_by(candidate, revision.rule)
    old = total((line.old for line in lines), currency=candidate.currency)
    new = total((line.new for line in lines), currency=candidate.currency)
    says = {
        "left_out": candidate.contract_id in revision.choices.left_out,
        "closed": candidate.is_closed,
        "open_ended": candidate.ends_on is None,
        "runs_on": candidate.ends_on is not None and candidate.ends_on > revision.book.ends_until,
        "revised_already": candidate.is_revised,
        "at_risk": candidate.is_at_risk and revision.choices.skips_at_risk,
        "overdue": candidate.is_overdue and revision.choices.skips_overdue,
        "in_talks": candidate.is_in_talks and revision.choices.skips_in_talks,
        "deadline_past": announce_on is not None and announce_on < today,
        "no_list_price": lacks_list,
        "no_change": all(line.old == line.new for line in lines),
    }
    reason = next((each for each in REASONS if says.get(each)), "")
    return RevisedTerm(
        contract_id=candidate.contract_id,
        term_number=candidate.term_number,
        lines=lines,
        old=old,
        new=new,
        announce_on=announce_on,
        reason=reason,
        note=revision.choices.left_out.get(candidate.contract_id, "") if reason == "left_out" else "",
    )


def announce_by(candidate: Candidate, rule: RevisionRule) -> date | None:
    """Return our last day to announce a new price: as many days before the account's notice deadline as the rule says.

    Without a notice rule the end of the term counts; None without an end.
    """
    last = candidate.notice_on or candidate.ends_on
    return None if last is None else last - timedelta(days=rule.lead_days)


def revised_price(line: LineFacts, rule: RevisionRule, agreed: AgreedPrice) -> LinePrice:
    """Return the new price of a line, the contract's price uplift and cap before the rule; raises PriceNotPossible."""
    return price_line(line, rule.price_rule, agreed=agreed, defaults=rule.defaults, wish=NO_WISH)


def _lines(candidate: Candidate, revision: Revision) -> tuple[tuple[RevisedLine, ...], bool]:
    """Return every line with its new price, lines of other products as they are; and whether a list price lacks."""
    made, lacks = [], False
    for line in candidate.lines:
        if revision.book.products and line.product not in revision.book.products:
            made.append(_same(line))
            continue
        try:
            price = revised_price(line, revision.rule, candidate.agreed)
        except PriceNotPossible:
            lacks = True
            made.append(_same(line))
        else:
            made.append(RevisedLine(key=line.key, name=line.name, old=_old(line), new=price.net, rule=price.rule))
    return tuple(made), lacks


def _same(line: LineFacts) -> RevisedLine:
    return RevisedLine(key=line.key, name=line.name, old=_old(line), new=_old(line), rule="same")


def _old(line: LineFacts) -> Money:
    return line.prior or Money(Decimal(0), line.currency)


def totals(terms: Iterable[RevisedTerm]) -> Mapping[str, tuple[Money, Money]]:
    """Return old and new of the terms that take part, by currency: sums of different currencies are never mixed."""
    found: dict[str, tuple[Money, Money]] = {}
    for term in terms:
        if term.reason:
            continue
        old, new = found.get(term.old.currency, (term.old.times(0), term.new.times(0)))
        found[term.old.currency] = (old + term.old, new + term.new)
    return dict(sorted(found.items()))
