"""Which person of ours answers for a step: the role it names, as near to the account as possible, never nobody."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from playbooks.core.definition import Step
from playbooks.core.vocabulary import OperatorRole
from playbooks.queries.case_facts import StepCase
from renewals.models import Account, Membership, Renewal

# Whom the renewal itself names for a role; anybody else is found among the members.
NAMED: Mapping[OperatorRole, tuple[str, ...]] = {
    OperatorRole.SYSTEM: ("renewal",),
    OperatorRole.CSM: ("account", "renewal"),
    OperatorRole.RENEWAL_MANAGER: ("negotiator", "renewal"),
}


NEAREST = ("renewal_manager", "cs_manager", "admin")
"""Who answers where a renewal names nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignees:
    """The active members by role, oldest membership first."""

    by_role: Mapping[str, tuple[int, ...]]

    def person_for(self, case: StepCase, role: OperatorRole) -> int:
        """Return the user who answers for `role` at this renewal; the renewal's owner when nobody has the role."""
        for name in NAMED.get(role, ()):
            person = case.owners.get(name)
            if person is not None:
                return person
        members = self.by_role.get(role.value, ())
        return members[0] if members else self._owner(case)

    def other_than(self, person: int, roles: Iterable[OperatorRole]) -> int | None:
        """Return the first member of these roles who is somebody else; None when there is nobody."""
        members = (member for role in roles for member in self.by_role.get(role.value, ()))
        return next((member for member in members if member != person), None)

    def person_for_step(self, case: StepCase, step: Step) -> int:
        """Return who has to do this step's task."""
        return self.person_for(case, step.operator)

    def _owner(self, case: StepCase) -> int:
        owner = case.owners["renewal"]
        if owner is None:
            raise LookupError(f"Renewal {case.renewal_id} has no owner.")
        return owner


def assignees() -> Assignees:
    """Load the active members of the workspace by role, with one statement."""
    by_role: dict[str, tuple[int, ...]] = {}
    members = Membership.objects.filter(is_active=True, user__is_active=True).order_by("id")
    for role, user in members.values_list("role", "user_id"):
        by_role[role] = (*by_role.get(role, ()), user)
    return Assignees(by_role=by_role)


def active_people() -> frozenset[int]:
    """Return the users who are active members of the workspace."""
    return frozenset(person for people in assignees().by_role.values() for person in people)


def who_answers_for(row: Renewal, *, first: int | None = None) -> int:
    """Return who answers for a renewal: `first`, its owner, its account's, else whoever has the nearest role.

    Never nobody.

    Raises LookupError in a workspace without active members.
    """
    members = assignees().by_role
    found = [person for role in NEAREST for person in members.get(role, ())]
    everybody = [*found, *(person for people in members.values() for person in people)]
    named = [person for person in (first, row.owner_id, row.account.owner_id) if person in everybody]
    if not everybody:
        raise LookupError("Nobody is an active member of this workspace.")
    return (named or everybody)[0]


def person_at(account_id: int) -> tuple[int | None, int | None]:
    """Return who answers for an account and its next open renewal: (user, renewal), None where there is neither."""
    renewal = Renewal.objects.filter(account_id=account_id, closed_on__isnull=True).order_by("due_on", "id").first()
    if renewal is not None and renewal.owner_id is not None:
        return renewal.owner_id, renewal.id
    owner = Account.objects.filter(id=account_id).values_list("owner_id", flat=True).first()
    return owner, renewal.id if renewal else None


def people_at_accounts(account_ids: Iterable[int]) -> Mapping[int, int]:
    """Return who answers for each account: its owner, else the owner of its next open renewal; none is left out."""
    wanted = set(account_ids)
    renewals = Renewal.objects.filter(account_id__in=wanted, closed_on__isnull=True, owner__isnull=False)
    found = dict(renewals.order_by("account_id", "-due_on", "-id").values_list("account_id", "owner_id"))
    owned = Account.objects.filter(id__in=wanted, owner__isnull=False)
    return found | dict(owned.values_list("id", "owner_id"))
