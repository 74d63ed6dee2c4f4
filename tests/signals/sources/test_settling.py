"""What becomes of messages: signals, unknown types, refusals; and what a better mapping brings in afterwards."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from renewals.actions.scope import in_workspace
from renewals.core.actors import Actor
from renewals.models import Workspace
from renewals.queries.clock import database_now
from signals.actions.sources import settle
from signals.actions.sources.deliveries import forget_deliveries, read_again
from signals.actions.sources.mapping import set_mapping
from signals.actions.sources.settle import settle_deliveries
from signals.core.sources.errors import MappingInvalid, PathInvalid
from signals.models import Delivery, Signal, UnknownEvent, Unmatched
from signals.tasks import settle_waiting_deliveries
from tests.signals.factories import make_account
from tests.signals.sources.hooking import Sender, make_sender


@pytest.fixture
def sender(workspace: Workspace) -> Sender:
    sender = make_sender(workspace.id)
    with in_workspace(workspace.id, by=sender.by):
        make_account(workspace.id)
        mapped(sender, "track")
    return sender


def mapped(
    sender: Sender, shape: str, paths: dict[str, str] | None = None, kinds: dict[str, str] | None = None
) -> None:
    set_mapping(
        source_id=sender.source.id, shape=shape, paths=paths or {}, kinds=kinds or {}, by=sender.by, now=database_now()
    )


def settled(sender: Sender, now: datetime | None = None) -> list[Delivery]:
    with in_workspace(sender.workspace_id, by=sender.by):
        settle_deliveries(workspace_id=sender.workspace_id, by=sender.by, now=now or database_now())
        return list(Delivery.objects.order_by("id"))


def event(name: str = "Export", **fields: Any) -> dict[str, Any]:
    return {"type": "track", "event": name, "messageId": f"e-{name}", "account_id": "A-1", **fields}


def kinds_kept(sender: Sender) -> list[tuple[str, str]]:
    with in_workspace(sender.workspace_id, by=sender.by):
        return list(Signal.objects.order_by("id").values_list("kind", "external_id"))


def test_waiting_messages_become_signals_once(sender: Sender) -> None:
    sender.send({"batch": [event(), event("Import")]})
    for _ in range(2):
        delivery = settled(sender)[0]
        assert (delivery.state, delivery.counts, delivery.events_count) == ("done", {"accepted": 2}, 2)
    assert kinds_kept(sender) == [("usage.feature_used", "e-Export"), ("usage.feature_used", "e-Import")]


@pytest.mark.requirement(2)
def test_source_that_sends_everything_twice_is_counted_once(sender: Sender) -> None:
    for number in range(2):
        sender.send(event(), message_id=f"m-{number}")
    assert [each.counts for each in settled(sender)] == [{"accepted": 1}, {"duplicate": 1}]
    assert len(kinds_kept(sender)) == 1


def test_task_settles_every_workspace(sender: Sender) -> None:
    sender.send(event())
    settle_waiting_deliveries()
    assert len(kinds_kept(sender)) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"timestamp": "1970-01-01T00:00:00Z"}, "E-DATE-03"),
        ({"timestamp": 0}, "E-DATE-03"),
        ({"timestamp": "2099-01-01T00:00:00Z"}, "E-SIG-02"),
        ({"timestamp": "2106-01-01T00:00:00Z"}, "E-DATE-03"),
        ({"timestamp": "yesterday"}, "E-DATE-01"),
        ({"timestamp": "2026-03-01T09:00:00"}, "E-DATE-07"),
        ({"timestamp": {"a": 1}}, "E-DATE-01"),
        ({"timestamp": 10**400}, "E-DATE-01"),
        ({"properties": {"count": 10**400}}, "E-SIG-01"),
        ({"properties": {"count": 1e308}}, "E-SIG-01"),
        ({"properties": {"count": -1}}, "E-SIG-01"),
        ({"properties": {"count": "many"}}, "E-SIG-01"),
        ({"properties": {"count": []}}, "E-SIG-01"),
        ({"account_id": ""}, "E-REQ-01"),
        ({"event": ""}, "E-REQ-01"),
        ({"event": "a\x00b"}, "E-TXT-01"),
    ],
)
def test_rubbish_in_an_event_is_refused_with_its_code_and_the_rest_kept(
    sender: Sender, fields: dict[str, Any], code: str
) -> None:
    sender.send({"batch": [event(**fields), event("Good")]})
    delivery = settled(sender)[0]
    assert delivery.counts == {"accepted": 1, "refused": 1}
    assert [(each["event"], each["verdict"], each["code"]) for each in delivery.verdicts] == [(0, "refused", code)]
    assert delivery.is_incomplete
    assert [kind for kind, _ in kinds_kept(sender)] == ["usage.feature_used"]


def test_events_out_of_order_and_late_keep_the_time_they_occurred(sender: Sender) -> None:
    moments = ["2026-03-01T09:00:00+00:00", "2025-11-01T09:00:00+00:00", "2026-02-01T09:00:00+00:00"]
    sender.send({"batch": [event(str(n), timestamp=moment) for n, moment in enumerate(moments)]})
    settled(sender)
    with in_workspace(sender.workspace_id, by=sender.by):
        kept = [each.occurred_at.isoformat() for each in Signal.objects.order_by("subject")]
    assert kept == moments


def test_unknown_types_are_listed_and_read_again_once_they_have_a_kind(sender: Sender) -> None:
    sender.send({"batch": [event(), {**event("x"), "type": "alarm"}, {**event("y"), "type": "alarm"}]})
    delivery = settled(sender)[0]
    assert (delivery.counts, delivery.is_incomplete) == ({"accepted": 1, "unknown": 2}, True)
    with in_workspace(sender.workspace_id, by=sender.by):
        assert list(UnknownEvent.objects.values_list("event_type", "events_count")) == [("alarm", 2)]
        mapped(sender, "track", kinds={"alarm": "support.escalation"})
    delivery = settled(sender)[0]
    assert (delivery.counts, delivery.is_incomplete) == ({"unchanged": 1, "accepted": 2}, False)
    assert sorted(kind for kind, _ in kinds_kept(sender)) == ["support.escalation"] * 2 + ["usage.feature_used"]
    with in_workspace(sender.workspace_id, by=sender.by):
        assert UnknownEvent.objects.count() == 0


def test_types_beyond_the_limit_are_counted_but_not_listed(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settle, "MOST_TYPES", 1)
    for number in range(3):
        sender.send({**event(), "type": f"t{number}"}, message_id=f"m{number}")
        settled(sender)
    with in_workspace(sender.workspace_id, by=sender.by):
        assert list(UnknownEvent.objects.values_list("event_type", flat=True)) == ["t0"]


def test_wrong_path_is_mended_and_nothing_is_lost(sender: Sender) -> None:
    sender.send(event(account_id=None, firm={"no": "A-1"}))
    assert settled(sender)[0].counts == {"refused": 1}
    with in_workspace(sender.workspace_id, by=sender.by):
        mapped(sender, "track", paths={"account": "firm.no"})
    assert settled(sender)[0].counts == {"accepted": 1}


def test_message_that_breaks_is_set_aside_after_five_attempts_and_holds_up_no_other(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = settle.record_signals

    def breaking(**given: Any) -> Any:
        if any(each["external_id"] == "e-Bad" for each in given["items"]):
            raise ValueError("no")
        return true(**given)

    monkeypatch.setattr(settle, "record_signals", breaking)
    sender.send(event("Bad"), message_id="bad")
    sender.send(event("Good"), message_id="good")
    now = database_now()
    for attempt in range(6):
        states = [each.state for each in settled(sender, now + timedelta(hours=attempt))]
    assert states == ["failed", "done"]
    assert [external_id for _, external_id in kinds_kept(sender)] == ["e-Good"]
    monkeypatch.undo()
    with in_workspace(sender.workspace_id, by=sender.by):
        assert read_again(source_id=sender.source.id, by=sender.by, now=now) == 1
    assert [each.state for each in settled(sender)] == ["done", "done"]


def test_amount_too_large_to_divide_is_refused(sender: Sender) -> None:
    with in_workspace(sender.workspace_id, by=sender.by):
        mapped(sender, "stripe")
    invoice = {"id": "in_1", "customer": "A-1", "currency": "usd", "total": 10**400, "amount_due": 10**400}
    sender.send({"id": "evt_1", "type": "invoice.finalized", "created": 1_772_452_800, "data": {"object": invoice}})
    assert [each["code"] for each in settled(sender)[0].verdicts] == ["E-SIG-01"]


def test_document_that_breaks_the_reading_itself_holds_up_no_other(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = settle.map_document

    def breaking(document: Any, **given: Any) -> Any:
        if document["event"] == "Bad":
            raise OverflowError("too large")
        return true(document, **given)

    monkeypatch.setattr(settle, "map_document", breaking)
    for name in ("Bad", "Good"):
        sender.send(event(name), message_id=name)
    assert [each.counts for each in settled(sender)] == [{"broken": 1}, {"accepted": 1}]


def test_unknown_account_of_a_message_is_held(sender: Sender) -> None:
    sender.send(event(account_id="nobody"))
    delivery = settled(sender)[0]
    assert (delivery.counts, delivery.is_incomplete) == ({"unmatched": 1}, False)
    with in_workspace(sender.workspace_id, by=sender.by):
        assert list(Unmatched.objects.values_list("account_key", "external_id")) == [("nobody", "e-Export")]


def test_mapping_names_what_is_wrong_with_it(sender: Sender) -> None:
    with in_workspace(sender.workspace_id, by=sender.by):
        with pytest.raises(MappingInvalid, match="no shape"):
            mapped(sender, "nothing")
        with pytest.raises(MappingInvalid, match="no kind"):
            mapped(sender, "track", kinds={"a": "weather.rain"})
        with pytest.raises(PathInvalid):
            mapped(sender, "track", paths={"account": "a..b"})


def test_raw_messages_are_forgotten_in_time_and_unread_ones_later(sender: Sender, workspace: Workspace) -> None:
    sender.send(event(), message_id="read")
    sender.send({**event(), "type": "?"}, message_id="odd")
    settled(sender)
    by, now = Actor(kind="system", label="t", workspace_id=workspace.id), database_now()
    with in_workspace(workspace.id, by=by):
        later = now + timedelta(days=1)
        assert forget_deliveries(read_before=later, any_before=now - timedelta(days=1), by=by, now=now) == 1
        assert list(Delivery.objects.values_list("message_id", flat=True)) == ["odd"]
        assert forget_deliveries(read_before=later, any_before=later, by=by, now=now) == 1
