"""One account with everything: facts, scores, renewals, contracts, people, work, sources. The stream is `timeline`."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Max
from django.shortcuts import get_object_or_404

from dashboards.core.dates import DateCell, date_cell, day_words, instant_cell, notice_cell
from dashboards.core.money import MoneyCell, money_cell
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.exchange import Exchange
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.scoring import badge_of
from dashboards.queries.standing import Standing, standing_of
from playbooks.models import Task
from renewals.core.roles import Scope, can, granted_scope, may_see_contact_details
from renewals.models import Account, Contact, ContactRole, Renewal
from renewals.queries.accounts import (
    accounts,
    arr_in_workspace_currency,
    contacts_of,
    live_suppressions,
    milestones_of,
    next_moment,
    roles_of,
)
from renewals.queries.people import record_nearness, visible_to
from renewals.queries.renewals import renewals_of
from signals.models import CurrentRisk, Signal

OPEN_STATES = ("open", "snoozed")
MASK = "•••"


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalLine:
    """A renewal of the account in short."""

    name: str
    href: str
    amount: MoneyCell
    due: DateCell
    notice: DateCell | None
    stage: str
    owner: str
    risk: ScoreBadge
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A contact with roles; `reach` is masked for roles without the right to addresses."""

    name: str
    job: str
    roles: tuple[str, ...]
    reach: str
    note: str
    has_left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A task or a milestone that is still ahead."""

    text: str
    date: DateCell
    who: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """When a source was last heard of about this account."""

    name: str
    count: str
    at: DateCell


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The account in finished words; `has_people` is False for roles that see no contacts."""

    id: int
    name: str
    href: str
    crumbs: tuple[Link, ...]
    tags: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    stage: str
    stage_since: DateCell | None
    moment: str
    moment_on: DateCell | None
    arr: MoneyCell
    standing: Standing
    renewals: tuple[RenewalLine, ...]
    people: tuple[Person, ...]
    has_people: bool
    missing_roles: str
    duties: tuple[Duty, ...]
    has_tasks: bool
    milestones: tuple[Duty, ...]
    sources: tuple[SourceLine, ...]
    shows_prices: bool
    missing: tuple[Link, ...]

    @property
    def knowledge_href(self) -> str:
        """Return where stands what people know about it."""
        return f"{self.href}knowledge/"


def visible_account(asker: Asker, account_id: int) -> Account:
    """Return the account; Http404 when it does not exist for this person."""
    return get_object_or_404(visible_to(accounts(), asker.member, "accounts.view"), id=account_id)


def account_page(asker: Asker, row: Account) -> AccountPage:
    """Return everything about an account that the person may see."""
    sight = price_sight(asker.member, account_ids=[row.id])
    is_seen = sight.sees_account(row)
    moment = next_moment(row, today=asker.today)
    renewals = list(renewals_of(row.id))
    risks = {risk.renewal_id: risk for risk in CurrentRisk.objects.filter(account_id=row.id)}
    href = f"/accounts/{row.id}/"
    arr = arr_in_workspace_currency([row.id], on=asker.today).get(row.id)
    has_people = granted_scope(asker.member, "contacts.view") is not Scope.NONE
    has_tasks = can(asker.member, "tasks.view")
    people, missing = _people(asker, row) if has_people else ((), "")
    return AccountPage(
        id=row.id,
        name=row.name,
        href=href,
        crumbs=_crumbs(row),
        tags=tuple(dict.fromkeys(title(word) for word in (row.tier, row.segment) if word)),
        facts=_facts(row),
        stage=row.stage.name if row.stage else "No stage",
        stage_since=date_cell(row.stage_entered_on, today=asker.today) if row.stage_entered_on else None,
        moment=moment.name if moment else "",
        moment_on=date_cell(moment.on, today=asker.today, is_deadline=True) if moment else None,
        arr=money_cell(arr, is_hidden=not is_seen),
        standing=standing_of(asker, row, risks, next((each for each in renewals if each.closed_on is None), None)),
        renewals=_renewals(asker, row, renewals, risks, sight),
        people=people,
        has_people=has_people,
        missing_roles=missing,
        duties=_duties(asker, row) if has_tasks else (),
        has_tasks=has_tasks,
        milestones=_milestones(asker, row),
        sources=_sources(asker, row),
        shows_prices=is_seen,
        missing=_missing_links(asker, row),
    )


def _missing_links(asker: Asker, row: Account) -> tuple[Link, ...]:
    """Where it is said why the account is not in the queue or in a playbook."""
    places = (
        ("Why not in my queue?", "queue", "queue.view"),
        ("Why not in a playbook?", "playbooks", "playbooks.view"),
    )
    return tuple(
        Link(text=text, href=f"/{place}/missing/?id={row.id}")
        for text, place, right in places
        if can(asker.member, right)
    )


def attributes_table(row: Account) -> Table:
    """Return the account's own attributes, as imported, by name."""
    rows = sorted((str(name), value) for name, value in row.attributes.items())
    return Table(
        caption="Attributes",
        columns=(Column(title="Attribute"), Column(title="Value")),
        rows=tuple((Cell(text=title(name)), Cell(text=str(value))) for name, value in rows),
    )


def _crumbs(row: Account) -> tuple[Link, ...]:
    up = (Link(text=row.parent.name, href=f"/accounts/{row.parent_id}/"),) if row.parent else ()
    return (Link(text="Accounts", href="/accounts/"), *up)


