"""A price revision from draft to undone: two people, applied once, stopped and resumed; no contract is written."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from offers.actions.revisions.apply import (
    announce_terms,
    apply_part,
    resume_revision,
    stop_revision,
    undo_revision,
)
from offers.actions.revisions.drafts import (
    RevisionWish,
    approve_revision,
    change_revision,
    end_revision,
    leave_out,
    refuse_revision,
    start_revision,
    submit_revision,
    take_revision_back,
)
from offers.core.errors import (
    DraftChanged,
    DraftNotInState,
    NotYoursToDecide,
    RulesHaveProblems,
    SecondPersonNeeded,
)
from offers.core.revisions import Book, Revision, RevisionMethod, RevisionRule
from offers.core.states import REVISION_OWNERS, REVISION_STEPS
from offers.models import PriceRevision, RevisedTerm
from offers.queries.cases import renewal_case
from offers.queries.revisions import chain_in_force, level_counts
from renewals.actions.price_terms import note_price_terms
from renewals.core.actors import Actor
from renewals.core.errors import RequiredValueMissing, StateNotAllowed
from renewals.core.price_terms import PriceTerms
from renewals.models import Account, Renewal, TermVersion, Workspace
from tests.offers.stories import Scene, make_scene
from tests.renewals.build import NOW, renewal

TODAY = date(2026, 3, 2)
BOOK = Book(ends_from=date(2026, 12, 1), ends_until=date(2026, 12, 31))


def wish(percent: str = "5", **book: object) -> RevisionWish:
    """Return a revision of every term that ends in December."""
    rule = RevisionRule(method=RevisionMethod.PERCENT, percent=Decimal(percent))
    return RevisionWish(name="Spring", reason="Costs rose", revision=Revision(book=BOOK, rule=rule))


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    made = make_scene(inside, actor)
    for number in range(2, 5):
        renewal(actor, str(number))
    return made


def started(scene: Scene, **more: object) -> PriceRevision:
    """Return a draft begun by the renewal manager."""
    return start_revision(wish=wish(**more), today=TODAY, by=scene.people["rita"], now=NOW)


def applied(scene: Scene, row: PriceRevision, *, most: int = 50) -> None:
    """Hand a draft in, approve it, and apply one part."""
    submit_revision(revision_id=row.id, seen=row.revision, by=scene.people["rita"], now=NOW)
    approve_revision(revision_id=row.id, by=scene.people["fred"], now=NOW)
    apply_part(today=TODAY, by=scene.people["fred"], now=NOW, most=most)


def states(row: PriceRevision) -> list[str]:
    """Return the states of a revision's terms in their order."""
    return list(row.terms.order_by("id").values_list("state", flat=True))


def policy_price(row: Renewal) -> Decimal:
    """Return what the lines of a renewal cost by the revision in force; zero for none."""
    case = renewal_case(row.id, home_currency="EUR", today=TODAY)
    return sum((line.revised.amount for line in case.lines if line.revised), Decimal(0))


@pytest.mark.requirement(44)
def test_revision_is_previewed_approved_by_another_and_applied_once_without_touching_a_contract(scene: Scene) -> None:
    versions = TermVersion.objects.count()
    row = started(scene)
    assert (states(row), row.terms.first().announce_on) == (["planned"] * 4, date(2026, 10, 2))
    with pytest.raises(SecondPersonNeeded):
        submit_revision(revision_id=row.id, seen=1, by=scene.people["rita"], now=NOW)
        approve_revision(revision_id=row.id, by=scene.people["rita"], now=NOW)
    approve_revision(revision_id=row.id, by=scene.people["fred"], now=NOW)
    assert policy_price(scene.renewal) == 0
    parts = [apply_part(today=TODAY, by=scene.people["fred"], now=NOW, most=3) for _ in range(3)]
    assert [(part.terms, part.is_over) for part in parts] == [(3, False), (1, False), (0, True)]
    row.refresh_from_db()
    assert (row.state, states(row), policy_price(scene.renewal)) == ("applied", ["applied"] * 4, 1050)
    assert TermVersion.objects.count() == versions
    assert str(scene.keep().policy_amount) == "1050.00"


