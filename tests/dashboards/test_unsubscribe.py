"""The address that stops messages: GET asks, POST acts once, without log-in, cookie or redirect (RFC 8058)."""

import pytest
from django.test import Client

from playbooks.queries.unsubscribe_links import unsubscribe_token
from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Suppression, Workspace
from tests.playbooks.factories import make_account, make_contact, make_person


@pytest.fixture
def address(inside: Workspace) -> str:
    contact = make_contact(make_account(inside, make_person(inside)))
    return f"/unsubscribe/{unsubscribe_token(workspace_id=inside.id, contact_id=contact.id)}/"


def classes(workspace: Workspace, actor: Actor) -> list[str]:
    with in_workspace(workspace.id, by=actor):
        return sorted(Suppression.objects.values_list("message_class", flat=True))


def test_unsubscribe_get_asks_and_changes_nothing(address: str, workspace: Workspace, actor: Actor) -> None:
    answer = Client(enforce_csrf_checks=True).get(address)
    assert answer.status_code == 200
    assert "Stop these messages?" in answer.content.decode()
    assert classes(workspace, actor) == []


def test_unsubscribe_post_stops_suppressible_classes_once(address: str, workspace: Workspace, actor: Actor) -> None:
    mail_program = Client(enforce_csrf_checks=True)
    answers = [mail_program.post(address, {"List-Unsubscribe": "One-Click"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert classes(workspace, actor) == ["marketing", "relationship"]


@pytest.mark.parametrize("token", ["1.1", "1.1:forged", "x"])
def test_unsubscribe_forged_token_does_not_exist(db: None, token: str) -> None:
    assert Client().post(f"/unsubscribe/{token}/").status_code == 404
