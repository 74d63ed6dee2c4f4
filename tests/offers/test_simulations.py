"""A simulation over the database: history comes again row by row, a draft changes sides, a killed worker goes on."""

from copy import deepcopy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from offers.actions.drafts import start_draft
from offers.actions.simulations import (
    cancel_simulation,
    forget_old_simulations,
    order_simulation,
    work_simulation,
)
from offers.core.simulation import SimulationAsked
from offers.models import PolicySimulation, RuleDraft, SimulatedDecision
from renewals.actions.closing import ClosingOrder, close_renewal
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput
from renewals.core.records import LineRow, OutcomeRow
from renewals.models import Workspace
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW, renewal

ASKED = SimulationAsked(first_on=TODAY - timedelta(days=30), last_on=TODAY)
SHOWN = ("kind", "before_way", "before_level", "after_way", "after_level", "is_reproduced", "why")


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    """A proposal refused by the policy, asked, approved, carried on and asked again; and a closing without any."""
    made = make_scene(inside, actor)
    made.keep(discount=55)
    first = made.ask(made.keep(discount=15, seen=1))
    made.answer(first, "fred")
    made.ask(made.keep(discount=12, seen=2))
    second = made.ask(made.keep(discount=35, seen=3))
    made.answer(second, "fred", key="finance", is_approved=False)
    lines = (
        LineRow(external_id="seats", arr_amount=Decimal(2000)),
        LineRow(external_id="help", arr_amount=Decimal(100)),
    )
    alone = renewal(actor, "2", lines=lines)
    outcome = OutcomeRow(renewal_id=alone.id, final_amount=Decimal(1680), primary_reason="price", decided_on=TODAY)
    close_renewal(order=ClosingOrder(outcome=outcome), by=actor, now=NOW)
    return made


def run(scene: Scene, asked: SimulationAsked = ASKED, *, limit: int = 50) -> PolicySimulation:
    """Order a simulation and work until it is over."""
    made = order_simulation(asked=asked, by=scene.people["rita"], now=NOW + timedelta(hours=1))
    while not work_simulation(now=NOW + timedelta(hours=2), limit=limit).is_over:
        pass
    made.refresh_from_db()
    return made


def rows(made: PolicySimulation, *names: str) -> list[tuple]:
    """The rows of a run by what they say."""
    found = SimulatedDecision.objects.filter(run=made).order_by("kind", "version_number", "id")
    return list(found.values_list(*(names or SHOWN)))


@pytest.mark.requirement("X14")
@pytest.mark.requirement(32)
def test_history_comes_again_row_by_row_and_in_parts_as_at_once(scene: Scene) -> None:
    made = run(scene)
    assert rows(made) == [
        ("closing", "", "", "ask", "Finance", None, ""),
        ("proposal", "refused", "", "refused", "", True, ""),
        ("proposal", "ask", "Finance", "ask", "Finance", True, ""),
        ("proposal", "carried", "", "carried", "", True, ""),
        ("proposal", "ask", "Finance and executive", "ask", "Finance and executive", True, ""),
    ]
    assert (made.state, made.done, made.total, made.waiting) == ("done", 2, 2, 0)
    assert ["finance", "finance", 0.0, 1] in made.clocks
    closing, *proposals = rows(made, "unknown", "net_amount", "after_given", "before_asked", "is_last")
    assert closing == (["account.region", "account.tier", "payment_days"], Decimal(1680), Decimal(504), [], True)
    assert [row[3] for row in proposals] == [
        [],
        ["finance"],
        [],
        ["finance", "cs_manager or renewal_manager", "executive"],
    ]
    assert [row[4] for row in proposals] == [False, False, False, True]
    again = run(scene, limit=1)
    assert rows(again) == rows(made)


def test_draft_is_frozen_and_changes_sides(scene: Scene) -> None:
    rita = scene.people["rita"]
    draft = start_draft(kind="policy", reason="Let them decide.", by=rita, now=NOW)
    content = deepcopy(draft.content)
    content["limits"] = [limit for limit in content["limits"] if limit["key"] == "below_policy"]
    content["limits"][0]["free"] = 20
    content["limits"][0]["thresholds"] = [{"up_to": 60, "level": "lead"}]
    RuleDraft.objects.filter(id=draft.id).update(content=content)
    order = replace(ASKED, draft_id=draft.id)
    made = order_simulation(asked=order, by=rita, now=NOW + timedelta(hours=1))
    RuleDraft.objects.filter(id=draft.id).update(content={})
    work_simulation(now=NOW)
    assert [row[3:6] for row in rows(made)] == [
        ("ask", "Renewal lead", None),
        ("ask", "Renewal lead", True),
        ("inside", "", True),
        ("inside", "", True),
        ("ask", "Renewal lead", True),
    ]
    assert {row for row in rows(made, "after_hours") if row != (0.0,)} == {(None,)}


def test_orders_are_refused_cancelled_and_forgotten(scene: Scene) -> None:
    rita = scene.people["rita"]
    with pytest.raises(InvalidInput, match="No price was decided"):
        order_simulation(asked=replace(ASKED, last_on=ASKED.first_on), by=rita, now=NOW)
    for _ in range(3):
        made = order_simulation(asked=ASKED, by=rita, now=NOW)
    with pytest.raises(InvalidInput, match="3 simulations are under way"):
        order_simulation(asked=ASKED, by=rita, now=NOW)
    for _ in range(2):
        assert cancel_simulation(run_id=made.id, by=rita, now=NOW).state == "cancelled"
    assert forget_old_simulations(now=NOW) == 0
    assert forget_old_simulations(now=NOW + timedelta(days=366)) == 1
