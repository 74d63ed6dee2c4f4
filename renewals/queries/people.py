"""People: memberships, the facts rights depend on, which records a person may see, and the roles of a renewal."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import F, Model, Q, QuerySet

from renewals.core.roles import Member, Role, Scope, granted_scope, nearness, read_scope
from renewals.models import (
    Account,
    Amendment,
    Comment,
    Contact,
    ContactRole,
    Contract,
    ContractDocument,
    ContractLine,
    LossReview,
    Membership,
    Milestone,
    Notice,
    Outcome,
    Renewal,
    StageEntry,
    Suppression,
    Team,
    TermVersion,
    Touchpoint,
    User,
)
from renewals.queries.any_of import FoundIn

AnyModel = TypeVar("AnyModel", bound=Model)
Statement = tuple[str, tuple[Any, ...]]
"""Written down once, with its values; it finds other rows each time it is run."""

# How each noun reaches the account that decides who may see it; "" is the account itself.
ACCOUNT_PATHS: dict[type[Model], str] = {
    Account: "",
    Amendment: "contract__account__",
    Comment: "account__",
    Contact: "account__",
    ContactRole: "account__",
    Contract: "account__",
    ContractDocument: "contract__account__",
    ContractLine: "contract__account__",
    LossReview: "renewal__account__",
    Milestone: "account__",
    Notice: "account__",
    Outcome: "renewal__account__",
    Renewal: "account__",
    StageEntry: "account__",
    Suppression: "contact__account__",
    TermVersion: "contract__account__",
    Touchpoint: "account__",
}
NOTHING = "SELECT NULL::bigint WHERE false"
RENEWAL_ROLES = ("owner", "initiator", "negotiator", "finaliser")


def membership_of(user_id: int) -> Membership | None:
    """Return the active membership in the workspace one is in, None for a stranger."""
    mine = Membership.objects.filter(user_id=user_id, user__is_active=True, is_active=True)
    return mine.select_related("user", "team").first()


def members(*, role: Role | None = None) -> QuerySet[Membership]:
    """Return the active members of the workspace by name, with their person and team."""
    found = Membership.objects.filter(is_active=True, user__is_active=True).select_related("user", "team")
    return (found if role is None else found.filter(role=role.value)).order_by("user__name", "id")


def member_facts(membership: Membership) -> Member:
    """Return the facts that the rules of access take."""
    return Member(
        role=Role(membership.role),
        record_scope=read_scope(membership.record_scope),
        user_id=membership.user_id,
        team_id=membership.team_id,
    )


def visible_to(records: QuerySet[AnyModel], member: Member, permission: str) -> QuerySet[AnyModel]:
    """Return the records that the right reaches, e.g. `visible_to(Account.objects.all(), member, "accounts.view")`.

    Own: the account is mine, or I hold a role in one of its renewals. Team: it is my team's or one of its people's.
    """
    return records.filter(reach_filter(records.model, member, permission))


def near_open_renewals(field: str, member: Member, permission: str) -> FoundIn:
    """Return the condition that the renewal in `field` is open and in reach of a right that falls short of everything.

    The renewals are those of `visible_to`; a page that asks for twenty lists writes the statement out once.
    """
    return FoundIn(F(field), _near_and_open(member, granted_scope(member, permission)))


@lru_cache(maxsize=512)  # who is in a team is asked by the statement, each time it is run
def _near_and_open(member: Member, scope: Scope) -> Statement:
    """Return the statement for the ids; each way of being near is looked up by its own index.

    As one condition all ways are tried on every renewal there is.
    """
    if scope is Scope.NONE:
        return NOTHING, ()
    people, still_open = _people(member, scope), Renewal.objects.filter(closed_on__isnull=True).order_by()
    ways = [still_open.filter(**{f"{path}__in": people}) for path in (*RENEWAL_ROLES, "account__owner")]
    if scope is Scope.TEAM and member.team_id is not None:
        ways.append(still_open.filter(account__team=member.team_id))
    first, *others = (way.values("id") for way in ways)
    return first.union(*others).query.sql_with_params()


def reach_filter(model: type[Model], member: Member, permission: str) -> Q:
    """Return the condition of `visible_to`, to be combined with others."""
    scope = granted_scope(member, permission)
    if scope is Scope.NONE:
        return Q(pk__in=[])
    if scope is Scope.ALL:
        return Q()
    if model is Renewal:
        condition = Q(account__owner__in=_people(member, scope)) | _roles_of(_people(member, scope))
        return condition | _teams(model, member) if scope is Scope.TEAM else condition
    return Q(FoundIn(F(ACCOUNT_PATHS[model].removesuffix("__") or "id"), accounts_near(member, scope)))


def statements_of_reach(member: Member) -> dict[str, Statement]:
    """Return by name the statements that `visible_to` and `near_open_renewals` put into the lists of a person."""
    scopes = {"own": Scope.OWN, "team": Scope.TEAM}
    near = {f"near_{name}": accounts_near(member, scope) for name, scope in scopes.items()}
    return near | {f"open_{name}": _near_and_open(member, scope) for name, scope in scopes.items()}


def of_team(team_id: int, path: str = "") -> Q:
    """Return the condition that an account, reached by `path`, is the team's or owned by one of its people."""
    people = Membership.objects.filter(team_id=team_id).values("user_id")
    return Q(**{f"{path}team_id": team_id}) | Q(**{f"{path}owner_id__in": people})


