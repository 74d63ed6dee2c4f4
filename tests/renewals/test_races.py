"""Two callers at one moment, each on its own connection: one of them wins, and nothing is doubled."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import connections

from renewals.actions.accounts import record_account, set_parent
from renewals.actions.contacts import record_contact
from renewals.actions.contracts import amend_term
from renewals.actions.renewals import open_renewal_cycles
from renewals.actions.scope import in_workspace
from renewals.actions.suppressions import add_suppression
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import NamedError, ParentCycle, TermsOverlap
from renewals.core.records import AccountRow, ContactRow
from renewals.models import Account, Renewal, Suppression, TermVersion
from tests.plugins.database import make_workspace
from tests.renewals.build import NOW, TERM, account, contract, member


@pytest.fixture
def actor(committed: None) -> Iterator[Actor]:
    """The system in a committed workspace."""
    yield system_actor(make_workspace("acme").id, "tests")


def at_once(actor: Actor, *calls: Callable[[], object]) -> list[str]:
    """Return what each call ended with: 'done' or the name of the error, sorted. All start together."""
    start, ends = threading.Barrier(len(calls)), []

    def run(call: Callable[[], object]) -> None:
        try:
            with in_workspace(actor.workspace_id, by=actor):
                start.wait(10)
                call()
            ends.append("done")
        except NamedError as error:
            ends.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(ends)


def test_same_new_account_from_two_callers_is_one_account(actor: Actor) -> None:
    def record() -> Account:
        return record_account(row=AccountRow(external_id="A1", name="Acme"), by=actor, now=NOW)

    assert at_once(actor, record, record) in (["Conflict", "done"], ["done", "done"])
    with in_workspace(actor.workspace_id, by=actor):
        assert Account.objects.count() == 1


def test_two_moves_that_close_a_circle_together_leave_one(actor: Actor) -> None:
    with in_workspace(actor.workspace_id, by=actor):
        a, b = account(actor, "A"), account(actor, "B")
    ends = at_once(
        actor,
        lambda: set_parent(account_id=a.id, parent_id=b.id, by=actor, now=NOW),
        lambda: set_parent(account_id=b.id, parent_id=a.id, by=actor, now=NOW),
    )
    assert ends == [ParentCycle.__name__, "done"]
    with in_workspace(actor.workspace_id, by=actor):
        assert Account.objects.filter(parent__isnull=False).count() == 1


def test_two_amendments_that_overlap_leave_one(actor: Actor) -> None:
    with in_workspace(actor.workspace_id, by=actor):
        account(actor)
        made = contract(actor)
    second = replace(TERM, number=2, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
    third = replace(second, number=3, starts_on=date(2027, 6, 1), ends_on=date(2028, 5, 31))
    ends = at_once(
        actor,
        *(lambda t=t: amend_term(contract_id=made.id, term=t, reason="x", by=actor, now=NOW) for t in (second, third)),
    )
    assert ends == [TermsOverlap.__name__, "done"]
    with in_workspace(actor.workspace_id, by=actor):
        assert TermVersion.objects.filter(superseded_at__isnull=True).count() == 2


def test_two_sweeps_open_one_cycle(actor: Actor) -> None:
    with in_workspace(actor.workspace_id, by=actor):
        account(actor, owner_id=member(actor, "Ada").user_id)
        contract(actor)

    def sweep() -> object:
        return open_renewal_cycles(by=actor, now=NOW)

    assert at_once(actor, sweep, sweep) == ["done", "done"]
    with in_workspace(actor.workspace_id, by=actor):
        assert Renewal.objects.count() == 1


def test_two_unsubscribes_are_one_suppression(actor: Actor) -> None:
    with in_workspace(actor.workspace_id, by=actor):
        account(actor)
        row = ContactRow(external_id="P1", account_external_id="A1", name="Ada")
        person = record_contact(row=row, by=actor, now=NOW)

    def unsubscribe() -> Suppression:
        return add_suppression(contact_id=person.id, origin="unsubscribe", by=actor, now=NOW)

    assert at_once(actor, unsubscribe, unsubscribe, unsubscribe) == ["done"] * 3
    with in_workspace(actor.workspace_id, by=actor):
        assert Suppression.objects.count() == 1
