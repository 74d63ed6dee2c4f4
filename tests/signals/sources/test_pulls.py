"""Pulls against a real HTTP server: pages, cursors, failures, leases, and addresses that are not called."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from renewals.core.actors import Actor
from renewals.core.breaker import CLOSED, Breaker, BreakerState, from_document
from renewals.models import Workspace
from renewals.queries.clock import database_now
from signals.actions.sources import fetch, pulls
from signals.actions.sources.mapping import set_mapping
from signals.actions.sources.pulls import (
    PullTerms,
    keep_page,
    lease_due,
    pull_soon,
    run_due_pulls,
    set_pull,
    set_pull_active,
)
from signals.actions.sources.settle import settle_deliveries
from signals.core.sources.errors import AddressRefused, PathInvalid
from signals.core.sources.pages import Page
from signals.models import Delivery, PullState, PullTarget, Signal
from tests.signals.factories import make_account, make_source

TOKEN = "Bearer abcdefghijklmnop"


@dataclass
class Fake:
    """A system with events, two on a page; `answers` holds statuses to give instead, one per request."""

    address: str
    events: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    seen: list[tuple[str, str]] = field(default_factory=list)
    holds: threading.Event | None = None


@pytest.fixture
def fake(settings: Any) -> Iterator[Fake]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answerer)
    place = f"127.0.0.1:{server.server_address[1]}"
    server.fake = Fake(address=f"http://{place}/events")
    settings.PULL_ALLOWED_HOSTS = [place]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.fake
    server.shutdown()
    server.server_close()


class Answerer(BaseHTTPRequestHandler):
    """Gives two events a page from `after` on."""

    def do_GET(self) -> None:
        fake: Fake = self.server.fake
        fake.seen.append((self.path, self.headers.get("Authorization", "")))
        if fake.answers:
            self.answer(*fake.answers.pop(0))
            return
        after = int(parse_qs(urlsplit(self.path).query).get("after", ["0"])[0])
        page = fake.events[after : after + 2]
        body = {"items": page, "next": str(after + len(page)) if page else None}
        self.answer(200, {}, json.dumps(body).encode())

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if self.server.fake.holds:
            self.server.fake.holds.wait(5)

    def log_message(self, *given: object) -> None:
        """Say nothing."""


@pytest.fixture
def place(inside: Workspace, actor: Actor, fake: Fake) -> Workspace:
    make_account(inside.id)
    fake.events = [
        {
            "external_id": f"e{n}",
            "account": "A-1",
            "kind": "usage.logins",
            "occurred_at": f"2026-03-0{n}T09:00:00Z",
            "value": n,
        }
        for n in range(1, 6)
    ]
    set_up(inside, actor, fake)
    return inside


def set_up(place: Workspace, actor: Actor, fake: Fake, **fields: Any) -> None:
    source = make_source(place.id, "crm")
    given = {
        "url": fake.address,
        "items_path": "items",
        "cursor_parameter": "after",
        "next_path": "next",
        "token": TOKEN,
        **fields,
    }
    own, now, token = {"usage.logins": "usage.logins"}, database_now(), given.pop("token")
    set_mapping(source_id=source.id, shape="own", paths={}, kinds=own, by=actor, now=now)
    set_pull(source_id=source.id, terms=PullTerms(**given), token=token, by=actor, now=now)


def run(place: Workspace, actor: Actor, later: timedelta = timedelta()) -> int:
    def clock() -> Any:
        return database_now() + later

    return run_due_pulls(workspace_id=place.id, by=actor, now=clock(), clock=clock)


def kept(place: Workspace, actor: Actor) -> list[str]:
    settle_deliveries(workspace_id=place.id, by=actor, now=database_now())
    return list(Signal.objects.order_by("occurred_at").values_list("external_id", flat=True))


@pytest.mark.requirement(2)
def test_pull_follows_the_cursor_to_the_end_and_goes_on_from_there(place: Workspace, actor: Actor, fake: Fake) -> None:
    assert run(place, actor) == 4
    assert [path for path, _ in fake.seen] == ["/events", "/events?after=2", "/events?after=4", "/events?after=5"]
    assert {token for _, token in fake.seen} == {TOKEN}
    assert kept(place, actor) == ["e1", "e2", "e3", "e4", "e5"]
    state = PullState.objects.get()
    assert (state.cursor, state.items_count, state.lease_until) == ("5", 5, None)
    assert run(place, actor) == 0
    fake.events.append({**fake.events[0], "external_id": "e6", "occurred_at": "2026-03-09T09:00:00Z"})
    assert run(place, actor, timedelta(hours=2)) == 2
    assert kept(place, actor)[-1] == "e6"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, {}, b""), "It answered 500."),
        ((401, {}, b""), "refused the token"),
        ((302, {"Location": "http://169.254.169.254/"}, b""), "redirects are not followed"),
        ((200, {}, b"<html>"), "not JSON"),
        ((200, {}, b'{"items": 7}'), "no list of events at 'items'"),
        ((200, {"Content-Length": "50"}, b"{"), "No complete answer"),
        ((200, {}, b'"' + b"x" * (5 * 1024 * 1024) + b'"'), "larger than 5 MB"),
    ],
)
def test_page_that_fails_leaves_the_cursor_and_is_tried_again(
    place: Workspace, actor: Actor, fake: Fake, answer: tuple[int, dict[str, str], bytes], words: str
) -> None:
    good = (200, {}, json.dumps({"items": fake.events[:2], "next": "2"}).encode())
    fake.answers = [good, answer]
    assert run(place, actor) == 1
    state = PullState.objects.get()
    assert words in state.last_error
    assert (state.cursor, state.attempts, state.lease_until) == ("2", 1, None)
    assert run(place, actor) == 0
    assert run(place, actor, timedelta(minutes=2)) == 3
    assert (len(kept(place, actor)), PullState.objects.get().last_error) == (5, "")


def down(fake: Fake, times: int) -> None:
    fake.answers = [(503, {}, b"")] * times


def test_target_out_of_order_is_left_alone_and_one_probe_closes_it_again(
    place: Workspace, actor: Actor, fake: Fake
) -> None:
    down(fake, 4)
    for minutes in (0, 2, 5, 10):
        run(place, actor, timedelta(minutes=minutes))
    assert (len(fake.seen), breaker().state, breaker().trips) == (4, BreakerState.OPEN, 1)
    pull_soon_by_state()
    assert run(place, actor, timedelta(minutes=20)) == 0
    assert (len(fake.seen), PullState.objects.get().attempts) == (4, 4)
    assert PullState.objects.get().next_at == breaker().until
    assert run(place, actor, timedelta(minutes=30)) == 4
    assert breaker() == CLOSED
    assert kept(place, actor) == ["e1", "e2", "e3", "e4", "e5"]


def test_target_whose_probe_fails_rests_twice_as_long(place: Workspace, actor: Actor, fake: Fake) -> None:
    down(fake, 5)
    for minutes in (0, 2, 5, 10, 30):
        run(place, actor, timedelta(minutes=minutes))
    assert (len(fake.seen), breaker().state, breaker().trips) == (5, BreakerState.OPEN, 2)
    assert breaker().until - database_now() > timedelta(minutes=30 + 29)


def test_pulls_of_one_target_share_its_breaker(place: Workspace, actor: Actor, fake: Fake) -> None:
    second = make_source(place.id, "crm-two")
    terms = PullTerms(url=f"{fake.address}?kind=two", items_path="items")
    set_pull(source_id=second.id, terms=terms, token="", by=actor, now=database_now())
    down(fake, 4)
    run(place, actor)
    run(place, actor, timedelta(minutes=2))
    assert (PullTarget.objects.count(), len(fake.seen), breaker().state) == (1, 4, BreakerState.OPEN)
    pull_soon_by_state()
    assert run(place, actor, timedelta(minutes=3)) == 0
    assert len(fake.seen) == 4


def test_person_who_asks_for_a_pull_gives_a_resting_target_its_probe(
    place: Workspace, actor: Actor, fake: Fake
) -> None:
    down(fake, 4)
    for minutes in (0, 2, 5, 10):
        run(place, actor, timedelta(minutes=minutes))
    later = database_now() + timedelta(minutes=11)
    pull_soon(source_id=PullState.objects.get().pull.source_id, by=actor, now=later)
    assert run(place, actor, timedelta(minutes=12)) == 4
    assert breaker() == CLOSED


def test_refused_token_is_an_answer_and_opens_nothing(place: Workspace, actor: Actor, fake: Fake) -> None:
    fake.answers = [(401, {}, b"")] * 5
    for minutes in (0, 2, 5, 10, 19):
        run(place, actor, timedelta(minutes=minutes))
    assert (len(fake.seen), breaker()) == (5, CLOSED)


def breaker() -> Breaker:
    return from_document(PullTarget.objects.get().breaker)


def pull_soon_by_state() -> None:
    """Make every pull due at once, whatever its own wait is."""
    PullState.objects.update(next_at=database_now())


def test_wait_that_was_asked_for_is_kept(place: Workspace, actor: Actor, fake: Fake) -> None:
    fake.answers = [(429, {"Retry-After": "1800"}, b"")]
    run(place, actor)
    assert PullState.objects.get().next_at > database_now() + timedelta(minutes=25)


def test_turn_that_ends_before_the_pages_do_goes_on_with_the_next_sweep(
    place: Workspace, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulls, "MOST_PAGES", 2)
    assert [run(place, actor), run(place, actor)] == [2, 2]
    assert kept(place, actor) == ["e1", "e2", "e3", "e4", "e5"]


def test_answer_that_drips_is_cut(place: Workspace, actor: Actor, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "WHOLE_SECONDS", 0.05)
    fake.answers = [(200, {"Content-Length": "50"}, b"{"), (200, {}, b"{}")]
    fake.holds = threading.Event()
    run(place, actor)
    fake.holds.set()
    assert "No complete answer" in PullState.objects.get().last_error


def test_token_that_no_header_may_carry_fails_alone(place: Workspace, actor: Actor, fake: Fake) -> None:
    set_up(place, actor, fake, token="Bearer “quoted-by-a-word-processor”")
    assert run(place, actor) == 0
    assert "no header may carry" in PullState.objects.get().last_error


def test_token_does_not_follow_to_another_host(place: Workspace, actor: Actor, fake: Fake, settings: Any) -> None:
    elsewhere = fake.address.replace("127.0.0.1", "localhost")
    settings.PULL_ALLOWED_HOSTS = [*settings.PULL_ALLOWED_HOSTS, elsewhere.split("/")[2]]
    set_up(place, actor, fake, url=f"{fake.address}?kind=all", token="")
    run(place, actor)
    set_up(place, actor, fake, url=elsewhere, token="")
    run(place, actor)
    assert {token for path, token in fake.seen if path.startswith("/events?kind")} == {TOKEN}
    assert {token for path, token in fake.seen if not path.startswith("/events?kind")} == {""}


def test_cursor_longer_than_an_address_is_followed(place: Workspace, actor: Actor, fake: Fake) -> None:
    long = "0" * 1_500 + "2"
    fake.answers = [(200, {}, json.dumps({"items": fake.events[:2], "next": long}).encode())]
    run(place, actor)
    assert len(kept(place, actor)) == 5


def test_page_on_another_host_is_not_fetched(place: Workspace, actor: Actor, fake: Fake) -> None:
    fake.answers = [(200, {}, json.dumps({"items": [], "next": "https://elsewhere.example/events"}).encode())]
    run(place, actor)
    assert "another host" in PullState.objects.get().last_error


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "https://10.0.0.1/", "https://localhost/", "ftp://a.example/"])
def test_private_address_is_refused_when_it_is_set(place: Workspace, actor: Actor, fake: Fake, url: str) -> None:
    with pytest.raises(AddressRefused):
        set_up(place, actor, fake, url=url)
    with pytest.raises(PathInvalid):
        set_up(place, actor, fake, items_path="a..b")


def test_address_no_longer_allowed_is_not_called(place: Workspace, actor: Actor, fake: Fake, settings: Any) -> None:
    settings.PULL_ALLOWED_HOSTS = []
    run(place, actor)
    assert "Only https" in PullState.objects.get().last_error
    assert fake.seen == []


def test_lease_from_before_the_clock_was_put_back_holds_no_pull(place: Workspace, actor: Actor) -> None:
    now = database_now()
    assert len(lease_due(by=actor, now=now + timedelta(hours=9))) == 1
    assert len(lease_due(by=actor, now=now)) == 1


def test_page_counts_only_under_the_current_lease(place: Workspace, actor: Actor) -> None:
    now = database_now()
    first = lease_due(by=actor, now=now)[0]
    assert lease_due(by=actor, now=now) == []
    second = lease_due(by=actor, now=now + timedelta(minutes=11))[0]
    page = Page(items=({"account": "A-1"},), cursor="9", has_more=False)
    assert not keep_page(lease=first, page=page, by=actor, now=now)
    assert (Delivery.objects.count(), PullState.objects.get().cursor) == (0, "")
    assert keep_page(lease=second, page=page, by=actor, now=now)
    assert (Delivery.objects.count(), PullState.objects.get().cursor) == (1, "9")


def test_large_page_is_kept_in_parts(place: Workspace, actor: Actor) -> None:
    lease = lease_due(by=actor, now=database_now())[0]
    page = Page(items=tuple({"n": n} for n in range(2_500)), cursor="c", has_more=False)
    keep_page(lease=lease, page=page, by=actor, now=database_now())
    assert [len(json.loads(body)) for body in Delivery.objects.values_list("body", flat=True)] == [1000, 1000, 500]


def test_stopped_pull_waits_and_a_new_address_begins_anew(place: Workspace, actor: Actor, fake: Fake) -> None:
    run(place, actor)
    source = make_source(place.id, "crm")
    assert set_pull_active(source_id=source.id, is_active=False, by=actor, now=database_now())
    assert not pull_soon(source_id=source.id, by=actor, now=database_now())
    assert run(place, actor, timedelta(days=1)) == 0
    assert set_pull_active(source_id=source.id, is_active=True, by=actor, now=database_now())
    assert pull_soon(source_id=source.id, by=actor, now=database_now())
    set_up(place, actor, fake, url=f"{fake.address}?kind=all")
    assert PullState.objects.get().cursor == ""
