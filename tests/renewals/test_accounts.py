"""Accounts recorded one by one and in bulk: idempotent, in a hierarchy, through stages, into segments."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from renewals.actions.accounts import (
    StageChange,
    record_accounts,
    set_parent,
    set_stage,
    set_stages,
    update_account,
)
from renewals.actions.settings import set_lifecycle
from renewals.core.errors import DuplicateRecord, InvalidInput, ParentCycle, UnknownReference
from renewals.core.lifecycle import MomentAnchor, MomentRule, StageRule
from renewals.core.records import AccountRow, LineRow
from renewals.models import Account, LifecycleStage, StageEntry
from renewals.queries.accounts import (
    ancestor_ids,
    arr_in_workspace_currency,
    descendant_ids,
    next_moment,
    stage_history,
)
from renewals.queries.history import changes_of
from renewals.queries.library import shipped_moments, shipped_stages
from tests.renewals.build import NOW, account, contract, member, renewal

ROWS = (
    AccountRow(external_id="A1", name="Acme", currency="EUR", attributes={"plan": "gold"}),
    AccountRow(external_id="A2", name="Bolt", parent_external_id="A1"),
)


@pytest.fixture
def lifecycle(inside, actor):
    """The shipped lifecycle in the workspace."""
    set_lifecycle(stages=shipped_stages(), moments=shipped_moments(), by=actor, now=NOW)
    return inside


def test_accounts_recorded_twice_change_nothing_the_second_time(inside, actor) -> None:
    first = record_accounts(rows=ROWS, by=actor, now=NOW)
    again = record_accounts(rows=ROWS, by=actor, now=NOW + timedelta(days=1))
    assert (first.created, first.updated, first.unchanged) == (2, 0, 0)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert first.ids == again.ids
    assert {row.updated_at for row in Account.objects.all()} == {NOW}


def test_account_changes_only_what_is_said_and_merges_attributes(inside, actor) -> None:
    made = account(actor, attributes={"plan": "gold"}, industry="Retail", country="de")
    changed = update_account(
        account_id=made.id,
        changes=AccountRow(external_id="", attributes={"seats": 5}, name="  New\u00a0 name "),
        by=actor,
        now=NOW + timedelta(days=1),
    )
    assert (changed.name, changed.industry, changed.country) == ("New name", "Retail", "DE")
    assert changed.attributes == {"plan": "gold", "seats": 5}
    assert changed.updated_at == NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("row", "error", "code"),
    [
        (AccountRow(external_id="A9", name=" "), InvalidInput, "E-REQ-01"),
        (AccountRow(external_id="A9", name="x" * 201), InvalidInput, "E-TXT-01"),
        (AccountRow(external_id="A9", name="a\x00b"), InvalidInput, "E-TXT-01"),
        (AccountRow(external_id="A9", currency="EURO"), InvalidInput, "E-CUR-01"),
        (AccountRow(external_id="A9", timezone="EST"), InvalidInput, "E-TZ-01"),
        (AccountRow(external_id="A9", country="Germany"), InvalidInput, "E-ENUM-01"),
        (AccountRow(external_id="A9", product_complexity="huge"), InvalidInput, "E-ENUM-01"),
        (AccountRow(external_id="A9", owner_id=10**9), UnknownReference, "E-REF-01"),
        (AccountRow(external_id="A9", team_id=10**9), UnknownReference, "E-REF-01"),
        (AccountRow(external_id="A9", parent_external_id="nobody"), UnknownReference, "E-REF-01"),
        (AccountRow(external_id="A9", stage_key="nowhere"), UnknownReference, "E-REF-01"),
        (AccountRow(external_id="A1"), DuplicateRecord, "E-DUP-01"),
    ],
)
def test_one_row_that_cannot_stand_refuses_the_call_and_writes_nothing(inside, actor, row, error, code) -> None:
    with pytest.raises(error) as refusal:
        record_accounts(rows=[AccountRow(external_id="A1", name="Fine"), row], by=actor, now=NOW)
    assert refusal.value.code == code
    assert Account.objects.count() == 0


def test_parent_that_closes_a_circle_is_refused_with_the_path(inside, actor) -> None:
    a, b, c = (account(actor, key, name=key) for key in ("A", "B", "C"))
    set_parent(account_id=b.id, parent_id=a.id, by=actor, now=NOW)
    set_parent(account_id=c.id, parent_id=b.id, by=actor, now=NOW)
    with pytest.raises(ParentCycle) as refusal:
        set_parent(account_id=a.id, parent_id=c.id, by=actor, now=NOW)
    assert (refusal.value.code, refusal.value.what) == ("E-REF-02", "A → C → B → A.")
    with pytest.raises(ParentCycle):
        set_parent(account_id=a.id, parent_id=a.id, by=actor, now=NOW)
    assert ancestor_ids(c.id) == [c.id, b.id, a.id]
    assert descendant_ids(a.id) == [a.id, b.id, c.id]
    assert set_parent(account_id=b.id, parent_id=None, by=actor, now=NOW).parent_id is None


def test_circle_inside_one_bulk_call_is_refused(inside, actor) -> None:
    rows = [
        AccountRow(external_id="A", name="A", parent_external_id="B"),
        AccountRow(external_id="B", name="B", parent_external_id="A"),
    ]
    with pytest.raises(ParentCycle) as refusal:
        record_accounts(rows=rows, by=actor, now=NOW)
    assert refusal.value.what == "A → B → A."
    assert Account.objects.count() == 0


@pytest.mark.requirement(1)
def test_stage_change_closes_the_stay_before_and_keeps_its_dates(lifecycle, actor) -> None:
    made = account(actor, stage_key="onboarding", stage_on=date(2026, 1, 1))
    moved = set_stage(account_id=made.id, stage_key="adoption", on=date(2026, 2, 1), by=actor, now=NOW)
    again = set_stage(account_id=made.id, stage_key="adoption", on=date(2026, 3, 1), by=actor, now=NOW)
    assert (moved.stage.key, again.stage_entered_on) == ("adoption", date(2026, 2, 1))
    assert [(stay.stage.key, stay.entered_on, stay.left_on) for stay in stage_history(made.id)] == [
        ("onboarding", date(2026, 1, 1), date(2026, 2, 1)),
        ("adoption", date(2026, 2, 1), None),
    ]


def test_stage_of_an_account_of_nobody_is_refused(lifecycle, actor) -> None:
    with pytest.raises(UnknownReference):
        set_stages(changes=[StageChange(account_id=10**9, stage_key="value", entered_on=NOW.date())], by=actor, now=NOW)
    assert StageEntry.objects.count() == 0


@pytest.mark.requirement(1)
def test_account_shows_its_next_critical_moment_from_its_renewal(lifecycle, actor) -> None:
    row = renewal(actor).account
    found = next_moment(row, today=date(2026, 3, 2))
    assert (found.key, found.on) == ("early_checkpoint", date(2026, 7, 5))
    assert next_moment(row, today=date(2026, 10, 4)).key == "notice_deadline"
    assert next_moment(account(actor, "B"), today=date(2026, 3, 2)) is None


def test_lifecycle_replaced_keeps_stages_that_accounts_were_in(lifecycle, actor) -> None:
    account(actor, stage_key="onboarding", stage_on=date(2026, 1, 1))
    moment = MomentRule(key="m", name="M", anchor=MomentAnchor.RENEWAL_DATE, offset_days=-5)
    only_new = [StageRule(key="new", name="New", position=1)]
    with pytest.raises(InvalidInput):
        set_lifecycle(stages=only_new, moments=[moment], by=actor, now=NOW)
    both = [*only_new, StageRule(key="onboarding", name="Start", position=2)]
    set_lifecycle(stages=both, moments=[moment], by=actor, now=NOW)
    assert list(LifecycleStage.objects.values_list("key", "name", "position")) == [
        ("new", "New", 1),
        ("onboarding", "Start", 2),
    ]


@pytest.mark.requirement(66)
def test_segment_follows_value_and_term_and_says_by_which_rule(inside, actor) -> None:
    inside.currency = "EUR"
    inside.save()
    made = account(actor)
    made.refresh_from_db()
    assert (made.segment, made.tier, made.segment_reason["rule"]) == ("small", "basic", "default")
    assert made.segment_reason["unknown"] == ["arr_amount", "term_months", "employees"]
    contract(actor, lines=(LineRow(external_id="seats", arr_amount=Decimal(120_000)),))
    made.refresh_from_db()
    assert (made.segment, made.tier) == ("strategic", "strategic")
    assert made.segment_reason["evidence"] == [
        {"fact": "arr_amount", "comparison": ">=", "wanted": "100000", "seen": "120000.0000", "answer": "yes"}
    ]


def test_segment_without_an_exchange_rate_calls_the_value_unknown(inside, actor) -> None:
    made = account(actor)
    contract(actor)
    made.refresh_from_db()
    assert arr_in_workspace_currency([made.id], on=NOW.date()) == {}
    assert "arr_amount" in made.segment_reason["unknown"]


def test_history_of_an_account_says_who_what_and_why(inside, actor) -> None:
    made = account(actor, owner_id=member(actor, "Ada").user_id)
    update_account(account_id=made.id, changes=AccountRow(external_id="", name="Renamed"), by=actor, now=NOW)
    newest, *_, oldest = changes_of(made)
    assert (newest.who, newest.why, newest.kind) == ("tests", "test", "changed")
    assert [(c.field, c.before, c.after) for c in newest.fields] == [("name", "Account A1", "Renamed")]
    assert oldest.kind == "created"
    assert ("currency", None, "EUR") in [(c.field, c.before, c.after) for c in oldest.fields]


def test_three_hundred_accounts_take_as_many_statements_as_three(inside, actor, django_assert_max_num_queries) -> None:
    rows = [replace(ROWS[0], external_id=f"A{number}", name=f"Account {number}") for number in range(300)]
    with django_assert_max_num_queries(30):
        assert record_accounts(rows=rows, by=actor, now=NOW).created == 300
