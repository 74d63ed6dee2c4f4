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
)
# An item sold in phases is left as it was agreed, whatever amount a file gives it; its days stay inside the term.
_IN_PHASES = (
    "EXISTS (SELECT FROM renewals_contractline p WHERE p.term_id = s.old_term_id AND p.item <> ''"
    " AND s.external_id IN (p.external_id, p.item))"
)
_CARRIED_END = "CASE WHEN k.item = '' THEN s.ends_on ELSE least(k.ends_on, s.ends_on) END"
_TERM_IDS = "pg_get_serial_sequence('renewals_termversion', 'id')"


def check_terms() -> None:
    """Stage one term per contract and start in `import_terms`, with number, version and verdict."""
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMP TABLE import_terms ON COMMIT DROP AS
            SELECT DISTINCT ON (s.external_id, s.starts_on) s.external_id, c.target_id AS contract_id, s.starts_on,
            CASE WHEN s.is_end_derived AND o.id IS NOT NULL THEN o.ends_on
            ELSE coalesce(s.ends_on, o.ends_on) END AS ends_on,
            coalesce(s.notice_period, o.notice_period, 0) AS notice_period,
            coalesce(s.notice_unit, o.notice_unit, 'days') AS notice_unit,
            coalesce(s.is_auto_renewing, o.is_auto_renewing, false) AS is_auto_renewing,
            coalesce(s.end_action, o.end_action,
            CASE WHEN s.is_auto_renewing THEN 'renew' ELSE 'manual' END) AS end_action,
            coalesce(s.renewal_months, o.renewal_months, s.term_months) AS renewal_months,
            o.id AS old_id, o.number, o.version, s.outcome, NULL::bigint AS target_id, 'ok' AS verdict
            FROM import_staged s JOIN import_contracts c ON c.external_id = s.external_id
            LEFT JOIN renewals_termversion o ON o.contract_id = c.target_id AND o.starts_on = s.starts_on
            AND o.superseded_at IS NULL WHERE s.verdict = 'ok' ORDER BY s.external_id, s.starts_on, s.row_number"""
        )
        cursor.execute(
            f"""UPDATE import_terms t SET verdict = CASE WHEN t.old_id IS NULL THEN 'create'
            WHEN (t.ends_on, t.notice_period, t.notice_unit, t.is_auto_renewing, t.end_action, t.renewal_months)
            IS DISTINCT FROM (o.ends_on, o.notice_period, o.notice_unit, o.is_auto_renewing, o.end_action,
            o.renewal_months) THEN 'update' ELSE 'unchanged' END
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
    staged = (
        "s.contract_id, s.term_id, s.product_ref, s.external_id, '', coalesce(s.quantity, k.quantity, 1),"
        " coalesce(s.unit, k.unit, ''), s.annual_amount, k.list_arr_amount, coalesce(k.is_recurring, true),"
        " s.starts_on, s.ends_on, ''"
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
        f" WHERE (s.term_verdict <> 'unchanged' OR k.id IS NULL) AND NOT {_IN_PHASES}",
        "renewals_contractline",
        LINE_COLUMNS,
        writing,
    )
    kept = kept_insert(
        f"{into}{carried} FROM import_terms s JOIN renewals_contractline k ON k.term_id = s.old_id"
        " WHERE s.verdict = 'update' AND NOT EXISTS (SELECT FROM import_lines l WHERE l.term_id = s.target_id"
        " AND l.external_id = k.external_id AND k.item = '')"
        " AND (k.item = '' OR (k.starts_on <= coalesce(s.ends_on, k.starts_on) AND coalesce(k.ends_on, s.starts_on)"
        " >= s.starts_on))",
        "renewals_contractline",
        LINE_COLUMNS,
        writing,
    )
    return new + kept + _change_lines(writing)


def _change_lines(writing: Writing) -> int:
    """Change lines of terms that stay as they are."""
    names = ("arr_amount", "quantity", "unit")
    condition = (
        "t.term_id = s.term_id AND s.term_verdict = 'unchanged' AND t.external_id = s.external_id AND t.item = '' AND"
        " (t.arr_amount <> s.annual_amount OR t.quantity <> coalesce(s.quantity, t.quantity)"
        " OR t.unit <> coalesce(s.unit, t.unit))"
    )
    return run_sql(
        f"WITH old AS (SELECT t.id, {as_json(names)} AS before FROM renewals_contractline t, import_lines s"
        f" WHERE {condition}), made AS (UPDATE renewals_contractline t SET arr_amount = s.annual_amount,"
        f" quantity = coalesce(s.quantity, t.quantity), unit = coalesce(s.unit, t.unit) FROM import_lines s"
        f" WHERE {condition} RETURNING t.id, {as_json(names)} AS after)"
        " INSERT INTO renewals_importchange (workspace_id, run_id, table_name, row_id, action, before, after)"
        " SELECT %(workspace)s, %(run)s, 'renewals_contractline', made.id, 'updated', old.before, made.after"
        " FROM made JOIN old ON old.id = made.id",
        writing,
    )
