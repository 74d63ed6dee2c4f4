"""Pages about what is under way: the preview of publishing, the choice at the approval, single steps changed."""

import copy
from datetime import datetime

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.drafts import change_draft, start_draft, submit_draft
from playbooks.actions.enrol import enrol_due
from playbooks.actions.publish import publish_library
from playbooks.models import Deviation, Enrolment, Playbook, PlaybookDraft, PlaybookVersion, StepRun
from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("admin", "cs_manager", "product_viewer", "sales")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    """Six accounts, the shipped playbooks, and the renewals whose window is open enrolled."""
    made = make_world(workspace, now=clock, accounts=6, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        publish_library(by=made.actor, now=clock)
        enrol_due(by=made.actor, now=clock)
    return made


def enter(world: World, role: str) -> Client:
    client = Client()
    client.force_login(world.people[role])
    return client


def waiting_draft(world: World, clock: datetime) -> PlaybookDraft:
    """A draft of the playbook somebody is in, with its last step left out, handed in by the system."""
    with in_workspace(world.workspace.id, by=world.actor):
        enrolment = Enrolment.objects.select_related("version").filter(state="active").order_by("id")[0]
        content = dict(enrolment.version.definition)
        content["playbook"] = {**content["playbook"], "steps": content["playbook"]["steps"][:-1]}
        draft = start_draft(playbook_id=enrolment.playbook_id, reason="One step less", by=world.actor, now=clock)
        draft = change_draft(draft_id=draft.id, revision=draft.revision, content=content, by=world.actor, now=clock)
        return submit_draft(draft_id=draft.id, revision=draft.revision, by=world.actor, now=clock)


def open_step(world: World) -> StepRun:
    with in_workspace(world.workspace.id, by=world.actor):
        return StepRun.objects.select_related("enrolment").filter(state="scheduled").order_by("id")[0]


@pytest.mark.requirement(70)
def test_preview_lists_each_account_under_each_choice(
    world: World, clock: datetime, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    draft = waiting_draft(world, clock)
    client = enter(world, "admin")
    client.get(f"/playbooks/drafts/{draft.id}/in-flight/")
    with django_assert_max_num_queries(45):
        answer = client.get(f"/playbooks/drafts/{draft.id}/in-flight/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Keeps its version" in page
    assert 'data-name="Begins again"' in page  # on a narrow screen a cell names its column
    with in_workspace(world.workspace.id, by=world.actor):
        names = Enrolment.objects.filter(playbook=draft.playbook, state="active").values_list(
            "account__name", flat=True
        )
        assert [name for name in names if name not in page] == []


@pytest.mark.requirement(70)
@pytest.mark.parametrize(("choice", "moves"), [("new_only", False), ("migrate", True), ("", False), ("rubbish", False)])
def test_approval_treats_the_enrolled_as_was_chosen(world: World, clock: datetime, choice: str, moves: bool) -> None:
    draft = waiting_draft(world, clock)
    answer = enter(world, "admin").post(f"/playbooks/drafts/{draft.id}/approval/", {"in_flight": choice})
    assert answer.status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        newest = PlaybookVersion.objects.filter(playbook=draft.playbook).order_by("-number")[0]
        under = Enrolment.objects.filter(playbook=draft.playbook, state="active").values_list("version_id", flat=True)
        assert {version == newest.id for version in under} == {moves}


@pytest.mark.requirement(43)
def test_step_is_changed_with_a_reason_and_shown_on_the_renewal(world: World) -> None:
    run, client = open_step(world), enter(world, "admin")
    path = f"/renewals/{run.enrolment.renewal_id}/steps/{run.step_key}/"
    assert path in client.get(f"/renewals/{run.enrolment.renewal_id}/").content.decode()
    assert client.get(path).status_code == 200
    answer = client.post(path, {"kind": "skip", "reason": "They signed by phone"}, follow=True)
    assert "They signed by phone" in answer.content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        assert Deviation.objects.get().kind == "skip"
        assert StepRun.objects.get(enrolment=run.enrolment, step_key=run.step_key).state == "skipped"


def test_refused_change_keeps_what_was_typed_and_changes_nothing(world: World) -> None:
    run, client = open_step(world), enter(world, "admin")
    path = f"/renewals/{run.enrolment.renewal_id}/steps/{run.step_key}/"
    answer = client.post(path, {"kind": "alternative", "reason": "Lunch is better", "what": ""})
    assert answer.status_code == 422
    assert "Say what will be done instead" in answer.content.decode()
    assert "Lunch is better" in answer.content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        assert Deviation.objects.count() == 0


@pytest.mark.parametrize("role", ["product_viewer"])
def test_step_is_changed_only_by_those_who_may(world: World, role: str) -> None:
    run = open_step(world)
    path = f"/renewals/{run.enrolment.renewal_id}/steps/{run.step_key}/"
    assert enter(world, role).get(path).status_code in (403, 404)
    assert enter(world, "admin").get(path.replace(run.step_key, "no_such_step")).status_code == 404


@pytest.mark.requirement(70)
def test_outdated_draft_is_brought_over_on_its_page_with_what_conflicts_told(world: World, clock: datetime) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        version = PlaybookVersion.objects.filter(published_at__isnull=False).order_by("id")[0]
        draft = start_draft(playbook_id=version.playbook_id, reason="Shorter", by=world.actor, now=clock)
        mine, theirs = copy.deepcopy(draft.content), copy.deepcopy(draft.content)
        mine["playbook"]["purpose"], mine["playbook"]["window_days"] = "Another purpose", 170
        theirs["playbook"]["window_days"] = 175
        draft = change_draft(draft_id=draft.id, revision=draft.revision, content=mine, by=world.actor, now=clock)
        newer = PlaybookVersion.objects.create(
            workspace=world.workspace,
            playbook_id=version.playbook_id,
            number=version.number + 1,
            definition=theirs,
            content_hash="x",
            published_at=clock,
            published_by="Somebody",
        )
    client, path = enter(world, "admin"), f"/playbooks/drafts/{draft.id}/rebase/"
    assert f'href="{path}"' in client.get(f"/playbooks/drafts/{draft.id}/").content.decode()
    words = words_of(client.get(path).content.decode())
    assert "Playbook › Window days" in words
    assert "Another purpose" in words
    assert enter(world, "product_viewer").post(path, {"revision": str(draft.revision)}).status_code == 403
    client.post(path, {"revision": "1"})
    answer = client.post(path, {"revision": str(draft.revision)}, follow=True)
    assert "Brought over: 1 changes kept, 1 left to the published version." in words_of(answer.content.decode())
    with in_workspace(world.workspace.id, by=world.actor):
        draft.refresh_from_db()
        book = draft.content["playbook"]
        assert (book["purpose"], book["window_days"], draft.based_on_id) == ("Another purpose", 175, newer.id)
    assert "nothing to bring over" in words_of(client.get(path).content.decode())


def test_priority_of_a_playbook_is_set_by_who_may_change_it(world: World) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        playbook = Playbook.objects.order_by("id")[0]
    path = f"/playbooks/{playbook.id}/"
    assert enter(world, "product_viewer").post(f"{path}priority/", {"priority": "10"}).status_code == 403
    client = enter(world, "admin")
    for given, kept in (("10", 10), ("0", 10), ("1000", 10), ("x", 10), ("20", 20)):
        client.post(f"{path}priority/", {"priority": given})
        with in_workspace(world.workspace.id, by=world.actor):
            assert Playbook.objects.get(id=playbook.id).priority == kept
    assert 'name="priority" min="1" max="999" value="20"' in client.get(path).content.decode()
