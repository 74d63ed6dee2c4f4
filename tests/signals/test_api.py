"""The batch door of the API: verdicts per item, and every odd body refused with a reason."""

import gzip
import json
from typing import Any

import pytest
from django.urls import include, path
from rest_framework.test import APIClient

from renewals.actions.api_keys import create_api_key
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor, system_actor
from renewals.models import User, Workspace
from signals.models import Signal, Source
from tests.signals.factories import NOW, item, make_account

urlpatterns = [path("api/v1/", include("signals.api.urls"))]
pytestmark = pytest.mark.urls(__name__)
BATCH = "/api/v1/signals/batch"


def make_client(workspace_id: int, *scopes: str) -> APIClient:
    with in_workspace(workspace_id, by=system_actor(workspace_id, "t")):
        user, _ = User.objects.get_or_create(email=f"admin{workspace_id}@example.com", defaults={"name": "Ada"})
        actor = person_actor(workspace_id, user.id, "Ada")
        secret = create_api_key(name="Loader", scopes=scopes, by=actor, now=NOW).secret
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


@pytest.fixture
def client(workspace: Workspace) -> APIClient:
    with in_workspace(workspace.id, by=system_actor(workspace.id, "t")):
        make_account(workspace.id)
    return make_client(workspace.id, "signals:w")


def post(client: APIClient, *items: Any, source: Any = "product", **headers: str) -> Any:
    return client.post(BATCH, {"source": source, "signals": list(items)}, format="json", headers=headers)


def post_raw(client: APIClient, body: bytes | str, content_type: str = "application/json", **headers: str) -> Any:
    return client.post(BATCH, body, content_type=content_type, headers=headers)


def kept(workspace: Workspace) -> int:
    with in_workspace(workspace.id, by=system_actor(workspace.id, "t")):
        return Signal.objects.count()


@pytest.mark.requirement(2)
def test_batch_answers_with_a_verdict_per_item_and_keeps_the_good_ones(workspace: Workspace, client: APIClient) -> None:
    answer = post(client, item(external_id="a"), item(value=-1), item("A-9"), item(external_id="a", value=5))
    assert answer.status_code == 207
    body = answer.json()
    assert [body[name] for name in ("sent", "accepted", "duplicate", "refused", "unmatched")] == [4, 1, 1, 1, 1]
    assert [(each["position"], each["verdict"], each.get("code")) for each in body["results"]] == [
        (0, "accepted", None),
        (1, "refused", "E-SIG-01"),
        (2, "unmatched", "E-REF-01"),
        (3, "duplicate", None),
    ]
    assert body["results"][3]["differs"] is True
    assert body["results"][1]["remedy"] == "It means: events recorded in the product."
    assert kept(workspace) == 1


def test_clean_batch_answers_200_and_again_unchanged(workspace: Workspace, client: APIClient) -> None:
    assert [post(client, item(external_id="a")).status_code for _ in range(2)] == [200, 200]
    assert post(client, item(external_id="a")).json()["results"] == [{"position": 0, "verdict": "unchanged"}]
    assert kept(workspace) == 1


def test_source_is_made_on_its_first_batch(workspace: Workspace, client: APIClient) -> None:
    post(client, item(), source="desk")
    with in_workspace(workspace.id, by=system_actor(workspace.id, "t")):
        assert list(Source.objects.values_list("key", "kind")) == [("desk", "api")]


