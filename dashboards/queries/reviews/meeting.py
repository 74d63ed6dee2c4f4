"""One review as it is held: the agenda with the open item beside it, why each item is there, what was decided on it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dashboards.core.dates import DateCell, date_cell, instant_cell
from dashboards.core.money import MoneyCell, count_words, short_money
from dashboards.core.parts import Link, Tab
from dashboards.core.review_words import (
    ABOUT,
    DECISION_STATES,
    ITEM_STATES,
    KINDS,
    STATES,
    age_words,
    inputs_words,
    settled_words,
)
from dashboards.core.scores import ScoreBadge
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.forecast.calls import CallRow, call_rows
from dashboards.queries.people import Choice
from dashboards.queries.prices import PriceSight, price_sight
from dashboards.queries.reviews.access import may_change, sees_sums, visible_items
from dashboards.queries.reviews.lists import PATH, crumbs, scope_words
from dashboards.queries.scoring import badge_of
from playbooks.core.reviews.rules import ReviewKind
from playbooks.models import Review, ReviewDecision, ReviewItem
from playbooks.queries.library import review_rules
from renewals.core.money import Money
from renewals.core.roles import can
from renewals.queries.people import members
from signals.models import CurrentRisk

DUE_DAYS = 7
SETTLED = ("decided", "noted", "carried")


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    """One line of the agenda."""

    id: int
    href: str
    name: str
    about: str
    amount: str
    state: str
    tone: str
    facts: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPart:
    """A rule that raised the item, the facts that decided it, and what it asks of the meeting."""

    rule: str
    inputs: str
    asks: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionPart:
    """One decision on the item."""

    id: int
    words: str
    owner: str
    due: DateCell
    state: str
    tone: str
    result: str
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPane:
    """The open item: what it is about, why it is there, what was decided; `may_change` in an open review.

    `calls` are what is called of it, side by side: in a forecast review, for who may see forecasts.
    """

    id: int
    name: str
    href: str
    about: str
    age: str
    note: str
    state: str
    tone: str
    is_settled: bool
    amount: MoneyCell | None
    due: DateCell | None
    notice: DateCell | None
    owner: str
    risk: ScoreBadge | None
    calls: CallRow | None
    why: tuple[WhyPart, ...]
    decisions: tuple[DecisionPart, ...]
    may_change: bool
    people: tuple[Choice, ...]
    first_owner: str
    first_due: str
    decision_href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPage:
    """A review with its agenda."""

    id: int
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    tabs: tuple[Tab, ...]
    state: str
    tone: str
    rows: tuple[ItemRow, ...]
    open_id: int | None
    hidden: str
    left_out: str
    may_change: bool
    is_empty: bool


def meeting_page(asker: Asker, review: Review, *, item_id: int | None) -> MeetingPage:
    """Return the agenda; the open item is `item_id`, else the first that is to be settled, else the first."""
    items = list(visible_items(asker, review).select_related("renewal__account", "account"))
    sight = _sight(asker, items)
    hidden = review.items.count() - len(items)
    first = next((row.id for row in items if row.state == "open"), items[0].id if items else None)
    known = {row.id for row in items}
    word, tone = STATES[review.state]
    return MeetingPage(
        id=review.id,
        title=_title(asker, review, items) if items or not hidden else _hidden_words(hidden),
        unit=_unit(asker, review),
        crumbs=crumbs(Link(text=review.series.name)),
        tabs=meeting_tabs(review, "agenda"),
        state=word,
        tone=tone,
        rows=tuple(_row(asker, review, row, sight) for row in items),
        open_id=item_id if item_id in known else first,
        hidden=_hidden_words(hidden) if hidden else "",
        left_out=_left_out(review.left_out),
        may_change=review.state == "open" and may_change(asker, review),
        is_empty=not items and not hidden,
    )


def item_pane(asker: Asker, review: Review, item_id: int | None) -> ItemPane | None:
    """Return one item in full; None where there is none for this person."""
    rows = visible_items(asker, review).select_related("renewal__account", "renewal__owner", "account", "decision")
    row = rows.filter(id=item_id).first() if item_id is not None else None
    if row is None:
        return None
    sight = _sight(asker, [row])
    sees = _sees(sight, row)
    may = review.state == "open" and may_change(asker, review)
    word, tone = ITEM_STATES[row.state]
    renewal, currency = row.renewal, asker.workspace.currency
    risk = CurrentRisk.objects.filter(renewal_id=row.renewal_id).first() if row.renewal_id else None
    return ItemPane(
        id=row.id,
        name=row.title,
        href=_href(row),
        about=ABOUT[row.about],
        age=age_words(row.age, row.first_on),
        note=row.note,
        state=word,
        tone=tone,
        is_settled=row.state in SETTLED,
        amount=None if row.about != "renewal" else sight.cell(row.weight_amount, currency, is_seen=sees),
        due=date_cell(renewal.due_on, today=asker.today, is_deadline=True) if renewal else None,
        notice=date_cell(renewal.notice_on, today=asker.today, missing="none agreed") if renewal else None,
        owner=str(renewal.owner) if renewal else "",
        risk=badge_of(risk, "risk", now=asker.now) if renewal else None,
        calls=_calls(asker, review, row),
        why=_why(review, row, currency=currency, sees=sees),
        decisions=_decisions(asker, row),
        may_change=may,
        people=_people() if may else (),
        first_owner=str(renewal.owner_id if renewal else asker.membership.user_id),
        first_due=(asker.today + timedelta(days=DUE_DAYS)).isoformat(),
        decision_href=f"{PATH}decisions/{row.decision_id}/" if row.decision_id else "",
    )


def following_item(asker: Asker, review: Review, item_id: int) -> int | None:
    """Return the next item that is to be settled after this one, from the top again at the end; itself for none."""
    rows = list(visible_items(asker, review).values_list("id", "state"))
    ids = [pk for pk, _ in rows]
    place = ids.index(item_id) if item_id in ids else -1
    order = [*rows[place + 1 :], *rows[: place + 1]]
    return next((pk for pk, state in order if state == "open"), item_id)


def meeting_tabs(review: Review, chosen: str) -> tuple[Tab, ...]:
    """Return the parts of a review."""
    own = f"{PATH}{review.id}/"
    parts = {
        "agenda": ("Agenda", own),
        "people": ("People and minutes", f"{own}people/"),
        "pack": ("Pack", f"{own}pack/"),
        "changes": ("What came of it", f"{own}changes/"),
    }
    return tuple(Tab(text=words, href=href, is_current=key == chosen) for key, (words, href) in parts.items())


def meeting_title(review: Review) -> str:
    """Return what a review is called on its pages."""
    return f"{review.series.name}, {review.held_on:%-d %b %Y}"


def _title(asker: Asker, review: Review, items: Sequence[ReviewItem]) -> str:
    settled = sum(row.state in SETTLED for row in items)
    words = settled_words(settled, len(items))
    amounts = [row.weight_amount for row in items if row.about == "renewal" and row.weight_amount is not None]
    if not amounts or not sees_sums(asker, review.series):
        return words
    return f"{words}; {short_money(Money(sum(amounts, Decimal(0)), asker.workspace.currency))} at risk on the agenda"


def _hidden_words(number: int) -> str:
    return f"{count_words(number, 'item')} of accounts you may not see"


def _unit(asker: Asker, review: Review) -> str:
    begins = instant_cell(review.starts_at, now=asker.now, zone=review.series.zone)
    made = instant_cell(review.built_at, now=asker.now, zone=review.series.zone)
    kind, part = KINDS[review.series.kind], scope_words(review.series)
    return f"{kind} · {begins.full} · {part} · agenda made {made.when} by {review.rule_version}"


def _left_out(number: int) -> str:
    return f"{count_words(number, 'more item')} had no room; they weigh less than those above." if number else ""


def _row(asker: Asker, review: Review, row: ReviewItem, sight: PriceSight) -> ItemRow:
    word, tone = ITEM_STATES[row.state]
    amount = ""
    if row.weight_amount is not None:
        money = Money(row.weight_amount, asker.workspace.currency)
        amount = short_money(money) if _sees(sight, row) else "Hidden"
    names = _rule_names(review)
    facts = [names.get(each["rule"], title(each["rule"])) for each in row.why]
    if row.age:
        facts.insert(0, age_words(row.age, row.first_on))
    return ItemRow(
        id=row.id,
        href=f"{PATH}{review.id}/?item={row.id}",
        name=row.title,
        about="" if row.about == "renewal" else ABOUT[row.about],
        amount=amount,
        state=word,
        tone=tone,
        facts=" · ".join(facts),
        is_open=row.state == "open",
    )


def _href(row: ReviewItem) -> str:
    if row.renewal_id:
        return f"/renewals/{row.renewal_id}/"
    return f"/accounts/{row.account_id}/" if row.account_id else ""


def _calls(asker: Asker, review: Review, row: ReviewItem) -> CallRow | None:
    is_asked = review.series.kind == ReviewKind.FORECAST and row.renewal is not None and row.renewal.closed_on is None
    if row.renewal is None or not is_asked or not can(asker.member, "forecasts.view"):
        return None
    return call_rows([row.renewal], asker)[0]


def _rules(review: Review) -> Mapping[str, tuple[str, str]]:
    kind = review_rules().kinds[ReviewKind(review.series.kind)]
    return {rule.key: (rule.name, rule.asks) for rule in kind.rules}


def _rule_names(review: Review) -> Mapping[str, str]:
    return {key: name for key, (name, _) in _rules(review).items()}


def _why(review: Review, row: ReviewItem, *, currency: str, sees: bool) -> tuple[WhyPart, ...]:
    rules = _rules(review)
    return tuple(
        WhyPart(
            rule=rules.get(each["rule"], (title(each["rule"]), ""))[0],
            inputs=inputs_words(each["inputs"], currency=currency, sees_amounts=sees),
            asks=rules.get(each["rule"], ("", ""))[1],
        )
        for each in row.why
    )


def _decisions(asker: Asker, row: ReviewItem) -> tuple[DecisionPart, ...]:
    rows = ReviewDecision.objects.filter(item=row).select_related("owner").order_by("id")
    return tuple(decision_part(each, today=asker.today) for each in rows)


def decision_part(row: ReviewDecision, *, today: date) -> DecisionPart:
    """Return a decision in finished words."""
    word, tone = DECISION_STATES[row.state]
    is_open = row.state == "open"
    return DecisionPart(
        id=row.id,
        words=row.words,
        owner=str(row.owner),
        due=date_cell(row.due_on, today=today, is_deadline=is_open),
        state=word,
        tone="bad" if is_open and row.due_on < today else tone,
        result=row.result,
        is_open=is_open,
    )


def _people() -> tuple[Choice, ...]:
    return tuple(Choice(value=str(row.user_id), text=str(row.user)) for row in members())


def _sight(asker: Asker, items: Iterable[ReviewItem]) -> PriceSight:
    return price_sight(asker.member, account_ids=[row.account_id for row in items if row.account_id])


def _sees(sight: PriceSight, row: ReviewItem) -> bool:
    if row.renewal is None:
        return sight.sees_account(row.account) if row.account else True
    return sight.sees_renewal(row.renewal, row.renewal.account)
