"""If nothing changes, the engine does exactly what was projected, and a replay gives exactly what the engine did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from django.db.models import Min
from hypothesis import HealthCheck, Phase, given, reject, settings
from hypothesis import strategies as st

from playbooks.actions.enrol import enrol_due
from playbooks.actions.foresight.project import project_renewals
from playbooks.actions.pump import Pump, pump
from playbooks.core.replay.acts import ENTER
from playbooks.models import Message, StepRun, Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.dates import start_of_day
from renewals.core.errors import InvalidInput
from renewals.models import Account, Contact, Renewal, Workspace
from tests.playbooks.factories import make_world
from tests.playbooks.replay.lives import replayed
from tests.playbooks.stories import KeptChannel, email_step, publish_simple, task_step
from tests.plugins.database import make_workspace

AHEAD = timedelta(days=40)
NUMBERS = count(1)
ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Africa/Cairo",
)
COUNTRIES = ("DE", "US", "NP", "EG", "")
CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"condition": {"field": "renewal.days_to_due", "op": "lt", "value": 60}},
    {"condition": {"field": "renewal.days_to_due", "op": "ge", "value": 60}},
    {"condition": {"field": "usage.adoption", "op": "lt", "value": 0.5}},
    {"condition": {"field": "risk.score", "op": "ge", "value": 60}},
)
HELD_OUT: tuple[dict[str, Any], ...] = ({}, {}, {"holdout_percent": 50})
LATE: tuple[dict[str, Any], ...] = (
    {"policy": "send_late", "max_days": 3},
    {"policy": "task", "max_days": 2},
    {"policy": "skip"},
)


@dataclass(frozen=True)
class Situation:
    """One account in a made-up world: where it is, what its playbook says, how far away its renewal is."""

    steps: tuple[dict[str, Any], ...]
    changes: dict[str, Any]
    zone: str
    contact_zone: str
    country: str
    now: datetime
    due_in: int
    notice_days: int


@st.composite
def steps(draw: st.DrawFn, number: int, *, is_last: bool) -> dict[str, Any]:
    """A step at a time of day around its date, e-mail or task, anchored anywhere.

    A last task that waits for an unknown fact would be looked at every hour to the end, which only takes long; for the
    same reason steps follow each other within days.
    """
    make = draw(st.sampled_from([email_step, email_step, task_step]))
    anchor: dict[str, Any] = {"from": draw(st.sampled_from(["renewal_date", "after_previous", "notice_deadline"]))}
    drifts = anchor["from"] == "after_previous"
    anchor["days"] = draw(st.integers(1, 9)) if drifts else -60 + 9 * number + draw(st.integers(0, 6))
    anchor["roll"] = "next_business_day" if drifts else "previous_business_day"
    at = "09:30" if make is email_step else draw(st.sampled_from(["09:00", "02:30", "17:45", "23:30"]))
    late = {"policy": "task", "max_days": 1} if anchor["from"] == "notice_deadline" else draw(st.sampled_from(LATE))
    return make(
        f"s{number}",
        0,
        anchor=anchor,
        at=at,
        late=late,
        **(draw(st.sampled_from(HELD_OUT)) if make is email_step and anchor["from"] != "notice_deadline" else {}),
        **draw(st.sampled_from(CONDITIONS[:4] if is_last else CONDITIONS)),
    )


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Around a change of the clocks in most of these zones, or anywhere in four years."""
    day = draw(
        st.sampled_from([date(2026, 3, 1), date(2026, 9, 20), date(2027, 10, 1)])
        | st.dates(date(2026, 1, 1), date(2029, 12, 1))
    )
    guardrails = {
        "max_touches": draw(st.integers(1, 5)),
        "per_days": draw(st.integers(1, 30)),
        "min_gap_days": draw(st.integers(0, 5)),
        "send_from": "08:00",
        "send_until": draw(st.sampled_from(["10:00", "18:00", "23:59"])),
        "stop_on_reply": True,
        "rules": ["Be brief."],
    }
    number = draw(st.integers(2, 6))
    return Situation(
        steps=tuple(draw(steps(each, is_last=each == number - 1)) for each in range(number)),
        changes={"guardrails": guardrails, "window_days": draw(st.integers(60, 180))} | draw(st.sampled_from(HELD_OUT)),
        zone=draw(st.sampled_from(ZONES)),
        contact_zone=draw(st.sampled_from(("", *ZONES))),
        country=draw(st.sampled_from(COUNTRIES)),
        now=datetime.combine(day, time(draw(st.integers(0, 23)), 17), UTC),
        due_in=draw(st.integers(5, 110)),
        notice_days=draw(st.integers(10, 90)),
    )


