"""Concessions in the database: what a signature leaves unnamed, what is carried and comes back, stale edits, leaks."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from offers.actions.concessions import (
    Concluded,
    Settled,
    change_concession,
    end_give,
    record_concession,
    settle_get,
)
from offers.actions.proposals import present_proposal, sign_proposal
from offers.core.errors import ConcessionChanged, ConcessionNotPossible
from offers.core.negotiation.concessions import Get, GetKind, Give, GiveKind, Leak, leaks_of
from offers.core.negotiation.leakage import By, leak_sums
from offers.models import Concession, ProposalVersion
from offers.queries.cases import renewal_case
from offers.queries.concessions import carried_to, concession_facts, returning, with_returning
from offers.queries.leakage import AtHome, in_group, largest_first, leak_items, leaking
from renewals.core.actors import Actor
from renewals.core.money import Money, RateTable
from renewals.models import Renewal, Workspace
from tests.offers.stories import TODAY, Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def concluded(amount: str = "20", *, expires_on: date = date(2026, 12, 31), currency: str = "EUR") -> Concluded:
    give = Give(
        kind=GiveKind.PRICE,
        what="2 % less",
        amount=Money(Decimal(amount), currency),
        starts_on=date(2026, 1, 1),
        expires_on=expires_on,
        reason="They asked two others.",
    )
    return Concluded(give=give, get=Get(kind=GetKind.REFERENCE, what="A reference call", due_on=date(2026, 3, 1)))


def record(scene: Scene, given: Concluded | None = None) -> Concession:
    return record_concession(renewal_id=scene.renewal.id, given=given or concluded(), by=scene.people["anna"], now=NOW)


def signed(scene: Scene, version: ProposalVersion) -> None:
    request = scene.ask(version)
    if request.state == "waiting":
        scene.answer(request, "fred")
    for act in (present_proposal, sign_proposal, sign_proposal):
        act(proposal_id=version.proposal_id, version_id=version.id, by=scene.people["anna"], now=NOW)


def test_concession_is_recorded_once_and_changed_only_as_it_was_seen(scene: Scene) -> None:
    first = record(scene)
    assert record(scene).id == first.id
    for _ in range(2):
        changed = change_concession(
            concession_id=first.id, revision=1, given=concluded("30"), by=scene.people["anna"], now=NOW
        )
        assert (changed.revision, changed.amount) == (2, 30)
    with pytest.raises(ConcessionChanged, match="Anna has edited"):
        change_concession(concession_id=first.id, revision=1, given=concluded("40"), by=scene.people["rita"], now=NOW)
    with pytest.raises(ConcessionNotPossible):
        record(scene, concluded(currency="USD"))
    with pytest.raises(IntegrityError, match="concession_get_or_why_none"), transaction.atomic():
        Concession.objects.update(get_what="", get_due_on=None)


def test_get_is_settled_with_its_evidence_and_then_stands(scene: Scene) -> None:
    row = record(scene)
    done = Settled(is_delivered=True, on=NOW.date(), note="Call with Acme, notes attached.")
    with pytest.raises(ConcessionNotPossible):
        settle_get(concession_id=row.id, revision=1, settled=replace(done, note=" "), by=scene.people["anna"], now=NOW)
    with pytest.raises(ConcessionNotPossible):
        late = replace(done, on=date(2030, 1, 1))
        settle_get(concession_id=row.id, revision=1, settled=late, by=scene.people["anna"], now=NOW)
    for _ in range(2):
        kept = settle_get(concession_id=row.id, revision=1, settled=done, by=scene.people["anna"], now=NOW)
        assert (kept.get_delivered_on, kept.revision) == (NOW.date(), 2)
    other = replace(concluded(), get=Get(kind=GetKind.OTHER, what="Another", due_on=date(2026, 4, 1)))
    with pytest.raises(ConcessionNotPossible, match="settled already"):
        change_concession(concession_id=row.id, revision=2, given=other, by=scene.people["anna"], now=NOW)
    with pytest.raises(ConcessionChanged):
        failed = replace(done, is_delivered=False)
        settle_get(concession_id=row.id, revision=1, settled=failed, by=scene.people["rita"], now=NOW)


@pytest.mark.requirement("X13")
@pytest.mark.requirement(90)
def test_signed_price_below_policy_has_its_concessions_and_the_report_says_the_same(scene: Scene) -> None:
    """1,040 by the policy, 884 signed: 20 of the 156 were named, the rest is named at the signature."""
    record(scene)
    signed(scene, scene.keep(discount=15))
    named, unnamed = Concession.objects.order_by("id")
    assert (str(unnamed.amount), unnamed.is_unnamed, unnamed.reason) == ("136.0000", True, "They may leave.")
    assert (unnamed.starts_on, unnamed.version.number) == (scene.renewal.due_on, 1)
    home = AtHome(currency="EUR", rates=RateTable(), today=TODAY)
    for by in By:
        with CaptureQueriesContext(connection) as asked:
            sums = leak_sums(leak_items(Renewal.objects.all(), by=by, home=home))
        assert len(asked) == len(Leak)
    assert sums[Leak.BELOW_POLICY].amount == 156 == named.amount + unnamed.amount
    assert (sums[Leak.WITHOUT_GET].amount, sums[Leak.NOT_DELIVERED].amount) == (136, 20)
    unknown = leak_sums(leak_items(Renewal.objects.all(), by=By.OWNER, home=replace(home, currency="SEK")))
    assert (unknown[Leak.BELOW_POLICY].amount, unknown[Leak.BELOW_POLICY].unknown) == (0, 1)


def test_signature_at_the_policy_price_leaves_nothing_to_name(scene: Scene) -> None:
    signed(scene, scene.keep())
    assert Concession.objects.count() == 0


@pytest.mark.requirement(90)
def test_concession_is_carried_and_comes_back_in_the_price_of_the_next_cycle(scene: Scene) -> None:
    row = Renewal.objects.get()
    record(scene, concluded("100", expires_on=row.due_on))
    later = Renewal.objects.get()
    later.pk, later.term_number, later.due_on = None, row.term_number + 1, row.due_on.replace(year=row.due_on.year + 1)
    later.save()
    assert [each.what for each in carried_to(later)] == ["2 % less"]
    assert list(carried_to(row)) == []
    case = renewal_case(row.id, home_currency="EUR", today=TODAY)
    assert (case.lines[0].comes_back, returning(later)) == (None, Money(Decimal(100), "EUR"))
    assert with_returning(case.lines, returning(later))[0].comes_back == Money(Decimal(100), "EUR")
    ended = Concession.objects.get()
    for _ in range(2):
        end_give(
            concession_id=ended.id,
            revision=1,
            ended_on=row.due_on,
            reason="Back at full price.",
            by=scene.people["anna"],
            now=NOW,
        )
    assert list(carried_to(later)) == []


@pytest.mark.requirement("X13")
def test_database_finds_the_leaks_that_the_rule_finds_and_orders_them_by_worth(scene: Scene) -> None:
    """Each condition of the report against `leaks_of`, on concessions of every standing."""
    day = timedelta(days=1)
    first = record(scene, concluded("1"))
    for place, changes in enumerate(
        (
            {"ended_on": TODAY, "ended_reason": "Back.", "ended_by": "Anna"},
            {"ended_on": TODAY + day, "ended_reason": "Soon.", "ended_by": "Anna"},
            {"get_due_on": None, "get_what": "", "get_kind": "", "no_get_reason": "Nothing."},
            {"get_due_on": TODAY - day},
            {"get_due_on": TODAY},
            {"get_due_on": TODAY - day, "get_delivered_on": TODAY, "get_note": "Seen."},
            {"get_due_on": TODAY + day, "get_failed_on": TODAY, "get_note": "Gone."},
            {"starts_on": TODAY - 2 * day, "expires_on": TODAY - day},
            {"starts_on": TODAY - 2 * day, "expires_on": TODAY},
        ),
        start=2,
    ):
        row = Concession.objects.get(id=first.id)
        row.pk = None
        for name, value in (changes | {"amount": place}).items():
            setattr(row, name, value)
        row.save()
    renewals, home = Renewal.objects.all(), AtHome(currency="EUR", rates=RateTable(), today=TODAY)
    for leak in (Leak.WITHOUT_GET, Leak.NOT_DELIVERED, Leak.STILL_GIVEN):
        rule = {row.id for row in Concession.objects.all() if leak in leaks_of(concession_facts(row), today=TODAY)}
        found = list(largest_first(leaking(leak, renewals, today=TODAY), home=home))
        assert rule == {row.id for row in found} != set()
        assert [row.amount for row in found] == sorted((row.amount for row in found), reverse=True)
    for by in By:
        for item in leak_items(renewals, by=by, home=home):
            assert in_group(leaking(item.leak, renewals, today=TODAY), by=by, key=item.group).count() == item.number
    assert in_group(leaking(Leak.WITHOUT_GET, renewals, today=TODAY), by=By.QUARTER, key="2026-Q9").count() == 0
