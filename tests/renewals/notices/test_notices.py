"""Notices in the database: planned once, moved with the contract in its transaction, served, proven, called off."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from renewals.actions.accounts import record_account
from renewals.actions.contracts import amend_term
from renewals.actions.notices.plan import replan_notices, tend_notices
from renewals.actions.notices.rules import record_clause, remove_clause, switch_pack
from renewals.actions.notices.serve import (
    ProofRow,
    call_notice_off,
    mark_notice_sent,
    plan_non_renewal,
    record_proof,
    take_notice_up,
)
from renewals.actions.outcomes import record_outcome
from renewals.core.actors import Actor
from renewals.core.errors import (
    DuplicateRecord,
    InvalidInput,
    NoticeOutsideWindow,
    RequiredValueMissing,
    UnknownReference,
)
from renewals.core.notices.rules import NoticeChannel, NoticeCounts, NoticeKind, Offset
from renewals.core.notices.states import Service
from renewals.core.records import AccountRow
from renewals.models import Notice, NoticeProof, Renewal
from renewals.queries.library import jurisdiction_packs
from tests.renewals.build import NOW, TERM, renewal
from tests.renewals.test_renewals import won

LETTER = NoticeChannel.REGISTERED_LETTER
KEY = "us-ny-gol-5-903"


def at(day: date, hour: int = 15) -> datetime:
    """A working hour, UTC."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def new_york(by: Actor) -> Renewal:
    """A year that ends on 31 December with 60 days of notice, in New York: our window is 2 to 17 October 2026."""
    row = renewal(by, is_auto_renewing=True, renewal_months=12)
    record_account(
        row=AccountRow(external_id="A1", country="US", region="NY", timezone="America/New_York"), by=by, now=NOW
    )
    switch_pack(key=KEY, is_on=True, by=by, now=NOW)
    tend_notices(by=by, now=NOW)
    return row


def ours() -> Notice:
    """The one notice of ours."""
    return Notice.objects.get(side="ours")


def proof(day: date, reference: str = "RR 123", **changes: object) -> ProofRow:
    """A posting receipt of a registered letter."""
    return replace(ProofRow(kind="posting_receipt", channel=LETTER, served_on=day, reference=reference), **changes)


@pytest.mark.requirement(91)
def test_open_renewal_gets_their_deadline_and_ours_by_the_pack_once(inside, actor) -> None:
    row = new_york(actor)
    found = [
        (n.side, n.kind, n.rule_key, n.opens_on, n.safe_latest_on, n.closes_on, n.state, n.zone, n.zone_source)
        for n in Notice.objects.filter(renewal=row).order_by("closes_on")
    ]
    zone = ("America/New_York", "account")
    assert found == [
        ("ours", "reminder", KEY, date(2026, 10, 2), date(2026, 10, 13), date(2026, 10, 17), "planned", *zone),
        ("theirs", "opt_out", "contract", date(2026, 1, 1), date(2026, 10, 30), date(2026, 11, 1), "due", *zone),
    ]
    assert tend_notices(by=actor, now=NOW) == 0
    assert replan_notices(renewal_ids=[row.id], by=actor, now=NOW) == 0


def test_pack_is_off_until_somebody_switches_it_on_and_calls_its_notices_off_again(inside, actor) -> None:
    new_york(actor)
    switch_pack(key=KEY, is_on=False, by=actor, now=NOW)
    assert (ours().state, ours().state_reason) == ("not_needed", "rule_gone")
    switch_pack(key=KEY, is_on=True, by=actor, now=NOW)
    assert ours().state == "planned"
    with pytest.raises(UnknownReference):
        switch_pack(key="atlantis", is_on=True, by=actor, now=NOW)


def test_days_pass_through_the_states_and_a_miss_is_escalated(inside, actor) -> None:
    new_york(actor)
    seen = []
    for day in (date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 7), date(2026, 10, 13), date(2026, 10, 18)):
        tend_notices(by=actor, now=at(day))
        seen.append((ours().state, ours().level))
    assert seen == [("planned", 0), ("due", 0), ("due", 1), ("due", 4), ("missed", 5)]
    assert ours().escalated_at == at(date(2026, 10, 18))


def test_day_is_the_one_of_the_accounts_zone(inside, actor) -> None:
    new_york(actor)
    tend_notices(by=actor, now=datetime(2026, 10, 2, 3, 59, tzinfo=UTC))
    assert ours().state == "planned"
    tend_notices(by=actor, now=datetime(2026, 10, 2, 4, 0, tzinfo=UTC))
    assert ours().state == "due"


