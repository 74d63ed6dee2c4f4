"""What is known of a renewal's negotiation and of all of them within one's reach, in finished words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from django.db.models import QuerySet
from django.http import Http404

from dashboards.core.dates import DateCell, date_cell
from dashboards.core.money import count_words, money_words
from dashboards.core.offers.concessions import GIVES
from dashboards.core.offers.family import family_tabs
from dashboards.core.offers.notes import KINDS, SOURCES, length_words
from dashboards.core.offers.words import number_words, unit_words
from dashboards.core.parts import Cell, Column, Link, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.offers.concessions import may_negotiate
from offers.core.negotiation.credit import Share, credited
from offers.core.negotiation.facts import CycleLength, cycle_length
from offers.models import CreditSplit, NegotiationNote
from offers.queries.concessions import carried_to
from offers.queries.notes import (
    credit_of,
    holder_names,
    holders_now,
    note_rows,
    notes_of,
    shares_of,
    splits_in_force,
    with_first_touch,
)
from renewals.core.errors import RateMissing
from renewals.core.money import Money, RateTable, convert
from renewals.core.roles import can
from renewals.models import Renewal
from renewals.queries.fx import rate_table
from renewals.queries.people import record_nearness, visible_to

PATH = "/offers/negotiations/"
MOST = 200
GONE = "Somebody who left"
SHOWS = (
    ("competitor", "Competitors"),
    ("objection", "Objections"),
    ("openings", "Openings"),
    ("cycle", "Cycle length"),
    ("credit", "Credit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteShown:
    """One thing that is known, where it was heard, and where it is taken back (empty: not by this person)."""

    kind: str
    subject: str
    comment: str
    amount: str
    heard: str
    on: DateCell
    back_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesPage:
    """What is known of a renewal; `shares` are (name, percent, worth) of the split in force."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    href: str
    notes: tuple[NoteShown, ...]
    length: str
    first_touch: DateCell
    shares: tuple[tuple[str, str, str], ...]
    split_note: str
    seen: int
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NegotiationsPage:
    """One list of the whole book."""

    title: str
    tabs: tuple[Tab, ...]
    table: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class NegotiationCard:
    """What the page of a renewal says of its negotiation; `lines` are finished sentences."""

    href: str
    lines: tuple[str, ...]


def note_id_of(renewal_id: int, note_id: int) -> int:
    """Return the id of a note of this renewal; Http404 when there is none."""
    if not NegotiationNote.objects.filter(id=note_id, renewal_id=renewal_id).exists():
        raise Http404
    return note_id


def split_choices(shares: Sequence[Share]) -> Mapping[str, str]:
    """Return who may hold a share today, and who holds one already."""
    wanted = holders_now() | {share.holder for share in shares}
    return {holder: name for holder, name in holder_names().items() if holder in wanted}


def shares_now(row: Renewal) -> tuple[Share, ...]:
    """Return the shares in force, none while nobody set them."""
    split = credit_of(row.id)
    return shares_of(split) if split else ()


def notes_page(asker: Asker, row: Renewal) -> NotesPage:
    """Return what is known of a renewal."""
    may, href = may_negotiate(asker, row), f"/renewals/{row.id}/proposal/notes/"
    found = list(notes_of(row.id))
    touched = with_first_touch(Renewal.objects.filter(id=row.id)).get().first_touch_at
    first_on = touched.date() if touched else None
    split, names = credit_of(row.id), holder_names()
    shares = shares_of(split) if split else ()
    worth = credited(_amount(row), shares) if shares else {}
    return NotesPage(
        title=f"{row.account.name}: {count_words(len(found), 'note')}",
        unit=f"{row.contract.name or row.contract.external_id} · competitors, objections, openings, credit",
        crumbs=(
            Link(text="Accounts", href="/accounts/"),
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            Link(text="Renewal", href=f"/renewals/{row.id}/"),
        ),
        tabs=family_tabs(row.id, "notes"),
        href=href,
        notes=tuple(_note(asker, each, f"{href}{each.id}/" if may else "") for each in found),
        length=length_words(cycle_length(first_touch_on=first_on, closed_on=row.closed_on, today=asker.today)),
        first_touch=date_cell(first_on, today=asker.today, missing="None yet"),
        shares=tuple(
            (
                names.get(share.holder, "Somebody who left"),
                f"{number_words(share.percent)} %",
                money_words(worth[share.holder]),
            )
            for share in shares
        ),
        split_note=_split_note(row, split),
        seen=split.number if split else 0,
        may_change=may,
    )


