"""Somebody missing: the queue, the list of accounts and the playbooks say why, on the page and as a part of it."""

from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client

from playbooks.actions.enrol import enrol_renewal
from playbooks.actions.publish import publish_library
from playbooks.actions.queue import rebuild_queue
from playbooks.actions.tasks import snooze_task
from playbooks.models import QueueEntry, Task
from renewals.actions.scope import in_workspace
from renewals.core.dates import local_date
from renewals.models import Account, Membership, Renewal, SavedView, Team, Workspace
from renewals.queries.clock import database_now
from signals.models import CurrentRisk, CurrentScore
from tests.dashboards.world import World, make_world
from tests.playbooks.stories import email_step, publish_simple

PEOPLE = ("owner", "initiator", "negotiator", "finaliser")
UNSEEN = "You see no account with this name or id."


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(
        workspace, now=database_now(), accounts=4, roles=("cs_manager", "renewal_manager", "product_viewer")
    )


def asked(client: Client, world: World, place: str, *, role: str = "csm", view: str = "", **more: object) -> str:
    client.force_login(world.people[role])
    query = {"account": "Northwind Freight"} if "id" not in more and "account" not in more else {}
    answer = client.get(f"/{place}/missing/?{urlencode({**query, **more, 'view': view})}")
    assert answer.status_code == 200
    return unescape(answer.content.decode().partition("<main")[2].partition("</main>")[0])


def inside(world: World):
    return in_workspace(world.workspace.id, by=world.actor)


def closed(world: World) -> dict[str, object]:
    return {"closed_on": world.now.date(), "stage": "closed", "final_amount": 1}


def northwind() -> Account:
    return Account.objects.get(external_id="A-000")


def hand_over(world: World, *, to_team: bool) -> None:
    manager = world.people["cs_manager"]
    with inside(world):
        row = northwind()
        Account.objects.filter(id=row.id).update(owner=manager)
        Renewal.objects.filter(account=row).update(**dict.fromkeys(PEOPLE, manager))
        if to_team:
            team = Team.objects.create(workspace=world.workspace, name="North")
            Membership.objects.update(team=team)
        rebuild_queue(workspace_id=world.workspace.id, now=world.now)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("", "Northwind Freight is here, under Overdue: Ask for the renewal meeting"),
        ("segment=strategic&group=overdue", "Northwind Freight is here, under Overdue"),
        ("segment=small", "Northwind Freight is not here: segment is Strategic, not Small."),
        ("tier=gold", ", not Gold. "),
        ("group=today", "not here: group is Overdue: Ask for the renewal meeting"),
        ("quarter=2020-Q1", ", not Q1 2020."),
        ("owner=0", "not here: owner is Ana Ruiz, not 0."),
        ("owner=nobody&quarter=soon", "Northwind Freight is here"),
        ("segment=small&tier=gold", "1 more condition keeps it out"),
    ],
)
def test_queue_names_the_filter_that_keeps_an_account_out(world: World, client: Client, view: str, said: str) -> None:
    assert said in asked(client, world, "queue", view=view)


def test_queue_says_the_link_that_takes_the_filter_off(world: World, client: Client) -> None:
    html = asked(client, world, "queue", view="segment=small&tier=strategic")
    assert '<a href="/queue/?tier=strategic">Take the filter off</a>' in html


def test_queue_says_what_is_not_known(world: World, client: Client) -> None:
    with inside(world):
        CurrentRisk.objects.update(value=None, band="", state="not_scored", renew_probability=None)
    html = asked(client, world, "queue", view="risk=high")
    assert "not here: risk is not known, and the filter asks for High." in html


def test_queue_says_until_when_a_task_is_snoozed(world: World, client: Client) -> None:
    with inside(world):
        task = Task.objects.get(account=northwind())
        until = world.now.date() + timedelta(days=3)
        snooze_task(task_id=task.id, until_on=until, reason="They are away", by=world.actor, now=world.now)
        rebuild_queue(workspace_id=world.workspace.id, now=world.now)
    html = asked(client, world, "queue", view="group=overdue")
    assert "not here: group is Snoozed until" in html
    assert "Open it to wake the task" in html
    assert "is here, under Snoozed until" in asked(client, world, "queue")


