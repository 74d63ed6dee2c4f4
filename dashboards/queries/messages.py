"""What was sent, what waits and what did not leave, each with its reasons. Addresses are hidden where they must be."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from dashboards.core.channels import MAILS, event_words, rsvp_words
from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.filters import address
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Link, Pager, Reason, Tab, Table
from dashboards.core.reason_words import reason_sentence
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from playbooks.core.channels.edits import is_in_veto_window, why_not_editable
from playbooks.core.channels.inbound import InboundKind
from playbooks.models import Decision, DeliveryEvent, InboundMessage, Message, MessageEdit
from renewals.core.roles import can
from renewals.models import Account
from renewals.queries.people import visible_to

PATH = "/messages/"
ROWS_A_PAGE = 50
WAITING = ("draft", "parked", "in_doubt")
OWN = "yours"
GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "waiting": ("Waiting for somebody", WAITING),
    "leaving": ("On the way", ("queued", "sending")),
    "sent": ("Sent", ("sent",)),
    "stopped": ("Did not leave", ("failed", "cancelled")),
}
STATE_TAGS = {"sent": "good", "in_doubt": "bad", "failed": "bad", "draft": "watch", "parked": "watch"}
MOVES = {
    "draft": (("approval", "Send this message"), ("cancellation", "Do not send it")),
    "parked": (("approval", "Send this message"), ("cancellation", "Do not send it")),
    "queued": (("cancellation", "Do not send it"),),
    "veto": (("approval", "Send it now"), ("cancellation", "Do not send it")),
    "in_doubt": (("arrival", "It has arrived"), ("loss", "It did not arrive")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesPage:
    """The list with its finding; `is_empty` when the workspace has never written a message."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    table: Table
    pager: Pager
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMove:
    """Something a person may decide about a message; `href` takes a POST."""

    href: str
    word: str
    is_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent:
    """Something told of a message from outside: what, when, who told it, and what they said."""

    words: str
    state: str
    when: DateCell
    source: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditShown:
    """A change by hand: who, when, and the lines that differ from the template with their sign."""

    who: str
    when: DateCell
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagePage:
    """One message in full, with why it was written and what happened to it.

    `veto` is when it leaves by itself. `words` are subject and text where this person may edit them;
    `edit_note` says why nobody may.
    """

    id: int
    title: str
    crumbs: tuple[Link, ...]
    state: str
    state_tag: str
    facts: tuple[tuple[str, str], ...]
    veto: DateCell | None
    sent: DateCell
    body: str
    reasons: tuple[Reason, ...]
    decisions: tuple[tuple[str, DateCell, tuple[Reason, ...]], ...]
    moves: tuple[MessageMove, ...]
    events: tuple[MessageEvent, ...]
    edits: tuple[EditShown, ...]
    edit_note: str
    words: tuple[str, str] | None
    calendar: str


def messages_page(asker: Asker, choice: Mapping[str, str]) -> MessagesPage:
    """Return one page of the messages a person may see, newest first."""
    seen = visible_messages(asker)
    counts = dict(seen.order_by().values_list("state").annotate(n=Count("id")))
    own = own_messages(asker).count()
    group = choice.get("state", "") if choice.get("state") in (OWN, *GROUPS) else ""
    wanted = _in_group(seen, group, asker)
    after = choice.get("after", "")
    rows = list((wanted.filter(id__lt=int(after)) if after.isdecimal() else wanted)[: ROWS_A_PAGE + 1])
    shown = rows[:ROWS_A_PAGE]
    chosen = {"state": group} if group else {}
    return MessagesPage(
        title=_title(sum(counts.get(state, 0) for state in WAITING), own),
        unit=f"Newest first · times in {asker.workspace.timezone.replace('_', ' ')}",
        tabs=_tabs(counts, group, own),
        table=_table(shown, asker),
        pager=Pager(
            shown=count_words(len(shown), "message"),
            first_href=address(PATH, chosen) if after else "",
            next_href=address(PATH, chosen, after=str(shown[-1].id)) if len(rows) > ROWS_A_PAGE else "",
        ),
        is_empty=not counts,
    )


