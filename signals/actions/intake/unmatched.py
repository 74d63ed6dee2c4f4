"""Signals of accounts nobody knows yet are held, and enter like any other once the account is known.

What is held keeps when it first came; a signal counts as received when it could be told whose it is, so that a
score of an earlier day is still made of what was known then.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from renewals.core.actors import Actor
from signals.actions.intake.merge import CONTENT, KEY, merge_statement
from signals.actions.intake.partitions import ensure_partitions
from signals.core.intake import Candidate
from signals.models import Unmatched
from signals.queries.aliases import alias_targets, known_accounts

MOST_HELD = 200_000
MOST_AT_ONCE = 20_000
CHUNK = 10_000
KNOWN_AS = "known_as"

HOLD = """
INSERT INTO signals_unmatched (workspace_id, source_id, external_key, account_key, kind, occurred_at, received_at,
                               expires_at, value, external_id, subject, text, author, attributes)
SELECT DISTINCT ON (2, 3) %(workspace)s::bigint, %(source)s::bigint, {key}, s.account, s.kind, s.occurred_at,
       %(now)s::timestamptz, s.expires_at, s.value, s.external_id, s.subject, s.text, s.author, s.attributes
FROM {staged} LEFT JOIN renewals_account a ON a.workspace_id = %(workspace)s AND a.external_id = s.account
WHERE a.id IS NULL ORDER BY 2, 3, s.position LIMIT %(most)s
ON CONFLICT (workspace_id, source_id, external_key) DO NOTHING
"""

# The account is said by our id from here on; the name it was sent under stays visible, and can be taken back by.
ENTERING = sql.SQL("""(SELECT row_number() OVER (ORDER BY u.id)::int AS position, a.external_id AS account, u.kind,
 u.occurred_at, u.value, u.external_id, u.subject, u.text, CASE WHEN a.external_id = u.account_key THEN u.attributes
 ELSE coalesce(u.attributes, '{}') || jsonb_build_object('known_as', u.account_key) END AS attributes,
 u.expires_at, u.author FROM signals_unmatched u JOIN renewals_account a ON a.id = u.matched_account_id
 WHERE u.workspace_id = %(workspace)s AND u.id = ANY(%(held)s)) s""")
ENTER = merge_statement(ENTERING)


def translated(candidates: Iterable[Candidate], *, source_id: int) -> Iterator[Candidate]:
    """Yield the candidates with aliases replaced by the account's own id; the name sent stays as an attribute."""
    remaining = iter(candidates)
    while chunk := list(islice(remaining, CHUNK)):
        targets = alias_targets({each.account for each in chunk}, source_id)
        yield from (_renamed(each, targets) for each in chunk) if targets else chunk


def room_to_hold() -> int:
    """Return how many more signals may be held."""
    return MOST_HELD - Unmatched.objects.filter(matched_at__isnull=True)[:MOST_HELD].count()


def hold(staged: sql.Composable, parameters: Mapping[str, Any], *, most: int = MOST_HELD) -> None:
    """Keep `most` rows of `staged` whose account is not known; one that is held already stays as it was."""
    content = sql.SQL(CONTENT).format(account=sql.SQL("s.account"))
    key = sql.SQL(KEY).format(content=content)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(HOLD).format(staged=staged, key=key), {**parameters, "most": most})


@transaction.atomic
def settle_unmatched(*, workspace_id: int, by: Actor, now: datetime) -> int:
    """Let held signals enter whose account is known by now, 20,000 at most; return how many were matched."""
    names = Unmatched.objects.filter(matched_at__isnull=True).values_list("source_id", "account_key").distinct()
    by_source: dict[int, set[str]] = defaultdict(set)
    for source_id, name in names:
        by_source[source_id].add(name)
    matched = 0
    for source_id, waiting in sorted(by_source.items()):
        known = known_accounts(waiting, source_id)
        if known and matched < MOST_AT_ONCE:
            matched += _enter(workspace_id, source_id, known, now)
    return matched


@transaction.atomic
def forget_unmatched(*, before: datetime, by: Actor, now: datetime) -> int:
    """Delete what was first received before a moment, matched or not; return how many."""
    gone, _ = Unmatched.objects.filter(received_at__lt=before).delete()
    return gone


def _enter(workspace_id: int, source_id: int, known: Mapping[str, int], now: datetime) -> int:
    rows = Unmatched.objects.select_for_update(skip_locked=True).filter(
        source_id=source_id, account_key__in=list(known), matched_at__isnull=True
    )
    held = list(rows.order_by("id")[:MOST_AT_ONCE])
    for each in held:
        each.matched_at, each.matched_account_id = now, known[each.account_key]
    Unmatched.objects.bulk_update(held, ["matched_at", "matched_account"], batch_size=2_000)
    ensure_partitions(each.occurred_at for each in held)
    parameters = {"workspace": workspace_id, "source": source_id, "now": now, "batch": None}
    with connection.cursor() as cursor:
        cursor.execute(ENTER, {**parameters, "held": [each.id for each in held]})
    return len(held)


def _renamed(candidate: Candidate, targets: Mapping[str, str]) -> Candidate:
    target = targets.get(candidate.account)
    if target is None:
        return candidate
    attributes = {**(candidate.attributes or {}), KNOWN_AS: candidate.account}
    return candidate._replace(account=target, attributes=attributes)
