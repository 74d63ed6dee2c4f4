"""The pages of reviews: a series is started, its agenda worked down, closed with a pack; who sees what of it."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from playbooks.actions.queue import refresh_entries
from playbooks.actions.reviews.opening import tend_reviews
from playbooks.models import Review, ReviewDecision, ReviewItem, ReviewSeries, Task
from renewals.actions.scope import in_workspace
from renewals.core.dates import local_date
from renewals.models import Renewal, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world

ROLES = ("admin", "cs_manager", "product_viewer", "renewal_manager", "auditor")
HX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "main-part"}


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    """Two accounts; the notice deadline of the first renewal is near and no quote is out."""
    made = make_world(workspace, now=database_now(), accounts=2, roles=ROLES)
    with in_workspace(workspace.id, by=made.actor):
        first, second = Renewal.objects.order_by("id")[:2]
        today = local_date(made.now, first.account.timezone)  # it begins before the day of UTC ends
        Renewal.objects.filter(id=first.id).update(
            due_on=today + timedelta(days=80), notice_on=today + timedelta(days=20)
        )
        Renewal.objects.filter(id=second.id).update(due_on=today - timedelta(days=2), notice_on=None)
        refresh_entries(renewal_ids=[first.id, second.id], now=made.now)
    return made


def login(world: World, client: Client, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def started(world: World, client: Client, kind: str = "at_risk") -> Review:
    """A series started by its form, its first review opened a day before it."""
    manager = login(world, client, "renewal_manager")
    day = world.now.date() + timedelta(days=1)
    form = {
        "kind": kind,
        "name": "Weekly",
        "every": "week",
        "weekday": str(day.weekday()),
        "at": "10:00",
        "zone": "Europe/Berlin",
        "minutes": "45",
        "lead_days": "3",
        "owner": str(world.people["renewal_manager"].id),
        "invited": [str(world.people["csm"].id)],
    }
    assert manager.post("/reviews/series/new/", form | {"zone": "Nowhere"}).status_code == 422
    assert manager.post("/reviews/series/new/", form).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        tend_reviews(by=world.actor, now=world.now)
        return Review.objects.get()


@pytest.mark.requirement(34)
def test_weekly_review_is_run_from_its_page_alone(world: World, client: Client) -> None:
    assert "Start a weekly at-risk review" in login(world, client, "renewal_manager").get("/reviews/").content.decode()
    review = started(world, client)
    page = words_of(client.get(f"/reviews/{review.id}/").content.decode())
    assert "0 of 2 items settled" in page
    notice = item_of(world, "notice_without_quote")
    pane = words_of(client.get(f"/reviews/{review.id}/?item={notice.id}").content.decode())
    assert "no quote is out days to the notice deadline: 20, quote is out: no Who sends the quote, by when?" in pane
    late = item_of(world, "overdue_open")
    due = world.now.date() + timedelta(days=3)
    said = {"words": "Send the quote", "owner": str(world.people["csm"].id), "due": due.isoformat()}
    path = f"/reviews/{review.id}/items/{notice.id}/"
    refused = client.post(f"{path}decision/", said | {"words": ""}, **HX)
    assert refused.status_code == 422
    assert "The decision is required" in refused.content.decode()
    answer = client.post(f"{path}decision/", said, **HX).content.decode()
    assert "1 of 2 items settled" in words_of(answer)
    assert f'id="item-{late.id}" href="/reviews/{review.id}/?item={late.id}"' in answer
    client.post(f"/reviews/{review.id}/items/{late.id}/settling/", {"state": "carried"})
    client.post(f"/reviews/{review.id}/topics/", {"title": "Prices"})
    people = f"/reviews/{review.id}/people/"
    client.post(f"/reviews/{review.id}/attendance/", {f"presence-{world.people['csm'].id}": "present"})
    assert "1 of 2 people here Attendance 100%" in words_of(client.get(people).content.decode())
    client.post(f"/reviews/{review.id}/minutes/", {"minutes": "Short <b>one</b>."})
    client.post(f"/reviews/{review.id}/closing/")
    pack = client.get(f"/reviews/{review.id}/pack/").content.decode()
    for words in ("As it was closed", "Decided: Send the quote", "Carried on", "Prices", "Here: Ana Ruiz"):
        assert words in words_of(pack)
    assert "Short &lt;b&gt;one" in pack
    pdf = client.get(f"/reviews/{review.id}/pack.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert b"/StructTreeRoot" in pdf.content
    check_followed_up(world, client)


def check_followed_up(world: World, client: Client) -> None:
    """The decision is its owner's to carry out, with its task; the past shows how it was kept."""
    assert "1 decision for you" in words_of(
        login(world, client, "csm").get("/reviews/?show=decisions").content.decode()
    )
    with in_workspace(world.workspace.id, by=world.actor):
        made = ReviewDecision.objects.get()
    mine = f"/reviews/decisions/{made.id}/"
    assert client.post(mine, {"state": "done", "result": "Sent."}).status_code == 302
    assert "Done" in words_of(client.get(mine).content.decode())
    with in_workspace(world.workspace.id, by=world.actor):
        assert Task.objects.get(id=made.task_id).state == "done"
    past = words_of(login(world, client, "cs_manager").get("/reviews/?show=past").content.decode())
    assert "No review was held yet" in past
    seen = words_of(login(world, client, "auditor").get("/reviews/?show=past").content.decode())
    assert "1 of 1 100%" in seen


@pytest.mark.requirement(34)
def test_forecast_review_shows_the_calls_of_a_renewal_side_by_side(world: World, client: Client) -> None:
    review = started(world, client, "forecast")
    path = f"/reviews/{review.id}/?item={item_of(world, 'call_missing').id}"
    pane = words_of(client.get(path).content.decode())
    assert "Calls side by side Owner No call" in pane
    assert "Leader adjusts – Model " in pane
    assert "called by its owner: no Who calls it, by when?" in pane


def test_review_is_seen_and_run_by_those_it_is_for(
    world: World, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    review = started(world, client)
    for path, most in ((f"/reviews/{review.id}/", 26), (f"/reviews/{review.id}/pack/", 24), ("/reviews/", 22)):
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200
    item = item_of(world, "overdue_open")
    path = f"/reviews/{review.id}/items/{item.id}/settling/"
    for role, sees, may in (
        ("csm", 200, 200),
        ("admin", 200, 200),
        ("auditor", 200, 403),
        ("cs_manager", 404, 404),
        ("product_viewer", 404, 403),
    ):
        asked = login(world, client, role)
        assert asked.get(f"/reviews/{review.id}/").status_code == sees, role
        assert asked.post(path, {"state": "open"}, **HX).status_code == may, role
    with in_workspace(world.workspace.id, by=world.actor):
        series = ReviewSeries.objects.get()
    assert login(world, client, "csm").get(f"/reviews/series/{series.id}/").status_code == 200
    assert client.post(f"/reviews/series/{series.id}/ending/").status_code == 403
    assert client.get("/reviews/series/new/").status_code == 403
    assert login(world, client, "renewal_manager").post(f"/reviews/series/{series.id}/ending/").status_code == 302


def item_of(world: World, rule: str) -> ReviewItem:
    with in_workspace(world.workspace.id, by=world.actor):
        return next(row for row in ReviewItem.objects.order_by("id") if rule in [why["rule"] for why in row.why])