def test_idempotency_key_gives_the_first_answer_again(workspace: Workspace, client: APIClient) -> None:
    first, second = (post(client, item(external_id="a"), **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.json(), second.json()["accepted"]) == (second.json(), 1)
    assert post(client, item(external_id="b"), **{"Idempotency-Key": "k"}).status_code == 422
    assert kept(workspace) == 1


def test_batch_of_10001_is_refused_whole(workspace: Workspace, client: APIClient) -> None:
    answer = post(client, *([{}] * 10_001))
    assert (answer.status_code, answer.json()["code"]) == (413, "E-SIG-05")
    assert kept(workspace) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "E-JSON-01"),
        (b"{", "E-JSON-01"),
        (b"[]", "E-JSON-01"),
        (b'{"source": "a", "signals": {}}', "E-JSON-01"),
        (b'{"source": "a", "signals": [], "team": 1}', "E-FIELD-01"),
        (b'{"source": "a", "signals": [{"value": 1, "value": 2}]}', "E-JSON-01"),
        (b'{"source": "a", "signals": [{"value": NaN}]}', "E-JSON-01"),
        (b'{"source": "a", "signals": [{"value": 1e400}]}', "E-JSON-01"),
        (b'{"source": "a", "signals": [{"value": ' + b"9" * 5000 + b"}]}", "E-JSON-01"),
        (b'{"source": "a", "signals": ' + b"[" * 5000 + b"]" * 5000 + b"}", "E-JSON-01"),
        (b'{"source": "\xff", "signals": []}', "E-JSON-01"),
        (b'{"source": "a", "signals": [{"\\ud800": 1}]}', "E-JSON-01"),
        (b'{"source": "Not a Slug", "signals": []}', "E-SIG-06"),
        (b'{"source": 7, "signals": []}', "E-SIG-06"),
        (b'{"signals": []}', "E-SIG-06"),
    ],
)
def test_body_that_is_no_batch_is_refused_with_400(client: APIClient, body: bytes, code: str) -> None:
    answer = post_raw(client, body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert (answer.json()["code"], bool(answer.json()["remedy"])) == (code, True)


def test_malformed_json_is_refused_with_its_place(client: APIClient) -> None:
    assert post_raw(client, b'{"source":\n "a",}').json()["where"] == "line 2, column 6"


def test_pair_of_surrogates_is_a_character(workspace: Workspace, client: APIClient) -> None:
    signal = json.dumps(item(kind="support.message", text="\U0001f600"))
    assert "\\ud83d" in signal
    assert post_raw(client, f'{{"source": "a", "signals": [{signal}]}}').status_code == 200
    with in_workspace(workspace.id, by=system_actor(workspace.id, "t")):
        assert Signal.objects.get().text == "\U0001f600"


def test_deep_value_is_refused_per_item(client: APIClient) -> None:
    signal = json.dumps(item(kind="usage.logins"))[:-1]
    deep = "[" * 400 + "]" * 400
    answer = post_raw(client, f'{{"source": "a", "signals": [{signal}, "value": {deep}}}]}}')
    assert [each["code"] for each in answer.json()["results"]] == ["E-SIG-01"]


@pytest.mark.parametrize(
    ("content_type", "headers", "status"),
    [
        ("text/csv", {}, 415),
        ("application/x-www-form-urlencoded", {}, 415),
        ("application/json; charset=latin-1", {}, 415),
        ("application/json; charset=utf-8", {}, 200),
        ("application/json", {"Content-Encoding": "gzip"}, 415),
    ],
)
def test_content_type_other_than_plain_utf8_json_is_refused(
    client: APIClient, content_type: str, headers: dict[str, str], status: int
) -> None:
    body = b'{"source": "a", "signals": []}'
    packed = gzip.compress(body) if headers else body
    assert post_raw(client, packed, content_type, **headers).status_code == status


def test_body_beyond_the_limit_is_refused_with_413(client: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = post_raw(client, b'{"source": "a", "signals": []}' + b" " * 1000)
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_key_without_the_scope_or_of_nobody_is_refused(workspace: Workspace, client: APIClient) -> None:
    assert post(make_client(workspace.id, "accounts:r"), item()).status_code == 403
    assert post(APIClient(), item()).status_code == 401
    assert kept(workspace) == 0


def test_account_of_another_workspace_is_unknown_to_the_key(other_workspace: Workspace, client: APIClient) -> None:
    stranger = make_client(other_workspace.id, "signals:w")
    assert [each["code"] for each in post(stranger, item()).json()["results"]] == ["E-REF-01"]