def test_queue_says_that_nothing_is_open_to_do(world: World, client: Client) -> None:
    with inside(world):
        Task.objects.update(state="cancelled", ended_reason="test")
        rebuild_queue(workspace_id=world.workspace.id, now=world.now)
    assert "group is Waiting: no task is open, not Today" in asked(client, world, "queue", view="group=today")


def test_queue_says_that_the_renewal_is_closed_or_its_line_not_written(world: World, client: Client) -> None:
    with inside(world):
        QueueEntry.objects.filter(account=northwind()).delete()
    assert "its line is not written yet" in asked(client, world, "queue")
    with inside(world):
        Renewal.objects.filter(account=northwind()).update(**closed(world))
    assert "not here: its last renewal was closed on" in asked(client, world, "queue")
    with inside(world):
        owner, at = world.people["csm"], world.now
        Account.objects.create(
            workspace=world.workspace,
            external_id="A-9",
            name="Bare",
            owner=owner,
            currency="USD",
            created_at=at,
            updated_at=at,
        )
    assert "Bare is not here: no contract comes up for renewal." in asked(client, world, "queue", account="A-9")


def test_colleagues_account_belongs_to_them_and_a_strangers_is_unknown(world: World, client: Client) -> None:
    hand_over(world, to_team=True)
    html = asked(client, world, "queue")
    assert "not here: it belongs to Mo Idris, and this list shows you your own." in html
    with inside(world):
        Membership.objects.update(team=None)
        own = northwind().id
    unknown = {place: asked(client, world, place, account="No such account") for place in ("queue", "accounts")}
    for place in ("queue", "accounts", "playbooks"):
        strange = asked(client, world, place, id=own)
        assert UNSEEN in strange
        assert strange == asked(client, world, place, id=0)
        assert "Mo Idris" not in asked(client, world, place)
    for place, html in unknown.items():
        assert html.replace("No such account", "Northwind Freight") == asked(client, world, place)


@pytest.mark.parametrize(
    ("view", "said"),
    [
        ("", "Northwind Freight is here."),
        ("segment=small", "not here: segment is Strategic, not Small."),
        ("stage=renewal", "not here: stage is Adoption, not Renewal."),
        ("owner=nobody", "not here: owner is Ana Ruiz, not Nobody."),
        ("q=halcyon", "not here: “halcyon” is not in its name and is not its external id A-000."),
        ("q=north&sort=due&columns=owner", "Northwind Freight is here."),
        ("tier=gold", ", not Gold. "),
    ],
)
def test_accounts_name_the_filter_that_keeps_one_out(world: World, client: Client, view: str, said: str) -> None:
    assert said in asked(client, world, "accounts", view=view)


def test_accounts_say_the_band_of_a_score_or_that_there_is_none(world: World, client: Client) -> None:
    with inside(world):
        CurrentScore.objects.filter(account=northwind()).update(value=71.0, band="green")
    html = asked(client, world, "accounts", view="health=red")
    assert "not here: health is Healthy (71), not At risk." in html
    with inside(world):
        CurrentScore.objects.filter(account=northwind()).update(value=None, band="", state="not_scored")
    assert "not here: health is not known" in asked(client, world, "accounts", view="health=red")


@pytest.mark.parametrize(
    "view", ["", "segment=small", "tier=growth", "stage=renewal", "q=a", "owner=nobody", "q=A-001"]
)
def test_answer_agrees_with_the_list_for_every_account(world: World, client: Client, view: str) -> None:
    client.force_login(world.people["csm"])
    with inside(world):
        rows = list(Account.objects.values_list("id", "name"))
    listed = unescape(client.get(f"/accounts/?{view}").content.decode())
    for pk, name in rows:
        is_listed = f'href="/accounts/{pk}/"' in listed
        assert ("is here" in asked(client, world, "accounts", view=view, id=pk)) == is_listed, (view, name)


def test_kept_view_is_named(world: World, client: Client) -> None:
    with inside(world):
        SavedView.objects.create(
            workspace=world.workspace, user=world.people["csm"], page="queue", name="Lean", query="segment=small"
        )
    assert "Is Northwind Freight in the view “Lean”?" in asked(client, world, "queue", view="segment=small")


