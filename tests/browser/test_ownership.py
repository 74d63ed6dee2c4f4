"""The pages of ownership and compliance in a browser: no violation, nothing beside the screen, a hand-over by hand."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from offers.actions.contributors import PartAsked
from playbooks.actions.ownership import take_access_away
from playbooks.actions.proposal_parts import request_part
from renewals.actions.scope import in_workspace
from renewals.models import Account, Membership, Renewal
from tests.dashboards.world import World
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.mark.requirement(8)
def test_pages_of_ownership_have_no_violation_and_fit_the_screen(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
    watched = log_in("csm")
    page = watched.page
    page.goto(f"/renewals/{renewal.id}/")
    page.get_by_text("Hand it over").click()
    page.get_by_label("To", exact=True).select_option(index=0)
    page.get_by_label("What they need to know").fill("They decide in May.")
    assert flaws(page) == []
    page.get_by_role("button", name="Offer it").click()
    expect(page.get_by_text("See the hand-over")).to_be_visible()
    page.goto("/ownership/")
    expect(page.get_by_text("They decide in May.")).to_be_visible()
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        gone = Membership.objects.filter(role="cs_manager").first()
        take_access_away(membership_id=gone.id, by=world.actor, now=world.now)
        asked = PartAsked(user_id=renewal.owner_id, function="success", title="What they use")
        request_part(renewal_id=renewal.id, given=asked, by=world.actor, now=world.now)
        Account.objects.update(owner=None)
    for address in (
        "/ownership/",
        "/ownership/fit/",
        "/ownership/skills/",
        "/contracts/chains/",
        f"/renewals/{renewal.id}/proposal/contributions/",
        "/audit/compliance/",
        "/audit/compliance/?kind=prevented",
        f"/renewals/{renewal.id}/",
    ):
        page.goto(address)
        assert flaws(page) == [], address
    assert watched.complaints == []