def _title(waiting: int, own: int) -> str:
    if not waiting:
        return "No message waits for anybody"
    number, who = (own, "you") if own else (waiting, "somebody else")
    return f"{count_words(number, 'message')} {'waits' if number == 1 else 'wait'} for {who}"


def _in_group(seen: QuerySet[Message], group: str, asker: Asker) -> QuerySet[Message]:
    if group == OWN:
        return seen.filter(id__in=own_messages(asker).values("id"))
    return seen.filter(state__in=GROUPS[group][1]) if group else seen


def message_page(asker: Asker, message_id: int) -> MessagePage | None:
    """Return one message; None when there is none that this person may see."""
    row = visible_messages(asker).filter(id=message_id).first()
    if row is None:
        return None
    zone = asker.workspace.timezone
    is_waiting = _is_in_veto(row, asker)
    objection = why_not_editable(state=row.state, message_class=row.message_class, is_in_veto=is_waiting)
    may_change = changeable_message(asker, row.id) is not None
    return MessagePage(
        id=row.id,
        title=row.subject,
        crumbs=(Link(text="Messages", href=PATH), Link(text=row.account.name, href=f"/accounts/{row.account_id}/")),
        state=title(row.state),
        state_tag=STATE_TAGS.get(row.state, ""),
        facts=_facts(row, asker),
        veto=instant_cell(row.veto_until_at, now=asker.now, zone=zone) if is_waiting else None,
        sent=instant_cell(row.sent_at, now=asker.now, zone=zone, missing="Not yet"),
        body=row.text_body,
        reasons=tuple(reason_sentence(item, zone=zone) for item in row.reasons),
        decisions=_decisions(row, asker),
        moves=_moves(row, is_waiting=is_waiting) if may_change else (),
        events=_events(row, asker),
        edits=_edits(row, asker),
        edit_note=objection,
        words=(row.subject, row.text_body) if may_change and not objection else None,
        calendar=row.calendar_text,
    )


def visible_messages(asker: Asker) -> QuerySet[Message]:
    """Return the messages of the accounts whose messages a person may see, newest first."""
    accounts = visible_to(Account.objects.all(), asker.member, "messages.view")
    rows = Message.objects.filter(Q(account__in=accounts))
    return rows.select_related("account", "contact", "enrolment__playbook", "step_run", "enrolment__version").order_by(
        "-id"
    )


def own_messages(asker: Reach) -> QuerySet[Message]:
    """Return what waits for this person: messages about which they may decide."""
    accounts = visible_to(Account.objects.all(), asker.member, "messages.change")
    return Message.objects.filter(state__in=WAITING, account__in=accounts)


def changeable_message(asker: Asker, message_id: int) -> Message | None:
    """Return the message when the person may decide about it, else None."""
    accounts = visible_to(Account.objects.all(), asker.member, "messages.change")
    return Message.objects.filter(id=message_id, account__in=accounts).first()


def _tabs(counts: Mapping[str, int], group: str, own: int) -> tuple[Tab, ...]:
    every = Tab(text="All", href=PATH, count=f"{sum(counts.values()):,}", is_current=not group)
    yours = Tab(text="Waiting for you", href=address(PATH, {"state": OWN}), count=f"{own:,}", is_current=group == OWN)
    return (
        every,
        yours,
        *(
            Tab(
                text=words,
                href=address(PATH, {"state": key}),
                count=f"{sum(counts.get(state, 0) for state in states):,}",
                is_current=group == key,
            )
            for key, (words, states) in GROUPS.items()
        ),
    )


def _table(rows: list[Message], asker: Asker) -> Table:
    columns = ("Subject", "State", "When", "Account", "To", "Playbook")
    return Table(
        caption="Messages, newest first",
        columns=tuple(Column(title=name) for name in columns),
        rows=tuple(_row(row, asker) for row in rows),
    )


