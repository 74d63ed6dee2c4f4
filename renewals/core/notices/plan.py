"""Which notices a renewal has: their opt-out deadline, our reminders by clause or pack, our own non-renewal.

The same facts give the same notices; what the plan no longer holds is called off, never deleted.
"""

from dataclasses import dataclass
from datetime import date

from renewals.core.dates import BusinessCalendar, term_months
from renewals.core.errors import InvalidInput
from renewals.core.notices.rules import (
    JurisdictionPack,
    NoticeAnchor,
    NoticeChannel,
    NoticeCounts,
    NoticeKind,
    NoticeRule,
    Offset,
    PackQuestion,
    does_pack_apply,
    is_pack_undecided,
)
from renewals.core.notices.windows import NoticeWindow, window_of
from renewals.core.renewals import notice_date
from renewals.core.terms import EndAction, Term

CONTRACT = "contract"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeFacts:
    """What decides about the notices of one renewal: its term, where the account is, its clauses, the packs in use."""

    term: Term
    country: str
    region_code: str
    calendar: BusinessCalendar
    clauses: tuple[NoticeRule, ...] = ()
    packs: tuple[JurisdictionPack, ...] = ()
    wants_non_renewal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedNotice:
    """One notice with its rule and its days."""

    rule: NoticeRule
    window: NoticeWindow


def plan_notices(facts: NoticeFacts) -> tuple[PlannedNotice, ...]:
    """Return every notice of the renewal in the order of its last day; none for an open-ended term."""
    term = facts.term
    if term.ends_on is None:
        return ()
    found = [_planned(rule, facts) for rule in (*_contract_rules(facts), *_pack_rules(facts))]
    return tuple(sorted(found, key=lambda item: (item.window.closes_on, item.rule.kind, item.rule.key)))


def opt_out_deadline(term: Term, calendar: BusinessCalendar) -> date:
    """Return the last day on which the other side may end the contract; without a notice period the term's last day.

    Raises InvalidInput for an open-ended term.
    """
    if term.ends_on is None:
        raise InvalidInput(f"Term {term.number} is open-ended: it has no deadline.")
    return notice_date(term, calendar) or term.ends_on


def _contract_rules(facts: NoticeFacts) -> list[NoticeRule]:
    """Return the rules of the contract: clauses as recorded, else what its notice period says of either side."""
    written = {rule.kind for rule in facts.clauses}
    rules = [rule for rule in facts.clauses if rule.kind is not NoticeKind.NON_RENEWAL or facts.wants_non_renewal]
    if NoticeKind.OPT_OUT not in written:
        rules.append(_plain_rule(NoticeKind.OPT_OUT))
    if NoticeKind.NON_RENEWAL not in written and facts.wants_non_renewal:
        rules.append(_plain_rule(NoticeKind.NON_RENEWAL))
    return rules


def _plain_rule(kind: NoticeKind) -> NoticeRule:
    """The contract names a period and no more: any channel, and the careful reading that receipt decides for us."""
    is_ours = kind is NoticeKind.NON_RENEWAL
    return NoticeRule(
        key=CONTRACT,
        version=1,
        kind=kind,
        anchor=NoticeAnchor.OPT_OUT_DEADLINE,
        closes=Offset(count=0),
        counts=NoticeCounts.RECEIVED if is_ours else NoticeCounts.SENT,
        channels=tuple(NoticeChannel),
        delivery_days=3 if is_ours else 0,
        source="The notice period of the term.",
    )


def undecided_packs(facts: NoticeFacts) -> tuple[JurisdictionPack, ...]:
    """Return the packs in use that would concern the renewal in their region, while the account's is not known."""
    asked = _question(facts)
    return tuple(pack for pack in facts.packs if asked is not None and is_pack_undecided(pack, asked))


def _pack_rules(facts: NoticeFacts) -> list[NoticeRule]:
    asked = _question(facts)
    return [pack.rule for pack in facts.packs if asked is not None and does_pack_apply(pack, asked)]


def _question(facts: NoticeFacts) -> PackQuestion | None:
    term = facts.term
    if term.ends_on is None:
        return None
    return PackQuestion(
        country=facts.country,
        region=facts.region_code,
        renews_by_itself=term.is_auto_renewing or term.end_action is EndAction.RENEW,
        term_months=term_months(term.starts_on, term.ends_on),
        renewal_months=term.renewal_months,
    )


def _planned(rule: NoticeRule, facts: NoticeFacts) -> PlannedNotice:
    term = facts.term
    anchor_on = opt_out_deadline(term, facts.calendar)
    if rule.anchor is NoticeAnchor.TERM_END and term.ends_on is not None:
        anchor_on = term.ends_on
    window = window_of(rule, anchor_on=anchor_on, term_starts_on=term.starts_on, calendar=facts.calendar)
    return PlannedNotice(rule=rule, window=window)
