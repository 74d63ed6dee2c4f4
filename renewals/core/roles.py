"""Who may see and change what: one table of role x resource, and how near a record has to be.

Pages and API routes ask here with a permission such as "accounts.change"; no other module holds a rule of access.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Literal

from renewals.core.errors import InvalidInput, NotPermitted

Verb = Literal["view", "change"]


class Role(StrEnum):
    """What a person is in a workspace; the order is the order of the columns below."""

    CSM = "csm"
    RENEWAL_MANAGER = "renewal_manager"
    CS_MANAGER = "cs_manager"
    SALES = "sales"
    FINANCE = "finance"
    EXECUTIVE = "executive"
    PRODUCT_VIEWER = "product_viewer"
    ADMIN = "admin"
    AUDITOR = "auditor"


class Scope(IntEnum):
    """How far a right reaches; also how near a record is: mine, my team's, anybody's."""

    NONE = 0
    OWN = 1
    TEAM = 2
    ALL = 3


# view/change per role: n none, o own, t team, a all. Source: the role table of the security design; a CS manager
# leads a team and gets its reach, a product viewer sees use and health without people, prices or messages.
_CELLS = """
                 csm  ren  csman sale fin  exec prod adm  aud
accounts         t/o  a/a  a/t   o/n  a/n  a/n  a/n  a/a  a/n
contacts         t/o  a/a  t/t   o/n  a/n  n/n  n/n  a/a  a/n
contact_details  t/o  a/a  t/t   o/n  n/n  n/n  n/n  a/a  n/n
suppressions     t/o  a/a  t/t   o/o  n/n  n/n  n/n  a/a  a/n
suppression_lift n/n  a/a  n/n   n/n  n/n  n/n  n/n  a/a  a/n
contracts        t/n  a/a  t/n   o/n  a/a  a/n  a/n  a/n  a/n
prices           o/n  a/a  t/n   o/n  a/a  a/n  n/n  a/n  a/n
renewals         t/o  a/a  t/t   o/o  a/a  a/n  a/n  a/n  a/n
notices          t/o  a/a  t/t   o/o  a/n  a/n  n/n  a/a  a/n
outcomes         t/o  a/a  t/t   o/o  a/a  a/n  a/n  a/n  a/n
signals          t/o  a/a  t/t   o/n  a/n  a/n  a/n  a/a  a/n
sources          a/n  a/n  a/n   a/n  a/n  a/n  a/n  a/a  a/n
scores           t/n  a/n  t/n   o/n  a/n  a/n  a/n  a/a  a/n
risk_models      a/n  a/a  a/n  n/n  a/n  a/n  a/n  a/a  a/n
score_approvals  n/n  a/a  a/a   n/n  n/n  n/n  n/n  a/a  n/n
overrides        t/o  a/a  t/t   o/n  a/n  a/n  n/n  a/a  a/n
milestones       t/o  a/a  t/t   o/n  a/n  a/n  a/n  a/a  a/n
tasks            t/o  a/a  t/t   o/o  a/o  a/n  n/n  a/n  a/n
touchpoints      t/o  a/a  t/t   o/o  a/o  a/n  n/n  a/n  a/n
messages         t/o  a/a  t/t   o/n  n/n  n/n  n/n  a/a  a/n
enrolments       t/o  a/a  t/t   o/o  a/a  a/a  a/n  a/a  a/n
playbooks        a/n  a/a  a/n   a/n  a/n  a/n  a/n  a/a  a/n
playbook_approvals n/n a/a a/a  n/n  n/n  n/n  n/n  a/a  n/n
replays          t/n  a/a  t/t   o/n  a/n  a/n  n/n  a/a  a/n
offers           a/n  a/a  a/n   a/n  a/a  a/n  n/n  a/a  a/n
offer_approvals  n/n  a/a  n/n   n/n  a/a  n/n  n/n  a/a  n/n
proposals        o/o  a/a  t/t   o/o  a/n  a/n  n/n  a/n  a/n
decision_trees   a/n  a/a  a/n   a/n  a/n  a/n  n/n  a/a  a/n
negotiations     o/o  a/a  t/t   o/o  a/n  a/n  n/n  a/n  a/n
approvals        o/o  a/a  t/t   o/o  a/a  a/a  n/n  a/n  a/n
reviews          t/o  a/a  t/t   o/o  a/o  a/o  o/n  a/a  a/n
queue            o/o  a/a  t/t   o/o  o/o  a/n  n/n  a/n  n/n
pipeline         t/n  a/n  t/n   o/n  a/n  a/n  n/n  a/n  a/n
forecasts        t/o  a/a  t/t   o/o  a/n  a/n  n/n  a/n  a/n
targets          a/n  a/a  a/a   a/n  a/a  a/n  n/n  a/a  a/n
imports          a/a  a/a  a/a   n/n  a/a  n/n  n/n  a/a  a/n
saved_views      o/o  o/o  o/o   o/o  o/o  o/o  o/o  o/o  o/n
glossary         a/n  a/n  a/n   a/n  a/n  a/n  a/n  a/n  a/n
history          t/n  a/n  t/n   o/n  a/n  a/n  n/n  a/n  a/n
audit            o/n  t/n  t/n   o/n  t/n  t/n  n/n  a/n  a/n
compliance       o/n  a/a  t/t   n/n  a/n  a/n  n/n  a/a  a/n
settings         n/n  a/n  a/n   n/n  a/n  n/n  n/n  a/a  a/n
members          n/n  n/n  n/n   n/n  n/n  n/n  n/n  a/a  a/n
api_keys         n/n  n/n  n/n   n/n  n/n  n/n  n/n  a/a  a/n
operations       n/n  a/n  n/n   n/n  n/n  n/n  n/n  a/a  a/n
exports          o/n  a/n  t/n   o/n  a/n  a/n  n/n  a/n  a/n
"""

_LETTERS = {"n": Scope.NONE, "o": Scope.OWN, "t": Scope.TEAM, "a": Scope.ALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a role may look at a resource and how far it may change it."""

    view: Scope
    change: Scope


