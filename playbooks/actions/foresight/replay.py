"""Replay some accounts under the configuration of the time and under a changed one, and say how they differ.

It has no channel and cannot write: PostgreSQL refuses every write in the block it reads in.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from playbooks.actions.foresight.replaying import replay
from playbooks.core.replay.acts import Act
from playbooks.core.replay.compare import Compared, Side, Unequal, compare, unequal
from playbooks.core.replay.line import Series
from playbooks.core.replay.verdicts import why_unequal
from playbooks.queries.assignees import Assignees
from playbooks.queries.replay.configuration import Configuration
from playbooks.queries.replay.history import RenewalHistory, load_history
from playbooks.queries.replay.lines import forced_series
from signals.queries.kept_scores import rescored


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days whose decisions count, both included; what led to them is replayed from where it began."""

    first: datetime
    last: datetime

    def holds(self, act: Act) -> bool:
        """Answer whether an act lies in it."""
        return self.first <= act.at <= self.last

    def touches(self, item: Compared) -> bool:
        """Answer whether a decision lies in it on either side."""
        return any(act is not None and self.holds(act) for act in (item.before, item.after))

    def cut(self, acts: Sequence[Act]) -> tuple[Act, ...]:
        """Return the acts that lie in it."""
        return tuple(act for act in acts if self.holds(act))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What is replayed: the configuration of the time, the changed one (None: it is the same), who answers for work.

    `health` and `risk` are definitions of scores to be put in the place of those of the time.
    """

    unchanged: Configuration
    changed: Configuration | None
    people: Assignees
    health: Mapping[str, Any] | None = None
    risk: Mapping[str, Any] | None = None

    @property
    def window_days(self) -> int:
        """Return the longest time before a renewal date at which anything opens."""
        configurations = (self.unchanged, self.changed or self.unchanged)
        return max(each.longest_window() for each in configurations)

    @property
    def is_unchanged(self) -> bool:
        """Answer whether nothing is another than it was."""
        return self.changed is None and self.health is None and self.risk is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One renewal within the span: as recorded, replayed unchanged (`before`), and as it would have been (`after`)."""

    renewal: RenewalHistory
    recorded: tuple[Act, ...]
    before: Side
    after: Side
    compared: tuple[Compared, ...]
    unequal: tuple[Unequal, ...]


def replay_accounts(account_ids: Sequence[int], rules: Rules, span: Span, *, now: datetime) -> tuple[Replayed, ...]:
    """Return how the renewals of these accounts went and would have gone, by account and renewal."""
    with read_only():
        history = load_history(
            account_ids, first_on=span.first.date(), until=span.last, window_days=rules.window_days, now=now
        )
        played = replay(history, rules.unchanged, rules.people, until=span.last)
        before = played.acts
        if rules.is_unchanged:
            return tuple(_replayed(each, each, before, before, span) for each in history)
        other = _with_scores(account_ids, history, rules, span)
        changed = rules.changed or rules.unchanged
        after = replay(other, changed, rules.people, until=span.last, like=played).acts
    return tuple(_replayed(was, is_, before, after, span) for was, is_ in zip(history, other, strict=True))


def _with_scores(
    account_ids: Sequence[int], history: Sequence[RenewalHistory], rules: Rules, span: Span
) -> Sequence[RenewalHistory]:
    if rules.health is None and rules.risk is None:
        return history
    made = rescored(account_ids, health=rules.health, risk=rules.risk, until=span.last)
    healths, risks = forced_series(made)
    return tuple(
        each.under(healths.get(each.account_id, Series()), risks.get(each.renewal_id, Series())) for each in history
    )


@contextmanager
def read_only() -> Iterator[None]:
    """Open a block in which PostgreSQL refuses every write."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield


def _replayed(
    renewal: RenewalHistory,
    other: RenewalHistory,
    before: Mapping[int, tuple[Act, ...]],
    after: Mapping[int, tuple[Act, ...]],
    span: Span,
) -> Replayed:
    key = renewal.renewal_id
    recorded, again = span.cut(renewal.acts), span.cut(before[key])
    was = Side(acts=again, red_at=renewal.red_at(span.first))
    is_same = after is before
    return Replayed(
        renewal=renewal,
        recorded=recorded,
        before=was,
        after=was if is_same else Side(acts=span.cut(after[key]), red_at=other.red_at(span.first)),
        compared=tuple(item for item in compare(before[key], after[key]) if span.touches(item)),
        unequal=tuple(_unequal(renewal, one, two) for one, two in unequal(recorded, again)),
    )


def _unequal(renewal: RenewalHistory, recorded: Act | None, replayed: Act | None) -> Unequal:
    has_facts, is_deviated = bool(renewal.line.told), any(each.is_deviated for each in renewal.enrolled)
    is_running = any(each.is_running for each in renewal.enrolled)
    why = why_unequal(recorded, replayed, has_facts=has_facts, is_deviated=is_deviated, is_running=is_running)
    return Unequal(recorded=recorded, replayed=replayed, why=why)
