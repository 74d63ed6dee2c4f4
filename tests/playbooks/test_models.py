"""What the tables themselves refuse, whoever writes them."""

from datetime import date, time, timedelta

import pytest
from django.db import Error, IntegrityError, connection, transaction

from playbooks.models import Enrolment, Playbook, PlaybookVersion, StepRun
from renewals.models import Workspace
from tests.playbooks.factories import MADE_AT, World, make_world


def make_enrolment(world: World, *, key: str = "plan") -> Enrolment:
    """An active enrolment under a first published version."""
    playbook = Playbook.objects.create(
        workspace=world.workspace, key=key, name=key.title(), created_at=MADE_AT, updated_at=MADE_AT
    )
    version = PlaybookVersion.objects.create(
        workspace=world.workspace,
        playbook=playbook,
        number=1,
        definition={},
        content_hash="0" * 64,
        published_at=MADE_AT,
        published_by="tests",
    )
    return Enrolment.objects.create(
        workspace=world.workspace,
        playbook=playbook,
        version=version,
        account=world.account,
        renewal=world.renewal,
        occurrence=world.renewal.due_on,
        started_at=MADE_AT,
        updated_at=MADE_AT,
    )


def make_step(enrolment: Enrolment, *, key: str = "first", **changes: object) -> StepRun:
    """A scheduled step due at MADE_AT."""
    fields: dict[str, object] = {
        "workspace_id": enrolment.workspace_id,
        "enrolment": enrolment,
        "version_id": enrolment.version_id,
        "step_key": key,
        "occurrence": enrolment.occurrence,
        "kind": "task",
        "due_at": MADE_AT,
        "planned_at": MADE_AT,
        "due_local_on": MADE_AT.date(),
        "due_local_at": time(9, 0),
        "due_zone": "Europe/Berlin",
        "created_at": MADE_AT,
    }
    return StepRun.objects.create(**(fields | changes))


def test_published_version_cannot_be_changed_or_deleted(inside: Workspace) -> None:
    """I16 and I17: the definition an enrolment runs under stays what it was."""
    version = make_enrolment(make_world(inside)).version
    for change in (lambda: PlaybookVersion.objects.filter(pk=version.pk).update(definition={"a": 1}), version.delete):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_enrolment_is_unique_per_playbook_renewal_and_period(inside: Workspace) -> None:
    """One renewal enters a playbook once a period, whoever tries."""
    enrolment = make_enrolment(make_world(inside))
    with pytest.raises(IntegrityError, match="enrolment_once_a_round"), transaction.atomic():
        Enrolment.objects.create(
            workspace=inside,
            playbook=enrolment.playbook,
            version=enrolment.version,
            account=enrolment.account,
            renewal=enrolment.renewal,
            occurrence=enrolment.occurrence,
            started_at=MADE_AT,
            updated_at=MADE_AT,
        )


def test_step_run_is_unique_per_enrolment_step_and_period(inside: Workspace) -> None:
    """I1, by the table alone; another period is another step run."""
    enrolment = make_enrolment(make_world(inside))
    make_step(enrolment)
    make_step(enrolment, occurrence=date(2027, 9, 1))
    with pytest.raises(IntegrityError, match="step_run_once"), transaction.atomic():
        make_step(enrolment)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"state": "done"}, "step_run_ended_with_time"),
        ({"state": "scheduled", "done_at": MADE_AT}, "step_run_ended_with_time"),
        ({"state": "claimed"}, "step_run_claimed_with_lease"),
        ({"state": "done", "done_at": MADE_AT - timedelta(seconds=1)}, "step_run_not_before_due"),
        ({"state": "vanished"}, "step_run_ended_with_time"),
    ],
)
def test_step_run_that_contradicts_itself_is_refused(
    inside: Workspace, changes: dict[str, object], constraint: str
) -> None:
    """State, lease and times agree in every row (I8 among them)."""
    enrolment = make_enrolment(make_world(inside))
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_step(enrolment, **changes)


def test_hot_tables_leave_room_for_updates_on_the_page(inside: Workspace) -> None:
    """A claim and its end fit on the page of the row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE 'fillfactor=80' = ANY(reloptions) ORDER BY relname")
        names = [name for (name,) in cursor.fetchall()]
    assert names == ["playbooks_message", "playbooks_queueentry", "playbooks_steprun"]
