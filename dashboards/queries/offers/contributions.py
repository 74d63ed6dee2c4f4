"""Who contributes which part to the proposal of a renewal. No price stands here: who is asked for one sees it."""

from dataclasses import dataclass

from django.http import Http404

from dashboards.core.dates import DateCell, date_cell, instant_cell
from dashboards.core.money import count_words
from dashboards.core.offers.contributions import FUNCTIONS, STATES
from dashboards.core.offers.family import family_tabs
from dashboards.core.parts import Link, Tab
from dashboards.queries.asker import Asker
from dashboards.queries.offers.proposal import Renewal, may_propose
from offers.models import PartRemark, ProposalPart
from offers.queries.contributors import contributes, standing_parts
from renewals.core.roles import can
from renewals.queries.people import members, record_nearness, visible_to
from renewals.queries.renewals import renewals


@dataclass(frozen=True, slots=True, kw_only=True)
class PartShown:
    """One part in finished words; an empty address is a step this person does not take."""

    id: int
    title: str
    who: str
    function: str
    state: str
    tone: str
    text: str
    edited: str
    due: DateCell | None
    remarks: tuple[tuple[str, str, str], ...]
    revision: int
    is_ready: bool
    href: str
    remark_href: str
    removal_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionsPage:
    """All parts of a proposal; `people` are the choices of the form, none for who may not ask."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    href: str
    parts: tuple[PartShown, ...]
    people: tuple[tuple[str, str], ...]
    may_ask: bool


def contributed_renewal(asker: Asker, renewal_id: int) -> Renewal:
    """Return the renewal for whoever may see it, and for whoever owns a part of its proposal; else Http404."""
    rows = renewals().select_related("account__parent", "account__team").filter(id=renewal_id)
    row = visible_to(rows, asker.member, "renewals.view").first()
    if row is None and contributes(asker.membership.user_id, renewal_id):
        row = rows.first()
    if row is None:
        raise Http404
    return row


def part_of(row: Renewal, part_id: int) -> ProposalPart:
    """Return a part of this renewal's proposal; Http404 for any other."""
    found = standing_parts(row.id).filter(id=part_id).first()
    if found is None:
        raise Http404
    return found


def may_remark(asker: Asker, row: Renewal) -> bool:
    """Answer whether the person may leave remarks: who contributes, and who may make the proposal."""
    return contributes(asker.membership.user_id, row.id) or may_propose(asker, row)


def contributions_page(asker: Asker, row: Renewal) -> ContributionsPage:
    """Return the page; two queries for the parts, whatever their number."""
    parts = list(standing_parts(row.id).prefetch_related("remarks"))
    may, may_say = may_propose(asker, row), may_remark(asker, row)
    left = sum(part.state != "ready" for part in parts)
    href = f"/renewals/{row.id}/proposal/contributions/"
    return ContributionsPage(
        title=_title(row, len(parts), left),
        unit="What sales, customer success, product and others bring to the proposal",
        crumbs=(
            Link(text="Accounts", href="/accounts/"),
            Link(text=row.account.name, href=f"/accounts/{row.account_id}/"),
            Link(text="Renewal", href=f"/renewals/{row.id}/"),
        ),
        tabs=family_tabs(row.id, "contributions") if _sees_family(asker, row) else (),
        href=href,
        parts=tuple(_part(asker, part, href, may=may, may_say=may_say) for part in parts),
        people=tuple((str(each.user_id), str(each.user)) for each in members()) if may else (),
        may_ask=may,
    )


def contributions_line(row: Renewal) -> tuple[tuple[str, str, str, str], ...]:
    """Return who owns which part and where it stands, for the page of the proposal."""
    return tuple(
        (part.title, f"{part.user}, {FUNCTIONS[part.function]}", *STATES[part.state]) for part in standing_parts(row.id)
    )


def _sees_family(asker: Asker, row: Renewal) -> bool:
    return can(asker.member, "proposals.view", record=record_nearness(asker.member, row.account, row))


def _title(row: Renewal, number: int, left: int) -> str:
    if not number:
        return f"{row.account.name}: nobody contributes yet"
    state = "all ready" if not left else f"{left} not ready"
    return f"{row.account.name}: {count_words(number, 'part')}, {state}"


def _part(asker: Asker, part: ProposalPart, href: str, *, may: bool, may_say: bool) -> PartShown:
    words, tone = STATES[part.state]
    at = instant_cell(part.edited_at, now=asker.now, zone=asker.workspace.timezone)
    is_mine = part.user_id == asker.membership.user_id
    return PartShown(
        id=part.id,
        title=part.title,
        who=str(part.user),
        function=FUNCTIONS[part.function],
        state=words,
        tone=tone,
        text=part.text,
        edited=f"Edit {part.revision} by {part.edited_by}, {at.when}" if part.text else f"Asked by {part.created_by}",
        due=date_cell(part.due_on, today=asker.today, is_deadline=part.state != "ready") if part.due_on else None,
        remarks=tuple(_remark(asker, each) for each in sorted(part.remarks.all(), key=lambda each: each.id)),
        revision=part.revision,
        is_ready=part.state == "ready",
        href=f"{href}{part.id}/" if is_mine else "",
        remark_href=f"{href}{part.id}/remarks/" if may_say else "",
        removal_href=f"{href}{part.id}/removal/" if may else "",
    )


def _remark(asker: Asker, row: PartRemark) -> tuple[str, str, str]:
    at = instant_cell(row.said_at, now=asker.now, zone=asker.workspace.timezone)
    return row.words, row.said_by, at.when
