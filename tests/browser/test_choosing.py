"""A policy tried on past prices, and who is offered what, in a browser: ordered, made, read without a violation."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from offers.actions.approvals import ask_approval
from offers.actions.proposals import ProposalWish, keep_proposal
from offers.actions.shipped import publish_shipped_if_none
from offers.core.pricing import Wish
from offers.tasks import work_orders
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Account, Renewal
from signals.models import CurrentRisk
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


def prepare(world: World) -> None:
    """One price inside the policy, decided a moment ago, and renewals at risk that come up in ten weeks."""
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        publish_shipped_if_none(by=world.actor, now=world.now)
        Account.objects.update(segment="mid_market", tier="growth", region="North America")
        Renewal.objects.filter(closed_on__isnull=True).update(
            due_on=world.now.date() + timedelta(days=70), notice_on=None
        )
        CurrentRisk.objects.update(state="scored", value=70.0, band="high", renew_probability=0.6)
        renewal = Renewal.objects.filter(closed_on__isnull=True).order_by("id").first()
        by, then = person_actor(world.workspace.id, world.people["csm"].id, "csm"), world.now - timedelta(hours=1)
        given = ProposalWish(wish=Wish(discount_percent=Decimal(2)))
        version = keep_proposal(renewal_id=renewal.id, given=given, today=world.now.date(), by=by, now=then)
        ask_approval(version_id=version.id, by=by, now=then)


@pytest.mark.requirement(32)
def test_policy_is_tried_and_offers_are_planned(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    prepare(world)
    watched = log_in("admin")
    page = watched.page
    page.goto("/offers/policy/")
    page.get_by_role("link", name="Simulations").click()
    page.get_by_label("Policy").select_option("version-1")
    page.get_by_role("button", name="Judge past prices again").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    work_orders()
    expect(page.get_by_text("By the policy of then: 1 of 1 reproduced")).to_be_visible()
    assert flaws(page) == []
    page.get_by_role("link", name="Decisions").click()
    expect(page.get_by_text("Every value lies inside.")).to_be_visible()
    assert flaws(page) == []
    page.goto("/offers/assignment/")
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text("Waiting for a worker")).to_be_visible()
    work_orders()
    expect(page.get_by_text("The best there is")).to_be_visible()
    assert flaws(page) == []
    address = page.locator("table tbody a").first.get_attribute("href")
    assert watched.complaints == []
    watched = log_in("csm")
    page = watched.page
    page.goto(address or "")
    expect(page.locator("select[name=offer]")).not_to_have_value("")
    expect(page.get_by_role("heading", name="Next best offers")).to_be_visible()
    expect(page.get_by_text("expert guess, n = 0").first).to_be_visible()
    assert flaws(page) == []
    assert watched.complaints == []
