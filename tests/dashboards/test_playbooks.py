"""The pages of /playbooks/: what they say, who may do what, problems beside their field, dry runs without a write."""

import json
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.enrol import enrol_due
from playbooks.actions.publish import publish_library
from playbooks.models import Enrolment, Playbook, PlaybookDraft
from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from tests.dashboards.test_screens import words_of as raw_words_of
from tests.dashboards.world import World, make_world


def words_of(html: str) -> str:
    return unescape(raw_words_of(html))


ROLES = ("admin", "cs_manager", "renewal_manager", "product_viewer", "auditor", "sales")


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


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return words_of(answer.content.decode())


def playbook_id(world: World, key: str) -> int:
    with in_workspace(world.workspace.id, by=world.actor):
        return Playbook.objects.get(key=key).id


def kept(world: World) -> PlaybookDraft:
    with in_workspace(world.workspace.id, by=world.actor):
        return PlaybookDraft.objects.order_by("-id").first()


def start(client: Client, world: World, key: str = "mid_market") -> str:
    answer = client.post(f"/playbooks/{playbook_id(world, key)}/drafts/", {"reason": "Sooner"})
    assert answer.status_code == 302
    return answer["Location"]


def rows(world: World) -> dict[str, int]:
    """How many rows each table has, and a sum over what stands in them."""
    with in_workspace(world.workspace.id, by=world.actor), connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if "pgh" not in name]
        found = {}
        for name in names:
            cursor.execute(f'SELECT count(*), coalesce(sum(hashtext(t::text)), 0) FROM "{name}" AS t')
            found[name] = cursor.fetchone()
        return found


@pytest.mark.requirement(57)
def test_page_states_guardrails_decision_rights_escalation_and_success_as_fields(world: World) -> None:
    page = text(enter(world, "auditor"), f"/playbooks/{playbook_id(world, 'mid_market')}/")
    for words in (
        "Decision rights Decision Who decides Within",
        "Options and terms offered Renewal manager Within the discount policy",
        "At most 2 messages to one person in 7 days.",
        "No discount before the account has said what stands in the way.",
        "Renewal risk is 60 or more",
        "2 business days CS manager",
        "Gross renewal rate 0.92 share",
        "renewal outcome is known",
    ):
        assert words in page, words


@pytest.mark.requirement(12)
def test_each_step_says_how_much_of_it_is_automatic(world: World) -> None:
    page = text(enter(world, "csm"), f"/playbooks/{playbook_id(world, 'mid_market')}/")
    assert "35 days before the renewal date, 09:30 Renewal manager After approval always" in page
    assert "15 business days before the notice deadline, 09:00 Renewal manager People only" in page


def test_list_counts_who_is_in_and_names_the_version_in_force(world: World) -> None:
    page = text(enter(world, "csm"), "/playbooks/")
    with in_workspace(world.workspace.id, by=world.actor):
        number = Enrolment.objects.filter(playbook__key="mid_market").count()
    assert number > 0
    line = page[page.index("notice deadline. Mid-market Growth CSM Version 1 just now") :]
    assert f"UTC {number} nothing none Small teams" in line[:140]


def test_accounts_of_a_playbook_stand_with_their_next_step(world: World) -> None:
    page = text(enter(world, "csm"), f"/playbooks/{playbook_id(world, 'mid_market')}/accounts/")
    assert "Halcyon Diagnostics Runs" in page
    assert "Somebody missing?" in page


@pytest.mark.parametrize("role", ["csm", "cs_manager", "product_viewer", "auditor", "sales"])
def test_only_who_may_change_playbooks_starts_a_draft(world: World, role: str) -> None:
    client, number = enter(world, role), playbook_id(world, "small")
    assert client.post(f"/playbooks/{number}/drafts/", {"reason": "mine"}).status_code == 403
    assert client.post("/playbooks/drafts/", {"name": "New", "reason": "mine"}).status_code == 403
    assert "Change it" not in text(client, f"/playbooks/{number}/")


