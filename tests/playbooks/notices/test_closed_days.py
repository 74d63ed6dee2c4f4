"""Closed days from the database: they move messages of the account or the workspace, never tasks."""

from datetime import date, datetime, timedelta

import pytest

from playbooks.core.cadence import plan
from playbooks.queries.cases import load_enrolment_cases
from renewals.actions.closed_days import ClosedPeriod, close_days, open_days
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.dates import NoticeUnit
from renewals.core.errors import EndsBeforeStart, InvalidInput, UnknownReference
from renewals.models import Account, ClosedDays, Contract, TermVersion, Workspace
from renewals.queries.contracts import contract_facts
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import email_step, task_step

PLANNED = date(2026, 4, 20)


def due_days(enrolment_id: int, now: datetime) -> dict[str, date]:
    """The planned day of each step that is ahead."""
    case = load_enrolment_cases([enrolment_id], now=now)[0]
    return {item.step_key: item.due_on for item in plan(case.definition, case.plan, now=now).steps}


def close(by: Actor, now: datetime, first: date, last: date, **more: object) -> ClosedDays:
    account_id = more.pop("account_id", None)
    period = ClosedPeriod(from_on=first, until_on=last, reason="Stock-taking", **more)
    return close_days(period=period, account_id=account_id, by=by, now=now)


@pytest.mark.requirement(87)
@pytest.mark.parametrize("whose", ["workspace", "account"])
def test_blackout_moves_messages_and_no_tasks(
    workspace: Workspace, actor: Actor, now: datetime, enrol: Enrol, whose: str
) -> None:
    world, enrolment = enrol(
        email_step("mail", -60),
        task_step("call", -60, at="10:00"),
    )
    with in_workspace(workspace.id, by=actor, now=now):
        before = due_days(enrolment.id, now)
        first = before["mail"]
        account_id = world.account.id if whose == "account" else None
        row = close(actor, now, first, first + timedelta(days=6), account_id=account_id)
        after = due_days(enrolment.id, now)
        assert after["mail"] > first + timedelta(days=6)
        assert after["call"] == before["call"]
        assert [item.reason for item in load_enrolment_cases([enrolment.id], now=now)[0].plan.blackouts] == [
            "Stock-taking"
        ]
        open_days(closed_days_id=row.id, account_id=account_id, by=actor, now=now)
        assert due_days(enrolment.id, now) == before


def test_blackout_of_another_account_moves_nothing(
    workspace: Workspace, actor: Actor, now: datetime, enrol: Enrol
) -> None:
    _, enrolment = enrol(email_step("mail", -60))
    other, _ = enrol(email_step("mail", -60), key="A-2")
    with in_workspace(workspace.id, by=actor, now=now):
        before = due_days(enrolment.id, now)
        close(actor, now, before["mail"], before["mail"], account_id=other.account.id)
        assert due_days(enrolment.id, now) == before


def test_holiday_of_the_workspace_is_no_business_day_of_its_country(
    workspace: Workspace, actor: Actor, now: datetime, enrol: Enrol
) -> None:
    world, _ = enrol(task_step("call", -60))
    with in_workspace(workspace.id, by=actor, now=now):
        TermVersion.objects.update(notice_period=2, notice_unit=NoticeUnit.BUSINESS_DAYS)
        ends_on = TermVersion.objects.get().ends_on
        close(actor, now, ends_on - timedelta(days=3), ends_on - timedelta(days=1), is_holiday=True, country="de")
        calendar = contract_facts([Contract.objects.get().id], today=now.date())[0].calendar
        assert not calendar.is_business_day(ends_on - timedelta(days=2))
        assert Account.objects.get(id=world.account.id).country == "DE"


def test_closed_days_are_kept_once_and_refused_when_they_make_no_sense(
    workspace: Workspace, actor: Actor, now: datetime
) -> None:
    with in_workspace(workspace.id, by=actor, now=now):
        assert close(actor, now, PLANNED, PLANNED).id == close(actor, now, PLANNED, PLANNED).id
        with pytest.raises(EndsBeforeStart):
            close(actor, now, PLANNED, PLANNED - timedelta(days=1))
        with pytest.raises(InvalidInput):
            close(actor, now, PLANNED, PLANNED + timedelta(days=400))
        with pytest.raises(InvalidInput):
            close(actor, now, PLANNED, PLANNED, is_holiday=True, account_id=1)
        with pytest.raises(UnknownReference):
            close(actor, now, PLANNED, PLANNED, account_id=10**9)
        with pytest.raises(UnknownReference):
            open_days(closed_days_id=10**9, by=actor, now=now)
