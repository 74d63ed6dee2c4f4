"""What a workspace has set for itself: people, keys, lifecycle, segments, exchange rates, and who changed it."""

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.core.dates import date_cell, instant_cell
from dashboards.core.parts import Cell, Column, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.notice_settings import PackCard, closed_days_table, pack_cards, packs_table, span_words
from renewals.core.roles import can
from renewals.core.segments import SegmentCase
from renewals.models import ApiKey, ClosedDays, FxRate, Membership
from renewals.queries.api_keys import api_keys
from renewals.queries.closed_days import closed_days
from renewals.queries.library import segment_book
from renewals.queries.people import members
from renewals.queries.workspaces import moment_rules, stages

PATH = "/settings/"
PARTS = {
    "people": "People",
    "keys": "API keys",
    "lifecycle": "Lifecycle",
    "segments": "Segments",
    "rates": "Exchange rates",
    "packs": "Notice rules",
    "closed": "Closed days",
    "addresses": "Addresses in messages",
}
RATES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """Something that can be taken away: its name and the address that takes the POST."""

    name: str
    note: str
    href: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """One part of the settings; `removals` is empty for a person who may only look."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    part: str
    table: Table
    removals: tuple[Removal, ...]
    packs: tuple[PackCard, ...]
    may_change: bool


def settings_page(asker: Asker, part: str) -> SettingsPage:
    """Return a part of the settings; an unknown part shows the people."""
    chosen = part if part in PARTS else "people"
    right = {"people": "members.change", "keys": "api_keys.change"}.get(chosen, "settings.change")
    may_change = can(asker.member, right)
    workspace = asker.workspace
    return SettingsPage(
        title=f"Settings of {workspace.name}",
        unit=f"{workspace.currency} · {workspace.timezone.replace('_', ' ')}",
        tabs=(
            *(Tab(text=text, href=f"{PATH}?part={key}", is_current=key == chosen) for key, text in PARTS.items()),
            Tab(text="Channels", href=f"{PATH}channels/"),
        ),
        part=chosen,
        table=TABLES[chosen](asker),
        removals=_removals(chosen, asker) if may_change else (),
        packs=pack_cards(asker) if chosen == "packs" else (),
        may_change=may_change and chosen in ("people", "keys", "rates", "packs", "closed", "addresses"),
    )


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(title=name) for name in names)


def _people(asker: Asker) -> Table:
    rows = tuple(
        (
            Cell(text=row.user.name, note=row.user.email),
            Cell(text=title(row.role)),
            Cell(text=row.team.name if row.team else "–"),
            Cell(text=title(row.record_scope) if row.record_scope else "As the role has it"),
            Cell(text=f"{row.daily_capacity} a day"),
        )
        for row in members()
    )
    return Table(caption="People", columns=_columns("Person", "Role", "Team", "Records", "Tasks"), rows=rows)


def _keys(asker: Asker) -> Table:
    rows = tuple(_key_row(row, asker) for row in api_keys())
    names = ("Key", "State", "May", "Last used", "Made by")
    return Table(caption="API keys", columns=_columns(*names), rows=rows)


def _key_row(row: ApiKey, asker: Asker) -> tuple[Cell, ...]:
    is_expired = row.expires_at is not None and row.expires_at <= asker.now
    word = "Revoked" if row.revoked_at else "Expired" if is_expired else "In use"
    used = instant_cell(row.last_used_at, now=asker.now, zone=asker.workspace.timezone)
    return (
        Cell(text=row.name, note=f"{row.prefix}…"),
        Cell(text=word, state="good" if word == "In use" else "none"),
        Cell(text=", ".join(row.scopes)),
        Cell(date=used),
        Cell(text=str(row.created_by)),
    )


def _lifecycle(asker: Asker) -> Table:
    stage_rows = [(Cell(text=row.name), Cell(text="Stage"), Cell(text=row.purpose)) for row in stages()]
    moment_rows = [
        (Cell(text=rule.name), Cell(text="Critical moment"), Cell(text=_when(rule.offset_days, rule.anchor.value)))
        for rule in moment_rules()
    ]
    rows = (*stage_rows, *moment_rows)
    return Table(caption="Lifecycle", columns=_columns("Name", "Kind", "What it means"), rows=rows)


def _addresses(asker: Asker) -> Table:
    workspace = asker.workspace
    kept = (
        ("Postal address", workspace.postal_address),
        ("Booking page", workspace.booking_url),
        ("Self-serve renewal page", workspace.resources_url),
    )
    rows = tuple(
        (Cell(text=name), Cell(text=value or "Not set: messages go without it, or wait")) for name, value in kept
    )
    return Table(caption="Addresses in messages", columns=_columns("What", "Address"), rows=rows)


def _when(offset_days: int, anchor: str) -> str:
    name = title(anchor).lower()
    if offset_days == 0:
        return f"On the {name}"
    return f"{abs(offset_days)} days {'before' if offset_days < 0 else 'after'} the {name}"


def _segments(asker: Asker) -> Table:
    book = segment_book()
    rows = tuple(
        (Cell(text=f"{place}. {title(case.rule)}"), Cell(text=title(case.segment)), Cell(text=_conditions(case)))
        for place, case in enumerate(book.cases, start=1)
    )
    last = (Cell(text="Otherwise"), Cell(text=title(book.default_segment)), Cell(text="no case above fits"))
    caption = "Segments: the first case that fits decides"
    return Table(caption=caption, columns=_columns("Case", "Segment", "When"), rows=(*rows, last))


def _conditions(case: SegmentCase) -> str:
    return " and ".join(f"{title(test.fact).lower()} {test.comparison} {test.value}" for test in case.tests)


def _rates(asker: Asker) -> Table:
    rows = tuple(
        (
            Cell(text=row.currency),
            Cell(date=date_cell(row.rate_on, today=asker.today)),
            Cell(text=f"{row.rate.normalize():f}", is_amount=True),
            Cell(text=row.origin),
        )
        for row in FxRate.objects.order_by("currency", "-rate_on")[:RATES_SHOWN]
    )
    head = f"{asker.workspace.currency} for one"
    columns = (
        Column(title="Currency"),
        Column(title="From"),
        Column(title=head, is_amount=True),
        Column(title="Origin"),
    )
    return Table(caption="Exchange rates", columns=columns, rows=rows)


def _removals(part: str, asker: Asker) -> tuple[Removal, ...]:
    if part == "people":
        rows = members().exclude(user_id=asker.membership.user_id)
        return tuple(_member_removal(row) for row in rows)
    if part == "keys":
        live = api_keys().filter(revoked_at__isnull=True)
        return tuple(
            Removal(name=row.name, note=f"{row.prefix}…", href=f"{PATH}keys/{row.id}/revocation/", word="Revoke")
            for row in live
        )
    if part == "closed":
        return tuple(
            Removal(
                name=span_words(row), note=row.reason, href=f"{PATH}closed-days/{row.id}/removal/", word="Open again"
            )
            for row in closed_days().filter(account__isnull=True)
        )
    return ()


def _reopening(row: ClosedDays) -> Removal:
    href = f"{PATH}closed-days/{row.id}/removal/"
    return Removal(name=span_words(row), note=row.reason, href=href, word="Open again")


def _member_removal(row: Membership) -> Removal:
    href = f"{PATH}people/{row.id}/removal/"
    return Removal(name=row.user.name, note=row.user.email, href=href, word="Take access away")


TABLES: dict[str, Callable[[Asker], Table]] = {
    "people": _people,
    "keys": _keys,
    "lifecycle": _lifecycle,
    "segments": _segments,
    "rates": _rates,
    "packs": packs_table,
    "closed": closed_days_table,
    "addresses": _addresses,
}
