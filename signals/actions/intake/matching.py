"""Tell the intake which account a name stands for, take that back, and fold one account into another.

Only aliases and signals are touched: contracts and people of a folded account stay where they are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg2 import sql

from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from renewals.core.text import check_line
from renewals.queries.accounts import accounts
from signals.actions.intake.merge import CONTENT, KEY
from signals.actions.intake.unmatched import settle_unmatched
from signals.core.sources.errors import MatchInvalid
from signals.models import AccountAlias, Source
from signals.queries.aliases import known_accounts

# The signals of an account that came under another name go back to where they waited, with the key they had there.
TAKE_BACK = """
WITH gone AS (
  DELETE FROM signals_signal s WHERE workspace_id = %(workspace)s AND account_id = %(account)s
  AND attributes ->> 'known_as' = %(name)s AND (%(source)s IS NULL OR source_id = %(source)s)
  AND batch_id IS DISTINCT FROM %(copies)s RETURNING s.*
), keys AS (
  SELECT s.source_id, {key} AS external_key FROM gone s
), forgotten AS (
  DELETE FROM signals_signalkey k USING keys
  WHERE k.workspace_id = %(workspace)s AND k.source_id = keys.source_id AND k.external_key = keys.external_key
), plain AS (
  SELECT workspace_id, source_id, kind, occurred_at, received_at, expires_at, value, external_id, subject, text,
         author, nullif(attributes - 'known_as', '{{}}') AS attributes FROM gone
), waiting AS (
  INSERT INTO signals_unmatched AS u (workspace_id, source_id, external_key, account_key, kind, occurred_at,
    received_at, expires_at, value, external_id, subject, text, author, attributes)
  SELECT DISTINCT ON (2, 3) workspace_id, source_id, {held}, %(name)s, kind, occurred_at, received_at, expires_at,
    value, external_id, subject, text, author, attributes FROM plain s ORDER BY 2, 3
  ON CONFLICT (workspace_id, source_id, external_key) DO UPDATE SET matched_at = NULL, matched_account_id = NULL
), counted AS (
  SELECT source_id, split_part(kind, '.', 1) AS family, count(*) AS signals_count FROM gone GROUP BY 1, 2
), fed AS (
  UPDATE signals_sourcefeed f SET signals_count = f.signals_count - counted.signals_count FROM counted
  WHERE f.workspace_id = %(workspace)s AND f.source_id = counted.source_id AND f.family = counted.family
)
SELECT count(*) FROM gone
"""
DROP_COPIES = """
DELETE FROM signals_signal WHERE workspace_id = %(workspace)s AND account_id = %(account)s AND batch_id = %(copies)s
"""
# Copies need no keys: the originals keep theirs, so that what is sent again stays a repetition.
COPY_OVER = """
INSERT INTO signals_signal (workspace_id, account_id, source_id, occurred_at, received_at, expires_at, value, batch_id,
                            kind, external_id, subject, text, author, attributes)
SELECT workspace_id, %(account)s, source_id, occurred_at, %(now)s, expires_at, value, %(copies)s, kind, external_id,
       subject, text, author, coalesce(attributes, '{}') || jsonb_build_object('known_as', %(name)s::text)
FROM signals_signal WHERE workspace_id = %(workspace)s AND account_id = %(folded)s ORDER BY occurred_at
"""
CHANGED = """
INSERT INTO signals_accountchange (workspace_id, account_id, changed_at, retry_at, attempts, last_error)
SELECT %(workspace)s, a, %(now)s, %(now)s, 0, '' FROM unnest(%(accounts)s::bigint[]) AS a ORDER BY a
ON CONFLICT (workspace_id, account_id)
DO UPDATE SET changed_at = excluded.changed_at, retry_at = excluded.retry_at, attempts = 0, last_error = ''
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """An alias and how many signals moved with it."""

    alias: AccountAlias
    signals_count: int


@transaction.atomic
def match_name(*, name: str, source_id: int | None, account_id: int, by: Actor, now: datetime) -> Matched:
    """Let a name of a source (of all sources without one) stand for an account; what is held of it enters at once.

    Raises UnknownReference for account and source, MatchInvalid when the name already stands for another one.
    """
    if source_id is not None and not Source.objects.filter(id=source_id).exists():
        raise UnknownReference("There is no such source.")
    alias = _alias(check_line(name, label="Id", is_required=True), source_id, account_id, by, now)
    entered = settle_unmatched(workspace_id=by.workspace_id, by=by, now=now)
    return Matched(alias=alias, signals_count=entered)


