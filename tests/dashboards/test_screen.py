"""The frame of every page turns what an action refused into an answer with words, and nothing is written."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from dashboards.screen import screen
from renewals.core.errors import AlreadyClosed, NamedError, NegativeAmount, NotPermitted, UnknownReference
from renewals.models import Team, User, Workspace
from tests.dashboards.world import make_member


@pytest.fixture
def user(inside: Workspace) -> User:
    return make_member(inside, "csm")


def ask(user: User, error: NamedError) -> HttpResponse:
    @screen("queue.view")
    def view(request: HttpRequest) -> HttpResponse:
        Team.objects.create(workspace=request.workspace, name="written before the refusal")
        raise error

    request = RequestFactory().get("/queue/")
    request.user, request.session, request.htmx = user, {}, False
    return view(request)


@pytest.mark.parametrize(
    ("error", "status"), [(NegativeAmount("It is below zero."), 422), (AlreadyClosed("It is closed."), 409)]
)
def test_screen_refusal_is_said_and_nothing_is_written(
    user: User, inside: Workspace, error: NamedError, status: int
) -> None:
    answer = ask(user, error)
    assert answer.status_code == status
    assert error.what in answer.content.decode()
    assert "Nothing was changed." in answer.content.decode()
    assert not Team.objects.filter(name="written before the refusal").exists()


@pytest.mark.parametrize(
    ("error", "raised"), [(UnknownReference("Not here."), Http404), (NotPermitted("No."), PermissionDenied)]
)
def test_screen_missing_and_forbidden_become_their_own_pages(
    user: User, error: NamedError, raised: type[Exception]
) -> None:
    with pytest.raises(raised):
        ask(user, error)


def test_screen_without_log_in_leads_to_it_and_back(db: None, client: Client) -> None:
    assert client.get("/queue/?segment=small").headers["Location"] == "/accounts/login/?next=/queue/%3Fsegment%3Dsmall"
