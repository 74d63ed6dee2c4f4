"""Versions of a proposal, what they keep, and that nothing out of policy is presented or signed unapproved."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from offers.actions.approvals import ask_approval, recall_request
from offers.actions.closing import close_as_approved
from offers.actions.proposals import (
    AgreedWish,
    ProposalWish,
    keep_proposal,
    present_proposal,
    record_agreed_terms,
    sign_proposal,
    withdraw_proposal,
)
from offers.core.errors import OutOfPolicy, PriceNotPossible, ProposalChanged
from offers.core.pricing import Wish
from offers.core.states import ProposalState, RequestState, StepState
from offers.models import ApprovalRequest, ApprovalStep, Offer, PolicyVersion, Proposal, ProposalVersion
from offers.queries.cases import renewal_case
from offers.queries.choice import choice_rules, weighed
from offers.queries.library import policy_in_force, published_offers
from renewals.actions.closing import ClosingOrder
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, StateNotAllowed, UnknownReference
from renewals.core.records import OutcomeRow
from renewals.models import Account, Renewal, TermVersion, Workspace
from signals.actions.intake import ensure_source, record_signals
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def test_states_of_the_tables_are_those_of_the_core() -> None:
    for rows, words in (
        (Proposal.State, ProposalState),
        (ApprovalRequest.State, RequestState),
        (ApprovalStep.State, StepState),
    ):
        assert [state.value for state in rows] == [state.value for state in words]


@pytest.mark.requirement(63)
def test_first_version_keeps_price_explanation_and_verdict(scene: Scene) -> None:
    version = scene.keep(discount=5)
    assert (version.number, str(version.net_amount), str(version.policy_amount)) == (1, "988.00", "1040.00")
    line = version.price["lines"][0]
    assert [step["code"] for step in line["steps"]] == ["list", "prior", "uplift", "discount"]
    assert (line["rule"], line["list_price"], line["prior"]) == ("uplift_workspace", "2000.0000", "1000.0000")
    assert (version.verdict["outcome"], version.verdict["level"], version.verdict["policy"]) == (
        "needs_approval",
        "lead",
        1,
    )
    assert PolicyVersion.objects.count() == 1
    assert Offer.objects.count() >= 6


def test_same_wish_again_keeps_no_second_version(scene: Scene) -> None:
    first = scene.keep(discount=5)
    assert scene.keep(discount=5, seen=1).id == first.id
    assert ProposalVersion.objects.count() == 1


@pytest.mark.requirement(9)
def test_units_are_those_that_were_counted_and_others_need_a_word_why(scene: Scene) -> None:
    scene.keep()
    offer = Offer.objects.get(key="pay_per_use")
    by, own = scene.people["anna"], {"renewal_id": scene.renewal.id, "today": TODAY, "now": NOW}

    def keep(seen: int, note: str = "", **wish: object) -> dict[str, object]:
        given = ProposalWish(wish=Wish(**wish), offer_id=offer.id, note=note, seen_number=seen)
        return keep_proposal(given=given, by=by, **own).price["lines"][0]

    with pytest.raises(PriceNotPossible, match="count of units"):
        keep(1)
    at, account = {"workspace_id": scene.workspace.id, "by": by, "now": NOW}, scene.renewal.account.external_id
    ensure_source(key="product", kind="file", **at)
    items = [
        {
            "account": account,
            "kind": "usage.events",
            "external_id": str(days),
            "value": value,
            "occurred_at": (NOW - timedelta(days=days)).isoformat(),
        }
        for days, value in ((400, 9000), (300, 700), (10, 800))
    ]
    record_signals(source_key="product", items=items, **at)
    line = keep(1)
    assert (line["net"], Decimal(line["steps"][-1]["number"])) == ("750.00", 500)
    assert line["steps"][-1]["source"] == "usage.events, 2 signals until 20 Feb 2026"
    with pytest.raises(RequiredValueMissing, match="counted"):
        keep(2, units={"seats": Decimal(1200)})
    typed = keep(2, note="Two teams left.", units={"seats": Decimal(1200)})
    assert (typed["net"], typed["steps"][-1]["source"]) == ("600.00", "by hand")
    Account.objects.update(segment="small")
    case = renewal_case(scene.renewal.id, home_currency="EUR", today=TODAY)
    policy, offers = policy_in_force(), published_offers(is_active=True)
    found = weighed(case, owner_id=None, policy=policy, offers=offers, rules=choice_rules())
    by_key = {each.offer.key: choice for each, choice in found}
    assert by_key["pay_per_use"].judged is not None
    assert by_key["pay_per_use"].judged.price.net.amount == Decimal("750.00")
    assert by_key["outcome_linked"].why in {"no_price", "not_eligible", "not_known"}


def test_edit_on_top_of_an_older_version_is_refused(scene: Scene) -> None:
    scene.keep(discount=5)
    scene.keep(discount=6, seen=1)
    with pytest.raises(ProposalChanged):
        scene.keep(discount=7, seen=1)


def test_price_inside_the_policy_is_approved_with_its_evidence(scene: Scene) -> None:
    version = scene.keep(discount=3)
    request = scene.ask(version)
    assert (request.state, request.way, request.steps.count()) == ("approved", "inside", 0)
    assert (request.evidence["policy"], request.evidence["values"]) == (1, version.governed)
    assert scene.ask(version).id == request.id
    presented = present_proposal(
        proposal_id=version.proposal_id, version_id=version.id, by=scene.people["anna"], now=NOW
    )
    assert presented.state == "presented"


@pytest.mark.requirement(32)
@pytest.mark.parametrize("act", [present_proposal, sign_proposal])
def test_out_of_policy_is_neither_presented_nor_signed(scene: Scene, act: object) -> None:
    version = scene.keep(discount=5)
    Proposal.objects.filter(id=version.proposal_id)
    with pytest.raises((OutOfPolicy, StateNotAllowed)):
        act(proposal_id=version.proposal_id, version_id=version.id, by=scene.people["anna"], now=NOW)


@pytest.mark.requirement(32)
@pytest.mark.parametrize("state", ["presented", "signed"])
def test_database_itself_refuses_to_present_what_is_not_approved(scene: Scene, state: str) -> None:
    version = scene.keep(discount=5)
    with pytest.raises(IntegrityError, match="not approved"), transaction.atomic():
        Proposal.objects.filter(id=version.proposal_id).update(state=state, ended_at=NOW if state == "signed" else None)


def test_edit_after_approval_needs_its_own_approval(scene: Scene) -> None:
    first = scene.keep(discount=3)
    scene.ask(first)
    present_proposal(proposal_id=first.proposal_id, version_id=first.id, by=scene.people["anna"], now=NOW)
    second = scene.keep(discount=20, seen=1)
    assert Proposal.objects.get().state == "draft"
    with pytest.raises(ProposalChanged):
        sign_proposal(proposal_id=first.proposal_id, version_id=first.id, by=scene.people["anna"], now=NOW)
    with pytest.raises(OutOfPolicy):
        present_proposal(proposal_id=first.proposal_id, version_id=second.id, by=scene.people["anna"], now=NOW)


def test_edit_overtakes_the_request_that_waits(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=8))
    scene.keep(discount=9, seen=1)
    request.refresh_from_db()
    assert (request.state, [step.state for step in request.steps.all()]) == ("overtaken", ["closed"])


def test_what_the_policy_refuses_cannot_be_asked(scene: Scene) -> None:
    with pytest.raises(OutOfPolicy):
        scene.ask(scene.keep(discount=80))


def test_somebody_asked_is_told_why(scene: Scene) -> None:
    with pytest.raises(RequiredValueMissing):
        ask_approval(version_id=scene.keep(discount=8).id, by=scene.people["anna"], now=NOW)


def test_recall_and_withdrawal_end_what_waits_once(scene: Scene) -> None:
    request = scene.ask(scene.keep(discount=8))
    for _ in range(2):
        assert recall_request(request_id=request.id, by=scene.people["anna"], now=NOW).state == "recalled"
    again = scene.ask(ProposalVersion.objects.get())
    for _ in range(2):
        withdraw_proposal(proposal_id=request.proposal_id, reason="They left.", by=scene.people["anna"], now=NOW)
    again.refresh_from_db()
    assert (again.state, Proposal.objects.get().state) == ("recalled", "withdrawn")


def test_contract_that_caps_goes_before_policy_and_offer(scene: Scene) -> None:
    agreed = AgreedWish(cap_percent=Decimal(2), where="Order form 7, clause 3")
    for _ in range(2):
        record_agreed_terms(contract_id=scene.renewal.contract_id, given=agreed, by=scene.people["rita"], now=NOW)
    assert TermVersion.objects.count() == 2
    assert str(scene.keep().net_amount) == "1020.00"
    too_much = scene.keep(asked={"seats": Decimal(1030)}, seen=1)
    assert (too_much.verdict["outcome"], too_much.verdict["findings"][0]["code"]) == ("refuse", "above_cap")


def test_closed_renewal_and_unknown_ones_take_no_proposal(scene: Scene) -> None:
    Renewal.objects.filter(id=scene.renewal.id).update(
        stage="closed", forecast_category="closed", closed_on=NOW.date(), final_amount=1
    )
    with pytest.raises(StateNotAllowed):
        scene.keep()
    object.__setattr__(scene.renewal, "id", 10**9)
    with pytest.raises(UnknownReference):
        scene.keep()


def test_absurd_price_keeps_nothing(scene: Scene) -> None:
    with pytest.raises(PriceNotPossible):
        scene.keep(asked={"seat": Decimal(1)})
    assert Proposal.objects.count() == 0


@pytest.mark.requirement(32)
@pytest.mark.parametrize(
    ("discount", "is_asked", "final", "may"),
    [
        (3, True, "1008.80", True),
        (3, True, "1008.79", False),
        (3, False, "1008.80", False),
        (3, False, "1040", True),
        (8, True, "956.80", False),
        (8, True, "0", True),
    ],
)
def test_renewal_is_not_closed_below_its_approved_proposal(
    scene: Scene, discount: int, is_asked: bool, final: str, may: bool
) -> None:
    version = scene.keep(discount=discount)
    if is_asked:
        scene.ask(version)
    row = OutcomeRow(
        renewal_id=scene.renewal.id,
        final_amount=Decimal(final),
        primary_reason="price" if final == "0" else "no_reason_given",
        decided_on=NOW.date(),
        is_lost=final == "0",
    )
    if not may:
        with pytest.raises(OutOfPolicy):
            close_as_approved(order=ClosingOrder(outcome=row), by=scene.people["anna"], now=NOW)
        return
    assert (
        close_as_approved(order=ClosingOrder(outcome=row), by=scene.people["anna"], now=NOW).outcome.renewal_id
        == scene.renewal.id
    )