def negotiation_card(asker: Asker, row: Renewal) -> NegotiationCard | None:
    """Return what the page of a renewal says of its negotiation, None for who may not see it."""
    if not can(asker.member, "negotiations.view", record=record_nearness(asker.member, row.account, row)):
        return None
    lines = [f"{KINDS[each.kind]}: {each.subject}" for each in notes_of(row.id)[:6]]
    lines += [
        f"Carried: {GIVES.get(each.kind, each.kind)}, {money_words(Money(each.amount, each.currency))} a year, "
        f"until {each.expires_on:%-d %b %Y}"
        for each in carried_to(row)[:4]
    ]
    return NegotiationCard(href=f"/renewals/{row.id}/proposal/", lines=tuple(lines))


def negotiations_page(asker: Asker, show: str) -> NegotiationsPage:
    """Return the list that the address names; an unknown word is competitors."""
    chosen = show if show in dict(SHOWS) else "competitor"
    seen = visible_to(Renewal.objects.all(), asker.member, "negotiations.view")
    kinds = {"competitor": ("competitor",), "objection": ("objection",), "openings": ("up_sell", "cross_sell")}
    if chosen in kinds:
        heading, table = _listed(asker, list(note_rows(seen, kinds[chosen])[:MOST]), dict(SHOWS)[chosen])
    elif chosen == "cycle":
        heading, table = _lengths(asker, seen)
    else:
        heading, table = _credits(asker, seen)
    tabs = tuple(Tab(text=text, href=f"{PATH}?show={key}", is_current=key == chosen) for key, text in SHOWS)
    return NegotiationsPage(title=heading, tabs=tabs, table=table)


def _note(asker: Asker, each: NegotiationNote, back_href: str) -> NoteShown:
    return NoteShown(
        kind=KINDS[each.kind],
        subject=each.subject,
        comment=each.comment,
        amount="" if each.amount is None else f"{money_words(Money(each.amount, each.currency))} a year",
        heard=f"{SOURCES.get(each.source, each.source)}, recorded by {each.recorded_by}",
        on=date_cell(each.heard_on, today=asker.today),
        back_href=back_href,
    )


def _amount(row: Renewal) -> Money:
    """The signed amount, else the target."""
    return Money(row.target_amount if row.final_amount is None else row.final_amount, row.currency)


def _split_note(row: Renewal, split: CreditSplit | None) -> str:
    if split is None:
        return f"Nobody has split it: all of it is {row.owner}'s."
    return f"Set by {split.set_by}. {split.reason}".strip()


def _listed(asker: Asker, rows: list[NegotiationNote], words: str) -> tuple[str, Table]:
    table = Table(
        caption=words,
        columns=(
            Column(title="Account"),
            Column(title="What"),
            Column(title="In their words"),
            Column(title="Worth a year", is_amount=True),
            Column(title="Heard"),
            Column(title="Ended"),
        ),
        rows=tuple(_listed_row(asker, each) for each in rows),
    )
    return f"{words}: {count_words(len(rows), 'note')}", table


def _listed_row(asker: Asker, each: NegotiationNote) -> tuple[Cell, ...]:
    renewal = each.renewal
    worth = "–" if each.amount is None else money_words(Money(each.amount, each.currency))
    lost = "lost" if renewal.final_amount == 0 else "kept"
    return (
        Cell(text=renewal.account.name, href=f"/renewals/{renewal.id}/proposal/notes/"),
        Cell(text=each.subject, note=KINDS[each.kind]),
        Cell(text=each.comment or "–", is_long=True),
        Cell(text=worth, is_amount=True),
        Cell(date=date_cell(each.heard_on, today=asker.today), note=SOURCES.get(each.source, each.source)),
        Cell(text=lost if renewal.closed_on else "open"),
    )


