"""Products named by imported lines: found by id or name, made when new."""

from django.db import connection

from renewals.actions.imports.upsert import Writing, kept_insert


def find_products(rows: str) -> None:
    """Set `product_ref` of staged lines whose product is known."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {rows} s SET product_ref = p.id FROM renewals_product p"
            " WHERE s.product IS NOT NULL AND lower(p.external_id) = lower(s.product)"
        )
        cursor.execute(
            f"UPDATE {rows} s SET product_ref = p.id FROM renewals_product p"
            " WHERE s.product_ref IS NULL AND s.product IS NOT NULL AND lower(p.name) = lower(s.product)"
        )


def write_products(rows: str, writing: Writing) -> int:
    """Make the products that staged lines name and nobody knows; return how many."""
    made = kept_insert(
        "INSERT INTO renewals_product AS t (workspace_id, external_id, name, complexity)"
        f" SELECT DISTINCT ON (lower(s.product)) %(workspace)s, s.product, s.product, 'standard' FROM {rows} s"
        " WHERE s.product IS NOT NULL AND s.product_ref IS NULL ORDER BY lower(s.product), s.product",
        "renewals_product",
        ("external_id", "name", "complexity"),
        writing,
    )
    find_products(rows)
    return made
