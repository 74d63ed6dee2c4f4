"""A small workspace for the screens: people of several roles, accounts with contracts, signals, scores and tasks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from django.contrib.auth.hashers import make_password

from playbooks.actions.queue import refresh_queue
from playbooks.models import Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import (
    Account,
    Contact,
    ContactRole,
    Contract,
    ContractLine,
    CriticalMoment,
    LifecycleStage,
    Membership,
    Milestone,
    Renewal,
    TermVersion,
    Touchpoint,
    User,
    Workspace,
)
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores import refresh_scores
from signals.actions.scores.changes import mark_all_changed
from signals.models import Source

PASSWORD = "correct horse battery"
NAMES = (
    "Northwind Freight",
    "Halcyon Diagnostics",
    "Tidewater Utilities",
    "Vereinigte Oberschwäbische Versicherungs- und Rückversicherungsgesellschaft auf Gegenseitigkeit",
    "Sable & Finch",
    "Brightwater Dairy",
    "Copperline Rail",
    "Juniper Clinics",
    "Meridian Textiles",
    "Ostrava Machine Works",
    "Pelican Insurance",
    "Quarry Lane Foods",
)
TASKS = ("Ask for the renewal meeting", "Call about the open tickets", "Confirm who signs", "Send the value review")
OUTCOMES = [
    {"key": "meeting_booked", "label": "A meeting is booked", "effect": "continue"},
    {"key": "no_answer", "label": "No answer", "effect": "continue"},
    {"key": "wants_to_leave", "label": "They think of leaving", "effect": "escalate"},
]
DUE_IN = (-2, 0, 0, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The workspace and the people in it, by role."""

    workspace: Workspace
    people: dict[str, User]
    now: datetime
    actor: Actor


def make_world(workspace: Workspace, *, now: datetime, accounts: int = 4, roles: tuple[str, ...] = ("csm",)) -> World:
    """Fill a bare workspace; the CSM owns every account."""
    by = system_actor(workspace.id, "world")
    with in_workspace(workspace.id, by=by, why="a world for the tests"):
        people = {role: make_member(workspace, role) for role in dict.fromkeys(("csm", *roles))}
        world = World(workspace=workspace, people=people, now=now, actor=by)
        stages = [
            LifecycleStage.objects.create(workspace=workspace, key=key, name=key.title(), position=place)
            for place, key in enumerate(("adoption", "renewal"), start=1)
        ]
        CriticalMoment.objects.create(
            workspace=workspace, key="late", name="Late checkpoint", anchor="renewal_date", offset_days=-20
        )
        ensure_source(workspace_id=workspace.id, key="product", kind=Source.Kind.API, by=by, now=now)
        for number in range(accounts):
            make_account(world, number, stages[number % 2])
        record_signals(workspace_id=workspace.id, source_key="product", items=signals(world, accounts), by=by, now=now)
        mark_all_changed(workspace_id=workspace.id, by=by, now=now)
        refresh_scores(workspace_id=workspace.id, by=by, now=now)
        refresh_queue(workspace_id=workspace.id, now=now)
    return world


@cache
def hashed(password: str) -> str:
    """Return the hash that is kept of a password; made once, because it is slow on purpose."""
    return make_password(password)


def make_member(workspace: Workspace, role: str) -> User:
    """Add a person of a role, who logs in with PASSWORD."""
    name = {"csm": "Ana Ruiz", "cs_manager": "Mo Idris", "product_viewer": "Vi Tran"}.get(role, role.title())
    user = User.objects.create(email=f"{role}@{workspace.slug}.example", name=name, password=hashed(PASSWORD))
    Membership.objects.create(workspace=workspace, user=user, role=role)
    return user


def make_account(world: World, number: int, stage: LifecycleStage) -> Renewal:
    """Add an account with a contact, a contract that ends soon, a touch, a milestone and a task."""
    csm, today, workspace = world.people["csm"], world.now.date(), world.workspace
    account = Account.objects.create(
        workspace=workspace,
        external_id=f"A-{number:03}",
        name=NAMES[number % len(NAMES)] + (f" {number}" if number >= len(NAMES) else ""),
        owner=csm,
        industry="Logistics",
        region="EMEA",
        country="DE",
        timezone="Europe/Berlin",
        currency="USD",
        employees=240 * (number + 1),
        segment=("strategic", "mid_market", "small")[number % 3],
        tier=("strategic", "growth", "basic")[number % 3],
        stage=stage,
        stage_entered_on=today - timedelta(days=40),
        started_on=today - timedelta(days=700),
        attributes={"billing_plan": "annual"},
        created_at=world.now,
        updated_at=world.now,
    )
    contact = make_people_and_promises(world, account, number)
    renewal = make_renewal(world, account, number)
    make_touch_and_task(world, renewal, contact, number)
    return renewal


