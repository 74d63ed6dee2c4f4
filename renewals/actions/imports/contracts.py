"""Contracts from staged rows: one contract per id, one term per start, one line per product with an amount.

A term that says something else than before is superseded by a new version; rows of one id follow each other in time.
"""

from django.db import connection

from renewals.actions.imports.checks import check_same_account, refuse, resolve_references, warn
from renewals.actions.imports.closing import close_contract_rows
from renewals.actions.imports.contract_terms import check_terms, renew_terms_of_changed_lines, write_terms
from renewals.actions.imports.duplicates import check_contract_duplicates
from renewals.actions.imports.products import find_products, write_products
from renewals.actions.imports.upsert import Column, Target, Writing, classify, insert_rows, update_rows
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.kinds.contracts import CONTRACTS
from renewals.core.imports.mapping import ImportMapping

CONTRACT = Target(
    table="renewals_contract",
    rows="import_contracts s",
    match="t.external_id = s.external_id",
    columns=(
        Column(name="external_id", value="s.external_id", is_fixed=True),
        Column(name="account_id", value="s.account_ref", is_fixed=True),
        Column(name="name", value="s.name", default="coalesce(s.product, s.external_id)"),
        Column(
            name="currency",
            value="s.currency",
            default="(SELECT currency FROM renewals_account a WHERE a.id = s.account_ref)",
        ),
        Column(name="timezone", value="s.timezone", default="''"),
        Column(name="signed_on", value="s.signed_on"),
        Column(name="cancelled_on", value="s.cancelled_on"),
        Column(name="source", value="nullif(%(source)s, '')", default="''", is_fixed=True),
    ),
)


def check_contracts(mapping: ImportMapping) -> None:
    """Refuse what cannot be taken and give each row its verdict, the weightiest of contract, term and line."""
    check_contract_duplicates()
    resolve_references(CONTRACTS)
    check_same_account("renewals_contract", "Contract")
    _check_outcomes()
    _check_overlaps()
    _check_price_terms()
    _stage_contracts()
    classify(CONTRACT)
    check_terms()
    _stage_lines()
    renew_terms_of_changed_lines()
    _warn_of_gaps()
    _judge_rows()


def write_contracts(writing: Writing) -> dict[str, int]:
    """Write what the verdicts say; return rows by table."""
    products = write_products("import_lines", writing)
    contracts = insert_rows(CONTRACT, writing) + update_rows(CONTRACT, writing)
    written = {"products": products, "contracts": contracts}
    return written | write_terms(writing) | close_contract_rows(writing)


def _check_outcomes() -> None:
    refuse(
        code="E-OUT-01",
        field="ends_on",
        text="'An outcome needs the end of the term it closes.'",
        where="s.outcome IN ('churned', 'renewed') AND s.ends_on IS NULL",
    )


def _check_overlaps() -> None:
    """Refuse a row whose term meets an earlier one of the same contract, in this file or known (E-DATE-05)."""
    refuse(
        code="E-DATE-05",
        field="starts_on",
        source="""(SELECT DISTINCT ON (s.row_number) s.row_number, e.starts_on, e.ends_on FROM import_staged s
            JOIN import_staged e ON e.external_id = s.external_id AND e.verdict = 'ok'
            AND (e.starts_on, e.row_number) < (s.starts_on, s.row_number)
            AND (e.starts_on <> s.starts_on OR e.ends_on IS DISTINCT FROM s.ends_on)
            AND coalesce(e.ends_on, 'infinity') >= s.starts_on
            WHERE s.verdict = 'ok' ORDER BY s.row_number, e.starts_on DESC) o""",
        text="format('Overlaps the term %%s – %%s of the same contract.', o.starts_on,"
        " coalesce(o.ends_on::text, 'open-ended'))",
        where="o.row_number = s.row_number",
    )
    refuse(
        code="E-DATE-05",
        field="starts_on",
        source="renewals_contract c, renewals_termversion o",
        text="format('Overlaps term %%s (%%s – %%s).', o.number, o.starts_on, coalesce(o.ends_on::text, 'open-ended'))",
        where="c.external_id = s.external_id AND o.contract_id = c.id AND o.superseded_at IS NULL"
        " AND o.starts_on <> s.starts_on AND coalesce(o.ends_on, 'infinity') >= s.starts_on"
        " AND o.starts_on <= coalesce(s.ends_on, 'infinity')",
    )
    refuse(
        code="E-TERM-01",
        field="starts_on",
        source="(SELECT c.external_id, min(o.starts_on) AS starts_on FROM renewals_contract c"
        " JOIN renewals_termversion o ON o.contract_id = c.id AND o.superseded_at IS NULL GROUP BY 1) k",
        text="format('Lies before the first known term of this contract (%%s).', k.starts_on)",
        where="k.external_id = s.external_id AND s.starts_on < k.starts_on",
    )


