"""Roles: the whole table, record scopes, and the field rules for prices and contact details."""

import itertools

import pytest

from renewals.core.errors import InvalidInput, NotPermitted
from renewals.core.roles import (
    PERMISSIONS,
    Member,
    Role,
    Scope,
    can,
    check_permission,
    granted_scope,
    may_see_contact_details,
    may_see_prices,
    nearness,
    read_scope,
)


def test_table_of_permissions_names_every_role_for_every_resource() -> None:
    assert {resource: set(row) for resource, row in PERMISSIONS.items()} == {
        resource: set(Role) for resource in PERMISSIONS
    }


@pytest.mark.parametrize(("resource", "role"), list(itertools.product(PERMISSIONS, Role)))
def test_right_to_change_never_reaches_further_than_the_right_to_view(resource: str, role: Role) -> None:
    reach = PERMISSIONS[resource][role]
    assert reach.change <= reach.view or resource == "suppressions"


@pytest.mark.requirement(78)
@pytest.mark.parametrize(
    ("role", "permission", "expected"),
    [
        ("csm", "accounts.view", Scope.TEAM),
        ("csm", "accounts.change", Scope.OWN),
        ("csm", "contracts.change", Scope.NONE),
        ("csm", "prices.view", Scope.OWN),
        ("renewal_manager", "accounts.change", Scope.ALL),
        ("cs_manager", "queue.view", Scope.TEAM),
        ("sales", "accounts.view", Scope.OWN),
        ("finance", "contact_details.view", Scope.NONE),
        ("executive", "contacts.view", Scope.NONE),
        ("executive", "queue.change", Scope.NONE),
        ("product_viewer", "signals.view", Scope.ALL),
        ("product_viewer", "prices.view", Scope.NONE),
        ("product_viewer", "queue.view", Scope.NONE),
        ("admin", "members.change", Scope.ALL),
        ("admin", "prices.change", Scope.NONE),
        ("auditor", "audit.view", Scope.ALL),
    ],
)
def test_granted_scope_of_a_role_is_the_cell_of_the_table(role: str, permission: str, expected: Scope) -> None:
    assert granted_scope(role, permission) is expected


@pytest.mark.parametrize("permission", [f"{resource}.change" for resource in PERMISSIONS])
def test_auditor_and_product_viewer_change_nothing_but_their_own_views(permission: str) -> None:
    assert not can(Role.AUDITOR, permission)
    assert can(Role.PRODUCT_VIEWER, permission) is (permission == "saved_views.change")


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        (Role.RENEWAL_MANAGER, Scope.OWN, Scope.OWN),
        (Role.RENEWAL_MANAGER, Scope.TEAM, Scope.TEAM),
        (Role.RENEWAL_MANAGER, None, Scope.ALL),
        (Role.SALES, Scope.ALL, Scope.OWN),
        (Role.CSM, Scope.OWN, Scope.OWN),
    ],
)
def test_record_scope_of_a_membership_only_ever_narrows(role: Role, scope: Scope | None, expected: Scope) -> None:
    assert granted_scope(Member(role=role, record_scope=scope), "accounts.view") is expected


@pytest.mark.parametrize(
    ("owners", "teams", "expected"),
    [({7}, {1}, Scope.OWN), ({8}, {1}, Scope.TEAM), ({8}, {2}, Scope.ALL), (set(), set(), Scope.ALL)],
)
def test_nearness_of_a_record_takes_the_closest_tie(owners: set[int], teams: set[int], expected: Scope) -> None:
    member = Member(role=Role.CSM, user_id=7, team_id=1)
    assert nearness(member, owner_ids=frozenset(owners), team_ids=frozenset(teams)) is expected


def test_person_without_a_team_is_near_no_teamless_record() -> None:
    assert nearness(Member(role=Role.CSM, user_id=7), owner_ids=frozenset(), team_ids=frozenset()) is Scope.ALL


def test_permission_that_is_missing_is_refused_with_role_and_reach() -> None:
    check_permission("csm", "accounts.change", record=Scope.OWN)
    with pytest.raises(NotPermitted) as refusal:
        check_permission("csm", "accounts.change", record=Scope.TEAM)
    assert refusal.value.what == "The role csm may not change accounts here."
    assert refusal.value.why == "Its reach for this is 'own', 'team' is needed."


@pytest.mark.parametrize("permission", ["accounts", "accounts.delete", "ponies.view", ""])
def test_permission_outside_the_table_is_an_error_not_a_yes(permission: str) -> None:
    with pytest.raises(InvalidInput):
        can(Role.ADMIN, permission)


def test_unknown_role_or_scope_is_refused() -> None:
    with pytest.raises(InvalidInput):
        can("root", "accounts.view")
    with pytest.raises(InvalidInput):
        read_scope("everything")
    assert [read_scope(word) for word in ("", "own", "team", "all")] == [None, Scope.OWN, Scope.TEAM, Scope.ALL]


@pytest.mark.requirement(78)
def test_field_rule_for_prices_and_details_follows_role_and_record() -> None:
    prices = {role.value: may_see_prices(Member(role=role), record=Scope.ALL) for role in Role}
    assert [role for role, seen in prices.items() if seen] == [
        "renewal_manager",
        "finance",
        "executive",
        "admin",
        "auditor",
    ]
    assert may_see_prices(Member(role=Role.CSM), record=Scope.OWN)
    assert not may_see_prices(Member(role=Role.CSM), record=Scope.TEAM)
    details = [role.value for role in Role if may_see_contact_details(Member(role=role))]
    assert details == ["csm", "renewal_manager", "cs_manager", "sales", "admin"]