def test_what_is_typed_wrong_is_kept_and_told_beside_its_field(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    form = {"revision": "1", "max_touches": "many", "per_days": "7", "min_gap_days": "4"}
    more = {"send_from": "08:00", "send_until": "07:00", "stop_on_reply": "yes", "rules": "Be kind."}
    assert client.post(f"{draft}guardrails/", form | more).status_code == 302
    page = client.get(f"{draft}guardrails/").content.decode()
    assert 'value="many"' in page
    assert words_of(page).count("A whole number from 1 to 50.") == 2
    assert kept(world).content["playbook"]["guardrails"]["rules"] == ["Be kind."]


def test_check_tells_every_problem_at_once_and_keeps_nothing(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    before = rows(world)
    answer = client.post(f"{draft}what/check/", {"revision": "1", "name": "", "purpose": "", "window_days": "9"})
    page = words_of(answer.content.decode())
    for words in (
        "“Name” is missing.",
        "“What is it for?” is missing.",
        "The playbook has no segments.",
        "but enrolment opens",
    ):
        assert words in page, words
    assert rows(world) == before


def test_edit_over_an_edit_not_seen_is_refused_and_shown_again(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    client.post(f"{draft}pilot/", {"revision": "1", "question": "One"})
    answer = client.post(f"{draft}pilot/", {"revision": "1", "question": "Two"})
    assert answer.status_code == 409
    assert 'value="Two"' in answer.content.decode()
    assert kept(world).content["pilot"] == {"question": "One"}


def test_condition_is_built_from_lines_and_read_back_as_lines(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    lines = {
        "when:mode": "any",
        "when:0:fact": "risk.score",
        "when:0:op": "ge",
        "when:0:value": "60",
        "when:1:fact": "account.country",
        "when:1:op": "in",
        "when:1:value": "DE, FR",
        "when:2:fact": "contact.sponsor_known",
        "when:2:op": "eq",
        "when:2:value": "yes",
        "when:2:not": "1",
    }
    client.post(f"{draft}pilot/", {"revision": "1", "question": "Does it help?", **lines})
    assert kept(world).content["pilot"]["when"] == {
        "any": [
            {"field": "risk.score", "op": "ge", "value": 60},
            {"field": "account.country", "op": "in", "value": ["DE", "FR"]},
            {"not": {"field": "contact.sponsor_known", "op": "eq", "value": True}},
        ]
    }
    page = client.get(f"{draft}pilot/").content.decode()
    assert 'name="when:1:value" value="DE, FR"' in page
    assert "risk score at least 60 or account country is one of" in words_of(page)


@pytest.mark.requirement(11)
def test_admin_sets_threshold_duration_path_and_response_of_an_escalation(world: World) -> None:
    """Each rung is one row of the form: what is crossed, for how long, who is told, and in which words."""
    client = enter(world, "admin")
    draft = start(client, world)
    row = "escalation:0:"
    rung = {
        f"{row}trigger": "Risk is high",
        f"{row}when:mode": "all",
        f"{row}when:0:fact": "risk.score",
        f"{row}when:0:op": "ge",
        f"{row}when:0:value": "75",
        f"{row}after_business_days": "4",
        f"{row}role": "executive",
        f"{row}response": "{{ account }} stands at {{ risk }}: call {{ owner }}.",
    }
    client.post(f"{draft}people/", {"revision": "1", **rung})
    assert kept(world).content["playbook"]["escalation"] == [
        {
            "trigger": "Risk is high",
            "when": {"field": "risk.score", "op": "ge", "value": 75},
            "after_business_days": 4,
            "role": "executive",
            "response": "{{ account }} stands at {{ risk }}: call {{ owner }}.",
        }
    ]
    page = client.get(f"{draft}people/").content.decode()
    assert f'name="{row}when:0:value" value="75"' in page


@pytest.mark.requirement("X1")
def test_share_of_a_holdout_is_typed_into_playbook_and_step_and_refused_where_it_must_not_be(world: World) -> None:
    """A share beyond the half, and one on a step that everybody must get, are told beside the field."""
    client = enter(world, "admin")
    draft = start(client, world)
    assert "Held out, in % of the accounts" in text(client, f"{draft}ends/")
    names = [each["key"] for each in kept(world).content["playbook"]["steps"]]
    message, task = names.index("adoption_tip"), names.index("notice_window")
    assert "Held out, in % of the accounts" in text(client, f"{draft}steps/{message}/")
    assert "Held out, in % of the accounts" not in text(client, f"{draft}steps/{task}/")
    row = kept(world)
    with in_workspace(world.workspace.id, by=world.actor):
        row.content["playbook"] |= {"holdout_percent": 60}
        row.content["playbook"]["steps"][message]["holdout_percent"] = 5
        row.content["playbook"]["steps"][task]["holdout_percent"] = 5
        row.save()
    assert "A whole number from 0 to 50." in text(client, f"{draft}ends/")
    told = text(client, f"{draft}steps/{task}/")
    assert "It cannot be held out: what is counted from the notice deadline protects a right." in told


def test_step_of_another_kind_loses_what_it_has_no_use_for(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    page = client.post(f"{draft}steps/0/", {"revision": "1", "kind": "task", "name": "Call", "renew": "1"})
    assert "What to do, so that anybody can" in words_of(page.content.decode())
    fields = {"revision": "1", "kind": "task", "name": "Call", "phase": "value", "anchor.from": "renewal_date"}
    client.post(f"{draft}steps/0/", fields | {"anchor.days:count": "110", "anchor.days:side": "before", "at": "09:00"})
    step = kept(world).content["playbook"]["steps"][0]
    assert (step["kind"], step["anchor"]["days"], "template" in step) == ("task", -110, False)


def test_steps_are_added_moved_and_taken_out(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world, "small")
    names = [step["name"] for step in kept(world).content["playbook"]["steps"]]
    new = {"revision": "1", "name": "Thank them", "kind": "celebrate_value", "phase": "close", "place": "1"}
    client.post(f"{draft}new-step/", new)
    client.post(f"{draft}steps/1/move/", {"revision": "2", "to": "up"})
    content = kept(world).content
    assert [step["name"] for step in content["playbook"]["steps"]] == ["Thank them", *names]
    assert content["templates"][-1]["name"] == "Thank them"
    client.post(f"{draft}steps/0/removal/", {"revision": "3"})
    assert [step["name"] for step in kept(world).content["playbook"]["steps"]] == names


def test_message_is_previewed_for_a_chosen_account(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    typed = {"revision": "1", "name": "Hi", "message_class": "relationship", "letter_account": "A-001"}
    typed |= {
        "subject": "{{ account.name }} by {{ renewal.due_date }}",
        "body": "Dear {{ contact.first_name }}, hello.",
    }
    page = words_of(client.post(f"{draft}messages/0/check/", typed).content.decode())
    assert "Halcyon Diagnostics by" in page
    assert "Dear Ines, hello." in page
    assert "It never mentions contract.name." in page
    hole = client.post(f"{draft}messages/0/check/", typed | {"body": "{{ value.roi }}"})
    assert "It would be parked for a person" in words_of(hole.content.decode())


def test_draft_is_published_by_a_second_person_only(world: World) -> None:
    admin, manager = enter(world, "admin"), enter(world, "cs_manager")
    draft = start(admin, world, "small")
    admin.post(f"{draft}steps/0/removal/", {"revision": "1"})
    admin.post(f"{draft}submission/", {"revision": "2"})
    admin.post(f"{draft}approval/")
    assert kept(world).state == "waiting"
    assert "a second person has to approve it" in text(admin, draft)
    manager.post(f"{draft}approval/")
    assert kept(world).state == "published"
    page = text(manager, f"/playbooks/{playbook_id(world, 'small')}/versions/")
    assert "Version 2 In force Sooner" in page
    assert "taken out" in page


def test_dry_run_of_one_account_says_what_happens_when_and_writes_nothing(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    before = rows(world)
    page = text(client, f"{draft}rehearsal/?account=A-001")
    assert "What would happen to Halcyon Diagnostics" in page
    assert "It would not enter by itself. It went through a playbook for this date. If it entered on" in page
    assert "Before the notice deadline: where do we stand?" in page
    assert "Plan for a renewal at risk" in page
    assert "Replies and what people will do cannot be foreseen." in page
    day = (world.now + timedelta(days=20)).date().isoformat()
    page = text(client, f"{draft}rehearsal/?account=A-001&reply={day}")
    assert "It is supposed that they reply on" in page
    assert rows(world) == before


def test_dry_run_of_the_book_counts_steps_and_peoples_work_and_writes_nothing(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    before = rows(world)
    page = text(client, f"{draft}rehearsal/?book=1")
    assert "Who would enter, who not, and why" in page
    assert "steps in 13 weeks" in page or "step in 13 weeks" in page
    assert "eplies cannot be foreseen." in page or "Nothing that a budget of touches counts" in page
    text(client, f"{draft}audience/")
    assert rows(world) == before


def test_audience_says_who_enters_and_why_others_do_not(world: World) -> None:
    client = enter(world, "admin")
    draft = start(client, world)
    page = text(client, f"{draft}audience/?group=other")
    assert "Go to another playbook" in page
    assert "0 renewals would enter now, 0 later Of the 6 open renewals that you may see." in page
    assert "Are or were in a playbook 4 Go to another playbook 2" in page
    assert "Tidewater Utilities" in page
    assert "Segment is Small, not Mid-market." in page


def test_selection_order_is_changed_by_lines_and_published_by_a_second_person(world: World) -> None:
    admin, manager = enter(world, "admin"), enter(world, "cs_manager")
    assert "account segment is Mid-market" in text(admin, "/playbooks/selection/")
    draft = admin.post("/playbooks/selection/drafts/", {"reason": "One for all"})["Location"]
    line = {"cases:0:when:0:fact": "account.country", "cases:0:when:0:op": "eq", "cases:0:when:0:value": "DE"}
    typed = {"revision": "1", **line, "cases:0:playbook": "small", "cases:0:key": "", "default_playbook": "nothing"}
    admin.post(draft, typed)
    assert "Playbook 'nothing' does not exist." in text(admin, draft)
    admin.post(draft, typed | {"revision": "2", "default_playbook": "mid_market"})
    number = kept(world).id
    admin.post(f"/playbooks/drafts/{number}/submission/", {"revision": "3"})
    manager.post(f"/playbooks/drafts/{number}/approval/")
    page = text(manager, "/playbooks/selection/")
    assert "Version 2, in force" in page
    assert "account country is DE → enters Small teams" in page
    assert "everybody else → enters Mid-market" in page


@pytest.mark.parametrize("form", ["toml", "json"])
def test_file_that_was_downloaded_is_imported_as_the_same_content(world: World, form: str) -> None:
    client, number = enter(world, "admin"), playbook_id(world, "mid_market")
    answer = client.get(f"/playbooks/{number}/versions/1/file.{form}")
    file = SimpleUploadedFile(f"playbook.{form}", answer.content)
    assert client.post("/playbooks/imports/", {"file": file, "reason": "Back"}).status_code == 302
    draft = kept(world)
    with in_workspace(world.workspace.id, by=world.actor):
        assert draft.content == json.loads(json.dumps(draft.based_on.definition))


def test_file_that_is_no_playbook_is_refused_with_the_reason(world: World) -> None:
    client = enter(world, "admin")
    for data in (b"not = [toml", b"\xff\xfe", b'{"a": 1}', b"[]"):
        file = SimpleUploadedFile("x.toml", data)
        answer = client.post("/playbooks/imports/", {"file": file, "reason": "Try"})
        assert answer.status_code == 422
        assert "E-PLB-08" in answer.content.decode()


def test_pages_of_another_workspace_do_not_exist(world: World, other_workspace: Workspace, clock: datetime) -> None:
    stranger = make_world(other_workspace, now=clock, accounts=1, roles=("admin",))
    client, number = enter(stranger, "admin"), playbook_id(world, "small")
    draft = start(enter(world, "admin"), world)
    for path in (f"/playbooks/{number}/", f"/playbooks/{number}/versions/1/file.toml", draft, f"{draft}what/"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "queries"), [("/playbooks/", 13), ("/playbooks/{id}/", 13), ("/playbooks/{id}/accounts/", 17)]
)
def test_number_of_queries_does_not_grow_with_the_accounts(
    other_workspace: Workspace,
    clock: datetime,
    path: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made = make_world(other_workspace, now=clock, accounts=9, roles=ROLES)
    with in_workspace(other_workspace.id, by=made.actor):
        publish_library(by=made.actor, now=clock)
        enrol_due(by=made.actor, now=clock)
    client, address = enter(made, "csm"), path.format(id=playbook_id(made, "mid_market"))
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