def told(workspace: Workspace, by: Actor, renewal: Renewal, now: datetime) -> list[tuple[str, datetime, str]]:
    """What the projection says: step, instant, effect."""
    with in_workspace(workspace.id, by=by, now=now):
        (projected,) = project_renewals([renewal.id], now=now, until=now + AHEAD)
    return [(touch.step_key, touch.at, touch.effect.value) for touch in projected.touches]


def lived(workspace: Workspace, by: Actor, opens_at: datetime, now: datetime) -> list[tuple[str, datetime, str]]:
    """What the engine does when it looks at every instant at which something is due."""
    channel, enrolled = KeptChannel(), 0
    for clock in clocks(workspace, by, opens_at, now):
        if not enrolled:
            with in_workspace(workspace.id, by=by, now=clock):
                enrolled = enrol_due(by=by, now=clock).enrolled
        pump(Pump(clock=clock, channel=channel))
    with in_workspace(workspace.id, by=by):
        effects = dict.fromkeys(Message.objects.values_list("step_run_id", flat=True), "message")
        effects |= dict.fromkeys(Task.objects.values_list("step_run_id", flat=True), "task")
        done = StepRun.objects.filter(done_at__isnull=False, claimed_at__isnull=False).order_by("done_at", "id")
        return [(run.step_key, run.done_at, effects.get(run.id, "skip")) for run in done]


def clocks(workspace: Workspace, by: Actor, opens_at: datetime, now: datetime) -> Iterator[datetime]:
    """Every instant at which a sweep finds something: enrolment, then whatever is due next."""
    yield now
    if opens_at > now:
        yield from (at for at in (opens_at - timedelta(seconds=1), opens_at) if now < at <= now + AHEAD)
    while True:
        with in_workspace(workspace.id, by=by):
            due_at = StepRun.objects.filter(state="scheduled").aggregate(at=Min("due_at"))["at"]
        if due_at is None or due_at > now + AHEAD:
            return
        yield max(due_at, now)


@pytest.mark.requirement("X4")
@pytest.mark.requirement(19)
@settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
@given(situation=situations())
def test_engine_on_a_moved_clock_does_exactly_what_was_projected(db: None, situation: Situation) -> None:
    """Random calendars, zones and clock changes, caps, gaps, holdouts and unknown facts, before and after enrolment."""
    workspace = make_workspace(f"w{next(NUMBERS)}")
    by, now = system_actor(workspace.id, "test"), situation.now
    with in_workspace(workspace.id, by=by, now=now):
        try:
            publish_simple(by, now, *situation.steps, key="strategic", **situation.changes)
        except InvalidInput:
            reject()
        due_on = (now + timedelta(days=situation.due_in)).date()
        world = make_world(workspace, key=f"A-{workspace.id}", due_on=due_on)
        Account.objects.filter(id=world.account.id).update(timezone=situation.zone, country=situation.country)
        Contact.objects.update(timezone=situation.contact_zone)
        Renewal.objects.update(notice_on=due_on - timedelta(days=situation.notice_days))
    opens_at = start_of_day(due_on - timedelta(days=situation.changes["window_days"]), situation.zone)
    projected = told(workspace, by, world.renewal, now)
    assert lived(workspace, by, opens_at, now) == projected
    # A renewal whose window opens only after the time that is played has no history in it.
    again = replayed(workspace, by, now, now + AHEAD)
    assert [each.unequal for each in again] in ([()], [])
    acts = [act for each in again for act in each.before.acts if act.effect != ENTER]
    assert [(act.step_key, act.at, act.effect) for act in acts] == projected
