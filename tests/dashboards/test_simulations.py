"""The pages of policy simulations: who may order one, what it found, the rows behind the figures, a sheet."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from offers.actions.approvals import AnswerGiven, answer_step, ask_approval
from offers.actions.proposals import ProposalWish, keep_proposal
from offers.actions.shipped import publish_shipped_if_none
from offers.core.pricing import Wish
from offers.models import PolicySimulation
from offers.tasks import work_orders
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("renewal_manager", "finance", "product_viewer", "sales")
PATH = "/offers/policy/simulations/"


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    """Two renewals: one price inside the policy, one that finance has answered."""
    made = make_world(workspace, now=database_now(), accounts=2, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
        people = {role: person_actor(workspace.id, made.people[role].id, role) for role in ("csm", "finance")}
        for renewal, discount in zip(Renewal.objects.order_by("id"), (0, 15), strict=False):
            given = ProposalWish(wish=Wish(discount_percent=Decimal(discount)))
            by, today, then = people["csm"], made.now.date(), made.now - timedelta(hours=8)
            version = keep_proposal(renewal_id=renewal.id, given=given, today=today, by=by, now=then)
            request = ask_approval(version_id=version.id, note="A rival.", by=by, now=then)
            if request.state == "waiting":
                answered = AnswerGiven(version_id=version.id, is_approved=True)
                step, later = request.steps.get(), then + timedelta(hours=6)
                answer_step(step_id=step.id, given=answered, away={}, by=people["finance"], now=later)
    return made


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return unescape(words_of(answer.content.decode()))


@pytest.mark.requirement(32)
def test_simulation_is_ordered_done_by_a_worker_and_read_to_its_rows(world: World, client: Client) -> None:
    client.force_login(world.people["renewal_manager"])
    assert "Try a policy on past prices" in text(client, PATH)
    refused = client.post(f"{PATH}order/", {"policy": "then", "period": "dates"})
    assert (refused.status_code, "Name the day." in refused.content.decode()) == (422, True)
    path = client.post(f"{PATH}order/", {"policy": "version-1", "period": "365"})["Location"]
    assert "Waiting for a worker" in text(client, path)
    work_orders()
    found = text(client, path)
    assert "By the policy of then: 2 of 2 reproduced" in found
    assert "Nothing would have been decided otherwise" in found
    for part, words in (
        ("decisions", "The discount off the policy price is"),
        ("decisions&would_be=auto", "At once"),
        ("approvers", "6.0 h (n = 1)"),
        ("closings", "Closed without a proposal"),
        ("check", "Why not"),
    ):
        assert words in text(client, f"{path}?part={part}"), part
    sheet = client.get(f"{path}decisions.csv?would_be=ask:").content.decode("utf-8-sig")
    assert [line.split(",")[3] for line in sheet.splitlines()[1:]] == ['"proposal"']
    client.post(f"{path}cancellation/")
    with in_workspace(world.workspace.id, by=world.actor):
        assert PolicySimulation.objects.get().state == "done"
    client.force_login(world.people["sales"])
    assert "No price was decided in these days" in text(client, path)
    assert client.post(f"{PATH}order/", {"period": "365"}).status_code == 403
    client.force_login(world.people["product_viewer"])
    assert client.get(path).status_code == 403
