"""Terms and lines behind staged contracts: numbered in time, superseded rather than edited, lines carried over."""

from django.db import connection

from renewals.actions.imports.upsert import Writing, as_json, kept_insert, run_sql

TERM_COLUMNS = (
    "contract_id",
    "number",
    "version",
    "starts_on",
    "ends_on",
    "notice_period",
    "notice_unit",
    "is_auto_renewing",
    "end_action",
    "renewal_months",
    "uplift_percent",
    "cap_percent",
    "price_clause",
)
LINE_COLUMNS = (
    "contract_id",
    "term_id",
    "product_id",
    "external_id",
    "description",
    "quantity",
    "unit",
    "arr_amount",
    "list_arr_amount",
    "is_recurring",
    "starts_on",
    "ends_on",
    "item",
    "is_suspended",
)
# An item sold in phases is left as it was agreed, whatever amount a file gives it; its days stay inside the term.
_IN_PHASES = (
    "EXISTS (SELECT FROM renewals_contractline p WHERE p.term_id = s.old_term_id AND p.item <> ''"
    " AND s.external_id IN (p.external_id, p.item))"
)
# A line follows the end of its term, unless it ended before the old end.
_CARRIED_END = (
    "CASE WHEN k.item = '' AND k.ends_on >= s.old_ends_on THEN s.ends_on ELSE least(k.ends_on, s.ends_on) END"
)
_STAGED_END = f"CASE WHEN k.id IS NULL THEN s.ends_on ELSE {_CARRIED_END} END"
_UPLIFT = "round(coalesce(s.uplift_percent, o.uplift_percent), 3)"
_CAP = "round(coalesce(s.cap_percent, o.cap_percent), 3)"
_CLAUSE = (
    f"CASE WHEN coalesce({_UPLIFT}, {_CAP}) IS NULL THEN coalesce(o.price_clause, '')"
    " ELSE coalesce(s.price_clause, nullif(o.price_clause, ''), 'Contract record') END"
)
_SAYS = (
    "ends_on, notice_period, notice_unit, is_auto_renewing, end_action, renewal_months, uplift_percent, cap_percent,"
    " price_clause"
)
_TERM_IDS = "pg_get_serial_sequence('renewals_termversion', 'id')"


def check_terms() -> None:
    """Stage one term per contract and start in `import_terms`, with number, version and verdict."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMP TABLE import_terms ON COMMIT DROP AS
            SELECT DISTINCT ON (s.external_id, s.starts_on) s.external_id, c.target_id AS contract_id, s.starts_on,
            CASE WHEN s.is_end_derived AND o.id IS NOT NULL THEN o.ends_on
            ELSE coalesce(s.ends_on, o.ends_on) END AS ends_on,
            coalesce(s.notice_period, o.notice_period, 0) AS notice_period,
            coalesce(s.notice_unit, o.notice_unit, 'days') AS notice_unit,
            coalesce(s.is_auto_renewing, o.is_auto_renewing, false) AS is_auto_renewing,
            coalesce(s.end_action, o.end_action,
            CASE WHEN s.is_auto_renewing THEN 'renew' ELSE 'manual' END) AS end_action,
            coalesce(s.renewal_months, o.renewal_months, s.term_months) AS renewal_months,
            {_UPLIFT} AS uplift_percent, {_CAP} AS cap_percent, {_CLAUSE} AS price_clause,
            o.id AS old_id, o.ends_on AS old_ends_on, o.number, o.version, s.outcome,
            NULL::bigint AS target_id, 'ok' AS verdict
            FROM import_staged s JOIN import_contracts c ON c.external_id = s.external_id
            LEFT JOIN renewals_termversion o ON o.contract_id = c.target_id AND o.starts_on = s.starts_on
            AND o.superseded_at IS NULL WHERE s.verdict = 'ok' ORDER BY s.external_id, s.starts_on, s.row_number"""
        )
        cursor.execute(
            f"""UPDATE import_terms t SET verdict = CASE WHEN t.old_id IS NULL THEN 'create'
            WHEN ({_of("t")}) IS DISTINCT FROM ({_of("o")}) THEN 'update' ELSE 'unchanged' END
            FROM import_terms i LEFT JOIN renewals_termversion o ON o.id = i.old_id
            WHERE i.external_id = t.external_id AND i.starts_on = t.starts_on;
            UPDATE import_terms SET target_id = CASE WHEN verdict = 'unchanged' THEN old_id
            ELSE nextval({_TERM_IDS}) END, version = CASE verdict WHEN 'create' THEN 1 WHEN 'update' THEN version + 1
            ELSE version END;
            UPDATE import_terms t SET number = n.number FROM (SELECT i.external_id, i.starts_on,
            coalesce((SELECT max(o.number) FROM renewals_termversion o WHERE o.contract_id = i.contract_id), 0)
            + row_number() OVER (PARTITION BY i.external_id ORDER BY i.starts_on) AS number
            FROM import_terms i WHERE i.verdict = 'create') n
            WHERE n.external_id = t.external_id AND n.starts_on = t.starts_on AND t.verdict = 'create'"""
        )


