"""The first view of a renewal: amounts, dates, people, notice rule, risk, what is planned, how it ended."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.http import Http404

from dashboards.core.dates import DateCell, date_cell, notice_cell
from dashboards.core.money import MoneyCell, money_cell, money_words, percent_words
from dashboards.core.parts import Link, Reason
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.contracts import notice_words
from dashboards.queries.prices import price_sight
from dashboards.queries.renewal_steps import StepLine, steps_of
from dashboards.queries.scoring import ScorePart, score_part
from offers.queries.closing import closed_unapproved
from renewals.core.money import Money
from renewals.core.renewal_states import STAGE_OWNERS, RenewalStage
from renewals.core.roles import Member, can
from renewals.models import Outcome, Renewal, TermVersion
from renewals.queries.library import outcome_reasons
from renewals.queries.people import record_nearness, visible_to
from renewals.queries.renewals import amounts, has_lapsed, outcome_of, renewals
from renewals.queries.written import Given, Written
from signals.models import CurrentRisk

MISSING_WORDS = ("Not known", "Not set", "Open", "–")
DUTIES = (("Owner", "owner"), ("Initiates", "initiator"), ("Negotiates", "negotiator"), ("Finalises", "finaliser"))
RISK = Written(lambda: CurrentRisk.objects.filter(renewal_id=Given("renewal")).order_by("id")[:1])
TERM = Written(
    lambda: TermVersion.objects.filter(
        contract_id=Given("contract"), number=Given("number"), superseded_at__isnull=True
    ).order_by("id")[:1]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who is responsible for what; `is_next` marks whose move it is."""

    title: str
    who: str
    is_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomePart:
    """How the renewal ended, in words."""

    title: str
    state: str
    reasons: tuple[Reason, ...]
    comment: str
    recorded: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalPage:
    """The renewal in finished words; `may_close` says whether the person may record its outcome now."""

    id: int
    account_id: int
    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    stage: str
    category: str
    target: MoneyCell
    forecast: MoneyCell
    final: MoneyCell
    change: MoneyCell
    due: DateCell
    notice: DateCell | None
    rule: str
    probability: str
    risk: ScorePart
    duties: tuple[Duty, ...]
    steps: tuple[StepLine, ...]
    outcome: OutcomePart | None
    may_close: bool
    is_lapsed: bool

    @property
    def no_reasons(self) -> str:
        """Return what stands where the risk has no reasons: empty for the usual words."""
        return "It is closed: risk is told of open renewals only." if self.outcome else ""

    @property
    def no_steps(self) -> str:
        """Return what stands where the calendar has no steps."""
        if self.outcome:
            return "No playbook ran for this renewal."
        return "No playbook runs for this renewal. It is chosen by segment when the renewal window opens."

    @property
    def about_href(self) -> str:
        """Return where stands who answers, what is given notice of and what was negotiated."""
        return f"{self.href}about/"

    @property
    def record_href(self) -> str:
        """Return where stands what was decided, and who changed what."""
        return f"{self.href}record/"

    @property
    def knowledge_href(self) -> str:
        """Return where stands what people know about it."""
        return f"/accounts/{self.account_id}/knowledge/?renewal={self.id}"


def visible_renewal(asker: Asker, renewal_id: int) -> Renewal:
    """Return the renewal; Http404 when it does not exist for this person."""
    row = _visible(asker.member).first(id=renewal_id)
    if row is None:
        raise Http404
    return row


@lru_cache(maxsize=64)
def _visible(member: Member) -> Written[Renewal]:
    return Written(lambda: visible_to(renewals(), member, "renewals.view").order_by().filter(id=Given("id")))


def due_on_of(renewal_id: int | None) -> date | None:
    """Return when a renewal is due; None when there is none."""
    return Renewal.objects.filter(id=renewal_id).values_list("due_on", flat=True).first() if renewal_id else None


