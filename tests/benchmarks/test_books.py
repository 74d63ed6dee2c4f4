"""Books to measure on are written past the models: a column they do not know breaks here, not in a night's run."""

from datetime import datetime

import pytest

from benchmarks.book import Shape, make_book, without_history
from benchmarks.tick import AHEAD, drain, fill, make_due
from playbooks.models import StepRun
from renewals.actions.scope import in_workspace
from renewals.core.actors import system_actor
from renewals.models import Account, Renewal


@pytest.mark.usefixtures("committed")
def test_book_has_its_renewals_before_their_first_mail_and_they_can_be_sent(now: datetime) -> None:
    book = make_book("tick", renewals=30, now=now, has_queue=False, shape=AHEAD)
    step = fill(book, now)
    make_due(book, step, now, 5)
    assert drain(book.workspace_id, now) == 5
    with in_workspace(book.workspace_id, by=system_actor(book.workspace_id, "test")):
        assert (Renewal.objects.count(), StepRun.objects.filter(state="done").count()) == (30, 5)


@pytest.mark.usefixtures("committed")
def test_book_of_a_herd_has_some_renewals_for_each_account_and_no_history(now: datetime) -> None:
    with without_history():
        book = make_book("herd", renewals=30, now=now, has_queue=False, shape=Shape(each=3, ahead=200))
    with in_workspace(book.workspace_id, by=system_actor(book.workspace_id, "test")):
        events = Account.pgh_event_model.objects
        assert (Account.objects.count(), Renewal.objects.count(), events.count()) == (10, 30, 0)
        Account.objects.update(name="Changed")
        assert events.count() == 10