def _read_table(text: str) -> Mapping[str, Mapping[Role, Reach]]:
    rows = [line.split() for line in text.strip().splitlines()[1:]]
    return MappingProxyType({name: MappingProxyType(_read_row(cells)) for name, *cells in rows})


def _read_row(cells: list[str]) -> dict[Role, Reach]:
    pairs = (cell.split("/") for cell in cells)
    return {
        role: Reach(view=_LETTERS[view], change=_LETTERS[change])
        for role, (view, change) in zip(Role, pairs, strict=True)
    }


PERMISSIONS: Mapping[str, Mapping[Role, Reach]] = _read_table(_CELLS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """The facts of a membership that rights depend on; `record_scope` None keeps what the role has."""

    role: Role
    record_scope: Scope | None = None
    user_id: int | None = None
    team_id: int | None = None


def read_scope(word: str) -> Scope | None:
    """Return the scope of 'own', 'team' or 'all', None for an empty word; raises InvalidInput."""
    if not word:
        return None
    try:
        return Scope[word.upper()]
    except KeyError:
        raise InvalidInput(f"Record scope '{word}' is unknown.", remedy="Allowed: own, team, all.") from None


def member_of_role(role: Role | str) -> Member:
    """Return the plain membership of a role, without a record scope of its own; raises InvalidInput."""
    try:
        return Member(role=Role(role))
    except ValueError:
        raise InvalidInput(f"Role '{role}' is unknown.", remedy=f"Allowed: {', '.join(Role)}.") from None


def granted_scope(who: Member | Role | str, permission: str) -> Scope:
    """Return how far the right reaches: the role's cell, cut down by the record scope of the membership.

    `permission` is "<resource>.view" or "<resource>.change". Raises InvalidInput for one the table does not have.
    """
    member = who if isinstance(who, Member) else member_of_role(who)
    resource, verb = _known(permission)
    reach = PERMISSIONS[resource][member.role]
    by_role = reach.view if verb == "view" else reach.change
    return by_role if member.record_scope is None else Scope(min(by_role, member.record_scope))


def can(who: Member | Role | str, permission: str, *, record: Scope = Scope.OWN) -> bool:
    """Answer whether the right reaches a record this near; the default asks whether the person has it at all."""
    return record is not Scope.NONE and granted_scope(who, permission) >= record


def check_permission(who: Member | Role | str, permission: str, *, record: Scope = Scope.OWN) -> None:
    """Raise NotPermitted, naming role, right and reach, when `can` answers no."""
    if can(who, permission, record=record):
        return
    member = who if isinstance(who, Member) else member_of_role(who)
    resource, verb = _known(permission)
    reach = granted_scope(member, permission).name.lower()
    raise NotPermitted(
        f"The role {member.role.value} may not {verb} {resource.replace('_', ' ')} here.",
        why=f"Its reach for this is '{reach}', '{record.name.lower()}' is needed.",
    )


def nearness(member: Member, *, owner_ids: frozenset[int], team_ids: frozenset[int]) -> Scope:
    """Return how near a record is: OWN if the person is among its owners, TEAM if their team is, else ALL."""
    if member.user_id in owner_ids:
        return Scope.OWN
    return Scope.TEAM if member.team_id in team_ids else Scope.ALL


def may_see_prices(member: Member, *, record: Scope = Scope.OWN) -> bool:
    """Answer the field rule for amounts, discounts and anything computed from one account's price."""
    return can(member, "prices.view", record=record)


def may_see_contact_details(member: Member, *, record: Scope = Scope.OWN) -> bool:
    """Answer the field rule for a contact's address and telephone; without it they are masked."""
    return can(member, "contact_details.view", record=record)


def _known(permission: str) -> tuple[str, str]:
    resource, _, verb = permission.partition(".")
    if resource not in PERMISSIONS or verb not in ("view", "change"):
        raise InvalidInput(f"There is no permission '{permission}'.")
    return resource, verb