def owned(member: Member, scope: Scope, path: str = "") -> Q:
    """Return the condition that an account, reached by `path`, is the person's own, or in a team theirs."""
    found = Q(**{f"{path}owner_id__in": _people(member, scope)})
    if scope is Scope.TEAM and member.team_id is not None:
        found |= Q(**{f"{path}team_id": member.team_id})
    return Q(pk__in=[]) if scope is Scope.NONE else found


def record_nearness(member: Member, account: Account, renewal: Renewal | None = None) -> Scope:
    """Return how near an account, or one of its renewals, is to this person."""
    owner_ids = {account.owner_id}
    if renewal is not None:
        owner_ids |= {getattr(renewal, f"{role}_id") for role in RENEWAL_ROLES}
    elif account.owner_id != member.user_id and holds_a_role(member, account.id):
        owner_ids.add(member.user_id)
    return nearness(member, owner_ids=frozenset(owner_ids - {None}), team_ids=_team_ids(member, account))


def holds_a_role(member: Member, account_id: int) -> bool:
    """Answer whether the person holds one of the four roles in a renewal of the account."""
    return Renewal.objects.filter(_roles_of([member.user_id]), account_id=account_id).exists()


def _team_ids(member: Member, account: Account) -> frozenset[int]:
    teams = {account.team_id} - {None}
    if member.team_id is not None and account.owner_id is not None and member.team_id not in teams:
        is_colleague = Membership.objects.filter(user_id=account.owner_id, team_id=member.team_id).exists()
        teams |= {member.team_id} if is_colleague else set()
    return frozenset(teams)


def _people(member: Member, scope: Scope) -> "QuerySet[Membership, Any] | list[int | None]":
    if scope is Scope.OWN or member.team_id is None:
        return [member.user_id]
    return Membership.objects.filter(Q(team_id=member.team_id) | Q(user_id=member.user_id)).values("user_id")


@lru_cache(maxsize=512)  # who is in a team and who holds which role is asked by the statement, each time it is run
def accounts_near(member: Member, scope: Scope) -> Statement:
    """Return the statement for the ids of accounts that are mine, or my team's, or in whose renewals we hold a role.

    Each way is looked up by its own index; as one condition they are tried on every account there is.
    """
    people = _people(member, scope)
    held = (Renewal.objects.filter(**{f"{role}__in": people}).order_by() for role in RENEWAL_ROLES)
    ways = [rows.values("account_id") for rows in held]
    if scope is Scope.TEAM and member.team_id is not None:
        ways.append(Account.objects.filter(team=member.team_id).order_by().values("id"))
    found = Account.objects.filter(owner__in=people).order_by().values("id").union(*ways)
    return found.query.sql_with_params()


def _teams(model: type[Model], member: Member) -> Q:
    if member.team_id is None:
        return Q()
    return Q(**{f"{ACCOUNT_PATHS[model]}team": member.team_id})


def _roles_of(people: object) -> Q:
    condition = Q()
    for role in RENEWAL_ROLES:
        condition |= Q(**{f"{role}__in": people})
    return condition


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTriad:
    """Who owns, initiates, negotiates and finalises renewals of an account when nothing else is said."""

    owner_id: int
    initiator_id: int
    negotiator_id: int
    finaliser_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Members by role, in order of seniority of their membership; read once for many accounts."""

    by_role: dict[Role, tuple[tuple[int, int | None], ...]]

    def pick(self, roles: tuple[Role, ...], team_id: int | None) -> int | None:
        """Return the first member with the first role there is, one of the account's team before others."""
        for role in roles:
            people = sorted(self.by_role.get(role, ()), key=lambda person: person[1] != team_id)
            if people:
                return people[0][0]
        return None


def bench() -> Bench:
    """Return the active members of the workspace by role."""
    found: dict[Role, list[tuple[int, int | None]]] = {}
    for membership in Membership.objects.filter(is_active=True, user__is_active=True).order_by("id"):
        found.setdefault(Role(membership.role), []).append((membership.user_id, membership.team_id))
    return Bench(by_role={role: tuple(people) for role, people in found.items()})


def role_triad(bench: Bench, *, owner_id: int | None, team_id: int | None) -> RoleTriad | None:
    """Return the roles of a new renewal: the account's owner, else a renewal manager, CS manager or admin, owns it.

    None when the workspace has nobody who could own a renewal.
    """
    owner = owner_id or bench.pick((Role.RENEWAL_MANAGER, Role.CS_MANAGER, Role.CSM, Role.ADMIN), team_id)
    if owner is None:
        return None
    negotiator = bench.pick((Role.RENEWAL_MANAGER, Role.SALES), team_id) or owner
    finaliser = bench.pick((Role.CS_MANAGER, Role.FINANCE), team_id) or negotiator
    return RoleTriad(owner_id=owner, initiator_id=owner, negotiator_id=negotiator, finaliser_id=finaliser)


def people_by_email(emails: frozenset[str]) -> dict[str, User]:
    """Return the workspace's active members by address in lower case; strangers are simply not there."""
    found = members().filter(user__email__in=[email.lower() for email in emails])
    return {membership.user.email: membership.user for membership in found}


def teams_of_people() -> list[tuple[int, int | None]]:
    """Return every person of the workspace with their team, by id."""
    return list(Membership.objects.order_by("user_id").values_list("user_id", "team_id"))


def teams() -> QuerySet[Team]:
    """Return the teams of the workspace by name."""
    return Team.objects.order_by("name")
