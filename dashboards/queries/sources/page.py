"""One source: how it is, how its messages come in, how they are read, and what became of the last ones."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.dateparse import parse_datetime

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.sources import (
    HIDDEN,
    MOODS,
    Spark,
    breaker_words,
    counts_words,
    spark,
    volume_words,
    without_numbers,
    worst_state,
)
from dashboards.queries.asker import Asker
from dashboards.queries.sources.listing import PATH, notes_of
from renewals.core.roles import can
from signals.core.intake import check_items
from signals.core.sources.mapping import EventFate, map_document, read_body
from signals.core.sources.shapes import Shape, adapted
from signals.core.sources.signatures import REASONS, SCHEMES
from signals.models import Delivery, Hook, HookRefusal, SourceMapping, SourceSecret, UnknownEvent
from signals.queries.hooks import OWN_SHAPE, hook_url
from signals.queries.library import catalogue, lexicon, shapes
from signals.queries.sources import SourceReport, source_reports

DELIVERIES_SHOWN = 20
UNKNOWN_SHOWN = 30
LONGEST_RAW = 6_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """How messages come in: the address, the way of signing, the live secrets."""

    url: str
    scheme: str
    help: str
    is_active: bool
    secrets: tuple[str, ...]
    is_rotating: bool
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The last message as it came, and what the mapping makes of it."""

    raw: str
    at: DateCell
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PullView:
    """What is pulled and how far it has come."""

    facts: tuple[tuple[str, str], ...]
    error: str
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage:
    """A source in finished words."""

    id: int
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    mood: str
    state: str
    volume: str
    spark: Spark
    heard: DateCell
    happened: DateCell
    total: str
    notes: tuple[str, ...]
    door: Door | None
    shape: Shape
    unknown: tuple[tuple[str, str], ...]
    deliveries: Table
    incomplete: str
    preview: Preview | None
    pull: PullView | None
    may_change: bool


def source_page(asker: Asker, source_id: int, *, choice: Mapping[str, Any] | None = None) -> SourcePage | None:
    """Return the page of a source; `choice` is a mapping that is tried out, not kept. None: there is no such source."""
    report = next(iter(source_reports(now=asker.now, source_id=source_id)), None)
    if report is None:
        return None
    word, state = MOODS[report.pulse.mood]
    may_change = can(asker.member, "sources.change")
    shape = _shape(source_id, choice)
    zone = asker.workspace.timezone
    return SourcePage(
        id=source_id,
        title=f"{report.source.name}: {word.lower()}",
        unit=f"{report.source.key} · days in UTC",
        crumbs=(Link(text="Signals", href=PATH), Link(text=report.source.name)),
        mood=word,
        state=state,
        volume=volume_words(report.pulse, today=asker.now.date()),
        spark=spark(report.days, today=asker.now.date()),
        heard=instant_cell(report.last_received_at, now=asker.now, zone=zone),
        happened=instant_cell(report.last_occurred_at, now=asker.now, zone=zone),
        total=f"{report.signals_count:,}",
        notes=notes_of(report, asker),
        door=_door(report.hook, asker) if report.hook and may_change else None,
        shape=shape,
        unknown=_unknown(source_id),
        deliveries=_deliveries(source_id, asker),
        incomplete=f"{report.incomplete_count:,}" if report.incomplete_count else "",
        preview=_preview(source_id, shape, asker) if may_change else None,
        pull=_pull(report, asker) if report.pull and may_change else None,
        may_change=may_change,
    )


def kept_mapping(source_id: int) -> dict[str, Any]:
    """Return shape, paths and kinds as the form shows them."""
    row = SourceMapping.objects.filter(source_id=source_id).first()
    if row is None:
        return {"shape": OWN_SHAPE, "paths": {}, "kinds": {}}
    return {"shape": row.shape, "paths": row.paths, "kinds": row.kinds}


def _shape(source_id: int, choice: Mapping[str, Any] | None) -> Shape:
    kept = choice or kept_mapping(source_id)
    return adapted(shapes().get(kept["shape"], shapes()[OWN_SHAPE]), paths=kept["paths"], kinds=kept["kinds"])


def _door(hook: Hook, asker: Asker) -> Door:
    zone = asker.workspace.timezone
    rows = SourceSecret.objects.filter(source_id=hook.source_id, purpose="signing").order_by("-made_at")
    live = [row for row in rows if row.ends_at is None or row.ends_at > asker.now]
    secrets = tuple(
        f"made {instant_cell(row.made_at, now=asker.now, zone=zone).when} by {row.made_by}"
        + (f", accepted until {instant_cell(row.ends_at, now=asker.now, zone=zone).when}" if row.ends_at else "")
        for row in live
    )
    refused = HookRefusal.objects.filter(hook=hook).order_by("-refused_on", "reason")[:7]
    return Door(
        url=hook_url(hook.token),
        scheme=hook.scheme,
        help=SCHEMES[hook.scheme].help if hook.scheme in SCHEMES else "",
        is_active=hook.is_active,
        secrets=secrets,
        is_rotating=len(live) > 1,
        refusals=tuple(
            f"{row.refused_on:%-d %b}: {row.refused_count:,} turned away, {REASONS.get(row.reason, row.reason)}"
            for row in refused
        ),
    )


