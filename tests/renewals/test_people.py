"""Members, record scopes and what each role sees of accounts, contacts and renewals."""

import pytest

from renewals.actions.accounts import record_accounts
from renewals.actions.contacts import record_contacts
from renewals.actions.scope import person
from renewals.actions.settings import delete_view, save_view
from renewals.actions.workspaces import NewMember, add_member, remove_member
from renewals.core.actors import person_actor, system_actor
from renewals.core.errors import InvalidInput, NotPermitted, UnknownReference
from renewals.core.records import AccountRow, ContactRow
from renewals.core.roles import Role, Scope
from renewals.models import Account, Contact, Membership, Renewal, SavedView, User
from renewals.queries.people import (
    member_facts,
    members,
    membership_of,
    near_open_renewals,
    people_by_email,
    record_nearness,
    visible_to,
)
from renewals.queries.search import search
from tests.renewals.build import NOW, account, contract, member, renewal


@pytest.fixture
def book(inside, actor):
    """Ada and Bob of team North, Cem of South; one account of each, one of the team alone, one of nobody."""
    ada, bob = member(actor, "Ada", team="North"), member(actor, "Bob", team="North")
    cem = member(actor, "Cem", team="South")
    rows = [
        AccountRow(external_id="ada", name="Ada's", owner_id=ada.user_id),
        AccountRow(external_id="bob", name="Bob's", owner_id=bob.user_id),
        AccountRow(external_id="cem", name="Cem's", owner_id=cem.user_id),
        AccountRow(external_id="north", name="North's", team_id=ada.team_id),
        AccountRow(external_id="none", name="Nobody's"),
    ]
    record_accounts(rows=rows, by=actor, now=NOW)
    contacts = [
        ContactRow(external_id=f"at-{row.external_id}", account_external_id=row.external_id, name=f"At {row.name}")
        for row in rows
    ]
    record_contacts(rows=contacts, by=actor, now=NOW)
    return {"ada": ada, "bob": bob, "cem": cem}


def seen(membership: Membership, model, permission: str) -> list[str]:
    """Return the external ids this person may see."""
    found = visible_to(model.objects.all(), member_facts(membership), permission)
    return list(found.order_by("external_id").values_list("external_id", flat=True))


def test_csm_sees_the_team_and_changes_only_their_own(book) -> None:
    ada = book["ada"]
    assert seen(ada, Account, "accounts.view") == ["ada", "bob", "north"]
    assert seen(ada, Account, "accounts.change") == ["ada"]
    assert seen(ada, Contact, "contacts.view") == ["at-ada", "at-bob", "at-north"]


@pytest.mark.parametrize(
    ("role", "scope", "expected"),
    [
        (Role.RENEWAL_MANAGER, None, ["ada", "bob", "cem", "none", "north"]),
        (Role.RENEWAL_MANAGER, Scope.TEAM, ["ada", "bob", "north"]),
        (Role.RENEWAL_MANAGER, Scope.OWN, []),
        (Role.SALES, None, []),
        (Role.PRODUCT_VIEWER, None, ["ada", "bob", "cem", "none", "north"]),
    ],
)
def test_record_scope_of_a_membership_narrows_the_role(book, actor, role, scope, expected) -> None:
    dora = member(actor, "Dora", role, scope=scope, team="North")
    assert seen(dora, Account, "accounts.view") == expected
    if role is Role.PRODUCT_VIEWER:
        assert seen(dora, Contact, "contacts.view") == []


def test_person_without_a_team_does_not_see_accounts_without_one(book, actor) -> None:
    loner = member(actor, "Lea")
    assert seen(loner, Account, "accounts.view") == []


def test_role_in_a_renewal_makes_the_account_ones_own(inside, actor) -> None:
    row = renewal(actor)
    sales = member(actor, "Sam", Role.SALES)
    assert seen(sales, Account, "accounts.view") == []
    Renewal.objects.filter(id=row.id).update(negotiator=sales.user)
    facts = member_facts(sales)
    assert seen(sales, Account, "accounts.view") == ["A1"]
    assert list(visible_to(Renewal.objects.all(), facts, "renewals.change")) == [row]
    assert list(Renewal.objects.filter(near_open_renewals("id", facts, "renewals.change"))) == [row]
    others = [member(actor, name, role) for name, role in (("Vic", Role.PRODUCT_VIEWER), ("Tom", Role.SALES))]
    for each in (member_facts(other) for other in others):
        assert not Renewal.objects.filter(near_open_renewals("id", each, "queue.view")).exists()
    row.refresh_from_db()
    assert record_nearness(facts, row.account) is record_nearness(facts, row.account, row) is Scope.OWN


