"""Facts that people note: kept with author and expiry, and sent on as signals of the source "people".

The number counts through its signal, so that a score leads back to who said it. An edit is a new fact; a withdrawn one
ends its signal from that moment on, and scores of before can still be computed again.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import connection, transaction

from renewals.core.actors import Actor
from renewals.core.errors import InvalidInput, NotPermitted, RequiredValueMissing, UnknownChoice, UnknownReference
from renewals.core.text import check_line, check_text
from renewals.queries.accounts import account
from signals.actions.intake import ensure_source, record_signals
from signals.actions.scores.changes import mark_changed
from signals.core.errors import AlreadyEnded
from signals.core.noted import LONGEST_NOTE, check_span
from signals.models import NotedFact, Source
from signals.queries.noted import scales

SOURCE = "people"
LONGEST_TEXT = 1_000
# Wherever it stands: a fold gives the signals of one account to another as well. The moment finds the month.
END_SIGNAL = """
UPDATE signals_signal s SET expires_at = %(now)s FROM signals_source o
WHERE s.workspace_id = %(workspace)s AND o.workspace_id = s.workspace_id AND o.id = s.source_id AND o.key = %(source)s
  AND s.external_id = %(external_id)s AND s.occurred_at = %(seen_at)s
RETURNING s.account_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFact:
    """What a person notes about an account; `value` is on the scale of the kind, None for a budget date alone."""

    account_id: int
    kind: str
    value: float | None
    text: str
    observed_on: date
    expires_at: datetime
    budget_on: date | None = None


@transaction.atomic
def note_fact(*, workspace_id: int, fact: NewFact, by: Actor, now: datetime) -> NotedFact:
    """Keep a fact, have it counted, and return it.

    Raises UnknownChoice, InvalidInput, RequiredValueMissing or SpanNotAllowed for what cannot be kept.
    """
    return _note(workspace_id, fact, by, now, replaces=None)


@transaction.atomic
def replace_fact(*, fact_id: int, fact: NewFact, by: Actor, now: datetime) -> NotedFact:
    """Put a new fact in the place of one of the same account that still counts; raises AlreadyEnded when it does not.

    Raises UnknownReference for a fact of another account: who may note about one may not end what is known of others.
    """
    old = _live(fact_id)
    if old.account_id != fact.account_id:
        raise UnknownReference("This account has no such note.", where="replaces")
    _end(old, "replaced", by, now, reason="")
    return _note(old.workspace_id, fact, by, now, replaces=old)


@transaction.atomic
def withdraw_fact(*, fact_id: int, reason: str, by: Actor, now: datetime) -> NotedFact:
    """End a fact that should not count any more, with the reason; raises AlreadyEnded."""
    said = check_line(reason, label="Reason", longest=300, is_required=True)
    fact = _live(fact_id)
    _end(fact, "withdrawn", by, now, reason=said)
    return fact


def _note(workspace_id: int, fact: NewFact, by: Actor, now: datetime, *, replaces: NotedFact | None) -> NotedFact:
    if by.kind != "person" or by.id is None:
        raise NotPermitted("Only a person can note what a person knows.")
    _check(fact, now)
    kept = NotedFact.objects.create(
        workspace_id=workspace_id,
        account_id=fact.account_id,
        kind=fact.kind,
        value=fact.value,
        text=fact.text.strip(),
        observed_on=fact.observed_on,
        budget_on=fact.budget_on,
        expires_at=fact.expires_at,
        noted_by_id=by.id,
        author=by.label,
        noted_at=now,
        replaces=replaces,
    )
    if fact.value is not None:
        _send(kept, by, now)
    return kept


def _check(fact: NewFact, now: datetime) -> None:
    scale = scales().get(fact.kind)
    if scale is None:
        raise UnknownChoice(f"'{fact.kind[:60]}' cannot be noted.", where="kind")
    if fact.value is None and fact.budget_on is None:
        raise RequiredValueMissing("Say how it stands, or name the date of the budget.", where="value")
    if fact.value is not None and not scale.holds(fact.value):
        raise InvalidInput(f"Give a number from {scale.low:g} to {scale.high:g}.", where="value")
    if not fact.text.strip():
        raise RequiredValueMissing("Say what you know, and from whom.", where="text")
    check_text(fact.text, label="What you know", longest=LONGEST_TEXT)
    if datetime.combine(fact.observed_on, time(), UTC) > now:
        raise InvalidInput("It cannot have been seen in the future.", where="observed_on")
    check_span(now=now, until=fact.expires_at, longest=LONGEST_NOTE, where="expires_on")


def _send(fact: NotedFact, by: Actor, now: datetime) -> None:
    ensure_source(
        workspace_id=fact.workspace_id, key=SOURCE, kind=Source.Kind.PERSON, name="What people noted", by=by, now=now
    )
    about = account(fact.account_id)
    item = {
        "account": about.external_id if about else "",
        "kind": fact.kind,
        "occurred_at": _seen_at(fact).isoformat(),
        "value": fact.value,
        "external_id": _external_id(fact),
        "text": fact.text,
        "author": fact.author[:150],
        "expires_at": fact.expires_at.isoformat(),
    }
    result = record_signals(workspace_id=fact.workspace_id, source_key=SOURCE, items=[item], by=by, now=now)
    if result.refused:
        refusal = result.exceptions[0]
        raise InvalidInput(refusal.what, where=refusal.where, remedy=refusal.remedy)


def _live(fact_id: int) -> NotedFact:
    fact = NotedFact.objects.select_for_update().filter(id=fact_id).first()
    if fact is None or fact.ended_at is not None:
        raise AlreadyEnded("This note does not count any more.")
    return fact


def _end(fact: NotedFact, how: str, by: Actor, now: datetime, *, reason: str) -> None:
    fact.ended_at, fact.ended_how, fact.ended_by, fact.ended_reason = now, how, by.label, reason
    fact.save(update_fields=["ended_at", "ended_how", "ended_by", "ended_reason"])
    with connection.cursor() as cursor:
        cursor.execute(
            END_SIGNAL,
            {
                "now": now,
                "workspace": fact.workspace_id,
                "source": SOURCE,
                "external_id": _external_id(fact),
                "seen_at": _seen_at(fact),
            },
        )
        counted = {row[0] for row in cursor.fetchall()}
    mark_changed(workspace_id=fact.workspace_id, account_ids=counted | {fact.account_id}, by=by, now=now)


def _seen_at(fact: NotedFact) -> datetime:
    """Return the moment its signal is dated by: noon of the day, or the noting when that was earlier."""
    return min(datetime.combine(fact.observed_on, time(12), UTC), fact.noted_at)


def _external_id(fact: NotedFact) -> str:
    return f"noted-{fact.id}"
