"""Render the message of a step: plain words for the catalogue's names, then the core's template language."""

import json
from collections.abc import Mapping
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
from playbooks.core.messages import MessageValue, RenderedMessage, RenderProblem, fill_text, render_message
from playbooks.queries.case_facts import StepCase
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


def render_step_message(case: StepCase, step: Step, *, contact_id: int) -> RenderedMessage | RenderProblem:
    """Return the step's message to a contact, or why it cannot be written without a hole."""
    template = case.templates.get(step.template)
    if template is None:
        return RenderProblem(code="E-CAD-10", what=f"Template '{step.template}' is not part of {case.rule_version}.")
    return render_message(template, message_values(case, contact_id=contact_id, step=step))


def fill_in(case: StepCase, text: str) -> str:
    """Return an instruction with what is on record about the account filled in."""
    return fill_text(text, account_values(case))


def message_values(case: StepCase, *, contact_id: int, step: Step | None = None) -> dict[str, MessageValue]:
    """Return what is on record for a message, formatted for people; what is not known stays out."""
    person, workspace_id = case.addressees[contact_id], case.plan.workspace_id
    values = account_values(case) | {
        "contact.first_name": person.name.split(" ")[0] or None,
        "contact.full_name": person.name or None,
        "contact.title": person.title or None,
        "unsubscribe.url": unsubscribe_url(workspace_id=workspace_id, contact_id=contact_id),
    }
    if step is not None and step.documents:
        values["renewal.documents"] = step.documents
    if step is not None and step.survey is not None:
        values["survey.question"] = step.survey.question
        values["survey.url"] = survey_url(
            workspace_id=workspace_id, contact_id=contact_id, step_run_id=case.step_run_id
        )
    return values


def account_values(case: StepCase) -> dict[str, MessageValue]:
    """Return what is on record about an account and its renewal, whoever reads it."""
    words = case.words
    today = local_date(words["now"], case.plan.zone.name)
    amount, milestones, stood_out = _money(words), _milestones(words), highlight(words["known"].measures)
    return {
        "account.name": words["account_name"],
        "account.industry": words["industry"] or None,
        "account.sponsor_name": case.facts.their_sponsor or None,
        "sponsor.name": case.facts.our_sponsor or None,
        "owner.name": words["owner_name"] or None,
        "owner.first_name": words["owner_name"].split(" ")[0] or None,
        "owner.email": words["owner_email"],
        "workspace.name": words["workspace_name"],
        "workspace.postal_address": words["postal_address"] or None,
        "meeting.url": booking_page(words["booking_url"], owner=words["owner_email"]) or None,
        "resources.url": words["resources_url"] or None,
        "health.reason": health_reason(words["health_reasons"]),
        "renewal.term": _months(words["renewal_months"]),
        "renewal.options": _options(words, today, amount),
        "renewal.due_date": _day(words["renewal_on"]),
        "renewal.notice_date": _day(words["notice_on"]),
        "renewal.decide_by": _day(_decide_by(words, today)),
        "renewal.days_left": (words["renewal_on"] - today).days,
        "renewal.amount": amount,
        "contract.name": words["contract_name"] or None,
        "contract.term": _term(words),
        "contract.start_date": _day(words["term_starts_on"]),
        "contract.end_date": _day(words["term_ends_on"]),
        "contract.notice_period": _notice(words),
        "contract.end_action": _end_action(words),
        "usage.highlight": stood_out,
        **_told(case),
        "usage.adoption": adoption(words["known"].measures),
        "value.milestones": milestones,
        "value.recap": recap(milestones, stood_out),
        "value.roi": words["known"].proof or None,
        "value.goal": words["known"].next_goal or None,
    }


NOTHING_ON_RECORD = "We have no measured outcome on record yet; tell us what has changed for you."


def recap(milestones: tuple[str, ...], stood_out: str | None) -> tuple[str, ...]:
    """Return what has come of an agreement, one line each; a line that says so when nothing is on record."""
    return (*milestones, *((stood_out,) if stood_out else ())) or (NOTHING_ON_RECORD,)


def _decide_by(words: Mapping[str, Any], today: date) -> date:
    ahead = [day for day in (words["notice_on"], words["renewal_on"]) if day is not None and day >= today]
    return min(ahead, default=words["renewal_on"])


def _milestones(words: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"{name} ({_day(on)})" for name, on in words["known"].milestones)


def _told(case: StepCase) -> dict[str, MessageValue]:
    """Return what is read for the messages that ask for it alone."""
    told, own = case.words["told"], case.words["known"].measures.get("usage_depth")
    usual = told.usual.get(case.words["segment"])
    return {
        "usage.active_users": told.active_people.get(case.account_id),
        "usage.unused_feature": told.unused.get(case.account_id),
        "benchmark.summary": compared(own, usual, day=_day(usual.as_of) or "") if usual else None,
        "meeting.date": _day(told.meetings.get(case.renewal_id)),
        **_proposed((told.proposals or {}).get(case.renewal_id)),
    }


def _proposed(link: OpenLink | None) -> dict[str, MessageValue]:
    if link is None:
        return {}
    return {
        "proposal.url": link.url,
        "proposal.amount": amount_text(link.amount, link.currency),
        "proposal.term": _months(link.months),
        "proposal.valid_until": _day(link.valid_until),
    }


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
