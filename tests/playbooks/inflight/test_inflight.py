"""Publishing over enrolments that are under way, and single steps done otherwise: what is behind is never repeated."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from playbooks.actions.deviate import Wanted, deviate
from playbooks.actions.inflight import Treated, treat_enrolled
from playbooks.actions.publish import PublishedPlaybook, publish_playbook
from playbooks.core.errors import DeviationRefused
from playbooks.core.facts import DeviationKind
from playbooks.core.inflight import Treatment
from playbooks.models import Decision, Deviation, Enrolment, Message, StepRun, Task
from playbooks.queries.inflight import preview
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.core.errors import RequiredValueMissing, UnknownReference
from renewals.models import Workspace
from tests.playbooks.factories import make_person
from tests.playbooks.stories import (
    HELLO,
    KeptChannel,
    broken_in,
    email_step,
    enrol_account,
    simple_playbook,
    sweep_when_due,
    task_step,
)

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
OLD = (email_step("first", -100), email_step("second", -60), task_step("call", -30))
NEW = (email_step("first", -100), task_step("review", -70), email_step("second", -50), task_step("call", -30))


@pytest.fixture(scope="module")
def under_way(kept_workspace: Workspace) -> Iterator[Workspace]:
    """A renewal of 1 September in the old version, whose first e-mail has been sent."""
    workspace = kept_workspace
    enrol_account(workspace, system_actor(workspace.id, "tests"), START, *OLD, due_in=120)
    sweep_when_due(START, 28, KeptChannel())
    with in_workspace(workspace.id, by=person(workspace)):
        assert list(StepRun.objects.filter(state="done").values_list("step_key", flat=True)) == ["first"]
        yield workspace


LATER = START + timedelta(days=28)


def person(workspace: Workspace) -> Actor:
    """A member who decides."""
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        user = make_person(workspace, "lead@example.com", "cs_manager")
    return Actor(kind="person", workspace_id=workspace.id, id=user.id, label=user.name)


def publish_new(workspace: Workspace) -> PublishedPlaybook:
    """The new version of the same playbook."""
    return publish_playbook(definition=simple_playbook(*NEW), templates=[HELLO], by=person(workspace), now=LATER)


def open_step() -> StepRun:
    """The one open step of the enrolment that is under way."""
    return StepRun.objects.get(state="scheduled")


@pytest.mark.requirement("X9")
def test_preview_names_the_exact_next_step_of_each_treatment_which_then_happens(under_way: Workspace) -> None:
    new = publish_new(under_way)
    (row,) = preview(version_id=new.version_id, now=LATER).rows
    told = {each: (ahead.following.step.step_key, ahead.following.step.due_on) for each, ahead in row.ahead.items()}
    assert told == {
        Treatment.NEW_ONLY: ("second", date(2026, 7, 3)),
        Treatment.MIGRATE: ("review", date(2026, 6, 23)),
        Treatment.RESTART: ("first", date(2026, 5, 26)),  # late, but within its ten days: it would be sent again
    }
    assert row.ahead[Treatment.RESTART].again == ("first",)
    treat_enrolled(version_id=new.version_id, treatment=Treatment.MIGRATE, by=person(under_way), now=LATER)
    run = open_step()
    assert (run.step_key, run.due_local_on) == told[Treatment.MIGRATE]


@pytest.mark.requirement(70)
def test_new_only_leaves_what_is_under_way_in_its_version(under_way: Workspace) -> None:
    new, before = publish_new(under_way), StepRun.objects.order_by("id").values()
    kept = list(before)
    done = treat_enrolled(version_id=new.version_id, treatment=Treatment.NEW_ONLY, by=person(under_way), now=LATER)
    assert done == Treated(left=1)
    assert list(before.all()) == kept
    assert Enrolment.objects.get().version_id != new.version_id


@pytest.mark.requirement(70)
def test_migrated_enrolment_goes_on_under_the_new_version_and_repeats_nothing(under_way: Workspace) -> None:
    new, by = publish_new(under_way), person(under_way)
    for _ in range(2):
        treat_enrolled(version_id=new.version_id, treatment=Treatment.MIGRATE, by=by, now=LATER)
    assert Enrolment.objects.get().version_id == new.version_id
    assert Decision.objects.filter(kind="migrate").count() == 1
    channel = KeptChannel()
    sweep_when_due(LATER, 70, channel)
    assert [call.subject for call in channel.calls] == ["About Account A-1"]
    assert sorted(Task.objects.values_list("title", flat=True)) == ["Call", "Review"]
    runs = StepRun.objects.values_list("step_key", flat=True)
    assert sorted(runs) == ["call", "first", "review", "second"]
    assert broken_in(under_way) == ()


@pytest.mark.requirement(70)
def test_restarted_enrolment_is_a_round_of_its_own_and_the_first_one_ended(under_way: Workspace) -> None:
    new, by = publish_new(under_way), person(under_way)
    first = treat_enrolled(version_id=new.version_id, treatment=Treatment.RESTART, by=by, now=LATER)
    again = treat_enrolled(version_id=new.version_id, treatment=Treatment.RESTART, by=by, now=LATER)
    assert (first.restarted, again.restarted) == (1, 0)
    rounds = Enrolment.objects.order_by("round").values_list("round", "state", "ended_reason")
    assert list(rounds) == [(1, "exited", "restarted"), (2, "active", "")]
    sweep_when_due(LATER, 70, KeptChannel())
    assert broken_in(under_way) == ()


def test_claim_under_the_old_version_is_refused_after_migration(under_way: Workspace) -> None:
    StepRun.objects.filter(state="scheduled").update(state="claimed", lease_until=LATER, lease_owner="dead")
    fence = StepRun.objects.get(state="claimed").fence
    new = publish_new(under_way)
    treat_enrolled(version_id=new.version_id, treatment=Treatment.MIGRATE, by=person(under_way), now=LATER)
    assert open_step().fence > fence
    assert open_step().version_id == new.version_id


def test_step_the_new_version_lacks_gives_way_to_the_next_one(under_way: Workspace) -> None:
    only_call = publish_playbook(
        definition=simple_playbook(task_step("call", -30)), templates=[HELLO], by=person(under_way), now=LATER
    )
    treat_enrolled(version_id=only_call.version_id, treatment=Treatment.MIGRATE, by=person(under_way), now=LATER)
    assert open_step().step_key == "call"
    sweep_when_due(LATER, 70, KeptChannel())
    assert Enrolment.objects.get().state == "completed"


@pytest.mark.requirement(43)
def test_skipped_step_lets_the_next_one_come_and_says_who_and_why(under_way: Workspace) -> None:
    by = person(under_way)
    deviate(enrolment_id=Enrolment.objects.get().id, wanted=wanted("second", DeviationKind.SKIP), by=by, now=LATER)
    assert open_step().step_key == "call"
    skipped = StepRun.objects.get(step_key="second")
    assert (skipped.state, skipped.reasons[0]["code"], skipped.reasons[0]["why"]) == (
        "skipped",
        "person_skip",
        "They asked for it",
    )
    channel = KeptChannel()
    sweep_when_due(LATER, 70, channel)
    assert channel.calls == []


@pytest.mark.requirement(43)
def test_step_on_another_day_acts_on_that_day(under_way: Workspace) -> None:
    on = date(2026, 6, 17)
    deviate(
        enrolment_id=Enrolment.objects.get().id,
        wanted=wanted("second", DeviationKind.RETIME, due_on=on),
        by=person(under_way),
        now=LATER,
    )
    assert open_step().due_local_on == on
    sweep_when_due(LATER, 20, KeptChannel())
    assert Message.objects.order_by("-id")[0].created_at.date() == on


@pytest.mark.requirement(43)
def test_swapped_steps_take_each_others_day(under_way: Workspace) -> None:
    kept = deviate(
        enrolment_id=Enrolment.objects.get().id,
        wanted=wanted("second", DeviationKind.SWAP, with_step="call"),
        by=person(under_way),
        now=LATER,
    )
    days = {row.step_key: (row.planned_on, row.due_on) for row in kept}
    assert days["second"] == days["call"][::-1]
    assert (open_step().step_key, open_step().due_local_on) == ("call", days["second"][0])


@pytest.mark.requirement(43)
def test_another_way_makes_a_task_of_a_message(under_way: Workspace) -> None:
    deviate(
        enrolment_id=Enrolment.objects.get().id,
        wanted=wanted("second", DeviationKind.ALTERNATIVE, what="Lunch with the buyer"),
        by=person(under_way),
        now=LATER,
    )
    channel = KeptChannel()
    sweep_when_due(LATER, 40, channel)
    assert channel.calls == []
    assert Task.objects.filter(step_run__step_key="second").values_list("title", flat=True)[0] == (
        "Lunch with the buyer"
    )


def test_deviation_taken_back_restores_the_plan(under_way: Workspace) -> None:
    by, enrolment = person(under_way), Enrolment.objects.get().id
    before = open_step().due_at
    deviate(
        enrolment_id=enrolment,
        wanted=wanted("second", DeviationKind.RETIME, due_on=date(2026, 6, 17)),
        by=by,
        now=LATER,
    )
    deviate(enrolment_id=enrolment, wanted=wanted("second", DeviationKind.AS_PLANNED), by=by, now=LATER)
    assert open_step().due_at == before
    assert Deviation.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"reason": " "}, RequiredValueMissing),
        ({"step_key": "first"}, UnknownReference),
        ({"kind": DeviationKind.ALTERNATIVE}, DeviationRefused),
        ({"kind": DeviationKind.RETIME, "due_on": date(2026, 1, 1)}, DeviationRefused),
    ],
)
def test_deviation_that_makes_no_sense_is_refused_and_changes_nothing(
    under_way: Workspace, change: dict[str, object], error: type[Exception]
) -> None:
    values = {"step_key": "second", "kind": DeviationKind.SKIP, "reason": "They asked for it"} | change
    with pytest.raises(error):
        deviate(enrolment_id=Enrolment.objects.get().id, wanted=Wanted(**values), by=person(under_way), now=LATER)
    assert Deviation.objects.count() == 0


def wanted(step_key: str, kind: DeviationKind, **values: object) -> Wanted:
    """What somebody wants, for one reason."""
    return Wanted(step_key=step_key, kind=kind, reason="They asked for it", **values)
