"""The screens of the main job: what they show, to whom, and with how many queries."""

import re
from copy import copy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.models import Task
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Account, Renewal, SavedView, Touchpoint, Workspace
from signals.actions.intake import record_signals
from tests.dashboards.whole import whole_page
from tests.dashboards.world import World, make_world

ROLES = ("cs_manager", "product_viewer", "auditor", "finance")
PAGES = (
    "/queue/",
    "/accounts/",
    "/accounts/{account}/",
    "/accounts/{account}/history/",
    "/renewals/{renewal}/",
    "/search/?q=no",
)
BRIEF = ("Amount at risk", "× chance of loss", "× urgency", "Why it is at risk", "Last touches", "Quarterly review")
EVERYTHING = (
    "Northwind Freight",
    "$96,000",
    "Adoption",
    "Late checkpoint",
    "Ines Kovač",
    "Champion",
    "Quarterly review",
    "Last update of each source",
    "product 19 signals",
    "Ask for the renewal meeting",
    "30 days of notice, renews by itself",
    "Seats",
)
FIRST_VIEW = (
    "Northwind Freight",
    "$96,000",
    "Adoption",
    "Late checkpoint",
    "Starts at",
    "Risk",
    "Expansion potential",
    "Ask for the renewal meeting",
)
RENEWAL = ("Target $96,000", "Final Open", "Initiates Ana Ruiz their move", "30 days of notice", "Record how it ended")
# Who answers for a renewal, its notices, its negotiation and its record load after its first view.
QUERIES = [
    ("/queue/", 15),
    ("/accounts/", 19),
    ("/accounts/{account}/", 24),
    ("/accounts/{account}/story/", 21),
    ("/accounts/{account}/about/", 28),
    ("/accounts/{account}/stream/", 18),
    ("/renewals/{renewal}/", 19),
    ("/renewals/{renewal}/about/", 23),
    ("/renewals/{renewal}/record/", 12),
    ("/search/?q=freight", 13),
    ("/calendar/", 15),
]


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=4, roles=ROLES)


@pytest.fixture
def csm(world: World, client: Client) -> Client:
    client.force_login(world.people["csm"])
    return client


def first_ids(world: World) -> dict[str, int]:
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id").first()
        return {"renewal": renewal.id, "account": renewal.account_id}


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_queue_of_a_csm_is_ordered_by_group_and_priority(csm: Client) -> None:
    html = csm.get("/queue/").content.decode()
    assert re.findall(r'<h2 id="group-(\w+)"', html) == ["overdue", "today", "waiting"]
    assert "3 renewals need you today, worth $267\xa0k" in html
    assert "0 of 8 done today" in html


@pytest.mark.requirement(16)
def test_queue_item_shows_its_arithmetic_reasons_and_brief(csm: Client, world: World) -> None:
    said = words_of(csm.get(f"/queue/?open={first_ids(world)['renewal']}").content.decode())
    for part in (*BRIEF, "First report in production"):
        assert part in said


def test_queue_filters_stand_in_the_address_and_can_be_cleared(csm: Client) -> None:
    html = csm.get("/queue/?segment=small").content.decode()
    assert "Segment: Small" in html
    assert 'href="/queue/"' in html
    assert len(re.findall(r"data-list-item", html)) == 1


def test_queue_row_opened_by_htmx_answers_with_the_pane_alone(csm: Client, world: World) -> None:
    address = f"/queue/?open={first_ids(world)['renewal']}"
    html = csm.get(address, headers={"HX-Request": "true", "HX-Target": "queue-detail"}).content.decode()
    assert "<html" not in html
    assert "split-pane" in html


