"""What one signal must look like; each refusal names code, field and remedy."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signals.core.intake import FIELDS, check_items
from signals.queries.library import catalogue, lexicon

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
GOOD = {"account": "A-1", "kind": "usage.events", "occurred_at": "2026-03-01T09:00:00Z", "value": 3}


def check(*items: Any):
    return check_items(list(items), catalogue=catalogue(), lexicon=lexicon(), now=NOW)


def refusal(**changes: Any) -> tuple[str, str]:
    kept, refused = check({**GOOD, **changes})
    assert kept == []
    assert refused[0].what
    assert refused[0].remedy
    return refused[0].code, refused[0].where


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"account": None}, "E-REQ-01", "account"),
        ({"account": "   "}, "E-REQ-01", "account"),
        ({"kind": ""}, "E-REQ-01", "kind"),
        ({"occurred_at": None}, "E-REQ-01", "occurred_at"),
        ({"kind": "usge.events"}, "E-ENUM-01", "kind"),
        ({"kind": 7}, "E-ENUM-01", "kind"),
        ({"kind": "usage." + "x" * 80}, "E-ENUM-01", "kind"),
        ({"kind": "usage.Ä"}, "E-ENUM-01", "kind"),
        ({"kind": {"a": 1}}, "E-ENUM-01", "kind"),
        ({"value": None}, "E-REQ-01", "value"),
        ({"value": "83"}, "E-SIG-01", "value"),
        ({"value": True}, "E-SIG-01", "value"),
        ({"value": float("nan")}, "E-SIG-01", "value"),
        ({"value": float("inf")}, "E-SIG-01", "value"),
        ({"value": 1e308}, "E-SIG-01", "value"),
        ({"value": 10**400}, "E-SIG-01", "value"),
        ({"value": -1}, "E-SIG-01", "value"),
        ({"kind": "usage.usage_ratio", "value": 83}, "E-SIG-01", "value"),
        ({"kind": "relationship.nps", "value": 10.5}, "E-SIG-01", "value"),
        ({"kind": "usage.feature_used"}, "E-REQ-01", "subject"),
        ({"occurred_at": "2026-03-01T09:00:00"}, "E-DATE-07", "occurred_at"),
        ({"occurred_at": "2026-02-30T09:00:00Z"}, "E-DATE-01", "occurred_at"),
        ({"occurred_at": 1772355600}, "E-DATE-01", "occurred_at"),
        ({"occurred_at": "2026-03-02T09:10:01Z"}, "E-SIG-02", "occurred_at"),
        ({"occurred_at": "1989-12-31T23:59:59Z"}, "E-DATE-03", "occurred_at"),
        ({"occurred_at": "1970-01-01T00:00:00Z"}, "E-DATE-03", "occurred_at"),
        ({"occurred_at": "2099-01-01T00:00:00Z"}, "E-SIG-02", "occurred_at"),
        ({"occurred_at": "9999-12-31T23:59:59-12:00"}, "E-DATE-03", "occurred_at"),
        ({"expires_at": "2026-03-01"}, "E-DATE-07", "expires_at"),
        ({"external_id": "x" * 201}, "E-TXT-03", "external_id"),
        ({"external_id": "a\x00b"}, "E-TXT-01", "external_id"),
        ({"subject": "a\nb"}, "E-TXT-01", "subject"),
        ({"text": "\ud800"}, "E-TXT-01", "text"),
        ({"text": ["a"]}, "E-TXT-05", "text"),
        ({"attributes": [1]}, "E-SIG-04", "attributes"),
        ({"attributes": {str(n): n for n in range(51)}}, "E-SIG-04", "attributes"),
        ({"attributes": {"deep": {}}}, "E-SIG-04", "attributes.'deep'"),
        ({"attributes": {"n": float("nan")}}, "E-SIG-04", "attributes.'n'"),
        ({"attributes": {"known_as": "A-2"}}, "E-SIG-04", "attributes.known_as"),
        ({"attributes": {"tone_version": "mine"}}, "E-SIG-04", "attributes.tone_version"),
        ({"team": "x"}, "E-FIELD-01", "team"),
    ],
)
def test_signal_that_breaks_a_rule_is_refused_with_code_and_field(changes: dict, code: str, where: str) -> None:
    assert refusal(**changes) == (code, where)


def test_ratio_of_83_asks_whether_it_is_a_percentage() -> None:
    _, refused = check({**GOOD, "kind": "usage.usage_ratio", "value": 83})
    assert refused[0].what == "usage.usage_ratio must be 0 to 1, got 83. Is it a percentage?"


def test_kind_with_a_typo_gets_a_suggestion() -> None:
    _, refused = check({**GOOD, "kind": "usge.events"})
    assert refused[0].remedy.startswith("Did you mean 'usage.events'?")


@pytest.mark.parametrize("minutes", [0, 10, -60 * 24 * 365 * 10])
def test_moment_up_to_ten_minutes_ahead_or_long_past_is_kept(minutes: int) -> None:
    moment = NOW + timedelta(minutes=minutes)
    kept, refused = check({**GOOD, "occurred_at": moment.isoformat()})
    assert ([each.occurred_at for each in kept], refused) == ([moment], [])


def test_text_is_trimmed_and_numbers_become_ids() -> None:
    kept, _ = check({**GOOD, "account": " A-1\u00a0", "external_id": 42})
    assert (kept[0].account, kept[0].external_id) == ("A-1", "42")


def test_unlisted_kind_of_a_known_family_is_kept() -> None:
    kept, refused = check({"account": "A", "kind": "usage.adview", "occurred_at": "2026-03-01T00:00:00+01:00"})
    assert (kept[0].value, refused) == (None, [])


def test_missing_value_stays_missing() -> None:
    kept, _ = check({"account": "A", "kind": "marketing.email_opened", "occurred_at": "2026-03-01T00:00:00Z"})
    assert kept[0].value is None


@pytest.mark.requirement(14)
def test_message_without_value_gets_the_tone_of_its_text() -> None:
    item = {"account": "A", "kind": "support.message", "occurred_at": "2026-03-01T00:00:00Z", "text": "Great help!"}
    kept, _ = check(item)
    assert kept[0].value is not None
    assert kept[0].value > 0.4
    assert kept[0].attributes == {"tone_confidence": 0.5, "tone_version": "words-en-2"} | dict(kept[0].attributes or {})


def test_one_bad_item_does_not_stop_the_others() -> None:
    kept, refused = check(GOOD, 7, {**GOOD, "value": -1}, GOOD)
    assert ([each.position for each in kept], [each.position for each in refused]) == ([0, 3], [1, 2])


@pytest.mark.requirement(2)
@pytest.mark.parametrize("family", ["usage", "billing", "support", "marketing", "relationship", "health"])
def test_every_family_has_a_listed_kind_that_feeds_a_measure(family: str) -> None:
    assert any(spec.measures for spec in catalogue().kinds.values() if spec.family == family)


JSONISH = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # the first draw builds Unicode tables
@given(st.dictionaries(st.sampled_from(FIELDS), JSONISH))
def test_any_json_gives_exactly_one_verdict(item: dict) -> None:
    kept, refused = check(item)
    assert len(kept) + len(refused) == 1
