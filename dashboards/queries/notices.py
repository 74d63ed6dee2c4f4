"""Contractual notices as pages show them: what is due when and whose, one with its date line, rule and proofs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from dashboards.core.dates import DateCell, date_cell, instant_cell
from dashboards.core.filters import address
from dashboards.core.money import count_words
from dashboards.core.notice_words import (
    KINDS,
    PROOFS,
    REASONS,
    SHORT_KINDS,
    DateLine,
    channels_words,
    date_line,
    moved_words,
    rule_words,
    state_words,
    zone_name_words,
)
from dashboards.core.parts import Cell, Column, Link, Pager, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from renewals.core.dates import local_date
from renewals.core.notices.plan import undecided_packs
from renewals.core.roles import can
from renewals.models import Account, Notice, Renewal
from renewals.queries.notices import notice_cases, notices, notices_of
from renewals.queries.people import record_nearness, visible_to

PATH = "/notices/"
ROWS_A_PAGE = 50
OPEN = ("planned", "due", "sent", "missed")
GROUPS: Mapping[str, tuple[str, Q]] = {
    "": ("Ours to serve", Q(side="ours", state__in=OPEN)),
    "missed": ("Missed", Q(side="ours", state="missed")),
    "proof": ("Proof owed", Q(side="ours", state="sent")),
    "theirs": ("Their deadlines", Q(side="theirs", state__in=("planned", "due"))),
    "settled": ("Settled", Q(state__in=("proven", "not_needed"))),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """The list with its finding; `is_empty` while the workspace has no notice at all."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    table: Table
    pager: Pager
    is_empty: bool
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofLine:
    """One proof of service; `is_admissible` says whether it counted under the window it was recorded for."""

    what: str
    served: str
    reference: str
    note: str
    is_admissible: bool
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePart:
    """One notice in finished words; `may_change` says whether this person may serve, prove or settle it."""

    id: int
    href: str
    name: str
    side: str
    state: str
    tone: str
    reason: str
    window: str
    safe: DateCell
    line: DateLine
    facts: tuple[tuple[str, str], ...]
    moves: tuple[str, ...]
    proofs: tuple[ProofLine, ...]
    is_open: bool
    is_off: bool
    may_change: bool

    @property
    def service_href(self) -> str:
        """Return the address that takes a service."""
        return f"{self.href}service/"

    @property
    def removal_href(self) -> str:
        """Return the address that takes a reason."""
        return f"{self.href}removal/"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One notice on its own page."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    notice: NoticePart


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePanel:
    """The notices of one renewal; the addresses are empty unless this person may end it or record its clauses."""

    notices: tuple[NoticePart, ...]
    end_href: str
    clause_href: str
    undecided: str = ""


def notices_page(asker: Asker, choice: Mapping[str, str]) -> NoticesPage:
    """Return one page of the notices of open renewals that a person may see, the earliest last safe day first."""
    seen = visible_notices(asker)
    group = choice.get("show", "") if choice.get("show") in GROUPS else ""
    mine = choice.get("whose") == "mine"
    if mine:
        seen = seen.filter(owner_id=asker.membership.user_id)
    named = {key or "ours": Count("id", filter=condition) for key, (_, condition) in GROUPS.items()}
    counts = seen.order_by().aggregate(every=Count("id"), **named)
    chosen = {"show": group, "whose": "mine" if mine else ""}
    rows, pager = _slice(seen.filter(GROUPS[group][1]), choice.get("after", ""), chosen)
    return NoticesPage(
        title=_finding(counts["missed"], counts["ours"]),
        unit="By the last safe day · examples of rules are no legal advice",
        tabs=(*_tabs(counts, chosen), *_whose(chosen)),
        table=_table(rows, asker),
        pager=pager,
        is_empty=not counts["every"] and not mine,
        empty="Nothing here. Their deadlines are planned for each open renewal, ours where a clause or a pack asks.",
    )


def visible_notices(asker: Reach) -> QuerySet[Notice]:
    """Return the notices of open renewals at accounts this person may see."""
    return notices().filter(account__in=visible_to(Account.objects.all(), asker.member, "notices.view"))


