"""An import taken back: what it made goes, what it replaced returns, what was changed since stays and is named."""

from datetime import datetime

import pghistory.models
import pytest

from renewals.core.actors import Actor
from renewals.core.errors import StateNotAllowed
from renewals.models import Account, Contract, ContractLine, ImportRun, Outcome, Renewal, TermVersion
from signals.actions.imports import undo_import
from signals.models import Signal
from tests.imports.conftest import Importing
from tests.imports.test_kinds import ACCOUNTS, CONTRACTS, HISTORY, TERM, TWO

pytestmark = pytest.mark.requirement(4)


def test_undo_restores_the_workspace_as_it_was(bring: Importing, admin: Actor, now: datetime) -> None:
    first = bring("accounts", TWO, ACCOUNTS)
    second = bring("accounts", TWO.replace("Acme", "Acme Inc"), ACCOUNTS)
    third = bring("contracts", HISTORY, CONTRACTS)
    undone = undo_import(run_id=third.run_id, by=admin, now=now)
    assert (undone.kept_count, TermVersion.objects.count(), ContractLine.objects.count()) == (0, 0, 0)
    assert (Contract.objects.count(), Renewal.objects.count(), Outcome.objects.count()) == (0, 0, 0)
    assert undo_import(run_id=second.run_id, by=admin, now=now).restored == 1
    assert Account.objects.get(external_id="A-1").name == "Acme"
    assert undo_import(run_id=first.run_id, by=admin, now=now).removed == 2
    assert Account.objects.count() == 0


def test_undo_keeps_what_was_changed_since_and_says_so(bring: Importing, admin: Actor, now: datetime) -> None:
    report = bring("accounts", TWO, ACCOUNTS)
    Account.objects.filter(external_id="A-2").update(industry="retail")
    undone = undo_import(run_id=report.run_id, by=admin, now=now)
    # The parent stays too: a kept account hangs on it.
    assert (undone.removed, undone.kept_count) == (0, 2)
    assert {(row.table_name, row.why) for row in undone.kept} == {("renewals_account", "used or changed")}


def test_undo_restores_a_superseded_term(bring: Importing, admin: Actor, now: datetime) -> None:
    bring("accounts", TWO, ACCOUNTS)
    bring("contracts", "id,account,start,end,arr\nC-1,A-1,2026-01-01,2026-12-31,100\n", TERM)
    report = bring("contracts", "id,account,start,end,arr\nC-1,A-1,2026-01-01,2027-06-30,150\n", TERM)
    undo_import(run_id=report.run_id, by=admin, now=now)
    term = TermVersion.objects.get(superseded_at__isnull=True)
    assert (term.version, term.ends_on.isoformat(), TermVersion.objects.count()) == (1, "2026-12-31", 1)


def test_undo_withdraws_signals(bring: Importing, admin: Actor, now: datetime) -> None:
    bring("accounts", TWO, ACCOUNTS)
    mapping = '[columns]\naccount = "a"\noccurred_at = "on"\nvalue = "n"\n[constants]\nkind = "usage.logins"\n'
    text = "a,on,n\nA-1,2026-02-01,9\nA-1,2026-02-02,8\n"
    report = bring("signals", text, mapping)
    assert undo_import(run_id=report.run_id, by=admin, now=now).signals_removed == 2
    assert Signal.objects.count() == 0
    assert bring("signals", text, mapping).counts.created == 2


def test_undo_twice_is_refused(bring: Importing, admin: Actor, now: datetime) -> None:
    report = bring("accounts", TWO, ACCOUNTS)
    undo_import(run_id=report.run_id, by=admin, now=now)
    run = ImportRun.objects.get()
    assert (run.state, run.undone_by_label) == ("undone", "Ada")
    with pytest.raises(StateNotAllowed):
        undo_import(run_id=report.run_id, by=admin, now=now)


def test_history_says_who_and_why(bring: Importing, admin: Actor) -> None:
    bring("accounts", TWO, ACCOUNTS)
    events = pghistory.models.Events.objects.tracks(Account.objects.get(external_id="A-1"))
    assert [(event.pgh_context["label"], event.pgh_context["why"]) for event in events[:1]] == [
        ("Ada", "import file.csv")
    ]
