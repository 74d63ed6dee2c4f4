"""The page about the API says what the code does."""

import json
import re

import pytest
from rest_framework.test import APIClient

from renewals.actions.api_keys import create_api_key
from renewals.actions.idempotency import KEPT_FOR, LONGEST
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor, system_actor
from renewals.core.api_scopes import API_SCOPES
from renewals.models import Account, User, Workspace
from renewals.rest.pages import Pages
from tests.architecture.house import ROOT
from tests.plugins.database import NOW

TEXT = (ROOT / "docs" / "api.md").read_text("utf-8")


def test_scopes_in_the_table_are_those_of_the_code() -> None:
    assert dict(re.findall(r"^\| `(\w+:\w)` \| (.+) \|$", TEXT, re.MULTILINE)) == dict(API_SCOPES)


@pytest.mark.parametrize(
    "claim",
    [
        f"pages of {Pages.page_size} (`?{Pages.page_size_query_param}=` up to {Pages.max_page_size})",
        f"up to {LONGEST} characters",
        "kept for a day" if KEPT_FOR.days == 1 else "",
    ],
)
def test_limits_in_the_text_are_those_of_the_code(claim: str) -> None:
    assert claim != ""
    assert claim in " ".join(TEXT.split())


@pytest.mark.requirement(2)
def test_example_of_a_batch_is_answered_as_printed(workspace: Workspace) -> None:
    sent, printed = (json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL))
    answer = _client(workspace).post("/api/v1/signals/batch", sent, format="json")
    assert (answer.status_code, answer.json()) == (207, printed)


def _client(workspace: Workspace) -> APIClient:
    with in_workspace(workspace.id, by=system_actor(workspace.id, "docs")):
        user = User.objects.create_user("ada@acme.example", name="Ada")
        Account.objects.create(
            workspace=workspace, external_id="A-17", name="Northwind", currency="EUR", created_at=NOW, updated_at=NOW
        )
        by = person_actor(workspace.id, user.id, "Ada")
        secret = create_api_key(name="docs", scopes=["signals:w"], by=by, now=NOW).secret
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client
