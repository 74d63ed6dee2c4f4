"""Dates as contracts mean them: months, terms, notice, business days, and local time turned into an instant.

The rules are the golden cases of the tests; calendars and zones come in as facts, no clock is read.
"""

from renewals.core.dates.business import (
    BusinessCalendar,
    add_business_days,
    business_days_between,
    next_business_day,
    on_or_before_business_day,
    safe_send_on,
)
from renewals.core.dates.instants import (
    LocalTimeKind,
    ResolvedZone,
    check_zone,
    local_date,
    local_instant,
    local_time_kind,
    resolve_zone,
    start_of_day,
)
from renewals.core.dates.months import (
    Quarter,
    add_months,
    check_date,
    check_period,
    months_between,
    quarter_of,
    term_end,
    term_months,
)
from renewals.core.dates.notice import NoticeUnit, check_notice, notice_deadline

__all__ = [
    "BusinessCalendar",
    "LocalTimeKind",
    "NoticeUnit",
    "Quarter",
    "ResolvedZone",
    "add_business_days",
    "add_months",
    "business_days_between",
    "check_date",
    "check_notice",
    "check_period",
    "check_zone",
    "local_date",
    "local_instant",
    "local_time_kind",
    "months_between",
    "next_business_day",
    "notice_deadline",
    "on_or_before_business_day",
    "quarter_of",
    "resolve_zone",
    "safe_send_on",
    "start_of_day",
    "term_end",
    "term_months",
]
