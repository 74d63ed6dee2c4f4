"""The last day to give notice, in the unit the clause uses: 60 days are never turned into 2 months."""

from datetime import date, timedelta
from enum import StrEnum

from renewals.core.dates.business import BusinessCalendar, add_business_days
from renewals.core.dates.months import add_months
from renewals.core.errors import InvalidInput, NoticeOutOfRange


class NoticeUnit(StrEnum):
    """The unit a notice clause is written in; stored as written."""

    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    WEEKS = "weeks"
    MONTHS = "months"


def notice_deadline(
    *,
    ends_on: date,
    period: int,
    unit: NoticeUnit | str,
    calendar: BusinessCalendar | None = None,
) -> date:
    """Return the last day on which notice counts: `ends_on` minus the period (source: glossary 5b).

    A business-day clause needs the calendar of the contract's country. Raises NoticeOutOfRange for a negative period,
    InvalidInput for an unknown unit or a missing calendar. The day may be a holiday: see `safe_send_on`.
    """
    if period < 0:
        raise NoticeOutOfRange(f"A notice period of {period} {unit} is below zero.")
    match _known_unit(unit):
        case NoticeUnit.DAYS:
            return ends_on - timedelta(days=period)
        case NoticeUnit.WEEKS:
            return ends_on - timedelta(weeks=period)
        case NoticeUnit.MONTHS:
            return add_months(ends_on, -period)
        case NoticeUnit.BUSINESS_DAYS:
            if calendar is None:
                raise InvalidInput("A notice period in business days needs the calendar of a country.")
            return add_business_days(ends_on, -period, calendar)


def check_notice(
    *,
    starts_on: date,
    ends_on: date | None,
    period: int,
    unit: NoticeUnit | str,
    where: str = "",
) -> None:
    """Refuse a notice period longer than the term it ends; an open-ended term accepts any. Raises NoticeOutOfRange."""
    if period < 0:
        raise NoticeOutOfRange(f"A notice period of {period} {unit} is below zero.", where=where)
    if ends_on is None:
        return
    plain_week = BusinessCalendar()
    if notice_deadline(ends_on=ends_on, period=period, unit=unit, calendar=plain_week) < starts_on:
        days = (ends_on - starts_on).days + 1
        raise NoticeOutOfRange(
            f"Notice period ({period} {str(unit).replace('_', ' ')}) is longer than the term ({days} days).",
            where=where,
            remedy="Check the notice clause and the dates of the term.",
        )


def _known_unit(unit: NoticeUnit | str) -> NoticeUnit:
    try:
        return NoticeUnit(unit)
    except ValueError:
        allowed = ", ".join(NoticeUnit)
        raise InvalidInput(f"Notice unit '{unit}' is unknown.", remedy=f"Allowed: {allowed}.") from None
