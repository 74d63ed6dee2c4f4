"""Signals into PostgreSQL: once only, in their month, inside their workspace."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor, system_actor
from renewals.models import Workspace
from signals.actions.intake import load_signals, record_signals, withdraw_batch
from signals.core.errors import BatchTooLarge, SourceUnknown
from signals.core.verdicts import IntakeResult
from signals.models import AccountChange, Signal, SignalKey, SourceFeed
from tests.plugins.database import make_workspace
from tests.signals.factories import NOW, item, make_account, make_source


@pytest.fixture
def place(inside: Workspace) -> Workspace:
    make_account(inside.id)
    make_source(inside.id)
    return inside


def record(place: Workspace, *items: Any, source: str = "product", now: datetime = NOW) -> IntakeResult:
    actor = system_actor(place.id, "t")
    return record_signals(workspace_id=place.id, source_key=source, items=list(items), by=actor, now=now)


def load(place: Workspace, *items: Any, **options: Any) -> IntakeResult:
    actor = system_actor(place.id, "t")
    return load_signals(workspace_id=place.id, source_key="product", items=iter(items), by=actor, now=NOW, **options)


def verdicts(result: IntakeResult) -> list[tuple[str, bool]]:
    return [(each.verdict, each.differs) for each in result.verdicts()]


@pytest.mark.requirement(2)
def test_signal_is_kept_with_both_times(place: Workspace) -> None:
    assert verdicts(record(place, item(external_id="e1", subject="s", attributes={"a": 1}))) == [("accepted", False)]
    kept = Signal.objects.get()
    assert (kept.occurred_at, kept.received_at) == (NOW - timedelta(days=1), NOW)
    assert (kept.kind, kept.family, kept.value, kept.external_id) == ("usage.events", "usage", 3.0, "e1")
    assert (kept.subject, kept.attributes, kept.account.external_id) == ("s", {"a": 1}, "A-1")


DOORS = pytest.mark.parametrize("door", [record, load])


@DOORS
def test_same_id_twice_in_one_batch_is_kept_once(place: Workspace, door: Any) -> None:
    result = door(place, item(external_id="e"), item(external_id="e"), item(external_id="e", value=9))
    assert verdicts(result) == [("accepted", False), ("duplicate", False), ("duplicate", True)]
    assert list(Signal.objects.values_list("value", flat=True)) == [3.0]


@DOORS
def test_same_batch_again_changes_nothing(place: Workspace, door: Any) -> None:
    items = [item(external_id=f"e{n}", days_ago=n) for n in range(5)]
    assert door(place, *items).accepted == 5
    again = door(place, *items)
    assert (again.accepted, again.unchanged, again.sent) == (0, 5, 5)
    assert (Signal.objects.count(), SignalKey.objects.count()) == (5, 5)


@DOORS
def test_same_id_with_another_time_or_value_is_a_duplicate_that_differs(place: Workspace, door: Any) -> None:
    door(place, item(external_id="e"))
    result = door(place, item(external_id="e", days_ago=40), item(external_id="e", value=4))
    assert verdicts(result) == [("duplicate", True), ("duplicate", True)]
    assert Signal.objects.get().occurred_at == NOW - timedelta(days=1)


def test_same_id_from_another_source_is_another_signal(place: Workspace) -> None:
    make_source(place.id, "desk")
    record(place, item(external_id="e"))
    assert verdicts(record(place, item(external_id="e"), source="desk")) == [("accepted", False)]


def test_signal_without_an_id_is_known_by_what_it_says(place: Workspace) -> None:
    record(place, item())
    assert verdicts(record(place, item(), item(value=4))) == [("unchanged", False), ("accepted", False)]


def test_id_is_never_taken_for_a_content(place: Workspace) -> None:
    assert record(place, item(), item(external_id="c"), item(external_id="e")).accepted == 3


@DOORS
def test_unknown_account_is_held_and_the_rest_kept(place: Workspace, door: Any) -> None:
    result = door(place, item("A-9"), item(), item(value="x"))
    assert [(each.verdict, each.code) for each in result.verdicts()] == [
        ("unmatched", "E-REF-01"),
        ("accepted", ""),
        ("refused", "E-SIG-01"),
    ]
    assert (result.sent, result.accepted, result.refused, result.unmatched) == (3, 1, 1, 1)


@DOORS
def test_signals_go_to_the_partition_of_their_month(place: Workspace, door: Any) -> None:
    door(place, *(item(days_ago=days) for days in (0, 40, 400, 6000)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM signals_signal ORDER BY occurred_at")
        assert [row[0] for row in cursor.fetchall()] == [
            "signals_signal_before_2015",
            "signals_signal_2025_01",
            "signals_signal_2026_01",
            "signals_signal_2026_03",
        ]


def test_changed_accounts_and_feeds_are_noted(place: Workspace) -> None:
    make_account(place.id, "A-2")
    record(place, item(external_id="e"), item(kind="relationship.meeting", days_ago=3))
    assert list(AccountChange.objects.values_list("account__external_id", "changed_at")) == [("A-1", NOW)]
    feeds = SourceFeed.objects.order_by("family").values_list("family", "signals_count", "last_occurred_at")
    assert list(feeds) == [("relationship", 1, NOW - timedelta(days=3)), ("usage", 1, NOW - timedelta(days=1))]


def test_mark_tells_the_last_change_and_one_that_failed_is_begun_anew(place: Workspace) -> None:
    record(place, item(external_id="e"))
    later = NOW + timedelta(hours=1)
    record(place, item(external_id="f"), now=later)
    shown = AccountChange.objects.values_list("changed_at", "retry_at", "attempts", "last_error")
    assert list(shown) == [(later, later, 0, "")]  # triggers look at what has changed since their last look
    AccountChange.objects.update(attempts=5, retry_at=NOW + timedelta(days=999), last_error="broken")
    record(place, item(external_id="g"), now=later)
    assert list(shown.all()) == [(later, later, 0, "")]


@pytest.mark.parametrize("repeated", [0, 1, 600])
def test_load_of_any_size_keeps_each_signal_once_however_many_repeat(place: Workspace, repeated: int) -> None:
    items = [item(days_ago=n % 90, external_id=f"e{n}") for n in range(1_200)]
    load(place, *items[:repeated])
    result = load(place, *items)
    assert (result.sent, result.accepted, result.unchanged) == (1_200, 1_200 - repeated, repeated)
    assert Signal.objects.count() == 1_200


def test_repetition_marks_no_account_but_shows_the_source_alive(place: Workspace) -> None:
    record(place, item(external_id="e"))
    AccountChange.objects.all().delete()
    later = NOW + timedelta(hours=1)
    record_signals(
        workspace_id=place.id,
        source_key="product",
        items=[item(external_id="e")],
        by=system_actor(place.id, "t"),
        now=later,
    )
    feed = SourceFeed.objects.get()
    assert (AccountChange.objects.count(), feed.signals_count, feed.last_received_at) == (0, 1, later)


def test_batch_takes_the_same_queries_for_1_and_300_items(place: Workspace, django_assert_num_queries: Any) -> None:
    for items in ([item(external_id="x")], [item(external_id=f"e{n}") for n in range(300)]):
        with django_assert_num_queries(3):  # source, aliases, partitions with merge
            record(place, *items)


def test_batch_beyond_the_limit_is_refused(place: Workspace) -> None:
    with pytest.raises(BatchTooLarge, match="10,001"):
        record(place, *([item()] * 10_001))


def test_unknown_or_inactive_source_is_refused(place: Workspace) -> None:
    source = make_source(place.id, "off")
    type(source).objects.filter(id=source.id).update(is_active=False)
    for key in ("off", "never"):
        with pytest.raises(SourceUnknown):
            record(place, item(), source=key)


def test_account_of_another_workspace_is_unknown(place: Workspace, other_workspace: Workspace) -> None:
    with in_workspace(other_workspace.id, by=system_actor(other_workspace.id, "t")):
        make_account(other_workspace.id, "B-1")
    result = record(place, item("B-1"))
    assert [each.code for each in result.verdicts()] == ["E-REF-01"]


def test_signals_are_invisible_from_another_workspace(place: Workspace, other_workspace: Workspace) -> None:
    record(place, item())
    with in_workspace(other_workspace.id, by=system_actor(other_workspace.id, "t")):
        assert (Signal.objects.count(), SignalKey.objects.count(), AccountChange.objects.count()) == (0, 0, 0)
    assert Signal.objects.count() == 1


def test_load_withdrawn_leaves_nothing_and_may_be_sent_again(place: Workspace) -> None:
    record(place, item(external_id="kept"))
    items = [item(external_id="a"), item(value=8), item("A-1", "support.message", text="Great help, thank you")]
    assert load(place, *items, batch_id=7).accepted == 3
    actor = system_actor(place.id, "t")
    assert withdraw_batch(workspace_id=place.id, batch_id=7, by=actor, now=NOW) == 3
    assert withdraw_batch(workspace_id=place.id, batch_id=7, by=actor, now=NOW) == 0
    assert list(Signal.objects.values_list("external_id", flat=True)) == ["kept"]
    assert dict(SourceFeed.objects.values_list("family", "signals_count")) == {"usage": 1, "support": 0}
    assert load(place, *items, batch_id=8).accepted == 3


def test_load_keeps_quotes_line_breaks_and_empty_texts_as_sent(place: Workspace) -> None:
    text = 'He said "great, thanks"\n\\N, \tthen\r\nleft;'
    load(place, item(kind="support.message", text=text, attributes={"a": 'x"y'}), item(value=0))
    kept = Signal.objects.order_by("kind")
    assert [(each.text, each.value, each.external_id) for each in kept][1] == ("", 0.0, "")
    assert (kept[0].text, kept[0].attributes["a"]) == (text, 'x"y')


def test_load_counts_positions_over_chunks(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signals.actions.intake.load.CHUNK", 2)
    result = load(
        place, item(external_id="a"), item(external_id="b"), item(value="x"), item("A-9"), item(external_id="a")
    )
    assert [(each.position, each.verdict) for each in result.exceptions] == [
        (2, "refused"),
        (3, "unmatched"),
        (4, "duplicate"),
    ]
    assert (result.sent, result.accepted, result.refused, result.duplicate, result.unmatched) == (5, 2, 1, 1, 1)


@pytest.fixture
def shared(committed: None) -> Iterator[Workspace]:
    made = make_workspace("shared")
    with in_workspace(made.id, by=system_actor(made.id, "t")):
        for number in range(20):
            make_account(made.id, f"A-{number}")
        make_source(made.id)
    yield made


def test_two_connections_needing_the_same_new_months_make_them_once(shared: Workspace) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'signals_signal'::regclass")
        for name in [row[0] for row in cursor.fetchall()]:
            cursor.execute(f"DROP TABLE {name}")
    test_two_connections_sending_the_same_at_once_keep_it_once(shared)


def test_two_connections_sending_the_same_at_once_keep_it_once(shared: Workspace) -> None:
    items = [item(f"A-{n % 20}", external_id=f"e{n}", days_ago=n % 90) for n in range(400)]
    barrier = threading.Barrier(2)

    def send(order: int) -> IntakeResult:
        actor: Actor = system_actor(shared.id, "t")
        barrier.wait()
        try:
            with in_workspace(shared.id, by=actor):
                return record_signals(
                    workspace_id=shared.id, source_key="product", items=items[::order], by=actor, now=NOW
                )
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(send, (1, -1)))
    assert sum(result.accepted for result in results) == 400
    assert sum(result.unchanged for result in results) == 400
    with in_workspace(shared.id, by=system_actor(shared.id, "t")):
        assert (Signal.objects.count(), SignalKey.objects.count(), AccountChange.objects.count()) == (400, 400, 20)


def test_two_loads_of_overlapping_signals_keep_each_once(shared: Workspace) -> None:
    """Both hope that nothing repeats; the one that is too late merges, and loses nothing of its own."""
    barrier = threading.Barrier(2)

    def send(first: int) -> IntakeResult:
        numbers = range(first, first + 300)
        items = [item(f"A-{n % 20}", external_id=f"e{n}", days_ago=n % 90) for n in numbers]
        barrier.wait()
        try:
            with in_workspace(shared.id, by=system_actor(shared.id, "t")):
                return load(shared, *items)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(send, (0, 150)))
    with in_workspace(shared.id, by=system_actor(shared.id, "t")):
        assert sorted(Signal.objects.values_list("external_id", flat=True)) == sorted(f"e{n}" for n in range(450))
        assert SourceFeed.objects.get().signals_count == SignalKey.objects.count() == 450
    assert sum(each.accepted for each in results) == 450
    assert sum(each.unchanged for each in results) == 150
