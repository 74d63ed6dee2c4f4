"""Lifecycle stages in their order and the renewal-critical moments that hang on contract dates.

Stages and moments are rows of the workspace, shipped in library/lifecycle.toml; this module only dates them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class MomentAnchor(StrEnum):
    """What a moment's offset counts from."""

    RENEWAL_DATE = "renewal_date"
    NOTICE_DEADLINE = "notice_deadline"
    TERM_START = "term_start"
    STAGE_ENTRY = "stage_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRule:
    """One stage; `position` orders them from onboarding to expansion."""

    key: str
    name: str
    position: int
    purpose: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentRule:
    """A renewal-critical moment, `offset_days` from its anchor (negative: before it)."""

    key: str
    name: str
    anchor: MomentAnchor
    offset_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDates:
    """The dates of one account that moments hang on; None where there is no such date."""

    renewal_on: date | None = None
    notice_on: date | None = None
    term_start_on: date | None = None
    stage_entered_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedMoment:
    """A moment with its day and the date it was counted from."""

    key: str
    name: str
    on: date
    anchor: MomentAnchor
    anchor_on: date
    offset_days: int


def dated_moments(rules: Iterable[MomentRule], dates: AccountDates) -> tuple[DatedMoment, ...]:
    """Return every moment whose anchor is known, earliest first; ties in the order of their keys."""
    found = (_dated(rule, dates) for rule in rules)
    return tuple(sorted((moment for moment in found if moment), key=lambda moment: (moment.on, moment.key)))


def next_critical_moment(rules: Iterable[MomentRule], dates: AccountDates, *, today: date) -> DatedMoment | None:
    """Return the earliest moment on or after `today`; None when none is known or all have passed."""
    return next((moment for moment in dated_moments(rules, dates) if moment.on >= today), None)


def _dated(rule: MomentRule, dates: AccountDates) -> DatedMoment | None:
    anchor_on = {
        MomentAnchor.RENEWAL_DATE: dates.renewal_on,
        MomentAnchor.NOTICE_DEADLINE: dates.notice_on,
        MomentAnchor.TERM_START: dates.term_start_on,
        MomentAnchor.STAGE_ENTRY: dates.stage_entered_on,
    }[rule.anchor]
    if anchor_on is None:
        return None
    return DatedMoment(
        key=rule.key,
        name=rule.name,
        on=anchor_on + timedelta(days=rule.offset_days),
        anchor=rule.anchor,
        anchor_on=anchor_on,
        offset_days=rule.offset_days,
    )