def _row(row: Message, asker: Asker) -> tuple[Cell, ...]:
    moment = row.sent_at or row.next_at
    return (
        Cell(text=row.subject, href=f"{PATH}{row.id}/"),
        Cell(text=title(row.state), state=STATE_TAGS.get(row.state, "none")),
        Cell(date=instant_cell(moment, now=asker.now, zone=asker.workspace.timezone)),
        Cell(text=row.account.name, href=f"/accounts/{row.account_id}/"),
        Cell(text=row.to_name or _addressee(row, asker)),
        Cell(text=f"{row.enrolment.playbook.name}, {title(row.step_run.step_key).lower()}"),
    )


def _addressee(row: Message, asker: Asker) -> str:
    may_see = can(asker.member, "contact_details.view")
    return f"{row.to_name} <{row.to_address}>".strip() if may_see else row.to_name or "hidden"


def _facts(row: Message, asker: Asker) -> tuple[tuple[str, str], ...]:
    return (
        ("To", _addressee(row, asker)),
        ("Class", title(row.message_class)),
        ("Playbook", f"{row.enrolment.playbook.name}, version {row.enrolment.version.number}"),
        ("Step", title(row.step_run.step_key)),
        ("Channel", title(row.channel) if row.channel else "Not tried yet"),
        ("Attempts", f"{row.attempts}"),
        ("Message-ID", row.message_id),
        *((("Calendar", f"{row.calendar_method}, version {row.revision}"),) if row.calendar_method else ()),
    )


def _decisions(row: Message, asker: Asker) -> tuple[tuple[str, DateCell, tuple[Reason, ...]], ...]:
    zone = asker.workspace.timezone
    found = Decision.objects.filter(enrolment_id=row.enrolment_id, step_key=row.step_run.step_key).order_by("-id")[:20]
    return tuple(
        (
            f"{title(each.kind)}: {title(each.verdict).lower()} · {title(each.rule_version)}",
            instant_cell(each.decided_at, now=asker.now, zone=zone),
            tuple(reason_sentence(item, zone=zone) for item in each.reasons),
        )
        for each in found
    )


def _events(row: Message, asker: Asker) -> tuple[MessageEvent, ...]:
    """What providers told and what came back, newest first."""
    zone = asker.workspace.timezone
    told = [
        (each.occurred_at, (*event_words(each.kind), title(each.source), each.detail))
        for each in DeliveryEvent.objects.filter(message=row)
    ]
    came = [
        (each.occurred_at, (MAILS[InboundKind(each.kind)], "none", "Mail", rsvp_words(each.mark) or each.subject))
        for each in InboundMessage.objects.filter(message=row)
    ]
    return tuple(
        MessageEvent(
            words=words, state=state, when=instant_cell(at, now=asker.now, zone=zone), source=source, note=note
        )
        for at, (words, state, source, note) in sorted((*told, *came), key=lambda pair: pair[0], reverse=True)[:50]
    )


def _edits(row: Message, asker: Asker) -> tuple[EditShown, ...]:
    zone = asker.workspace.timezone
    return tuple(
        EditShown(
            who=each.edited_by,
            when=instant_cell(each.edited_at, now=asker.now, zone=zone),
            lines=tuple((line[:1], line[1:]) for line in each.diff if line[:1] in ("+", "-")),
        )
        for each in MessageEdit.objects.filter(message=row).order_by("-id")[:10]
    )


def _is_in_veto(row: Message, asker: Asker) -> bool:
    return is_in_veto_window(state=row.state, veto_until_at=row.veto_until_at, next_at=row.next_at, now=asker.now)


def _moves(row: Message, *, is_waiting: bool) -> tuple[MessageMove, ...]:
    return tuple(
        MessageMove(href=f"{PATH}{row.id}/{noun}/", word=word, is_first=place == 0)
        for place, (noun, word) in enumerate(MOVES.get("veto" if is_waiting else row.state, ()))
    )
