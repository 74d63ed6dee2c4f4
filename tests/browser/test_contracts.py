"""A contract in a browser: amended by hand, read as it was known; no violation, nothing beside the screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from renewals.actions.scope import in_workspace
from renewals.models import TermVersion
from tests.dashboards.world import World, make_member
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.mark.requirement(90)
def test_contract_is_amended_and_read_as_it_was_known(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        term = TermVersion.objects.order_by("id").first()
        world.people.setdefault("renewal_manager", make_member(world.workspace, "renewal_manager"))
    day = term.ends_on - timedelta(days=40)
    watched = log_in("renewal_manager")
    page = watched.page
    page.goto(f"/contracts/{term.contract_id}/")
    page.get_by_role("link", name="Amend the contract").click()
    assert flaws(page) == []
    page.get_by_role("link", name="Price or quantity of a line").click()
    page.get_by_label("Contract effective on").fill(day.isoformat())
    page.locator("#id_item").select_option(index=0)
    page.locator("#id_amount_1").fill("123456")
    page.get_by_label("Why", exact=True).fill("More seats")
    assert flaws(page) == []
    page.get_by_role("button", name="Keep the amendment").click()
    expect(page.get_by_text("Amendment 1 stands.")).to_be_visible()
    page.get_by_text("The figures as a table").click()
    page.get_by_text("Attach a document").click()
    assert flaws(page) == []
    page.get_by_label("As known on").fill((world.now - timedelta(days=1)).date().isoformat())
    page.get_by_role("button", name="Read it so").click()
    expect(page.get_by_text("This is what was known then.")).to_be_visible()
    page.goto(f"/contracts/{term.contract_id}/merger/")
    assert flaws(page) == []
    assert watched.complaints == []
