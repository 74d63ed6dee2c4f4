"""Chosen accounts under a draft: their score before and after, with the contributions that differ."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import F, Q

from dashboards.core.parts import Cell, Column, Table
from dashboards.core.rule_words import number_words
from dashboards.core.scores import ScoreBadge, ScoreFacts, ScoreKind, score_badge
from dashboards.core.wording import band_words, title
from dashboards.queries.asker import Asker
from dashboards.queries.scorecards.preview import visible_rows
from dashboards.queries.scorecards.words import labels_of
from renewals.models import Account
from renewals.queries.accounts import accounts
from renewals.queries.people import visible_to
from signals.core.editing.preview import Scored, contribution_changes
from signals.models import ScorecardVersion
from signals.queries.facts import Moment
from signals.queries.previews import Compared, compare_accounts, preview_of

CHOSEN_AT_MOST = 5
KIND_OF: Mapping[str, ScoreKind] = {"health": "health", "risk": "risk", "expansion": "expansion"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenAccount:
    """One account before and after, with the contributions that differ."""

    name: str
    href: str
    before: ScoreBadge
    after: ScoreBadge
    table: Table
    empty: str


def chosen_accounts(asker: Asker, version: ScorecardVersion, names: Iterable[str]) -> tuple[ChosenAccount, ...]:
    """Return the accounts of these names (or parts of them) before and after; without names, three that move.

    A rule of tiers has no contributions to compare: nothing is returned for it.
    """
    if version.kind not in KIND_OF:
        return ()
    found = _chosen(asker, version, [name.strip() for name in names if name.strip()])
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
