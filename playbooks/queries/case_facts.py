"""Turn one row of the step query into frozen facts: zone, calendar, contacts, conditions, the words of a message."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from offers.queries.sending import OpenLink
from playbooks.core.account_facts import AccountFacts, Rival
from playbooks.core.definition import Playbook, Step
from playbooks.core.facts import Blackout, ContactFacts, DoneStep, PlanFacts, SelectionFacts, StepFacts
from playbooks.core.guards import choose_contact
from playbooks.core.holdouts import arm_from
from playbooks.core.messages import MessageTemplate
from playbooks.core.states import EnrolmentState
from playbooks.core.vocabulary import AnchorKind, ContactRole, MessageClass, is_message
from playbooks.queries.definitions import PublishedVersion
from playbooks.queries.people import Addressee, PeopleAtAccounts
from renewals.core.conditions import Facts
from renewals.core.dates import ResolvedZone, add_months, local_date, resolve_zone, start_of_day
from renewals.queries.calendars import calendar_for
from renewals.queries.closed_days import ClosedFacts

LAST = 32_767


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCase:
    """One step of one enrolment with all that decides about it, and the names a message or a task needs."""

    step_run_id: int
    fence: int
    step_key: str
    kind: str
    due_at: datetime
    failures: int
    enrolment_id: int
    account_id: int
    renewal_id: int
    version_id: int
    rule_version: str
    definition: Playbook
    templates: Mapping[str, MessageTemplate]
    plan: PlanFacts
    facts: StepFacts
    planned_for: Mapping[str, str | None]
    owners: Mapping[str, int | None]
    words: Mapping[str, Any]
    addressees: Mapping[int, Addressee]
    round: int = 1
    is_goal_met: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A renewal that may enter a playbook, what day it is there, and by which zone's clock."""

    account_id: int
    today: date
    zone: str
    facts: SelectionFacts


_OWNERS = {
    "account": "account_owner_id",
    "renewal": "owner_id",
    "negotiator": "negotiator_id",
    "finaliser": "finaliser_id",
}


def contract_dates(plan: PlanFacts) -> dict[str, str | None]:
    """Return the dates a plan hangs on, as kept with the enrolment; a difference means the contract was moved."""
    return {
        "renewal_on": plan.renewal_on.isoformat(),
        "notice_on": plan.notice_on.isoformat() if plan.notice_on else None,
        "term_starts_on": plan.term_starts_on.isoformat(),
        "zone": plan.zone.name,
    }


def case_from_row(
    row: Mapping[str, Any],
    version: PublishedVersion,
    behind: tuple[DoneStep, ...],
    people: PeopleAtAccounts,
    *,
    now: datetime,
) -> StepCase:
    """Return the case of one row under its published version."""
    definition = version.definition
    zone = resolve_zone(account=row["account_zone"], owner=row["owner_zone"], workspace=row["workspace_zone"])
    contacts = _contacts(row, people, zone)
    roles, replied_at = frozenset(contact.role for contact in contacts), people.replies.get(row["account_id"])
    plan = _plan_facts(row, behind, zone, _condition_facts(row, roles, replied_at, now=now), now=now)
    facts = _step_facts(row, plan, definition, people, contacts, now=now)
    return StepCase(
        step_run_id=row["step_run_id"],
        fence=row["fence"],
        step_key=row["step_key"],
        kind=row["kind"],
        due_at=row["due_at"],
        failures=row["failures"],
        enrolment_id=row["enrolment_id"],
        account_id=row["account_id"],
        renewal_id=row["renewal_id"],
        version_id=row["version_id"],
        rule_version=version.rule_version,
        definition=definition,
        templates=version.templates,
        plan=plan,
        facts=facts,
        planned_for=json.loads(row["planned_for"]),
        owners={name: row[column] for name, column in _OWNERS.items()},
        words=_words(row, now=now),
        addressees=people.addressees,
        round=row["round"],
        is_goal_met=row["goal_met_at"] is not None,
    )


