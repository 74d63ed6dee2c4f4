"""Rows of a file of contracts that stand for the same line of the same term."""

from django.db import connection

from renewals.actions.imports.checks import refuse


def check_contract_duplicates() -> None:
    """Set exact repetitions aside; refuse a second amount for one product of one term (E-DUP-01).

    Rows of one contract with one start and different products are lines of one term, so they are no duplicates.
    """
    key = "external_id, starts_on, coalesce(product, '')"
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE import_staged s SET verdict = 'duplicate' FROM (SELECT row_number, row_number() OVER"
            f" (PARTITION BY {key}, fingerprint ORDER BY row_number) AS place FROM import_staged"
            " WHERE verdict = 'ok') d WHERE d.row_number = s.row_number AND d.place > 1"
        )
    refuse(
        code="E-DUP-01",
        field="external_id",
        text="format('Rows %%s and %%s are the same contract (%%s).', d.first, s.row_number, s.external_id)",
        source=f"(SELECT row_number, min(row_number) OVER (PARTITION BY {key}) AS first FROM import_staged"
        " WHERE verdict = 'ok') d",
        where="d.row_number = s.row_number AND d.first < s.row_number",
    )