def make_people_and_promises(world: World, account: Account, number: int) -> Contact:
    """Add a champion and a milestone that is ahead."""
    today, workspace = world.now.date(), world.workspace
    contact = Contact.objects.create(
        workspace=workspace,
        account=account,
        external_id=f"P-{number:03}",
        name="Ines Kovač",
        email=f"ines{number}@customer.example",
        title="Head of operations",
        created_at=world.now,
        updated_at=world.now,
    )
    ContactRole.objects.create(
        workspace=workspace, contact=contact, account=account, role="champion", from_on=today - timedelta(days=300)
    )
    Milestone.objects.create(
        workspace=workspace,
        account=account,
        external_id="first-report",
        name="First report in production",
        target_on=today + timedelta(days=20),
    )
    return contact


def make_renewal(world: World, account: Account, number: int) -> Renewal:
    """Add a contract with one line and its open renewal."""
    today, csm = world.now.date(), world.people["csm"]
    due_on = today + timedelta(days=30 + 17 * number)
    amount = Decimal(96_000 - 7_000 * (number % 12))
    contract = Contract.objects.create(
        workspace=world.workspace,
        account=account,
        external_id=f"C-{number:03}",
        name="Platform subscription",
        currency="USD",
        created_at=world.now,
        updated_at=world.now,
    )
    make_term(world, contract, due_on, amount)
    return Renewal.objects.create(
        workspace=world.workspace,
        account=account,
        contract=contract,
        term_number=1,
        due_on=due_on,
        notice_on=due_on - timedelta(days=30),
        opened_on=today - timedelta(days=60),
        currency="USD",
        target_amount=amount,
        owner=csm,
        initiator=csm,
        negotiator=csm,
        finaliser=csm,
        created_at=world.now,
        updated_at=world.now,
    )


def make_term(world: World, contract: Contract, due_on: date, amount: Decimal) -> None:
    """Add the year that ends before `due_on`, with its seats."""
    term = TermVersion.objects.create(
        workspace=world.workspace,
        contract=contract,
        number=1,
        starts_on=due_on - timedelta(days=365),
        ends_on=due_on - timedelta(days=1),
        notice_period=30,
        end_action="renew",
        is_auto_renewing=True,
        recorded_at=world.now,
    )
    ContractLine.objects.create(
        workspace=world.workspace,
        contract=contract,
        term=term,
        external_id="seats",
        description="Seats",
        quantity=120,
        unit="seats",
        arr_amount=amount,
        starts_on=term.starts_on,
    )


def make_touch_and_task(world: World, renewal: Renewal, contact: Contact, number: int) -> Task:
    """Add a call of last week and the task of today."""
    Touchpoint.objects.create(
        workspace=world.workspace,
        account=renewal.account,
        contact=contact,
        renewal=renewal,
        occurred_at=world.now - timedelta(days=6),
        recorded_at=world.now,
        channel="call",
        subject="Quarterly review",
        summary="They want the export fixed before they talk about next year.",
        by_label="Ana Ruiz",
        origin="person",
        origin_key=f"touch:{renewal.id}",
    )
    return Task.objects.create(
        workspace=world.workspace,
        origin_key=f"task:{renewal.id}",
        account=renewal.account,
        renewal=renewal,
        assignee=world.people["csm"],
        title=TASKS[number % len(TASKS)],
        instructions="Say what they have reached with us this year.\nAsk what has to be true for them to sign again.",
        why=[{"code": "step", "playbook": "strategic v1", "outcome": "A date for the renewal meeting"}],
        outcomes=OUTCOMES,
        due_on=world.now.date() + timedelta(days=DUE_IN[number % len(DUE_IN)]),
        created_at=world.now,
        updated_at=world.now,
    )


def signals(world: World, accounts: int) -> list[dict[str, object]]:
    """Return use, seats, tickets, invoices and surveys of each account; odd ones go down, even ones up."""
    return [item for number in range(accounts) for item in _signals(world, number)]


def _signals(world: World, number: int) -> list[dict[str, object]]:
    def item(kind: str, days_ago: int, **more: object) -> dict[str, object]:
        at = (world.now - timedelta(days=days_ago)).isoformat()
        key = f"{number}:{kind}:{days_ago}"
        return {"account": f"A-{number:03}", "kind": kind, "occurred_at": at, "external_id": key, **more}

    slope = -4 if number % 2 else 3
    use = [item("usage.active_users", 7 * week + 1, value=70 + slope * (12 - week)) for week in range(12)]
    seats = [item("usage.seats", 60, value=120)]
    features = [item("usage.feature_used", 3 + n, value=5, subject=f"feature-{n}") for n in range(4 + number % 4)]
    ticket = item(
        "support.ticket_opened", 4, subject=f"T-{number}", text="We cannot export since Tuesday, this is frustrating."
    )
    survey = item("relationship.nps", 20, value=4 if number % 2 else 9)
    return [*use, *seats, *features, ticket, survey]
