"""The account's page of a proposal: read, asked, declined, accepted, printed; and what it never shows."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from offers.actions.approvals import ask_approval
from offers.actions.links import LinkWish, present_by_link, withdraw_link
from offers.actions.proposals import ProposalWish, keep_proposal
from offers.actions.shipped import publish_shipped_if_none
from offers.core.pricing import Wish
from offers.models import Proposal, ProposalAnswer, ProposalLink, ProposalViews
from offers.queries.links import proposal_url
from playbooks.models import Task
from playbooks.queries.compliance import ComplianceAsk, compliance_findings
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Account, Contact, Renewal, Touchpoint, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

WHO = {"name": "Dana Whitfield", "title": "CFO", "email": "dana@acme.example"}
INTERNAL = ("policy", "Policy", "approv", "Approv", "list price", "List price", "verdict", "Verdict", "floor", "risk")


@pytest.fixture
def world(workspace: Workspace, db: None) -> World:
    made = make_world(workspace, now=database_now(), accounts=1, roles=("renewal_manager",))
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
        Account.objects.update(tier="growth")
    return made


def present(world: World) -> str:
    """Return the path of the link of a proposal inside the policy, for the account's first contact."""
    csm = world.people["csm"]
    by = person_actor(world.workspace.id, csm.id, csm.name)
    today = world.now.date()
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.get()
        given = ProposalWish(wish=Wish(discount_percent=Decimal(1)))
        version = keep_proposal(renewal_id=row.id, given=given, today=today, by=by, now=world.now)
        ask_approval(version_id=version.id, note="", by=by, now=world.now)
        wish = LinkWish(valid_until=today + timedelta(days=30), contact_id=Contact.objects.order_by("id").first().id)
        link = present_by_link(
            proposal_id=version.proposal_id, version_id=version.id, given=wish, today=today, by=by, now=world.now
        )
        url = proposal_url(workspace_id=world.workspace.id, link_id=link.id)
    return url[url.index("/proposal/") :]


def inside(world: World) -> object:
    return in_workspace(world.workspace.id, by=world.actor)


def test_account_reads_its_price_and_nothing_internal(world: World) -> None:
    path, anybody = present(world), Client(enforce_csrf_checks=True)
    page = anybody.get(path)
    found = words_of(page.content.decode())
    with inside(world):
        row = Renewal.objects.select_related("account", "contract").get()
        seen = ProposalViews.objects.get()
    for part in (world.workspace.name, row.account.name, "What changes", "Valid until", "Accept the proposal"):
        assert part in found
    assert [word for word in INTERNAL if word in found] == []
    assert "<script" not in page.content.decode()
    assert (seen.times, page["Referrer-Policy"], page["X-Robots-Tag"]) == (1, "no-referrer", "noindex")
    assert "sessionid" not in anybody.cookies


@pytest.mark.requirement(52)
def test_acceptance_on_the_page_closes_the_renewal_and_leaves_a_touch(world: World) -> None:
    path, anybody = present(world), Client(enforce_csrf_checks=True, HTTP_USER_AGENT="Firefox on a phone")
    unticked = anybody.post(path, WHO | {"button": "accept"})
    assert (unticked.status_code, "Please tick that you accept" in words_of(unticked.content.decode())) == (422, True)
    assert 'value="Dana Whitfield"' in unticked.content.decode()
    for _ in range(2):
        assert anybody.post(path, WHO | {"button": "accept", "agree": "on"}).status_code == 302
    found = words_of(anybody.get(path).content.decode())
    assert "You have accepted this proposal" in found
    assert "Dana Whitfield, CFO" in found
    with inside(world):
        kept = ProposalAnswer.objects.get()
        assert (kept.user_agent, len(kept.address_hash), "127.0.0.1" in kept.address_hash) == (
            "Firefox on a phone",
            64,
            False,
        )
        assert kept.statement.startswith("I accept this proposal for ")
        row = Renewal.objects.get(id=kept.proposal.renewal_id)
        assert (row.final_amount, row.closed_on is not None) == (kept.version.net_amount, True)
        assert Touchpoint.objects.filter(origin="proposal link", direction="inbound").count() == 1
        told = Task.objects.get(title__startswith="Accepted by Dana Whitfield")
        assert (told.assignee_id, told.renewal.term_number, told.state) == (row.owner_id, row.term_number + 1, "open")
        ask = ComplianceAsk(since=world.now - timedelta(days=1), until=world.now + timedelta(days=1), rule="price")
        assert compliance_findings(ask, codes="{}", most=9).findings == ()


