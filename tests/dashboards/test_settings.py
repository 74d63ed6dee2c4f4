"""Settings: people, keys and rates change once and as told; what was typed wrongly is kept."""

import re
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Account, ApiKey, FxRate, Membership, User, Workspace
from renewals.queries.clock import database_now
from tests.dashboards.confirming import confirmed
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import make_member

LOOKERS = ("auditor", "renewal_manager", "cs_manager", "finance")
REFUSED = ("csm", "sales", "executive", "product_viewer")
PARTS = ("people", "keys", "lifecycle", "segments", "rates", "closed")
NEW_MEMBER = {"email": "new@acme.example", "name": "New Person", "role": "csm", "team": "North", "scope": "team"}


@pytest.fixture
def people(workspace: Workspace, actor: Actor) -> dict[str, User]:
    with in_workspace(workspace.id, by=actor):
        return {role: make_member(workspace, role) for role in ("admin", *LOOKERS, *REFUSED)}


@pytest.fixture
def admin(people: dict[str, User], client: Client) -> Client:
    client.force_login(people["admin"])
    return client


def members(workspace: Workspace, actor: Actor, email: str) -> list[tuple[str, str, str, bool]]:
    with in_workspace(workspace.id, by=actor):
        rows = Membership.objects.filter(user__email=email).select_related("team")
        return [(row.role, row.record_scope, row.team.name if row.team else "", row.is_active) for row in rows]


@pytest.mark.parametrize("part", PARTS)
def test_part_has_a_table_and_is_marked_in_the_tabs(part: str, admin: Client) -> None:
    html = admin.get(f"/settings/?part={part}").content.decode()
    assert re.search(rf'<a class="tab" href="/settings/\?part={part}" aria-current="page"', html)
    assert "<table" in html


def test_unknown_part_shows_the_people(admin: Client) -> None:
    assert 'href="/settings/?part=people" aria-current="page"' in admin.get("/settings/?part=zzz").content.decode()


def test_person_is_let_in_once_and_a_second_time_gets_the_new_role(
    admin: Client, workspace: Workspace, actor: Actor
) -> None:
    for _ in range(2):
        answer = admin.post("/settings/people/", NEW_MEMBER, follow=True)
    assert "new@acme.example is in." in words_of(answer.content.decode())
    assert members(workspace, actor, "new@acme.example") == [("csm", "team", "North", True)]
    admin.post("/settings/people/", NEW_MEMBER | {"role": "finance", "scope": "", "team": ""})
    assert members(workspace, actor, "new@acme.example") == [("finance", "", "", True)]


@pytest.mark.parametrize(("field", "value"), [("email", "not an address"), ("role", "king"), ("scope", "galaxy")])
def test_person_typed_wrongly_is_asked_again_with_what_was_typed(
    field: str, value: str, admin: Client, workspace: Workspace, actor: Actor
) -> None:
    answer = admin.post("/settings/people/", NEW_MEMBER | {field: value})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="New Person"' in html
    assert 'aria-invalid="true"' in html
    assert members(workspace, actor, "new@acme.example") == []


def test_access_is_taken_away_and_the_last_admin_stays(
    admin: Client, people: dict[str, User], workspace: Workspace, actor: Actor
) -> None:
    with in_workspace(workspace.id, by=actor):
        ids = dict(Membership.objects.values_list("user__email", "id"))
    for _ in range(2):
        admin.post(f"/settings/people/{ids['csm@acme.example']}/removal/")
    assert members(workspace, actor, "csm@acme.example") == [("csm", "", "", False)]
    answer = admin.post(f"/settings/people/{ids['admin@acme.example']}/removal/", follow=True)
    assert "The last admin cannot leave." in words_of(answer.content.decode())
    admin.force_login(people["csm"])
    assert admin.get("/queue/").status_code == 403


