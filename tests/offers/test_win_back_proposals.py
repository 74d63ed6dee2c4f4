"""A lost account is asked back with a proposal: priced, judged, approved, linked and accepted as that of a renewal."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from offers.actions.approvals import ask_approval
from offers.actions.closing import close_as_approved
from offers.actions.concessions import Concluded, record_concession
from offers.actions.drafts import change_draft, publish_draft, start_draft, submit_draft
from offers.actions.links import LinkWish, present_by_link
from offers.actions.proposals import sign_proposal
from offers.actions.scenarios import OptionContent, add_option, adopt_option
from offers.actions.win_backs import sign_win_back_as_allowed
from offers.core.errors import LinkNotOpen, NotYoursToDecide, OutOfPolicy, ProposalNotSent
from offers.core.library import eligibility_of, read_offer
from offers.core.links import AnswerKind, LinkStanding
from offers.core.negotiation.concessions import Get, GetKind, Give, GiveKind, Leak
from offers.core.negotiation.leakage import By
from offers.core.pricing import AddedLine, Wish
from offers.models import Concession, Proposal, ProposalLink
from offers.queries.cases import renewal_case
from offers.queries.concessions import carried_to, returning
from offers.queries.leakage import AtHome, leak_items
from offers.queries.library import shipped_offers
from offers.queries.links import link_with_all, standing_of
from offers.queries.renewals import signed_payment_days
from offers.queries.sending import unanswered_links
from playbooks.actions.proposal_answers import take_answer
from playbooks.actions.proposal_mail import send_proposal
from playbooks.models import Task
from renewals.actions.closing import ClosingOrder
from renewals.actions.win_backs import Signed, WinBackAnswer, WinBackPlan, answer_win_back, plan_win_back
from renewals.core.errors import StateNotAllowed
from renewals.core.money import Money, RateTable
from renewals.core.records import OutcomeRow
from renewals.models import Contract, ContractLine, LossReview, Renewal, TermVersion
from tests.offers.links import DANA, PROOF, LinkAnswer, answer, approved, presented
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW

LEFT_ON = date(2027, 1, 1)


@pytest.fixture
def scene(inside, actor) -> Scene:
    return make_scene(inside, actor)


def lose(scene: Scene) -> LossReview:
    """Close the scene's renewal as lost."""
    row = OutcomeRow(
        renewal_id=scene.renewal.id, final_amount=Decimal(0), primary_reason="price", decided_on=TODAY, is_lost=True
    )
    close_as_approved(order=ClosingOrder(outcome=row), by=scene.people["anna"], now=NOW)
    return LossReview.objects.get(renewal=scene.renewal)


def standing(link: ProposalLink, *, today: date = TODAY) -> LinkStanding:
    return standing_of(link_with_all(link.id), today=today)


@pytest.mark.requirement(52)
@pytest.mark.requirement(90)
def test_accepted_win_back_writes_the_contract_and_opens_its_cycle_once(scene: Scene) -> None:
    review = lose(scene)
    added = AddedLine(key="reports", name="Reports", list_amount=Decimal(50))
    version = approved(scene, term_months=24, added=(added,))
    assert Proposal.objects.get().is_win_back
    link = presented(scene, version)
    assert [each.id for each in unanswered_links(until=link.valid_until_on)] == [link.id]
    done = answer(scene, link)
    assert (done.trouble, done.is_settled, standing(link)) == ("", True, LinkStanding.ACCEPTED)
    review.refresh_from_db()
    cycle = Renewal.objects.get(id=done.next_renewal_id)
    assert (review.win_back_result, review.won_contract_id) == ("won", cycle.contract_id)
    assert cycle.contract.external_id == f"{scene.renewal.contract.external_id}-back-1"
    term = TermVersion.objects.get(contract_id=cycle.contract_id)
    assert (term.starts_on, term.ends_on, term.number) == (LEFT_ON, date(2028, 12, 31), 1)
    lines = ContractLine.objects.filter(term=term).order_by("external_id").values_list("external_id", "arr_amount")
    assert list(lines) == [("reports", Decimal("42.5000")), ("seats", Decimal("884.0000"))]
    assert cycle.target_amount == version.net_amount == Decimal("926.5000")
    assert Renewal.objects.get(id=scene.renewal.id).final_amount == 0
    assert answer(scene, link).is_repeat
    assert Contract.objects.count() == 2
    assert unanswered_links(until=link.valid_until_on) == []


