"""The brief beside the queue: after the list on a first view, with it where an address names it."""

import re
from datetime import datetime

import pytest
from django.test import Client

from renewals.models import Workspace
from tests.dashboards.whole import parts_of
from tests.dashboards.world import World, make_world


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=4)


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def test_first_view_of_the_queue_is_the_list_and_the_brief_comes_after_it(csm: Client) -> None:
    html = csm.get("/queue/?segment=strategic").content.decode()
    (address,) = parts_of(html)
    assert (html.count("data-open"), "split-pane" in html) == (1, False)
    assert "Show the brief" in html
    part = csm.get(address, headers={"HX-Request": "true", "HX-Target": "queue-detail"}).content.decode()
    opened = re.search(r'id="item-(\d+)"', html)
    assert opened is not None
    assert f'data-item="{opened.group(1)}"' in part
    assert 'name="back" value="segment=strategic"' in part


def test_brief_stands_in_the_queue_without_script_and_when_the_page_renews_itself(csm: Client) -> None:
    (address,) = parts_of(csm.get("/queue/").content.decode())
    assert "split-pane" in csm.get(address).content.decode()
    renewed = csm.get("/queue/", headers={"HX-Request": "true", "HX-Target": "main"}).content.decode()
    assert ("split-pane" in renewed, parts_of(renewed)) == (True, [])