def test_key_is_shown_once_and_kept_as_its_hash(admin: Client, workspace: Workspace, actor: Actor) -> None:
    html = confirmed(admin).post("/settings/keys/", {"name": "Warehouse", "scopes": ["signals:w"]}).content.decode()
    secret = re.search(r"prn_\d+_[\w-]+", html)[0]
    assert secret not in admin.get("/settings/?part=keys").content.decode()
    with in_workspace(workspace.id, by=actor):
        key = ApiKey.objects.get()
    assert (key.name, key.scopes) == ("Warehouse", ["signals:w"])
    assert secret not in (key.secret_hash, key.prefix)


def test_key_is_made_only_by_who_has_just_confirmed(admin: Client, workspace: Workspace, actor: Actor) -> None:
    answer = admin.post("/settings/keys/", {"name": "Warehouse", "scopes": ["signals:w"]})
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    with in_workspace(workspace.id, by=actor):
        assert ApiKey.objects.count() == 0


def test_key_without_a_scope_is_asked_again_and_none_is_made(admin: Client, workspace: Workspace, actor: Actor) -> None:
    answer = confirmed(admin).post("/settings/keys/", {"name": "Warehouse"})
    assert (answer.status_code, 'value="Warehouse"' in answer.content.decode()) == (422, True)
    with in_workspace(workspace.id, by=actor):
        assert ApiKey.objects.count() == 0


def test_key_is_revoked_once(admin: Client, workspace: Workspace, actor: Actor) -> None:
    confirmed(admin).post("/settings/keys/", {"name": "Warehouse", "scopes": ["signals:w"]})

    def revoked() -> tuple[int, datetime]:
        with in_workspace(workspace.id, by=actor):
            key = ApiKey.objects.get()
            return key.id, key.revoked_at

    key_id, _ = revoked()
    admin.post(f"/settings/keys/{key_id}/revocation/")
    once = revoked()
    admin.post(f"/settings/keys/{key_id}/revocation/")
    assert once[1] is not None
    assert revoked() == once
    assert "Revoked" in words_of(admin.get("/settings/?part=keys").content.decode())


def test_rate_is_kept_and_a_second_one_of_the_day_replaces_it(
    admin: Client, workspace: Workspace, actor: Actor
) -> None:
    for rate in ("1.08", "1.09"):
        admin.post("/settings/rates/", {"currency": "eur", "rate_on": "2026-03-01", "rate": rate})
    with in_workspace(workspace.id, by=actor):
        rows = list(FxRate.objects.values_list("currency", "rate_on", "rate"))
    assert rows == [("EUR", date(2026, 3, 1), Decimal("1.09"))]
    assert "EUR" in words_of(admin.get("/settings/?part=rates").content.decode())


@pytest.mark.parametrize(
    ("currency", "rate", "said"),
    [
        ("USD", "1", "is not a rate of USD"),
        ("EUR", "0", "is not a rate"),
        ("ZZZ", "1", "ZZZ"),
        ("EUR", "x", "Enter a number"),
    ],
)
def test_rate_that_is_none_is_refused_and_kept_as_typed(
    currency: str, rate: str, said: str, admin: Client, workspace: Workspace, actor: Actor
) -> None:
    answer = admin.post("/settings/rates/", {"currency": currency, "rate_on": "2026-03-01", "rate": rate})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert f'value="{currency}"' in html
    with in_workspace(workspace.id, by=actor):
        assert FxRate.objects.count() == 0


@pytest.mark.parametrize("role", LOOKERS)
def test_role_that_may_look_changes_nothing(role: str, people: dict[str, User], client: Client) -> None:
    client.force_login(people[role])
    html = client.get("/settings/").content.decode()
    assert 'action="/settings' not in html
    for door in ("people", "keys", "rates", "people/1/removal", "keys/1/revocation"):
        assert client.post(f"/settings/{door}/").status_code == 403


@pytest.mark.parametrize("role", REFUSED)
def test_role_without_the_right_is_refused(role: str, people: dict[str, User], client: Client) -> None:
    client.force_login(people[role])
    assert client.get("/settings/").status_code == 403


