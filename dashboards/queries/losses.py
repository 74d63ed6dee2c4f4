"""Losses for the pages: what is to be reviewed, whom to ask back and when, and what it came to."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from dashboards.core.dates import date_cell
from dashboards.core.loss_words import standing_words
from dashboards.core.money import money_words
from dashboards.core.parts import Cell, Chip, Column, Link, Tab, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker, Reach
from dashboards.queries.offers.proposal import win_back_proposal
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.reviews.lists import crumbs, my_open_decisions, tabs_of
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.models import LossReview, Outcome, Renewal
from renewals.queries.people import members, visible_to
from renewals.queries.win_backs import begun_since

PATH = "/reviews/losses/"
MOST = 200
SHOWN = {"": "Open", "held": "Reviewed", "answered": "Asked back"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LossesPage:
    """The losses of one kind."""

    title: str
    table: Table
    chips: tuple[Chip, ...]
    tabs: tuple[Tab, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LossPage:
    """One loss: what is known of it, and who asks them back."""

    title: str
    unit: str
    href: str
    crumbs: tuple[Link, ...]
    state: str
    tone: str
    facts: tuple[tuple[str, str], ...]
    findings: str
    renewal_href: str
    proposal_href: str
    proposal: str
    proposal_tone: str
    may_change: bool
    is_answered: bool

    @property
    def sign_href(self) -> str:
        """Return where the contract they come back with is posted."""
        return f"{self.href}contract/"

    @property
    def answer_href(self) -> str:
        """Return where what they answered is posted."""
        return f"{self.href}answer/"

    @property
    def plan_href(self) -> str:
        """Return where who asks and when is posted."""
        return f"{self.href}plan/"


def losses_page(asker: Asker, show: str) -> LossesPage:
    """Return the losses that are open, reviewed, or answered."""
    rows = list(_chosen(visible_losses(asker), show)[:MOST])
    return LossesPage(
        title=_title(len(rows), show),
        table=_table(asker, rows),
        chips=tuple(
            Chip(text=words, href=f"{PATH}?show={key}" if key else PATH, is_on=key == show)
            for key, words in SHOWN.items()
        ),
        tabs=tabs_of(asker, "losses", due=my_open_decisions(asker).count()),
    )


def _title(count: int, show: str) -> str:
    if not count:
        return "No loss waits for anybody" if not show else "No loss is here"
    what = {"held": "reviewed", "answered": "answered"}.get(show, "to look after")
    return f"{count:,} {'loss' if count == 1 else 'losses'} {what}"


def visible_losses(asker: Reach) -> QuerySet[LossReview]:
    """Return the losses of renewals the person may see, the next day to do something first."""
    seen = visible_to(Renewal.objects.all(), asker.member, "renewals.view").values("id")
    rows = LossReview.objects.filter(renewal_id__in=seen).select_related(
        "renewal__account__team", "renewal__contract", "owner", "win_back_owner", "won_contract"
    )
    return rows.order_by("due_on", "id")


def open_losses(asker: Reach) -> QuerySet[LossReview]:
    """Return the losses the list opens with: to be reviewed, or with a day to ask them back."""
    return _chosen(visible_losses(asker), "")


def visible_loss(asker: Asker, review_id: int) -> LossReview:
    """Return a loss; Http404 when it does not exist for this person."""
    row = visible_losses(asker).filter(id=review_id).first()
    if row is None:
        raise Http404
    return row


def loss_page(asker: Asker, row: LossReview) -> LossPage:
    """Return one loss in finished words."""
    words, tone = _standing(row, asker.today)
    renewal, sight = row.renewal, _sight(asker, [row])
    proposal_href, proposal, proposal_tone = win_back_proposal(asker, renewal)
    outcome = Outcome.objects.filter(renewal=renewal).first()
    return LossPage(
        title=f"{renewal.account.name} left",
        unit=f"{renewal.contract.name or renewal.contract.external_id} · {_amount(sight, row)}",
        href=f"{PATH}{row.id}/",
        crumbs=crumbs(Link(text="Losses", href=PATH), Link(text=renewal.account.name)),
        state=words,
        tone=tone,
        facts=(
            ("Left on", _day(renewal.closed_on)),
            ("Why", title(outcome.primary_reason) if outcome else "not recorded"),
            ("Review", f"held on {_day(row.held_on)}" if row.held_on else f"due on {_day(row.due_on)}"),
            ("Reviewed by", str(row.owner)),
            ("Ask them back", _day(row.win_back_on) if row.win_back_on else "never"),
            ("Who asks", str(row.win_back_owner or row.owner)),
            ("Stage", title(row.win_back_stage)),
            ("Hoped for", _hoped(sight, row)),
            ("Sign by", _day(row.win_back_by) if row.win_back_by else "not said"),
            *_won(row),
            ("Asked on", f"{_day(row.asked_on)}{f': {row.win_back_note}' if row.win_back_note else ''}"),
        ),
        findings=row.findings,
        renewal_href=f"/renewals/{renewal.id}/",
        proposal_href=proposal_href,
        proposal=proposal,
        proposal_tone=proposal_tone,
        may_change=can(asker.member, "outcomes.change"),
        is_answered=bool(row.win_back_result),
    )


def people_choices() -> tuple[tuple[str, str], ...]:
    """Return the people of the workspace, to choose who asks."""
    return tuple((str(row.user_id), str(row.user)) for row in members())


def contract_choices(row: LossReview) -> tuple[tuple[str, str], ...]:
    """Return the contracts the account has begun since it left."""
    return tuple(
        (str(each.id), f"{each.name or each.external_id}, from {_day(each.begins_on)}") for each in begun_since(row)
    )


def _chosen(rows: QuerySet[LossReview], show: str) -> QuerySet[LossReview]:
    if show == "answered":
        return rows.exclude(win_back_result="").order_by("-asked_on", "id")
    if show == "held":
        return rows.filter(held_on__isnull=False, win_back_result="").order_by("-held_on", "id")
    return rows.filter(Q(held_on__isnull=True) | Q(win_back_on__isnull=False), win_back_result="")


def _sight(asker: Asker, rows: list[LossReview]) -> PriceSight:
    return price_sight(asker.member, account_ids=[row.renewal.account_id for row in rows])


def _table(asker: Asker, rows: list[LossReview]) -> Table:
    sight = _sight(asker, rows)
    return Table(
        caption="Losses",
        columns=(
            Column(title="Account"),
            Column(title="ARR lost", is_amount=True, term="arr"),
            Column(title="State", term="loss_review"),
            Column(title="Review"),
            Column(title="Ask them back"),
            Column(title="Who asks"),
        ),
        rows=tuple(_row(asker, row, sight) for row in rows),
    )


def _row(asker: Asker, row: LossReview, sight: PriceSight) -> tuple[Cell, ...]:
    words, tone = _standing(row, asker.today)
    is_held = row.held_on is not None
    review = date_cell(row.held_on or row.due_on, today=asker.today, is_deadline=not is_held)
    return (
        Cell(text=row.renewal.account.name, href=f"{PATH}{row.id}/", note=row.renewal.contract.name),
        Cell(text=_amount(sight, row), is_amount=True),
        Cell(text=words, state=tone),
        Cell(date=review, note="held" if is_held else "due"),
        Cell(date=date_cell(row.win_back_on, today=asker.today, missing="never")),
        Cell(text=str(row.win_back_owner or row.owner)),
    )


def _standing(row: LossReview, today: date) -> tuple[str, str]:
    return standing_words(result=row.win_back_result, held_on=row.held_on, win_back_on=row.win_back_on, today=today)


def _amount(sight: PriceSight, row: LossReview) -> str:
    renewal = row.renewal
    if not sight.sees_renewal(renewal, renewal.account):
        return "Hidden"
    return money_words(Money(renewal.target_amount, renewal.currency))


def _hoped(sight: PriceSight, row: LossReview) -> str:
    renewal, amount = row.renewal, row.win_back_amount
    if amount is None:
        return "not said"
    if not sight.sees_renewal(renewal, renewal.account):
        return "Hidden"
    return f"{money_words(Money(amount, renewal.currency))} a year"


def _won(row: LossReview) -> tuple[tuple[str, str], ...]:
    won = row.won_contract
    return (("Came back with", won.name or won.external_id),) if won else ()


def _day(day: date | None) -> str:
    return "not yet" if day is None else f"{day:%-d %b %Y}"
