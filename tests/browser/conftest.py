"""A committed world behind a running site, and people who are logged in."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connections, transaction
from playwright.sync_api import Page

from renewals.core.roles import can
from renewals.queries.clock import database_now
from tests.dashboards.world import PASSWORD, World, make_world
from tests.plugins.browser import Watched
from tests.plugins.database import make_workspace

ROLES = ("cs_manager", "product_viewer", "admin")


@pytest.fixture
def world(committed: None) -> World:
    """Twelve accounts of one CSM, committed, so that the server sees them."""
    with transaction.atomic():
        return make_world(make_workspace("acme"), now=database_now(), accounts=12, roles=ROLES)


@pytest.fixture
def log_in(world: World, site: str, open_page: Callable[..., Watched]) -> Iterator[Callable[..., Watched]]:
    """A function that logs a person of a role in through the log-in page, on the way to their work or to `at`."""

    def enter(role: str = "csm", *, at: str = "", **options: object) -> Watched:
        watched = open_page(base_url=site, **options)
        work = "/queue/" if can(role, "queue.view") else "/accounts/"
        watched.page.goto(f"/accounts/login/?next={at or work}")
        watched.page.get_by_label("Email").fill(f"{role}@acme.example")
        watched.page.get_by_label("Password", exact=True).fill(PASSWORD)
        watched.page.get_by_role("button", name="Log in").click()
        watched.page.wait_for_url(lambda address: "login" not in address)
        return watched

    yield enter
    for connection in connections.all():
        connection.close()


def focused(page: Page) -> str:
    """Return the words of the element that has the focus."""
    return page.evaluate("document.activeElement.innerText || document.activeElement.id")