@transaction.atomic
def fold_account(*, folded_id: int, into_id: int, by: Actor, now: datetime) -> Matched:
    """Give the signals of one account to another as well, and let later ones of its id go there.

    For two records of one company. The survivor has known them since now; the folded account keeps its own history.
    Folded a second time nothing changes. Raises MatchInvalid, also when the survivor was folded into it before.
    """
    folded = accounts().filter(id=folded_id).first()
    if folded is None or folded_id == into_id:
        raise MatchInvalid("An account can only be folded into another one of this workspace.")
    into = accounts().filter(id=into_id).first()
    if into is not None and known_accounts([into.external_id], 0) == {into.external_id: folded_id}:
        raise MatchInvalid(f"{into.name} is folded into {folded.name}.", remedy="Take that back first.")
    alias = _alias(folded.external_id, None, into_id, by, now)
    if AccountAlias.objects.filter(id=alias.id, folded__isnull=True).update(folded_id=folded_id) == 0:
        return Matched(alias=alias, signals_count=0)
    values = {**_place(alias), "folded": folded_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(COPY_OVER, values)
        copied = cursor.rowcount
        cursor.execute(CHANGED, {**values, "accounts": [into_id]})
    settle_unmatched(workspace_id=by.workspace_id, by=by, now=now)
    return Matched(alias=alias, signals_count=copied)


@transaction.atomic
def take_match_back(*, alias_id: int, by: Actor, now: datetime) -> Matched:
    """End an alias: what came under that name waits again, or goes to the account of that id if there is one.

    A second call changes nothing. Raises UnknownReference.
    """
    alias = AccountAlias.objects.select_for_update().filter(id=alias_id).first()
    if alias is None:
        raise UnknownReference(f"There is no match {alias_id} in this workspace.")
    if alias.ended_at is not None:
        return Matched(alias=alias, signals_count=0)
    alias.ended_at, alias.ended_by = now, by.label[:150]
    alias.save(update_fields=["ended_at", "ended_by"])
    values = {**_place(alias), "now": now, "accounts": [alias.account_id]}
    with connection.cursor() as cursor:
        cursor.execute(DROP_COPIES, values)
        dropped = cursor.rowcount
        cursor.execute(_take_back(alias.account.external_id), values)
        returned = int(cursor.fetchone()[0])
        cursor.execute(CHANGED, values)
    settle_unmatched(workspace_id=by.workspace_id, by=by, now=now)
    return Matched(alias=alias, signals_count=returned + dropped)


def _alias(name: str, source_id: int | None, account_id: int, by: Actor, now: datetime) -> AccountAlias:
    account = accounts().filter(id=account_id).first()
    if account is None:
        raise UnknownReference(f"There is no account {account_id} in this workspace.")
    if account.external_id == name:
        raise MatchInvalid(f"'{name}' is the account's own id.", remedy="Nothing has to be matched.")
    alias, _ = AccountAlias.objects.get_or_create(
        workspace_id=by.workspace_id,
        name=name,
        source_id=source_id,
        ended_at=None,
        defaults={"account": account, "made_by": by.label[:150], "made_at": now},
    )
    if alias.account_id != account_id:
        raise MatchInvalid(f"'{name}' already stands for {alias.account.name}.", remedy="Take that match back first.")
    return alias


def _place(alias: AccountAlias) -> dict[str, Any]:
    return {
        "workspace": alias.workspace_id,
        "account": alias.account_id,
        "source": alias.source_id,
        "name": alias.name,
        "copies": -alias.id,
    }


def _take_back(external_id: str) -> sql.Composed:
    """Return the statement; keys are made as the intake made them, here and where a signal waits."""
    own = sql.SQL(CONTENT).format(account=sql.Literal(external_id))
    held = sql.SQL(CONTENT).format(account=sql.SQL("%(name)s::text"))
    key = sql.SQL(KEY)
    return sql.SQL(TAKE_BACK).format(key=key.format(content=own), held=key.format(content=held))