@pytest.mark.requirement(32)
def test_price_of_a_win_back_asks_the_same_level_and_nobody_who_owns_it_answers(scene: Scene) -> None:
    review = lose(scene)
    plan = WinBackPlan(owner_id=scene.people["fred"].id, win_back_on=LEFT_ON)
    plan_win_back(review_id=review.id, plan=plan, by=scene.people["anna"], now=NOW)
    version = scene.keep(discount=15)
    request = scene.ask(version)
    assert (request.state, request.level_name) == ("waiting", "Finance")
    with pytest.raises(NotYoursToDecide):
        scene.answer(request, "fred")
    with pytest.raises(OutOfPolicy):
        presented(scene, version)
    assert scene.answer(request, "fay").state == "approved"
    assert standing(presented(scene, version)) is LinkStanding.OPEN


def test_link_of_the_renewal_that_was_lost_stays_closed_beside_the_win_back(scene: Scene) -> None:
    before = presented(scene, approved(scene))
    lose(scene)
    assert standing(before) is LinkStanding.CLOSED
    with pytest.raises(LinkNotOpen):
        answer(scene, before)
    link = presented(scene, approved(scene, seen=0, discount=16))
    assert (standing(before), standing(link)) == (LinkStanding.CLOSED, LinkStanding.OPEN)
    assert list(Proposal.objects.order_by("id").values_list("is_win_back", "state")) == [
        (False, "presented"),
        (True, "presented"),
    ]


def test_win_back_that_is_over_takes_no_proposal_and_no_answer(scene: Scene) -> None:
    review = lose(scene)
    link = presented(scene, approved(scene))
    said = WinBackAnswer(result="declined", asked_on=TODAY)
    answer_win_back(review_id=review.id, answer=said, by=scene.people["anna"], now=NOW)
    assert standing(link) is LinkStanding.CLOSED
    with pytest.raises(LinkNotOpen):
        answer(scene, link)
    with pytest.raises(ProposalNotSent):
        send_proposal(link_id=link.id, by=scene.people["anna"], now=NOW)
    with pytest.raises(StateNotAllowed):
        scene.keep(discount=5, seen=1)
    with pytest.raises(StateNotAllowed):
        add_option(
            renewal_id=scene.renewal.id, given=OptionContent(name="A", wish=Wish()), by=scene.people["anna"], now=NOW
        )


@pytest.mark.requirement(45)
def test_option_of_a_win_back_becomes_its_proposal(scene: Scene) -> None:
    lose(scene)
    given = OptionContent(name="Come back", wish=Wish())
    made = add_option(renewal_id=scene.renewal.id, given=given, by=scene.people["anna"], now=NOW)
    version = adopt_option(
        scenario_id=made.id, revision=1, seen_number=0, today=TODAY, by=scene.people["anna"], now=NOW
    )
    assert version.proposal.is_win_back
    assert ask_approval(version_id=version.id, by=scene.people["anna"], now=NOW).state == "approved"


@pytest.mark.requirement(32)
def test_contract_by_hand_passes_at_the_approved_price_with_the_approved_lines_and_not_below(scene: Scene) -> None:
    review = lose(scene)
    version = approved(scene, term_months=24)
    signed = Signed(external_id="C-BACK", starts_on=LEFT_ON, months=24, amount=version.net_amount)
    for amount in (version.net_amount - 1, Decimal(1)):
        with pytest.raises(OutOfPolicy):
            sign_win_back_as_allowed(
                review_id=review.id, signed=replace(signed, amount=amount), by=scene.people["anna"], now=NOW
            )
    presented(scene, version)
    sign_proposal(proposal_id=version.proposal_id, version_id=version.id, by=scene.people["anna"], now=NOW)
    sign_win_back_as_allowed(review_id=review.id, signed=signed, by=scene.people["anna"], now=NOW)
    cycle = Renewal.objects.get(contract__external_id="C-BACK")
    assert (cycle.target_amount, cycle.due_on) == (Decimal("884.0000"), date(2029, 1, 1))


