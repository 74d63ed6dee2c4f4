"""Who answers, as pages show it: gaps with their clocks, hand-overs to answer, escalations under way, one renewal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from dashboards.core.dates import DateCell, day_words, instant_cell
from dashboards.core.filters import address
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Tab, Table
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.fit import ownership_tabs
from dashboards.queries.people import Choice, people_who_may
from playbooks.core.ownership import standing
from playbooks.models import Escalation, Handover, OwnershipGap
from playbooks.queries.ownership import ownership_facts, people_today
from renewals.core.roles import can
from renewals.models import Account, Renewal, User
from renewals.queries.people import members, record_nearness, teams, visible_to

PATH = "/ownership/"
ROWS = 100
KINDS: Mapping[str, str] = {
    "vacancy": "Nobody there",
    "absence": "Away without a delegate",
    "unowned_task": "Task of nobody",
    "handover": "Hand-over not answered",
    "tier_change": "Tier changed",
}
PEOPLE = ("person", "sender", "receiver")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPart:
    """A hand-over in finished words, with what goes along; `is_mine` when this person is to answer it."""

    id: int
    account: str
    sender: str
    receiver: str
    duties: str
    note: str
    items: tuple[str, ...]
    signals: tuple[str, ...]
    deadline: DateCell
    is_late: bool
    is_mine: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPart:
    """A change of tier that this person may review."""

    gap_id: int
    account: str
    href: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamOption:
    """A team to filter by."""

    key: str
    name: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipPage:
    """Gaps, hand-overs and escalations this person may see; `is_empty` when there is none of them."""

    title: str
    pages: tuple[Tab, ...]
    tabs: tuple[Tab, ...]
    whose: str
    teams: tuple[TeamOption, ...]
    gaps: Table
    handovers: tuple[HandoverPart, ...]
    reviews: tuple[ReviewPart, ...]
    escalations: Table
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnershipPanel:
    """Who answers for one open renewal now and why, its gaps, escalations and hand-over; None of all when closed."""

    who: str
    why: str
    gaps: tuple[str, ...]
    escalations: tuple[str, ...]
    handover: str
    offer_href: str
    colleagues: tuple[Choice, ...]


def ownership_page(asker: Asker, choice: Mapping[str, str]) -> OwnershipPage:
    """Return the open gaps by their clock, unsettled hand-overs and escalations whose task is open."""
    mine, options = choice.get("whose") == "mine", _teams(choice.get("team", ""))
    team = _in_team(options)
    chosen = {"whose": "mine" if mine else "", "team": next((each.key for each in options if each.is_chosen), "")}
    gaps = list(visible_gaps(asker, mine=mine).filter(team).order_by("due_at", "id")[:ROWS])
    offers = list(_offers(asker, mine=mine).filter(team)[:ROWS])
    raised = _near(asker, Escalation.objects.filter(team, task__state__in=("open", "snoozed")), mine=mine)
    climbed = list(raised.select_related("person", "task").order_by("-raised_at")[:ROWS])
    names = _names(gaps)
    return OwnershipPage(
        title=_title(len(gaps)),
        pages=ownership_tabs(PATH),
        tabs=tuple(
            Tab(text=words, href=address(PATH, {**chosen, "whose": key}), is_current=(key == "mine") is mine)
            for key, words in (("", "All I may see"), ("mine", "Mine"))
        ),
        whose=chosen["whose"],
        teams=options,
        gaps=_gap_table(gaps, names, asker),
        handovers=tuple(_handover(each, asker) for each in offers),
        reviews=tuple(
            ReviewPart(
                gap_id=gap.id,
                account=gap.account.name,
                href=f"/renewals/{gap.renewal_id}/",
                why=_said(gap.reason, names, asker),
            )
            for gap in gaps
            if gap.kind == "tier_change" and _may_change(asker, gap)
        ),
        escalations=_ladder_table(climbed, asker),
        is_empty=not (gaps or offers or climbed or mine or chosen["team"]),
    )


def ownership_panel(asker: Asker, row: Renewal) -> OwnershipPanel | None:
    """Return who answers for a renewal now; None for a closed one."""
    facts = next(iter(ownership_facts([row.id], now=asker.now)), None)
    if facts is None:
        return None
    found = standing(facts, people_today(today=asker.today))
    gaps = list(OwnershipGap.objects.filter(renewal_id=row.id, closed_at__isnull=True).order_by("due_at"))
    raised = Escalation.objects.filter(renewal_id=row.id, raised_at__isnull=False).select_related("person")
    offer = Handover.objects.filter(renewal_id=row.id, state__in=("offered", "expired")).first()
    names = _names(gaps, {found.accountable, found.named})
    near = record_nearness(asker.member, row.account, row)
    may = can(asker.member, "renewals.change", record=near) and offer is None
    return OwnershipPanel(
        who=names.get(found.accountable, "Nobody") if found.accountable else "Nobody",
        why=reason_sentence({"code": found.why.code, **found.why.values}).text,
        gaps=tuple(f"{KINDS[gap.kind]}: {_said(gap.reason, names, asker)}" for gap in gaps),
        escalations=tuple(
            f"Rung {each.level} to {each.person}, {_at(each.raised_at, asker).when}: {each.response}"
            for each in raised.order_by("level")
        ),
        handover=f"Offered to {offer.receiver}, to be answered {_at(offer.deadline_at, asker).when}" if offer else "",
        offer_href=f"/renewals/{row.id}/handover/" if may else "",
        colleagues=tuple(each for each in _colleagues(asker, may=may) if each.value != str(row.owner_id)),
    )


def _colleagues(asker: Asker, *, may: bool) -> tuple[Choice, ...]:
    return people_who_may(asker, "renewals.change") if may else ()


def visible_gaps(asker: Reach, *, mine: bool = False) -> QuerySet[OwnershipGap]:
    """Return the open gaps this person may see, or of those the ones of their own renewals."""
    return _near(asker, OwnershipGap.objects.filter(closed_at__isnull=True), mine=mine)


def visible_gap(asker: Asker, gap_id: int) -> OwnershipGap | None:
    """Return an open change of tier that this person may review, None when there is none."""
    row = _near(asker, OwnershipGap.objects.filter(id=gap_id, kind="tier_change"), mine=False).first()
    return row if row is not None and _may_change(asker, row) else None


def visible_handover(asker: Asker, handover_id: int) -> Handover | None:
    """Return a hand-over this person is part of or may see, None when there is none."""
    rows = Handover.objects.filter(_reach(asker) | _part_of(asker))
    return rows.select_related("account", "renewal", "sender", "receiver").filter(id=handover_id).first()


def may_withdraw(asker: Asker, row: Handover) -> bool:
    """Answer whether this person may take the offer back: its sender, or who may change the renewal."""
    near = record_nearness(asker.member, row.account, row.renewal)
    return row.sender_id == asker.membership.user_id or can(asker.member, "renewals.change", record=near)


def _teams(chosen: str) -> tuple[TeamOption, ...]:
    return tuple(TeamOption(key=str(row.id), name=row.name, is_chosen=str(row.id) == chosen) for row in teams())


def _in_team(options: tuple[TeamOption, ...]) -> Q:
    """Its accounts: those the team has, and those whose owner is one of its people."""
    team = next((int(each.key) for each in options if each.is_chosen), None)
    if team is None:
        return Q()
    people = members().filter(team_id=team).values("user_id")
    return Q(account__team_id=team) | Q(account__owner_id__in=people)


def _near(asker: Reach, rows: QuerySet[Any], *, mine: bool) -> QuerySet[Any]:
    rows = rows.filter(_reach(asker)).select_related("account", "renewal")
    return rows.filter(renewal__owner_id=asker.member.user_id) if mine else rows


def _offers(asker: Asker, *, mine: bool) -> QuerySet[Handover]:
    """Both sides see a hand-over until it is answered, however far their right to the account reaches."""
    rows = Handover.objects.filter(state__in=("offered", "expired"))
    rows = rows.filter(_part_of(asker)) if mine else rows.filter(_reach(asker) | _part_of(asker))
    return rows.select_related("account", "renewal", "sender", "receiver").order_by("deadline_at", "id")


def _reach(asker: Reach) -> Q:
    return Q(account__in=visible_to(Account.objects.all(), asker.member, "renewals.view"))


def _part_of(asker: Asker) -> Q:
    return Q(sender_id=asker.membership.user_id) | Q(receiver_id=asker.membership.user_id)


def _may_change(asker: Asker, gap: OwnershipGap) -> bool:
    return can(asker.member, "renewals.change", record=record_nearness(asker.member, gap.account, gap.renewal))


def _title(number: int) -> str:
    return f"{count_words(number, 'gap')} in who answers" if number else "Somebody answers for every open renewal"


def _names(gaps: list[OwnershipGap], more: set[int | None] | None = None) -> dict[int, str]:
    ids = {gap.reason[name] for gap in gaps for name in PEOPLE if name in gap.reason} | (more or set())
    return {user.id: str(user) for user in User.objects.filter(id__in=ids - {None})}


def _said(stored: Mapping[str, Any], names: Mapping[int, str], asker: Asker) -> str:
    people = {name: names.get(stored[name], "somebody") for name in PEOPLE if name in stored}
    return reason_sentence({**stored, **people}, zone=asker.workspace.timezone).text


def _at(at: datetime, asker: Asker) -> DateCell:
    return instant_cell(at, now=asker.now, zone=asker.workspace.timezone)


def _gap_table(gaps: list[OwnershipGap], names: Mapping[int, str], asker: Asker) -> Table:
    columns = (
        Column(title="Account"),
        Column(title="Gap", term="ownership_gap"),
        Column(title="Why"),
        Column(title="Open since"),
        Column(title="Clock runs out"),
    )
    rows = tuple(
        (
            Cell(text=gap.account.name, href=f"/renewals/{gap.renewal_id}/"),
            Cell(text=KINDS[gap.kind], state="bad" if gap.due_at <= asker.now else "watch"),
            Cell(text=_said(gap.reason, names, asker), is_long=True),
            Cell(date=_at(gap.opened_at, asker)),
            Cell(date=_at(gap.due_at, asker)),
        )
        for gap in gaps
    )
    return Table(caption="Open gaps by their clock", columns=columns, rows=rows)


def _ladder_table(climbed: list[Escalation], asker: Asker) -> Table:
    columns = (
        Column(title="Account"),
        Column(title="Rung"),
        Column(title="Told"),
        Column(title="What to do"),
        Column(title="Raised"),
    )
    rows = tuple(
        (
            Cell(text=each.account.name, href=f"/renewals/{each.renewal_id}/"),
            Cell(text=f"{each.level}", note=title(each.rule_version), is_long=True),
            Cell(text=str(each.person)),
            Cell(text=each.response, is_long=True),
            Cell(date=_at(each.raised_at, asker)),
        )
        for each in climbed
    )
    return Table(caption="Escalations under way", columns=columns, rows=rows)


def _handover(row: Handover, asker: Asker) -> HandoverPart:
    payload = row.payload
    return HandoverPart(
        id=row.id,
        account=row.account.name,
        sender=str(row.sender),
        receiver=str(row.receiver),
        duties=", ".join(row.duties),
        note=payload.get("note", ""),
        items=tuple(
            f"{item['title']}, due {day_words(date.fromisoformat(item['due_on']))}" for item in payload.get("items", ())
        ),
        signals=tuple(
            f"{title(item['kind'].rpartition('.')[2])} {item['subject']}".strip()
            + f", {day_words(date.fromisoformat(item['at'][:10]))}"
            for item in payload.get("signals", ())
        ),
        deadline=_at(row.deadline_at, asker),
        is_late=row.deadline_at <= asker.now,
        is_mine=row.receiver_id == asker.membership.user_id,
        may_withdraw=may_withdraw(asker, row),
    )
