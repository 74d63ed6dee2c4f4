"""The conversation brief: milestones, risks, needs, openings and terms, as far as its reader may see them."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
from django.test import Client

from offers.actions.notes import NoteGiven, record_note
from offers.core.negotiation.facts import NoteKind, NoteSource
from renewals.actions.scope import in_workspace
from renewals.core.actors import person_actor
from renewals.models import Milestone, Renewal, Workspace
from renewals.queries.accounts import arr_of_accounts
from renewals.queries.history import history_model
from tests.dashboards.test_pipeline import rows_of
from tests.dashboards.test_screens import words_of
from tests.dashboards.world import World, make_world


@pytest.fixture(scope="module")
def world(workspace: Workspace, clock: datetime) -> World:
    return make_world(workspace, now=clock, accounts=2, roles=("product_viewer",))


@pytest.mark.requirement(99)
def test_executive_brief_ties_every_line_to_its_rows(world: World, client: Client) -> None:
    client.force_login(world.people["csm"])
    with in_workspace(world.workspace.id, by=world.actor):
        account_id = Renewal.objects.order_by("id").values_list("account_id", flat=True)[0]
    path = f"/accounts/{account_id}/executive-brief"
    html = client.get(f"{path}/").content.decode()
    heads = re.findall(r'<h2 class="card-head">(.*?)</h2>', html)
    assert heads == ["Strategic alignment", "Return on what they pay", "Risk mitigation", "Future opportunities"]
    words = words_of(html)
    for said in ("renewal worth $", "Ahead: First report in production", "Planned: ", "Last heard: product", "known"):
        assert said in words
    lines = re.findall(r'<li class="reason-.*?</li>', html, re.DOTALL)
    assert lines and all("<a href=" in line for line in lines)
    pdf = client.get(f"{path}.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content[:5] == b"%PDF-"
    client.force_login(world.people["product_viewer"])
    hidden = words_of(client.get(f"{path}/").content.decode())
    assert "Ines" not in hidden and "$" not in hidden


@pytest.mark.requirement(81)
def test_executive_brief_tells_gains_with_their_source_and_leaves_unknown_ones_unknown(
    world: World, client: Client
) -> None:
    client.force_login(world.people["csm"])
    with in_workspace(world.workspace.id, by=world.actor):
        account = Renewal.objects.order_by("-id")[0].account
    path = f"/accounts/{account.id}/executive-brief"
    assert "Realised: not known" in words_of(client.get(f"{path}/").content.decode())
    with in_workspace(world.workspace.id, by=world.actor):
        arr = arr_of_accounts([account.id], on=world.now.date(), currency=world.workspace.currency)[account.id]
        same = {"workspace": world.workspace, "account": account, "gain_currency": arr.currency}
        done = {"achieved_on": world.now.date(), "evidence": "Report"}
        stated = {"gain_amount": arr.amount * 2, "gain_source": "Their board slides"}
        Milestone.objects.create(**same, **done, **stated, external_id="G1", name="Faster close")
        Milestone.objects.create(**same, **done, external_id="G2", name="Fewer errors")
        Milestone.objects.create(
            **same, external_id="G3", name="Second site", gain_amount=Decimal(9000), gain_source="Their plan"
        )
    words = words_of(client.get(f"{path}/").content.decode())
    for said in (
        "a year, 2.0 times what they pay",
        "1 milestone · 0 confirmed by them · 1 other not known",
        "Projected: $9",
        "Faster close: ",
        "Their board slides · not confirmed",
        "Their plan · ahead",
    ):
        assert said in words, said
    assert client.get(f"{path}.pdf").content[:5] == b"%PDF-"
    client.force_login(world.people["product_viewer"])
    assert "which your role does not see" in words_of(client.get(f"{path}/").content.decode())


@pytest.mark.requirement(81)
def test_gain_is_stated_by_who_answers_for_the_account_with_who_when_and_evidence_and_taken_back(
    world: World, client: Client
) -> None:
    csm = world.people["csm"]
    client.force_login(csm)
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.filter(account__owner=csm).order_by("id").first()
        assert renewal is not None
        milestone = Milestone.objects.filter(account=renewal.account).earliest("id")
    about = f"/accounts/{renewal.account_id}/about/"
    path = f"/accounts/{renewal.account_id}/milestones/{milestone.id}/gain/"
    assert path in client.get(about).content.decode()
    assert "Not known: nobody stated it yet" in words_of(client.get(path).content.decode())
    said = {"amount": "12000", "currency": world.workspace.currency, "said_on": world.now.date().isoformat()}
    for missing, answer in (
        ({"evidence": "Minutes"}, "Who says so"),
        ({"said_by": "Ana Ruiz, CFO", "evidence": " "}, "What shows it"),
        ({"said_by": "A", "evidence": "B", "said_on": "2099-01-01"}, "That day is still ahead"),
        ({"said_by": "A", "evidence": "B", "currency": "XXX"}, "Select a valid choice"),
    ):
        refused = client.post(path, said | missing)
        assert refused.status_code == 422
        assert answer in words_of(refused.content.decode())
    whole = said | {"said_by": "Ana Ruiz, CFO", "evidence": "Minutes of the value review"}
    assert client.post(path, whole).status_code == client.post(path, whole).status_code == 302
    assert "Ana Ruiz, CFO" in words_of(client.get(about).content.decode())
    brief = words_of(client.get(f"/accounts/{renewal.account_id}/executive-brief/").content.decode())
    assert "Minutes of the value review" in brief
    with in_workspace(world.workspace.id, by=world.actor):
        kept = Milestone.objects.get(id=milestone.id)
        events = history_model(Milestone).objects.filter(pgh_obj_id=milestone.id, gain_amount=12000)
        assert [event.pgh_context["id"] for event in events] == [csm.id]
    assert (kept.gain_amount, kept.gain_source.partition(": ")[2]) == (12000, "Minutes of the value review")
    assert client.post(path, {"take_back": "1"}).status_code == 302
    with in_workspace(world.workspace.id, by=world.actor):
        assert Milestone.objects.get(id=milestone.id).gain_amount is None
    client.force_login(world.people["product_viewer"])
    assert client.get(path).status_code == 403
    assert path not in client.get(about).content.decode()


@pytest.mark.requirement(80)
@pytest.mark.requirement(115)
def test_brief_says_what_to_talk_about(world: World, client: Client) -> None:
    csm = world.people["csm"]
    with in_workspace(world.workspace.id, by=world.actor):
        renewal = Renewal.objects.order_by("id")[1]
        by = person_actor(world.workspace.id, csm.id, str(csm))
        for kind, subject in ((NoteKind.OBJECTION, "Price"), (NoteKind.CROSS_SELL, "Analytics")):
            given = NoteGiven(
                kind=kind, subject=subject, comment="They said so.", amount=None, source=NoteSource.CALL,
                heard_on=world.now.date(),
            )  # fmt: skip
            record_note(renewal_id=renewal.id, given=given, by=by, now=world.now)
    client.force_login(csm)
    path = f"/accounts/{renewal.account_id}/"
    assert f'href="{path}brief/"' in client.get(path).content.decode()
    html = client.get(f"{path}brief/").content.decode()
    words = words_of(html)
    assert rows_of(html, "Milestones")[0][0] == "First report in production"
    assert "0 of 1 milestone reached" in words
    assert "Objection: Price (“They said so.”)" in words
    assert "Cross-sell opening: Analytics" in words
    assert "days of notice, renews by itself" in words
    assert "Health is" in words
    client.force_login(world.people["product_viewer"])
    hidden = words_of(client.get(f"{path}brief/").content.decode())
    assert "Objection" not in hidden.replace("Nobody noted an objection", "")
