"""Who changed what, when and why, as a readable difference."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from dashboards.core.dates import instant_cell
from dashboards.core.parts import Difference, HistoryEntry
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.prices import price_sight
from renewals.models import Account, Contact, Contract, Milestone, Renewal, StageEntry
from renewals.queries.history import Change, changes_below, changes_of

BELOW = (Contact, Contract, Milestone, Renewal, StageEntry)
HIDDEN_FROM_MANY = ("amount",)
LONGEST = 120
LISTED = ("stage", "forecast_category", "lifecycle_stage", "segment", "tier")
"""Fields whose values are words of a closed list."""
AMOUNT = re.compile(r"-?\d+(\.\d+)?")


def account_changes(asker: Asker, row: Account, *, limit: int = 100) -> tuple[HistoryEntry, ...]:
    """Return the changes of an account and of what hangs on it, newest first."""
    is_seen = price_sight(asker.member, account_ids=[row.id]).sees_account(row)
    changes = [*changes_of(row, limit=limit), *changes_below(row, BELOW, link="account", limit=limit)]
    newest = sorted(changes, key=lambda change: change.at, reverse=True)[:limit]
    return tuple(_entry(asker, change, is_seen=is_seen) for change in newest)


def renewal_changes(asker: Asker, row: Renewal, *, is_seen: bool, limit: int = 50) -> tuple[HistoryEntry, ...]:
    """Return the changes of one renewal, newest first."""
    return tuple(_entry(asker, change, is_seen=is_seen) for change in changes_of(row, limit=limit))


def milestone_changes(asker: Asker, row: Milestone, *, is_seen: bool, limit: int = 50) -> tuple[HistoryEntry, ...]:
    """Return the changes of one milestone, newest first."""
    return tuple(_entry(asker, change, is_seen=is_seen) for change in changes_of(row, limit=limit))


def _entry(asker: Asker, change: Change, *, is_seen: bool) -> HistoryEntry:
    shown = change.fields if change.kind == "changed" else ()
    return HistoryEntry(
        who=change.who or "The system",
        what=f"{change.kind} the {title(change.model).lower()}",
        at=instant_cell(change.at, now=asker.now, zone=asker.workspace.timezone),
        why=_why(change.why),
        differences=tuple(_differences(shown, is_seen=is_seen)),
    )


def _why(words: str) -> str:
    """The address of a form is no reason that a person would give."""
    return "" if words.startswith(("POST /", "GET /")) else words


def _differences(fields: Iterable[Any], *, is_seen: bool) -> Iterable[Difference]:
    for field in fields:
        if not is_seen and field.field.endswith(HIDDEN_FROM_MANY):
            continue
        yield Difference(
            field=title(field.field.removesuffix("_id")),
            before=_words(field.before, field.field),
            after=_words(field.after, field.field),
        )


def _words(value: Any, name: str) -> str:
    """Return a value as people write it: amounts to the cent, words of closed lists as words."""
    said = "" if value is None else str(value)[:LONGEST]
    if name.endswith(HIDDEN_FROM_MANY) and AMOUNT.fullmatch(said):
        return f"{Decimal(said):,.2f}".removesuffix(".00")
    return title(said) if name in LISTED and said else said