@pytest.mark.requirement(87)
def test_moved_contract_moves_its_notices_in_the_same_transaction_and_says_from_where(inside, actor) -> None:
    row = new_york(actor)
    later = replace(TERM, ends_on=date(2027, 3, 31), is_auto_renewing=True, renewal_months=12)
    amend_term(contract_id=row.contract_id, term=later, reason="Extended", by=actor, now=NOW + timedelta(days=1))
    moved = ours()
    assert (moved.opens_on, moved.closes_on) == (date(2026, 12, 31), date(2027, 1, 15))
    assert [(m["old_opens_on"], m["new_opens_on"], m["old_closes_on"], m["new_closes_on"]) for m in moved.moves] == [
        ("2026-10-02", "2026-12-31", "2026-10-17", "2027-01-15")
    ]


@pytest.mark.requirement(87)
def test_date_that_makes_a_notice_already_late_escalates_in_the_same_transaction(inside, actor) -> None:
    row = new_york(actor)
    earlier = replace(TERM, ends_on=date(2026, 6, 15), is_auto_renewing=True, renewal_months=12)
    at_last = at(date(2026, 4, 10))
    amend_term(contract_id=row.contract_id, term=earlier, reason="Shortened", by=actor, now=at_last)
    late = ours()
    assert (late.closes_on, late.state, late.level, late.escalated_at) == (date(2026, 4, 1), "missed", 5, at_last)


def test_sent_notice_is_owed_its_proof_and_a_proof_ends_it(inside, actor) -> None:
    new_york(actor)
    day = date(2026, 10, 6)
    tend_notices(by=actor, now=at(day))
    mark_notice_sent(notice_id=ours().id, service=Service(served_on=day, channel=LETTER), by=actor, now=at(day))
    mark_notice_sent(notice_id=ours().id, service=Service(served_on=day, channel=LETTER), by=actor, now=at(day))
    assert (ours().state, ours().sent_on) == ("sent", day)
    tend_notices(by=actor, now=at(date(2026, 10, 20)))
    assert (ours().state, ours().level) == ("sent", 5)
    first = record_proof(notice_id=ours().id, proof=proof(day), by=actor, now=at(date(2026, 10, 21)))
    again = record_proof(notice_id=ours().id, proof=proof(day), by=actor, now=at(date(2026, 10, 22)))
    assert (first.id, first.is_admissible, ours().state, ours().level) == (again.id, True, "proven", 0)
    with pytest.raises(DuplicateRecord):
        record_proof(notice_id=ours().id, proof=proof(date(2026, 10, 7)), by=actor, now=at(date(2026, 10, 22)))


@pytest.mark.parametrize(
    ("served_on", "channel"),
    [
        (date(2026, 10, 1), LETTER),
        (date(2026, 10, 18), LETTER),
        (date(2026, 10, 6), NoticeChannel.EMAIL),
        (date(2026, 10, 30), LETTER),
    ],
)
def test_service_outside_its_window_or_by_another_channel_is_never_a_sent_notice(
    inside, actor, served_on: date, channel: NoticeChannel
) -> None:
    new_york(actor)
    now = at(date(2026, 10, 20))
    tend_notices(by=actor, now=now)
    with pytest.raises(NoticeOutsideWindow):
        mark_notice_sent(notice_id=ours().id, service=Service(served_on=served_on, channel=channel), by=actor, now=now)
    assert (ours().state, ours().sent_on) == ("missed", None)


def test_inadmissible_proof_is_kept_and_the_duty_stays_open(inside, actor) -> None:
    new_york(actor)
    now = at(date(2026, 10, 20))
    tend_notices(by=actor, now=now)
    late = record_proof(notice_id=ours().id, proof=proof(date(2026, 10, 19)), by=actor, now=now)
    assert (late.is_admissible, ours().state) == (False, "missed")
    in_time = record_proof(notice_id=ours().id, proof=proof(date(2026, 10, 16), "RR 124"), by=actor, now=now)
    assert (in_time.is_admissible, ours().state, NoticeProof.objects.count()) == (True, "proven", 2)


def test_proven_notice_whose_window_moved_away_is_owed_again(inside, actor) -> None:
    row = new_york(actor)
    day = date(2026, 10, 6)
    tend_notices(by=actor, now=at(day))
    record_proof(notice_id=ours().id, proof=proof(day), by=actor, now=at(day))
    later = replace(TERM, ends_on=date(2027, 3, 31), is_auto_renewing=True, renewal_months=12)
    amend_term(contract_id=row.contract_id, term=later, reason="Extended", by=actor, now=at(date(2026, 10, 8)))
    assert (ours().state, NoticeProof.objects.count()) == ("planned", 1)