def test_nearness_of_a_record_agrees_with_what_is_visible(book) -> None:
    ada = member_facts(book["ada"])
    nearness = {row.external_id: record_nearness(ada, row) for row in Account.objects.all()}
    assert nearness == {
        "ada": Scope.OWN,
        "bob": Scope.TEAM,
        "cem": Scope.ALL,
        "north": Scope.TEAM,
        "none": Scope.ALL,
    }


def test_search_finds_words_slips_and_addresses_within_reach(book, actor) -> None:
    record_contacts(
        rows=[ContactRow(external_id="x", account_external_id="ada", name="Zoë Müller", email="zoe@example.com")],
        by=actor,
        now=NOW,
    )
    ada, cem = member_facts(book["ada"]), member_facts(book["cem"])
    assert [(hit.kind, hit.title) for hit in search("zoë mü", member=ada)] == [("contact", "Zoë Müller")]
    assert [hit.title for hit in search("Zoë Müler", member=ada)] == ["Zoë Müller"]
    assert [hit.note for hit in search("zoe@ex", member=ada)] == ["Ada's"]
    assert search("bob", member=ada)[0].title == "Bob's"
    admin = member_facts(member(actor, "Dora", Role.ADMIN))
    assert [hit.title for hit in search("zoë mü", member=admin)] == ["Zoë Müller"]
    assert [hit.title for hit in search("Zoë Müler", member=admin)] == ["Zoë Müller"]
    assert [hit.title for hit in search("ZOE@EX", member=admin)] == ["Zoë Müller"]
    assert [hit.title for hit in search("none", member=admin)] == ["Nobody's"]
    assert search("100%", member=admin) == search("a_b", member=admin) == search("\\\\", member=admin) == ()
    assert search("zoe@ex", member=cem) == search("bob", member=cem) == search("z", member=ada) == ()


def test_member_added_twice_is_changed_not_doubled_and_keeps_their_password(inside, actor) -> None:
    first = add_member(
        member=NewMember(email="Ada@Example.com", role=Role.CSM, password="one two three"), by=actor, now=NOW
    )
    again = add_member(member=NewMember(email="ada@example.com", role=Role.SALES, password="x"), by=actor, now=NOW)
    assert (first.id, again.role) == (again.id, "sales")
    assert User.objects.get(email="ada@example.com").check_password("one two three")
    assert list(people_by_email(frozenset({"ADA@example.com", "no@example.com"}))) == ["ada@example.com"]
    with pytest.raises(InvalidInput):
        add_member(member=NewMember(email="", role=Role.CSM), by=actor, now=NOW)


def test_last_admin_stays_and_removed_members_lose_their_access(inside, actor) -> None:
    ada, bob = member(actor, "Ada", Role.ADMIN), member(actor, "Bob", Role.ADMIN)
    assert not remove_member(membership_id=bob.id, by=actor, now=NOW).is_active
    assert membership_of(bob.user_id) is None
    assert list(members(role=Role.ADMIN)) == [ada]
    with pytest.raises(InvalidInput):
        remove_member(membership_id=ada.id, by=actor, now=NOW)
    with pytest.raises(UnknownReference):
        remove_member(membership_id=10**9, by=actor, now=NOW)


def test_person_in_two_workspaces_sees_both_memberships_and_no_rows(inside, actor, other_workspace) -> None:
    from_here = member(actor, "Ada")
    found = person(from_here.user_id)
    assert found is not None
    assert (found.user, found.memberships) == (from_here.user, (from_here,))
    assert person(10**9) is None
    account(actor)
    contract(actor)
    assert system_actor(other_workspace.id, "x").workspace_id != inside.id


def test_saved_view_belongs_to_its_person(inside, actor) -> None:
    ada, bob = (member(actor, name) for name in ("Ada", "Bob"))
    mine = person_actor(inside.id, ada.user_id, "Ada")
    theirs = person_actor(inside.id, bob.user_id, "Bob")
    first = save_view(page="queue", name="Late", query="due=30", is_shared=True, by=mine)
    again = save_view(page="queue", name="Late", query="due=60", is_shared=True, by=mine)
    assert (first.id, again.query, SavedView.objects.count()) == (again.id, "due=60", 1)
    with pytest.raises(UnknownReference):
        delete_view(view_id=first.id, by=theirs)
    with pytest.raises(NotPermitted):
        save_view(page="queue", name="Late", query="", is_shared=False, by=actor)
    delete_view(view_id=first.id, by=mine)
    assert SavedView.objects.count() == 0