def _unknown(source_id: int) -> tuple[tuple[str, str], ...]:
    rows = UnknownEvent.objects.filter(source_id=source_id).order_by("-events_count")[:UNKNOWN_SHOWN]
    return tuple((row.event_type or "(without a type)", f"{row.events_count:,}") for row in rows)


def _deliveries(source_id: int, asker: Asker) -> Table:
    rows = Delivery.objects.filter(source_id=source_id).defer("body").order_by("-id")[:DELIVERIES_SHOWN]
    return Table(
        caption="The last messages",
        as_cards=True,
        columns=tuple(Column(title=name) for name in ("Message", "What became of it", "When")),
        rows=tuple(_delivery(row, asker) for row in rows),
    )


def _delivery(row: Delivery, asker: Asker) -> tuple[Cell, ...]:
    waits = {"waiting": "waits to be read", "failed": "set aside: it could not be read"}
    said = [each.get("what", "") for each in row.verdicts[:2] if each.get("what")]
    return (
        Cell(text=row.message_id[:48]),
        Cell(
            text=waits.get(row.state) or counts_words(row.counts),
            state=worst_state(row.counts, row.state),
            note=" ".join(said)[:240],
            is_long=True,
        ),
        Cell(date=instant_cell(row.received_at, now=asker.now, zone=asker.workspace.timezone)),
    )


def _preview(source_id: int, shape: Shape, asker: Asker) -> Preview | None:
    row = Delivery.objects.filter(source_id=source_id).order_by("-id").first()
    if row is None:
        return None
    sees_amounts = shape.family != "billing" or can(asker.member, "prices.view")
    try:
        document = read_body(row.body)
        fates = map_document(document, shape=shape, message_id=row.message_id, received_at=row.received_at.isoformat())
        raw = json.dumps(document if sees_amounts else without_numbers(document), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):
        raw, fates = row.body[:LONGEST_RAW] if sees_amounts else HIDDEN, ()
    return Preview(
        raw=raw[:LONGEST_RAW],
        at=instant_cell(row.received_at, now=asker.now, zone=asker.workspace.timezone),
        table=_preview_table(fates[:20], asker, sees_amounts=sees_amounts),
    )


def _preview_table(fates: tuple[EventFate, ...], asker: Asker, *, sees_amounts: bool) -> Table:
    names = ("Event", "Becomes", "Account", "When", "Value", "About")
    rows = tuple(row for fate in fates for row in _preview_rows(fate, asker, sees_amounts))
    columns = tuple(Column(title=name) for name in names)
    return Table(caption="What the last message becomes", columns=columns, rows=rows, as_cards=True)


def _preview_rows(fate: EventFate, asker: Asker, sees_amounts: bool) -> list[tuple[Cell, ...]]:
    name = Cell(text=fate.event_type or "(without a type)")
    blank = Cell(text="–")
    if not fate.items:
        state = "bad" if fate.fate == "broken" else "watch" if fate.fate == "unknown" else "none"
        return [(name, Cell(text="nothing", state=state, note=fate.why), blank, blank, blank, blank)]
    return [(name, *_item_cells(dict(item), asker, sees_amounts)) for item in fate.items]


def _item_cells(item: dict[str, Any], asker: Asker, sees_amounts: bool) -> tuple[Cell, ...]:
    _, refused = check_items([item], catalogue=catalogue(), lexicon=lexicon(), now=asker.now)
    verdict = Cell(text=str(item["kind"]), state="bad" if refused else "good", note=refused[0].what if refused else "")
    value = item.get("value")
    shown = "–" if value is None else f"{value:g}" if isinstance(value, int | float) else str(value)[:40]
    return (
        verdict,
        Cell(text=str(item.get("account", "–"))[:60]),
        _occurred(item.get("occurred_at"), asker),
        Cell(text=shown if sees_amounts else HIDDEN),
        Cell(text=str(item.get("subject") or item.get("text") or "–")[:80]),
    )


def _occurred(given: object, asker: Asker) -> Cell:
    """Return when an event says it happened; what is no moment as it was sent."""
    as_sent = Cell(text="–" if given is None else str(given)[:40])
    try:
        at = parse_datetime(str(given))
        is_moment = at is not None and at.tzinfo is not None
        return Cell(date=instant_cell(at, now=asker.now, zone=asker.workspace.timezone)) if is_moment else as_sent
    except (ValueError, OverflowError):  # the 31st of February, or a year that no calendar of ours has
        return as_sent


def _pull(report: SourceReport, asker: Asker) -> PullView:
    pull, state = report.pull, report.pull_state
    zone = asker.workspace.timezone
    last = instant_cell(state.last_ok_at, now=asker.now, zone=zone).when if state.last_ok_at else "not yet"
    following = instant_cell(state.next_at, now=asker.now, zone=zone).when if pull.is_active else "stopped"
    return PullView(
        facts=(
            ("Address", pull.url),
            ("Every", f"{pull.every_minutes:,} minutes"),
            ("Last page", last),
            ("Next", following),
            ("Fetched", f"{state.items_count:,} events on {state.pages_count:,} pages"),
            ("The other system", breaker_words(report.breaker, now=asker.now, zone=zone) or "answers, as far as known"),
            ("Cursor", state.cursor[:80] or "at the beginning"),
        ),
        error=state.last_error,
        is_active=pull.is_active,
    )
