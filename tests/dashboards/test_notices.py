"""The pages of notices: what is due and whose, a service with and without proof, packs and closed days, and to whom."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from playbooks.actions.notices import tend_workspace_notices
from playbooks.models import Task
from renewals.actions.notices.rules import switch_pack
from renewals.actions.scope import in_workspace
from renewals.models import (
    Account,
    ClosedDays,
    Notice,
    NoticeClause,
    NoticePack,
    NoticeProof,
    Renewal,
    TermVersion,
    Workspace,
)
from renewals.queries.clock import database_now
from tests.dashboards.test_screens import words_of
from tests.dashboards.whole import whole_page
from tests.dashboards.world import World, make_world

ROLES = ("admin", "cs_manager", "product_viewer", "auditor", "renewal_manager")


@pytest.fixture(scope="module")
def world(workspace: Workspace) -> World:
    """Four accounts; the first is in New York and ends its notice period in 20 days: our window is open now."""
    made = make_world(workspace, now=database_now(), accounts=4, roles=ROLES)
    today = made.now.date()
    with in_workspace(workspace.id, by=made.actor):
        first = Renewal.objects.order_by("id").first()
        TermVersion.objects.filter(contract_id=first.contract_id).update(
            ends_on=today + timedelta(days=59), notice_period=40, is_auto_renewing=True
        )
        Renewal.objects.filter(id=first.id).update(
            due_on=today + timedelta(days=60), notice_on=today + timedelta(days=19)
        )
        Account.objects.filter(id=first.account_id).update(country="US", region="NY", timezone="America/New_York")
        switch_pack(key="us-ny-gol-5-903", is_on=True, by=made.actor, now=made.now)
        tend_workspace_notices(by=made.actor, now=made.now)
    return made


@pytest.fixture
def ours(world: World) -> Notice:
    with in_workspace(world.workspace.id, by=world.actor):
        return Notice.objects.get(side="ours")


def as_role(world: World, client: Client, role: str) -> Client:
    client.force_login(world.people[role])
    return client


def served(world: World, day: datetime, **more: str) -> dict[str, str]:
    return {"served_on": day.date().isoformat(), "channel": "registered_letter", "kind": "", "reference": ""} | more


@pytest.mark.requirement(91)
def test_list_says_what_is_due_and_whose(world: World, client: Client) -> None:
    csm = as_role(world, client, "csm")
    html = csm.get("/notices/").content.decode()
    words = words_of(html)
    assert "1 notice of ours to serve and prove" in words
    assert "Northwind Freight Our reminder New York General Obligations Law" in words
    assert "registered letter or personal service" in words
    theirs = words_of(csm.get("/notices/?show=theirs").content.decode())
    assert theirs.count("They may end it") == 4
    assert "Nothing here." in words_of(csm.get("/notices/?show=missed&whose=mine&after=zz_1").content.decode())


def test_workspace_without_a_notice_says_what_will_make_one(other_workspace: Workspace, client: Client) -> None:
    world = make_world(other_workspace, now=database_now(), accounts=1)
    words = words_of(as_role(world, client, "csm").get("/notices/").content.decode())
    assert "No contract has a notice yet" in words


@pytest.mark.requirement(91)
def test_service_without_proof_is_kept_as_sent_and_the_proof_ends_it(
    world: World, ours: Notice, client: Client
) -> None:
    csm = as_role(world, client, "csm")
    yesterday = world.now - timedelta(days=1)
    sent = words_of(csm.post(f"/notices/{ours.id}/service/", served(world, yesterday), follow=True).content.decode())
    assert "Kept as sent. The proof is still owed." in sent
    bare = csm.post(f"/notices/{ours.id}/service/", served(world, yesterday, kind="posting_receipt"))
    assert bare.status_code == 422
    proof = served(world, yesterday, kind="posting_receipt", reference="RR 77 <b>")
    proven = words_of(csm.post(f"/notices/{ours.id}/service/", proof, follow=True).content.decode())
    assert "Proven. Its tasks are done." in proven
    assert "RR 77 &lt;b&gt;" in proven or "RR 77 <b>" in proven
    with in_workspace(world.workspace.id, by=world.actor):
        assert Notice.objects.get(id=ours.id).state == "proven"
        assert not Task.objects.filter(origin_key__startswith="notice:", state="open").exists()


def test_service_outside_the_window_is_refused_and_its_proof_kept_as_not_counting(
    world: World, ours: Notice, client: Client
) -> None:
    csm = as_role(world, client, "csm")
    early = world.now - timedelta(days=60)
    refused = csm.post(f"/notices/{ours.id}/service/", served(world, early))
    assert refused.status_code == 422
    assert "does not count here" in words_of(refused.content.decode())
    proof = served(world, early, kind="affidavit", reference="A 1")
    kept = words_of(csm.post(f"/notices/{ours.id}/service/", proof, follow=True).content.decode())
    assert "Kept, but it does not count" in kept
    with in_workspace(world.workspace.id, by=world.actor):
        assert list(NoticeProof.objects.values_list("is_admissible", flat=True)) == [False]


def test_notice_is_settled_with_a_reason_and_taken_back(world: World, ours: Notice, client: Client) -> None:
    csm = as_role(world, client, "csm")
    assert csm.post(f"/notices/{ours.id}/removal/", {"reason": " "}).status_code == 422
    words = words_of(
        csm.post(f"/notices/{ours.id}/removal/", {"reason": "Not a service."}, follow=True).content.decode()
    )
    assert "Not a service." in words
    words = words_of(csm.post(f"/notices/{ours.id}/resumption/", follow=True).content.decode())
    assert "It is open again, with its tasks." in words


@pytest.mark.requirement(87)
def test_renewal_page_draws_the_windows_and_plans_our_own_notice(world: World, ours: Notice, client: Client) -> None:
    csm = as_role(world, client, "csm")
    html = csm.get(f"/renewals/{ours.renewal_id}/about/").content.decode()
    assert html.count('class="notice-line"') == 2
    assert "Their last day to end the contract" in html
    answer = csm.post(f"/renewals/{ours.renewal_id}/non-renewal/", follow=True)
    assert "Our notice is planned. Nothing has been sent." in words_of(answer.content.decode())


@pytest.mark.parametrize(("role", "status"), [("auditor", 403), ("product_viewer", 403), ("renewal_manager", 302)])
def test_only_the_responsible_record_notices(
    world: World, ours: Notice, client: Client, role: str, status: int
) -> None:
    asked = as_role(world, client, role)
    answer = asked.post(f"/notices/{ours.id}/removal/", {"reason": "Settled."})
    assert answer.status_code == status
    assert asked.get("/notices/").status_code == (403 if role == "product_viewer" else 200)


def test_admin_switches_a_pack_and_its_notices_follow(world: World, ours: Notice, client: Client) -> None:
    admin = as_role(world, client, "admin")
    html = admin.get("/settings/?part=packs").content.decode()
    assert html.count("They are not legal advice.") == 1
    assert "nysenate.gov/legislation/laws/GOB/5-903" in html
    words = words_of(admin.post("/settings/packs/us-ny-gol-5-903/", {"is_on": "0"}, follow=True).content.decode())
    assert "The rule is off" in words
    with in_workspace(world.workspace.id, by=world.actor):
        assert Notice.objects.get(id=ours.id).state == "not_needed"
        assert NoticePack.objects.get().is_on is False
    assert admin.post("/settings/packs/nowhere/", {"is_on": "1"}).status_code == 404


def test_workspace_and_account_keep_days_free_with_reason_and_author(world: World, client: Client) -> None:
    admin = as_role(world, client, "admin")
    start = world.now.date() + timedelta(days=3)
    given = {"from_on": start.isoformat(), "until_on": start.isoformat(), "reason": "Stock-taking", "kind": "blackout"}
    words = words_of(admin.post("/settings/closed-days/", given, follow=True).content.decode())
    assert "Stock-taking" in words
    wrong = given | {"until_on": (start - timedelta(days=1)).isoformat()}
    assert admin.post("/settings/closed-days/", wrong).status_code == 422
    csm = as_role(world, client, "csm")
    with in_workspace(world.workspace.id, by=world.actor):
        account = Account.objects.order_by("id").first()
        row = ClosedDays.objects.get()
        assert (row.account_id, row.reason, row.author) == (None, "Stock-taking", str(world.people["admin"]))
    own = {"from_on": start.isoformat(), "until_on": start.isoformat(), "reason": "Their audit"}
    assert csm.post(f"/accounts/{account.id}/closed-days/", own).status_code == 302
    assert "Their audit" in words_of(whole_page(csm, f"/accounts/{account.id}/"))
    with in_workspace(world.workspace.id, by=world.actor):
        mine = ClosedDays.objects.get(account=account)
    csm.post(f"/accounts/{account.id}/closed-days/{mine.id}/removal/")
    assert csm.post(f"/settings/closed-days/{row.id}/removal/").status_code == 403
    with in_workspace(world.workspace.id, by=world.actor):
        assert ClosedDays.objects.get(id=mine.id).removed_at is not None
        assert ClosedDays.objects.get(id=row.id).removed_at is None


def test_clause_of_the_contract_is_recorded_and_taken_out_of_force(world: World, ours: Notice, client: Client) -> None:
    csm = as_role(world, client, "csm")
    href = f"/renewals/{ours.renewal_id}/clauses/"
    assert "None: the notice period of the term counts" in words_of(csm.get(href).content.decode())
    given = {
        "kind": "reminder",
        "anchor": "term_end",
        "unit": "days",
        "opens": "50",
        "closes": "30",
        "counts": "received",
        "delivery_days": "2",
        "channels": ["registered_letter"],
        "reference": "Section 12.3",
    }
    assert csm.post(href, given | {"opens": "10"}).status_code == 422
    words = words_of(csm.post(href, given, follow=True).content.decode())
    assert "From 50 days to 30 days before the last day of the term" in words
    with in_workspace(world.workspace.id, by=world.actor):
        made = Notice.objects.get(rule_key="contract", kind="reminder")
        assert (made.source, made.closes_on - made.opens_on) == ("Section 12.3", timedelta(days=20))
        clause = NoticeClause.objects.get()
    assert csm.post(f"/renewals/{ours.renewal_id + 1}/clauses/{clause.id}/removal/").status_code == 404
    csm.post(f"{href}{clause.id}/removal/")
    with in_workspace(world.workspace.id, by=world.actor):
        assert Notice.objects.get(id=made.id).state == "not_needed"
    assert as_role(world, client, "auditor").post(href, given).status_code == 403
