"""The next best offers of a renewal, and the plan of who is offered what: what the pages say and who sees them."""

from datetime import timedelta
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client

from offers.actions.plans import order_plan
from offers.actions.shipped import publish_shipped_if_none
from offers.core.choice import is_held_out
from offers.core.choice.asked import PlanAsked
from offers.models import OfferPlan, PlannedOffer
from offers.queries.choice import choice_rules
from offers.tasks import work_orders
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Account, Renewal, Workspace
from renewals.queries.clock import database_now
from signals.models import CurrentRisk
from tests.dashboards.test_screens import words_of
from tests.dashboards.whole import parts_of
from tests.dashboards.world import World, make_world

ROLES = ("renewal_manager", "finance", "product_viewer")
PATH = "/offers/assignment/"


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    """Open renewals of mid-market accounts at risk, all due in ten weeks."""
    made = make_world(workspace, now=database_now(), accounts=6, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
        Account.objects.update(segment="mid_market", tier="growth", region="North America")
        Renewal.objects.update(due_on=made.now.date() + timedelta(days=70), notice_on=None)
        CurrentRisk.objects.update(state="scored", value=70.0, band="high", renew_probability=0.6)
    return made


def text(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200, path
    return unescape(words_of(answer.content.decode()))


def test_plan_is_ordered_made_by_a_worker_and_leads_to_proposals(world: World, client: Client) -> None:
    client.force_login(world.people["renewal_manager"])
    assert "Plan who is offered what" in text(client, PATH)
    given = {"budget": "", "most_asked": "", "weeks": "8", "days_ahead": "120"}
    assert client.post(f"{PATH}order/", given | {"budget": "-5"}).status_code == 422
    path = client.post(f"{PATH}order/", given)["Location"]
    assert "Waiting for a worker" in text(client, path)
    work_orders()
    with in_workspace(world.workspace.id, by=world.actor):
        run = OfferPlan.objects.get()
        chosen = list(PlannedOffer.objects.filter(is_chosen=True).order_by("-value"))
        numbers = {why: PlannedOffer.objects.filter(why=why).count() for why in ("held_out", "no_value")}
    assert (run.state, run.found["method"], len(chosen) > 0) == ("done", "optimal", True)
    page = client.get(path).content.decode()
    assert f"/renewals/{chosen[0].renewal_id}/proposal/?offer={chosen[0].offer_id}" in page
    found = unescape(words_of(page))
    assert "The best there is" in found
    assert "expert guess, n = 0" in found
    assert ("cost more than it keeps" in text(client, f"{path}?part=left")) == (numbers["no_value"] > 0)
    assert ("Held out" in text(client, f"{path}?part=back")) == (numbers["held_out"] > 0)
    sheet = client.get(f"{path}offers.csv")
    lines = sheet.content.decode("utf-8-sig").splitlines()
    assert (sheet["Content-Type"], lines[0][:22]) == ("text/csv; charset=utf-8", '"account","renewal","o')
    assert sum('"yes"' in line for line in lines) == len(chosen)
    client.post(f"{path}cancellation/")
    form = client.get(f"/renewals/{chosen[0].renewal_id}/proposal/?offer={chosen[0].offer_id}").content.decode()
    assert f'<option value="{chosen[0].offer_id}" selected>' in form
    client.force_login(world.people["product_viewer"])
    assert client.get(path).status_code == 403


@pytest.mark.requirement(44)
def test_next_best_offers_say_worth_evidence_and_why_not_the_others(world: World, client: Client) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        rows = list(Renewal.objects.filter(closed_on__isnull=True).order_by("id"))
        able = [row for row in rows if not is_held_out(row.account_id, choice_rules())]
    free = able[0]
    client.force_login(world.people["renewal_manager"])
    account = client.get(f"/accounts/{free.account_id}/").content.decode()
    assert f"/accounts/{free.account_id}/offers/" in parts_of(account)
    # Who is held out hangs on ids, which the tests before decide: all others together say everything.
    for path in ("/accounts/{0.account_id}/offers/", "/renewals/{0.id}/offers/"):
        found = " ".join(text(client, path.format(row), **{"HX-Request": "true"}) for row in able)
        for words in (
            "Next best offers",
            "expert guess, n = 0",
            "Inside the policy",
            "Not for them: segment is",
            "60% →",
        ):
            assert words in found, (path, words)
    assert "Next best offers" in text(client, f"/renewals/{free.id}/offers/")
    client.force_login(world.people["product_viewer"])
    assert client.get(f"/renewals/{free.id}/offers/").status_code == 403


def test_rules_by_which_offers_are_weighed_are_changed_by_two_people(world: World, client: Client) -> None:
    client.force_login(world.people["renewal_manager"])
    assert "As shipped" in client.get("/offers/assignment/rules/").content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        by = person_actor(world.workspace.id, world.people["renewal_manager"].id, "Rita")
        plan = order_plan(asked=PlanAsked(days_ahead=366), by=by, now=world.now)
    assert "under policy 1 and the rules as shipped" in text(client, f"/offers/assignment/{plan.id}/")
    href = client.post("/offers/drafts/", {"kind": "choice", "reason": "Dearer."}).headers["Location"]
    for revision, years in enumerate(("0", "NaN", "four", "4"), start=1):
        sent = {"revision": str(revision), "years": years, "most_discount:0:percent": "12,5"}
        assert client.post(f"{href}numbers/", sent).status_code == 302
        handed_in = client.post(f"{href}submission/", {"revision": str(revision + 1)})
        assert handed_in.status_code == (302 if years == "4" else 422)
    client.force_login(world.people["finance"])
    assert client.post(f"{href}publication/").status_code == 302
    assert "Version 1 is in force" in client.get("/offers/assignment/rules/").content.decode()
    found = text(client, f"/offers/assignment/{plan.id}/")
    assert "The rules have changed since: it was weighed by the rules as shipped, now version 1 holds." in found
    with in_workspace(world.workspace.id, by=world.actor):
        rules = choice_rules()
    assert (rules.years, rules.most_discount[0].percent, rules.task_cost) == (4, Decimal("12.5"), 60)
