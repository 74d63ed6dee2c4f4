"""The parts of the settings about time: jurisdiction packs with their sources, closed days, holidays of the country."""

from dataclasses import dataclass
from datetime import timedelta

from dashboards.core.dates import date_cell, day_words
from dashboards.core.money import count_words
from dashboards.core.notice_words import channels_words, rule_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from renewals.core.notices.rules import JurisdictionPack, write_rule
from renewals.models import ClosedDays, NoticePack
from renewals.queries.calendars import official_holidays
from renewals.queries.closed_days import closed_days
from renewals.queries.library import jurisdiction_packs
from renewals.queries.notices import accounts_without_region

YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackCard:
    """One jurisdiction pack: what it asks, for whom, where that was read; `href` takes the POST that switches it."""

    name: str
    summary: str
    limits: str
    facts: tuple[tuple[str, str], ...]
    source_url: str
    is_on: bool
    switched: str
    href: str


def pack_cards(asker: Asker) -> tuple[PackCard, ...]:
    """Return every shipped pack with whether this workspace uses it."""
    kept = {row.key: row for row in NoticePack.objects.all()}
    unknown = accounts_without_region()
    return tuple(_card(pack, kept.get(key), unknown.get(pack.country, 0)) for key, pack in jurisdiction_packs().items())


def packs_table(asker: Asker) -> Table:
    """Return how many packs are in use, as the head of that part of the settings."""
    cards = pack_cards(asker)
    rows = tuple((Cell(text=card.name), Cell(text="On" if card.is_on else "Off")) for card in cards)
    return Table(caption="Notice rules", columns=(Column(title="Pack"), Column(title="State")), rows=rows)


def closed_days_table(asker: Asker) -> Table:
    """Return the closed days of the workspace and the holidays of its country in the year ahead, in order."""
    own = [
        (row.from_on, (_span(row), Cell(text=_kind(row)), Cell(text=row.reason), Cell(text=row.author)))
        for row in closed_days().filter(account__isnull=True)
    ]
    country = asker.workspace.country
    official = [
        (day, (_day(asker, day), Cell(text=f"Holiday in {country}"), Cell(text=name), Cell(text="the calendar")))
        for day, name in official_holidays(country, first=asker.today, last=asker.today + YEAR)
    ]
    rows = tuple(row for _, row in sorted([*own, *official], key=lambda item: item[0]))
    names = ("Days", "What", "Why", "By")
    return Table(
        caption="Closed days", columns=tuple(Column(title=name, term=_term(name)) for name in names), rows=rows
    )


def span_words(row: ClosedDays) -> str:
    """Return the days of a closed period: "24 Dec 2026 to 2 Jan 2027"."""
    if row.from_on == row.until_on:
        return day_words(row.from_on)
    return f"{day_words(row.from_on)} to {day_words(row.until_on)}"


def _term(name: str) -> str:
    return "closed_days" if name == "What" else ""


def _span(row: ClosedDays) -> Cell:
    return Cell(text=span_words(row))


def _day(asker: Asker, day: object) -> Cell:
    return Cell(text=date_cell(day, today=asker.today).day)


def _kind(row: ClosedDays) -> str:
    if row.kind == ClosedDays.Kind.BLACKOUT:
        return "No messages"
    return f"Holiday in {row.country}" if row.country else "Holiday everywhere"


def _card(pack: JurisdictionPack, kept: NoticePack | None, unknown: int) -> PackCard:
    where = ", ".join(pack.regions) or pack.country
    undecided = f"{count_words(unknown, 'account')} whose region is not known, and their region decides"
    lengths = f", with a term of at least {_months(pack.least_term_months)}" if pack.least_term_months else ""
    renewals = f", for more than {_months(pack.over_renewal_months)}" if pack.over_renewal_months else ""
    return PackCard(
        name=pack.name,
        summary=pack.summary,
        limits=pack.limits,
        facts=(
            ("Where", where),
            *((("Not decided", undecided),) if pack.regions and unknown else ()),
            ("Buyers", title(pack.buyers)),
            ("Contracts", f"that renew by themselves{lengths}{renewals}"),
            ("Window", rule_words(write_rule(pack.rule), side="ours")),
            ("Served by", channels_words(channel.value for channel in pack.rule.channels)),
            ("Source", f"{pack.source}, read on {day_words(pack.read_on)}, version {pack.version}"),
        ),
        source_url=pack.source_url,
        is_on=bool(kept and kept.is_on),
        switched=f"switched by {kept.changed_by} on {day_words(kept.changed_at.date())}" if kept else "",
        href=f"/settings/packs/{pack.key}/",
    )


def _months(count: int) -> str:
    return count_words(count, "month")