def renewal_page(asker: Asker, row: Renewal) -> RenewalPage:
    """Return the first view of a renewal: what comes of it, how likely, and what is planned."""
    is_seen = price_sight(asker.member).sees_renewal(row, row.account)
    target, forecast, final, change = (
        money_cell(each, is_hidden=not is_seen, missing=words)
        for each, words in zip(amounts(row), MISSING_WORDS, strict=True)
    )
    risk = RISK.first(renewal=row.id)
    outcome = outcome_of(row.id)
    near = record_nearness(asker.member, row.account, row)
    return RenewalPage(
        id=row.id,
        account_id=row.account_id,
        href=f"/renewals/{row.id}/",
        title=_title(asker, row, is_seen=is_seen),
        unit=f"{row.contract.name or row.contract.external_id} · term {row.term_number}",
        crumbs=(
            Link(text="Accounts", href="/accounts/"),
            Link(text=row.account.name),
        ),
        stage=title(row.stage),
        category=title(row.forecast_category),
        target=target,
        forecast=forecast,
        final=final,
        change=change,
        due=date_cell(row.due_on, today=asker.today, is_deadline=row.closed_on is None),
        notice=notice_cell(row.notice_on, today=asker.today),
        rule=_rule(row),
        probability="" if risk is None or risk.renew_probability is None else percent_words(risk.renew_probability),
        risk=score_part(risk, "risk", now=asker.now),
        duties=_duties(row),
        steps=steps_of(asker, row),
        outcome=_outcome(outcome, row, is_seen=is_seen) if outcome else None,
        may_close=row.closed_on is None and can(asker.member, "outcomes.change", record=near),
        is_lapsed=has_lapsed(row, today=asker.today),
    )


def may_record_outcome(asker: Asker, row: Renewal) -> bool:
    """Answer whether the person's right reaches the outcome of this renewal."""
    return can(asker.member, "outcomes.change", record=record_nearness(asker.member, row.account, row))


def _title(asker: Asker, row: Renewal, *, is_seen: bool) -> str:
    worth = f", {money_words(Money(row.target_amount, row.currency))}" if is_seen else ""
    if row.closed_on is not None:
        return f"{row.account.name}: renewal closed on {date_cell(row.closed_on, today=asker.today).day}{worth}"
    when = date_cell(row.due_on, today=asker.today).when
    return f"{row.account.name}: renewal {'was due' if row.due_on < asker.today else 'due'} {when}{worth}"


def _rule(row: Renewal) -> str:
    term = TERM.first(contract=row.contract_id, number=row.term_number)
    return notice_words(term) if term else "the term is not known any more"


def _duties(row: Renewal) -> tuple[Duty, ...]:
    turn = STAGE_OWNERS[RenewalStage(row.stage)].value
    return tuple(
        Duty(title=words, who=str(getattr(row, name)), is_next=row.closed_on is None and name == turn)
        for words, name in DUTIES
    )


def _outcome(outcome: Outcome, row: Renewal, *, is_seen: bool) -> OutcomePart:
    names = {reason.key: reason.name for reason in outcome_reasons()}
    worth = f" at {money_words(Money(row.final_amount, row.currency))}" if is_seen and row.final_amount else ""
    keys = (outcome.primary_reason, *outcome.contributing_reasons)
    return OutcomePart(
        title=f"{title(outcome.kind)}{worth}",
        state={"churned": "bad", "contracted": "watch"}.get(outcome.kind, "good"),
        reasons=tuple(
            Reason(text=names.get(key, title(key)), note="primary reason" if place == 0 else "contributing")
            for place, key in enumerate(keys)
        ),
        comment=outcome.comment,
        recorded=f"Decided on {outcome.decided_on:%-d %b %Y}, recorded by {outcome.recorded_by}"
        + _unapproved(outcome, row),
    )


def _unapproved(outcome: Outcome, row: Renewal) -> str:
    """What happened is recorded whatever door it came through; that nobody approved its price stands beside it."""
    is_marked = outcome.kind != "churned" and closed_unapproved(row)
    return ". Nobody approved a price below the policy." if is_marked else ""
