"""Contacts, their roles over time, and suppressions."""

from datetime import date, timedelta

import pytest

from renewals.actions.contacts import end_role, give_role, record_contact, record_contacts
from renewals.actions.suppressions import add_suppression, lift_suppression
from renewals.core.errors import EvidenceMissing, InvalidInput, UnknownReference
from renewals.core.records import ContactRow
from renewals.models import Contact, ContactRole
from renewals.queries.accounts import live_suppressions, roles_of
from tests.renewals.build import NOW, account


@pytest.fixture
def people(inside, actor) -> list[Contact]:
    """Two contacts of one account; the first is its sponsor."""
    account(actor)
    ada = ContactRow(
        external_id="P1", account_external_id="A1", name="Ada", email="ada@Example.COM", roles=("executive_sponsor",)
    )
    bob = ContactRow(external_id="P2", account_external_id="A1", name="Bob")
    record_contacts(rows=[ada, bob], by=actor, now=NOW)
    return list(Contact.objects.order_by("external_id"))


def test_contact_recorded_twice_changes_nothing_the_second_time(people, actor) -> None:
    row = ContactRow(external_id="P1", account_external_id="A1", name="Ada", roles=("executive_sponsor",))
    again = record_contacts(rows=[row], by=actor, now=NOW + timedelta(days=3))
    assert (again.created, again.updated, again.unchanged) == (0, 0, 1)
    assert people[0].email == "ada@example.com"
    assert ContactRole.objects.count() == 1


@pytest.mark.requirement(76)
def test_new_sponsor_ends_the_role_of_the_one_before_and_keeps_the_history(people, actor) -> None:
    ada, bob = people
    give_role(contact_id=bob.id, role="executive_sponsor", from_on=date(2026, 5, 1), by=actor, now=NOW)
    assert [(r.contact.name, r.from_on, r.until_on) for r in roles_of(ada.account_id)] == [
        ("Ada", date(2026, 3, 2), date(2026, 4, 30)),
        ("Bob", date(2026, 5, 1), None),
    ]
    assert [r.contact.name for r in roles_of(ada.account_id, on=date(2026, 4, 30))] == ["Ada"]
    assert [r.contact.name for r in roles_of(ada.account_id, on=date(2026, 5, 1))] == ["Bob"]


def test_role_given_twice_is_the_first_and_champions_may_be_many(people, actor) -> None:
    for contact in (*people, people[0]):
        give_role(contact_id=contact.id, role="champion", from_on=date(2026, 5, 1), by=actor, now=NOW)
    assert ContactRole.objects.filter(role="champion", until_on__isnull=True).count() == 2
    assert ContactRole.objects.get(role="executive_sponsor").until_on is None


def test_roles_said_anew_end_those_not_named(people, actor) -> None:
    row = ContactRow(external_id="P1", account_external_id="A1", roles=("legal",), roles_on=date(2026, 3, 2))
    record_contacts(rows=[row], by=actor, now=NOW)
    ended = ContactRole.objects.get(role="executive_sponsor")
    assert (ended.from_on, ended.until_on) == (date(2026, 3, 2), date(2026, 3, 2))
    assert not end_role(contact_id=people[0].id, role="executive_sponsor", until_on=NOW.date(), by=actor, now=NOW)
    assert end_role(contact_id=people[0].id, role="legal", until_on=NOW.date(), by=actor, now=NOW)


@pytest.mark.parametrize(
    "address", ["a@b", "a@b..c", "a@@b.de", "a b@c.de", "a@b.de; c@d.de", '"Bob" <b@x.com>', "a@b.c."]
)
def test_address_that_cannot_be_one_is_refused(inside, actor, address: str) -> None:
    account(actor)
    with pytest.raises(InvalidInput):
        record_contact(
            row=ContactRow(external_id="P9", account_external_id="A1", name="X", email=address), by=actor, now=NOW
        )


def test_contact_of_an_unknown_account_is_refused(inside, actor) -> None:
    with pytest.raises(UnknownReference):
        record_contact(row=ContactRow(external_id="P9", account_external_id="nope", name="X"), by=actor, now=NOW)


def test_suppression_is_added_once_and_lifted_only_with_evidence(people, actor) -> None:
    ada = people[0]
    first = add_suppression(contact_id=ada.id, origin="unsubscribe", by=actor, now=NOW)
    again = add_suppression(contact_id=ada.id, origin="manual", by=actor, now=NOW + timedelta(days=1))
    assert (first.id, again.origin, again.since_at) == (again.id, "unsubscribe", NOW)
    with pytest.raises(EvidenceMissing):
        lift_suppression(suppression_id=first.id, evidence=" ", by=actor, now=NOW)
    lifted = lift_suppression(suppression_id=first.id, evidence="Mail of 3 March", by=actor, now=NOW)
    later = lift_suppression(suppression_id=first.id, evidence="Other", by=actor, now=NOW + timedelta(days=1))
    assert (lifted.lifted_at, later.lifted_evidence) == (NOW, "Mail of 3 March")
    anew = add_suppression(contact_id=ada.id, origin="complaint", by=actor, now=NOW + timedelta(days=2))
    assert [row.id for row in live_suppressions(ada.account_id)] == [anew.id]
    with pytest.raises(UnknownReference):
        add_suppression(contact_id=10**9, origin="manual", by=actor, now=NOW)
