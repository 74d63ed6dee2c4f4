"""What rules will do by time alone is foreseen as the engine does it; what needs a signal is not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from django.db.models import Min
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from playbooks.actions.enrol import enrol_due
from playbooks.actions.foresight.keep import refresh_projections
from playbooks.actions.foresight.project import project_renewals
from playbooks.actions.publish import publish_playbook
from playbooks.actions.pump import Pump, pump
from playbooks.actions.triggers import publish_trigger, sweep_triggers
from playbooks.actions.woken import wake_informed
from playbooks.models import Enrolment, Message, ProjectedTouch, SelectionVersion, StepRun, Task, TriggerFiring
from playbooks.queries.ageing import AGEING
from playbooks.queries.selection import selection_content
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, person_actor, system_actor
from renewals.core.dates import start_of_day
from renewals.models import Account, Renewal, Workspace
from signals.actions.intake import ensure_source, record_signals
from signals.actions.people.facts import NewFact, note_fact
from signals.actions.people.overrides import NewOverride, set_override
from signals.actions.people.sweep import tend_people
from signals.actions.scores import mark_outdated, refresh_scores
from signals.queries.foreseen import ScoresAhead, Standing, scores_ahead
from tests.playbooks.factories import World, make_world
from tests.playbooks.stories import KeptChannel, email_step, publish_simple, simple_playbook, task_step
from tests.plugins.database import make_workspace

NUMBERS = count(1)
START = datetime(2026, 3, 10, 7, 40, tzinfo=UTC)
AFTER = {"anchor": {"from": "after_previous", "days": 2, "roll": "next_business_day"}}


@dataclass(frozen=True, kw_only=True)
class Told:
    """An account in a made-up world: what is on record of it, how old, and what a person said of it."""

    now: datetime
    ages: dict[str, int]
    note_hours: int
    override_hours: int
    line_at: int
    field: str
    do: str
    rearm_days: int
    due_in: int


@st.composite
def told(draw: st.DrawFn) -> Told:
    """Signals of any age, a note and an override that run out now or then or never, around a change of the clocks."""
    day = draw(st.sampled_from([datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 10, 18, tzinfo=UTC), START]))
    kinds = ("usage.milestone", "support.ticket_opened", "relationship.nps", "billing.invoice_overdue")
    return Told(
        now=datetime.combine(day.date(), time(draw(st.integers(0, 23)), 17), UTC),
        ages={kind: draw(st.integers(0, 170)) for kind in kinds},
        note_hours=draw(st.sampled_from([0, 30, 100, 200])),
        override_hours=draw(st.sampled_from([0, 0, 75])),
        line_at=draw(st.integers(0, 60)),
        field=draw(st.sampled_from(["risk.score", "health.score"])),
        do=draw(st.sampled_from(["task", "enrol"])),
        rearm_days=draw(st.integers(1, 9)),
        due_in=draw(st.integers(40, 130)),
    )


def rule(key: str, *, field: str, line: float, rises: bool, **changes: Any) -> dict[str, Any]:
    """A rule on a line of a score that makes a task."""
    return {
        "key": key,
        "name": key.title(),
        "type": "risk",
        "reason": key,
        "crossing": {"field": field, "op": "ge" if rises else "lt", "value": line},
        "do": "task",
        "task": {"title": f"Call: {key}", "instructions": "Ask."},
    } | changes


def signals(world: World, ages: dict[str, int], now: datetime) -> list[dict[str, Any]]:
    """Enough for a score: use of the last weeks, and one of each other kind at its age."""

    def one(kind: str, days: float, **more: Any) -> dict[str, Any]:
        at = (now - timedelta(days=days, minutes=5)).isoformat()
        key = {"external_id": f"{kind}-{days}", "account": world.account.external_id}
        return {"kind": kind, "occurred_at": at, **key, **more}

    return [
        *(one("usage.active_users", days, value=20 - days % 9) for days in range(1, 90, 2)),
        *(one("usage.feature_used", days, subject=f"f{days % 5}", value=2) for days in range(1, 60, 3)),
        *(one("usage.events", days, value=30 + days % 7) for days in range(1, 90, 2)),
        one("usage.seats", 120, value=30),
        one("relationship.meeting", 11),
        one("support.message", 6, text="Great help, thank you!"),
        one("relationship.sponsor_confirmed", 90),
        one("usage.milestone", ages["usage.milestone"], subject="live"),
        one("support.ticket_opened", ages["support.ticket_opened"], subject="T-1", value=2),
        one("relationship.nps", ages["relationship.nps"], value=6),
        one("billing.invoice_overdue", ages["billing.invoice_overdue"], subject="I-1", value=9),
    ]


def settle(workspace: Workspace, by: Actor, made: Told) -> World:
    """The account with its signals, scored; notes and overrides as told."""
    world = make_world(workspace, key=f"A-{workspace.id}", due_on=(made.now + timedelta(days=made.due_in)).date())
    ensure_source(workspace_id=workspace.id, key="crm", kind="api", by=by, now=made.now)
    items = signals(world, made.ages, made.now)
    record_signals(workspace_id=workspace.id, source_key="crm", items=items, by=by, now=made.now)
    person = person_actor(workspace.id, world.owner.id, world.owner.name)
    refresh_scores(workspace_id=workspace.id, by=by, now=made.now)
    if made.note_hours:
        fact = NewFact(
            account_id=world.account.id,
            kind="relationship.politics",
            value=-0.8,
            text="A new owner looks at everything.",
            observed_on=made.now.date(),
            expires_at=made.now + timedelta(hours=made.note_hours),
        )
        note_fact(workspace_id=workspace.id, fact=fact, by=person, now=made.now)
    if made.override_hours:
        word = NewOverride(
            account_id=world.account.id,
            renewal_id=world.renewal.id,
            value=55.0,
            reason="They told me.",
            expires_at=made.now + timedelta(hours=made.override_hours),
        )
        set_override(workspace_id=workspace.id, override=word, by=person, now=made.now)
    score(workspace, by, made.now)
    return world


def score(workspace: Workspace, by: Actor, now: datetime) -> None:
    """What the sweeps of signals do at an instant."""
    tend_people(workspace_id=workspace.id, by=by, now=now)
    mark_outdated(workspace_id=workspace.id, by=by, now=now)
    refresh_scores(workspace_id=workspace.id, by=by, now=now)


def lines(workspace: Workspace, world: World, made: Told) -> list[dict[str, Any]]:
    """Rules whose lines lie where the score passes by itself, one up and one down, and one that it never meets."""
    ahead = scores_ahead(workspace.id, [world.account.id], now=made.now, until=made.now + AGEING)[world.account.id]
    line = passed(ahead, world, made)
    work = {"do": "enrol", "playbook": "called", "task": None} if made.do == "enrol" else {}
    more = {key: value for key, value in work.items() if value is not None} | {"rearm_days": made.rearm_days}
    rises = rule("rises", field=made.field, line=line, rises=True, **more)
    if made.do == "enrol":
        del rises["task"]
    return [
        rises,
        rule("falls", field=made.field, line=line, rises=False, rearm_days=made.rearm_days),
        rule("never", field=made.field, line=101.0, rises=True),
    ]


def passed(ahead: Sequence[ScoresAhead], world: World, made: Told) -> float:
    """A line that the score passes by itself on one of the days."""
    path = [each.risks[world.renewal.id] if made.field == "risk.score" else each.health for each in ahead]
    steps = [pair for pair in pairwise(path) if None not in (pair[0].value, pair[1].value)]
    low, high = steps[made.line_at % len(steps)]
    return ((low.value or 0) + (high.value or 0)) / 2


def lived(workspace: Workspace, by: Actor, now: datetime, expiries: list[datetime]) -> list[tuple[str, datetime]]:
    """What rules and steps do when every day begins, when a person's word runs out, and when a step is due."""
    channel, until = KeptChannel(), now + AGEING
    days = [start_of_day(now.date() + timedelta(days=each), "UTC") for each in range(1, AGEING.days + 1)]
    scorings = {at for at in (*days, *expiries) if now < at <= until}
    for at in instants(workspace, by, sorted(scorings), until):
        with in_workspace(workspace.id, by=by, now=at):
            if at in scorings:
                score(workspace, by, at)
            sweep_triggers(by=by, now=at)
            enrol_due(by=by, now=at)
            wake_informed(by=by, now=at)
        pump(Pump(clock=at, channel=channel))
    with in_workspace(workspace.id, by=by):
        keys = dict(TriggerFiring.objects.filter(task__isnull=False).values_list("task_id", "rule_key"))
        tasks = Task.objects.filter(id__in=keys).values_list("id", "created_at")
        done = StepRun.objects.filter(done_at__isnull=False, claimed_at__isnull=False).values_list(
            "step_key", "done_at"
        )
        return sorted([*((f"rule:{keys[task]}", at) for task, at in tasks), *done], key=lambda item: (item[1], item[0]))


