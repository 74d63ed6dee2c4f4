"""Chosen accounts under a draft: their score or tier before and after, with what differs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from dashboards.core.parts import Cell, Column, Table
from dashboards.core.rule_words import number_words
from dashboards.core.scores import ScoreBadge, ScoreFacts, ScoreKind, score_badge
from dashboards.core.tier_words import standing_words
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.scorecards.preview import visible_rows
from dashboards.queries.scorecards.words import labels_of
from renewals.models import Account
from renewals.queries.accounts import accounts
from renewals.queries.people import visible_to
from signals.core.editing.preview import Scored, contribution_changes, led_to
from signals.models import ScorecardVersion
from signals.queries.facts import Moment
from signals.queries.previews import Compared, ComparedTier, compare_accounts, compare_tiers, preview_of

CHOSEN_AT_MOST = 5
NO_TIER = "No tier"
KIND_OF: Mapping[str, ScoreKind] = {"health": "health", "risk": "risk", "expansion": "expansion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAccount:
    """One account before and after, with what differs: a score as a badge each, a tier as a word each."""

    name: str
    href: str
    table: Table
    empty: str = ""
    before: ScoreBadge | None = None
    after: ScoreBadge | None = None
    tier_before: str = ""
    tier_after: str = ""
    note: str = ""


def chosen_accounts(asker: Asker, version: ScorecardVersion, names: Iterable[str]) -> tuple[ChosenAccount, ...]:
    """Return the accounts of these names (or parts of them) before and after; without names, three that move."""
    found = _chosen(asker, version, [name.strip() for name in names if name.strip()])
    if version.kind == "tiers":
        return _chosen_tiers(asker, version, {row.id: row for row in found})
    compared = compare_accounts([row.id for row in found], version, moment=Moment(as_of=asker.now, known_at=asker.now))
    by_id = {row.id: row for row in found}
    labels = labels_of(version.definition, shipped_health(version))
    return tuple(_chosen_account(asker, version.kind, by_id[each.account_id], each, labels) for each in compared)


def shipped_health(version: ScorecardVersion) -> Mapping[str, object]:
    """Return the definition the draft was started from, whose measures may be missing in it."""
    return version.based_on.definition if version.based_on else version.definition


def _chosen(asker: Asker, version: ScorecardVersion, names: list[str]) -> list[Account]:
    mine = visible_to(accounts(), asker.member, "accounts.view")
    if names:
        found = [mine.filter(Q(name__icontains=name) | Q(external_id=name)).order_by("name").first() for name in names]
        unique = {row.id: row for row in found if row is not None}
        return list(unique.values())[:CHOSEN_AT_MOST]
    preview = preview_of(version)
    moving = visible_rows(asker, preview).exclude(from_band=F("to_band")).order_by("id") if preview else None
    ids = list(dict.fromkeys(moving.values_list("account_id", flat=True)[:3])) if moving is not None else []
    return list(mine.filter(id__in=ids)) if ids else list(mine.order_by("id")[:3])


def _chosen_account(asker: Asker, kind: str, row: Account, each: Compared, labels: Mapping[str, str]) -> ChosenAccount:
    unit = next(iter(each.before), None)
    before, after = each.before.get(unit), each.after.get(unit)
    spoken = f"Risk model {each.model_number} says this risk; the draft leaves its reasons as they are."
    table = _changes(row.name, before, after, labels)
    return ChosenAccount(
        name=row.name,
        href=f"/accounts/{row.id}/",
        before=_badge(kind, before, asker),
        after=_badge(kind, after, asker),
        table=Table(caption=table.caption, columns=table.columns, rows=()) if each.model_number else table,
        empty=spoken if each.model_number else "Nothing differs.",
    )


def _chosen_tiers(asker: Asker, version: ScorecardVersion, by_id: Mapping[int, Account]) -> tuple[ChosenAccount, ...]:
    return tuple(_chosen_tier(by_id[each.account_id], each) for each in compare_tiers(by_id, version, now=asker.now))


def _chosen_tier(row: Account, each: ComparedTier) -> ChosenAccount:
    """Return the tier each rule leads to, level by level; what a person set, and what is not known, stays."""
    before, after, facts = each.before, each.after, each.facts
    rows = (
        _level_row("Churn risk", facts.risk, before.risk_level, after.risk_level),
        _level_row("Expansion potential", facts.expansion, before.expansion_level, after.expansion_level),
        _level_row("Tier by the rule", None, before.derived_tier, after.derived_tier),
    )
    columns = (Column(title="What leads to it"), Column(title="Now"), Column(title="Under the draft"))
    return ChosenAccount(
        name=row.name,
        href=f"/accounts/{row.id}/",
        tier_before=title(led_to(before)) or NO_TIER,
        tier_after=title(led_to(after)) or NO_TIER,
        table=Table(caption=f"How the tier of {row.name} follows", columns=columns, rows=rows),
        note=standing_words(after, risk=facts.risk, expansion=facts.expansion),
    )


def _level_row(name: str, value: float | None, before: str, after: str) -> tuple[Cell, ...]:
    score = "" if value is None else f"{value:.0f}"
    sides = (Cell(text=title(level) if level else "Not known", note=score) for level in (before, after))
    return Cell(text=name), *sides


def _badge(kind: str, result: Scored | None, asker: Asker) -> ScoreBadge:
    shown = KIND_OF[kind]
    if result is None:
        return score_badge(ScoreFacts(kind=shown, score=None, word="", state="none"), now=asker.now)
    word, state = band_words(shown, result.band)
    facts = ScoreFacts(kind=shown, score=result.value, word=word, state=state, coverage=result.coverage)
    return score_badge(facts, now=asker.now)


def _changes(
    name: str,
    before: Scored | None,
    after: Scored | None,
    labels: Mapping[str, str],
) -> Table:
    columns = (Column(title="What differs"), Column(title="Part of the score", is_amount=True))
    if before is None or after is None:
        return Table(caption=f"{name} has no open renewal", columns=columns, rows=())
    rows = tuple(
        (
            Cell(text=labels.get(each.key, title(each.key)), note="weight or curve" if each.change == "rule" else ""),
            Cell(text=f"{'+' if each.amount > 0 else ''}{number_words(round(each.amount, 2))}", is_amount=True),
        )
        for each in contribution_changes(before, after)[:8]
        if abs(each.amount) >= 0.005
    )
    return Table(caption=f"Contributions of {name} that differ", columns=columns, rows=rows)
