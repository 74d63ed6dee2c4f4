"""A proposal behind its link: who may see what until when, and an acceptance that closes the renewal at its price."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from offers.actions import answers
from offers.actions.closing import carry_out_as_approved, close_as_approved
from offers.actions.links import extend_link, note_view, withdraw_link
from offers.actions.proposals import sign_proposal, withdraw_proposal
from offers.core.errors import LinkNotOpen, OutOfPolicy
from offers.core.links import AnswerKind, LinkStanding
from offers.core.pricing import AddedLine
from offers.models import Proposal, ProposalAnswer
from offers.queries.links import link_with_all, proposal_token, read_proposal_token, standing_of, views_of
from renewals.actions.closing import ClosingOrder
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import AlreadyClosed, RequiredValueMissing
from renewals.core.records import OutcomeRow
from renewals.models import ContractLine, Outcome, Renewal, TermVersion, Workspace
from tests.offers.links import answer, approved, presented
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def standing(link: object, *, today: date = TODAY) -> LinkStanding:
    return standing_of(link_with_all(link.id), today=today)


@pytest.mark.requirement(52)
@pytest.mark.requirement(90)
def test_acceptance_closes_the_renewal_with_the_accepted_line_and_opens_the_next_cycle(scene: Scene) -> None:
    link = presented(scene, approved(scene, term_months=24))
    done = answer(scene, link)
    row = Renewal.objects.get(id=scene.renewal.id)
    assert (row.final_amount, row.closed_on, done.trouble) == (Decimal("884.0000"), TODAY, "")
    term = TermVersion.objects.get(contract_id=row.contract_id, number=2, superseded_at__isnull=True)
    assert (term.starts_on, term.ends_on) == (date(2027, 1, 1), date(2028, 12, 31))
    assert [line.arr_amount for line in ContractLine.objects.filter(term=term)] == [Decimal("884.0000")]
    following = Renewal.objects.get(id=done.next_renewal_id)
    assert (following.due_on, following.closed_on) == (date(2029, 1, 1), None)
    kept = ProposalAnswer.objects.get()
    said = (kept.kind, kept.name, kept.title, kept.statement, kept.address_hash, kept.user_agent, kept.said_at)
    assert said == ("accepted", "Dana Whitfield", "CFO", "I accept.", "f" * 64, "Firefox", NOW)
    assert Proposal.objects.get().state == "signed"
    again = answer(scene, link)
    assert (again.is_repeat, again.answer.id) == (True, kept.id)
    assert (ProposalAnswer.objects.count(), Outcome.objects.count(), standing(link)) == (1, 1, LinkStanding.ACCEPTED)


@pytest.mark.requirement(90)
def test_accepted_ramp_new_line_and_other_seats_are_written_into_the_next_term(scene: Scene) -> None:
    added = AddedLine(key="reports", name="Reports", list_amount=Decimal(50))
    wish = {"added": (added,), "quantities": {"seats": Decimal(2)}, "ramp_percent": Decimal(3), "term_months": 24}
    done = answer(scene, presented(scene, approved(scene, **wish)))
    assert done.trouble == ""
    lines = ContractLine.objects.filter(term__number=2, term__superseded_at__isnull=True).order_by("external_id")
    written = [(line.external_id, line.item, line.quantity, line.arr_amount, line.starts_on) for line in lines]
    first, second = date(2027, 1, 1), date(2028, 1, 1)
    assert written == [
        ("reports", "reports", 1, Decimal("42.5000"), first),
        ("reports-year-2", "reports", 1, Decimal("43.7700"), second),
        ("seats", "seats", 2, Decimal("1768.0000"), first),
        ("seats-year-2", "seats", 2, Decimal("1821.0500"), second),
    ]
    assert Renewal.objects.get(id=done.next_renewal_id).target_amount == Decimal("1864.8200")


def test_signed_on_paper_is_closed_with_the_signed_lines(scene: Scene) -> None:
    version = approved(scene, term_months=24)
    presented(scene, version)
    sign_proposal(proposal_id=version.proposal_id, version_id=version.id, by=scene.people["anna"], now=NOW)
    row = OutcomeRow(
        renewal_id=scene.renewal.id, final_amount=version.net_amount, primary_reason="price", decided_on=TODAY
    )
    close_as_approved(order=ClosingOrder(outcome=row), by=scene.people["anna"], now=NOW)
    assert TermVersion.objects.get(number=2, superseded_at__isnull=True).ends_on == date(2028, 12, 31)


@pytest.mark.requirement(32)
def test_version_that_is_not_approved_gets_no_link(scene: Scene) -> None:
    with pytest.raises(OutOfPolicy):
        presented(scene, scene.keep(discount=15))


def test_expired_withdrawn_superseded_and_closed_take_no_answer(scene: Scene) -> None:
    link = presented(scene, approved(scene), days=0)
    with pytest.raises(LinkNotOpen, match="expired"):
        answer(scene, link, today=TODAY + timedelta(days=1))
    withdraw_link(link_id=link.id, reason="Wrong person.", today=TODAY, by=scene.people["anna"], now=NOW)
    with pytest.raises(LinkNotOpen, match="withdrawn"):
        answer(scene, link)
    second = presented(scene, link.version)
    scene.keep(discount=14, seen=1)
    with pytest.raises(LinkNotOpen, match="superseded"):
        answer(scene, second)
    third = presented(scene, approved(scene, seen=2, discount=13))
    assert [standing(each) for each in (link, second)] == [LinkStanding.WITHDRAWN, LinkStanding.SUPERSEDED]
    outcome = OutcomeRow(
        renewal_id=scene.renewal.id, final_amount=Decimal(1040), primary_reason="no_reason_given", decided_on=TODAY
    )
    close_as_approved(order=ClosingOrder(outcome=outcome), by=scene.people["anna"], now=NOW)
    with pytest.raises(LinkNotOpen, match="closed"):
        answer(scene, third)
    assert ProposalAnswer.objects.count() == 0


def test_link_is_extended_declined_and_made_anew(scene: Scene) -> None:
    version = approved(scene)
    link = presented(scene, version, days=1)
    later = TODAY + timedelta(days=2)
    extend_link(link_id=link.id, valid_until=later, today=later, by=scene.people["anna"], now=NOW)
    with pytest.raises(RequiredValueMissing):
        answer(scene, link, AnswerKind.DECLINED)
    declined = answer(scene, link, AnswerKind.DECLINED, words="Too dear.", today=later)
    assert answer(scene, link, AnswerKind.DECLINED, words="Again.", today=later).answer.id == declined.answer.id
    with pytest.raises(LinkNotOpen, match="declined"):
        answer(scene, link, today=later)
    second = presented(scene, version)
    assert (second.id != link.id, presented(scene, version).id) == (True, second.id)
    asked = answer(scene, second, AnswerKind.ASKED, words="Why?")
    assert answer(scene, second, AnswerKind.ASKED, words="Why?").is_repeat
    assert (asked.is_settled, standing(second)) == (False, LinkStanding.OPEN)
    withdraw_proposal(proposal_id=version.proposal_id, reason="They merge.", by=scene.people["anna"], now=NOW)
    assert standing(second) is LinkStanding.WITHDRAWN


def test_acceptance_that_cannot_be_closed_is_kept_and_says_why(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(**_: object) -> None:
        raise AlreadyClosed("An import closed it meanwhile.")

    link = presented(scene, approved(scene))
    monkeypatch.setattr(answers, "close_renewal", refused)
    done = answer(scene, link)
    assert ("An import closed it meanwhile." in done.trouble, done.is_settled) == (True, False)
    assert (Proposal.objects.get().state, Renewal.objects.get().closed_on) == ("signed", None)


@pytest.mark.requirement(32)
def test_clause_of_the_contract_is_carried_out_under_the_same_check(scene: Scene) -> None:
    Renewal.objects.update(due_on=TODAY, notice_on=None)
    TermVersion.objects.update(end_action="renew", is_auto_renewing=True)
    scene.keep(discount=15)
    with pytest.raises(OutOfPolicy):
        carry_out_as_approved(renewal_id=scene.renewal.id, by=scene.people["anna"], now=NOW, today=TODAY)
    assert Renewal.objects.get().closed_on is None


def test_views_are_counted_and_a_token_is_worth_nothing_elsewhere(scene: Scene, other_workspace: Workspace) -> None:
    link = presented(scene, approved(scene))
    for minutes in (0, 5, 9):
        note_view(link_id=link.id, by=scene.people["abe"], now=NOW + timedelta(minutes=minutes))
    seen = views_of(link.id)
    assert (seen.times, seen.first_at, seen.last_at) == (3, NOW, NOW + timedelta(minutes=9))
    token = proposal_token(workspace_id=scene.workspace.id, link_id=link.id)
    assert read_proposal_token(token).link_id == link.id
    assert read_proposal_token(token.replace(f"{scene.workspace.id}.", f"{other_workspace.id}.", 1)) is None
    assert read_proposal_token("1.1:forged") is None
    with in_workspace(other_workspace.id, by=scene.people["abe"]):
        assert link_with_all(link.id) is None
