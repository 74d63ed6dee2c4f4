"""Ends of contracts carried out by the sweep: once, at the announced price, never past a notice or a refused price."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from offers.actions.end_actions import tend_end_actions
from offers.actions.win_backs import sign_win_back_as_allowed
from offers.core.errors import OutOfPolicy
from offers.models import PriceRevision, RevisedTerm
from playbooks.actions.contract_tasks import tend_contract_tasks
from playbooks.models import Task
from renewals.actions.closing import hold_review
from renewals.actions.contracts import amend_term
from renewals.actions.win_backs import Signed, WinBackAnswer, WinBackPlan, answer_win_back, plan_win_back
from renewals.core.actors import Actor, person_actor
from renewals.core.dates import add_months
from renewals.core.errors import InvalidInput, StateNotAllowed, UnknownReference
from renewals.core.renewal_states import RenewalStage
from renewals.core.roles import Role
from renewals.core.terms import EndAction
from renewals.models import EndActionRun, LossReview, Renewal, TermVersion
from renewals.queries.contracts import contract_arr
from renewals.queries.term_rows import live_term, term_row
from tests.offers.stories import TODAY, make_scene
from tests.renewals.build import NOW, member, renewal

DUE = date(2027, 1, 1)
AFTER = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)


def ending(by: Actor, number: str, action: EndAction, **more: object) -> Renewal:
    """Return an open renewal whose term now ends in this way."""
    row = renewal(by, number, **more)
    term = live_term(row.contract_id)
    changed = replace(term_row(term), end_action=action, is_auto_renewing=action is EndAction.RENEW)
    amend_term(contract_id=row.contract_id, term=changed, reason="Clause 9", by=by, now=NOW)
    return row


def sweep(by: Actor, at: datetime = AFTER) -> tuple[int, int]:
    """Sweep ends, then tasks."""
    ends = tend_end_actions(today=at.date(), by=by, now=at)
    return ends, tend_contract_tasks(today=at.date(), by=by, now=at)


def results() -> list[tuple[str, str]]:
    """Return what was done, the oldest renewal first."""
    return list(EndActionRun.objects.order_by("renewal_id").values_list("action", "result"))


@pytest.mark.requirement(52)
def test_each_end_is_carried_out_once_and_a_question_becomes_a_task(inside, actor) -> None:
    goes_on = ending(actor, "1", EndAction.RENEW)
    for number, action in enumerate((EndAction.EVERGREEN, EndAction.END, EndAction.MANUAL), start=2):
        ending(actor, str(number), action)
    assert sweep(actor, datetime(2027, 1, 1, 9, 0, tzinfo=UTC)) == (0, 0)
    assert sweep(actor) == (4, 2)
    assert sweep(actor) == (0, 0)
    assert results() == [("renew", "renewed"), ("evergreen", "evergreen"), ("end", "ended"), ("manual", "asked")]
    assert contract_arr(goes_on.contract_id, on=DUE).amount == 1000
    titles = set(Task.objects.values_list("title", flat=True))
    assert titles == {"Decide what follows the term that ended", "Review the loss"}
    assert sweep(actor, AFTER + timedelta(days=40)) == (0, 0)


@pytest.mark.requirement(52)
def test_announced_price_is_what_goes_on_and_a_price_not_allowed_is_asked(inside, actor) -> None:
    scene = make_scene(inside, actor)
    own = ending(actor, "9", EndAction.RENEW)
    fred = scene.people["fred"]
    row = PriceRevision.objects.create(
        workspace_id=inside.id, name="Spring", reason="Costs", author="Rita", content={}, state="applied",
        approver_id=fred.id, previewed_at=NOW, created_at=NOW,
    )  # fmt: skip
    kept = {
        "workspace_id": inside.id, "revision": row, "term_number": 1, "term_version": 2, "currency": "EUR",
        "lines": [{"key": "seats", "name": "Seats", "old": "1000", "new": "1050", "rule": "uplift_offer"}],
        "old_amount": 1000, "new_amount": 1050, "state": "applied", "changed_at": NOW,
    }  # fmt: skip
    RevisedTerm.objects.create(contract_id=own.contract_id, announced_on=TODAY, **kept)
    # In force and not announced: it is the policy price, and going on at the old one is a discount nobody allowed.
    RevisedTerm.objects.create(contract_id=scene.renewal.contract_id, **kept)
    assert str(scene.keep(discount=8).policy_amount) == "1050.00"
    TermVersion.objects.filter(contract_id=scene.renewal.contract_id).update(end_action="renew")
    assert sweep(actor) == (2, 1)
    own.refresh_from_db()
    scene.renewal.refresh_from_db()
    assert (own.final_amount, scene.renewal.closed_on) == (Decimal(1050), None)
    asked = EndActionRun.objects.get(renewal=scene.renewal)
    assert (asked.result, asked.why) == ("asked", "The proposal of this renewal is not approved.")


def test_history_and_what_came_in_late_stay_with_people(inside, actor) -> None:
    ending(actor, "1", EndAction.RENEW)
    late = ending(actor, "2", EndAction.RENEW)
    Renewal.objects.filter(id=late.id).update(opened_on=DUE)
    assert sweep(actor, AFTER + timedelta(days=30)) == (0, 0)
    assert sweep(actor) == (1, 0)


@pytest.mark.requirement(52)
def test_account_that_left_is_asked_back_on_its_day_by_its_owner_once(inside, actor) -> None:
    ending(actor, "1", EndAction.END)
    sweep(actor)
    review = LossReview.objects.get()
    asked_on = review.win_back_on - timedelta(days=14)
    before = datetime.combine(asked_on - timedelta(days=1), AFTER.timetz())
    assert sweep(actor, before) == (0, 0)
    for count in (1, 0):
        assert sweep(actor, before + timedelta(days=1))[1] == count
    hold_review(review_id=review.id, findings="Price", held_on=DUE, win_back_on=review.win_back_on, by=actor, now=AFTER)
    assert sweep(actor, before + timedelta(days=1))[1] == 1
    later = review.win_back_on + timedelta(days=90)

    def answer(result: str, again_on: date | None = None, review_id: int = review.id) -> LossReview:
        said = WinBackAnswer(result=result, asked_on=asked_on, again_on=again_on, note="In spring")
        return answer_win_back(review_id=review_id, answer=said, by=actor, now=AFTER)

    for _ in range(2):
        assert answer("later", later).win_back_on == later
    for wrong in (("later", None), ("later", asked_on), ("perhaps", None)):
        with pytest.raises(InvalidInput):
            answer(*wrong)
    with pytest.raises(UnknownReference):
        answer("won", review_id=10**9)
    assert sweep(actor, before + timedelta(days=1))[1] == 1
    at = datetime.combine(later, AFTER.timetz())
    assert sweep(actor, at)[1] == 1
    with pytest.raises(InvalidInput):
        answer("won")
    _come_back(review, actor)
    assert sweep(actor, at)[1] == 1
    assert list(Task.objects.order_by("id").values_list("title", "state")) == [
        ("Review the loss", "cancelled"),
        ("Ask them back", "cancelled"),
        ("Ask them back", "cancelled"),
    ]
    assert {each["code"] for task in Task.objects.all() for each in task.why} == {"contract_asks"}


def _come_back(review: LossReview, actor: Actor) -> None:
    """Win the account back: below what it left at only who may allow it signs; it is a contract, and no renewal."""
    roles = {"Cora": Role.CSM, "Finn": Role.FINANCE}
    csm, boss = (
        person_actor(actor.workspace_id, member(actor, name, role).user_id, name) for name, role in roles.items()
    )
    said = Signed(external_id="C-BACK", starts_on=DUE + timedelta(days=300), months=24, amount=Decimal(800))
    plan = WinBackPlan(owner_id=csm.id, win_back_on=DUE, stage=RenewalStage.NEGOTIATING)
    for _ in range(2):
        assert plan_win_back(review_id=review.id, plan=plan, by=csm, now=AFTER).win_back_stage == "negotiating"
    with pytest.raises(StateNotAllowed):
        back = replace(plan, stage=RenewalStage.UPCOMING)
        plan_win_back(review_id=review.id, plan=back, by=csm, now=AFTER)
    for amount, by in ((800, csm), (1, boss)):
        with pytest.raises(OutOfPolicy):
            sign_win_back_as_allowed(
                review_id=review.id, signed=replace(said, amount=Decimal(amount)), by=by, now=AFTER
            )
    with pytest.raises(InvalidInput):
        sign_win_back_as_allowed(review_id=review.id, signed=replace(said, starts_on=NOW.date()), by=boss, now=AFTER)
    sign_win_back_as_allowed(review_id=review.id, signed=said, by=boss, now=AFTER)
    review.refresh_from_db()
    cycle = Renewal.objects.get(contract=review.won_contract)
    assert (review.win_back_result, cycle.target_amount, cycle.stage) == ("won", 800, "upcoming")
    assert cycle.due_on == add_months(said.starts_on, 24)
    assert Renewal.objects.get(id=review.renewal_id).final_amount == 0
