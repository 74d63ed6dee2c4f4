"""The published catalogue of what a message may mention. Values arrive as plain text, already formatted for people."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

MessageValue = str | int | Decimal | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One name a template may use; a list is looped over, everything else is printed."""

    name: str
    meaning: str
    sample: MessageValue

    @property
    def is_list(self) -> bool:
        """Answer whether the value is a list of texts."""
        return isinstance(self.sample, tuple)


def _variable(name: str, meaning: str, sample: MessageValue) -> Variable:
    return Variable(name=name, meaning=meaning, sample=sample)


_CATALOGUE = (
    _variable("account.name", "name of the account", "Acme Robotics"),
    _variable("account.segment", "key of the segment, to choose words by: strategic, mid_market, small", "mid_market"),
    _variable("account.industry", "industry of the account", "manufacturing"),
    _variable("account.sponsor_name", "executive sponsor at the account", "Dana Whitfield"),
    _variable("contact.first_name", "first name of the person addressed", "Alex"),
    _variable("contact.full_name", "full name of the person addressed", "Alex Moreau"),
    _variable("contact.title", "job title of the person addressed", "Head of Operations"),
    _variable("owner.name", "full name of the renewal's owner", "Jordan Lee"),
    _variable("owner.first_name", "first name of the renewal's owner", "Jordan"),
    _variable("owner.email", "e-mail address of the renewal's owner", "jordan@example.com"),
    _variable("owner.title", "job title of the renewal's owner", "Customer Success Manager"),
    _variable("sponsor.name", "our executive sponsor of the account", "Priya Nair"),
    _variable("workspace.name", "name of our company", "Northwind Software"),
    _variable("workspace.postal_address", "our postal address", "1 Harbour Street, Dublin"),
    _variable("unsubscribe.url", "address that stops messages of this class", "https://example.com/u/abc"),
    _variable("renewal.due_date", "the day the renewal is due", "31 March 2027"),
    _variable("renewal.notice_date", "the last day to give notice", "30 January 2027"),
    _variable("renewal.decide_by", "the earlier of notice and due date still ahead", "30 January 2027"),
    _variable("renewal.days_left", "whole days until the renewal is due", 60),
    _variable("renewal.amount", "renewal amount with its currency", "EUR 48,000.00"),
    _variable("renewal.term", "term proposed for the renewal", "12 months"),
    _variable("renewal.options", "options to choose from, one line each", ("12 months as today", "24 months")),
    _variable("renewal.documents", "documents we still need, one line each", ("Purchase order",)),
    _variable("contract.name", "name of the agreement", "Platform agreement PA-104"),
    _variable("contract.term", "length of the running term", "12 months"),
    _variable("contract.start_date", "first day of the running term", "1 April 2026"),
    _variable("contract.end_date", "last day of the running term", "31 March 2027"),
    _variable("contract.notice_period", "notice period as written in the contract", "60 days"),
    _variable("contract.end_action", "what happens at the end unless somebody acts", "renews for 12 months"),
    _variable("usage.highlight", "one sentence on what stood out in usage", "Weekly active users grew from 40 to 65"),
    _variable("usage.active_users", "people active on a usual day of the last 30", 65),
    _variable("usage.adoption", "how many features are in use", "12"),
    _variable(
        "usage.unused_feature",
        "a feature most similar accounts use and this one does not, within 90 days",
        "Scheduled reports",
    ),
    _variable(
        "value.milestones", "success milestones reached, with evidence", ("Month-end close cut from 6 to 3 days",)
    ),
    _variable(
        "value.recap",
        "what has come of the agreement, from the account's own data; says so when nothing is on record",
        ("Month-end close cut from 6 to 3 days (4 May 2026)",),
    ),
    _variable("value.roi", "measured return, as a sentence", "14 hours saved per week in the finance team"),
    _variable("value.goal", "what the account wants to reach next", "One reporting process for all plants"),
    _variable(
        "benchmark.summary",
        "seats in use against the median of similar accounts (8 or more), where it is at or above",
        "68% of your seats are in use; the median of 41 similar accounts is 55% (4 May 2026)",
    ),
    _variable("health.reason", "the main reason behind the health score", "two open high-priority tickets"),
    _variable("resources.url", "address of the self-serve renewal page", "https://example.com/renew"),
    _variable("survey.question", "the question of a survey step", "How likely are you to recommend us?"),
    _variable("survey.url", "address at which the survey is answered", "https://example.com/survey/abc"),
    _variable("proposal.url", "address at which the proposal is read and accepted", "https://example.com/proposal/abc"),
    _variable("proposal.amount", "proposed price a year with its currency", "EUR 48,000.00"),
    _variable("proposal.term", "proposed length of the next term", "12 months"),
    _variable("proposal.valid_until", "last day on which the proposal may be accepted", "31 January 2027"),
    _variable("meeting.url", "address to book a meeting with the owner", "https://example.com/meet/jordan"),
    _variable("meeting.date", "day of the next meeting that is arranged", "12 January 2027"),
)

VARIABLES: Mapping[str, Variable] = {variable.name: variable for variable in _CATALOGUE}


def sample_values() -> dict[str, MessageValue]:
    """Return the sample of every variable, for previews and tests; a new dictionary each time."""
    return {name: variable.sample for name, variable in VARIABLES.items()}
