"""What waits for an answer: the page, the number beside it and the home page name the same, whoever looks."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from offers.actions.shipped import publish_shipped_if_none
from offers.models import Proposal, RuleDraft
from playbooks.actions.absences import AbsenceWish, record_absence
from playbooks.models import PlaybookDraft
from renewals.actions.scope import in_workspace
from renewals.core.roles import Role
from renewals.models import Account, Renewal, Workspace
from renewals.queries.clock import database_now
from signals.models import ScorecardVersion
from tests.dashboards.test_proposals import FORM
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = tuple(role.value for role in Role if role is not Role.CSM)
HAND = {"state": "waiting", "reason": "Costs rise.", "author": "Rita"}
DRAFTS = ("Pricing policy", "New playbook", "Draft of health")


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    """One price that Finance is asked for; Finance is away and has an executive stand in. Three drafts of rules."""
    made = make_world(workspace, now=database_now(), accounts=1, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
        Account.objects.update(tier="growth", region="North America")
        maker = made.people["renewal_manager"].id
        whole = HAND | {"workspace": workspace, "created_at": made.now, "submitted_at": made.now, "editor_ids": [maker]}
        RuleDraft.objects.create(kind="policy", content={}, **whole)
        PlaybookDraft.objects.create(content={}, **whole)
        ScorecardVersion.objects.create(kind="health", definition={}, **whole)
        own = f"/renewals/{Renewal.objects.get().id}/proposal/"
    csm = Client()
    csm.force_login(made.people["csm"])
    csm.post(own, FORM)
    with in_workspace(workspace.id, by=made.actor):
        version = Proposal.objects.get().version_id
    csm.post(f"{own}request/", {"version": str(version), "note": "Please."})
    with in_workspace(workspace.id, by=made.actor):
        today = made.now.date()
        wish = AbsenceWish(from_on=today, until_on=today + timedelta(days=3), delegate_id=made.people["executive"].id)
        record_absence(user_id=made.people["finance"].id, wish=wish, by=made.actor, now=made.now)
    return made


def shown(html: str) -> tuple[int, int]:
    """Return how many rows the list has, and the number beside it in the navigation."""
    count = re.search(r'href="/approvals/"(?:(?!</a>).)*?class="nav-count">(\d+)<', html, re.DOTALL)
    return html.count("<tr>") - bool(html.count("<tr>")), int(count[1]) if count else 0


@pytest.mark.requirement(30)
@pytest.mark.requirement(100)
@pytest.mark.parametrize(
    ("role", "number", "named"),
    [
        ("csm", 0, ()),
        ("renewal_manager", 0, ()),
        ("cs_manager", 2, DRAFTS[1:]),
        ("finance", 1, DRAFTS[:1]),
        ("executive", 1, ()),
        ("admin", 3, DRAFTS),
        ("auditor", 0, ()),
    ],
)
def test_page_navigation_and_home_name_the_same_for_every_role(
    world: World, client: Client, role: str, number: int, named: tuple[str, ...]
) -> None:
    """Drafts wait for who may put them in force and had no hand in them; the price for who stands in for Finance."""
    client.force_login(world.people[role])
    html = client.get("/approvals/").content.decode()
    assert shown(html) == (number, number)
    found = words_of(html)
    assert tuple(name for name in DRAFTS if name in found) == named
    home = words_of(client.get("/").content.decode())
    assert (f"{number} approval" in home) == bool(number)


def test_draft_of_rules_stands_with_who_asked_and_among_all_that_waits(world: World, client: Client) -> None:
    client.force_login(world.people["renewal_manager"])
    for show in ("asked", "waiting"):
        found = words_of(client.get(f"/approvals/?show={show}").content.decode())
        assert [name for name in DRAFTS if name not in found] == []
        assert "A second person" in found
    with in_workspace(world.workspace.id, by=world.actor):
        draft = RuleDraft.objects.get()
    assert f'href="/offers/drafts/{draft.id}/"' in client.get("/approvals/?show=waiting").content.decode()
    assert "Pricing policy" not in words_of(client.get("/approvals/?show=decided").content.decode())
