"""Signals of unknown accounts wait, enter once their account is known, and can be taken back; accounts are folded."""

from datetime import timedelta

import pytest

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.models import Account, Workspace
from signals.actions.intake import record_signals
from signals.actions.intake import unmatched as holding
from signals.actions.intake.load import load_signals
from signals.actions.intake.matching import fold_account, match_name, take_match_back
from signals.actions.intake.unmatched import forget_unmatched, settle_unmatched
from signals.actions.scores import refresh_scores
from signals.actions.scores.changes import mark_all_changed
from signals.core.sources.errors import MatchInvalid
from signals.models import AccountAlias, AccountChange, CurrentScore, Signal, SignalKey, SourceFeed, Unmatched
from tests.signals.factories import NOW, item, make_account, make_source, rich_items

LATER = NOW + timedelta(days=3)


@pytest.fixture
def place(inside: Workspace) -> Workspace:
    make_account(inside.id)
    make_source(inside.id)
    return inside


def record(place: Workspace, *items: object, now=NOW):
    by = Actor(kind="system", label="t", workspace_id=place.id)
    return record_signals(workspace_id=place.id, source_key="product", items=list(items), by=by, now=now)


def kept(account: str = "A-1") -> list[tuple[str, str, bool]]:
    rows = Signal.objects.filter(account__external_id=account).order_by("occurred_at", "id")
    return [(row.kind, row.external_id, "known_as" in (row.attributes or {})) for row in rows]


def waiting() -> int:
    return Unmatched.objects.filter(matched_at__isnull=True).count()


@pytest.mark.requirement(2)
def test_held_signal_enters_when_its_account_is_imported(place: Workspace, actor: Actor) -> None:
    assert record(place, item("A-2", external_id="e")).unmatched == 1
    assert settle_unmatched(workspace_id=place.id, by=actor, now=NOW) == 0
    make_account(place.id, "A-2")
    assert [settle_unmatched(workspace_id=place.id, by=actor, now=LATER) for _ in range(2)] == [1, 0]
    signal = Signal.objects.get()
    assert (signal.occurred_at, signal.received_at, signal.attributes) == (NOW - timedelta(days=1), LATER, None)
    assert Unmatched.objects.get().received_at == NOW
    assert AccountChange.objects.get().account.external_id == "A-2"


def test_held_twice_is_held_once_and_sent_again_after_it_entered_is_unchanged(place: Workspace, actor: Actor) -> None:
    for _ in range(2):
        assert record(place, item("A-2", external_id="e"), item("A-2")).unmatched == 2
    assert waiting() == 2
    make_account(place.id, "A-2")
    settle_unmatched(workspace_id=place.id, by=actor, now=LATER)
    assert record(place, item("A-2", external_id="e"), item("A-2"), now=LATER).unchanged == 2
    assert Signal.objects.count() == 2


@pytest.mark.requirement(2)
def test_matched_name_lets_what_waits_and_what_comes_later_in(place: Workspace, actor: Actor) -> None:
    record(place, item("cus_1", external_id="before"), item("cus_1"), item("cus_2", external_id="other"))
    account = Account.objects.get()
    source = make_source(place.id)
    made = match_name(name="cus_1", source_id=source.id, account_id=account.id, by=actor, now=LATER)
    assert made.signals_count == 2
    assert record(place, item("cus_1", external_id="after", days_ago=0), now=LATER).accepted == 1
    assert record(place, item("cus_1", external_id="before"), item("cus_1"), now=LATER).unchanged == 2
    assert [each[1:] for each in kept()] == [("before", True), ("", True), ("after", True)]
    assert waiting() == 1


def test_match_taken_back_restores_what_was_and_can_be_made_again(place: Workspace, actor: Actor) -> None:
    record(place, item(external_id="own"))
    record(place, item("cus_1", external_id="before"), item("cus_1", days_ago=2))
    account, source = Account.objects.get(), make_source(place.id)
    alias = match_name(name="cus_1", source_id=source.id, account_id=account.id, by=actor, now=LATER).alias
    record(place, item("cus_1", external_id="after"), item("cus_1", days_ago=5), now=LATER)
    assert take_match_back(alias_id=alias.id, by=actor, now=LATER).signals_count == 4
    assert take_match_back(alias_id=alias.id, by=actor, now=LATER).signals_count == 0
    assert (kept(), waiting()) == ([("usage.events", "own", False)], 4)
    assert SignalKey.objects.count() == 1
    assert SourceFeed.objects.get().signals_count == 1
    assert record(place, item("cus_1", days_ago=5), now=LATER).unmatched == 1
    assert waiting() == 4
    assert match_name(name="cus_1", source_id=source.id, account_id=account.id, by=actor, now=LATER).signals_count == 4
    assert len(kept()) == 5


def test_name_stands_for_one_account_and_never_for_itself(place: Workspace, actor: Actor) -> None:
    account, other = Account.objects.get(), make_account(place.id, "A-2")
    match_name(name="x", source_id=None, account_id=account.id, by=actor, now=NOW)
    match_name(name="x", source_id=None, account_id=account.id, by=actor, now=NOW)
    assert AccountAlias.objects.count() == 1
    with pytest.raises(MatchInvalid, match="already stands for A-1"):
        match_name(name="x", source_id=None, account_id=other.id, by=actor, now=NOW)
    with pytest.raises(MatchInvalid, match="own id"):
        match_name(name="A-1", source_id=None, account_id=account.id, by=actor, now=NOW)
    with pytest.raises(UnknownReference):
        match_name(name="y", source_id=None, account_id=10**9, by=actor, now=NOW)
    with pytest.raises(UnknownReference):
        take_match_back(alias_id=10**9, by=actor, now=NOW)