@pytest.mark.requirement(44)
def test_revision_stops_goes_on_and_passes_over_what_reads_otherwise_by_now(scene: Scene) -> None:
    row = started(scene)
    applied(scene, row, most=2)
    for _ in range(2):
        assert stop_revision(revision_id=row.id, by=scene.people["rita"], now=NOW).state == "stopped"
    assert apply_part(today=TODAY, by=scene.people["fred"], now=NOW).is_over
    last = row.terms.order_by("id").last()
    cap = PriceTerms(cap_percent=Decimal(1), clause="Order form 3")
    note_price_terms(contract_id=last.contract_id, price=cap, by=scene.people["rita"], now=NOW)
    resume_revision(revision_id=row.id, by=scene.people["rita"], now=NOW)
    apply_part(today=TODAY, by=scene.people["fred"], now=NOW)
    assert states(row) == ["applied", "applied", "applied", "passed_over"]
    last.refresh_from_db()
    assert last.reason == "changed"
    again = started(scene, percent="6")
    assert list(again.terms.order_by("id").values_list("state", "reason", "new_amount")) == [
        ("excluded", "revised_already", 1060),
        ("excluded", "revised_already", 1060),
        ("excluded", "revised_already", 1060),
        ("planned", "", 1010),
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        RevisedTerm.objects.filter(revision=again, reason="revised_already").update(state="applied", reason="")


@pytest.mark.requirement(44)
def test_price_is_taken_back_until_it_is_announced(scene: Scene) -> None:
    row = started(scene)
    applied(scene, row)
    first, second, *_ = row.terms.order_by("id")
    rita = scene.people["rita"]
    late = first.announce_on + timedelta(days=1)
    with pytest.raises(StateNotAllowed):
        announce_terms(revision_id=row.id, term_ids=[first.id], on=late, by=rita, now=NOW)
    for count in (1, 0):
        assert announce_terms(revision_id=row.id, term_ids=[first.id], on=TODAY, by=rita, now=NOW) == count
    assert undo_revision(revision_id=row.id, reason="Wrong rule", term_ids=[second.id], by=rita, now=NOW) == 1
    with pytest.raises(RequiredValueMissing):
        undo_revision(revision_id=row.id, reason=" ", by=rita, now=NOW)
    assert undo_revision(revision_id=row.id, reason="Wrong rule", by=rita, now=NOW) == 2
    row.refresh_from_db()
    assert (states(row), row.state) == (["applied", "undone", "undone", "undone"], "applied")
    other = started(scene)
    applied(scene, other)
    assert undo_revision(revision_id=other.id, reason="Wrong rule", by=rita, now=NOW) == 3
    assert undo_revision(revision_id=other.id, reason="Wrong rule", by=rita, now=NOW) == 0
    other.refresh_from_db()
    assert (other.state, policy_price(scene.renewal)) == ("undone", 1050)


def test_draft_is_changed_by_who_saw_it_and_only_a_draft(scene: Scene) -> None:
    row, rita = started(scene), scene.people["rita"]
    kept = {"today": TODAY, "by": rita, "now": NOW}
    contract = scene.renewal.contract_id
    changed = leave_out(revision_id=row.id, seen=1, contract_ids={contract: "Promised"}, **kept)
    assert changed.terms.get(contract_id=contract).note == "Promised"
    with pytest.raises(DraftChanged):
        change_revision(revision_id=row.id, seen=1, wish=wish("7"), **kept)
    back = leave_out(revision_id=row.id, seen=2, contract_ids={contract: " "}, **kept)
    assert states(back) == ["planned"] * 4
    submit_revision(revision_id=row.id, seen=3, by=rita, now=NOW)
    with pytest.raises(DraftNotInState):
        change_revision(revision_id=row.id, seen=3, wish=wish("7"), **kept)
    take_revision_back(revision_id=row.id, by=rita, now=NOW)
    nothing = change_revision(revision_id=row.id, seen=3, wish=wish("0"), **kept)
    with pytest.raises(RulesHaveProblems):
        submit_revision(revision_id=row.id, seen=nothing.revision, by=rita, now=NOW)
    with pytest.raises(RequiredValueMissing):
        end_revision(revision_id=row.id, reason="", by=rita, now=NOW)
    assert end_revision(revision_id=row.id, reason="Not now", by=rita, now=NOW).state == "discarded"
    assert set(PriceRevision.State) == set(REVISION_STEPS) == set(REVISION_OWNERS)


@pytest.mark.requirement(32)
def test_revision_beyond_the_limits_is_approved_by_the_level_they_ask_for(scene: Scene) -> None:
    Account.objects.update(region="North America", tier="growth")
    assert set(started(scene, percent="8").terms.values_list("level", flat=True)) == {""}
    row = started(scene, percent="20")
    assert level_counts(row.id) == {"board": 4}
    submit_revision(revision_id=row.id, seen=1, by=scene.people["rita"], now=NOW)
    for person, state in (("eve", ""), ("fred", "waiting"), ("fay", ""), ("carl", "waiting"), ("eve", "applying")):
        if state:
            assert approve_revision(revision_id=row.id, by=scene.people[person], now=NOW).state == state
            continue
        with pytest.raises(NotYoursToDecide, match="4 of its terms"):
            approve_revision(revision_id=row.id, by=scene.people[person], now=NOW)
    assert [each.step for each in row.answers.all()] == ["finance", "renewals", "executive"]
    refused = started(scene, percent="40")
    assert set(refused.terms.values_list("state", "reason", "level")) == {("excluded", "beyond_policy", "")}


@pytest.mark.requirement(32)
def test_revision_is_refused_by_who_is_asked_and_passes_to_others_when_they_are_late_or_away(scene: Scene) -> None:
    Account.objects.update(region="North America", tier="growth")
    row = started(scene, percent="20")
    submit_revision(revision_id=row.id, seen=1, by=scene.people["rita"], now=NOW)
    for person, error in (("rita", SecondPersonNeeded), ("eve", NotYoursToDecide), ("anna", NotYoursToDecide)):
        with pytest.raises(error):
            refuse_revision(revision_id=row.id, reason="No", by=scene.people[person], now=NOW)
    fred, fay, abe = (scene.people[name] for name in ("fred", "fay", "abe"))
    away = {fred.id: abe.id, fay.id: None}
    with pytest.raises(RequiredValueMissing):
        refuse_revision(revision_id=row.id, reason=" ", away=away, by=abe, now=NOW)
    late = NOW + timedelta(days=30)
    level, chain = chain_in_force(row)
    assert level.key == "board"
    assert [step.due_at is not None for step in chain.steps] == [step.state == "open" for step in chain.steps]
    with pytest.raises(NotYoursToDecide):
        approve_revision(revision_id=row.id, by=scene.people["eve"], now=NOW)
    assert approve_revision(revision_id=row.id, by=scene.people["eve"], now=late).state == "waiting"
    assert refuse_revision(revision_id=row.id, reason="Not now", away={}, by=scene.people["carl"], now=late).state == (
        "refused"
    )
