"""The pack of a review in words: what a reader may not see is left out and said, amounts of rules and sums among it."""

from dataclasses import replace
from typing import Any

import pytest

from dashboards.core.review_sheet import Sight, sheet_of
from dashboards.core.review_words import age_words, figure_words, input_words, inputs_words, settled_words
from playbooks.core.reviews.pack import Pack, PackDecision, PackItem, as_table, read_pack

FIGURES = {
    "renewals": "22",
    "amount": "997000.0000",
    "at_risk_amount": "103000.0000",
    "high_risk": "1",
    "near": "7",
    "near_amount": "336000.0000",
    "unpriced": "2",
}
WHY = {"rule": "high_risk_near", "inputs": [["renewal.at_risk_amount", "16400"], ["risk.band", "high"]]}
TARGETS = (
    {"name": "GRR", "unit": "share", "currency": "", "target": "0.9", "reached": "0.881", "is_met": False},
    {"name": "Expansion", "unit": "money", "currency": "USD", "target": "50000", "reached": None, "is_met": None},
)
EVERYTHING = Sight(items=frozenset({1, 2}), priced=frozenset({1, 2}), sees_sums=True)


def item(number: int, **changes: Any) -> PackItem:
    made = PackItem(
        id=number,
        about="renewal",
        title=f"Account {number}",
        account_id=number,
        renewal_id=number,
        amount="49300",
        at_risk_amount="16400",
        due_on="2027-05-23",
        notice_on=None,
        risk_band="high",
        why=(WHY,),
        age=0,
        first_on="2026-11-16",
        state="decided",
        note="",
        decisions=(PackDecision(id=1, words="Call them", owner="Carla", due_on="2026-11-20", state="done"),),
    )
    return replace(made, **changes)


PACK = Pack(
    series="Weekly",
    kind="at_risk",
    held_on="2026-11-16",
    as_of="2026-11-16T09:45:00+00:00",
    zone="Europe/Berlin",
    scope="Team Europe",
    rules="review rules v1",
    currency="USD",
    owner="Helen",
    present=("Helen",),
    absent=(),
    unsaid=("Carla",),
    figures=FIGURES,
    before=FIGURES | {"at_risk_amount": "90000"},
    before_on="2026-11-09",
    kept={"made": 4, "done": 3, "in_time": 2, "overdue": 1},
    items=(item(1), item(2, age=2, state="carried", decisions=())),
    left_out=3,
    minutes="",
    targets=TARGETS,
)


def shown(sight: Sight) -> Any:
    return sheet_of(PACK, sight, rule_names={"high_risk_near": "High risk and near"}, as_of="then", is_draft=False)


def plain(words: object) -> Any:
    """The words without the spaces that keep an amount in one line."""
    return [plain(each) for each in words] if isinstance(words, tuple | list) else str(words).replace("\xa0", " ")


def test_reader_of_everything_sees_amounts_reasons_and_what_was_before() -> None:
    sheet = shown(EVERYTHING)
    first, second = sheet.items
    assert plain(first.facts) == "$16.4 k at risk · of $49.3 k · high risk · due 23 May 2027"
    assert plain(first.why) == ["High risk and near (ARR at risk: $16.4 k, risk band: high)"]
    assert first.decisions == ("Call them – Carla, by 20 Nov 2026 (done)",)
    assert second.facts.endswith("carried 2 times, since 16 Nov 2026")
    at_risk = next(each for each in sheet.figures if each.name == "Of it at risk")
    assert plain((at_risk.value, at_risk.before)) == ["$103 k", "$90 k"]
    assert sheet.figures_note == "Compared with 9 Nov 2026. 2 renewals without a rate of exchange in no sum"
    assert sheet.kept == "Of 4 decisions of the last year 3 are done, 2 in time, 1 overdue."
    assert plain(sheet.targets) == [
        "GRR: 88.1% against 90.0%, missed",
        "Expansion: not known against $50 k, not known yet",
    ]
    assert (sheet.people, sheet.left_out, sheet.hidden) == (
        "Here: Helen; Not said: Carla",
        "3 more items had no room.",
        "",
    )


def test_reader_without_prices_sees_no_amount_anywhere() -> None:
    sheet = shown(Sight(items=frozenset({1, 2}), priced=frozenset(), sees_sums=False))
    assert "$" not in str(sheet)
    assert sheet.items[0].facts.startswith("amount hidden")
    assert sheet.items[0].why == ("High risk and near (ARR at risk: hidden, risk band: high)",)
    assert sheet.targets == ("GRR: 88.1% against 90.0%, missed",)


def test_item_out_of_reach_is_left_out_and_counted() -> None:
    sheet = shown(Sight(items=frozenset({1}), priced=frozenset({1}), sees_sums=True))
    assert [each.name for each in sheet.items] == ["Account 1"]
    assert sheet.hidden == "1 item of accounts you may not see."


@pytest.mark.requirement(96)
def test_kept_pack_reads_back_as_it_was() -> None:
    assert read_pack(as_table(PACK)) == PACK


def test_words_of_reviews() -> None:
    assert input_words("quote.is_out", False, currency="USD", sees_amounts=True) == "quote is out: no"
    both = [("renewal.callers_disagree", True), ("quote.is_out", False)]
    assert inputs_words(both, currency="USD", sees_amounts=True) == "quote is out: no"
    assert (
        input_words("renewal.days_to_due", None, currency="USD", sees_amounts=True)
        == "days to the renewal date: not known"
    )
    assert input_words("renewal.renew_probability", 0.54, currency="USD", sees_amounts=True) == "chance of renewal: 54%"
    assert [age_words(0, None), settled_words(0, 0), settled_words(2, 2)] == [
        "",
        "Nothing is on the agenda",
        "All 2 items settled",
    ]
    assert figure_words("84", "days", "") == "84 days"