def test_stranger_is_asked_to_log_in(client: Client, db: None) -> None:
    assert client.get("/settings/")["Location"].startswith("/accounts/login/")


def test_person_and_key_of_another_workspace_do_not_exist(
    admin: Client, workspace: Workspace, other_workspace: Workspace, actor: Actor
) -> None:
    confirmed(admin).post("/settings/keys/", {"name": "Canary", "scopes": ["signals:w"]})
    with in_workspace(workspace.id, by=actor):
        key_id = ApiKey.objects.get().id
        member_id = Membership.objects.get(user__email="csm@acme.example").id
    with in_workspace(other_workspace.id, by=system_actor(other_workspace.id, "tests")):
        admin.force_login(make_member(other_workspace, "admin"))
    answers = [
        admin.post(f"/settings/keys/{key_id}/revocation/", follow=True),
        admin.post(f"/settings/people/{member_id}/removal/", follow=True),
        admin.get("/settings/?part=keys"),
        admin.get("/settings/"),
    ]
    assert not [answer for answer in answers if b"Canary" in answer.content or b"acme.example" in answer.content]
    assert members(workspace, actor, "csm@acme.example") == [("csm", "", "", True)]
    with in_workspace(workspace.id, by=actor):
        assert ApiKey.objects.get().revoked_at is None


@pytest.mark.parametrize("number", [1, 3])
def test_people_ask_the_same_number_of_queries_for_one_and_three(
    number: int, workspace: Workspace, actor: Actor, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with in_workspace(workspace.id, by=actor):
        client.force_login(make_member(workspace, "admin"))
        for role in REFUSED[:number]:
            make_member(workspace, role)
    client.get("/settings/")
    with django_assert_num_queries(11):
        client.get("/settings/")


def test_every_part_says_the_moment_it_is_empty(admin: Client) -> None:
    assert "Nothing yet." in admin.get("/settings/?part=keys").content.decode()
    assert "Nothing yet." in admin.get("/settings/?part=rates").content.decode()


def test_addresses_of_messages_are_kept_shown_and_refused_when_they_are_none(
    admin: Client, workspace: Workspace, actor: Actor
) -> None:
    assert "Not set" in words_of(admin.get("/settings/?part=addresses").content.decode())
    given = {"postal_address": "1 Harbour Street", "booking_url": "https://book.example/{owner}", "resources_url": ""}
    refused = admin.post("/settings/addresses/", given | {"resources_url": "help.example"})
    assert (refused.status_code, "is no address of a page" in words_of(refused.content.decode())) == (422, True)
    assert admin.post("/settings/addresses/", given).status_code == 302
    html = admin.get("/settings/?part=addresses").content.decode()
    assert 'value="https://book.example/{owner}"' in html


def test_sponsor_of_an_account_is_named_on_its_page_with_who_and_since(
    admin: Client, people: dict[str, User], workspace: Workspace, actor: Actor
) -> None:
    with in_workspace(workspace.id, by=actor):
        account = Account.objects.create(
            workspace=workspace,
            external_id="S-1",
            name="Sable",
            currency="EUR",
            created_at=database_now(),
            updated_at=database_now(),
        )
    about, path = f"/accounts/{account.id}/about/", f"/accounts/{account.id}/sponsor/"
    assert "Nobody is named for this account" in words_of(admin.get(about).content.decode())
    admin.post(path, {"person": str(people["csm"].id), "since": "2026-03-02", "note": "Old friends"})
    admin.post(path, {"person": str(people["admin"].id), "since": "2026-05-02", "note": ""})
    words = words_of(admin.get(about).content.decode())
    assert f"{people['admin'].name}, since 2 May 2026" in words
    assert f"{people['csm'].name}, since 2 Mar 2026 until 2 May 2026" in words
    assert admin.post(path, {"person": "", "since": "soon"}, follow=True).status_code == 200
    admin.force_login(people["auditor"] if "auditor" in people else people["csm"])
    assert admin.post(path, {"person": "", "since": "2026-06-01"}).status_code in (403, 404)