def instants(workspace: Workspace, by: Actor, scorings: list[datetime], until: datetime) -> Iterator[datetime]:
    """Every scoring, and whatever is due in between."""
    waiting = list(scorings)
    while True:
        with in_workspace(workspace.id, by=by):
            due_at = StepRun.objects.filter(state="scheduled").aggregate(at=Min("due_at"))["at"]
        found = [at for at in (due_at, waiting[0] if waiting else None) if at is not None and at <= until]
        if not found:
            return
        if waiting and waiting[0] == min(found):
            waiting.pop(0)
        yield min(found)


@pytest.mark.requirement("X4")
@pytest.mark.requirement(3)
@pytest.mark.requirement(19)
@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(made=told())
def test_engine_without_a_signal_does_exactly_what_rules_were_foreseen_to_do(db: None, made: Told) -> None:
    """Scores that age, notes and overrides that run out, days that turn: tasks, enrolments and their steps."""
    workspace = make_workspace(f"f{next(NUMBERS)}")
    by = system_actor(workspace.id, "test")
    with in_workspace(workspace.id, by=by, now=made.now):
        publish_simple(by, made.now, task_step("call", -1), key="never_chosen")
        publish_simple(by, made.now, email_step("hello", 0, **AFTER), task_step("talk", 0, **AFTER), key="called")
        world = settle(workspace, by, made)
        for definition in lines(workspace, world, made):
            publish_trigger(definition=definition, by=by, now=made.now)
        sweep_triggers(by=by, now=made.now)
    with in_workspace(workspace.id, by=by, now=made.now):
        (projected,) = project_renewals([world.renewal.id], now=made.now, until=made.now + AGEING)
    foreseen = sorted(((touch.step_key, touch.at) for touch in projected.touches), key=lambda item: (item[1], item[0]))
    ends = [made.now + timedelta(hours=hours) for hours in (made.note_hours, made.override_hours) if hours]
    assert lived(workspace, by, made.now, ends) == foreseen


