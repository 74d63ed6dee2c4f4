"""The pack of a review in finished words, for its page and for paper; what the reader may not see is left out here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.core.dates import day_words
from dashboards.core.money import count_words, short_money
from dashboards.core.review_words import ABOUT, DECISION_STATES, ITEM_STATES, age_words, figure_words, inputs_words
from dashboards.core.wording import band_words, title
from playbooks.core.reviews.pack import Pack, PackItem
from renewals.core.money import Money

MONEY_FIGURES = {
    "amount": "Up for renewal within a year",
    "at_risk_amount": "Of it at risk",
    "near_amount": "Due within 90 days",
}
MET = {True: "met", False: "missed", None: "not known yet"}
COUNT_FIGURES = {"renewals": "Open renewals", "high_risk": "At high risk", "near": "Due within 90 days, renewals"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetFigure:
    """A figure and how it stood at the review before; `before` is empty for the first."""

    name: str
    value: str
    before: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetItem:
    """One item with its reasons and decisions."""

    name: str
    about: str
    facts: str
    why: tuple[str, ...]
    state: str
    note: str
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A pack as it is read; `is_draft` while the review is open."""

    title: str
    unit: str
    scope: str
    rules: str
    people: str
    figures: tuple[SheetFigure, ...]
    figures_note: str
    kept: str
    items: tuple[SheetItem, ...]
    left_out: str
    hidden: str
    minutes: str
    targets: tuple[str, ...]
    learnings: tuple[str, ...]
    is_draft: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What the reader may see: items by id, those of them with amounts, and whether sums are shown."""

    items: frozenset[int]
    priced: frozenset[int]
    sees_sums: bool


def sheet_of(pack: Pack, sight: Sight, *, rule_names: Mapping[str, str], as_of: str, is_draft: bool) -> Sheet:
    """Return the pack in words for one reader; `as_of` says in words when it was put together."""
    seen = [item for item in pack.items if item.id in sight.items]
    hidden = len(pack.items) - len(seen)
    return Sheet(
        title=f"{pack.series}, {day_words(date.fromisoformat(pack.held_on))}",
        unit=f"{'As it stands' if is_draft else 'As it was closed'}, {as_of}",
        scope=pack.scope,
        rules=pack.rules,
        people=_people(pack),
        figures=tuple(_figures(pack, sees_sums=sight.sees_sums)),
        figures_note=_figures_note(pack, sees_sums=sight.sees_sums),
        kept=_kept(pack),
        items=tuple(_item(item, pack, rule_names, sees=item.id in sight.priced) for item in seen),
        left_out=f"{count_words(pack.left_out, 'more item')} had no room." if pack.left_out else "",
        hidden=f"{count_words(hidden, 'item')} of accounts you may not see." if hidden else "",
        minutes=pack.minutes,
        targets=tuple(_targets(pack, sees_sums=sight.sees_sums)),
        learnings=tuple(f"{each['label']}, {_day(each['on'])}, by {each['by']}" for each in pack.learnings),
        is_draft=is_draft,
    )


def _people(pack: Pack) -> str:
    parts = (("Here", pack.present), ("Not here", pack.absent), ("Not said", pack.unsaid))
    return "; ".join(f"{word}: {', '.join(names)}" for word, names in parts if names)


def _figures(pack: Pack, *, sees_sums: bool) -> Iterable[SheetFigure]:
    for key, name in COUNT_FIGURES.items():
        before = pack.before.get(key, "")
        yield SheetFigure(name=name, value=f"{int(pack.figures[key]):,}", before=f"{int(before):,}" if before else "")
    if not sees_sums:
        return
    for key, name in MONEY_FIGURES.items():
        value = _short(pack.figures[key], pack.currency)
        yield SheetFigure(name=name, value=value, before=_short(pack.before.get(key), pack.currency))


def _figures_note(pack: Pack, *, sees_sums: bool) -> str:
    parts = [f"Compared with {day_words(date.fromisoformat(pack.before_on))}" if pack.before_on else ""]
    unpriced = int(pack.figures.get("unpriced", 0))
    parts.append(f"{count_words(unpriced, 'renewal')} without a rate of exchange in no sum" if unpriced else "")
    parts.append("" if sees_sums else "Amounts are hidden from you")
    return ". ".join(part for part in parts if part)


def _targets(pack: Pack, *, sees_sums: bool) -> Iterable[str]:
    """Amounts only for who may see them."""
    for each in pack.targets:
        if each["unit"] == "money" and not sees_sums:
            continue
        reached, target = (figure_words(each[name], each["unit"], each["currency"]) for name in ("reached", "target"))
        yield f"{each['name']}: {reached} against {target}, {MET[each['is_met']]}"
    for each in pack.target_changes:
        if each["unit"] == "money" and not sees_sums:
            continue
        target = figure_words(each["target"], each["unit"], each["currency"]) if each["target"] else "withdrawn"
        yield f"Target of {each['name']} set to {target} on {_day(each['on'])} by {each['by']}: {each['reason']}"


def _day(iso: str) -> str:
    return day_words(date.fromisoformat(iso))


def _kept(pack: Pack) -> str:
    made, done = pack.kept["made"], pack.kept["done"]
    if not made:
        return "This series has made no decision before."
    overdue = f", {pack.kept['overdue']} overdue" if pack.kept["overdue"] else ""
    in_time = pack.kept["in_time"]
    are = "is" if done == 1 else "are"
    return f"Of {count_words(made, 'decision')} of the last year {done} {are} done, {in_time} in time{overdue}."


def _item(item: PackItem, pack: Pack, rule_names: Mapping[str, str], *, sees: bool) -> SheetItem:
    return SheetItem(
        name=item.title,
        about=ABOUT[item.about],
        facts=" · ".join(part for part in _facts(item, pack.currency, sees=sees) if part),
        why=tuple(_why(each, rule_names, pack.currency, sees=sees) for each in item.why),
        state=ITEM_STATES[item.state][0],
        note=item.note,
        decisions=tuple(
            f"{each.words} – {each.owner}, by {day_words(date.fromisoformat(each.due_on))}"
            f"{'' if each.state == 'open' else f' ({DECISION_STATES[each.state][0].lower()})'}"
            for each in item.decisions
        ),
    )


def _facts(item: PackItem, currency: str, *, sees: bool) -> Iterable[str]:
    if item.at_risk_amount is not None:
        yield f"{_short(item.at_risk_amount, currency)} at risk" if sees else "amount hidden"
    if item.amount is not None and sees:
        yield f"{'' if item.at_risk_amount is None else 'of '}{_short(item.amount, currency)}"
    if item.risk_band:
        yield f"{band_words('risk', item.risk_band)[0].lower()} risk"
    if item.due_on:
        yield f"due {day_words(date.fromisoformat(item.due_on))}"
    if item.notice_on:
        yield f"notice by {day_words(date.fromisoformat(item.notice_on))}"
    yield age_words(item.age, date.fromisoformat(item.first_on))


def _why(each: Mapping[str, Any], rule_names: Mapping[str, str], currency: str, *, sees: bool) -> str:
    said = inputs_words(each["inputs"], currency=currency, sees_amounts=sees)
    name = rule_names.get(each["rule"], title(each["rule"]))
    return f"{name} ({said})" if said else name


def _short(amount: str | None, currency: str) -> str:
    return "" if amount is None else short_money(Money(Decimal(amount), currency))
