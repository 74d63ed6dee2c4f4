"""What bringing in a synthetic world needs to read: its laws, ids by external id, and tasks that wait."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db.models import QuerySet

from playbooks import library
from playbooks.core.states import TaskState
from playbooks.core.world.laws import Laws, parse_laws
from playbooks.models import OwnershipGap, Task
from renewals.models import Account, Amendment, Contract, Membership, Renewal, User


def world_laws() -> Laws:
    """Return the shipped laws of the synthetic world."""
    return parse_laws(tomllib.loads((Path(library.__file__).parent / "world.toml").read_text()))


def account_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Return the ids of the accounts there are, by external id."""
    return dict(Account.objects.filter(external_id__in=list(external_ids)).values_list("external_id", "id"))


def contract_ids(external_ids: Iterable[str]) -> dict[str, int]:
    """Return the ids of the contracts there are, by external id."""
    return dict(Contract.objects.filter(external_id__in=list(external_ids)).values_list("external_id", "id"))


def renewals_by_term(terms: Iterable[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Return the ids of renewals by (contract id, term number); a term without one is left out."""
    wanted = set(terms)
    rows = Renewal.objects.filter(contract_id__in={contract_id for contract_id, _ in wanted})
    found = {(row.contract_id, row.term_number): row.id for row in rows}
    return {term: found[term] for term in wanted if term in found}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCycle:
    """An open renewal as the people of the world call it; `contract` is the external id."""

    renewal_id: int
    contract: str
    term_number: int
    owner_id: int
    due_on: date
    target_amount: Decimal


def open_cycles(*, due_until: date) -> list[OpenCycle]:
    """Return the open renewals due up to a day, by id."""
    names = ("id", "contract__external_id", "term_number", "owner_id", "due_on", "target_amount")
    fields = ("renewal_id", "contract", *names[2:])
    rows = Renewal.objects.filter(closed_on__isnull=True, due_on__lte=due_until).order_by("id").values_list(*names)
    return [OpenCycle(**dict(zip(fields, row, strict=True))) for row in rows]


def amendments_without_service(*, effective_by: date) -> tuple[tuple[int, date], ...]:
    """Return (id, effective day) of amendments in effect by a day whose service has not been said to run."""
    found = Amendment.objects.filter(
        superseded_at__isnull=True, activated_on__isnull=True, effective_on__lte=effective_by
    )
    return tuple(found.order_by("id").values_list("id", "effective_on"))


def waiting_tasks(*, before: date) -> QuerySet[Task]:
    """Return open tasks that were due before a day and have outcomes to choose from, oldest first."""
    tasks = Task.objects.filter(state=TaskState.OPEN, due_on__lt=before).exclude(outcomes=[])
    return tasks.select_related("assignee").order_by("due_on", "id")


def tier_gaps(*, before: datetime) -> list[OwnershipGap]:
    """Return the changes of tier seen before a moment that nobody has looked at, oldest first."""
    gaps = OwnershipGap.objects.filter(kind="tier_change", closed_at__isnull=True, opened_at__lt=before)
    return list(gaps.order_by("id"))


def longest_there(role: str) -> User | None:
    """Return the member of a role who is there longest, None when there is none."""
    found = Membership.objects.filter(role=role, is_active=True).select_related("user").order_by("id").first()
    return found.user if found else None
