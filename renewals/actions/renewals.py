"""Open renewal cycles, keep open ones true to their terms, name the people responsible, and update the forecast."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from renewals.actions.metrics.touch import touch_contracts
from renewals.actions.notices.plan import replan_notices
from renewals.actions.rows import update_rows
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, Conflict, InvalidInput, NegativeAmount, UnknownReference
from renewals.core.money import stored
from renewals.core.renewal_states import ForecastCategory, RenewalStage, check_category_step, check_stage_step
from renewals.core.renewals import ContractFacts, CycleDecision, cycle_of_term, decide_cycle
from renewals.core.terms import known_terms
from renewals.models import Contract, Membership, Notice, Renewal
from renewals.queries.contracts import contract_facts
from renewals.queries.people import RENEWAL_ROLES, Bench, RoleTriad, bench, role_triad
from renewals.queries.renewals import contracts_without_renewal

BATCH = 1000
FOLLOWED = ("due_on", "notice_on", "target_amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCycles:
    """The renewals opened by this call, and the contracts left because nobody could own theirs."""

    renewal_ids: tuple[int, ...]
    without_owner: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastChange:
    """What the owner says now; None: not said. `seen_at` is the `updated_at` the person had before their eyes."""

    amount: Decimal | None = None
    category: ForecastCategory | None = None
    stage: RenewalStage | None = None
    seen_at: datetime | None = None


@transaction.atomic
def open_renewal_cycles(*, by: Actor, now: datetime, account_ids: Iterable[int] | None = None) -> OpenedCycles:
    """Open the renewal of every contract whose last live term has none; a second call opens nothing.

    Of all accounts, or of those given. Due date, notice date and target come from the term and its lines.
    """
    found = contracts_without_renewal(account_ids=account_ids)
    facts = contract_facts(found, today=now.date())
    decided = (decide_cycle(contract, today=now.date()) for contract in facts)
    return _open([cycle for cycle in decided if cycle], by, now)


@transaction.atomic
def open_renewals_of_terms(*, terms: Iterable[tuple[int, int]], by: Actor, now: datetime) -> OpenedCycles:
    """Open the renewals of named terms (contract id, term number), past ones included; known ones stay as they are.

    For histories that are loaded after the fact. Open-ended and unknown terms are left out.
    """
    wanted = set(terms)
    facts = contract_facts({contract_id for contract_id, _ in wanted}, today=now.date())
    cycles = [
        cycle_of_term(contract, term)
        for contract in facts
        for term in known_terms(contract.terms)
        if (contract.contract_id, term.number) in wanted and term.ends_on is not None
    ]
    return _open(cycles, by, now)


@transaction.atomic
def follow_terms(*, contract_ids: Iterable[int], by: Actor, now: datetime) -> int:
    """Bring open renewals to the dates and the target of their amended terms; returns how many changed.

    Their notices follow in the same transaction: a window that is over by now is escalated at once. The accounts are
    noted for the figures of retention.
    """
    ids = list(contract_ids)
    touch_contracts(ids)
    rows = list(Renewal.objects.select_for_update().filter(contract_id__in=ids, closed_on__isnull=True).order_by("id"))
    facts = {fact.contract_id: fact for fact in contract_facts({r.contract_id for r in rows}, today=now.date())}
    changed = [row for row in rows if _follow(row, facts[row.contract_id], now)]
    update_rows(changed, [*FOLLOWED, "forecast_category", "forecast_amount", "updated_at"])
    planned = Notice.objects.filter(renewal_id__in=[row.id for row in rows]).values_list("renewal_id", flat=True)
    replan_notices(renewal_ids=set(planned), by=by, now=now)
    return len(changed)


@transaction.atomic
def set_renewal_roles(*, renewal_id: int, roles: RoleTriad, by: Actor, now: datetime) -> Renewal:
    """Name owner, initiator, negotiator and finaliser; each an active member of the workspace.

    Raises UnknownReference, AlreadyClosed.
    """
    row = _lock_open(renewal_id)
    people = {role: getattr(roles, f"{role}_id") for role in RENEWAL_ROLES}
    members = Membership.objects.filter(user_id__in=people.values(), is_active=True, user__is_active=True)
    known = set(members.values_list("user_id", flat=True))
    for role, person in people.items():
        if person not in known:
            raise UnknownReference(f"The {role} is not a member of this workspace.", where=f"Renewal {renewal_id}")
    if any(getattr(row, f"{role}_id") != person for role, person in people.items()):
        for role, person in people.items():
            setattr(row, f"{role}_id", person)
        row.updated_at = now
        row.save(update_fields=[*RENEWAL_ROLES, "updated_at"])
    return row


@transaction.atomic
def update_forecast(*, renewal_id: int, change: ForecastChange, by: Actor, now: datetime) -> Renewal:
    """Change forecast amount, category or stage of an open renewal and return it.

    Raises Conflict when somebody changed it after `seen_at`, StateNotAllowed, NegativeAmount, AlreadyClosed,
    UnknownReference, and InvalidInput for closing it here: that is done by an outcome.
    """
    row = _lock_open(renewal_id)
    if change.seen_at is not None and change.seen_at != row.updated_at:
        raise Conflict("Somebody changed this renewal after you opened it.", where=f"Renewal {renewal_id}")
    if _apply(row, change, now):
        row.save(update_fields=["forecast_amount", "forecast_category", "stage", "updated_at"])
    return row


@transaction.atomic
def update_forecasts(*, changes: Mapping[int, ForecastChange], by: Actor, now: datetime) -> int:
    """Change the forecasts of many open renewals by id and return how many changed; closed ones are left alone.

    Raises StateNotAllowed, NegativeAmount and InvalidInput as `update_forecast` does; then nothing is changed.
    """
    rows = Renewal.objects.select_for_update().filter(id__in=list(changes), closed_on__isnull=True).order_by("id")
    changed = [row for row in rows if _apply(row, changes[row.id], now)]
    update_rows(changed, ["forecast_amount", "forecast_category", "stage", "updated_at"])
    return len(changed)


def _apply(row: Renewal, change: ForecastChange, now: datetime) -> bool:
    """Put the change into the row and answer whether that made a difference."""
    _check_change(row, change)
    before = (row.forecast_amount, row.forecast_category, row.stage)
    row.forecast_amount = row.forecast_amount if change.amount is None else stored(change.amount)
    row.forecast_category = change.category or row.forecast_category
    row.stage = change.stage or row.stage
    is_changed = before != (row.forecast_amount, row.forecast_category, row.stage)
    row.updated_at = now if is_changed else row.updated_at
    return is_changed


def _check_change(row: Renewal, change: ForecastChange) -> None:
    if change.amount is not None and change.amount < 0:
        raise NegativeAmount(f"A forecast of {change.amount} is below zero.")
    if RenewalStage.CLOSED in (change.stage, change.category):
        raise InvalidInput("A renewal is closed by recording its outcome.")
    check_stage_step(RenewalStage(row.stage), change.stage or RenewalStage(row.stage))
    check_category_step(
        ForecastCategory(row.forecast_category), change.category or ForecastCategory(row.forecast_category)
    )


def _lock_open(renewal_id: int) -> Renewal:
    row = Renewal.objects.select_for_update().filter(id=renewal_id).first()
    if row is None:
        raise UnknownReference(f"There is no renewal {renewal_id} in this workspace.")
    if row.closed_on is not None:
        raise AlreadyClosed(f"This renewal was closed on {row.closed_on.isoformat()}.", where=f"Renewal {renewal_id}")
    return row


def _open(cycles: list[CycleDecision], by: Actor, now: datetime) -> OpenedCycles:
    contracts = {
        row.id: row for row in Contract.objects.select_related("account").filter(id__in=[c.contract_id for c in cycles])
    }
    known = set(Renewal.objects.filter(contract_id__in=contracts).values_list("contract_id", "term_number"))
    people = bench()
    fresh, ownerless = [], []
    for cycle in cycles:
        if (cycle.contract_id, cycle.term_number) in known:
            continue
        made = _renewal(cycle, contracts[cycle.contract_id], people, now)
        if made is None:
            ownerless.append(cycle.contract_id)
        else:
            fresh.append(made)
    # Two calls at once: the unique constraint lets one of them open the cycle.
    Renewal.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    opened = Renewal.objects.filter(contract_id__in=[row.contract_id for row in fresh]).order_by("due_on", "id")
    keys = {(row.contract_id, row.term_number) for row in fresh}
    found = opened.values_list("id", "contract_id", "term_number")
    ids = tuple(key for key, contract_id, number in found if (contract_id, number) in keys)
    return OpenedCycles(renewal_ids=ids, without_owner=tuple(ownerless))


def _renewal(cycle: CycleDecision, contract: Contract, people: Bench, now: datetime) -> Renewal | None:
    account = contract.account
    triad = role_triad(people, owner_id=account.owner_id, team_id=account.team_id)
    if triad is None:
        return None
    return Renewal(
        workspace_id=contract.workspace_id,
        account_id=account.id,
        contract_id=contract.id,
        term_number=cycle.term_number,
        due_on=cycle.due_on,
        notice_on=cycle.notice_on,
        opened_on=now.date(),
        currency=cycle.target.currency,
        target_amount=cycle.target.amount,
        **({"forecast_category": ForecastCategory.OMITTED, "forecast_amount": 0} if cycle.is_ending else {}),
        created_at=now,
        updated_at=now,
        **{f"{role}_id": getattr(triad, f"{role}_id") for role in RENEWAL_ROLES},
    )


def _follow(row: Renewal, contract: ContractFacts, now: datetime) -> bool:
    term = next((term for term in known_terms(contract.terms) if term.number == row.term_number), None)
    if term is None or term.ends_on is None:
        return False
    cycle = cycle_of_term(contract, term)
    wanted = (cycle.due_on, cycle.notice_on, cycle.target.amount)
    # An end that is agreed on now is forecast as one, unless the owner has said otherwise.
    is_new_end = cycle.is_ending and row.forecast_category == ForecastCategory.PIPELINE and row.forecast_amount is None
    if wanted == tuple(getattr(row, name) for name in FOLLOWED) and not is_new_end:
        return False
    if is_new_end:
        row.forecast_category, row.forecast_amount = ForecastCategory.OMITTED.value, Decimal(0)
    row.due_on, row.notice_on, row.target_amount = wanted
    row.updated_at = now
    return True