def test_what_the_account_says_reaches_who_asks_it_back(scene: Scene) -> None:
    review = lose(scene)
    rita = scene.people["rita"]
    plan = WinBackPlan(owner_id=rita.id, win_back_on=LEFT_ON)
    plan_win_back(review_id=review.id, plan=plan, by=scene.people["anna"], now=NOW)
    version = approved(scene)
    until = LEFT_ON + timedelta(days=60)
    given = LinkWish(valid_until=until)
    link = present_by_link(
        proposal_id=version.proposal_id, version_id=version.id, given=given, today=TODAY, by=rita, now=NOW
    )
    for kind, words in ((AnswerKind.ASKED, "Is support in?"), (AnswerKind.ACCEPTED, "")):
        said = LinkAnswer(kind=kind, said=replace(DANA, words=words), proof=PROOF)
        take_answer(link_id=link.id, given=said, today=LEFT_ON + timedelta(days=9), by=rita, now=NOW)
    found = list(Task.objects.order_by("id").values_list("assignee_id", "renewal__contract__external_id"))
    number = scene.renewal.contract.external_id
    assert found == [(rita.id, number), (rita.id, f"{number}-back-1")]
    term = TermVersion.objects.get(contract__external_id=f"{number}-back-1")
    assert term.starts_on == LEFT_ON + timedelta(days=9)


@pytest.mark.requirement(32)
@pytest.mark.requirement(44)
def test_policy_and_offers_ask_whether_it_is_a_win_back(scene: Scene) -> None:
    rita, asked = scene.people["rita"], {"field": "renewal.is_win_back", "op": "eq", "value": True}
    draft = start_draft(kind="policy", reason="Coming back is no way to a better price.", by=rita, now=NOW)
    limit = {"key": "back", "measure": "below_policy_percent", "scope": "whole", "free": 0, "when": asked, "why": "-"}
    limit["thresholds"] = [{"level": "finance"}]
    content = draft.content | {"limits": [*draft.content["limits"], limit]}
    change_draft(draft_id=draft.id, revision=1, content=content, by=rita, now=NOW)
    submit_draft(draft_id=draft.id, revision=2, by=rita, now=NOW)
    publish_draft(draft_id=draft.id, by=scene.people["fred"], now=NOW)
    offer = read_offer(shipped_offers()[0] | {"eligibility": asked})[0]

    def made() -> tuple[str, bool]:
        case = renewal_case(scene.renewal.id, home_currency="EUR", today=TODAY)
        return scene.ask(scene.keep(discount=2)).state, eligibility_of(offer, case.facts, today=TODAY).may_be_made

    assert made() == ("approved", False)
    lose(scene)
    assert made() == ("waiting", True)


@pytest.mark.requirement(90)
@pytest.mark.requirement("X13")
def test_what_a_win_back_gives_goes_on_with_the_contract_it_wins_and_leaks_with_who_gave_it(scene: Scene) -> None:
    anna, rita = scene.people["anna"], scene.people["rita"]

    def record(what: str) -> Concession:
        give = Give(
            kind=GiveKind.PRICE,
            what=what,
            amount=Money(Decimal(20), "EUR"),
            starts_on=LEFT_ON,
            expires_on=date(2027, 6, 30),
            reason="They asked two others.",
        )
        get = Get(kind=GetKind.REFERENCE, what="A reference call", due_on=date(2026, 3, 1))
        return record_concession(renewal_id=scene.renewal.id, given=Concluded(give=give, get=get), by=anna, now=NOW)

    record("For the renewal they did not want")
    review = lose(scene)
    plan = WinBackPlan(owner_id=rita.id, win_back_on=LEFT_ON)
    plan_win_back(review_id=review.id, plan=plan, by=anna, now=NOW)
    named = record("To have them back")
    version = approved(scene, payment_days=45)
    done = answer(scene, presented(scene, version))
    cycle = Renewal.objects.get(id=done.next_renewal_id)
    unnamed = Concession.objects.get(is_unnamed=True)
    assert (unnamed.is_win_back, unnamed.starts_on) == (True, LEFT_ON)
    assert unnamed.amount + named.amount == version.policy_amount - version.net_amount
    assert {row.id for row in carried_to(cycle)} == {named.id, unnamed.id}
    assert (returning(cycle), signed_payment_days(cycle)) == (named_price(named, unnamed), 45)
    home = AtHome(currency="EUR", rates=RateTable(), today=TODAY)
    leaks = leak_items(Renewal.objects.all(), by=By.OWNER, home=home)
    found = {item.leak: (item.group, item.number, item.amount) for item in leaks}
    assert found == {
        Leak.BELOW_POLICY: ("Rita", 1, version.policy_amount - version.net_amount),
        Leak.WITHOUT_GET: ("Rita", 1, unnamed.amount),
        Leak.NOT_DELIVERED: ("Rita", 1, named.amount),
    }


def named_price(*rows: Concession) -> Money:
    """What comes back in the price of the cycle after a win-back: the gives that expire before it begins."""
    return Money(sum((row.amount for row in rows), Decimal(0)), "EUR")