def _facts(row: Account) -> tuple[tuple[str, str], ...]:
    place = ", ".join(word for word in (row.region, row.country) if word)
    found = (
        ("Owner", str(row.owner) if row.owner else "Nobody"),
        ("Team", row.team.name if row.team else ""),
        ("Industry", row.industry),
        ("Where", place),
        ("Time zone", row.timezone.replace("_", " ")),
        ("Employees", f"{row.employees:,}" if row.employees is not None else ""),
        ("Product", f"{row.product_complexity} complexity"),
        ("With us since", day_words(row.started_on) if row.started_on else ""),
        ("Left on", day_words(row.ended_on) if row.ended_on else ""),
        ("Contact", "people only, no automatic messages" if row.is_human_only else ""),
        ("External id", row.external_id),
    )
    return tuple((name, words) for name, words in found if words)


def _order(renewals: list[Renewal]) -> list[Renewal]:
    """Open ones first by due date, then the closed ones, the latest first."""
    closed = [each for each in renewals if each.closed_on is not None]
    return [each for each in renewals if each.closed_on is None] + closed[::-1]


def _renewals(
    asker: Asker, row: Account, renewals: list[Renewal], risks: Mapping[int, CurrentRisk], sight: PriceSight
) -> tuple[RenewalLine, ...]:
    exchange = Exchange(home=asker.workspace.currency, on=asker.today)
    return tuple(
        _renewal(each, risks.get(each.id), asker, exchange, is_seen=sight.sees_renewal(each, row))
        for each in _order(renewals)
    )


def _renewal(row: Renewal, risk: CurrentRisk | None, asker: Asker, exchange: Exchange, *, is_seen: bool) -> RenewalLine:
    amount = row.final_amount if row.final_amount is not None else row.target_amount
    return RenewalLine(
        name=row.contract.name or row.contract.external_id,
        href=f"/renewals/{row.id}/",
        amount=exchange.cell(amount, row.currency, is_hidden=not is_seen),
        due=date_cell(row.due_on, today=asker.today, is_deadline=row.closed_on is None),
        notice=notice_cell(row.notice_on, today=asker.today),
        stage=title(row.stage),
        owner=str(row.owner),
        risk=badge_of(risk, "risk", now=asker.now),
        is_open=row.closed_on is None,
    )


def _people(asker: Asker, row: Account) -> tuple[tuple[Person, ...], str]:
    near = record_nearness(asker.member, row)
    shows_reach = may_see_contact_details(asker.member, record=near)
    held: dict[int, list[str]] = {}
    for role in roles_of(row.id, on=asker.today):
        held.setdefault(role.contact_id, []).append(role.role)
    blocked = {item.contact_id: item.message_class for item in live_suppressions(row.id)}
    people = tuple(
        _person(contact, held.get(contact.id, []), blocked.get(contact.id), shows_reach=shows_reach)
        for contact in contacts_of(row.id)
    )
    known = {role for roles in held.values() for role in roles}
    needed = (ContactRole.Role.ECONOMIC_BUYER, ContactRole.Role.CHAMPION, ContactRole.Role.EXECUTIVE_SPONSOR)
    missing = [title(role.value).lower() for role in needed if role.value not in known]
    return people, f"Nobody is known as {', '.join(missing)}." if missing else ""


def _person(contact: Contact, roles: list[str], blocked: str | None, *, shows_reach: bool) -> Person:
    reach = " · ".join(word for word in (contact.email, contact.phone) if word)
    notes = [f"left on {day_words(contact.left_on)}"] if contact.left_on else []
    notes += [f"does not want {'messages' if blocked == 'all' else title(blocked).lower()}"] if blocked else []
    return Person(
        name=contact.name,
        job=contact.title,
        roles=tuple(title(role) for role in roles),
        reach=reach if shows_reach or not reach else MASK,
        note=", ".join(notes),
        has_left=contact.left_on is not None,
    )


def _duties(asker: Asker, row: Account) -> tuple[Duty, ...]:
    tasks = Task.objects.filter(account_id=row.id, state__in=OPEN_STATES).select_related("assignee")
    return tuple(
        Duty(
            text=task.title,
            date=date_cell(task.due_on, today=asker.today, is_deadline=True),
            who=f"{task.assignee}{', snoozed' if task.state == 'snoozed' else ''}",
            href=f"/queue/?open={task.renewal_id}" if task.renewal_id else "",
        )
        for task in tasks.order_by("due_on", "id")[:20]
    )


def _milestones(asker: Asker, row: Account) -> tuple[Duty, ...]:
    return tuple(
        Duty(
            text=each.name,
            date=date_cell(each.achieved_on or each.target_on, today=asker.today, is_deadline=each.achieved_on is None),
            who=_evidence(each.achieved_on is not None, each.evidence, str(each.confirmed_by or "")),
        )
        for each in milestones_of(row.id)[:20]
    )


def _evidence(is_reached: bool, evidence: str, confirmed_by: str) -> str:
    if not is_reached:
        return "ahead"
    confirmed = f"confirmed by {confirmed_by}" if confirmed_by else "not yet confirmed by them"
    return " · ".join(word for word in ("reached", evidence, confirmed) if word)


def _sources(asker: Asker, row: Account) -> tuple[SourceLine, ...]:
    rows: list[Mapping[str, object]] = list(
        Signal.objects.filter(account_id=row.id)
        .order_by("source__name")
        .values("source_id", "source__name")
        .annotate(n=Count("id"), last=Max("received_at"))
    )
    return tuple(
        SourceLine(
            name=str(each["source__name"]),
            count=f"{each['n']:,} signals",
            at=instant_cell(each["last"], now=asker.now, zone=asker.workspace.timezone),
        )
        for each in rows
    )
