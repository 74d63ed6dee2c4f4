"""Days a workspace or an account keeps free: blackouts as they are kept, holidays on top of a country's calendar."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from renewals.core.dates import BusinessCalendar
from renewals.models import ClosedDays
from renewals.queries.any_of import any_of


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnHolidays:
    """Holidays the workspace has added, by country; '' holds those of everywhere."""

    days: Mapping[str, frozenset[date]]

    def on(self, calendar: BusinessCalendar, country: str) -> BusinessCalendar:
        """Return the calendar with the workspace's own holidays of this country and of everywhere."""
        more = self.days.get("", frozenset()) | (
            self.days.get(country.upper(), frozenset()) if country else frozenset()
        )
        return replace(calendar, holidays=calendar.holidays | more) if more else calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedFacts:
    """The workspace's own holidays, and blackouts by account; those of the whole workspace stand under None."""

    own: OwnHolidays
    blackouts: Mapping[int | None, tuple[ClosedDays, ...]]

    def of(self, account_id: int) -> tuple[ClosedDays, ...]:
        """Return the blackouts an account rests in: the workspace's and its own."""
        return (*self.blackouts.get(None, ()), *self.blackouts.get(account_id, ()))


def closed_days() -> QuerySet[ClosedDays]:
    """Return the closed days in force, of the workspace and of its accounts, by their first day."""
    return ClosedDays.objects.filter(removed_at__isnull=True).select_related("account").order_by("from_on", "id")


def own_holidays() -> OwnHolidays:
    """Return the holidays this workspace has added to the calendars of countries."""
    return _holidays_of(closed_days().filter(kind=ClosedDays.Kind.HOLIDAY))


def closed_facts(account_ids: Iterable[int]) -> ClosedFacts:
    """Return holidays and blackouts that concern these accounts, with one statement."""
    mine = any_of("account_id", account_ids) | Q(account__isnull=True)
    rows = list(closed_days().select_related(None).filter(mine))
    blackouts: dict[int | None, tuple[ClosedDays, ...]] = defaultdict(tuple)
    for row in rows:
        if row.kind == ClosedDays.Kind.BLACKOUT:
            blackouts[row.account_id] = (*blackouts[row.account_id], row)
    own = _holidays_of(row for row in rows if row.kind == ClosedDays.Kind.HOLIDAY)
    return ClosedFacts(own=own, blackouts=blackouts)


def _holidays_of(rows: Iterable[ClosedDays]) -> OwnHolidays:
    days: dict[str, set[date]] = defaultdict(set)
    for row in rows:
        length = (row.until_on - row.from_on).days
        days[row.country].update(row.from_on + timedelta(days=number) for number in range(length + 1))
    return OwnHolidays(days={country: frozenset(found) for country, found in days.items()})
