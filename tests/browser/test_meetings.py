"""Meetings, our sponsor, addresses and priorities in a browser: no violation, and they fit a telephone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.pump import Pump, pump
from playbooks.models import Message, Playbook, Task
from renewals.actions.scope import in_workspace
from renewals.models import Account, Renewal, Team
from tests.dashboards.world import World
from tests.playbooks.stories import KeptChannel, publish_simple, task_step
from tests.plugins.browser import Watched

LogIn = Callable[..., Watched]


@pytest.mark.requirement(79)
@pytest.mark.parametrize("options", [{}, {"width": 360, "theme": "dark"}], ids=["wide", "360"])
def test_pages_of_meetings_and_settings_have_no_violation_and_fit(
    log_in: LogIn, world: World, flaws: Callable[[Page], list[str]], options: dict[str, object]
) -> None:
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.filter(due_on__gt=world.now.date() + timedelta(days=3)).order_by("due_on").first()
        days = (world.now.date() - renewal.due_on).days
        step = task_step("review", days, kind="meeting", meeting={"minutes": 45, "agenda": ["Outcomes"]})
        publish_simple(world.actor, world.now, step, task_step("after", 20), window_days=365)
        enrol_renewal(renewal_id=renewal.id, playbook_key="simple", by=world.actor, now=world.now)
        Team.objects.create(workspace=world.workspace, name="East")
        account, playbook = Account.objects.order_by("id").first(), Playbook.objects.get(key="simple")
    pump(Pump(clock=world.now + timedelta(days=4), channel=KeptChannel()))
    with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
        task = Task.objects.filter(kind="meeting").first()
    watched = log_in("csm", **options)
    page = watched.page
    pages = [f"/accounts/{account.id}/about/", f"/playbooks/{playbook.id}/", "/ownership/"]
    if task is not None:
        page.goto(f"/tasks/{task.id}/meeting/")
        page.get_by_label("Day").fill((world.now + timedelta(days=9)).date().isoformat())
        page.get_by_label("Time").fill("10:30")
        page.get_by_role("button", name="Send the invitation").click()
        expect(page.get_by_text("is invited")).to_be_visible()
        assert flaws(page) == []
        with transaction.atomic(), in_workspace(world.workspace.id, by=world.actor):
            pages.append(f"/messages/{Message.objects.get().id}/")
    for address in pages:
        page.goto(address)
        assert flaws(page) == [], address
    assert task is not None
    assert watched.complaints == []
