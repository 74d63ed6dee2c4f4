"""Confirm that it is you, as the page of the log-in does, for the tests of what asks for it."""

from django.test import Client

from tests.dashboards.world import PASSWORD


def confirm(client: Client) -> None:
    """Give the password once more."""
    answer = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/settings/"})
    assert (answer.status_code, answer.url) == (302, "/settings/")


def confirmed(client: Client) -> Client:
    """Return the client once it has confirmed."""
    confirm(client)
    return client
