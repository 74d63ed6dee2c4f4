"""The tier of one account for the pages: in force, why, what the scores say, and every earlier one."""

from dataclasses import dataclass

from dashboards.core.dates import instant_cell
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.tier_words import derivation_words, levels_words, standing_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from renewals.core.roles import can
from renewals.models import Account
from renewals.queries.people import record_nearness
from signals.core.tiers import tier_of
from signals.models import TierPeriod
from signals.queries.tiers import tier_cases, tier_periods, tier_rule_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPart:
    """The tier in short: `derivation` is why it is so, `standing` what the scores say beside it."""

    name: str
    derivation: str
    standing: str
    version: str
    href: str
    is_by_hand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TierPage:
    """The tier of an account with its history and, for who may, the form to set it."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    href: str
    part: TierPart
    history: Table
    override_href: str
    may_change: bool
    may_lift: bool
    tiers: tuple[tuple[str, str], ...]
    longest_days: int


def tier_part(asker: Asker, row: Account) -> TierPart:
    """Return the tier of an account in words."""
    found = tier_rule_in_force()
    case = tier_cases([row.id], now=asker.now)[0]
    standing = ""
    if found is not None:
        decision = tier_of(case.facts, found.rule)
        standing = standing_words(decision, risk=case.facts.risk, expansion=case.facts.expansion)
    derivation = derivation_words(row.tier, row.tier_reason)
    return TierPart(
        name=title(row.tier) if row.tier else "No tier",
        derivation=derivation,
        standing="" if standing.removeprefix("Today: ").rstrip(".") in derivation else standing,
        version=f"Tier rule {found.version.number}" if found else "",
        href=f"/accounts/{row.id}/tier/",
        is_by_hand=row.tier_reason.get("origin") == "override",
    )


def tier_page(asker: Asker, row: Account) -> TierPage:
    """Return everything about the tier of an account."""
    found = tier_rule_in_force()
    part = tier_part(asker, row)
    may_change = may_set_tier(asker, row) and found is not None
    return TierPage(
        title=f"{row.name}: {part.name.lower()} tier",
        unit=part.version,
        crumbs=(Link(text="Accounts", href="/accounts/"), Link(text=row.name, href=f"/accounts/{row.id}/")),
        href=part.href,
        part=part,
        history=_history(asker, tier_periods(row.id)),
        override_href=f"{part.href}override/",
        may_change=may_change,
        may_lift=may_change and part.is_by_hand,
        tiers=offered_tiers(),
        longest_days=found.rule.longest_override_days if found else 0,
    )


def offered_tiers() -> tuple[tuple[str, str], ...]:
    """Return the tiers of the rule in force with their names, from least to most care."""
    found = tier_rule_in_force()
    return tuple((key, title(key)) for key in found.rule.tiers) if found else ()


def may_set_tier(asker: Asker, row: Account) -> bool:
    """Answer whether the person may change this account, and with it its tier."""
    return can(asker.member, "accounts.change", record=record_nearness(asker.member, row))


def _history(asker: Asker, periods: list[TierPeriod]) -> Table:
    return Table(
        caption="Tiers over time",
        as_cards=True,
        columns=(Column(title="Tier"), Column(title="From"), Column(title="Until"), Column(title="Why")),
        rows=tuple(_row(asker, period) for period in periods),
    )


def _row(asker: Asker, period: TierPeriod) -> tuple[Cell, ...]:
    zone = asker.workspace.timezone
    return (
        Cell(text=title(period.tier)),
        Cell(date=instant_cell(period.from_at, now=asker.now, zone=zone)),
        Cell(date=instant_cell(period.until_at, now=asker.now, zone=zone)) if period.until_at else Cell(text="now"),
        Cell(text=_why(period), note=f"rule {period.rule.number}", is_long=True),
    )


def _why(period: TierPeriod) -> str:
    if period.origin == TierPeriod.Origin.OVERRIDE:
        return f"Set by {period.author}: {period.reason}"
    return levels_words(period.risk, period.risk_level, period.expansion, period.expansion_level)
