"""The first view of one account: facts, scores with reasons, renewals, work. The rest is `account_parts`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404

from dashboards.core.dates import DateCell, date_cell, day_words, notice_cell
from dashboards.core.money import MoneyCell, money_cell
from dashboards.core.parts import Link
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.exchange import Exchange
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.scoring import badge_of
from dashboards.queries.standing import Standing, standing_of
from playbooks.models import Task
from renewals.core.roles import Member, can
from renewals.models import Account, Renewal
from renewals.queries.accounts import arr_of_accounts, next_moment
from renewals.queries.people import RENEWAL_ROLES, record_nearness, visible_to
from renewals.queries.renewals import renewals_of
from renewals.queries.written import Given, Written
from signals.models import CurrentRisk

OPEN_STATES = ("open", "snoozed")
SHOWN_TASKS = 20
SHOWN_OF_RENEWAL = (
    *("account", "stage", "currency", "target_amount", "final_amount", "due_on", "notice_on", "closed_on"),
    *(*RENEWAL_ROLES, "contract__name", "contract__external_id", "owner__name", "owner__email"),
)
TASKS = Written(
    lambda: (
        Task.objects.filter(account_id=Given("account"), state__in=OPEN_STATES)
        .order_by("due_on", "id")
        .values_list(
            "title", "due_on", "state", "renewal_id", "renewal__closed_on", "assignee__name", "assignee__email"
        )[: SHOWN_TASKS + 1]
    )
)
RENEWALS = Written(
    lambda: (
        renewals_of(Given("account")).select_related(None).select_related("contract", "owner").only(*SHOWN_OF_RENEWAL)
    )
)
RISKS = Written(lambda: CurrentRisk.objects.filter(account_id=Given("account")))


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
class Duty:
    """A task or a milestone that is still ahead."""

    text: str
    date: DateCell
    who: str
    href: str = ""
    more: Link | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The first view of an account in finished words; `has_tasks` is False for roles that see no tasks."""

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
    duties: tuple[Duty, ...]
    has_tasks: bool
    duties_note: str
    missing: tuple[Link, ...]
    offers_href: str

    @property
    def story_href(self) -> str:
        """Return where its scores over time stand."""
        return f"{self.href}story/"

    @property
    def about_href(self) -> str:
        """Return where its people and contracts stand."""
        return f"{self.href}about/"

    @property
    def knowledge_href(self) -> str:
        """Return where stands what people know about it."""
        return f"{self.href}knowledge/"


def visible_account(asker: Asker, account_id: int) -> Account:
    """Return the account; Http404 when it does not exist for this person."""
    row = _visible(asker.member).first(id=account_id)
    if row is None:
        raise Http404
    return row


@lru_cache(maxsize=64)
def _visible(member: Member) -> Written[Account]:
    rows = Account.objects.select_related("owner", "team", "stage")  # few have a parent, which would double the columns
    return Written(lambda: visible_to(rows, member, "accounts.view").filter(id=Given("id")))


def account_page(asker: Asker, row: Account) -> AccountPage:
    """Return what stands on the first view of an account, as far as the person may see it."""
    sight = price_sight(asker.member, account_ids=[row.id])
    is_seen = sight.sees_account(row)
    moment = next_moment(row, today=asker.today)
    renewals = RENEWALS.read(account=row.id)
    risks = {risk.renewal_id: risk for risk in RISKS.read(account=row.id)}
    href = f"/accounts/{row.id}/"
    arr = arr_of_accounts([row.id], on=asker.today, currency=asker.workspace.currency).get(row.id)
    has_tasks = can(asker.member, "tasks.view")
    duties = _duties(asker, row) if has_tasks else ()
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
        duties=duties[:SHOWN_TASKS],
        has_tasks=has_tasks,
        duties_note=f"The {SHOWN_TASKS} that are due first; all of them stand in the queue of their people."
        if len(duties) > SHOWN_TASKS
        else "",
        missing=_missing_links(asker, row),
        offers_href=_offers_href(asker, row, renewals),
    )


def _offers_href(asker: Asker, row: Account, renewals: list[Renewal]) -> str:
    """Where its next best offers stand, empty without an open renewal whose proposal the person may see."""
    near = (record_nearness(asker.member, row, each) for each in renewals if each.closed_on is None)
    is_seen = any(can(asker.member, "proposals.view", record=each) for each in near)
    return f"/accounts/{row.id}/offers/" if is_seen else ""


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


def _duties(asker: Asker, row: Account) -> tuple[Duty, ...]:
    return tuple(
        Duty(
            text=text,
            date=date_cell(due_on, today=asker.today, is_deadline=True),
            who=f"{name or email}{', snoozed' if state == 'snoozed' else ''}",
            href=f"/queue/?open={renewal_id}" if renewal_id and closed_on is None else "",
        )
        for text, due_on, state, renewal_id, closed_on, name, email in TASKS.read(account=row.id)
    )