def test_playbook_says_which_gate_is_shut(world: World, client: Client) -> None:
    assert "the playbook is not published" in asked(client, world, "playbooks")
    with inside(world):
        publish_library(by=world.actor, now=world.now)
        renewal = Renewal.objects.get(account=northwind())
    html = asked(client, world, "playbooks")
    assert "Northwind Freight fulfils every condition and enters with the next sweep" in html
    html = asked(client, world, "playbooks", playbook="mid_market")
    assert "not here: the case “Strategic accounts” comes first and leads to" in html
    assert "segment is Strategic." in html
    html = asked(client, world, "playbooks", account="Tidewater Utilities")
    with inside(world):
        tidewater = Renewal.objects.select_related("account").get(account__name="Tidewater Utilities")
    left = (tidewater.due_on - local_date(world.now, tidewater.account.timezone)).days
    assert f"{left} days are left, and the playbook begins 45 days before the due date" in html
    with inside(world):
        enrol_renewal(renewal_id=renewal.id, playbook_key="strategic", by=world.actor, now=world.now)
    html = asked(client, world, "playbooks")
    assert "Northwind Freight is here: in the playbook since" in html
    assert f'href="/renewals/{renewal.id}/">Show the renewal' in html
    assert "not here: it is in “" in asked(client, world, "playbooks", playbook="mid_market")


def test_playbook_says_when_there_is_no_renewal_or_a_fact_is_missing(world: World, client: Client) -> None:
    with inside(world):
        publish_library(by=world.actor, now=world.now)
        Account.objects.filter(external_id="A-000").update(segment="")
    html = asked(client, world, "playbooks", playbook="strategic")
    assert "not here: segment is not known." in html
    with inside(world):
        Renewal.objects.filter(account=northwind()).update(**closed(world))
    assert "not here: it has no open renewal." in asked(client, world, "playbooks")


@pytest.mark.requirement(78)
def test_playbook_tells_a_condition_on_amounts_only_to_who_sees_them(world: World, client: Client) -> None:
    entry = {"field": "renewal.amount", "op": "gt", "value": 1}
    with inside(world):
        publish_simple(world.actor, world.now, email_step("hello", -30), entry=entry)
    html = asked(client, world, "playbooks", playbook="simple")
    assert ("Amount 96,000 is above 1" in html, "Not shown to you" in html) == (True, False)
    html = asked(client, world, "playbooks", role="product_viewer", playbook="simple")
    assert ("96,000" in html, "Not shown to you" in html) == (False, True)


def test_words_that_fit_several_accounts_offer_a_choice(world: World, client: Client) -> None:
    with inside(world):
        Account.objects.filter(external_id="A-001").update(name="Northwind Freight South")
    html = asked(client, world, "accounts", account="Northwind")
    assert "Several accounts fit" in html
    assert html.count("/accounts/missing/?id=") >= 2
    assert "Northwind Freight is here." in asked(client, world, "accounts", account="northwind freight")
    assert "Northwind Freight is here." in asked(client, world, "accounts", account="A-000")
    assert UNSEEN in asked(client, world, "accounts", account="x\x00")


def test_lists_and_account_lead_to_the_question_which_is_also_a_part(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    with inside(world):
        pk = northwind().id
    assert 'href="/queue/missing/?view=segment%3Dsmall"' in client.get("/queue/?segment=small").content.decode()
    assert 'href="/accounts/missing/"' in client.get("/accounts/").content.decode()
    page = client.get(f"/accounts/{pk}/").content.decode()
    assert f'href="/queue/missing/?id={pk}"' in page
    assert f'href="/playbooks/missing/?id={pk}"' in page
    part = client.get("/queue/missing/", headers={"HX-Request": "true", "HX-Target": "missing-answer"})
    html = part.content.decode()
    assert ("<html" in html, "Which account do you miss?" in html) == (False, True)
    client.force_login(world.people["product_viewer"])
    assert client.get("/queue/missing/").status_code == 403
    assert "/queue/missing/" not in client.get(f"/accounts/{pk}/").content.decode()
