"""The API answers where interfaces promise, and its schema describes every address."""

import pytest
from django.test import Client
from django.urls import reverse


@pytest.mark.parametrize("address", ["/api/v1/accounts/", "/api/v1/signals/batch"])
def test_api_address_without_a_key_is_refused_as_problem(db, client: Client, address: str) -> None:
    answer = client.get(address) if address.endswith("/") else client.post(address, b"[]", "application/json")
    assert answer.status_code == 401
    assert answer["Content-Type"].startswith("application/problem+json")


def test_api_schema_describes_every_address(db, client: Client) -> None:
    answer = client.get(reverse("api_schema"), headers={"accept": "application/vnd.oai.openapi+json"})
    assert answer.status_code == 200
    assert {"/api/v1/accounts/", "/api/v1/accounts/{account_id}/", "/api/v1/signals/batch"} <= set(
        answer.json()["paths"]
    )


def test_metrics_name_no_workspace(db, client: Client) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"perennial_cadence_pulse_age_seconds" in answer.content