def candidate_from_row(row: Mapping[str, Any], people: PeopleAtAccounts, *, now: datetime) -> Candidate:
    """Return a renewal without enrolments as the facts of playbook selection, with its local day."""
    zone = resolve_zone(account=row["account_zone"], owner=row["owner_zone"], workspace=row["workspace_zone"])
    roles = frozenset(role for _, role in people.roles.get(row["account_id"], ()))
    facts = SelectionFacts(
        workspace_id=row["workspace_id"],
        renewal_id=row["renewal_id"],
        renewal_on=row["due_on"],
        is_renewal_open=row["closed_on"] is None,
        enrolled_occurrences=(),
        facts=_condition_facts(row, roles, people.replies.get(row["account_id"]), now=now),
    )
    return Candidate(account_id=row["account_id"], today=local_date(now, zone.name), zone=zone.name, facts=facts)


def _plan_facts(
    row: Mapping[str, Any], behind: tuple[DoneStep, ...], zone: ResolvedZone, facts: Facts, *, now: datetime
) -> PlanFacts:
    closed: ClosedFacts = row["closed"]
    return PlanFacts(
        workspace_id=row["workspace_id"],
        enrolment_id=row["enrolment_id"],
        started_at=row["started_at"],
        occurrence=row["occurrence"],
        renewal_on=row["due_on"],
        notice_on=row["notice_on"],
        term_starts_on=row["term_starts_on"] or add_months(row["due_on"], -12),
        zone=zone,
        calendar=closed.own.on(calendar_for(row["country"], around=local_date(now, zone.name)), row["country"]),
        blackouts=(*_blackouts(closed, row["account_id"]), *row["state"].pauses),
        done=behind,
        facts=facts,
        deviations=row["said"].deviations.get(row["enrolment_id"], {}),
        advanced=_advanced_by(row["advanced"], now=now),
    )


def _advanced_by(kept: str, *, now: datetime) -> Mapping[str, datetime]:
    """Return when steps were brought forward, as far as that had happened by `now`; most often none was."""
    if kept == "{}":
        return {}
    found = {key: datetime.fromisoformat(at) for key, at in json.loads(kept).items()}
    return {key: at for key, at in found.items() if at <= now}


def _blackouts(closed: ClosedFacts, account_id: int) -> tuple[Blackout, ...]:
    """The days the account or the whole workspace rests; which steps respect them is decided in `core.step_days`."""
    return tuple(
        Blackout(from_on=row.from_on, until_on=row.until_on, reason=row.reason) for row in closed.of(account_id)
    )


def _contacts(row: Mapping[str, Any], people: PeopleAtAccounts, zone: ResolvedZone) -> tuple[ContactFacts, ...]:
    there = people.contacts_of(row["account_id"], step_run_id=row["step_run_id"])
    return _asked_for(_with_absences(there, row, zone), row)


def _step_facts(
    row: Mapping[str, Any],
    plan: PlanFacts,
    definition: Playbook,
    people: PeopleAtAccounts,
    contacts: tuple[ContactFacts, ...],
    *,
    now: datetime,
) -> StepFacts:
    step = definition.find(row["step_key"])
    state, paused_until = EnrolmentState(row["enrolment_state"]), row["paused_until_at"]
    is_paused = state is EnrolmentState.PAUSED or (paused_until is not None and paused_until > now)
    return StepFacts(
        workspace_id=plan.workspace_id,
        enrolment_id=plan.enrolment_id,
        occurrence=plan.occurrence,
        due_at=row["planned_at"],
        enrolled_at=plan.started_at,
        renewal_on=plan.renewal_on,
        is_enrolment_active=state is not EnrolmentState.EXITED,
        is_enrolment_paused=is_paused,
        is_renewal_open=row["closed_on"] is None or row["asked_back_by"] is not None,
        is_sending_paused=row["sending_paused_at"] is not None,
        is_human_only=row["is_human_only"],
        contacts=contacts,
        zone=_zone_of_contact(step, contacts, people, plan.zone),
        calendar=plan.calendar,
        blackouts=plan.blackouts,
        account=_account_facts(row, definition),
        replied_at=people.replies.get(row["account_id"]),
        not_after=_not_after(step, plan),
        approval=row["said"].approvals.get(row["step_run_id"]),
        deviation=plan.deviations.get(row["step_key"]),
        duties=row.get("duties", {}).get(row["renewal_id"], ()),
        our_sponsor=row["said"].sponsor_of(row["account_id"]),
        is_sponsor_named=row["account_id"] in row["said"].sponsors,
        their_sponsor=_their_sponsor(contacts, people),
        facts=plan.facts,
        **_holdouts(row, now=now),
    )


