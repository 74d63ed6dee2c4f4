"""The rule of tiers on one page: the table with its accounts, what is set by people, what is not known, versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboards.core.dates import day_words, instant_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Link, Tab, Table
from dashboards.core.tier_rule import TierGrid, tier_grid
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.scorecards.draft import OPEN, PATH
from dashboards.queries.scorecards.tabs import score_tabs
from renewals.models import Account
from renewals.queries.people import visible_to
from signals.models import ScorecardVersion, TierPeriod
from signals.models.scorecards import VersionState
from signals.queries.library import shipped
from signals.queries.scorecards import version_in_force, versions
from signals.queries.tiers import tier_counts

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRulePage:
    """The rule in force; `definition` is what the form starts from."""

    title: str
    unit: str
    tabs: tuple[Tab, ...]
    crumbs: tuple[()]
    term: str
    grid: TierGrid
    words: tuple[str, ...]
    counts: tuple[tuple[str, str, str], ...]
    overrides: Table
    waiting: tuple[Link, ...]
    versions: Table


def tier_rule_page(asker: Asker) -> TierRulePage:
    """Return the rule of tiers, how many accounts it gives which tier, and who has set one by hand."""
    version = version_in_force("tiers")
    definition = version.definition if version else shipped("tiers")
    seen = visible_to(Account.objects.all(), asker.member, "accounts.view")
    set_by_people = list(_overrides(asker))
    return TierRulePage(
        title="Tiers follow from churn risk × expansion potential",
        unit=_since(version),
        tabs=score_tabs("tiers"),
        crumbs=(),
        term="tier",
        grid=tier_grid(definition, tier_counts(seen)),
        words=_words(definition),
        counts=tuple(_count(seen, key) for key in reversed(definition["tiers"])),
        overrides=_override_table(asker, set_by_people),
        waiting=_waiting(),
        versions=_version_table(asker, versions("tiers")),
    )


def _waiting() -> tuple[Link, ...]:
    """Return the rules of tiers on their way, the oldest first."""
    rows = ScorecardVersion.objects.filter(kind="tiers", state__in=OPEN).order_by("id")
    said = {VersionState.DRAFT: "a draft", VersionState.WAITING: "waits for a second person"}
    return tuple(
        Link(text=f"{row.reason} ({row.author}): {said[VersionState(row.state)]}", href=f"{PATH}{row.id}/")
        for row in rows
    )


def _since(version: ScorecardVersion | None) -> str:
    if version is None or version.published_at is None:
        return "as shipped; it takes effect with the first scoring"
    return f"tier rule {version.number}, in force since {day_words(version.published_at.date())}"


def _words(definition: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        f"A level is left only {definition['margin_points']:g} points beyond its edge.",
        _confirming(definition.get("days_to_confirm", 0)),
        "Less care is given after a tier was held for "
        f"{count_words(definition['least_days_before_less_care'], 'day')}.",
        "A score that is not known changes no tier: the last one stays, and the account says which score is missing.",
        "The risk of an account is the highest known risk among its open renewals.",
    )


def _confirming(days: int) -> str:
    if not days:
        return "Another tier is given as soon as the scores say so."
    told = f"Another tier is given once the scores have said so for {count_words(days, 'day')} without a break"
    return f"{told}; more care at the highest risk at once."


def _count(seen: Any, key: str) -> tuple[str, str, str]:
    return title(key), count_words(seen.filter(tier=key).count(), "account"), f"/accounts/?tier={key}"


def _overrides(asker: Asker) -> Any:
    mine = visible_to(Account.objects.all(), asker.member, "accounts.view")
    found = TierPeriod.objects.filter(origin=TierPeriod.Origin.OVERRIDE, until_at__isnull=True, account__in=mine)
    return found.select_related("account").order_by("expires_at", "id")[:SHOWN]


def _override_table(asker: Asker, rows: list[TierPeriod]) -> Table:
    zone = asker.workspace.timezone
    return Table(
        caption="Tiers set by people",
        as_cards=True,
        columns=tuple(Column(title=name) for name in ("Account", "Tier", "Instead of", "Until", "Why")),
        rows=tuple(
            (
                Cell(text=row.account.name, href=f"/accounts/{row.account_id}/tier/"),
                Cell(text=title(row.tier)),
                Cell(text=title(row.before) if row.before else "–"),
                Cell(date=instant_cell(row.expires_at, now=asker.now, zone=zone)),
                Cell(text=row.reason, note=row.author),
            )
            for row in rows
        ),
    )


def _version_table(asker: Asker, rows: list[ScorecardVersion]) -> Table:
    zone = asker.workspace.timezone
    return Table(
        caption="Versions of the rule",
        as_cards=True,
        columns=tuple(Column(title=name) for name in ("Version", "In force since", "Why", "By")),
        rows=tuple(
            (
                Cell(text=f"Tier rule {row.number}", note="in force" if row.retired_at is None else ""),
                Cell(date=instant_cell(row.published_at, now=asker.now, zone=zone)),
                Cell(text=row.reason),
                Cell(text=row.author),
            )
            for row in rows
            if row.published_at is not None
        ),
    )
