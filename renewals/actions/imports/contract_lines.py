"""Contract lines from staged rows: each falls into the term its start lies in, or into the contract's latest."""

from django.db import connection

from renewals.actions.imports.checks import check_duplicates, refuse, resolve_references
from renewals.actions.imports.contract_terms import LINE_COLUMNS, TERM_COLUMNS
from renewals.actions.imports.products import find_products, write_products
from renewals.actions.imports.upsert import Column, Target, Writing, as_json, classify, kept_insert, run_sql
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.kinds.contract_lines import CONTRACT_LINES
from renewals.core.imports.mapping import ImportMapping

TARGET = Target(
    table="renewals_contractline",
    match="t.term_id = s.term_id AND t.external_id = s.external_id",
    has_times=False,
    columns=(
        Column(name="contract_id", value="s.contract_ref", is_fixed=True),
        Column(name="term_id", value="s.term_id", is_fixed=True),
        Column(name="external_id", value="s.external_id", is_fixed=True),
        Column(name="product_id", value="s.product_ref"),
        Column(name="description", value="s.description", default="''"),
        Column(name="quantity", value="s.quantity", default="1"),
        Column(name="unit", value="s.unit", default="''"),
        Column(name="arr_amount", value="s.annual_amount"),
        Column(name="list_arr_amount", value="s.list_amount"),
        Column(name="is_recurring", value="s.is_recurring", default="true"),
        Column(name="starts_on", value="s.line_starts_on"),
        Column(name="ends_on", value="s.line_ends_on"),
    ),
)


def check_contract_lines(mapping: ImportMapping) -> None:
    """Refuse what cannot be taken and give each row its verdict."""
    resolve_references(CONTRACT_LINES)
    check_duplicates(CONTRACT_LINES, ("external_id", "contract", "starts_on"))
    _find_terms()
    find_products("import_staged")
    classify(TARGET)


def write_contract_lines(writing: Writing) -> dict[str, int]:
    """Write what the verdicts say, each changed term as a new version; return rows by table."""
    products = write_products("import_staged", writing)
    _stage_versions()
    _supersede(writing)
    terms = _write_versions(writing)
    return {"products": products, "terms": terms, "contract lines": _write_named(writing) + _carry_others(writing)}


def _stage_versions() -> None:
    """Stage a new version of each term whose lines change or become more: old id and new id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE import_versions ON COMMIT DROP AS SELECT term_id AS old_id,"
            " nextval(pg_get_serial_sequence('renewals_termversion', 'id')) AS new_id FROM"
            " (SELECT DISTINCT term_id FROM import_staged WHERE verdict IN ('create', 'update')) s"
        )


def _supersede(writing: Writing) -> None:
    run_sql(
        "WITH made AS (UPDATE renewals_termversion t SET superseded_at = greatest(%(now)s, t.recorded_at)"
        f" FROM import_versions v WHERE t.id = v.old_id RETURNING t.id, {as_json(['superseded_at'])} AS after)"
        " INSERT INTO renewals_importchange (workspace_id, run_id, table_name, row_id, action, before, after)"
        " SELECT %(workspace)s, %(run)s, 'renewals_termversion', id, 'updated', '{\"superseded_at\": null}', after"
        " FROM made",
        writing,
    )


def _write_versions(writing: Writing) -> int:
    copied = ", ".join("o.version + 1" if name == "version" else f"o.{name}" for name in TERM_COLUMNS)
    return kept_insert(
        f"INSERT INTO renewals_termversion AS t (id, workspace_id, {', '.join(TERM_COLUMNS)}, change_reason,"
        f" recorded_at, recorded_by) SELECT v.new_id, %(workspace)s, {copied}, 'import', %(now)s, %(by)s"
        " FROM import_versions v JOIN renewals_termversion o ON o.id = v.old_id",
        "renewals_termversion",
        TERM_COLUMNS,
        writing,
    )


def _write_named(writing: Writing) -> int:
    """Write the lines that the file names; an empty cell keeps what the line had."""
    values = {column.name: f"coalesce({column.value}, k.{column.name}, {column.default})" for column in TARGET.columns}
    values |= {
        "term_id": "v.new_id",
        "contract_id": "s.contract_ref",
        "external_id": "s.external_id",
        "item": "''",
        "is_suspended": "false",
    }
    return _insert_lines(
        f"{', '.join(values[name] for name in LINE_COLUMNS)} FROM import_staged s"
        " JOIN import_versions v ON v.old_id = s.term_id LEFT JOIN renewals_contractline k ON k.term_id = v.old_id"
        " AND k.external_id = s.external_id WHERE s.verdict IN ('create', 'update')",
        writing,
    )


def _carry_others(writing: Writing) -> int:
    carried = ", ".join("v.new_id" if name == "term_id" else f"k.{name}" for name in LINE_COLUMNS)
    return _insert_lines(
        f"{carried} FROM import_versions v JOIN renewals_contractline k ON k.term_id = v.old_id WHERE NOT EXISTS"
        " (SELECT FROM import_staged s WHERE s.term_id = v.old_id AND s.external_id = k.external_id"
        " AND s.verdict IN ('create', 'update'))",
        writing,
    )


def _insert_lines(selected: str, writing: Writing) -> int:
    return kept_insert(
        f"INSERT INTO renewals_contractline AS t (workspace_id, {', '.join(LINE_COLUMNS)})"
        f" SELECT %(workspace)s, {selected}",
        "renewals_contractline",
        LINE_COLUMNS,
        writing,
    )


def _find_terms() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """ALTER TABLE import_staged ADD term_id bigint, ADD product_ref bigint, ADD line_starts_on date,
            ADD line_ends_on date;
            UPDATE import_staged s SET term_id = t.id, line_starts_on = coalesce(s.starts_on, t.starts_on),
            line_ends_on = coalesce(s.ends_on, t.ends_on)
            FROM (SELECT i.row_number, (SELECT o.id FROM renewals_termversion o WHERE o.contract_id = i.contract_ref
                AND o.superseded_at IS NULL AND (i.starts_on IS NULL
                OR (o.starts_on <= i.starts_on AND coalesce(o.ends_on, 'infinity') >= i.starts_on))
                ORDER BY o.number DESC LIMIT 1) AS id FROM import_staged i WHERE i.verdict = 'ok') f
            JOIN renewals_termversion t ON t.id = f.id WHERE f.row_number = s.row_number"""
        )
    refuse(
        code="E-REF-03",
        field="contract",
        text="format('Contract ''%%s'' has no term%%s. Import the contract''s terms first.', s.contract,"
        " coalesce(' on ' || s.starts_on::text, ''))",
        where="s.term_id IS NULL",
    )
    refuse(
        code="E-RAMP-04",
        field="external_id",
        text="format('Line ''%%s'' is sold in phases. Amend it on the page of its contract.', s.external_id)",
        where="EXISTS (SELECT FROM renewals_contractline k WHERE k.term_id = s.term_id AND k.item <> ''"
        " AND s.external_id IN (k.external_id, k.item))",
    )


WRITER = KindWriter(spec=CONTRACT_LINES, check=check_contract_lines, write=write_contract_lines)