def _lengths(asker: Asker, seen: QuerySet[Renewal]) -> tuple[str, Table]:
    """Closed cycles by segment: their median and how many had no touch."""
    rows = with_first_touch(seen.filter(closed_on__isnull=False)).select_related("account")
    by_segment: dict[str, list[CycleLength]] = {}
    for row in rows.order_by("-closed_on")[: MOST * 10]:
        first_on = row.first_touch_at.date() if row.first_touch_at else None
        found = cycle_length(first_touch_on=first_on, closed_on=row.closed_on, today=asker.today)
        by_segment.setdefault(row.account.segment, []).append(found)
    whole = [each.days for found in by_segment.values() for each in found if each.days is not None]
    table = Table(
        caption="Cycle length by segment",
        columns=(
            Column(title="Segment"),
            Column(title="Median days", is_amount=True, term="cycle_length"),
            Column(title="Closed with a touch", is_amount=True),
            Column(title="Never touched", is_amount=True),
        ),
        rows=tuple(_length_row(segment, found) for segment, found in sorted(by_segment.items())),
    )
    heading = (
        f"{unit_words(f'{median(whole):g}', 'days')} from the first touch to the close"
        if whole
        else "No closed cycle with a touch yet"
    )
    return heading, table


def _length_row(segment: str, found: list[CycleLength]) -> tuple[Cell, ...]:
    days = [each.days for each in found if each.days is not None]
    return (
        Cell(text=title(segment) if segment else "None"),
        Cell(text=f"{median(days):g}" if days else "Not known", is_amount=True),
        Cell(text=str(len(days)), is_amount=True),
        Cell(text=str(len(found) - len(days)), is_amount=True),
    )


def _credits(asker: Asker, seen: QuerySet[Renewal]) -> tuple[str, Table]:
    """What people and teams are credited with, at home: signed amounts of closed renewals, targets of open ones."""
    names, rates, home = holder_names(), rate_table(), asker.workspace.currency
    sums: dict[str, list[Money]] = {}
    missing = 0
    splits = splits_in_force(seen)
    for split in splits:
        renewal = split.renewal
        amount = Money(
            renewal.target_amount if renewal.final_amount is None else renewal.final_amount, renewal.currency
        )
        at_home = _at_home(amount, home, rates, asker)
        missing += at_home is None
        if at_home is not None:
            for holder, worth in credited(at_home, shares_of(split)).items():
                sums.setdefault(holder, []).append(worth)
    table = Table(
        caption="Credit by person and team",
        columns=(
            Column(title="Person or team", term="credit_split"),
            Column(title="Renewals", is_amount=True),
            Column(title=f"Credited, in {home}", is_amount=True),
        ),
        rows=tuple(_credit_row(names, holder, found, home) for holder, found in _largest_first(sums)),
    )
    more = f", {missing} without a rate not counted" if missing else ""
    return f"{count_words(len(splits), 'renewal')} with split credit{more}", table


def _largest_first(sums: Mapping[str, list[Money]]) -> list[tuple[str, list[Money]]]:
    return sorted(sums.items(), key=lambda each: (-sum(money.amount for money in each[1]), each[0]))


def _credit_row(names: Mapping[str, str], holder: str, found: list[Money], home: str) -> tuple[Cell, ...]:
    whole = Money(sum((money.amount for money in found), Decimal(0)), home)
    return (
        Cell(text=names.get(holder, GONE)),
        Cell(text=str(len(found)), is_amount=True),
        Cell(text=money_words(whole), is_amount=True),
    )


def _at_home(amount: Money, home: str, rates: RateTable, asker: Asker) -> Money | None:
    try:
        return convert(amount, to=home, on=asker.today, rates=rates).money.rounded()
    except RateMissing:
        return None
