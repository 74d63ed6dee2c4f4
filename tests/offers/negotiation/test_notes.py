"""Notes and credit in the database: recorded once, taken back, never 99.99 %, and the first touch of a cycle."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from offers.actions.notes import NoteGiven, SplitGiven, record_note, split_credit, take_note_back
from offers.actions.trees import start_walk
from offers.core.errors import SplitChanged, SplitNotWhole
from offers.core.negotiation.credit import Share
from offers.core.negotiation.facts import NoteKind, NoteSource
from offers.models import CreditSplit, NegotiationNote
from offers.queries.notes import credit_of, notes_of, shares_of, with_first_touch
from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NegativeAmount, RequiredValueMissing
from renewals.models import Renewal, Touchpoint, Workspace
from tests.offers.stories import Scene, make_scene
from tests.renewals.build import NOW


@pytest.fixture
def scene(inside: Workspace, actor: Actor) -> Scene:
    return make_scene(inside, actor)


def note(scene: Scene, kind: NoteKind = NoteKind.COMPETITOR, subject: str = "Rival", **more: object) -> NegotiationNote:
    given = NoteGiven(kind=kind, subject=subject, source=NoteSource.CALL, **{"heard_on": NOW.date()} | more)
    return record_note(renewal_id=scene.renewal.id, given=given, by=scene.people["anna"], now=NOW)


@pytest.mark.requirement(27)
def test_note_is_recorded_once_with_who_when_and_source_and_taken_back_with_a_reason(scene: Scene) -> None:
    first = note(scene)
    assert note(scene, subject="rival").id == first.id
    assert (first.recorded_by, first.source, first.heard_on) == ("Anna", "call", NOW.date())
    opening = note(scene, NoteKind.UP_SELL, "More seats", amount=Decimal(500))
    assert [each.subject for each in notes_of(scene.renewal.id)] == ["More seats", "Rival"]
    for bad, error in (
        ({"amount": Decimal(5)}, InvalidInput),
        ({"kind": NoteKind.UP_SELL, "amount": Decimal(-5)}, NegativeAmount),
        ({"subject": " "}, RequiredValueMissing),
        ({"heard_on": NOW.date() + timedelta(days=3)}, InvalidInput),
    ):
        with pytest.raises(error):
            note(scene, **{"subject": "Other"} | bad)
    with pytest.raises(RequiredValueMissing):
        take_note_back(note_id=opening.id, reason=" ", by=scene.people["anna"], now=NOW)
    for _ in range(2):
        assert take_note_back(
            note_id=opening.id, reason="Wrong account.", by=scene.people["rita"], now=NOW
        ).taken_back_at
    assert notes_of(scene.renewal.id).count() == 1


@pytest.mark.requirement(27)
def test_walk_through_an_objection_records_it_and_an_approach_does_not(scene: Scene) -> None:
    for key in ("budget_cut", "budget_cut", "which_shape"):
        start_walk(renewal_id=scene.renewal.id, tree_key=key, by=scene.people["anna"], now=NOW)
    found = NegotiationNote.objects.get()
    assert (found.kind, found.subject, found.source) == ("objection", "The budget was cut", "tree")


def split(scene: Scene, *percents: str, seen: int = 0, by: str = "anna") -> CreditSplit:
    people = [scene.people[name] for name in ("anna", "rita", "carl")]
    shares = tuple(
        Share(holder=f"user:{person.id}", percent=Decimal(each)) for person, each in zip(people, percents, strict=False)
    )
    given = SplitGiven(shares=shares, seen_number=seen)
    return split_credit(renewal_id=scene.renewal.id, given=given, by=scene.people[by], now=NOW)


@pytest.mark.requirement(10)
def test_credit_is_set_in_versions_and_never_over_somebody_elses(scene: Scene) -> None:
    for _ in range(2):
        assert split(scene, "60", "40").number == 1
    with pytest.raises(SplitChanged, match="Anna has set another split"):
        split(scene, "50", "50", by="rita")
    assert split(scene, "50", "50", seen=1, by="rita").number == 2
    assert [str(each.percent) for each in shares_of(credit_of(scene.renewal.id))] == ["50.000", "50.000"]
    with pytest.raises(SplitNotWhole):
        split(scene, "60", "39.99", seen=2)
    stranger = SplitGiven(shares=(Share(holder="user:999999", percent=Decimal(100)),), seen_number=2)
    with pytest.raises(SplitNotWhole, match="does not work here"):
        split_credit(renewal_id=scene.renewal.id, given=stranger, by=scene.people["anna"], now=NOW)


@pytest.mark.requirement(10)
@pytest.mark.parametrize(
    ("holders", "percents"),
    [
        (["user:1"], ["99.99"]),
        (["user:1", "user:2"], ["50", "50.001"]),
        (["user:1", "user:1"], ["50", "50"]),
        (["user:1", "user:2"], ["100"]),
        (["user:1", "user:2"], ["150", "-50"]),
        ([], []),
    ],
)
def test_database_itself_refuses_a_split_that_is_not_whole(
    scene: Scene, holders: list[str], percents: list[str]
) -> None:
    with pytest.raises(IntegrityError, match="exactly 100 percent"), transaction.atomic():
        CreditSplit.objects.create(
            workspace_id=scene.workspace.id,
            renewal=scene.renewal,
            number=1,
            holders=holders,
            percents=[Decimal(each) for each in percents],
            set_at=NOW,
            set_by="Somebody",
        )


@pytest.mark.requirement(27)
def test_first_touch_is_on_the_renewal_or_on_its_account_since_the_cycle_opened(scene: Scene) -> None:
    row = Renewal.objects.get()
    for number, (days, renewal_id) in enumerate([(-30, None), (5, None), (-3, row.id), (9, row.id)]):
        at = NOW.replace(year=row.opened_on.year, month=row.opened_on.month, day=row.opened_on.day)
        Touchpoint.objects.create(
            workspace_id=row.workspace_id,
            account_id=row.account_id,
            renewal_id=renewal_id,
            occurred_at=at + timedelta(days=days),
            recorded_at=NOW,
            channel="call",
            subject="A call",
            by_label="Anna",
            origin="person",
            origin_key=f"test-{number}",
        )
    found = with_first_touch(Renewal.objects.all()).get()
    assert found.first_touch_at.date() == row.opened_on - timedelta(days=3)
