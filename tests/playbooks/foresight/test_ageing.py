"""Steps that ask for a score are foreseen by the score of their day, as the engine will have them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from playbooks.actions.enrol import enrol_due
from playbooks.actions.foresight.project import project_renewals
from playbooks.actions.woken import wake_informed
from playbooks.queries.ageing import AGEING
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from signals.models import CurrentScore
from signals.queries import foreseen
from signals.queries.foreseen import scores_ahead
from tests.playbooks.foresight.test_firing import AFTER, NUMBERS, QUIET, START, Told, lived, passed, settle, told
from tests.playbooks.kinds.test_kinds_run import system_step
from tests.playbooks.stories import email_step, publish_simple, task_step
from tests.plugins.database import make_workspace

# A wait that the end of a score set by hand is to end.
SET_BY_HAND = Told(
    now=datetime(2026, 10, 18, 23, 17, tzinfo=UTC),
    ages={"usage.milestone": 128, "support.ticket_opened": 35, "relationship.nps": 0, "billing.invoice_overdue": 65},
    note_hours=200,
    override_hours=75,
    line_at=45,
    field="risk.score",
    do="enrol",
    rearm_days=7,
    due_in=122,
)
# Ended in the middle of a day, hours after the engine has looked last.
ENDED_AT_NOON = Told(
    now=datetime(2026, 3, 10, 8, 17, tzinfo=UTC),
    ages={"usage.milestone": 1, "support.ticket_opened": 32, "relationship.nps": 27, "billing.invoice_overdue": 58},
    note_hours=100,
    override_hours=75,
    line_at=45,
    field="risk.score",
    do="task",
    rearm_days=6,
    due_in=116,
)


@pytest.mark.requirement("X4")
@pytest.mark.requirement(19)
@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(made=told(), waits_for=st.sampled_from(["ge", "lt"]))
@example(made=SET_BY_HAND, waits_for="lt")
@example(made=ENDED_AT_NOON, waits_for="lt")
def test_engine_without_a_signal_does_exactly_what_steps_on_scores_were_foreseen_to_do(
    db: None, made: Told, waits_for: str
) -> None:
    """A wait for a score that only ageing moves, a branch and conditions on either side of its line."""
    workspace = make_workspace(f"f{next(NUMBERS)}")
    by = system_actor(workspace.id, "test")
    with in_workspace(workspace.id, by=by, now=made.now):
        world = settle(workspace, by, made)
        ahead = scores_ahead(workspace.id, [world.account.id], now=made.now, until=made.now + AGEING)
        line = passed(ahead[world.account.id], world, made)
        above, below = ({"field": made.field, "op": op, "value": line} for op in ("ge", "lt"))
        wait = {"until": above if waits_for == "ge" else below, "max_days": 9}
        days = -made.due_in
        publish_simple(
            by,
            made.now,
            system_step("pause", "wait", days + 1, wait=wait),
            system_step("fork", "branch", days + 6, **ways(above)),
            task_step("high", 0, **AFTER, path="fork.up"),
            email_step("low", 0, **AFTER, path="fork.down", condition=below),
            task_step("again", days + 12, at="17:45", condition=above),
            key="strategic",
        )
        enrol_due(by=by, now=made.now)
        wake_informed(by=by, now=made.now)
    with in_workspace(workspace.id, by=by, now=made.now):
        (projected,) = project_renewals([world.renewal.id], now=made.now, until=made.now + AGEING)
    foreseen = sorted(((touch.step_key, touch.at) for touch in projected.touches), key=lambda item: (item[1], item[0]))
    ends = [made.now + timedelta(hours=hours) for hours in (made.note_hours, made.override_hours) if hours]
    assert lived(workspace, by, made.now, ends) == foreseen


def ways(above: dict[str, Any]) -> dict[str, Any]:
    """The two ways of a branch on a score."""
    path = {"key": "up", "label": "Above the line", "when": above}
    return {"paths": [path], "otherwise": {"key": "down", "label": "Below it"}}


@pytest.mark.requirement("X4")
def test_step_is_foreseen_by_the_score_of_its_day_and_says_that_it_hangs_on_silence(
    inside: Workspace, actor: Actor
) -> None:
    """In ten days the score will have passed the line; what is a month ahead goes by the score of today."""
    world = settle(inside, actor, QUIET)
    ahead = scores_ahead(inside.id, [world.account.id], now=START, until=START + timedelta(days=10))
    today, then = CurrentScore.objects.get().value, ahead[world.account.id][-1].health.value
    assert None not in (today, then)
    op, line = "ge" if then > today else "lt", (today + then) / 2
    asked = {"condition": {"field": "health.score", "op": op, "value": line}}
    publish_simple(actor, START, task_step("then", -80, **asked), task_step("later", -60, **asked), key="strategic")
    enrol_due(by=actor, now=START)
    (projected,) = project_renewals([world.renewal.id], now=START, until=START + timedelta(days=40))
    assert [(touch.step_key, touch.effect.value) for touch in projected.touches] == [
        ("then", "task"),
        ("later", "skip"),
    ]
    unheard = {touch.step_key for touch in projected.touches if "loose_unheard" in [why.code for why in touch.loose]}
    assert unheard == {"then"}
    by_today = {
        touch.step_key for touch in projected.touches if "loose_todays_score" in [why.code for why in touch.loose]
    }
    assert by_today == {"later"}


@pytest.mark.requirement("X4")
def test_step_on_a_risk_that_a_learned_model_says_is_shown_by_the_risk_of_today_and_says_so(
    inside: Workspace, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a model will say is not foreseen, not even for the days ahead; health is."""
    monkeypatch.setattr(foreseen, "model_in_force", lambda: "a model")
    world = settle(inside, actor, QUIET)
    on_risk, on_health = (
        {"condition": {"field": field, "op": "ge", "value": 0}} for field in ("risk.score", "health.score")
    )
    publish_simple(actor, START, task_step("a", -80, **on_risk), task_step("b", -79, **on_health), key="strategic")
    enrol_due(by=actor, now=START)
    (projected,) = project_renewals([world.renewal.id], now=START, until=START + timedelta(days=14))
    loose = {touch.step_key: [why.code for why in touch.loose] for touch in projected.touches}
    assert loose == {"a": ["loose_condition", "loose_todays_score"], "b": ["loose_condition"]}
