"""Render the message of a step: plain words for the catalogue's names, then the core's template language."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from email.utils import parseaddr
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from babel.dates import format_date
from babel.numbers import get_currency_precision
from django.conf import settings

from offers.queries.sending import OpenLink
from playbooks.core.definition import Step
from playbooks.core.messages import MessageValue, RenderedMessage, RenderProblem, fill_text, names_in, render_message
from playbooks.queries.case_facts import StepCase
from playbooks.queries.people import Addressee
from playbooks.queries.survey_links import survey_url
from playbooks.queries.told import compared
from playbooks.queries.unsubscribe_links import unsubscribe_url
from renewals.core.dates import local_date, term_months

LANGUAGE = "en_GB"
WORTH_SAYING_DEPTH = 0.5
WORTH_SAYING_VELOCITY = 0.01


def sending_domain() -> str:
    """Return the domain of our own address, which Message-IDs are made at."""
    return _domain_of(settings.DEFAULT_FROM_EMAIL)


@lru_cache(maxsize=16)
def _domain_of(address: str) -> str:
    return parseaddr(address)[1].rpartition("@")[2] or "localhost"


@dataclass(frozen=True, slots=True)
class _About:
    """What a value is told of: the case on its local day, the person addressed, the step that writes."""

    case: StepCase
    words: Mapping[str, Any]
    today: date
    contact_id: int
    step: Step | None

    @property
    def measures(self) -> Mapping[str, float]:
        return self.words["known"].measures

    @property
    def person(self) -> Addressee:
        return self.case.addressees[self.contact_id]


def render_step_message(case: StepCase, step: Step, *, contact_id: int) -> RenderedMessage | RenderProblem:
    """Return the step's message to a contact, or why it cannot be written without a hole."""
    template = case.templates.get(step.template)
    if template is None:
        return RenderProblem(code="E-CAD-10", what=f"Template '{step.template}' is not part of {case.rule_version}.")
    about = _about(case, contact_id, step)
    return render_message(template, _told_of(about, names_in(template.subject, template.body)))


def fill_in(case: StepCase, text: str) -> str:
    """Return an instruction with what is on record about the account filled in."""
    return fill_text(text, _told_of(_about(case), names_in(text) & ACCOUNT_VALUES.keys()))


def message_values(case: StepCase, *, contact_id: int, step: Step | None = None) -> dict[str, MessageValue]:
    """Return what is on record for a message, formatted for people; what is not known stays out."""
    return _told_of(_about(case, contact_id, step), _VALUES)


def account_values(case: StepCase) -> dict[str, MessageValue]:
    """Return what is on record about an account and its renewal, whoever reads it."""
    return _told_of(_about(case), ACCOUNT_VALUES)


def _about(case: StepCase, contact_id: int = 0, step: Step | None = None) -> _About:
    return _About(case, case.words, local_date(case.words["now"], case.plan.zone.name), contact_id, step)


def _told_of(about: _About, names: Iterable[str]) -> dict[str, MessageValue]:
    return {name: _VALUES[name](about) for name in names if name in _VALUES}


NOTHING_ON_RECORD = "We have no measured outcome on record yet; tell us what has changed for you."


def recap(milestones: tuple[str, ...], stood_out: str | None) -> tuple[str, ...]:
    """Return what has come of an agreement, one line each; a line that says so when nothing is on record."""
    return (*milestones, *((stood_out,) if stood_out else ())) or (NOTHING_ON_RECORD,)


def _decide_by(words: Mapping[str, Any], today: date) -> date:
    ahead = [day for day in (words["notice_on"], words["renewal_on"]) if day is not None and day >= today]
    return min(ahead, default=words["renewal_on"])


