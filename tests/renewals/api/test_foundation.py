"""The API's foundation: keys, scopes, problems, cursor pages, and writes that may be repeated."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connections
from django.test import override_settings
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from renewals.actions.api_keys import create_api_key, hash_secret, revoke_api_key
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor, system_actor
from renewals.core.errors import Conflict, UnknownChoice
from renewals.models import Account, ApiKeyUse, IdempotencyKey, Team, User
from renewals.queries.clock import database_now
from renewals.rest.auth import workspace_view
from renewals.rest.idempotency import idempotent
from tests.plugins.database import NOW, make_workspace

STARTED, MAY_FINISH = threading.Event(), threading.Event()


class Teams(APIView):
    """A view made for these tests: it writes one team for each call."""

    scopes = {"GET": "accounts:r", "POST": "accounts:w"}

    @workspace_view
    def get(self, request: Request) -> Response:
        """Return the names."""
        return Response(list(Team.objects.order_by("id").values_list("name", flat=True)))

    @idempotent
    def post(self, request: Request) -> Response:
        """Write one, or refuse after writing, or fail after writing."""
        team = Team.objects.create(workspace_id=request.user.workspace_id, name=request.data["name"])
        if team.name == "refused":
            raise Conflict("This team is refused.", why="Because the test says so.")
        if team.name == "broken":
            raise ZeroDivisionError("secret detail")
        if team.name == "slow":
            STARTED.set()
            assert MAY_FINISH.wait(20)
        return Response({"id": team.id, "name": team.name}, status=201)


urlpatterns = [path("api/v1/", include("renewals.api.urls")), path("teams/", Teams.as_view())]
pytestmark = pytest.mark.urls(__name__)


def make_key(workspace_id: int, scopes: tuple[str, ...] = ("accounts:r", "accounts:w"), **more: object) -> str:
    """Return the secret of a new key."""
    with in_workspace(workspace_id, by=system_actor(workspace_id, "tests")):
        user, _ = User.objects.get_or_create(email=f"admin{workspace_id}@example.com", defaults={"name": "Ada"})
        actor = person_actor(workspace_id, user.id, "Ada")
        return create_api_key(name="Loader", scopes=scopes, by=actor, now=NOW, **more).secret


def client(secret: str) -> APIClient:
    """Return a client that sends this key."""
    made = APIClient(raise_request_exception=False)
    made.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return made


@pytest.fixture
def caller(workspace) -> APIClient:
    """A client with a key of `workspace`."""
    return client(make_key(workspace.id))


def make_accounts(workspace_id: int, count: int) -> list[int]:
    """Insert bare accounts."""
    with in_workspace(workspace_id, by=system_actor(workspace_id, "tests")):
        return [
            Account.objects.create(
                workspace_id=workspace_id,
                external_id=f"A{number}",
                name=f"Account {number}",
                currency="EUR",
                created_at=NOW,
                updated_at=NOW,
            ).id
            for number in range(count)
        ]


def test_call_with_a_bad_key_gets_one_answer_whatever_is_wrong(workspace, other_workspace) -> None:
    secret = make_key(workspace.id)
    forged = secret.replace(f"prn_{workspace.id}_", f"prn_{other_workspace.id}_")
    answers = {
        client(bad).get("/teams/").content
        for bad in (forged, secret[:-1], secret + "x", "prn_x_y", "prn_9999999999999999999_y", "nonsense", "a b", "ü")
    }
    assert len(answers) == 1
    answer = client(forged).get("/teams/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Perennial"'
    assert APIClient().get("/teams/").status_code == 401


def test_key_after_expiry_or_revocation_is_refused(workspace) -> None:
    expired = make_key(workspace.id, expires_at=NOW)
    living = make_key(workspace.id)
    assert client(expired).get("/teams/").status_code == 401
    assert client(living).get("/teams/").status_code == 200
    actor = system_actor(workspace.id, "tests")
    with in_workspace(workspace.id, by=actor):
        from_hash = ApiKeyUse.objects.get().api_key
        assert from_hash.secret_hash == hash_secret(living)
        first = revoke_api_key(key_id=from_hash.id, by=actor, now=NOW)
        again = revoke_api_key(key_id=from_hash.id, by=actor, now=NOW + timedelta(days=1))
        assert first.revoked_at == again.revoked_at == NOW
    assert client(living).get("/teams/").status_code == 401


def test_secret_is_kept_only_as_a_hash_and_use_is_noted_once_a_minute(workspace, django_assert_num_queries) -> None:
    secret = make_key(workspace.id)
    client(secret).get("/teams/")
    client(secret).get("/teams/")
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        use = ApiKeyUse.objects.get()
        assert use.last_used_at == database_now()
        assert secret.split("_", 2)[2] not in str(vars(use.api_key))


def test_key_without_the_scope_may_not_call_and_unknown_scopes_are_refused(workspace) -> None:
    reader = client(make_key(workspace.id, scopes=("accounts:r",)))
    refused = reader.post("/teams/", {"name": "A"}, format="json")
    assert (refused.status_code, refused.json()["title"]) == (403, "This key may not do that")
    assert reader.delete("/teams/").status_code == 403
    assert reader.get("/teams/").json() == []
    with pytest.raises(UnknownChoice):
        make_key(workspace.id, scopes=("everything",))


def test_account_list_pages_by_cursor_inside_the_workspace_alone(caller, workspace, other_workspace) -> None:
    mine, theirs = make_accounts(workspace.id, 5), make_accounts(other_workspace.id, 1)
    seen, address = [], "/api/v1/accounts/?limit=2"
    while address:
        page = caller.get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == mine
    assert caller.get(f"/api/v1/accounts/{mine[0]}/").json()["external_id"] == "A0"
    missing, foreign = caller.get("/api/v1/accounts/999999999/"), caller.get(f"/api/v1/accounts/{theirs[0]}/")
    assert missing.status_code == foreign.status_code == 404
    assert missing.json()["title"] == foreign.json()["title"] == "There is nothing here"


@pytest.mark.parametrize(("scopes", "arr"), [(("accounts:r",), None), (("accounts:r", "terms:r"), "0.00")])
def test_amounts_show_only_to_keys_with_the_scope_for_prices(workspace, scopes: tuple[str, ...], arr) -> None:
    (account_id,) = make_accounts(workspace.id, 1)
    shown = client(make_key(workspace.id, scopes=scopes)).get(f"/api/v1/accounts/{account_id}/").json()["arr_amount"]
    assert shown == arr


def test_write_repeated_with_its_key_returns_the_first_answer_and_writes_once(caller) -> None:
    first = caller.post("/teams/", {"name": "North"}, format="json", headers={"Idempotency-Key": "k1"})
    again = caller.post("/teams/", {"name": "North"}, format="json", headers={"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert caller.get("/teams/").json() == ["North"]


def test_key_with_another_body_or_address_is_refused(caller) -> None:
    caller.post("/teams/", {"name": "North"}, format="json", headers={"Idempotency-Key": "k1"})
    for other in (("/teams/", {"name": "South"}), ("/teams/?x=1", {"name": "North"})):
        refused = caller.post(*other, format="json", headers={"Idempotency-Key": "k1"})
        assert (refused.status_code, refused.json()["code"]) == (422, "E-IDEM-01")
    assert caller.get("/teams/").json() == ["North"]


@pytest.mark.parametrize("key", ["", " ", "x" * 256])
def test_key_of_a_wrong_length_is_refused(caller, key: str) -> None:
    assert caller.post("/teams/", {"name": "North"}, format="json", headers={"Idempotency-Key": key}).status_code == 400
    assert caller.get("/teams/").json() == []


def test_same_key_in_another_workspace_is_another_key(caller, other_workspace) -> None:
    stranger = client(make_key(other_workspace.id))
    for each in (caller, stranger):
        assert each.post("/teams/", {"name": "N"}, format="json", headers={"Idempotency-Key": "k"}).status_code == 201
    assert stranger.get("/teams/").json() == ["N"]


def test_key_is_forgotten_after_a_day(caller, workspace) -> None:
    caller.post("/teams/", {"name": "North"}, format="json", headers={"Idempotency-Key": "k1"})
    with in_workspace(workspace.id, by=system_actor(workspace.id, "tests")):
        IdempotencyKey.objects.update(created_at=database_now() - timedelta(hours=24))
    answer = caller.post("/teams/", {"name": "South"}, format="json", headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201


@pytest.mark.parametrize(("name", "status"), [("refused", 409), ("broken", 500)])
def test_write_that_is_refused_or_fails_leaves_nothing_and_frees_the_key(caller, name: str, status: int) -> None:
    answer = caller.post("/teams/", {"name": name}, format="json", headers={"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert "secret detail" not in answer.content.decode()
    assert caller.get("/teams/").json() == []
    retry = caller.post("/teams/", {"name": "North"}, format="json", headers={"Idempotency-Key": "k1"})
    assert retry.status_code == 201


def test_named_error_becomes_a_problem_with_its_four_parts(caller) -> None:
    answer = caller.post("/teams/", {"name": "refused"}, format="json").json()
    assert answer == {
        "type": "about:blank",
        "title": "Something else came first",
        "status": 409,
        "detail": "This team is refused. Because the test says so.",
        "code": "E-CONF-01",
        "remedy": "Load it again and repeat your change if it still applies.",
    }


@pytest.mark.parametrize(
    ("body", "content_type", "status"), [("{", "application/json", 400), ("a=1", "text/plain", 415)]
)
def test_body_that_cannot_be_read_is_a_problem(caller, body: str, content_type: str, status: int) -> None:
    answer = caller.generic("POST", "/teams/", body, content_type=content_type)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


@pytest.fixture
def slow_world(committed: None) -> Iterator[APIClient]:
    """A committed workspace, and the events that hold a slow request."""
    STARTED.clear()
    MAY_FINISH.clear()
    yield client(make_key(make_workspace("acme").id))
    MAY_FINISH.set()


@override_settings(ROOT_URLCONF=__name__)
def test_same_key_while_the_first_request_runs_is_told_to_wait(slow_world: APIClient) -> None:
    answers: list[int] = []

    def call_slowly() -> None:
        answers.append(
            slow_world.post("/teams/", {"name": "slow"}, format="json", headers={"Idempotency-Key": "k"}).status_code
        )
        connections.close_all()

    first = threading.Thread(target=call_slowly)
    first.start()
    assert STARTED.wait(20)
    second = slow_world.post("/teams/", {"name": "slow"}, format="json", headers={"Idempotency-Key": "k"})
    MAY_FINISH.set()
    first.join(20)
    assert (second.status_code, second.json()["code"]) == (409, "E-IDEM-02")
    third = slow_world.post("/teams/", {"name": "slow"}, format="json", headers={"Idempotency-Key": "k"})
    assert (answers, third.status_code, third.headers["Idempotent-Replayed"]) == ([201], 201, "true")
    assert slow_world.get("/teams/").json() == ["slow"]