def _check_price_terms() -> None:
    """Refuse percentages that cannot be, and an agreed price uplift above the cap, whichever of both was known."""
    known = (
        "(SELECT i.row_number, round(coalesce(i.uplift_percent, o.uplift_percent), 3) AS uplift,"
        " round(coalesce(i.cap_percent, o.cap_percent), 3) AS cap FROM import_staged i"
        " LEFT JOIN renewals_contract c ON c.external_id = i.external_id"
        " LEFT JOIN renewals_termversion o ON o.contract_id = c.id AND o.starts_on = i.starts_on"
        " AND o.superseded_at IS NULL WHERE i.verdict = 'ok') k"
    )
    refuse(
        code="E-PRICE-01",
        field="cap_percent",
        source=known,
        text="format('Agreed are a price uplift of %%s %%%% and a cap of %%s %%%%: percentages run from -100 to 1000,"
        " and an uplift stays below its cap.', coalesce(k.uplift::text, 'no'), coalesce(k.cap::text, 'no'))",
        where="k.row_number = s.row_number AND (k.uplift > k.cap OR k.uplift NOT BETWEEN -100 AND 1000"
        " OR k.cap NOT BETWEEN -100 AND 1000)",
    )


def _stage_contracts() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE import_contracts ON COMMIT DROP AS SELECT DISTINCT ON (external_id) external_id,"
            " account_ref, name, product, currency, timezone, signed_on, cancelled_on, NULL::bigint AS target_id,"
            " 'ok' AS verdict FROM import_staged WHERE verdict = 'ok' ORDER BY external_id, starts_on DESC, row_number"
        )


def _stage_lines() -> None:
    """Stage one line per row with an amount; its id within the term is the product."""
    with connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMP TABLE import_lines ON COMMIT DROP AS SELECT s.row_number, t.contract_id,
            t.verdict AS term_verdict, t.target_id AS term_id, t.old_id AS old_term_id,
            coalesce(s.product, 'subscription') AS external_id, s.product, NULL::bigint AS product_ref,
            s.quantity, s.unit, s.annual_amount, t.starts_on, t.ends_on, t.old_ends_on,
            NULL::bigint AS target_id, 'ok' AS verdict FROM import_staged s
            JOIN import_terms t ON t.external_id = s.external_id AND t.starts_on = s.starts_on
            WHERE s.verdict = 'ok' AND s.annual_amount IS NOT NULL"""
        )
    find_products("import_lines")


def _judge_rows() -> None:
    """Give each row the weightiest verdict of what it fills."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE import_staged s SET verdict = CASE
            WHEN t.verdict = 'create' THEN 'create'
            WHEN t.verdict = 'update' OR c.verdict = 'update' THEN 'update' ELSE 'unchanged' END
            FROM import_terms t JOIN import_contracts c ON c.external_id = t.external_id
            WHERE s.verdict = 'ok' AND t.external_id = s.external_id AND t.starts_on = s.starts_on"""
        )


def _warn_of_gaps() -> None:
    warn(
        code="W-DATE-06",
        field="starts_on",
        source="(SELECT external_id, starts_on, lag(ends_on) OVER (PARTITION BY external_id ORDER BY starts_on)"
        " AS before FROM import_terms) g",
        text="format('Gap of %%s days after the term before (to %%s).', s.starts_on - g.before - 1, g.before)",
        where="g.external_id = s.external_id AND g.starts_on = s.starts_on AND s.starts_on > g.before + 1",
    )


WRITER = KindWriter(spec=CONTRACTS, check=check_contracts, write=write_contracts)
