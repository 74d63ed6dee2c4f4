"""The page of a renewal that has closed says so wherever something is missing because of that."""

import re
from datetime import datetime

import pytest
from django.test import Client

from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from tests.dashboards.test_honesty import end
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=1)


def test_what_a_closed_renewal_does_not_have_is_not_said_to_come(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = end(world, 1, risk=30, is_lost=False).renewal
        renewal.forecast_category = "closed"
        renewal.save(update_fields=["forecast_category"])
    client.force_login(world.people["csm"])
    html = client.get(f"/renewals/{renewal.id}/").content.decode()
    words = words_of(html)
    assert "It is closed: risk is told of open renewals only." in words
    assert "No playbook ran for this renewal." in words
    assert "when the renewal window opens" not in words
    head = html[html.index('class="page-head"') : html.index('class="columns"')]
    assert len(re.findall(r">\s*Closed\s*<", head)) == 1
