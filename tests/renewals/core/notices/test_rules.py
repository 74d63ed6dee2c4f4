"""Rules as data: read back as written, refused when they cannot be kept; packs concern only what their text names."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from renewals.core.dates import BusinessCalendar
from renewals.core.errors import InvalidInput
from renewals.core.notices.plan import NoticeFacts, plan_notices, undecided_packs
from renewals.core.notices.regions import region_code
from renewals.core.notices.rules import (
    NoticeKind,
    NoticeSide,
    Offset,
    PackQuestion,
    check_rule,
    does_pack_apply,
    packs_by_key,
    read_pack,
    read_rule,
    write_rule,
)
from renewals.core.terms import EndAction, Term
from renewals.queries.library import jurisdiction_packs, known_regions

NEW_YORK = jurisdiction_packs()["us-ny-gol-5-903"]
ASKED = PackQuestion(country="US", region="US-NY", renews_by_itself=True, term_months=12, renewal_months=12)
TERM = Term(
    number=1,
    version=1,
    starts_on=date(2026, 1, 1),
    ends_on=date(2026, 12, 31),
    recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
    notice_period=60,
    is_auto_renewing=True,
)
FACTS = NoticeFacts(term=TERM, country="US", region_code="US-NY", calendar=BusinessCalendar())


def kinds(facts: NoticeFacts) -> list[tuple[str, str, str]]:
    """The notices of a renewal: rule, kind, side."""
    return [(item.rule.key, item.rule.kind.value, item.rule.side.value) for item in plan_notices(facts)]


@pytest.mark.parametrize("key", jurisdiction_packs())
def test_rule_is_read_back_as_it_was_written(key: str) -> None:
    rule = jurisdiction_packs()[key].rule
    assert read_rule(write_rule(rule), key=rule.key, version=rule.version, source=rule.source) == rule


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"country": "us"}, True),
        ({"region": ""}, False),
        ({"region": "US-WI"}, False),
        ({"country": "DE"}, False),
        ({"renews_by_itself": False}, False),
        ({"renewal_months": 1}, False),
        ({"renewal_months": None, "term_months": 12}, True),
        ({"renewal_months": None, "term_months": 1}, False),
    ],
)
def test_new_york_concerns_what_its_text_names(changes: dict[str, object], expected: bool) -> None:
    assert does_pack_apply(NEW_YORK, replace(ASKED, **changes)) is expected


@pytest.mark.parametrize(
    ("country", "written", "code"),
    [
        ("US", "NY", "US-NY"),
        ("us", " us-ny ", "US-NY"),
        ("US", "new  york", "US-NY"),
        ("US", "Washington, D.C.", "US-DC"),
        ("US", "York", ""),
        ("US", "", ""),
        ("DE", "NY", ""),
    ],
)
def test_region_is_read_by_code_or_known_name_and_never_guessed(country: str, written: str, code: str) -> None:
    assert region_code(known_regions(), country=country, written=written) == code


def test_every_region_of_a_pack_is_a_known_code() -> None:
    packs = jurisdiction_packs().values()
    assert [code for pack in packs for code in pack.regions if code not in known_regions()[pack.country]] == []


def test_unknown_region_plans_nothing_and_is_told() -> None:
    unknown = replace(FACTS, packs=(NEW_YORK,), region_code="")
    assert kinds(unknown) == [("contract", "opt_out", "theirs")]
    assert undecided_packs(unknown) == (NEW_YORK,)
    assert undecided_packs(replace(unknown, country="DE")) == ()
    assert undecided_packs(replace(unknown, region_code="US-WI")) == ()


def test_wisconsin_wants_a_first_term_and_a_renewal_of_more_than_a_year() -> None:
    pack = jurisdiction_packs()["us-wi-134-49"]
    asked = replace(ASKED, region="US-WI")
    assert does_pack_apply(pack, asked) is False
    assert does_pack_apply(pack, replace(asked, term_months=24, renewal_months=24)) is True
    assert does_pack_apply(pack, replace(asked, term_months=24, renewal_months=12)) is False


def test_renewal_has_their_deadline_always_and_our_notices_when_a_rule_asks() -> None:
    theirs = ("contract", "opt_out", "theirs")
    assert kinds(FACTS) == [theirs]
    assert kinds(replace(FACTS, packs=(NEW_YORK,))) == [("us-ny-gol-5-903", "reminder", "ours"), theirs]
    assert kinds(replace(FACTS, wants_non_renewal=True)) == [("contract", "non_renewal", "ours"), theirs]


def test_contract_clause_takes_the_place_of_the_plain_reading() -> None:
    clause = replace(NEW_YORK.rule, key="contract", kind=NoticeKind.OPT_OUT, opens=None, closes=Offset(count=0))
    found = plan_notices(replace(FACTS, clauses=(clause,)))
    assert [(item.rule.channels, item.window.closes_on) for item in found] == [(clause.channels, date(2026, 11, 1))]


def test_contract_without_a_notice_period_is_counted_from_its_last_day() -> None:
    found = plan_notices(replace(FACTS, term=replace(TERM, notice_period=0), packs=(NEW_YORK,)))
    assert [(item.rule.side, item.window.anchor_on) for item in found] == [
        (NoticeSide.OURS, date(2026, 12, 31)),
        (NoticeSide.THEIRS, date(2026, 12, 31)),
    ]


def test_open_ended_term_has_no_notices() -> None:
    assert plan_notices(replace(FACTS, term=replace(TERM, ends_on=None, end_action=EndAction.EVERGREEN))) == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"channels": ()},
        {"closes": Offset(count=401)},
        {"closes": Offset(count=-1)},
        {"delivery_days": 31},
        {"opens": Offset(count=10), "closes": Offset(count=15)},
    ],
)
def test_rule_that_cannot_be_kept_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        check_rule(replace(NEW_YORK.rule, **changes))


def test_pack_that_misses_a_part_or_shares_a_key_is_refused() -> None:
    with pytest.raises(InvalidInput, match="incomplete"):
        read_pack({"key": "x"})
    with pytest.raises(InvalidInput, match="Two"):
        packs_by_key([NEW_YORK, NEW_YORK])