def visible_notice(asker: Asker, notice_id: int) -> Notice:
    """Return one notice, also of a closed renewal; Http404 when it does not exist for this person."""
    rows = Notice.objects.select_related("account__team", "owner", "renewal__contract").prefetch_related("proofs")
    seen = rows.filter(account__in=visible_to(Account.objects.all(), asker.member, "notices.view"))
    return get_object_or_404(seen, id=notice_id)


def may_change_notice(asker: Asker, row: Notice) -> bool:
    """Answer whether this person may serve, prove or settle it while its renewal is open."""
    near = record_nearness(asker.member, row.account, row.renewal)
    return row.renewal.closed_on is None and can(asker.member, "notices.change", record=near)


def notice_page(asker: Asker, row: Notice) -> NoticePage:
    """Return one notice with all that is known of it."""
    return NoticePage(
        title=f"{KINDS[row.kind]}: {row.account.name}",
        unit=f"{row.renewal.contract.name or row.renewal.contract.external_id} · {row.source}",
        crumbs=(
            Link(text="Notices", href=PATH),
            Link(text=f"Renewal of {row.account.name}", href=f"/renewals/{row.renewal_id}/"),
        ),
        notice=_part(asker, row, may_change=may_change_notice(asker, row)),
    )


def notice_panel(asker: Asker, row: Renewal) -> NoticePanel:
    """Return the notices of a renewal; nobody without the right sees any."""
    if not can(asker.member, "notices.view"):
        return NoticePanel(notices=(), end_href="", clause_href="")
    near = record_nearness(asker.member, row.account, row)
    may_change = row.closed_on is None and can(asker.member, "notices.change", record=near)
    found = list(notices_of(row.id))
    has_own = any(each.kind == "non_renewal" and each.state != "not_needed" for each in found)
    return NoticePanel(
        notices=tuple(_part(asker, each, may_change=may_change) for each in found),
        end_href=f"/renewals/{row.id}/non-renewal/" if may_change and found and not has_own else "",
        clause_href=f"/renewals/{row.id}/clauses/" if may_change else "",
        undecided=_undecided(asker, row) if found else "",
    )


def _undecided(asker: Asker, row: Renewal) -> str:
    """Say which rules of regions nobody can decide for this renewal, because the account's region is not known."""
    found = [pack.name for case in notice_cases([row.id], now=asker.now) for pack in undecided_packs(case.facts)]
    if not found:
        return ""
    written = f"“{row.account.region}”, which is no region we know" if row.account.region else "not on record"
    return f"The account's region is {written}, so these rules are not decided: {'; '.join(found)}."


def _part(asker: Asker, row: Notice, *, may_change: bool) -> NoticePart:
    today = local_date(asker.now, row.zone)
    words, tone = state_words(row.side, row.state)
    is_open = row.state in OPEN
    return NoticePart(
        id=row.id,
        href=f"{PATH}{row.id}/",
        name=KINDS[row.kind],
        side="Ours" if row.side == "ours" else "Theirs",
        state=words,
        tone=tone,
        reason=REASONS.get(row.state_reason, row.state_reason),
        window=f"{date_cell(row.opens_on, today=today).day} to {date_cell(row.closes_on, today=today).day}",
        safe=date_cell(row.safe_latest_on, today=today, is_deadline=is_open and row.side == "ours"),
        line=date_line(
            opens_on=_drawn_from(row, today),
            safe_on=row.safe_latest_on,
            closes_on=row.closes_on,
            anchor_on=row.anchor_on,
            today=today,
        ),
        facts=_facts(row),
        moves=tuple(moved_words(move) for move in reversed(row.moves)),
        proofs=tuple(_proof(asker, each) for each in row.proofs.all()),
        is_open=is_open,
        is_off=row.state == "not_needed",
        may_change=may_change,
    )


def _drawn_from(row: Notice, today: date) -> date:
    """A window as long as the term is drawn from a quarter before its end: its first day says little."""
    length = (row.closes_on - row.opens_on).days
    return row.opens_on if length <= 120 else max(row.opens_on, date.fromordinal(row.closes_on.toordinal() - 120))


