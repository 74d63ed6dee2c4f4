"""What a message is filled with: what the workspace and the product know, nothing where they do not."""

import json
from datetime import datetime, timedelta

import pytest

from playbooks.models import StepRun
from playbooks.queries.cases import load_step_cases
from playbooks.queries.render import account_values, booking_page, health_reason
from renewals.actions.scope import in_workspace
from renewals.actions.workspaces import MessageAddresses, set_addresses
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.models import TermVersion, Workspace
from tests.playbooks.conftest import Enrol
from tests.playbooks.stories import email_step

NAMES = ("workspace.postal_address", "meeting.url", "resources.url", "renewal.term", "health.reason", "usage.adoption")
KNOWN = MessageAddresses(
    postal_address="1 Harbour Street", booking_url="https://book.example/{owner}", resources_url="https://help.example"
)


def test_values_are_filled_from_settings_and_contract_and_left_out_where_nobody_knows(
    enrol: Enrol, workspace: Workspace, actor: Actor, now: datetime
) -> None:
    world, _ = enrol(email_step("hello", -95))

    def values() -> dict[str, object]:
        with in_workspace(workspace.id, by=actor, now=now):
            (case,) = load_step_cases([StepRun.objects.get().id], now=now)
            return dict(account_values(case))

    empty = values()
    assert [empty[name] for name in NAMES] == [None] * len(NAMES)
    assert empty["renewal.options"] == (
        "Renew at EUR 120,000.00",
        f"Let it end: tell us by {empty['renewal.notice_date']}",
    )
    with in_workspace(workspace.id, by=actor, now=now):
        set_addresses(addresses=KNOWN, by=actor, now=now)
        TermVersion.objects.update(renewal_months=12)
        with pytest.raises(InvalidInput, match="no address of a page"):
            set_addresses(addresses=MessageAddresses(booking_url="javascript:x"), by=actor, now=now)
    known = values()
    assert [known[name] for name in NAMES[:4]] == [
        "1 Harbour Street",
        f"https://book.example/{world.owner.email}",
        "https://help.example",
        "12 months",
    ]
    assert known["renewal.options"][0] == "Renew for 12 months at EUR 120,000.00"
    late = now + timedelta(days=90)
    with in_workspace(workspace.id, by=actor, now=late):
        (case,) = load_step_cases([StepRun.objects.get().id], now=late)
        assert account_values(case)["renewal.options"] == ("Renew for 12 months at EUR 120,000.00",)


def test_main_reason_of_health_is_the_first_that_may_be_said() -> None:
    stored = [{"key": "soft_concern", "value": -1, "effect": -9}, {"key": "usage_depth", "value": 0.625, "effect": 2}]
    assert health_reason(json.dumps(stored)) == "62% of the seats you pay for are in use"
    assert health_reason(json.dumps(stored[:1])) is None
    assert health_reason(None) is None


def test_booking_page_takes_the_owners_address_without_becoming_another_page() -> None:
    assert (
        booking_page("https://b.example/{owner}", owner="a b/?@x.example") == "https://b.example/a%20b%2F%3F@x.example"
    )
    assert booking_page("https://b.example/us", owner="a@x.example") == "https://b.example/us"