def renew_terms_of_changed_lines() -> None:
    """Give a term whose lines the file changes, or adds to, a new version: what it said before stays readable."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""UPDATE import_terms t SET verdict = 'update', version = t.version + 1, target_id = nextval({_TERM_IDS})
            WHERE t.verdict = 'unchanged' AND EXISTS (SELECT FROM import_lines s LEFT JOIN renewals_contractline k
                ON k.term_id = s.old_term_id AND k.external_id = s.external_id WHERE s.old_term_id = t.old_id
                AND NOT {_IN_PHASES} AND (k.id IS NULL OR (s.annual_amount, coalesce(s.quantity, k.quantity),
                coalesce(s.unit, k.unit)) IS DISTINCT FROM (k.arr_amount, k.quantity, k.unit)));
            UPDATE import_lines s SET term_verdict = t.verdict, term_id = t.target_id FROM import_terms t
            WHERE t.old_id = s.old_term_id AND t.target_id <> s.term_id"""
        )


def _of(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in _SAYS.split(", "))


def write_terms(writing: Writing) -> dict[str, int]:
    """Supersede and insert terms, carry their lines over, insert and change lines; return rows by table."""
    _supersede(writing)
    terms = kept_insert(
        f"INSERT INTO renewals_termversion AS t (id, workspace_id, {', '.join(TERM_COLUMNS)}, change_reason,"
        " recorded_at, recorded_by)"
        f" SELECT s.target_id, %(workspace)s, {', '.join('s.' + name for name in TERM_COLUMNS)},"
        " CASE WHEN s.version > 1 THEN 'import' ELSE '' END, %(now)s, %(by)s"
        " FROM import_terms s WHERE s.verdict IN ('create', 'update')",
        "renewals_termversion",
        TERM_COLUMNS,
        writing,
    )
    return {"terms": terms, "contract lines": _write_lines(writing)}


def _supersede(writing: Writing) -> None:
    run_sql(
        "WITH made AS (UPDATE renewals_termversion t SET superseded_at = %(now)s FROM import_terms s"
        f" WHERE s.verdict = 'update' AND t.id = s.old_id RETURNING t.id, {as_json(['superseded_at'])} AS after)"
        " INSERT INTO renewals_importchange (workspace_id, run_id, table_name, row_id, action, before, after)"
        " SELECT %(workspace)s, %(run)s, 'renewals_termversion', id, 'updated', '{\"superseded_at\": null}', after"
        " FROM made",
        writing,
    )


def _write_lines(writing: Writing) -> int:
    """Write the lines of new versions: those the file names, and the others as they were."""
    staged = (
        "s.contract_id, s.term_id, coalesce(s.product_ref, k.product_id), s.external_id, coalesce(k.description, ''),"
        " coalesce(s.quantity, k.quantity, 1), coalesce(s.unit, k.unit, ''), s.annual_amount, k.list_arr_amount,"
        f" coalesce(k.is_recurring, true), greatest(coalesce(k.starts_on, s.starts_on), s.starts_on), {_STAGED_END},"
        " '', false"
    )
    carried = ", ".join(
        {"term_id": "s.target_id", "starts_on": "greatest(k.starts_on, s.starts_on)", "ends_on": _CARRIED_END}.get(
            name, f"k.{name}"
        )
        for name in LINE_COLUMNS
    )
    into = f"INSERT INTO renewals_contractline AS t (workspace_id, {', '.join(LINE_COLUMNS)}) SELECT %(workspace)s, "
    new = kept_insert(
        f"{into}{staged} FROM import_lines s LEFT JOIN renewals_contractline k ON k.term_id = s.old_term_id"
        " AND k.external_id = s.external_id"
        f" WHERE s.term_verdict <> 'unchanged' AND NOT {_IN_PHASES}",
        "renewals_contractline",
        LINE_COLUMNS,
        writing,
    )
    kept = kept_insert(
        f"{into}{carried} FROM import_terms s JOIN renewals_contractline k ON k.term_id = s.old_id"
        " WHERE s.verdict = 'update' AND NOT EXISTS (SELECT FROM import_lines l WHERE l.term_id = s.target_id"
        " AND l.external_id = k.external_id AND k.item = '')"
        " AND k.starts_on <= coalesce(s.ends_on, k.starts_on) AND coalesce(k.ends_on, s.starts_on) >= s.starts_on",
        "renewals_contractline",
        LINE_COLUMNS,
        writing,
    )
    return new + kept