def test_completion_from_the_queue_says_what_happens_next_and_opens_the_following(csm: Client, world: World) -> None:
    task = open_task(world)
    answer = csm.post(
        f"/tasks/{task.id}/completion/",
        {"outcome": "meeting_booked", "note": "Tuesday"},
        headers={"HX-Request": "true"},
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Done: Ask for the renewal meeting. No further step is planned." in html
    assert "1 of 8 done today" in html
    assert f'data-item="{task.renewal_id}"' not in html
    task_after = reload(world, task)
    assert (task_after.state, task_after.outcome_code, task_after.note) == ("done", "meeting_booked", "Tuesday")


def test_completion_refused_keeps_what_was_typed(csm: Client, world: World) -> None:
    task = open_task(world)
    answer = csm.post(
        f"/tasks/{task.id}/completion/", {"outcome": "nonsense", "note": "kept words"}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert "kept words" in answer.content.decode()
    assert reload(world, task).state == "open"


def test_snooze_hides_the_task_and_can_be_undone(csm: Client, world: World, clock: datetime) -> None:
    task = open_task(world)
    until = clock.date().replace(year=clock.year + 1).isoformat()
    answer = csm.post(
        f"/tasks/{task.id}/snooze/", {"until": until, "reason": "On leave"}, headers={"HX-Request": "true"}
    )
    assert f'hx-post="/tasks/{task.id}/waking/"' in answer.content.decode()
    assert reload(world, task).state == "snoozed"
    csm.post(f"/tasks/{task.id}/waking/", headers={"HX-Request": "true"})
    assert reload(world, task).state == "open"


def test_task_is_handed_to_a_colleague(csm: Client, world: World) -> None:
    task = open_task(world)
    manager = world.people["cs_manager"]
    answer = csm.post(f"/tasks/{task.id}/assignee/", {"assignee": manager.id}, headers={"HX-Request": "true"})
    assert "Mo Idris does it now: Ask for the renewal meeting" in answer.content.decode()
    assert reload(world, task).assignee_id == manager.id
    refused = csm.post(f"/tasks/{task.id}/assignee/", {"assignee": "0"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422


def test_snooze_without_javascript_leads_back_to_the_queue(csm: Client, world: World, clock: datetime) -> None:
    task = open_task(world)
    until = clock.date().replace(year=clock.year + 1).isoformat()
    answer = csm.post(f"/tasks/{task.id}/snooze/", {"until": until, "reason": "On leave", "back": "segment=small"})
    assert (answer.status_code, answer["Location"]) == (302, "/queue/?segment=small")


@pytest.mark.requirement(4)
def test_account_page_is_one_view_with_the_last_update_per_source(csm: Client, world: World) -> None:
    said = words_of(whole_page(csm, f"/accounts/{first_ids(world)['account']}/"))
    for part in EVERYTHING:
        assert part in said


@pytest.mark.requirement(4)
def test_account_live_part_is_asked_for_every_fifteen_seconds(csm: Client, world: World) -> None:
    address = f"/accounts/{first_ids(world)['account']}/"
    assert f'data-live="{address}" data-live-seconds="15"' in csm.get(address).content.decode()
    part = csm.get(address, headers={"HX-Request": "true", "HX-Target": "account-live"}).content.decode()
    assert "<html" not in part
    assert 'id="health-box"' in part
    assert f'data-live="{address}stream/" data-live-seconds="15"' in csm.get(address).content.decode()
    stream = csm.get(f"{address}stream/", headers={"HX-Request": "true", "HX-Target": "account-stream"})
    assert 'id="timeline"' in stream.content.decode()


@pytest.mark.requirement(4)
def test_account_first_view_says_how_it_stands_why_and_what_comes_next(csm: Client, world: World) -> None:
    said = words_of(csm.get(f"/accounts/{first_ids(world)['account']}/").content.decode())
    for part in FIRST_VIEW:
        assert part in said


def test_parts_of_the_account_are_pages_of_their_own_without_a_script(csm: Client, world: World) -> None:
    address = f"/accounts/{first_ids(world)['account']}/"
    first = csm.get(address).content.decode()
    for part, said in (("story", "Tier"), ("about", "Ines Kovač"), ("stream", "Quarterly review")):
        assert f'<a href="{address}{part}/">' in first
        page = csm.get(f"{address}{part}/").content.decode()
        assert "<html" in page
        assert said in page


def test_account_with_many_tasks_and_touches_shows_a_part_of_each(csm: Client, world: World) -> None:
    address = f"/accounts/{first_ids(world)['account']}/"
    with in_workspace(world.workspace.id, by=world.actor):
        task, touch = Task.objects.order_by("id").first(), Touchpoint.objects.order_by("id").first()
        tasks = [copy_of(task, f"more:{number}") for number in range(200)]
        Task.objects.bulk_create(tasks)
        Touchpoint.objects.bulk_create([copy_of(touch, f"more:{number}") for number in range(1000)])
    html = whole_page(csm, address)
    assert html.count("Ask for the renewal meeting") <= 21
    assert "The 20 that are due first" in html
    assert 30 < html.count("Quarterly review") <= 40
    assert "Show what was before" in html


def test_timeline_goes_back_in_parts_and_by_kind(csm: Client, world: World, clock: datetime) -> None:
    address = f"/accounts/{first_ids(world)['account']}/"
    item = {"account": "A-000", "kind": "relationship.note"}
    items = [
        item
        | {"occurred_at": (world.now - timedelta(hours=n)).isoformat(), "external_id": f"n{n}", "text": f"note {n}."}
        for n in range(1, 61)
    ]
    with in_workspace(world.workspace.id, by=world.actor):
        record_signals(
            workspace_id=world.workspace.id, source_key="product", items=items, by=world.actor, now=world.now
        )
    first = whole_page(csm, address)
    assert "note 1." in first
    assert "note 60." not in first
    older = re.search(r'href="([^"]+)">Show what was before', first).group(1).replace("&amp;", "&")
    assert "note 60." in csm.get(older).content.decode()
    assert "note 1." not in csm.get(f"{address}?kind=touches").content.decode()


@pytest.mark.requirement(78)
def test_account_hides_prices_and_people_from_a_product_viewer(world: World, client: Client) -> None:
    client.force_login(world.people["product_viewer"])
    ids = first_ids(world)
    page = whole_page(client, f"/accounts/{ids['account']}/")
    shown = (
        page + client.get("/accounts/").content.decode() + client.get(f"/renewals/{ids['renewal']}/").content.decode()
    )
    assert "Northwind Freight" in shown
    assert "Hidden" in shown
    for secret in ("96,000", "$89", "customer.example", "Ines Kovač"):
        assert secret not in shown


@pytest.mark.requirement(78)
def test_prices_are_shown_to_whoever_holds_a_role_in_the_renewal(world: World, client: Client) -> None:
    manager = world.people["cs_manager"]
    with in_workspace(world.workspace.id, by=world.actor):
        first = Renewal.objects.order_by("id").first()
        Renewal.objects.filter(id=first.id).update(finaliser=manager)
    client.force_login(manager)
    for page in ("/queue/", "/accounts/", f"/accounts/{first.account_id}/", f"/renewals/{first.id}/"):
        html = client.get(page).content.decode()
        assert "$96,000" in html
        assert "$89,000" not in html


def test_accounts_sorted_by_risk_put_the_worst_first_and_page_on(csm: Client) -> None:
    html = csm.get("/accounts/?sort=risk").content.decode()
    values = [int(value) for value in re.findall(r"Risk (\d+),", html)]
    assert values == sorted(values, reverse=True)
    assert "4 of 4 accounts" in html


def test_renewal_page_shows_roles_rule_and_reasons(csm: Client, world: World) -> None:
    said = words_of(csm.get(f"/renewals/{first_ids(world)['renewal']}/").content.decode())
    for part in RENEWAL:
        assert part in said


def test_outcome_of_a_renewal_is_recorded_with_its_reason(csm: Client, world: World, clock: datetime) -> None:
    renewal_id = first_ids(world)["renewal"]
    wrong = {
        "ending": "kept",
        "final_amount": "",
        "primary_reason": "proven_value",
        "decided_on": clock.date().isoformat(),
    }
    refused = csm.post(f"/renewals/{renewal_id}/outcome/", wrong | {"comment": "typed words"})
    assert refused.status_code == 422
    assert "typed words" in refused.content.decode()
    kept = csm.post(f"/renewals/{renewal_id}/outcome/", wrong | {"final_amount": "96000"}, follow=True)
    assert "Flat at $96,000" in words_of(kept.content.decode())


def test_view_is_kept_shown_and_forgotten(csm: Client, world: World) -> None:
    csm.post("/views/", {"page": "queue", "name": "Small ones", "query": "segment=small"})
    assert "Small ones" in csm.get("/queue/").content.decode()
    with in_workspace(world.workspace.id, by=world.actor):
        view = SavedView.objects.get()
    csm.post(f"/views/{view.id}/removal/", {"page": "queue"})
    assert "Small ones" not in csm.get("/queue/").content.decode()


def test_search_finds_accounts_people_and_pages(csm: Client) -> None:
    said = words_of(csm.get("/search/?q=northw").content.decode())
    assert "Northwind Freight" in said
    part = csm.get("/search/?q=queue", headers={"HX-Request": "true", "HX-Target": "search-results"}).content.decode()
    assert 'href="/queue/"' in part
    assert "<html" not in part


@pytest.mark.parametrize("page", PAGES)
def test_screen_of_another_workspace_does_not_exist(
    page: str, world: World, other_workspace: Workspace, client: Client, clock: datetime
) -> None:
    stranger = make_world(other_workspace, now=clock, accounts=1).people["csm"]
    client.force_login(stranger)
    answer = client.get(page.format(**first_ids(world)))
    assert answer.status_code == (404 if "{" in page else 200)
    assert "A-001" not in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_screen_asks_for_a_log_in(page: str, client: Client, db: None) -> None:
    answer = client.get(page.format(account=1, renewal=1))
    assert (answer.status_code, answer["Location"].startswith("/accounts/login/")) == (302, True)


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        ("product_viewer", "/queue/", 403),
        ("product_viewer", "/accounts/", 200),
        ("auditor", "/queue/", 403),
        ("finance", "/accounts/", 200),
        ("cs_manager", "/queue/", 200),
    ],
)
def test_screen_is_shown_to_roles_with_the_right(
    role: str, page: str, status: int, world: World, client: Client
) -> None:
    client.force_login(world.people[role])
    assert client.get(page).status_code == status


def test_colleague_without_the_right_cannot_complete_a_task(world: World, client: Client) -> None:
    task = open_task(world)
    client.force_login(world.people["finance"])
    assert client.post(f"/tasks/{task.id}/completion/", {"outcome": "meeting_booked"}).status_code == 404
    assert reload(world, task).state == "open"


@pytest.mark.parametrize("accounts", [1, 3])
@pytest.mark.parametrize(("page", "queries"), QUERIES)
def test_screen_asks_the_same_number_of_queries_for_one_and_three(
    page: str,
    queries: int,
    accounts: int,
    other_workspace: Workspace,
    clock: datetime,
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    world = make_world(other_workspace, now=clock, accounts=accounts)
    client.force_login(world.people["csm"])
    address = page.format(**first_ids(world))
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)


def open_task(world: World) -> Task:
    with in_workspace(world.workspace.id, by=world.actor):
        return Task.objects.filter(title="Ask for the renewal meeting").order_by("id").first()


def copy_of(row: Any, key: str) -> Any:
    """Return an unsaved row like this one, the same but for its key."""
    made = copy(row)
    made.pk, made.origin_key = None, key
    return made


def reload(world: World, task: Task) -> Task:
    by = person_actor(world.workspace.id, world.people["csm"].id, "Ana")
    with in_workspace(world.workspace.id, by=by):
        assert Account.objects.filter(id=task.account_id).exists()
        return Task.objects.get(id=task.id)