def _milestones(words: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{name} ({_day(on)})" for name, on in words["known"].milestones)


def _benchmark(about: _About) -> str | None:
    usual = about.words["told"].usual.get(about.words["segment"])
    return compared(about.measures.get("usage_depth"), usual, day=_day(usual.as_of) or "") if usual else None


def _proposed(about: _About) -> OpenLink | None:
    return (about.words["told"].proposals or {}).get(about.case.renewal_id)


def _proposed_amount(about: _About) -> str | None:
    link = _proposed(about)
    return amount_text(link.amount, link.currency) if link else None


def _survey_url(about: _About) -> str | None:
    if about.step is None or about.step.survey is None:
        return None
    case = about.case
    return survey_url(workspace_id=case.plan.workspace_id, contact_id=about.contact_id, step_run_id=case.step_run_id)


def _end_action(words: Mapping[str, Any]) -> str | None:
    if words["is_auto_renewing"] is None:
        return None
    return "renews by itself" if words["is_auto_renewing"] else "ends"


def highlight(measures: Mapping[str, float]) -> str | None:
    """Say what stands out in use, only where it is a reason to stay: half of the seats, or rising use."""
    depth, velocity = measures.get("usage_depth"), measures.get("usage_velocity")
    if depth is not None and depth >= WORTH_SAYING_DEPTH:
        return f"{depth:.0%} of the seats you pay for were active lately"
    if velocity is not None and velocity >= WORTH_SAYING_VELOCITY:
        return f"use has risen by {velocity:.0%} a week lately"
    features = adoption(measures)
    return f"{features} features are in use" if features else None


def adoption(measures: Mapping[str, float]) -> str | None:
    """Return how many features are in use, None while nobody counted any."""
    features = measures.get("feature_adoption")
    return f"{features:.0f}" if features is not None and features >= 1 else None


SAID_REASONS: Mapping[str, str] = {
    "usage_depth": "{:.0%} of the seats you pay for are in use",
    "usage_velocity": "use changes by {:+.0%} a week",
    "backlog_resolution": "{:.0%} of your tickets are resolved",
    "payment_timeliness": "{:.0%} of the invoices are paid in time",
    "feature_adoption": "{:.0f} features are in use",
}
"""Reasons of the health score that are facts about them and may be said to them, worst or best first as scored."""


def health_reason(stored: str | None) -> str | None:
    """Return the first reason of the score that may be said to the account, None when it has none such."""
    for item in json.loads(stored) if stored else ():
        words, value = SAID_REASONS.get(item.get("key", "")), item.get("value")
        if words is not None and isinstance(value, int | float):
            return words.format(value)
    return None


def booking_page(url: str, *, owner: str) -> str:
    """Return where to book a meeting with the owner: the workspace's page, with the owner's address where it asks."""
    return url.replace("{owner}", quote(owner, safe="@"))


def _months(months: int | None) -> str | None:
    return f"{months} month{'s' if months > 1 else ''}" if months else None


def _options(words: Mapping[str, Any], today: date, amount: str) -> tuple[str, ...]:
    """What the contract leaves open, one line each: to renew as proposed, or to end it while that can still be said."""
    term = _months(words["renewal_months"])
    renew = f"Renew for {term} at {amount}" if term else f"Renew at {amount}"
    notice_on = words["notice_on"]
    end = f"Let it end: tell us by {_day(notice_on)}" if notice_on is not None and notice_on >= today else ""
    return (renew, end) if end else (renew,)


@lru_cache(maxsize=4096)
def _day(day: date | None) -> str | None:
    return format_date(day, format="d MMMM yyyy", locale=LANGUAGE) if day else None


def _money(words: Mapping[str, object]) -> str:
    return amount_text(Decimal(str(words["amount"])), str(words["currency"]))


def amount_text(amount: Decimal, currency: str) -> str:
    """Return an amount as messages print it: code, groups of three, and as many decimals as the currency has."""
    sign = "-" if amount.is_signed() else ""
    return f"{sign}{currency} {abs(amount):,.{_decimals(currency)}f}"


@lru_cache(maxsize=512)
def _decimals(currency: str) -> int:
    return get_currency_precision(currency)


def _term(words: Mapping[str, Any]) -> str | None:
    if words["term_starts_on"] is None or words["term_ends_on"] is None:
        return None
    return _months(term_months(words["term_starts_on"], words["term_ends_on"]))


def _notice(words: Mapping[str, object]) -> str | None:
    return f"{words['notice_period']} {str(words['notice_unit']).replace('_', ' ')}" if words["notice_period"] else None


ACCOUNT_VALUES: Mapping[str, Callable[[_About], MessageValue]] = {
    "account.name": lambda it: it.words["account_name"],
    "account.segment": lambda it: it.words["segment"] or None,
    "account.industry": lambda it: it.words["industry"] or None,
    "account.sponsor_name": lambda it: it.case.facts.their_sponsor or None,
    "sponsor.name": lambda it: it.case.facts.our_sponsor or None,
    "owner.name": lambda it: it.words["owner_name"] or None,
    "owner.first_name": lambda it: it.words["owner_name"].split(" ")[0] or None,
    "owner.email": lambda it: it.words["owner_email"],
    "workspace.name": lambda it: it.words["workspace_name"],
    "workspace.postal_address": lambda it: it.words["postal_address"] or None,
    "meeting.url": lambda it: booking_page(it.words["booking_url"], owner=it.words["owner_email"]) or None,
    "meeting.date": lambda it: _day(it.words["told"].meetings.get(it.case.renewal_id)),
    "resources.url": lambda it: it.words["resources_url"] or None,
    "health.reason": lambda it: health_reason(it.words["health_reasons"]),
    "renewal.term": lambda it: _months(it.words["renewal_months"]),
    "renewal.options": lambda it: _options(it.words, it.today, _money(it.words)),
    "renewal.due_date": lambda it: _day(it.words["renewal_on"]),
    "renewal.notice_date": lambda it: _day(it.words["notice_on"]),
    "renewal.decide_by": lambda it: _day(_decide_by(it.words, it.today)),
    "renewal.days_left": lambda it: (it.words["renewal_on"] - it.today).days,
    "renewal.amount": lambda it: _money(it.words),
    "contract.name": lambda it: it.words["contract_name"] or None,
    "contract.term": lambda it: _term(it.words),
    "contract.start_date": lambda it: _day(it.words["term_starts_on"]),
    "contract.end_date": lambda it: _day(it.words["term_ends_on"]),
    "contract.notice_period": lambda it: _notice(it.words),
    "contract.end_action": lambda it: _end_action(it.words),
    "usage.highlight": lambda it: highlight(it.measures),
    "usage.active_users": lambda it: it.words["told"].active_people.get(it.case.account_id),
    "usage.unused_feature": lambda it: it.words["told"].unused.get(it.case.account_id),
    "usage.adoption": lambda it: adoption(it.measures),
    "benchmark.summary": _benchmark,
    "value.milestones": lambda it: _milestones(it.words),
    "value.recap": lambda it: recap(_milestones(it.words), highlight(it.measures)),
    "value.roi": lambda it: it.words["known"].proof or None,
    "value.goal": lambda it: it.words["known"].next_goal or None,
    "proposal.url": lambda it: link.url if (link := _proposed(it)) else None,
    "proposal.amount": _proposed_amount,
    "proposal.term": lambda it: _months(link.months) if (link := _proposed(it)) else None,
    "proposal.valid_until": lambda it: _day(link.valid_until) if (link := _proposed(it)) else None,
}
"""What is on record about an account and its renewal. Each value is made only where a text names it."""

_VALUES: Mapping[str, Callable[[_About], MessageValue]] = {
    **ACCOUNT_VALUES,
    "contact.first_name": lambda it: it.person.name.split(" ")[0] or None,
    "contact.full_name": lambda it: it.person.name or None,
    "contact.title": lambda it: it.person.title or None,
    "unsubscribe.url": lambda it: unsubscribe_url(workspace_id=it.case.plan.workspace_id, contact_id=it.contact_id),
    "renewal.documents": lambda it: (it.step.documents or None) if it.step else None,
    "survey.question": lambda it: it.step.survey.question if it.step and it.step.survey else None,
    "survey.url": _survey_url,
}
