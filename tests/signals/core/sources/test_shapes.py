"""The shipped shapes: one case per kind of event, and what is not a signal says why."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import signals
from signals.core.kinds import parse_catalogue
from signals.core.sources.errors import PathInvalid
from signals.core.sources.mapping import map_document, read_body
from signals.core.sources.paths import at_path, check_path, text_at
from signals.core.sources.readings import read_moment
from signals.core.sources.shapes import AS_SENT, adapted, check_paths, parse_shapes

LIBRARY = Path(signals.__file__).parent / "library"
SHAPES = parse_shapes(tomllib.loads((LIBRARY / "shapes.toml").read_text("utf-8")))
CATALOGUE = parse_catalogue(tomllib.loads((LIBRARY / "kinds.toml").read_text("utf-8")))
AT = "2026-03-02T09:00:00+00:00"
NOON = 1_772_452_800  # 2026-03-02T12:00:00Z
INVOICE = {
    "id": "in_1",
    "number": "F-17",
    "customer": "cus_1",
    "currency": "jpy",
    "total": 120_000,
    "amount_due": 5_000,
    "due_date": NOON - 3 * 86_400,
    "status_transitions": {"paid_at": NOON},
}
TICKET = {"id": 77, "organization_id": 5, "priority": "urgent", "created_at": "2026-03-01T12:00:00Z"}
TALK = {"id": "c1", "company": {"company_id": "A-1"}, "created_at": NOON - 7_200}


def fates(shape: str, event: Any, **own: Any) -> list[tuple[str, str, tuple[dict[str, Any], ...]]]:
    chosen = adapted(SHAPES[shape], paths=own.get("paths", {}), kinds=own.get("kinds", {}))
    found = map_document(event, shape=chosen, message_id="m", received_at=AT)
    return [(each.fate, each.event_type, tuple(dict(item) for item in each.items)) for each in found]


def test_event_in_our_own_words_becomes_the_signal_it_says() -> None:
    event = {
        "kind": "usage.exports",
        "account": "A-1",
        "external_id": "e1",
        "occurred_at": AT,
        "value": 3,
        "subject": "x",
    }
    (fate, _, (item,)) = fates("own", {"signals": [event]})[0]
    assert (fate, item["kind"], item["value"], item["subject"]) == ("signal", "usage.exports", 3.0, "x")
    assert [each[0] for each in fates("own", {"kind": "weather.rain", "account": "A-1"})] == ["unknown"]
    assert fates("own", event, kinds={"usage.exports": "usage.logins"})[0][2][0]["kind"] == "usage.logins"


def test_half_of_a_character_pair_reads_as_the_sign_for_what_cannot_be_read() -> None:
    document = read_body(r'{"cut \ud83d": ["\ude00!", "\ud83d\ude00", 5]}')
    assert document == {"cut \ufffd": ["\ufffd!", "\U0001f600", 5]}


def test_number_too_long_to_read_is_refused_in_plain_words() -> None:
    with pytest.raises(ValueError, match=r"^A number has more than 4000 digits\.$"):
        read_body('{"n": ' + "9" * 4_001 + "}")


def stripe(kind: str) -> dict[str, Any]:
    return {"id": "evt_1", "type": kind, "created": NOON, "data": {"object": INVOICE}}


def zendesk(kind: str, **event: Any) -> dict[str, Any]:
    return {
        "id": "z1",
        "type": f"zen:event-type:ticket.{kind}",
        "time": "2026-03-02T12:00:00Z",
        "detail": {**TICKET, "description": "<p>It <b>broke</b></p>"},
        "event": event,
    }


def intercom(topic: str, **item: Any) -> dict[str, Any]:
    return {"id": "n1", "topic": topic, "created_at": NOON, "data": {"item": {**TALK, **item}}}


CASES: list[tuple[str, Any, list[tuple[str, str, Any, str]]]] = [
    (
        "track",
        {"type": "track", "event": "Exported", "account_id": "A"},
        [("usage.feature_used", "A", 1.0, "Exported")],
    ),
    ("track", {"type": "track", "event": "Logged In", "account_id": "A"}, [("usage.logins", "A", 1.0, "")]),
    ("track", {"type": "page", "context": {"groupId": "A"}}, [("usage.events", "A", 1.0, "")]),
    ("stripe", stripe("invoice.finalized"), [("billing.invoice_issued", "cus_1", 120_000.0, "F-17")]),
    ("stripe", stripe("invoice.paid"), [("billing.invoice_paid", "cus_1", 3.0, "F-17")]),
    ("stripe", stripe("invoice.overdue"), [("billing.invoice_overdue", "cus_1", 3.0, "F-17")]),
    ("stripe", stripe("invoice.payment_failed"), [("billing.payment_failed", "cus_1", 5_000.0, "F-17")]),
    (
        "chargebee",
        {
            "id": "ev",
            "event_type": "invoice_generated",
            "occurred_at": NOON,
            "content": {"invoice": {"id": "I-1", "customer_id": "A", "total": 12_345, "currency_code": "EUR"}},
        },
        [("billing.invoice_issued", "A", 123.45, "I-1")],
    ),
    (
        "zendesk",
        zendesk("created"),
        [("support.ticket_opened", "5", 4.0, "77"), ("support.message", "5", None, "77")],
    ),
    ("zendesk", zendesk("status_changed", current="SOLVED"), [("support.ticket_resolved", "5", 24.0, "77")]),
    (
        "zendesk",
        zendesk("comment_added", comment={"body": "Still down", "author": {"is_staff": False}}),
        [("support.message", "5", None, "77")],
    ),
    (
        "intercom",
        intercom("conversation.user.created", source={"body": "<p>Hi</p>"}),
        [("support.ticket_opened", "A-1", 2.0, "c1"), ("support.message", "A-1", None, "c1")],
    ),
    ("intercom", intercom("conversation.admin.closed"), [("support.ticket_resolved", "A-1", 2.0, "c1")]),
    (
        "intercom",
        intercom("conversation.rating.added", conversation_rating={"rating": 4}),
        [("support.csat", "A-1", 4, "c1")],
    ),
    ("surveys", {"type": "nps", "score": "9", "account_id": "A"}, [("relationship.nps", "A", 9.0, "")]),
    ("surveys", {"type": "CSAT", "rating": 2, "account": "A"}, [("support.csat", "A", 2, "")]),
    (
        "marketing",
        [{"event": "click", "account_id": "A", "timestamp": NOON}],
        [("marketing.email_clicked", "A", None, "")],
    ),
    ("marketing", {"event": "unsubscribe", "account_id": "A"}, [("marketing.unsubscribed", "A", None, "")]),
    (
        "crm",
        {"event": "contact_role.changed", "old_role": "Executive Sponsor", "new_role": "user", "account_id": "A"},
        [("relationship.sponsor_left", "A", None, "")],
    ),
    (
        "crm",
        {"event": "contact_role.changed", "new_role": "sponsor", "account_id": "A", "contact_name": "Ann"},
        [("relationship.sponsor_confirmed", "A", None, "Ann")],
    ),
    ("own", {"kind": "usage.logins", "account": "A", "value": 3}, []),
]


@pytest.mark.requirement(2)
@pytest.mark.parametrize(("shape", "event", "expected"), CASES)
def test_event_of_a_shape_gives_its_signals(shape: str, event: Any, expected: list[tuple[str, str, Any, str]]) -> None:
    items = [item for _, _, found in fates(shape, event, kinds={"usage.logins": ""}) for item in found]
    made = [(i["kind"], i["account"], i.get("value"), i.get("subject", "")) for i in items]
    assert made == expected
    assert all(CATALOGUE.spec(item["kind"]) for item in items)
    assert len({item["external_id"] for item in items}) == len(items)


def test_every_rule_names_a_kind_of_the_catalogue() -> None:
    kinds = {rule.kind for shape in SHAPES.values() for rule in shape.rules if rule.kind != AS_SENT}
    assert {kind for kind in kinds if kind not in CATALOGUE.kinds} == set()


@pytest.mark.parametrize(
    ("shape", "event", "fate"),
    [
        ("track", {"type": "identify", "userId": "u"}, "ignored"),
        ("stripe", stripe("customer.created"), "ignored"),
        ("stripe", stripe("payout.paid"), "unknown"),
        ("marketing", {"event": "delivered"}, "ignored"),
        ("zendesk", zendesk("merged"), "unknown"),
        ("crm", {"event": "contact_role.changed", "new_role": "user"}, "ignored"),
        ("track", {}, "signal"),
        ("stripe", {}, "unknown"),
        ("stripe", [], None),
        ("stripe", ["x"], "broken"),
        ("stripe", 7, "broken"),
        ("stripe", None, "broken"),
    ],
)
def test_event_without_a_signal_says_what_it_is(shape: str, event: Any, fate: str | None) -> None:
    assert [each[0] for each in fates(shape, event)] == ([] if fate is None else [fate])


def test_text_is_freed_of_markup() -> None:
    items = fates("zendesk", zendesk("created"))[0][2]
    assert items[1]["text"] == "It  broke"


def test_moment_of_the_event_wins_over_the_moment_of_receipt() -> None:
    assert fates("stripe", stripe("invoice.paid"))[0][2][0]["occurred_at"] == "2026-03-02T12:00:00+00:00"
    assert fates("track", {"event": "x"})[0][2][0]["occurred_at"] == AT


def test_event_without_an_id_is_known_by_its_message_and_place() -> None:
    found = fates("track", {"batch": [{"event": "a"}, {"event": "b", "messageId": "own"}]})
    assert [each[2][0]["external_id"] for each in found] == ["m:0", "own"]


def test_own_paths_and_kinds_are_laid_over_a_shape() -> None:
    event = {"verb": "opened_report", "who": {"firm": "A-7"}, "n": "4", "report": "Q3"}
    paths = {"type": "verb", "account": "who.firm", "value": "n", "subject": "report"}
    found = fates("own", event, paths=paths, kinds={"opened_report": "usage.feature_used"})
    assert [(i["kind"], i["account"], i["value"], i["subject"]) for i in found[0][2]] == [
        ("usage.feature_used", "A-7", 4.0, "Q3")
    ]


def test_type_left_out_for_a_source_is_ignored_with_a_reason() -> None:
    assert fates("track", {"type": "page"}, kinds={"page": ""}) == [("ignored", "page", ())]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (NOON, "2026-03-02T12:00:00+00:00"),
        (NOON * 1000, "2026-03-02T12:00:00+00:00"),
        (str(NOON), "2026-03-02T12:00:00+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        ("2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z"),
        ("20260302", "20260302"),
        (1e308, "1e+308"),
        (True, True),
        (None, None),
    ],
)
def test_moment_is_read_from_seconds_milliseconds_and_text(given: Any, read: Any) -> None:
    assert read_moment(given) == read


@pytest.mark.parametrize("path", ["a..b", ".a", "a.", "a b|.c", "a||b", "x" * 401])
def test_path_that_cannot_be_one_is_refused(path: str) -> None:
    with pytest.raises(PathInvalid):
        check_path(path)


def test_path_follows_lists_alternatives_and_literals() -> None:
    document = {"a": [{"b": 1}], "c": "", "d": False}
    assert [at_path(document, path) for path in ("a.0.b", "a.9.b|d", "c|a.0.b", "=word", ".", "x")] == [
        1,
        False,
        1,
        "word",
        document,
        None,
    ]
    assert text_at(document, "d") == "false"
    assert check_paths({"account": " a.b ", "type": "", "strange": "x"}) == {"account": "a.b"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@given(document=JSON, shape=st.sampled_from(sorted(SHAPES)))
def test_mapping_takes_any_document_without_breaking(document: Any, shape: str) -> None:
    found = map_document(document, shape=SHAPES[shape], message_id="m", received_at=AT)
    assert all(bool(each.items) == (each.fate == "signal") for each in found)


def test_not_a_number_is_no_json() -> None:
    for body in ("NaN", "[Infinity]", "{", ""):
        with pytest.raises(ValueError):
            read_body(body)
