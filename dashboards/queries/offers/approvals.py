"""Requests for approval: what waits for me, what I asked, what was decided, and one with everything it rests on."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import Http404

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.money import count_words, money_words
from dashboards.core.offers.revision_words import RULE_STATES
from dashboards.core.offers.revision_words import STATES as REVISION_STATES
from dashboards.core.offers.shown import PriceShown, price_shown
from dashboards.core.offers.words import STATES, WAYS
from dashboards.core.parts import Cell, Column, Link, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.offers.revision_effects import RevisionEffect, effects_of
from dashboards.queries.offers.revision_limits import level_names
from dashboards.queries.offers.standing_in import away_today
from dashboards.queries.offers.waiting import DraftAsked, Waiting, drafts_shown, waiting_for
from offers.models import ApprovalRequest, ApprovalStep, PriceRevision
from offers.queries.approvals import OpenSeat, people, requests, seat_in
from offers.queries.revisions import level_counts
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.models import Renewal
from renewals.queries.people import visible_to

PATH = "/approvals/"
MOST = 50
STATE, WAITING_LISTS = 3, ("", "waiting")
DECIDED = ("published", "retired", "rejected")
RULES_SHOWN = {"asked": ("waiting", *DECIDED), "waiting": ("waiting",), "decided": DECIDED}
SHOWS = (("", "Mine to answer"), ("asked", "Asked by me"), ("waiting", "All waiting"), ("decided", "Decided"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsPage:
    """The list with its finding."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    table: Table
    empty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepShown:
    """One step: who is asked, until when, and what they said."""

    name: str
    state: str
    tone: str
    who: str
    due: DateCell | None
    is_escalated: bool
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPage:
    """One request; `seat` is the step this person may answer now, None for none."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    href: str
    state: str
    tone: str
    way: str
    note: str
    asked: str
    ended: str
    shown: PriceShown
    steps: tuple[StepShown, ...]
    version_id: int
    step_id: int | None
    seat: str
    may_recall: bool
    proposal_href: str
    is_newest: bool


def approvals_page(asker: Asker, show: str) -> ApprovalsPage:
    """Return the list of what `show` names; an unknown word is what waits for the person."""
    waiting = waiting_for(asker)
    chosen = show if show in dict(SHOWS) else ""
    words = f"{count_words(waiting.number, 'approval')} wait{'' if waiting.number != 1 else 's'}"
    return ApprovalsPage(
        title=f"{words} for your answer" if waiting.number else "Nothing waits for your answer",
        unit="Prices, price revisions and rules · an answer binds to the version it was given to",
        tabs=tuple(
            Tab(
                text=text,
                href=f"{PATH}?show={key}" if key else PATH,
                count=str(waiting.number) if not key and waiting.number else "",
                is_current=key == chosen,
            )
            for key, text in SHOWS
        ),
        table=_table(asker, waiting, chosen),
        empty="Nothing here." if chosen else "Nothing is asked of you today.",
    )


def request_row(asker: Asker, request_id: int) -> tuple[ApprovalRequest, OpenSeat | None]:
    """Return a request and the person's seat in it; Http404 for one out of sight.

    Who has a seat sees it even when the account is out of reach otherwise: somebody away handed it to them.
    """
    row = requests().filter(id=request_id).first()
    if row is None:
        raise Http404
    seat = seat_in(row, asker.membership.user_id, known=people(), away=away_today(asker))
    is_in_sight = _in_sight(asker).filter(id=row.proposal.renewal_id).exists()
    if seat is None and not is_in_sight and row.requester_id != asker.membership.user_id:
        raise Http404
    return row, seat


def request_page(asker: Asker, row: ApprovalRequest, seat: OpenSeat | None) -> RequestPage:
    """Return one request with everything it rests on."""
    account, version = row.proposal.renewal.account, row.version
    words, tone = STATES[row.state]
    price = money_words(Money(version.net_amount, version.currency))
    return RequestPage(
        title=f"{account.name}: {price} a year",
        unit=f"Version {version.number} of the proposal, judged by policy {row.evidence.get('policy', '')}",
        crumbs=(Link(text="Approvals", href=PATH), Link(text=account.name)),
        href=f"{PATH}{row.id}/",
        state=words,
        tone=tone,
        way=WAYS[row.way].format(level=row.level_name),
        note=row.note,
        asked=f"{row.requested_by}, {_when(asker, row.requested_at).when}",
        ended=f"{row.ended_by}: {row.ended_reason or words}" if row.ended_at else "",
        shown=price_shown(version.price, version.verdict, level=row.level_name, currency=asker.workspace.currency),
        steps=tuple(_step(asker, step) for step in row.steps.all()),
        version_id=version.id,
        step_id=seat.step.id if seat else None,
        seat=_seat(seat),
        may_recall=row.state == "waiting" and row.requester_id == asker.membership.user_id,
        proposal_href=f"/renewals/{row.proposal.renewal_id}/proposal/",
        is_newest=row.proposal.version_id == version.id,
    )


def _rows(asker: Asker, show: str) -> QuerySet[ApprovalRequest]:
    rows = requests().order_by("-requested_at", "-id")
    if show == "asked":
        return rows.filter(requester_id=asker.membership.user_id)
    seen = rows.filter(proposal__renewal__in=_in_sight(asker))
    return seen.filter(state="waiting") if show == "waiting" else seen.exclude(state="waiting")


def _in_sight(asker: Asker) -> QuerySet[Renewal]:
    return visible_to(Renewal.objects.all(), asker.member, "approvals.view")


def _revisions(asker: Asker, show: str) -> QuerySet[PriceRevision]:
    """The price revisions of a list; a draft is asked of nobody. Whoever may not see offers sees none."""
    rows = PriceRevision.objects.exclude(state__in=["draft", "discarded"])
    rows = rows.order_by("-submitted_at", "-id") if can(asker.member, "offers.view") else rows.none()
    if show == "asked":
        return rows.filter(editor_ids__contains=[asker.membership.user_id])
    return rows.filter(state="waiting") if show == "waiting" else rows.exclude(state="waiting")


def _table(asker: Asker, waiting: Waiting, show: str) -> Table:
    """A list of what waits needs no column that says so of every row."""
    columns = (
        Column(title="What is asked for"),
        Column(title="Amount a year", is_amount=True),
        Column(title="What it needs"),
        Column(title="State"),
        Column(title="Asked by"),
        Column(title="Asked"),
        Column(title="Answer due"),
    )
    rows = _asked_rows(asker, show) if show else _own_rows(asker, waiting)
    kept = [place for place in range(len(columns)) if place != STATE or show not in WAITING_LISTS]
    return Table(
        caption="Requests for approval",
        columns=tuple(columns[place] for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in rows),
    )


def _own_rows(asker: Asker, waiting: Waiting) -> tuple[tuple[Cell, ...], ...]:
    """What waits for the person, what is due first at the top; what has no clock last."""
    names = level_names() if waiting.revisions else {}
    effects = effects_of(asker, [each.row.id for each in waiting.revisions])
    found = [(seat.step.due_at, _row(asker, seat.request, seat.step.due_at)) for seat in waiting.seats]
    for each in waiting.revisions:
        found.append((each.due_at, _revision(asker, each.row, effects[each.row.id], names, due_at=each.due_at)))
    found += [(None, _draft(asker, each)) for each in waiting.drafts]
    return tuple(row for _, row in sorted(found, key=lambda each: (each[0] is None, each[0] or asker.now)))


def _asked_rows(asker: Asker, show: str) -> tuple[tuple[Cell, ...], ...]:
    """Requests, price revisions and drafts of rules of a list, what was asked last at the top."""
    names, revisions = level_names(), list(_revisions(asker, show)[:MOST])
    effects = effects_of(asker, [row.id for row in revisions])
    found = [(row.requested_at, _row(asker, row, None)) for row in _rows(asker, show)[:MOST]]
    found += [(row.submitted_at or row.created_at, _revision(asker, row, effects[row.id], names)) for row in revisions]
    found += [(each.asked_at, _draft(asker, each)) for each in _drafts(asker, show)]
    return tuple(row for _, row in sorted(found, key=lambda each: each[0], reverse=True)[:MOST])


def _row(asker: Asker, row: ApprovalRequest, due_at: object) -> tuple[Cell, ...]:
    words, tone = STATES[row.state]
    price = money_words(Money(row.version.net_amount, row.version.currency))
    return (
        Cell(text=row.proposal.renewal.account.name, href=f"{PATH}{row.id}/", note=f"version {row.version.number}"),
        Cell(text=price, is_amount=True),
        Cell(text=row.level_name or "None needed"),
        Cell(text=words, state=tone),
        Cell(text=row.requested_by),
        Cell(date=_when(asker, row.requested_at)),
        Cell(date=_when(asker, due_at)) if due_at else Cell(text="–"),
    )


def _revision(
    asker: Asker, row: PriceRevision, effect: RevisionEffect, names: dict[str, str], *, due_at: object = None
) -> tuple[Cell, ...]:
    words, tone = STATES["waiting"] if row.state == "waiting" else REVISION_STATES[row.state]
    levels = level_counts(row.id)
    return (
        Cell(text=row.name, href=f"/offers/revisions/{row.id}/", note="price revision"),
        Cell(text=effect.words, note=effect.note, is_amount=True),
        Cell(
            text=", ".join(names.get(key, key) for key in levels) or "A second person",
            note=f"for {count_words(sum(levels.values()), 'term')}" if levels else "",
        ),
        Cell(text=words, state=tone),
        Cell(text=row.author),
        Cell(date=_when(asker, row.submitted_at or row.created_at)),
        Cell(date=_when(asker, due_at)) if due_at else Cell(text="–"),
    )


def _drafts(asker: Asker, show: str) -> tuple[DraftAsked, ...]:
    """The drafts of rules of a list; one that was never handed in is asked of nobody."""
    chosen: dict[str, object] = {"submitted_at__isnull": False, "state__in": RULES_SHOWN[show]}
    if show == "asked":
        chosen["editor_ids__contains"] = [asker.membership.user_id]
    return drafts_shown(asker, chosen)


def _draft(asker: Asker, asked: DraftAsked) -> tuple[Cell, ...]:
    words, tone = RULE_STATES[asked.row.state]
    return (
        Cell(text=asked.name, href=asked.href, note=f"rules of {asked.what}"),
        Cell(text="–", is_amount=True),
        Cell(text="A second person"),
        Cell(text=words, state=tone),
        Cell(text=asked.row.author),
        Cell(date=_when(asker, asked.asked_at)),
        Cell(text="–"),
    )


def _step(asker: Asker, step: ApprovalStep) -> StepShown:
    words, tone = STATES[step.state]
    link = " and " if step.needs == "all" else " or "
    roles = link.join(title(role) for role in step.roles)
    higher = " or ".join(title(role) for role in step.escalate_to)
    return StepShown(
        name=f"Stage {step.stage}: {roles}",
        state=words,
        tone=tone,
        who=f"After {step.hours} hours also {higher}" if higher else f"Due within {step.hours} hours",
        due=_when(asker, step.due_at) if step.due_at and step.state == "open" else None,
        is_escalated=step.escalated_at is not None,
        answers=tuple(_answer(answer) for answer in step.answers.all()),
    )


def _answer(answer: object) -> str:
    said = "approved" if answer.is_approved else "refused"
    behalf = f" for {answer.on_behalf_of}" if answer.on_behalf_of else ""
    return f"{answer.answered_by} {said}{behalf}{': ' + answer.reason if answer.reason else '.'}"


def _seat(seat: OpenSeat | None) -> str:
    if seat is None:
        return ""
    role = title(seat.seat.role)
    return f"You answer as {role}." if seat.seat.on_behalf_of is None else f"You stand in for {role}, who is away."


def _when(asker: Asker, at: object) -> DateCell:
    return instant_cell(at, now=asker.now, zone=asker.workspace.timezone)