def _holdouts(row: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return the arms the enrolment drew, most drew none, and whether a person has let it out of them."""
    if row["arms"] == "[]":
        return {}
    arms = tuple(arm_from(item) for item in json.loads(row["arms"]))
    return {"arms": arms, "is_released": row["released_at"] is not None and row["released_at"] <= now}


def _account_facts(row: Mapping[str, Any], definition: Playbook) -> AccountFacts:
    """What is known of the account, seen by one step: its own touch is none to wait for, its place among the due."""
    facts: AccountFacts = row["state"].facts
    run, priority = row["step_run_id"], row["priorities"].get(definition.key, LAST)
    own = Rival(
        rank=(priority, row["planned_at"], run), playbook=definition.name, step_key=row["step_key"], step_run_id=run
    )
    others = tuple(item for item in facts.touches or () if item.step_run_id is None or item.step_run_id != run)
    projected = row.get("projected", {}).get(row["account_id"], ())
    return AccountFacts(
        limits=facts.limits,
        touches=(*others, *projected),
        rivals=facts.rivals,
        reactions=facts.reactions,
        human_only=facts.human_only,
        own=own,
    )


def _with_absences(
    contacts: tuple[ContactFacts, ...], row: Mapping[str, Any], zone: ResolvedZone
) -> tuple[ContactFacts, ...]:
    away: Mapping[int, date] = row["state"].away
    return tuple(
        replace(item, out_of_office_until=start_of_day(away[item.contact_id], zone.name))
        if item.contact_id in away
        else item
        for item in contacts
    )


def _asked_for(contacts: tuple[ContactFacts, ...], row: Mapping[str, Any]) -> tuple[ContactFacts, ...]:
    """A message that brings a proposal goes to the person its open link is for, to nobody without such a link."""
    proposals: Mapping[int, OpenLink] | None = row["told"].proposals
    if proposals is None:
        return contacts
    link = proposals.get(row["renewal_id"])
    return tuple(item for item in contacts if link is not None and item.contact_id == link.contact_id)


def _their_sponsor(contacts: tuple[ContactFacts, ...], people: PeopleAtAccounts) -> str:
    """Return the name of the executive sponsor at the account, empty when nobody has the role."""
    sponsors = (contact for contact in contacts if contact.role is ContactRole.EXECUTIVE_SPONSOR)
    return next((people.addressees[contact.contact_id].name for contact in sponsors), "")


def _zone_of_contact(
    step: Step | None, contacts: tuple[ContactFacts, ...], people: PeopleAtAccounts, zone: ResolvedZone
) -> ResolvedZone:
    """The person written to counts first: contact, account, owner, workspace."""
    chosen = choose_contact(step, contacts) if step and is_message(step.kind) else None
    own = people.addressees[chosen.contact_id].timezone if chosen else ""
    return resolve_zone(contact=own, workspace=zone.name) if own else zone


def _not_after(step: Step | None, plan: PlanFacts) -> datetime | None:
    """A notice is useless after its deadline: the end of the last day to give it."""
    if step is None or plan.notice_on is None:
        return None
    is_notice = step.message_class is MessageClass.CONTRACTUAL_NOTICE
    if not is_notice and step.anchor.kind is not AnchorKind.NOTICE_DEADLINE:
        return None
    if step.anchor.offset_days > 0:
        return None
    return start_of_day(plan.notice_on + timedelta(days=1), plan.zone.name)


def _condition_facts(
    row: Mapping[str, Any], roles: frozenset[ContactRole], replied_at: datetime | None, *, now: datetime
) -> Facts:
    """The facts conditions may read (`core.fields`); what is not on record stays out, which reads as unknown."""
    today: date = now.astimezone(UTC).date()
    probability = row["renew_probability"]
    return {
        "account.segment": row["segment"] or None,
        "account.tier": row["tier"] or None,
        "account.industry": row["industry"] or None,
        "account.region": row["region"] or None,
        "account.country": row["country"] or None,
        "account.product_complexity": row["product_complexity"],
        "account.lifecycle_stage": row["lifecycle_stage"],
        "account.employees": row["employees"],
        "renewal.stage": row["stage"],
        "renewal.amount": reporting_amount(row),
        "renewal.outcome": row["outcome"],
        "renewal.auto_renews": row["is_auto_renewing"],
        "renewal.days_to_due": (row["due_on"] - today).days,
        "renewal.days_to_notice": (row["notice_on"] - today).days if row["notice_on"] else None,
        "renewal.is_win_back": row["asked_back_by"] is not None,
        "renewal.owner_known": row["owner_id"] is not None,
        "health.score": row["health"],
        "health.band": row["health_band"] or None,
        "health.coverage": row["health_coverage"],
        "risk.score": row["risk"],
        "risk.band": row["risk_band"] or None,
        "risk.renew_probability": probability,
        "risk.loss_probability": None if probability is None else 1 - probability,
        "contact.economic_buyer_known": ContactRole.ECONOMIC_BUYER in roles,
        "contact.sponsor_known": ContactRole.EXECUTIVE_SPONSOR in roles,
        "contact.champion_known": ContactRole.CHAMPION in roles,
        "touch.days_since_reply": (now - replied_at).days if replied_at else None,
        "value.milestones_reached": row["milestones_reached"],
        **row["said"].facts_of(enrolment_id=row["enrolment_id"], account_id=row["account_id"]),
        "account.days_to_budget": (row["known"].budget_on - today).days if row["known"].budget_on else None,
        **_measured(row["known"].measures),
    }


def _measured(measures: Mapping[str, Any]) -> Facts:
    """What signals have been measured to say."""
    return {
        "contact.sponsor_stability": measures.get("sponsor_stability"),
        "usage.velocity": measures.get("usage_velocity"),
        "usage.depth": measures.get("usage_depth"),
        "usage.adoption": measures.get("feature_adoption"),
        "support.sentiment": measures.get("support_sentiment"),
        "support.backlog_resolution": measures.get("backlog_resolution"),
        "billing.payment_timeliness": measures.get("payment_timeliness"),
    }


def reporting_amount(row: Mapping[str, Any]) -> Decimal | None:
    """Return the renewal's amount in the workspace's currency; None when no exchange rate is on record."""
    if row["currency"] == row["workspace_currency"]:
        return Decimal(row["target_amount"])
    return None if row["fx_rate"] is None else Decimal(row["target_amount"]) * Decimal(row["fx_rate"])


def _words(row: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "known": row["known"],
        "told": row["told"],
        "segment": row["segment"],
        "account_name": row["account_name"],
        "industry": row["industry"],
        "owner_name": row["owner_name"],
        "owner_email": row["owner_email"],
        "workspace_name": row["workspace_name"],
        "renewal_on": row["due_on"],
        "notice_on": row["notice_on"],
        "amount": row["target_amount"],
        "currency": row["currency"],
        "contract_name": row["contract_name"],
        "term_starts_on": row["term_starts_on"],
        "term_ends_on": row["term_ends_on"],
        "notice_period": row["notice_period"],
        "notice_unit": row["notice_unit"],
        "is_auto_renewing": row["is_auto_renewing"],
        "renewal_months": row["renewal_months"],
        "postal_address": row["postal_address"],
        "booking_url": row["booking_url"],
        "resources_url": row["resources_url"],
        "health_reasons": row["health_reasons"],
    }
