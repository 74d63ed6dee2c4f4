"""From a risky account to an approved, sent, accepted proposal in the browser: manager, approver, account, closed."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from offers.actions.shipped import publish_shipped_if_none
from playbooks.actions.pump import Pump, pump
from renewals.actions.scope import in_workspace
from renewals.models import Account, Renewal
from tests.dashboards.world import World, make_member
from tests.playbooks.stories import KeptChannel
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]
SHOTS = os.environ.get("SHOTS", "")


@pytest.fixture
def renewal(world: World) -> Renewal:
    """The first renewal, of an account where a discount needs Finance."""
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        for role in ("renewal_manager", "finance"):
            make_member(world.workspace, role)
        publish_shipped_if_none(by=world.actor, now=world.now)
        Account.objects.update(tier="growth", region="North America")
        return Renewal.objects.select_related("account").order_by("due_on", "id").first()


def sent_address(world: World) -> str:
    """Let the engine work for a week and return the path of the link in the one message that brings the proposal."""
    channel = KeptChannel()
    for hours in range(8, 24 * 6, 12):
        pump(Pump(clock=world.now + timedelta(hours=hours), channel=channel))
    texts = [each.text_body for each in channel.calls if "/proposal/" in each.text_body]
    assert len(texts) == 1
    return "/proposal/" + texts[0].split("/proposal/")[1].split("/")[0] + "/"


@pytest.mark.requirement(32)
@pytest.mark.requirement(52)
@pytest.mark.requirement(63)
def test_renewal_manager_goes_from_a_risky_account_to_an_accepted_proposal(
    log_in: LogIn,
    open_page: Callable[..., Watched],
    site: str,
    world: World,
    renewal: Renewal,
    flaws: Callable[[Page], list[str]],
) -> None:
    manager, approver = log_in("renewal_manager"), log_in("finance")
    page = manager.page
    ask_for_a_discount(page, renewal)
    approve_by_key(approver.page, renewal)
    page.reload()
    assert flaws(page) == []
    page.get_by_role("button", name="Present and send it").click()
    expect(page.get_by_text("the message is on its way").first).to_be_visible()

    path = sent_address(world)
    account, shown = open_page(base_url=site, width=390, java_script_enabled=False), open_page(base_url=site)
    for each in (account, shown):
        each.page.goto(path)
    assert flaws(shown.page) == []
    shoot(shown.page, "paper")
    page.reload()
    expect(page.get_by_text("Opened 2 times")).to_be_visible()
    assert flaws(page) == []
    shoot(page, "link")

    accept(account.page)
    shown.page.reload()
    assert flaws(shown.page) == []
    shoot(shown.page, "accepted")
    page.goto(f"/renewals/{renewal.id}/")
    expect(page.get_by_text("Closed").first).to_be_visible()
    with in_workspace(world.workspace.id, by=world.actor):
        renewal.refresh_from_db()
        assert renewal.closed_on is not None
        assert Renewal.objects.filter(contract_id=renewal.contract_id, closed_on__isnull=True).count() == 1
    assert [watched.complaints for watched in (manager, approver, account, shown)] == [[], [], [], []]


def ask_for_a_discount(page: Page, renewal: Renewal) -> None:
    """From the account to its renewal and its proposal: 15 % off, kept and asked for."""
    page.goto(f"/accounts/{renewal.account_id}/")
    page.locator(f"a[href='/renewals/{renewal.id}/']").first.click()
    page.get_by_role("link", name="Price, verdict of the policy and approval").click()
    page.get_by_label("Discount in %").fill("15")
    expect(page.locator("#trial")).to_contain_text("Asked of: Finance")
    page.get_by_role("button", name="Keep this version").click()
    page.get_by_label("Why it should be approved").fill("A rival has quoted a fifth less.")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Asked of Finance.").first).to_be_visible()


def approve_by_key(page: Page, renewal: Renewal) -> None:
    """Open the request from the list and answer it with a key."""
    page.goto("/approvals/")
    page.get_by_role("link", name=renewal.account.name).first.click()
    expect(page.get_by_text("A rival has quoted a fifth less.")).to_be_visible()
    page.keyboard.press("a")
    expect(page.get_by_text("Approved").first).to_be_visible()


def accept(page: Page) -> None:
    """Accept as the account does, without a script."""
    expect(page.get_by_role("heading", name="Accept this proposal")).to_be_visible()
    page.get_by_label("Your name").first.fill("Dana Whitfield")
    page.get_by_label("Your title").fill("CFO")
    page.get_by_label("Your e-mail address").first.fill("dana@acme.example")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Accept the proposal").click()
    expect(page.get_by_role("heading", name="You have accepted this proposal")).to_be_visible()


def shoot(page: Page, name: str) -> None:
    """Keep pictures in SHOTS when it is set, to look at."""
    if not SHOTS:
        return
    for width, theme in ((1280, "light"), (1280, "dark"), (390, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=Path(SHOTS) / f"{name}_{width}_{theme}.png", full_page=True)
    page.emulate_media(media="print")
    page.screenshot(path=Path(SHOTS) / f"{name}_print.png", full_page=True)
    page.emulate_media(media="screen")
