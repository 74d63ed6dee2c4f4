"""States of notices: every decision is in the table, served days count inside their window, people's word holds."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renewals.core.dates import BusinessCalendar
from renewals.core.errors import StateNotAllowed
from renewals.core.notices.escalation import level_on
from renewals.core.notices.rules import NoticeChannel, NoticeSide
from renewals.core.notices.states import (
    NOTICE_MOVERS,
    NOTICE_TRANSITIONS,
    NoticeState,
    Service,
    Standing,
    check_notice_step,
    standing_on,
)
from renewals.core.notices.windows import NoticeWindow
from renewals.queries.library import notice_ladder

WINDOW = NoticeWindow(
    anchor_on=date(2026, 11, 1),
    opens_on=date(2026, 10, 2),
    planned_on=date(2026, 10, 2),
    safe_latest_on=date(2026, 10, 13),
    closes_on=date(2026, 10, 17),
    is_tight=False,
)
LETTER = NoticeChannel.REGISTERED_LETTER
S = NoticeState


def stands(standing: Standing, today: date, side: NoticeSide = NoticeSide.OURS) -> tuple[NoticeState, str]:
    """Where a notice by registered letter stands."""
    return standing_on(standing, WINDOW, side=side, channels=(LETTER,), today=today)


def served(day: int, channel: NoticeChannel = LETTER) -> Service:
    """Served on a day of October."""
    return Service(served_on=date(2026, 10, day), channel=channel)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 10, 1), S.PLANNED),
        (date(2026, 10, 2), S.DUE),
        (date(2026, 10, 17), S.DUE),
        (date(2026, 10, 18), S.MISSED),
    ],
)
def test_our_notice_follows_the_days_of_its_window(today: date, expected: NoticeState) -> None:
    assert stands(Standing(state=S.PLANNED), today) == (expected, "")


def test_their_deadline_that_passes_in_silence_is_not_needed_any_more() -> None:
    found = stands(Standing(state=S.DUE), date(2026, 10, 18), NoticeSide.THEIRS)
    assert found == (S.NOT_NEEDED, "deadline_passed")


def test_proof_counts_inside_the_window_by_an_admitted_channel_alone() -> None:
    after = date(2026, 10, 20)
    assert stands(Standing(state=S.MISSED, proofs=(served(17),)), after)[0] is S.PROVEN
    assert stands(Standing(state=S.MISSED, proofs=(served(18),)), after)[0] is S.MISSED
    assert stands(Standing(state=S.MISSED, proofs=(served(1),)), after)[0] is S.MISSED
    assert stands(Standing(state=S.MISSED, proofs=(served(5, NoticeChannel.EMAIL),)), after)[0] is S.MISSED


def test_sent_notice_stays_sent_until_it_is_proven() -> None:
    assert stands(Standing(state=S.SENT, sent=served(5)), date(2026, 12, 1))[0] is S.SENT


def test_word_of_a_person_is_never_overruled_by_the_day() -> None:
    settled = Standing(state=S.NOT_NEEDED, state_reason="Counsel: outside the statute.")
    assert stands(settled, date(2026, 10, 5)) == (S.NOT_NEEDED, "Counsel: outside the statute.")
    automatic = Standing(state=S.NOT_NEEDED, state_reason="rule_gone")
    assert stands(automatic, date(2026, 10, 5)) == (S.DUE, "")


def test_every_state_is_in_the_tables_and_an_unknown_step_is_refused() -> None:
    assert set(NOTICE_TRANSITIONS) == set(NOTICE_MOVERS) == set(NoticeState)
    with pytest.raises(StateNotAllowed):
        check_notice_step(S.NOT_NEEDED, S.SENT)


SERVICES = st.none() | st.builds(
    Service, served_on=st.dates(date(2026, 9, 20), date(2026, 10, 30)), channel=st.sampled_from(list(NoticeChannel))
)


@settings(suppress_health_check=[HealthCheck.too_slow])  # drawing waits on a busy machine, the decision is cheap
@given(
    old=st.sampled_from(list(NoticeState)),
    reason=st.sampled_from(["", "rule_gone", "deadline_passed"]),
    sent=SERVICES,
    proof=SERVICES,
    side=st.sampled_from(list(NoticeSide)),
    today=st.dates(date(2026, 9, 1), date(2026, 11, 15)),
)
def test_every_decision_is_a_step_of_the_table_and_repeating_it_changes_nothing(
    old: NoticeState,
    reason: str,
    sent: Service | None,
    proof: Service | None,
    side: NoticeSide,
    today: date,
) -> None:
    if old is S.NOT_NEEDED:
        reason = reason or "rule_gone"
        sent = None
    proofs = (proof,) if proof and old is not S.NOT_NEEDED else ()
    standing = Standing(state=old, state_reason=reason, sent=sent, proofs=proofs)
    new, why = standing_on(standing, WINDOW, side=side, channels=(LETTER,), today=today)
    check_notice_step(old, new)
    again = standing_on(
        Standing(state=new, state_reason=why, sent=sent, proofs=proofs),
        WINDOW,
        side=side,
        channels=(LETTER,),
        today=today,
    )
    assert again == (new, why)


@pytest.mark.requirement("X11")
@pytest.mark.parametrize(
    ("today", "level"),
    [
        (date(2026, 10, 1), 0),
        (date(2026, 10, 6), 0),
        (date(2026, 10, 7), 1),
        (date(2026, 10, 9), 4),
        (date(2026, 10, 13), 4),
        (date(2026, 10, 17), 4),
        (date(2026, 10, 18), 5),
    ],
)
def test_silence_climbs_the_ladder_before_the_last_safe_day(today: date, level: int) -> None:
    """Half of eleven days, three quarters, nine tenths, and two business days before Tuesday 13 October (Friday 9)."""
    assert level_on(notice_ladder(), WINDOW, calendar=BusinessCalendar(), today=today) == level
