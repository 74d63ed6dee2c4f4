"""A plan of offers over the database: weighed in parts, solved at the end, and nothing follows from it by itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from offers.actions.plans import cancel_plan, forget_old_plans, order_plan, work_plan
from offers.actions.shipped import publish_shipped_if_none
from offers.core.choice import is_held_out
from offers.core.choice.asked import PlanAsked, plan_asked_from
from offers.models import ChoiceVersion, OfferPlan, OfferVersion, PlannedOffer, PolicyVersion, Proposal
from offers.queries.choice import choice_definition, choice_number, choice_rules
from offers.queries.library import shipped_policy
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.core.records import LineRow
from renewals.models import Account, Renewal, Workspace
from signals.models import CurrentRisk
from tests.offers.stories import Scene, make_scene
from tests.renewals.build import NOW, renewal

BOOK = 6
SCORED = {
    "score_id": 1, "state": "scored", "band": "high", "value": 70.0, "renew_probability": 0.6, "coverage": 1.0,
    "known_count": 1, "measures_count": 1, "stale_count": 0, "as_of": NOW, "scored_at": NOW, "reasons": [],
    "input_hash": UUID(int=0),
}  # fmt: skip


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    """Some renewals of small accounts at high risk, due in ten weeks; the first has a proposal already."""
    made = make_scene(inside, actor)
    publish_shipped_if_none(by=actor, now=NOW)
    for number in range(BOOK):
        renewal(actor, f"b{number}", lines=(LineRow(external_id="seats", arr_amount=Decimal(40000)),))
    Account.objects.update(segment="small", tier="growth", region="North America")
    Renewal.objects.update(due_on=NOW.date() + timedelta(days=70), notice_on=None)
    for row in Renewal.objects.all():
        CurrentRisk.objects.create(**SCORED, workspace=inside, account_id=row.account_id, renewal=row)
    made.keep(discount=0)
    return made


def run(scene: Scene, asked: PlanAsked, *, limit: int = 50) -> OfferPlan:
    made = order_plan(asked=asked, by=scene.people["rita"], now=NOW)
    while not work_plan(now=NOW, limit=limit).is_over:
        pass
    made.refresh_from_db()
    return made


def test_plan_keeps_its_limits_says_what_binds_and_does_nothing(scene: Scene) -> None:
    owners = list(Renewal.objects.values_list("owner_id", flat=True))
    asked = PlanAsked(tasks=dict.fromkeys(owners, (4,)))
    made = run(scene, asked)
    rows = list(PlannedOffer.objects.filter(run=made))
    free = [row.id for row in Renewal.objects.all() if not is_held_out(row.account_id, choice_rules())]
    free = [key for key in free if key != scene.renewal.id]
    assert (made.state, made.done, plan_asked_from(made.asked)) == ("done", BOOK + 1, asked)
    assert {row.renewal_id for row in rows if row.is_chosen} <= set(free)
    assert {row.why for row in rows if row.renewal_id == scene.renewal.id} in ({"proposed"}, {"held_out"})
    assert made.found["value"] == sum(int(row.value * 100) for row in rows if row.is_chosen)
    assert (made.found["method"], made.found["value"] > 0) == ("optimal", True)
    assert all(row.value == row.kept - row.given - row.cost for row in rows if row.offer_id)
    assert Proposal.objects.count() == 1
    shown = ("renewal_id", "offer_id", "value", "why", "is_chosen")
    again = run(scene, asked, limit=2)
    assert list(PlannedOffer.objects.filter(run=again).order_by("id").values_list(*shown)) == list(
        PlannedOffer.objects.filter(run=made).order_by("id").values_list(*shown)
    )
    back = dict.fromkeys(Account.objects.values_list("id", flat=True), "capped")
    none = run(scene, replace(asked, kept_back=back, budget=Decimal(0)))
    assert (none.found["value"], none.found["next_slice"]) == (0, [0, 0])


def test_plan_is_weighed_to_its_end_by_the_rules_policy_and_offers_it_was_ordered_under(scene: Scene) -> None:
    asked, rita = PlanAsked(), scene.people["rita"]
    shown = ("renewal_id", "offer_id", "value", "why", "is_chosen")

    def offers(made: OfferPlan) -> list[tuple[object, ...]]:
        return list(PlannedOffer.objects.filter(run=made).order_by("id").values_list(*shown))

    shipped = run(scene, asked)
    begun = order_plan(asked=asked, by=rita, now=NOW)
    work_plan(now=NOW, limit=2)
    dear = choice_definition() | {"task_cost": 900_000}
    said = {"published_at": NOW, "published_by": "Rita", "reason": "Tasks are dear."}
    ChoiceVersion.objects.create(workspace=scene.workspace, number=1, definition=dear, **said)
    policy, later = shipped_policy(), said | {"published_at": NOW + timedelta(minutes=1)}
    policy = policy | {"defaults": policy["defaults"] | {"uplift_percent": 20}}
    PolicyVersion.objects.create(workspace=scene.workspace, number=2, definition=policy, **later)
    for offer in OfferVersion.objects.all():
        dearer = offer.definition | {"price": offer.definition["price"] | {"discount_percent": 20}}
        OfferVersion.objects.create(
            workspace=scene.workspace, offer_id=offer.offer_id, number=2, definition=dearer, **later
        )
    while not work_plan(now=NOW, limit=2).is_over:
        pass
    begun.refresh_from_db()
    dearer = run(scene, asked)
    assert [(made.rules_number, made.policy_number) for made in (shipped, begun, dearer)] == [(0, 1), (0, 1), (1, 2)]
    assert (offers(begun) == offers(shipped), offers(dearer) == offers(shipped)) == (True, False)
    assert (choice_number(), choice_rules(0).task_cost, choice_rules().task_cost) == (1, 60, 900_000)


def test_orders_are_refused_cancelled_and_forgotten(scene: Scene) -> None:
    rita = scene.people["rita"]
    for bad in (PlanAsked(budget=Decimal(-1)), PlanAsked(weeks=0), PlanAsked(days_ahead=0), PlanAsked(most_asked=-1)):
        with pytest.raises(InvalidInput):
            order_plan(asked=bad, by=rita, now=NOW)
    with pytest.raises(InvalidInput, match="No open renewal"):
        order_plan(asked=PlanAsked(days_ahead=5), by=rita, now=NOW)
    for _ in range(2):
        made = order_plan(asked=PlanAsked(), by=rita, now=NOW)
    with pytest.raises(InvalidInput, match="2 plans are under way"):
        order_plan(asked=PlanAsked(), by=rita, now=NOW)
    for _ in range(2):
        assert cancel_plan(run_id=made.id, by=rita, now=NOW).state == "cancelled"
    assert [forget_old_plans(now=NOW + timedelta(days=days)) for days in (0, 181)] == [0, 1]
