"""Outcomes of renewals from staged rows: each finds its term by the renewal date, else by the end nearest to it."""

from django.db import connection

from renewals.actions.imports.checks import check_duplicates, refuse, resolve_references, warn
from renewals.actions.imports.closing import close_decisions
from renewals.actions.imports.upsert import Writing
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.kinds.outcomes import OUTCOMES
from renewals.core.imports.mapping import ImportMapping
from renewals.queries.library import outcome_reasons

_NEAREST = """(SELECT o.number FROM renewals_termversion o WHERE o.contract_id = i.contract_ref
    AND o.superseded_at IS NULL AND o.ends_on IS NOT NULL AND (i.due_on IS NULL OR o.ends_on + 1 = i.due_on)
    ORDER BY abs(o.ends_on + 1 - i.decided_on), o.number LIMIT 1)"""


def check_outcomes(mapping: ImportMapping) -> None:
    """Refuse what cannot be taken; a renewal that is closed already is unchanged."""
    resolve_references(OUTCOMES)
    _check_reasons()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""ALTER TABLE import_staged ADD term_number integer;
            UPDATE import_staged s SET term_number = {_NEAREST.replace("i.", "s.")} WHERE s.verdict = 'ok'"""
        )
    refuse(
        code="E-REF-03",
        field="contract",
        text="format('Contract ''%%s'' has no term that ends%%s.', s.contract, coalesce(' before ' || s.due_on, ''))",
        where="s.term_number IS NULL",
    )
    check_duplicates(OUTCOMES, ("contract", "term_number"))
    _compare()


def write_outcomes(writing: Writing) -> dict[str, int]:
    """Close the renewals; return rows by table."""
    return close_decisions(
        """SELECT c.account_id, c.id, s.term_number, t.ends_on + 1, s.decided_on, c.currency,
        (SELECT coalesce(sum(l.arr_amount), 0) FROM renewals_contractline l WHERE l.term_id = t.id AND l.is_recurring
        AND l.starts_on <= t.ends_on AND (l.ends_on IS NULL OR l.ends_on >= t.ends_on)),
        s.final_amount, s.result, s.primary_reason, string_to_array(regexp_replace(s.contributing_reasons,
        '[[:space:]]*;[[:space:]]*', ';', 'g'), ';'), s.comment
        FROM import_staged s JOIN renewals_contract c ON c.id = s.contract_ref
        JOIN renewals_termversion t ON t.contract_id = c.id AND t.number = s.term_number AND t.superseded_at IS NULL
        WHERE s.verdict IN ('create', 'update')""",
        writing,
    )


def _check_reasons() -> None:
    known = [reason.key for reason in outcome_reasons()]
    listed = ", ".join(f"'{key}'" for key in known)
    refuse(
        code="E-ENUM-01",
        field="primary_reason",
        text=f"format('Reason ''%%s'' is unknown. Allowed: {', '.join(known)}.', s.primary_reason)",
        where=f"s.primary_reason IS NOT NULL AND s.primary_reason NOT IN ({listed})",
    )


def _compare() -> None:
    warn(
        code="W-OUT-02",
        field="result",
        source="renewals_renewal r, renewals_outcome o",
        text="format('This renewal was closed as %%s on %%s; that stays.', o.kind, o.decided_on)",
        where="r.contract_id = s.contract_ref AND r.term_number = s.term_number AND o.renewal_id = r.id"
        " AND o.kind <> s.result AND (s.result <> 'renewed' OR o.kind = 'churned')",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE import_staged s SET target_id = r.id, verdict = CASE r.stage WHEN 'closed' THEN 'unchanged'"
            " ELSE 'update' END FROM renewals_renewal r WHERE s.verdict = 'ok' AND r.contract_id = s.contract_ref"
            " AND r.term_number = s.term_number"
        )
        cursor.execute("UPDATE import_staged SET verdict = 'create' WHERE verdict = 'ok'")


WRITER = KindWriter(spec=OUTCOMES, check=check_outcomes, write=write_outcomes)