def _facts(row: Notice) -> tuple[tuple[str, str], ...]:
    owner = (("Owner", str(row.owner)),) if row.side == "ours" else ()
    raised = (("Raised", f"to step {row.level} of 5"),) if row.level else ()
    return (
        ("Rule", f"{row.source} (version {row.rule_version})"),
        ("How it is counted", rule_words(row.rule, side=row.side)),
        ("How it is served", channels_words(row.channels)),
        ("Days end in", zone_name_words(row.zone, row.zone_source)),
        ("Business days of", row.country or "no country on record: plain weekends"),
        *owner,
        *raised,
    )


def _proof(asker: Asker, row: object) -> ProofLine:
    at = instant_cell(row.recorded_at, now=asker.now, zone=asker.workspace.timezone)
    return ProofLine(
        what=f"{PROOFS.get(row.kind, title(row.kind))}, {title(row.channel).lower()}",
        served=date_cell(row.served_on, today=asker.today).day,
        reference=row.reference,
        note=row.note,
        is_admissible=row.is_admissible,
        who=f"{row.recorded_by}, {at.day}",
    )


def _slice(rows: QuerySet[Notice], after: str, chosen: Mapping[str, str]) -> tuple[list[Notice], Pager]:
    """Return a page of rows after a key of day and id, and where the next one begins."""
    day, _, key = after.partition("_")
    if key.isdecimal() and _is_day(day):
        rows = rows.filter(Q(safe_latest_on__gt=day) | Q(safe_latest_on=day, id__gt=int(key)))
    found = list(rows[: ROWS_A_PAGE + 1])
    shown = found[:ROWS_A_PAGE]
    has_more = len(found) > ROWS_A_PAGE
    last = f"{shown[-1].safe_latest_on.isoformat()}_{shown[-1].id}" if shown else ""
    return shown, Pager(
        shown=count_words(len(shown), "notice"),
        first_href=address(PATH, chosen) if after else "",
        next_href=address(PATH, chosen, after=last) if has_more else "",
    )


def _is_day(word: str) -> bool:
    try:
        date.fromisoformat(word)
    except ValueError:
        return False
    return True


def _finding(missed: int, ours: int) -> str:
    if missed:
        return f"{count_words(missed, 'notice')} of ours {'was' if missed == 1 else 'were'} missed"
    if ours:
        return f"{count_words(ours, 'notice')} of ours to serve and prove"
    return "No notice of ours is open"


def _tabs(counts: Mapping[str, int], chosen: Mapping[str, str]) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            text=words,
            href=address(PATH, chosen, show=key),
            count=f"{counts[key or 'ours']:,}",
            is_current=chosen["show"] == key,
        )
        for key, (words, _) in GROUPS.items()
    )


def _whose(chosen: Mapping[str, str]) -> tuple[Tab, ...]:
    is_mine = bool(chosen["whose"])
    return (Tab(text="Only mine", href=address(PATH, chosen, whose="" if is_mine else "mine"), is_current=is_mine),)


def _table(rows: list[Notice], asker: Asker) -> Table:
    columns = (
        Column(title="Account"),
        Column(title="Notice", term="contractual_notice"),
        Column(title="State"),
        Column(title="Last safe day", term="last_safe_day"),
        Column(title="Window"),
        Column(title="Served by"),
        Column(title="Owner"),
    )
    return Table(caption="Notices by last safe day", columns=columns, rows=tuple(_row(row, asker) for row in rows))


def _row(row: Notice, asker: Asker) -> tuple[Cell, ...]:
    today = local_date(asker.now, row.zone)
    words, tone = state_words(row.side, row.state)
    opens, closes = date_cell(row.opens_on, today=today), date_cell(row.closes_on, today=today)
    presses = row.side == "ours" and row.state in ("planned", "due", "missed")
    return (
        Cell(text=row.account.name, href=f"{PATH}{row.id}/"),
        Cell(text=SHORT_KINDS[row.kind], note=row.source),
        Cell(text=words, state=tone, note=REASONS.get(row.state_reason, row.state_reason)),
        Cell(date=date_cell(row.safe_latest_on, today=today, is_deadline=presses)),
        Cell(text=f"{opens.day} to {closes.day}"),
        Cell(text=channels_words(row.channels)),
        Cell(text=str(row.owner)),
    )
