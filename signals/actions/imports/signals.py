"""Signals from staged rows, by the same statement as every other door. A known signal stays as it is."""

from collections.abc import Callable

from django.db import connection
from psycopg2 import sql

from renewals.actions.imports.checks import check_duplicates, refuse, resolve_references
from renewals.actions.imports.upsert import Writing
from renewals.core.actors import system_actor
from renewals.core.imports.mapping import ImportMapping
from renewals.core.imports.specs import KindSpec
from signals.actions.intake.merge import CONTENT, KEY, keep_staged
from signals.actions.intake.partitions import ensure_partitions
from signals.actions.intake.sources import ensure_source
from signals.queries.aliases import alias_targets, source_id_of

MONTHS = "SELECT DISTINCT date_trunc('month', occurred_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' FROM import_signals"
STAGED = sql.SQL("import_signals s")
LATEST = "s.{field} > perennial_now() + interval '10 minutes'"


def signals_check(spec: KindSpec, *, moment: str, selected: str) -> Callable[[ImportMapping], None]:
    """Return the check of a kind: `moment` is its first instant, `selected` makes `import_signals` of its rows."""

    def check(mapping: ImportMapping) -> None:
        _translate_aliases(source_key(mapping.source or mapping.dataset))
        resolve_references(spec)
        _find_accounts()
        refuse(
            code="E-SIG-02",
            field=moment,
            text=f"format('%%s lies in the future.', s.{moment})",
            where=LATEST.format(field=moment),
        )
        _check_repetitions(spec)
        _stage_signals(selected)
        _compare(source_key(mapping.source or mapping.dataset))

    return check


def write_signals(writing: Writing) -> dict[str, int]:
    """Keep what is new; return how many signals there were."""
    key = source_key(writing.source)
    actor = system_actor(writing.workspace_id, writing.by_label)
    source = ensure_source(workspace_id=writing.workspace_id, key=key, kind="file", by=actor, now=writing.now)
    with connection.cursor() as cursor:
        cursor.execute(MONTHS)
        ensure_partitions(row[0] for row in cursor.fetchall())
        parameters = {
            "workspace": writing.workspace_id,
            "source": source.id,
            "now": writing.now,
            "batch": writing.run_id,
        }
        cursor.execute("SELECT count(*) FROM import_signals")
        sent = int(cursor.fetchone()[0])
        keep_staged(cursor, STAGED, parameters, sent=sent)
        return {"signals": sent - cursor.rowcount}


def source_key(source: str) -> str:
    """Return the key of the source that files of this name belong to."""
    plain = "".join(character if character.isalnum() else "-" for character in source.casefold())
    return plain.strip("-")[:60] or "file"


def _translate_aliases(source: str) -> None:
    """Say the account's own id where a row names it by an alias; the name sent stays as an attribute.

    A column of a file that has the name of that attribute is not kept: by it a match is taken back.
    """
    with connection.cursor() as cursor:
        cursor.execute("UPDATE import_staged SET attributes = attributes - 'known_as' WHERE attributes ? 'known_as'")
        cursor.execute("SELECT DISTINCT account FROM import_staged WHERE verdict = 'ok' AND account IS NOT NULL")
        names = [row[0] for row in cursor.fetchall()]
        targets = alias_targets(names, source_id_of(source))
        if targets:
            cursor.execute(
                "UPDATE import_staged s SET account = t.target, attributes = coalesce(s.attributes, '{}')"
                " || jsonb_build_object('known_as', s.account) FROM unnest(%s::text[], %s::text[]) AS t(name, target)"
                " WHERE t.name = s.account AND s.verdict = 'ok'",
                [list(targets), list(targets.values())],
            )


def _find_accounts() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE import_staged s SET account_ref = c.account_id FROM renewals_contract c
            WHERE s.account_ref IS NULL AND c.id = s.contract_ref AND s.verdict = 'ok';
            UPDATE import_staged s SET account = a.external_id FROM renewals_account a
            WHERE a.id = s.account_ref AND s.account IS NULL AND s.verdict = 'ok'"""
        )
    refuse(
        code="E-REQ-01",
        field="account",
        text="'Account is required.'",
        where="s.account_ref IS NULL",
    )


def _check_repetitions(spec: KindSpec) -> None:
    """Rows with an id are known by it; without one, exact repetitions alone are set aside."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE external_id IS NOT NULL), count(*) FROM import_staged WHERE verdict = 'ok'"
        )
        with_id, _ = cursor.fetchone()
        if with_id:
            cursor.execute("UPDATE import_staged SET external_id = '' WHERE external_id IS NULL AND verdict = 'ok'")
            check_duplicates(spec, ("external_id",))
            return
        cursor.execute(
            "UPDATE import_staged s SET verdict = 'duplicate' FROM (SELECT row_number, row_number() OVER"
            " (PARTITION BY fingerprint ORDER BY row_number) AS place FROM import_staged WHERE verdict = 'ok') d"
            " WHERE d.row_number = s.row_number AND d.place > 1"
        )


def _stage_signals(selected: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TABLE IF EXISTS import_signals; CREATE TEMP TABLE import_signals ON COMMIT DROP AS {selected}"
        )
        cursor.execute("ANALYZE import_signals")


def _compare(source: str) -> None:
    """Call rows unchanged when every signal they give rise to is kept already."""
    key = sql.SQL(KEY).format(content=sql.SQL(CONTENT).format(account=sql.SQL("s.account")))
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                """UPDATE import_staged r SET verdict = CASE WHEN n.new_count = 0 THEN 'unchanged'
                WHEN n.new_count < n.all_count THEN 'update' ELSE 'create' END
                FROM (SELECT s.row_number, count(*) AS all_count,
                count(*) FILTER (WHERE k.external_key IS NULL) AS new_count
                FROM import_signals s LEFT JOIN signals_signalkey k ON k.external_key = {key} AND k.source_id =
                (SELECT id FROM signals_source WHERE key = %s) GROUP BY s.row_number) n
                WHERE n.row_number = r.row_number AND r.verdict = 'ok'"""
            ).format(key=key),
            [source],
        )
