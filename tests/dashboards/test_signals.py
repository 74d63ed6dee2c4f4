"""The pages of signals: who sees and changes what, and that each button does what it says, once."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from dashboards.core.dates import day_words
from dashboards.core.sources import without_numbers
from renewals.actions.scope import in_workspace
from renewals.models import Workspace
from renewals.queries.clock import database_now
from signals.actions.intake import record_signals
from signals.actions.sources.settle import settle_deliveries
from signals.actions.sources.targets import note_answer
from signals.actions.sources.tend import count_days
from signals.models import AccountAlias, Hook, Pull, Signal, Source, SourceMapping, ToneCorrection, Unmatched
from tests.dashboards.confirming import confirm
from tests.dashboards.test_screens import words_of as words_in
from tests.dashboards.world import World, make_world
from tests.signals.sources.hooking import Sender, make_sender

NEW = {"name": "Billing", "key": "billing", "shape": "stripe", "scheme": "standard", "secret": ""}
LogIn = Callable[[str], Client]


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    return make_world(workspace, now=database_now(), accounts=2, roles=("csm", "admin", "renewal_manager", "sales"))


@pytest.fixture
def log_in(world: World) -> LogIn:
    def enter(role: str) -> Client:
        client = Client()
        client.force_login(world.people[role])
        return client

    return enter


def words_of(answer: Any) -> str:
    return words_in(answer.content.decode())


def inside(world: World) -> Any:
    return in_workspace(world.workspace.id, by=world.actor)


def source_id(world: World, key: str) -> int:
    with inside(world):
        return Source.objects.get(key=key).id


def hold(world: World, *names: str) -> None:
    with inside(world):
        at = (database_now() - timedelta(days=1)).isoformat()
        items = [{"account": name, "kind": "usage.logins", "occurred_at": at, "value": 1} for name in names]
        record_signals(
            workspace_id=world.workspace.id, source_key="product", items=items, by=world.actor, now=database_now()
        )


def test_source_of_which_nothing_is_kept_is_said_before_all_is_called_well(world: World, log_in: LogIn) -> None:
    sender, client = hooked(world), log_in("admin")
    at = (database_now() - timedelta(hours=1)).isoformat()
    sender.send({"account": "nobody", "kind": "usage.logins", "occurred_at": at, "value": 3})
    sender.send({"account": "nobody", "kind": "usage.logins", "occurred_at": "2026-02-31T10:00:00Z"}, message_id="odd")
    settle(world)
    assert "Desk has sent nothing that counts yet" in words_of(client.get("/signals/"))
    page = words_of(client.get(f"/signals/sources/{sender.source.id}/"))
    assert ("Desk: nothing kept yet" in page, "0 yesterday" in page) == (True, False)
    assert "To look at 1 of unknown accounts" in page
    assert "2026-02-31T10:00:00Z" in page  # no day of the calendar stands as it was sent


def test_list_names_each_source_with_state_and_volume(world: World, log_in: LogIn) -> None:
    with inside(world):
        count_days(workspace_id=world.workspace.id, by=world.actor, now=database_now())
    said = words_of(log_in("csm").get("/signals/"))
    assert "The one source is heard" in said
    assert "yesterday" in said
    assert "An admin adds and changes them." in said
    assert "Add a source" in words_of(log_in("admin").get("/signals/"))


def test_source_that_delivers_six_days_late_is_as_usual(world: World, log_in: LogIn) -> None:
    now = database_now()
    with inside(world):
        Source.objects.filter(key="product").update(created_at=now - timedelta(days=90))
        for back in range(6, 50):
            at = now - timedelta(days=back)
            item = {"account": "A-000", "kind": "usage.logins", "occurred_at": at.isoformat(), "value": 1}
            record_signals(
                workspace_id=world.workspace.id,
                source_key="product",
                items=[item | {"external_id": f"{back}-{n}"} for n in range(20)],
                by=world.actor,
                now=at + timedelta(days=5 + back % 2),
            )
        count_days(workspace_id=world.workspace.id, by=world.actor, now=now)
    said = words_of(log_in("csm").get("/signals/"))
    assert "As usual" in said
    assert f" on {day_words((now - timedelta(days=7)).date())}, usually 20; comes within 6 days" in said


def test_volumes_are_shown_as_chart_and_table(world: World, log_in: LogIn) -> None:
    client = log_in("csm")
    assert "No signals in eight weeks" in words_of(client.get("/signals/volumes/"))
    with inside(world):
        count_days(workspace_id=world.workspace.id, by=world.actor, now=database_now())
    answer = client.get("/signals/volumes/")
    assert b"<svg" in answer.content
    assert "Product usage" in words_of(answer)


@pytest.mark.parametrize("role", ["csm", "renewal_manager", "sales"])
def test_only_an_admin_changes_sources(world: World, log_in: LogIn, role: str) -> None:
    client, number = log_in(role), source_id(world, "product")
    assert client.post("/signals/sources/", NEW).status_code == 403
    for part in ("secret", "old-secret", "door", "mapping", "reading", "pull", "pulling"):
        assert client.post(f"/signals/sources/{number}/{part}/", {}).status_code == 403
    page = client.get(f"/signals/sources/{number}/")
    assert page.status_code == 200
    assert b'<form method="post" action="/signals' not in page.content
    with inside(world):
        assert (Source.objects.count(), Hook.objects.count()) == (1, 0)


def test_new_source_shows_address_and_secret_once(world: World, log_in: LogIn) -> None:
    client = log_in("admin")
    assert client.post("/signals/sources/", NEW)["Location"].startswith("/accounts/reauthenticate/")
    with inside(world):
        assert Hook.objects.count() == 0
    confirm(client)
    made = client.post("/signals/sources/", NEW)
    secret = re.search(r"whsec_[\w+/=]+", made.content.decode())
    assert secret is not None
    again = client.get(f"/signals/sources/{source_id(world, 'billing')}/").content.decode()
    assert "whsec_" not in again
    with inside(world):
        assert Hook.objects.get().token in again
        assert SourceMapping.objects.get().shape == "stripe"


@pytest.mark.parametrize(
    ("change", "words"),
    [({"key": "Bad Key"}, "key"), ({"scheme": "stripe"}, "16 to 400"), ({"name": ""}, "required")],
)
def test_source_that_cannot_be_is_explained_and_keeps_what_was_typed(
    world: World, log_in: LogIn, change: dict[str, str], words: str
) -> None:
    client = log_in("admin")
    confirm(client)
    answer = client.post("/signals/sources/", {**NEW, **change})
    assert answer.status_code == 422
    assert b'value="billing"' in answer.content or change.get("key")
    with inside(world):
        assert Source.objects.count() == 1


def hooked(world: World) -> Sender:
    return make_sender(world.workspace.id, key="desk")


def settle(world: World) -> None:
    with inside(world):
        settle_deliveries(workspace_id=world.workspace.id, by=world.actor, now=database_now())


def test_mapping_is_tried_on_the_last_message_before_it_is_kept(world: World, log_in: LogIn) -> None:
    sender = hooked(world)
    sender.send({"verb": "opened", "firm": "A-000"})
    settle(world)
    client, address = log_in("admin"), f"/signals/sources/{sender.source.id}/"
    given = {"shape": "own", "path_type": "verb", "path_account": "firm", "kinds": "opened = usage.logins"}
    tried = client.post(f"{address}mapping/", {**given, "try": "1"})
    assert "usage.logins needs a value" in words_of(tried)
    assert "Tried only" in words_of(tried)
    with inside(world):
        assert not SourceMapping.objects.exists()
    kept = client.post(f"{address}mapping/", {**given, "kinds": "opened = relationship.meeting"})
    assert kept.status_code == 302
    settle(world)
    with inside(world):
        assert Signal.objects.get(kind="relationship.meeting").account.external_id == "A-000"
    assert "1 kept" in words_of(client.get(address))
    wrong = client.post(f"{address}mapping/", {**given, "kinds": "opened = weather.rain"})
    assert (wrong.status_code, "E-SRC-02" in words_of(wrong)) == (422, True)


def test_message_with_half_a_character_is_shown_and_counts(world: World, log_in: LogIn) -> None:
    sender = hooked(world)
    at = (database_now() - timedelta(hours=1)).isoformat()
    event = {"account": "A-000", "kind": "usage.feature_used", "occurred_at": at, "subject": "cut \ud83d"}
    assert sender.send(event).status_code == 202
    settle(world)
    page = log_in("admin").get(f"/signals/sources/{sender.source.id}/")
    assert (page.status_code, "cut \ufffd" in page.content.decode()) == (200, True)
    with inside(world):
        assert Signal.objects.get(source=sender.source).subject == "cut \ufffd"


def test_character_that_no_text_can_hold_is_left_out_of_a_mapping(world: World, log_in: LogIn) -> None:
    sender = hooked(world)
    given = {"shape": "own", "path_account": "fi\x00rm", "kinds": "opened = usage.\x00logins"}
    assert log_in("admin").post(f"/signals/sources/{sender.source.id}/mapping/", given).status_code == 302
    with inside(world):
        kept = SourceMapping.objects.get()
    assert (kept.paths, kept.kinds) == ({"account": "firm"}, {"opened": "usage.logins"})


@pytest.mark.parametrize("place", ["9" * 20, "9" * 300, "²", "-1", "x", "\x00"])
def test_inbox_opens_at_any_place_of_an_address(world: World, log_in: LogIn, place: str) -> None:
    hold(world, "cus_1")
    assert log_in("csm").get("/signals/unmatched/", {"after": place}).status_code == 200
    form = urlencode({f"match:{'9' * 5_000}:cus_1": "A-000"})
    answer = log_in("renewal_manager").post("/signals/matches/", form, "application/x-www-form-urlencoded")
    assert (answer.status_code, "There is no such source." in answer.content.decode()) == (422, False)


def test_name_that_no_account_can_have_is_refused_beside_its_field(world: World, log_in: LogIn) -> None:
    hold(world, "cus_1")
    form = urlencode({f"match:{source_id(world, 'product')}:cus_1": "A-\x00000"})
    answer = log_in("renewal_manager").post("/signals/matches/", form, "application/x-www-form-urlencoded")
    assert (answer.status_code, "No single account is called so" in words_of(answer)) == (422, True)


def test_lists_of_signals_stand_as_cards_on_a_narrow_screen(world: World, log_in: LogIn) -> None:
    hold(world, "cus_1")
    for path, names in (("/signals/", ("State", "Last heard")), ("/signals/unmatched/", ("Source", "Between"))):
        page = log_in("csm").get(path).content.decode()
        assert "table-cards" in page
        assert [name for name in names if f'data-name="{name}"' not in page] == []


def test_amounts_are_hidden_in_a_message_for_who_may_not_see_prices() -> None:
    message = {"total": 98765, "due": "12.50", "id": "in_1", "lines": [{"n": -3}], "is_paid": True}
    assert without_numbers(message) == {
        "total": "•••",
        "due": "•••",
        "id": "in_1",
        "lines": [{"n": "•••"}],
        "is_paid": True,
    }


def test_door_is_shut_and_its_secret_replaced_from_the_page(world: World, log_in: LogIn) -> None:
    sender, client = hooked(world), log_in("admin")
    confirm(client)
    address = f"/signals/sources/{sender.source.id}/"
    client.post(f"{address}door/", {"is_active": "0"})
    assert sender.send({}).status_code == 401
    client.post(f"{address}door/", {"is_active": "1"})
    made = client.post(f"{address}secret/", {"scheme": "standard", "secret": ""})
    assert b"accepted for another day" in made.content
    assert sender.send({}).status_code == 202
    client.post(f"{address}old-secret/")
    assert sender.send({}, message_id="later").status_code == 401
    assert "1 turned away, its signature did not fit" in words_of(client.get(address))


def test_secrets_of_a_source_change_only_after_the_password(world: World, log_in: LogIn) -> None:
    sender, client = hooked(world), log_in("admin")
    address = f"/signals/sources/{sender.source.id}/"
    for part in ("secret", "old-secret", "pull"):
        answer = client.post(
            f"{address}{part}/", {"scheme": "standard"}, headers={"Referer": f"http://testserver{address}"}
        )
        assert answer.url == f"/accounts/reauthenticate/?next={quote(address, safe='')}"
    assert sender.send({}).status_code == 202


def test_pull_is_set_up_stopped_and_refused_for_a_private_address(world: World, log_in: LogIn) -> None:
    sender, client = hooked(world), log_in("admin")
    confirm(client)
    address = f"/signals/sources/{sender.source.id}/"
    terms = {"url": "https://api.example.com/events", "token": "", "header": "Authorization", "every_minutes": "30"}
    wrong = client.post(f"{address}pull/", {**terms, "url": "https://10.0.0.1/"})
    assert (wrong.status_code, "E-SRC-04" in words_of(wrong)) == (422, True)
    assert client.post(f"{address}pull/", terms).status_code == 302
    assert "https://api.example.com/events" in words_of(client.get(address))
    client.post(f"{address}pulling/", {"is_active": "0"})
    with inside(world):
        assert not Pull.objects.get().is_active


def test_system_that_rests_is_said_in_the_list_and_on_the_page_of_its_source(world: World, log_in: LogIn) -> None:
    sender, client = hooked(world), log_in("admin")
    confirm(client)
    address = f"/signals/sources/{sender.source.id}/"
    terms = {"url": "https://api.example.com/events", "token": "", "header": "Authorization", "every_minutes": "30"}
    client.post(f"{address}pull/", terms)
    assert "answers, as far as known" in words_of(client.get(address))
    with inside(world):
        now = database_now()
        for _ in range(4):
            note_answer(pull=Pull.objects.get(), is_probe=False, is_fault=True, by=world.actor, now=now)
    for page in (address, "/signals/"):
        assert "out of order since" in words_of(client.get(page))
        assert "left alone until" in words_of(client.get(page))


@pytest.mark.requirement(2)
def test_names_are_matched_in_bulk_and_taken_back(world: World, log_in: LogIn) -> None:
    hold(world, "cus_1", "cus_1", "cus_2", "a-001")
    client, number = log_in("renewal_manager"), source_id(world, "product")
    page = client.get("/signals/unmatched/")
    assert "3 signals of unknown accounts" in words_of(page)
    assert b'value="A-001"' in page.content  # the guess for a-001
    answer = client.post("/signals/matches/", {f"match:{number}:cus_1": "A-000", f"match:{number}:cus_2": "Nobody"})
    assert answer.status_code == 422
    assert "No single account is called so" in words_of(answer)
    assert b'value="Nobody"' in answer.content
    with inside(world):
        alias = AccountAlias.objects.get()
        assert (alias.name, alias.account.external_id, Unmatched.objects.filter(matched_at=None).count()) == (
            "cus_1",
            "A-000",
            2,
        )
    assert client.post(f"/signals/matches/{alias.id}/removal/").status_code == 302
    with inside(world):
        assert Unmatched.objects.filter(matched_at=None).count() == 3


def test_accounts_are_folded_from_the_page(world: World, log_in: LogIn) -> None:
    client = log_in("renewal_manager")
    wrong = client.post("/signals/folds/", {"folded": "A-000", "into": "Nobody"})
    assert wrong.status_code == 422
    assert client.post("/signals/folds/", {"folded": "A-000", "into": "A-001"}).status_code == 302
    assert "was folded into" in words_of(client.get("/signals/unmatched/"))
    assert "was folded into" not in words_of(log_in("sales").get("/signals/unmatched/"))
    assert client.post("/signals/folds/", {"folded": "A-000", "into": "A-000"}).status_code == 422


def test_matching_needs_the_right_over_every_account(world: World, log_in: LogIn) -> None:
    hold(world, "cus_1")
    client = log_in("csm")
    assert client.post("/signals/matches/", {}).status_code == 403
    assert client.post("/signals/folds/", {}).status_code == 403
    assert "A renewal manager or an admin matches it" in words_of(client.get("/signals/unmatched/"))


def test_source_of_another_workspace_is_not_there(world: World, log_in: LogIn, other_workspace: Workspace) -> None:
    stranger = make_sender(other_workspace.id)
    assert log_in("admin").get(f"/signals/sources/{stranger.source.id}/").status_code == 404


def test_list_takes_the_same_queries_for_one_and_many_sources(
    world: World, log_in: LogIn, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        make_sender(world.workspace.id, key=f"s{number}")
    client = log_in("csm")
    client.get("/signals/")
    with django_assert_max_num_queries(30):
        client.get("/signals/")


def test_tone_of_a_message_is_corrected_from_the_timeline(world: World, log_in: LogIn) -> None:
    with inside(world):
        at = (database_now() - timedelta(hours=1)).isoformat()
        given = {"account": "A-000", "kind": "support.message", "occurred_at": at, "text": "Great, broken again"}
        record_signals(
            workspace_id=world.workspace.id, source_key="product", items=[given], by=world.actor, now=database_now()
        )
        signal = Signal.objects.get(kind="support.message")
    address = f"/accounts/{signal.account_id}/tones/{signal.id}/"
    client = log_in("csm")
    assert address in client.get(f"/accounts/{signal.account_id}/?kind=signals").content.decode()
    assert "Great, broken again" in words_of(client.get(address))
    assert client.post(address, {"tone": "5"}).status_code == 422
    assert client.post(address, {"tone": "-1"}).status_code == 302
    with inside(world):
        assert ToneCorrection.objects.get().tone == -1
    assert log_in("sales").get(address).status_code == 403