QUIET = Told(
    now=START,
    ages={"usage.milestone": 90, "support.ticket_opened": 20, "relationship.nps": 60, "billing.invoice_overdue": 5},
    note_hours=100,
    override_hours=0,
    line_at=0,
    field="risk.score",
    do="task",
    rearm_days=30,
    due_in=90,
)


@pytest.fixture
def world(inside: Workspace, actor: Actor) -> World:
    """An account whose note runs out in four days, and whose scores change by that."""
    return settle(inside, actor, QUIET)


def passing(workspace: Workspace, world: World) -> tuple[Standing, Standing]:
    """The health before and after the note has run out."""
    ahead = scores_ahead(workspace.id, [world.account.id], now=START, until=START + AGEING)[world.account.id]
    changed = [pair for pair in pairwise(ahead) if pair[0].health.value != pair[1].health.value]
    return changed[0][0].health, changed[0][1].health


def line_of(workspace: Workspace, world: World) -> tuple[float, bool]:
    """A line between two days' health, and whether it is passed upwards."""
    before, after = passing(workspace, world)
    assert before.value is not None
    assert after.value is not None
    return (before.value + after.value) / 2, after.value > before.value


@pytest.mark.requirement(3)
def test_task_of_a_rule_is_kept_in_the_calendar_and_is_not_firm(inside: Workspace, actor: Actor, world: World) -> None:
    line, rises = line_of(inside, world)
    publish_trigger(definition=rule("aged", field="health.score", line=line, rises=rises), by=actor, now=START)
    refresh_projections(workspace_id=inside.id, now=START)
    touch = ProjectedTouch.objects.get(step_key="rule:aged")
    assert (touch.effect, touch.kind, touch.is_firm, touch.owner_id) == ("task", "task", False, world.owner.id)
    assert [each["code"] for each in touch.loose] == ["loose_unheard"]
    assert (touch.name, touch.reasons[0]["rule"]) == ("Call: aged", "Aged")
    assert Task.objects.count() == TriggerFiring.objects.count() == 0


def test_open_work_of_a_rule_holds_it_back_in_the_projection_too(inside: Workspace, actor: Actor, world: World) -> None:
    line, rises = line_of(inside, world)
    made = publish_trigger(definition=rule("aged", field="health.score", line=line, rises=rises), by=actor, now=START)
    task = Task.objects.create(
        workspace=inside,
        account=world.account,
        renewal=world.renewal,
        assignee=world.owner,
        title="Call",
        origin_key="x",
        due_on=START.date(),
        created_at=START,
        updated_at=START,
    )
    values = {"rule": made, "account": world.account, "rule_key": "aged", "type": "risk", "reason": "aged"}
    long_ago = START - timedelta(days=300)
    TriggerFiring.objects.create(
        workspace=inside, task=task, verdict="task", fired_at=long_ago, last_at=START, **values
    )
    assert rules_ahead(world) == []
    Task.objects.update(state="cancelled", ended_reason="test")
    assert rules_ahead(world) == ["rule:aged"]


