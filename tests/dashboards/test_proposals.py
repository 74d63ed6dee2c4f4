"""The proposal of a renewal and its approval on the pages: from a price to a signature, and who sees what."""

from decimal import Decimal

import pytest
from django.test import Client

from offers.actions.proposals import ProposalWish, keep_proposal
from offers.actions.shipped import publish_shipped_if_none
from offers.core.pricing import Wish
from offers.models import ApprovalRequest, Offer, OfferVersion, Proposal
from offers.queries.cases import renewal_case
from playbooks.models import Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Account, Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("renewal_manager", "finance", "executive", "product_viewer", "admin", "sales")
FORM = {"offer": "", "discount_percent": "15", "term_months": "12", "payment_days": "30", "seen": "0"}
LIST_QUERIES = 21


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    made = make_world(workspace, now=database_now(), accounts=1, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_shipped_if_none(by=made.actor, now=made.now)
        Account.objects.update(tier="growth", region="North America")
    return made


@pytest.fixture
def path(world: World) -> str:
    with in_workspace(world.workspace.id, by=world.actor):
        return f"/renewals/{Renewal.objects.get().id}/proposal/"


def words(client: Client, path: str) -> str:
    return words_of(client.get(path).content.decode())


def kept(world: World, client: Client, path: str, **more: str) -> Proposal:
    client.force_login(world.people["csm"])
    assert client.post(path, FORM | more).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        return Proposal.objects.select_related("version").get()


@pytest.mark.requirement(32)
def test_verdict_is_shown_on_every_edit_and_keeps_nothing(world: World, client: Client, path: str) -> None:
    client.force_login(world.people["csm"])
    found = words_of(client.post(f"{path}trial/", FORM).content.decode())
    assert "Needs approval Asked of: Finance" in found
    assert "The discount off the policy price is 15 %; free is up to 3 %." in found
    assert "Inside the policy" in words_of(
        client.post(f"{path}trial/", FORM | {"discount_percent": "1"}).content.decode()
    )
    assert "Refused by the policy" in words_of(
        client.post(f"{path}trial/", FORM | {"discount_percent": "90"}).content.decode()
    )
    absurd = words_of(client.post(f"{path}trial/", FORM | {"discount_percent": "-4"}).content.decode())
    assert "see the marked fields" in absurd
    with in_workspace(world.workspace.id, by=world.actor):
        assert Proposal.objects.count() == 0


@pytest.mark.requirement(63)
def test_kept_price_explains_list_prior_uplift_discount_and_policy(world: World, client: Client, path: str) -> None:
    kept(world, client, path)
    found = words(client, path)
    for part in (
        "Price of the ending term",
        "Price uplift of 4 %",
        "Discount of 15 %",
        "Policy 1",
        "Version 1, as it was kept",
    ):
        assert part in found


@pytest.mark.requirement(9)
@pytest.mark.parametrize(
    ("key", "units", "rule", "step"),
    [
        ("pay_per_use", "3000", "By usage", "Base and 3000 units beyond those included"),
        ("outcome_linked", "4", "By outcome", "Base and 4 outcomes"),
    ],
)
def test_price_by_usage_or_outcome_is_worked_out_kept_and_shown(
    world: World, client: Client, path: str, key: str, units: str, rule: str, step: str
) -> None:
    """From the contract's price, the offer's rule and the units that are declared, line by line with its step."""
    with in_workspace(world.workspace.id, by=world.actor):
        row, offer = Renewal.objects.get(), Offer.objects.get(key=key)
        by = person_actor(world.workspace.id, world.people["csm"].id, "Ana")
        line = renewal_case(row.id, home_currency="USD", today=world.now.date()).lines[0]
        wish = Wish(units={line.key: Decimal(units)})
        given = ProposalWish(wish=wish, offer_id=offer.id, note="Counted with them")
        version = keep_proposal(renewal_id=row.id, given=given, today=world.now.date(), by=by, now=world.now)
        found = version.price["lines"][0]
        price = OfferVersion.objects.get(offer=offer).definition["price"]
        beyond = max(0, int(units) - price.get("included_units", 0))
        base = line.prior.amount * Decimal(price["base_percent"]) / 100
        assert Decimal(found["net"]) == base + beyond * Decimal(str(price["unit_price"]))
    client.force_login(world.people["csm"])
    shown = words(client, path)
    assert rule in shown
    assert step.replace("3000", str(beyond)) in shown


@pytest.mark.requirement(32)
def test_proposal_goes_from_price_to_signature_on_the_pages(world: World, client: Client, path: str) -> None:
    version = str(kept(world, client, path).version_id)
    client.post(f"{path}presentation/", {"version": version})
    assert "E-POL-01" in words(client, path)
    client.post(f"{path}request/", {"version": version, "note": "They asked two others."})
    client.force_login(world.people["finance"])
    assert "1 approval waits for your answer" in words(client, "/approvals/")
    with in_workspace(world.workspace.id, by=world.actor):
        request = ApprovalRequest.objects.get()
    own = words(client, f"/approvals/{request.id}/")
    assert "They asked two others." in own
    assert "You answer as Finance." in own
    blank = client.post(f"/approvals/{request.id}/answer/", {"version": version, "answer": "refuse"})
    assert (blank.status_code, "Say why it is refused." in words_of(blank.content.decode())) == (422, True)
    client.post(f"/approvals/{request.id}/answer/", {"version": version, "answer": "approve"})
    client.force_login(world.people["csm"])
    for step in ("presentation", "signature"):
        client.post(f"{path}{step}/", {"version": version})
    with in_workspace(world.workspace.id, by=world.actor):
        assert Proposal.objects.get().state == "signed"
    assert "Record how the renewal ended" in words(client, path)


def test_stale_answer_is_refused_and_says_so(world: World, client: Client, path: str) -> None:
    proposal = kept(world, client, path)
    client.post(f"{path}request/", {"version": str(proposal.version_id), "note": "Why not."})
    client.post(path, FORM | {"discount_percent": "16", "seen": "1"})
    with in_workspace(world.workspace.id, by=world.actor):
        request = ApprovalRequest.objects.get()
    client.force_login(world.people["finance"])
    answer = client.post(
        f"/approvals/{request.id}/answer/",
        {"version": str(proposal.version_id), "answer": "approve", "step": str(_step(world, request))},
    )
    assert (answer.status_code, "E-APPR-02" in answer.content.decode()) == (409, True)


def _step(world: World, request: ApprovalRequest) -> int:
    with in_workspace(world.workspace.id, by=world.actor):
        return request.steps.get().id


def test_stale_edit_keeps_what_was_typed(world: World, client: Client, path: str) -> None:
    kept(world, client, path)
    answer = client.post(path, FORM | {"discount_percent": "9.5"})
    assert (answer.status_code, 'value="9.5"' in answer.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("role", "status"), [("finance", 200), ("executive", 200), ("product_viewer", 403), ("sales", 404), ("admin", 200)]
)
def test_proposal_is_shown_by_role_and_reach(world: World, client: Client, path: str, role: str, status: int) -> None:
    kept(world, client, path)
    client.force_login(world.people[role])
    assert client.get(path).status_code == status
    changed = client.post(path, FORM | {"seen": "1"}).status_code
    assert changed == (status if status != 200 else 403)


def test_contract_cap_is_noted_and_goes_first(world: World, client: Client, path: str) -> None:
    client.force_login(world.people["renewal_manager"])
    assert client.post(f"{path}agreed/", {"where": "Order form"}).status_code == 422
    client.post(f"{path}agreed/", {"cap_percent": "2", "where": "Order form, clause 3"})
    assert "The contract agrees a cap of 2 % (Order form, clause 3)." in words(client, path)


def test_recall_and_withdrawal_are_for_who_asked(world: World, client: Client, path: str) -> None:
    proposal = kept(world, client, path)
    client.post(f"{path}request/", {"version": str(proposal.version_id), "note": "Please."})
    with in_workspace(world.workspace.id, by=world.actor):
        request = ApprovalRequest.objects.get()
    assert "1 approval" not in words(client, "/approvals/")
    assert "Recall it" in words(client, f"/approvals/{request.id}/")
    client.post(f"/approvals/{request.id}/recall/")
    assert "Recalled" in words(client, f"/approvals/{request.id}/")
    client.post(f"{path}withdrawal/", {"reason": "They left."})
    with in_workspace(world.workspace.id, by=world.actor):
        assert Proposal.objects.get().state == "withdrawn"


def test_request_of_another_workspace_does_not_exist(world: World, client: Client, path: str) -> None:
    client.force_login(world.people["finance"])
    assert client.get("/approvals/987654/").status_code == 404
    assert client.get("/renewals/987654/proposal/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_list_of_approvals_takes_the_same_queries_for_one_and_three(
    other_workspace: Workspace, client: Client, count: int, django_assert_num_queries: object
) -> None:
    world = make_world(other_workspace, now=database_now(), accounts=count, roles=ROLES)
    with in_workspace(other_workspace.id, by=world.actor):
        Account.objects.update(tier="growth", region="North America")
        renewals = [row.id for row in Renewal.objects.all()]
    for renewal_id in renewals:
        own = f"/renewals/{renewal_id}/proposal/"
        client.force_login(world.people["csm"])
        client.post(own, FORM)
        with in_workspace(other_workspace.id, by=world.actor):
            version = Proposal.objects.get(renewal_id=renewal_id).version_id
        client.post(f"{own}request/", {"version": str(version), "note": "Please."})
    client.force_login(world.people["finance"])
    client.get("/approvals/")
    with django_assert_num_queries(LIST_QUERIES):
        assert f"{count} approval" in words(client, "/approvals/")


@pytest.mark.requirement(32)
def test_clause_below_policy_is_a_task_and_closes_nothing(world: World, client: Client, path: str) -> None:
    kept(world, client, path)
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.get()
        Renewal.objects.update(due_on=world.now.date(), notice_on=None)
    for _ in range(2):
        answer = client.post(f"/renewals/{row.id}/clause/", follow=True)
    assert "Nothing was closed; it is a task now." in words_of(answer.content.decode())
    with in_workspace(world.workspace.id, by=world.actor):
        assert Renewal.objects.get().closed_on is None
        task = Task.objects.get(origin_key=f"below-policy:{row.id}")
        assert (task.kind, task.assignee_id) == ("escalation", world.people["csm"].id)
