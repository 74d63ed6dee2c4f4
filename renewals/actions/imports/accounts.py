"""Accounts from staged rows: parents within the file or known, owners who are members, likely doubles pointed out."""

from django.db import connection

from renewals.actions.imports.checks import check_duplicates, refuse, resolve_references
from renewals.actions.imports.closing import close_account_rows
from renewals.actions.imports.upsert import Column, Target, Writing, classify, insert_rows, update_rows
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.kinds.accounts import ACCOUNTS
from renewals.core.imports.mapping import ImportMapping

TARGET = Target(
    table="renewals_account",
    match="t.external_id = s.external_id",
    columns=(
        Column(name="external_id", value="s.external_id", is_fixed=True),
        Column(name="name", value="s.name", default="s.external_id"),
        Column(name="parent_id", value="s.parent_ref"),
        Column(name="owner_id", value="s.owner_ref"),
        Column(name="team_id", value="s.team_ref"),
        Column(name="industry", value="s.industry", default="''"),
        Column(name="region", value="s.region", default="''"),
        Column(name="country", value="s.country", default="''"),
        Column(name="timezone", value="s.timezone", default="''"),
        Column(name="currency", value="s.currency", default="(SELECT currency FROM renewals_workspace)"),
        Column(name="product_complexity", value="s.product_complexity", default="'standard'"),
        Column(name="employees", value="s.employees"),
        Column(name="started_on", value="s.started_on"),
        Column(name="ended_on", value="s.ended_on"),
        Column(name="attributes", value="s.attributes", default="'{}'", merged="t.attributes || s.attributes"),
        Column(name="source", value="nullif(%(source)s, '')", default="''", is_fixed=True),
        Column(name="segment", value="''", is_fixed=True),
        Column(name="segment_reason", value="'{}'::jsonb", is_fixed=True),
        Column(name="tier", value="''", is_fixed=True),
        Column(name="tier_reason", value="'{}'::jsonb", is_fixed=True),
        Column(name="is_human_only", value="false", is_fixed=True),
    ),
)
# Legal forms and signs say nothing about which company it is.
_PLAIN_NAME = (
    r"regexp_replace(regexp_replace(lower({0}),"
    r" '[[:space:].,]+(ltd|limited|inc|incorporated|llc|corp|corporation|co|company|gmbh|ag|sa|bv|plc|pty|srl|oy|ab)"
    r"[.]?$', ''), '[^[:alnum:]]', '', 'g')"
)


def check_accounts(mapping: ImportMapping) -> None:
    """Refuse what cannot be taken, point out what may be a double, and give each row its verdict."""
    check_duplicates(ACCOUNTS, ("external_id",))
    resolve_references(ACCOUNTS, besides=("parent",))
    _check_parents()
    classify(TARGET)
    _find_parents()
    _warn_of_doubles()


def write_accounts(writing: Writing) -> dict[str, int]:
    """Write what the verdicts say; return rows by table."""
    made = {"accounts": insert_rows(TARGET, writing) + update_rows(TARGET, writing)}
    return made | close_account_rows(writing)


def _check_parents() -> None:
    """Refuse unknown parents (until none is left: a refused row is no parent either) and circles."""
    while refuse(
        code="E-REF-01",
        field="parent",
        text="format('Account ''%%s'' is not in this workspace, nor in this file.', s.parent)",
        where="s.parent IS NOT NULL AND NOT EXISTS (SELECT FROM renewals_account a WHERE a.external_id = s.parent)"
        " AND NOT EXISTS (SELECT FROM import_staged p WHERE p.external_id = s.parent AND p.verdict = 'ok')",
    ):
        pass
    refuse(
        code="E-REF-02",
        field="parent",
        source="""(WITH RECURSIVE links AS (
            SELECT external_id AS child, parent FROM import_staged WHERE verdict = 'ok' AND parent IS NOT NULL
            UNION SELECT a.external_id, p.external_id FROM renewals_account a
            JOIN renewals_account p ON p.id = a.parent_id
            WHERE NOT EXISTS (SELECT FROM import_staged i WHERE i.external_id = a.external_id AND i.parent IS NOT NULL)
        ), walk AS (
            SELECT s.external_id AS start, s.parent AS at, s.external_id || ' → ' || s.parent AS path, 1 AS depth
            FROM import_staged s WHERE s.verdict = 'ok' AND s.parent IS NOT NULL
            UNION ALL SELECT w.start, l.parent, w.path || ' → ' || l.parent, w.depth + 1
            FROM walk w JOIN links l ON l.child = w.at WHERE w.at <> w.start AND w.depth < 50
        ) SELECT start, min(path) AS path FROM walk WHERE at = start GROUP BY start) c""",
        text="c.path || '.'",
        where="c.start = s.external_id",
    )


def _find_parents() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE import_staged s SET parent_ref = p.target_id FROM import_staged p"
            " WHERE p.external_id = s.parent AND p.target_id IS NOT NULL"
        )
        cursor.execute(
            "UPDATE import_staged s SET parent_ref = a.id FROM renewals_account a"
            " WHERE s.parent_ref IS NULL AND a.external_id = s.parent"
        )
        cursor.execute(
            "UPDATE import_staged s SET verdict = 'update' FROM renewals_account t WHERE t.id = s.target_id"
            " AND s.verdict = 'unchanged' AND s.parent_ref IS NOT NULL AND t.parent_id IS DISTINCT FROM s.parent_ref"
        )


def _warn_of_doubles() -> None:
    """Name the first other account of the same name; two are enough to look at, however many share it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO import_problems WITH named AS ("
            f" SELECT row_number, external_id, name, {_PLAIN_NAME.format('name')} AS plain FROM import_staged"
            " WHERE verdict = 'create' AND name IS NOT NULL), known AS ("
            f" SELECT external_id, name, {_PLAIN_NAME.format('name')} AS plain FROM renewals_account"
            " UNION SELECT external_id, name, plain FROM named), placed AS ("
            " SELECT plain, external_id, name, dense_rank() OVER (PARTITION BY plain ORDER BY external_id) AS place"
            " FROM known WHERE length(plain) > 2), first_two AS ("
            " SELECT DISTINCT ON (plain, place) plain, place, external_id, name FROM placed WHERE place <= 2)"
            " SELECT DISTINCT ON (n.row_number) n.row_number, 'W-DUP-03',"
            " format('May be the same as %s (%s); merge them on the account page if so.', k.name, k.external_id),"
            " 'name', n.name FROM named n JOIN first_two k ON k.plain = n.plain AND k.external_id <> n.external_id"
            " ORDER BY n.row_number, k.external_id"
        )


WRITER = KindWriter(spec=ACCOUNTS, check=check_accounts, write=write_accounts)