def test_rule_on_a_signal_nobody_sent_is_not_foreseen(inside: Workspace, actor: Actor, world: World) -> None:
    left = {"signal": "relationship.sponsor_left", "reason": "left", "crossing": None}
    definition = {k: v for k, v in (rule("left", field="x", line=0, rises=True) | left).items() if v is not None}
    publish_trigger(definition=definition, by=actor, now=START)
    assert rules_ahead(world) == []


def test_renewal_that_a_rule_enrols_enters_then_and_not_once_more_by_selection(
    inside: Workspace, actor: Actor, world: World
) -> None:
    publish_simple(actor, START, task_step("talk", 0, **AFTER), key="strategic", window_days=85)
    line, rises = line_of(inside, world)
    definition = rule("aged", field="health.score", line=line, rises=rises, do="enrol", playbook="strategic")
    del definition["task"]
    publish_trigger(definition=definition, by=actor, now=START)
    (projected,) = project_renewals([world.renewal.id], now=START, until=START + AGEING)
    assert [touch.step_key for touch in projected.touches] == ["talk"]
    assert Enrolment.objects.count() == 0


@pytest.mark.requirement(19)
def test_projection_goes_by_the_selection_order_that_was_published(
    inside: Workspace, actor: Actor, world: World
) -> None:
    publish_simple(actor, START, task_step("own", -85), key="own")
    publish_simple(actor, START, task_step("shipped", -85), key="strategic")
    content = selection_content() | {"cases": [], "default_playbook": "own"}
    SelectionVersion.objects.create(
        workspace=inside, number=2, definition=content, published_at=START, published_by="A"
    )
    (projected,) = project_renewals([world.renewal.id], now=START, until=START + AGEING)
    assert [touch.step_key for touch in projected.touches] == ["own"]


@pytest.mark.requirement(19)
def test_renewal_enters_in_the_projection_when_a_day_turns_its_case_to_yes(
    inside: Workspace, actor: Actor, world: World
) -> None:
    """Five days before the default would open, the case for renewals due in 85 days becomes yes; the engine agrees."""
    publish_simple(actor, START, task_step("own", -80), key="own")
    publish_simple(actor, START, task_step("late", -5), key="strategic", window_days=10)
    near = {"field": "renewal.days_to_due", "op": "le", "value": 85}
    content = {"cases": [{"key": "near", "when": near, "playbook": "own"}], "default_playbook": "strategic"}
    SelectionVersion.objects.create(
        workspace=inside, number=2, definition=content, published_at=START, published_by="A"
    )
    (projected,) = project_renewals([world.renewal.id], now=START, until=START + AGEING)
    assert [touch.step_key for touch in projected.touches] == ["own"]
    turns_at = start_of_day(START.date() + timedelta(days=5), "UTC")
    looks = (turns_at - timedelta(seconds=1), turns_at)
    assert [enrol_due(by=actor, now=at).enrolled for at in looks] == [0, 1]
    assert Enrolment.objects.get().playbook.key == "own"


@pytest.mark.requirement(19)
def test_projection_enters_a_pilot_where_its_condition_is_yes(inside: Workspace, actor: Actor, world: World) -> None:
    publish_simple(actor, START, task_step("usual", -85), key="strategic")
    for segment, step in (("small", "elsewhere"), ("strategic", "tried")):
        pilot = {"when": {"field": "account.segment", "op": "eq", "value": segment}, "question": "Is it better?"}
        definition = simple_playbook(task_step(step, -85), key="strategic")
        publish_playbook(definition=definition, templates=[], pilot=pilot, by=actor, now=START)
    (projected,) = project_renewals([world.renewal.id], now=START, until=START + AGEING)
    assert [touch.step_key for touch in projected.touches] == ["tried"]


def rules_ahead(world: World) -> list[str]:
    """The rules that are foreseen to fire."""
    (projected,) = project_renewals([world.renewal.id], now=START, until=START + AGEING)
    assert Account.objects.count() == Renewal.objects.count() == 1
    assert Message.objects.count() == 0
    return [touch.step_key for touch in projected.touches if touch.step_key.startswith("rule:")]
