"""The page of a contract: read in both times, amended, with documents; who sees amounts and who changes what."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from renewals.actions.contracts import record_contract
from renewals.actions.scope import in_workspace
from renewals.core.records import ContractRow, LineRow, TermRow
from renewals.models import (
    Account,
    Amendment,
    Contract,
    ContractDocument,
    ContractLine,
    Renewal,
    TermVersion,
    Workspace,
)
from renewals.queries.clock import database_now
from tests.dashboards.world import World, make_world

PDF = b"%PDF-1.7 the signed order"
ROLES = ("csm", "renewal_manager", "finance", "product_viewer", "auditor")


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=1, roles=ROLES)


@pytest.fixture
def term(world: World) -> TermVersion:
    with in_workspace(world.workspace.id, by=world.actor):
        return TermVersion.objects.select_related("contract").get()


def log_in(client: Client, world: World, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def text_of(client: Client, href: str) -> str:
    answer = client.get(href)
    assert answer.status_code == 200
    return answer.content.decode()


def amendment(term: TermVersion, **changes: Any) -> dict[str, Any]:
    """Return an amendment of the only line from the middle of the term, in two steps, as a form sends it."""
    day = term.ends_on - timedelta(days=60)
    fields = {
        "effective_on": day.isoformat(),
        "accepted_on": (day - timedelta(days=20)).isoformat(),
        "change": "new_line",
        "new_item": "storage",
        "amount_1": "1200",
        "from_2": (day + timedelta(days=30)).isoformat(),
        "amount_2": "2400",
        "reason": "They need room",
        "seen": "1:1",
    }
    return fields | changes


@pytest.mark.requirement(90)
def test_amended_contract_shows_lines_states_dates_and_what_was_known_before(
    world: World, client: Client, term: TermVersion
) -> None:
    href = f"/contracts/{term.contract_id}/"
    log_in(client, world, "renewal_manager")
    assert "None: the contract reads as it was signed." in text_of(client, href)
    assert client.post(f"{href}amendments/", amendment(term)).status_code == 302
    html = text_of(client, f"{href}?on={term.ends_on.isoformat()}")
    for words in ("Amendment 1: storage", "They need room", "Term 1, version 2", "in force", "replaced", "To renew"):
        assert words in html
    assert "<svg" in html
    assert "2,400" in html
    yesterday = (database_now() - timedelta(days=1)).date()
    before = text_of(client, f"{href}?on={term.ends_on.isoformat()}&known={yesterday.isoformat()}")
    assert "This is what was known then." in before
    assert "Amendment 1" not in before
    assert "Amend the contract" not in before


@pytest.mark.requirement(90)
def test_date_that_came_later_is_kept_and_the_form_goes_away_with_the_last(
    world: World, client: Client, term: TermVersion
) -> None:
    href = f"/contracts/{term.contract_id}/"
    log_in(client, world, "renewal_manager")
    client.post(f"{href}amendments/", amendment(term))
    with in_workspace(world.workspace.id, by=world.actor):
        made = Amendment.objects.get()
    dates = f"{href}amendments/{made.id}/dates/"
    assert client.post(dates, {"activated_on": "nonsense"}).status_code == 302
    assert client.post(dates, {"activated_on": term.ends_on.isoformat()}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        assert Amendment.objects.get(superseded_at__isnull=True).activated_on == term.ends_on
    assert "Add a date" not in text_of(client, href)
    assert client.post(dates, {"activated_on": date(2030, 1, 1).isoformat()}).status_code == 409
    assert client.post(f"{href}amendments/999999/dates/", {}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "This field is required."),
        ({"amount_1": ""}, "This field is required."),
        ({"amount_1": "-1"}, "greater than or equal to 0"),
        ({"amount_2": ""}, "A further step needs its day and its amount."),
        ({"effective_on": "1999-01-01"}, "the contract begins on"),
        ({"effective_on": "2026-02-30"}, "Enter a valid date."),
        ({"from_2": "1999-01-01"}, "The first phase begins on"),
        ({"seen": "1:7"}, "stands at version 1 by now"),
        ({"new_item": ""}, "This field is required."),
    ],
)
def test_amendment_that_cannot_stand_is_refused_and_keeps_what_was_typed(
    world: World, client: Client, term: TermVersion, changes: dict[str, Any], words: str
) -> None:
    log_in(client, world, "renewal_manager")
    answer = client.post(f"/contracts/{term.contract_id}/amendments/", amendment(term, **changes))
    html = answer.content.decode()
    assert answer.status_code == (409 if "seen" in changes else 422)
    assert words in html
    assert 'value="2400"' in html or "amount_2" in changes
    with in_workspace(world.workspace.id, by=world.actor):
        assert (TermVersion.objects.count(), Amendment.objects.count()) == (1, 0)


def test_document_is_attached_handed_out_safely_and_taken_away_with_a_reason(
    world: World, client: Client, term: TermVersion
) -> None:
    href = f"/contracts/{term.contract_id}/"
    log_in(client, world, "finance")
    sent = {"file": SimpleUploadedFile("Order é.pdf", PDF, content_type="text/html"), "note": "Signed"}
    assert client.post(f"{href}documents/", sent).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        kept = ContractDocument.objects.get()
    answer = client.get(f"{href}documents/{kept.id}/")
    assert answer.content == PDF
    assert {name: answer[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Disposition")} == {
        "Content-Type": "application/pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "attachment; filename*=utf-8''Order%20%C3%A9.pdf",
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert client.post(f"{href}documents/{kept.id}/removal/", {"reason": ""}).status_code == 302
    assert client.get(f"{href}documents/{kept.id}/").status_code == 200
    client.post(f"{href}documents/{kept.id}/removal/", {"reason": "Wrong account"})
    assert client.get(f"{href}documents/{kept.id}/").status_code == 404
    assert "None is attached." in text_of(client, href)


def test_file_that_is_not_what_it_says_is_refused(world: World, client: Client, term: TermVersion) -> None:
    log_in(client, world, "finance")
    href = f"/contracts/{term.contract_id}/documents/"
    for name, content, words in (
        ("a.pdf", b"<script>", "This is no PDF file"),
        ("a.html", b"<b>", "files are not kept"),
        ("a.pdf", b"", "The file is empty."),
    ):
        answer = client.post(href, {"file": SimpleUploadedFile(name, content)})
        assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_role_without_prices_sees_no_amount_and_no_document(world: World, client: Client, term: TermVersion) -> None:
    href = f"/contracts/{term.contract_id}/"
    log_in(client, world, "finance")
    client.post(f"{href}documents/", {"file": SimpleUploadedFile("order.pdf", PDF)})
    client.post(f"{href}amendments/", amendment(term))
    with in_workspace(world.workspace.id, by=world.actor):
        kept = ContractDocument.objects.get()
        amounts = [f"{int(line.arr_amount):,}" for line in ContractLine.objects.all()]
    client = log_in(Client(), world, "product_viewer")
    html = text_of(client, href)
    assert "Hidden" in html
    assert [amount for amount in [*amounts, "1,200", "2,400"] if amount in html] == []
    assert "order.pdf" not in html
    assert client.get(f"{href}documents/{kept.id}/").status_code == 404
    for part in ("amendments/", "documents/", f"documents/{kept.id}/removal/"):
        assert client.post(f"{href}{part}", {}).status_code == 403


def test_contract_of_somebody_else_or_another_workspace_does_not_exist(
    world: World, client: Client, term: TermVersion
) -> None:
    log_in(client, world, "csm")
    assert client.get("/contracts/999999/").status_code == 404
    assert "Amend the contract" not in text_of(client, f"/contracts/{term.contract_id}/")
    assert client.post(f"/contracts/{term.contract_id}/amendments/", amendment(term)).status_code == 403


def test_contract_page_asks_as_much_with_three_versions_as_with_one(
    world: World, client: Client, term: TermVersion, django_assert_num_queries
) -> None:
    href = f"/contracts/{term.contract_id}/"
    log_in(client, world, "renewal_manager")
    text_of(client, href)
    with django_assert_num_queries(QUERIES):
        client.get(href)
    for version in (1, 2):
        sent = amendment(term, seen=f"1:{version}", new_item=f"item {version}")
        assert client.post(f"{href}amendments/", sent).status_code == 302
    text_of(client, href)
    with django_assert_num_queries(QUERIES):
        client.get(href)


QUERIES = 20


def test_account_page_leads_to_the_contract(world: World, client: Client, term: TermVersion) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        account = Account.objects.get(contracts=term.contract_id)
        assert Contract.objects.get(id=term.contract_id).account_id == account.id
    log_in(client, world, "csm")
    assert f'href="/contracts/{term.contract_id}/"' in text_of(client, f"/accounts/{account.id}/about/")


def outcome(clock: datetime, **changes: Any) -> dict[str, Any]:
    """Return how a renewal ended as a form sends it."""
    fields = {"ending": "lost", "primary_reason": "price", "decided_on": clock.date().isoformat()}
    return fields | changes


@pytest.mark.requirement(52)
def test_lost_renewal_shows_its_review_and_keeps_what_was_found(
    world: World, client: Client, term: TermVersion, clock: datetime
) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        href = f"/renewals/{Renewal.objects.get().id}/"
    log_in(client, world, "csm")
    assert client.post(f"{href}outcome/", outcome(clock)).status_code == 302
    html = text_of(client, href)
    assert "Its review is due on" in html
    assert "Write down what was found" in html
    day = clock.date().isoformat()
    assert client.post(f"{href}loss-review/", {"findings": "", "held_on": day}).status_code == 422
    wrong = {"findings": "Price", "held_on": day, "win_back_on": "2020-01-01"}
    assert "lies before the review" in client.post(f"{href}loss-review/", wrong).content.decode()
    assert client.post(f"{href}loss-review/", wrong | {"win_back_on": ""}).status_code == 302
    html = text_of(client, href)
    assert ("Correct what was found" in html, "never" in html) == (True, True)


@pytest.mark.requirement(52)
def test_kept_renewal_says_how_it_went_and_leads_to_the_next_one(
    world: World, client: Client, term: TermVersion, clock: datetime
) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.get()
    log_in(client, world, "csm")
    sent = outcome(clock, ending="kept", primary_reason="habit", final_amount=str(row.target_amount))
    html = client.post(f"/renewals/{row.id}/outcome/", sent, follow=True).content.decode()
    assert "The next renewal is open, due on" in html
    assert "every line goes on" in html
    assert client.post(f"/renewals/{row.id}/loss-review/", {}).status_code == 404
    with in_workspace(world.workspace.id, by=world.actor):
        assert Renewal.objects.filter(closed_on__isnull=True).count() == 1


def test_lapsed_renewal_offers_its_own_clause(world: World, client: Client, term: TermVersion, clock: datetime) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        row = Renewal.objects.get()
        TermVersion.objects.update(end_action="renew", renewal_months=12)
        over = clock.date() - timedelta(days=3)
        TermVersion.objects.update(ends_on=over - timedelta(days=1))
        Renewal.objects.update(due_on=over, notice_on=None)
    log_in(client, world, "csm")
    html = text_of(client, f"/renewals/{row.id}/")
    assert "It has lapsed 3 days ago." in html
    assert "the contract renews by itself for 12 months." in html
    answer = client.post(f"/renewals/{row.id}/clause/", follow=True)
    assert "Renewed by its own clause. The next renewal is open" in answer.content.decode()
    assert client.post(f"/renewals/{row.id}/clause/").status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        assert Renewal.objects.count() == 2


@pytest.mark.requirement(90)
def test_merge_plan_is_looked_at_applied_as_seen_and_refused_when_it_has_changed(
    world: World, client: Client, term: TermVersion
) -> None:
    with in_workspace(world.workspace.id, by=world.actor):
        other = record_contract(
            row=ContractRow(
                external_id="C-other",
                account_external_id=Account.objects.get().external_id,
                currency=term.contract.currency,
                terms=(
                    TermRow(
                        number=1,
                        starts_on=term.starts_on,
                        ends_on=term.ends_on - timedelta(days=30),
                        lines=(LineRow(external_id="support", arr_amount=Decimal(3650)),),
                    ),
                ),
            ),
            by=world.actor,
            now=world.now,
        )
    href = f"/contracts/{term.contract_id}/merger/"
    log_in(client, world, "renewal_manager")
    assert "Show the plan" in text_of(client, href)
    html = text_of(client, f"{href}?others={other.id}&ends_on=&survivor=")
    key = re.search(r'name="key" value="(\w{64})"', html).group(1)
    assert "2 contracts end together on" in html
    assert "300" in html
    chosen = {"others": [str(other.id)], "ends_on": "", "survivor": ""}
    assert client.post(f"{href}application/", chosen | {"key": key, "reason": ""}).status_code == 422
    assert client.post(f"{href}application/", chosen | {"key": "0" * 64, "reason": "One day"}).status_code == 409
    assert client.post(f"{href}application/", chosen | {"key": key, "reason": "One day"}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        live = TermVersion.objects.get(contract=other, superseded_at__isnull=True)
        assert (live.ends_on, live.version, live.change_reason) == (term.ends_on, 2, "One day")
    assert client.get(f"{href}?others=999999").status_code == 200
    client = log_in(Client(), world, "csm")
    assert client.get(href).status_code == 403