def test_notice_is_called_off_with_a_reason_only_and_taken_up_again(inside, actor) -> None:
    new_york(actor)
    tend_notices(by=actor, now=at(date(2026, 10, 18)))
    for said in (" ", "rule_gone"):
        with pytest.raises(RequiredValueMissing):
            call_notice_off(notice_id=ours().id, reason=said, by=actor, now=NOW)
    call_notice_off(notice_id=ours().id, reason="Counsel: not a service.", by=actor, now=at(date(2026, 10, 19)))
    tend_notices(by=actor, now=at(date(2026, 10, 20)))
    assert (ours().state, ours().state_reason) == ("not_needed", "Counsel: not a service.")
    take_notice_up(notice_id=ours().id, by=actor, now=at(date(2026, 10, 21)))
    assert (ours().state, ours().level) == ("missed", 5)


def test_closed_renewal_needs_no_notice_and_keeps_what_was_missed(inside, actor) -> None:
    row = new_york(actor)
    record_outcome(row=won(row.id), by=actor, now=NOW)
    assert set(Notice.objects.values_list("state", "state_reason")) == {("not_needed", "renewal_closed")}


def test_their_notice_is_proven_by_what_they_sent(inside, actor) -> None:
    new_york(actor)
    theirs = Notice.objects.get(side="theirs")
    with pytest.raises(InvalidInput):
        mark_notice_sent(notice_id=theirs.id, service=Service(served_on=NOW.date(), channel=LETTER), by=actor, now=NOW)
    given = proof(NOW.date(), kind="their_notice", channel=NoticeChannel.EMAIL)
    record_proof(notice_id=theirs.id, proof=given, by=actor, now=NOW)
    theirs.refresh_from_db()
    assert theirs.state == "proven"


def test_their_deadline_that_passes_is_not_needed(inside, actor) -> None:
    new_york(actor)
    tend_notices(by=actor, now=at(date(2026, 11, 2)))
    theirs = Notice.objects.get(side="theirs")
    assert (theirs.state, theirs.state_reason, theirs.level) == ("not_needed", "deadline_passed", 0)


def test_our_own_non_renewal_is_planned_once_with_days_for_delivery(inside, actor) -> None:
    row = new_york(actor)
    made = plan_non_renewal(renewal_id=row.id, by=actor, now=NOW)
    assert made == plan_non_renewal(renewal_id=row.id, by=actor, now=NOW)
    assert (made.state, made.safe_latest_on, made.closes_on) == ("due", date(2026, 10, 27), date(2026, 11, 1))
    tend_notices(by=actor, now=NOW)
    assert Notice.objects.get(kind="non_renewal").state == "due"


def test_clause_of_the_contract_makes_a_duty_and_its_removal_ends_it(inside, actor) -> None:
    row = renewal(actor)
    tend_notices(by=actor, now=NOW)
    rule = replace(
        jurisdiction_packs()[KEY].rule,
        kind=NoticeKind.REMINDER,
        opens=Offset(count=45),
        closes=Offset(count=20),
        counts=NoticeCounts.SENT,
        source="Section 12.3",
    )
    clause = record_clause(contract_id=row.contract_id, rule=rule, by=actor, now=NOW)
    assert record_clause(contract_id=row.contract_id, rule=rule, by=actor, now=NOW).version == clause.version == 1
    assert (ours().source, ours().opens_on, ours().closes_on) == ("Section 12.3", date(2026, 9, 17), date(2026, 10, 12))
    longer = replace(rule, opens=Offset(count=60))
    assert record_clause(contract_id=row.contract_id, rule=longer, by=actor, now=NOW).version == 2
    assert (ours().rule_version, ours().opens_on) == (2, date(2026, 9, 2))
    remove_clause(clause_id=clause.id, by=actor, now=NOW)
    assert (ours().state, ours().state_reason) == ("not_needed", "rule_gone")


def test_notice_follows_its_renewals_owner_and_its_accounts_place(inside, actor) -> None:
    row = new_york(actor)
    record_account(row=AccountRow(external_id="A1", region="WI"), by=actor, now=NOW)
    tend_notices(by=actor, now=NOW)
    assert ours().state == "not_needed"
    record_account(row=AccountRow(external_id="A1", region="NY", timezone="America/Chicago"), by=actor, now=NOW)
    tend_notices(by=actor, now=NOW)
    Notice.objects.get(renewal=row, side="theirs")
    assert Notice.objects.get(side="theirs").zone == "America/Chicago"