@pytest.mark.parametrize(
    ("button", "kind", "title"),
    [
        ("ask", "task", "Answer Dana Whitfield's question on the proposal"),
        ("decline", "escalation", "Proposal declined by Dana Whitfield"),
    ],
)
def test_question_and_refusal_become_a_task_of_the_owner_and_a_touch(
    world: World, button: str, kind: str, title: str
) -> None:
    path, anybody = present(world), Client()
    for _ in range(2):
        anybody.post(path, WHO | {"button": button, "words": "Why is it dearer?"})
    with inside(world):
        task = Task.objects.get(title=title)
        assert (task.kind, task.assignee_id) == (kind, world.people["csm"].id)
        assert "Why is it dearer?" in task.instructions
        touch = Touchpoint.objects.get(origin="proposal link")
        assert (touch.direction, "Why is it dearer?" in touch.summary) == ("inbound", True)
        assert Renewal.objects.get().closed_on is None


def test_each_ending_has_its_own_page_and_no_price(world: World) -> None:
    path, anybody = present(world), Client()

    def says() -> str:
        found = words_of(anybody.get(path).content.decode())
        assert "Price a year" not in found
        assert anybody.get(f"{path}pdf/").status_code == 404
        return found

    with inside(world):
        ProposalLink.objects.update(valid_until_on=world.now.date() - timedelta(days=2))
    assert "This proposal has expired" in says()
    assert anybody.post(path, WHO | {"button": "accept", "agree": "on"}).status_code == 302
    with inside(world):
        Proposal.objects.update(state="draft", version=None)
    assert "There is a newer version of this proposal" in says()
    with inside(world):
        link = ProposalLink.objects.get()
        withdraw_link(link_id=link.id, reason="Wrong.", today=world.now.date(), by=world.actor, now=world.now)
    assert "This proposal was withdrawn" in says()
    with inside(world):
        assert ProposalAnswer.objects.count() == 0
    assert anybody.get("/proposal/1.1:forged/").status_code == 404


def test_page_that_is_asked_for_too_often_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboards.views.offers.paper.LOOKS", 2)
    path, anybody = present(world), Client()
    assert [anybody.get(path).status_code for _ in range(3)] == [200, 200, 429]
    with inside(world):
        assert ProposalViews.objects.get().times == 2


@pytest.mark.requirement(63)
def test_pdf_is_tagged_with_title_and_language_and_the_figures_of_the_page(world: World) -> None:
    path, anybody = present(world), Client()
    answer = anybody.get(f"{path}pdf/")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo<</Marked true", b"/Lang(en-GB)", b"<pdfuaid:part>1</pdfuaid:part>"):
        assert mark in answer.content
    assert re.search(rb"/Title\(Renewal of ", answer.content)


def test_our_people_see_the_link_who_opened_it_and_extend_it(world: World, client: Client) -> None:
    path = present(world)
    Client().get(path)
    client.force_login(world.people["csm"])
    with inside(world):
        place = f"/renewals/{Renewal.objects.get().id}/proposal/"
    found = words_of(client.get(place).content.decode())
    assert ("Opened once" in found, path in found) == (True, True)
    until = world.now.date() + timedelta(days=60)
    client.post(f"{place}link/validity/", {"valid_until": until.isoformat()})
    with inside(world):
        assert ProposalLink.objects.get().valid_until_on == until
    assert client.get(f"{place}paper/")["Content-Type"] == "application/pdf"
    client.post(f"{place}link/withdrawal/", {"reason": "The wrong person."})
    assert "Present and send it" in words_of(client.get(place).content.decode())