def test_name_of_one_source_says_nothing_of_another(place: Workspace, actor: Actor) -> None:
    other = make_source(place.id, "desk")
    match_name(name="42", source_id=other.id, account_id=Account.objects.get().id, by=actor, now=NOW)
    assert record(place, item("42")).unmatched == 1


@pytest.mark.requirement(2)
def test_account_folded_in_mid_stream_keeps_its_signals_and_gets_the_later_ones(place: Workspace, actor: Actor) -> None:
    old = make_account(place.id, "A-2")
    record(place, item("A-2", external_id="before"), item(external_id="own"))
    made = fold_account(folded_id=old.id, into_id=Account.objects.get(external_id="A-1").id, by=actor, now=LATER)
    assert made.signals_count == 1
    assert record(place, item("A-2", external_id="before"), now=LATER).duplicate == 1
    record(place, item("A-2", external_id="after", days_ago=0), now=LATER)
    assert [each[1] for each in kept("A-1")] == ["own", "before", "after"]
    assert [each[1] for each in kept("A-2")] == ["before"]
    assert take_match_back(alias_id=made.alias.id, by=actor, now=LATER).signals_count == 2
    assert [each[1] for each in kept("A-1")] == ["own"]
    assert [each[1] for each in kept("A-2")] == ["before", "after"]
    assert record(place, item("A-2", external_id="before"), now=LATER).unchanged == 1


def test_account_folded_twice_counts_its_signals_once(place: Workspace, actor: Actor) -> None:
    old, survivor = make_account(place.id, "A-2"), Account.objects.get(external_id="A-1")
    record(place, item("A-2", external_id="before"))
    for count in (1, 0):
        assert fold_account(folded_id=old.id, into_id=survivor.id, by=actor, now=NOW).signals_count == count
    assert [each[1] for each in kept("A-1")] == ["before"]
    with pytest.raises(MatchInvalid, match="folded into"):
        fold_account(folded_id=survivor.id, into_id=old.id, by=actor, now=NOW)


def test_folds_follow_each_other(place: Workspace, actor: Actor) -> None:
    first, second = make_account(place.id, "A-2"), make_account(place.id, "A-3")
    survivor = Account.objects.get(external_id="A-1")
    fold_account(folded_id=first.id, into_id=second.id, by=actor, now=NOW)
    fold_account(folded_id=second.id, into_id=survivor.id, by=actor, now=NOW)
    record(place, item("A-2", external_id="late"))
    assert kept("A-1") == [("usage.events", "late", True)]
    with pytest.raises(MatchInvalid):
        fold_account(folded_id=survivor.id, into_id=survivor.id, by=actor, now=NOW)


def test_load_holds_and_translates_like_a_batch(place: Workspace, actor: Actor) -> None:
    match_name(name="cus_1", source_id=None, account_id=Account.objects.get().id, by=actor, now=NOW)
    items = [item("cus_1", external_id="a"), item("A-9", external_id="b"), item(external_id="c")]
    result = load_signals(workspace_id=place.id, source_key="product", items=items, by=actor, now=NOW)
    assert (result.accepted, result.unmatched, result.refused) == (2, 1, 0)
    assert waiting() == 1


def test_full_inbox_refuses_with_a_clear_word(place: Workspace, actor: Actor, monkeypatch) -> None:
    monkeypatch.setattr(holding, "MOST_HELD", 2)
    result = record(place, *(item("A-9", external_id=str(n)) for n in range(3)))
    assert ([each.code for each in result.verdicts()], result.refused, waiting()) == (["E-SIG-07"] * 3, 3, 0)
    load = load_signals(
        workspace_id=place.id,
        source_key="product",
        items=[item("A-9", external_id=str(n)) for n in range(3)],
        by=actor,
        now=NOW,
    )
    assert (load.unmatched, load.refused, waiting()) == (2, 1, 2)


def test_old_held_signals_are_forgotten(place: Workspace, actor: Actor) -> None:
    record(place, item("A-9"))
    assert forget_unmatched(before=NOW, by=actor, now=LATER) == 0
    assert forget_unmatched(before=LATER, by=actor, now=LATER) == 1


def test_matched_signals_count_in_the_score_from_then_on(place: Workspace, actor: Actor) -> None:
    record(place, *rich_items("cus_1"))
    refresh_all(place, actor)
    assert CurrentScore.objects.get().state == "not_scored"
    match_name(name="cus_1", source_id=None, account_id=Account.objects.get().id, by=actor, now=NOW)
    refresh_all(place, actor)
    assert CurrentScore.objects.get().state == "scored"


def refresh_all(place: Workspace, actor: Actor) -> None:
    mark_all_changed(workspace_id=place.id, by=actor, now=NOW)
    refresh_scores(workspace_id=place.id, by=actor, now=NOW)


def test_signals_held_in_one_workspace_are_unseen_in_another(
    place: Workspace, other_workspace: Workspace, actor: Actor
) -> None:
    record(place, item("A-9"))
    with in_workspace(other_workspace.id, by=Actor(kind="system", label="t", workspace_id=other_workspace.id)):
        assert Unmatched.objects.count() == 0
