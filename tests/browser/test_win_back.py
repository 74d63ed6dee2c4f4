"""An account that left, in the browser: reviewed, offered a price, accepted by a signed link, counted as won."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from offers.actions.closing import close_as_approved
from offers.actions.shipped import publish_shipped_if_none
from renewals.actions.closing import ClosingOrder
from renewals.actions.contracts import amend_term
from renewals.actions.scope import in_workspace
from renewals.core.records import OutcomeRow
from renewals.core.terms import EndAction
from renewals.models import Account, LossReview, Renewal
from renewals.queries.term_rows import live_term, term_row
from tests.browser.test_proposal_walk import accept, approve_by_key, shoot
from tests.dashboards.world import World, make_member
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.fixture
def lost(world: World) -> LossReview:
    """The review of the first renewal, where a discount needs Finance; the second contract runs on without an end."""
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        for role in ("renewal_manager", "finance"):
            make_member(world.workspace, role)
        publish_shipped_if_none(by=world.actor, now=world.now)
        Account.objects.update(tier="growth", region="North America")
        row, other = Renewal.objects.order_by("due_on", "id")[:2]
        term = replace(term_row(live_term(other.contract_id)), end_action=EndAction.EVERGREEN, is_auto_renewing=False)
        amend_term(contract_id=other.contract_id, term=term, reason="Clause 9", by=world.actor, now=world.now)
        said = {"final_amount": Decimal(0), "primary_reason": "price", "is_lost": True}
        order = ClosingOrder(outcome=OutcomeRow(renewal_id=row.id, decided_on=world.now.date(), **said))
        close_as_approved(order=order, by=world.actor, now=world.now)
        return LossReview.objects.select_related("renewal__account").get()


@pytest.mark.requirement(52)
@pytest.mark.requirement(32)
def test_lost_account_is_offered_a_price_and_comes_back_by_its_own_click(
    log_in: LogIn,
    open_page: Callable[..., Watched],
    site: str,
    world: World,
    lost: LossReview,
    flaws: Callable[[Page], list[str]],
) -> None:
    manager, approver = log_in("renewal_manager"), log_in("finance")
    page = manager.page
    for path in ("/reviews/losses/", "/pipeline/running-on/", "/pipeline/win-backs/"):
        page.goto(path)
        assert flaws(page) == [], path
        shoot(page, path.strip("/").replace("/", "_"))
    page.get_by_role("link", name=lost.renewal.account.name).first.click()
    expect(page.get_by_role("heading", name="What they are offered")).to_be_visible()
    assert flaws(page) == []
    shoot(page, "loss")
    page.get_by_role("link", name="Make them a proposal").click()
    propose(page)
    assert flaws(page) == []
    shoot(page, "win_back_proposal")
    approve_by_key(approver.page, lost.renewal)
    page.reload()
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_text("It is presented.").first).to_be_visible()
    account = open_page(base_url=site, width=390, java_script_enabled=False)
    account.page.goto("/" + page.locator("#proposal-link").inner_text().split("/", 3)[3])
    expect(account.page.get_by_role("heading", name="New agreement for")).to_be_visible()
    shoot(account.page, "win_back_paper")
    accept(account.page)
    page.goto("/pipeline/win-backs/?show=won")
    expect(page.get_by_text("1 account came back")).to_be_visible()
    page.get_by_role("link", name=lost.renewal.account.name).first.click()
    expect(page.get_by_text("Came back with")).to_be_visible()
    with in_workspace(world.workspace.id, by=world.actor):
        lost.refresh_from_db()
        cycle = Renewal.objects.get(contract_id=lost.won_contract_id)
        assert (lost.win_back_result, cycle.closed_on) == ("won", None)
    assert [watched.complaints for watched in (manager, approver, account)] == [[], [], []]


def propose(page: Page) -> None:
    """15 % off what they left at, kept and asked for."""
    expect(page.get_by_role("heading", name="to win them back")).to_be_visible()
    page.get_by_label("Discount in %").fill("15")
    expect(page.locator("#trial")).to_contain_text("Asked of: Finance")
    page.get_by_role("button", name="Keep this version").click()
    page.get_by_label("Why it should be approved").fill("A rival has quoted a fifth less.")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Asked of Finance.").first).to_be_visible()
