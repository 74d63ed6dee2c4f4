"""The list of ARR at risk: each renewal with its factors, its reasons, who owns it, what is being done and what not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from dashboards.core.dates import date_cell
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.exchange import Exchange
from dashboards.queries.prices import PriceSight
from dashboards.queries.scoring import explained_href, reasons_of
from playbooks.models import Enrolment, QueueEntry
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.models import Comment
from renewals.queries.written import Written, given_ids
from signals.models import CurrentRisk, CurrentScore

SHOWN = (
    *("account_name", "account_id", "currency", "due_on", "notice_on", "renewal_amount", "reporting_amount"),
    *("at_risk_amount", "loss_probability", "risk_band", "risk_reason", "next_title", "next_due_on", "next_task_id"),
    *("has_playbook", "renewal_id", "owner__name", "owner__email"),
)
OPEN = ("active", "paused", "parked")
REASONS_SHOWN = 2
ENROLLED = Written(
    lambda: (
        Enrolment.objects.filter(given_ids("renewal_id", "ids"), state__in=OPEN)
        .order_by("playbook__name")
        .values_list("renewal_id", "playbook__name")
    )
)
COMMENTS = Written(
    lambda: (
        Comment.objects.filter(given_ids("renewal_id", "ids"))
        .order_by()
        .values_list("renewal_id")
        .annotate(n=Count("id"))
    )
)
RISKS = Written(
    lambda: CurrentRisk.objects.filter(given_ids("renewal_id", "ids")).only("account_id", "renewal_id", "reasons")
)
HEALTHS = Written(lambda: CurrentScore.objects.filter(given_ids("account_id", "ids")).only("account_id", "reasons"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What the lines of a page need beside themselves, by account or renewal; read once for all of them."""

    risks: Mapping[int, CurrentRisk]
    healths: Mapping[int, CurrentScore]
    playbooks: Mapping[int, str]
    comments: Mapping[int, int]


def readable(entries: QuerySet[QueueEntry], *, is_total: bool) -> QuerySet[QueueEntry]:
    """Return the entries with what a line shows; account and renewal in full only where the rule of prices asks.

    `is_total`: the person's sight of prices is all or nothing.
    """
    if not is_total:
        return entries.select_related("renewal", "account", "owner").defer("why", "parts")
    return entries.select_related("owner").only(*SHOWN)


def risk_table(rows: Sequence[QueueEntry], asker: Asker, sight: PriceSight, totals: tuple[Cell, ...]) -> Table:
    """Return the renewals as a table; `totals` is of all of them, not of the shown ones alone."""
    known, exchange = _known(rows, asker), Exchange(home=asker.workspace.currency, on=asker.today)
    return Table(
        caption="Open renewals by ARR at risk",
        columns=_columns(asker.workspace.currency),
        rows=tuple(_row(row, asker, sight, exchange, known) for row in rows),
        totals=totals,
    )


def _columns(currency: str) -> tuple[Column, ...]:
    return (
        Column(title="Account"),
        Column(title="Due", term="due_date", key="due"),
        Column(title="Days to notice", term="notice_deadline", key="notice"),
        Column(title=f"Amount, {currency}", is_amount=True, term="target_amount", key="amount"),
        Column(title="Chance of loss", is_amount=True, term="risk", key="loss"),
        Column(title=f"At risk, {currency}", is_amount=True, term="arr_at_risk", key="at_risk"),
        Column(title="Why", key="why"),
        Column(title="Being done, and next", key="doing"),
        Column(title="Owner", key="owner"),
        Column(title="Comments", key="comments"),
    )


def _known(rows: Sequence[QueueEntry], asker: Asker) -> _Known:
    renewals = [row.renewal_id for row in rows]
    names: dict[int, list[str]] = {}
    for renewal, name in ENROLLED.read(ids=renewals):
        names.setdefault(renewal, []).append(name)
    return _Known(
        risks={row.renewal_id: row for row in RISKS.read(ids=renewals)},
        healths={row.account_id: row for row in HEALTHS.read(ids=[row.account_id for row in rows])},
        playbooks={renewal: ", ".join(found) for renewal, found in names.items()},
        comments=dict(COMMENTS.read(ids=renewals)) if can(asker.member, "touchpoints.view") else {},
    )


def _row(row: QueueEntry, asker: Asker, sight: PriceSight, exchange: Exchange, known: _Known) -> tuple[Cell, ...]:
    is_hidden, today = not sight.sees_entry(row), asker.today
    original = Money(row.renewal_amount, row.currency)
    return (
        Cell(text=row.account_name, href=f"/renewals/{row.renewal_id}/"),
        Cell(date=date_cell(row.due_on, today=today, is_deadline=True)),
        _notice(row, today),
        Cell(money=exchange.home_cell(row.reporting_amount, original, is_hidden=is_hidden)),
        Cell(text=percent_words(row.loss_probability), note=_chance_note(row), is_amount=True),
        Cell(money=sight.cell(row.at_risk_amount, asker.workspace.currency, is_seen=not is_hidden)),
        _why(row, known),
        _doing(row, known, _next_words(row, today)),
        Cell(text=str(row.owner)),
        _comments(row, known),
    )


def _notice(row: QueueEntry, today: date) -> Cell:
    """A deadline that has passed presses nobody any more: the due date does."""
    if row.notice_on is None:
        return Cell(text="none agreed")
    days = (row.notice_on - today).days
    return Cell(text=count_words(days, "day") if days >= 0 else "passed", state="bad" if 0 <= days <= 14 else "")


def _chance_note(row: QueueEntry) -> str:
    return "" if row.risk_band else "base rate"


def _why(row: QueueEntry, known: _Known) -> Cell:
    """The strongest reasons against us; where the health of the account is one, what pulls health down."""
    risk = known.risks.get(row.renewal_id)
    if not row.risk_band or risk is None:
        return Cell(text="Not scored: too little is known", is_long=True)
    against = [each.text for each in reasons_of(risk, "risk") if each.state == "bad"]
    if row.risk_reason != "health" and against[:1] and against[0].startswith("Health is"):
        deeper = [each.text for each in reasons_of(known.healths.get(row.account_id), "health") if each.state == "bad"]
        against = [*deeper[:1], *against]
    words = "; ".join(against[:REASONS_SHOWN]) or "No reason stands out"
    return Cell(text=words, href=explained_href(risk, "risk"), is_long=True)


def _next_words(row: QueueEntry, today: date) -> str:
    if row.next_task_id is not None:
        return row.next_title
    if row.next_title:
        return f"the playbook acts next: {title(row.next_title).lower()}"
    return "Record how it ended" if row.due_on < today else "nothing planned"


def _doing(row: QueueEntry, known: _Known, next_words: str) -> Cell:
    names = known.playbooks.get(row.renewal_id)
    if names:
        return Cell(text=names, note=next_words, is_long=True)
    return Cell(text="No open playbook", state="watch", note=next_words, is_long=True)


def _comments(row: QueueEntry, known: _Known) -> Cell:
    number = known.comments.get(row.renewal_id, 0)
    words = count_words(number, "comment") if number else "Comment"
    return Cell(text=words, href=f"/renewals/{row.renewal_id}/#comments")
