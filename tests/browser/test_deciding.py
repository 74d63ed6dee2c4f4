"""The pages of deciding in a browser: no violation of the guidelines, no scrolling sideways, the rehearsal is live."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.absences import AbsenceWish, record_absence
from playbooks.actions.account_rules import PauseWish, pause_account, set_human_only
from playbooks.actions.triggers import publish_triggers_if_none
from playbooks.models import TriggerRule
from renewals.actions.scope import in_workspace
from renewals.models import Account
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.fixture
def addresses(world: World) -> tuple[str, ...]:
    """The pages, with something on each of them."""
    now, day = world.now, world.now.date()
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        publish_triggers_if_none(by=world.actor, now=now)
        account = Account.objects.order_by("id").first()
        assert account is not None
        until_on = day + timedelta(days=12)
        wish = PauseWish(from_on=day, until_on=until_on, asked_by="Ada Vogel, procurement", reason="Budget freeze")
        pause_account(account_id=account.id, wish=wish, by=world.actor, now=now)
        set_human_only(account_id=account.id, reason="Executive escalation", by=world.actor, now=now)
        away, delegate = world.people["csm"], world.people["cs_manager"]
        absent = AbsenceWish(from_on=day, until_on=until_on, delegate_id=delegate.id, treatments={"call": "shift"})
        record_absence(user_id=away.id, wish=absent, by=world.actor, now=now)
        rule = TriggerRule.objects.get(key="sponsor_left")
    treated = f"/accounts/{account.id}/treatment/"
    rules = ("/playbooks/triggers/", "/playbooks/triggers/new/", f"/playbooks/triggers/{rule.id}/")
    return (treated, *rules, "/settings/workload/")


def test_pages_of_deciding_have_no_violation_and_fit_the_screen(
    log_in: LogIn, addresses: tuple[str, ...], flaws: Callable[[Page], list[str]]
) -> None:
    watched = log_in("admin")
    for address in addresses:
        watched.page.goto(address)
        for each in watched.page.locator("main details summary").all():
            each.click()
        assert flaws(watched.page) == [], address
    assert watched.complaints == []


def test_rule_says_what_it_would_have_done_while_it_is_written(log_in: LogIn, addresses: tuple[str, ...]) -> None:
    watched = log_in("admin")
    page = watched.page
    page.goto("/playbooks/triggers/new/")
    page.get_by_label("Name").fill("Sponsor gone")
    page.get_by_label("Kind of signal").select_option("relationship.sponsor_left")
    page.get_by_label("Reason").fill("gone")
    page.locator("[name=task_title]").fill("Find the new one")
    page.locator("[name=instructions]").fill("Ask.")
    page.locator("[name=instructions]").blur()
    expect(page.get_by_text("Would have fired 0 times in the last 90 days.")).to_be_visible()
    page.get_by_role("button", name="Put it in force").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sponsor gone")
    assert watched.complaints == []
