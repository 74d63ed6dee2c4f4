"""Renewals that a file says are decided: opened if need be, closed with their outcome. The first outcome stays."""

from django.db import connection

from renewals.actions.imports.upsert import Column, Target, Writing, insert_rows, kept_insert, run_sql, update_rows
from renewals.core.imports.problems import broken
from renewals.queries.library import outcome_bounds

NO_REASON = "no_reason_given"
OPENED_DAYS_BEFORE = 120

# Accounts without an owner are answered for by whoever imports, else by the workspace's first admin.
_OWNERS = """UPDATE import_decisions s SET owner_id = coalesce(a.owner_id, d.user_id) FROM renewals_account a,
    (SELECT m.user_id FROM renewals_membership m WHERE m.is_active
    ORDER BY m.user_id = %(user)s DESC NULLS LAST, m.role <> 'admin', m.id LIMIT 1) d WHERE a.id = s.account_id"""

RENEWAL = Target(
    table="renewals_renewal",
    rows="import_decisions s",
    match="t.contract_id = s.contract_id AND t.term_number = s.term_number",
    columns=(
        *(Column(name=name, value=f"s.{name}", is_fixed=True) for name in ("account_id", "contract_id", "term_number")),
        Column(name="due_on", value="s.due_on", is_fixed=True),
        Column(name="opened_on", value=f"least(s.decided_on, s.due_on - {OPENED_DAYS_BEFORE})", is_fixed=True),
        Column(name="closed_on", value="s.decided_on"),
        Column(name="stage", value="'closed'"),
        Column(name="forecast_category", value="'closed'"),
        Column(name="currency", value="s.currency", is_fixed=True),
        Column(name="target_amount", value="s.target", is_fixed=True),
        Column(name="final_amount", value="s.final"),
        *(
            Column(name=f"{role}_id", value="s.owner_id", is_fixed=True)
            for role in ("owner", "initiator", "negotiator", "finaliser")
        ),
    ),
)
OUTCOME_COLUMNS = ("renewal_id", "kind", "primary_reason", "contributing_reasons", "comment", "decided_on")
_DECISIONS = """CREATE TEMP TABLE import_decisions (account_id bigint, contract_id bigint, term_number integer,
    due_on date, decided_on date, currency text, target numeric, final numeric, result text, primary_reason text,
    reasons text[], comment text, owner_id bigint, target_id bigint, verdict text DEFAULT 'ok') ON COMMIT DROP"""


def close_contract_rows(writing: Writing) -> dict[str, int]:
    """Close the renewals of staged terms with an outcome, and with `observed_until` every term that ended by then.

    A term with a successor was renewed, one without had churned. What comes up is what runs on the last day; what was
    renewed is what runs on the first day of the next term.
    """
    return close_decisions(
        """SELECT c.account_id, c.id, t.number, t.ends_on + 1, t.ends_on + 1, c.currency, coalesce(u.up, 0),
        CASE WHEN n.id IS NULL THEN NULL ELSE coalesce(w.begun, 0) END,
        CASE WHEN i.outcome IN ('churned', 'renewed') THEN i.outcome WHEN n.id IS NULL THEN 'churned' ELSE 'renewed' END
        FROM import_terms i JOIN renewals_termversion t ON t.id = i.target_id
        JOIN renewals_contract c ON c.id = t.contract_id
        LEFT JOIN renewals_termversion n ON n.contract_id = t.contract_id AND n.superseded_at IS NULL
        AND n.number = t.number + 1
        LEFT JOIN (SELECT l.term_id, sum(l.arr_amount) AS up FROM renewals_contractline l
            JOIN renewals_termversion t ON t.id = l.term_id
            WHERE l.is_recurring AND (l.ends_on IS NULL OR l.ends_on >= t.ends_on) GROUP BY 1) u ON u.term_id = t.id
        LEFT JOIN (SELECT l.term_id, sum(l.arr_amount) AS begun FROM renewals_contractline l
            JOIN renewals_termversion t ON t.id = l.term_id
            WHERE l.is_recurring AND l.starts_on <= t.starts_on GROUP BY 1) w ON w.term_id = n.id
        WHERE t.ends_on IS NOT NULL AND (i.outcome IN ('churned', 'renewed')
        OR t.ends_on < %(observed_until)s::date)""",
        writing,
    )


def close_account_rows(writing: Writing) -> dict[str, int]:
    """Close one renewal per staged account row with an outcome; its contract is made for it, with the account's id."""
    if not _has_outcomes():
        return {}
    written = _contracts_of_accounts(writing)
    return written | close_decisions(
        """SELECT c.account_id, c.id, 1, t.ends_on + 1, t.ends_on + 1, c.currency, coalesce(s.annual_amount, 0),
        NULL, s.outcome FROM import_staged s JOIN renewals_contract c ON c.external_id = s.external_id
        JOIN renewals_termversion t ON t.contract_id = c.id AND t.number = 1 AND t.superseded_at IS NULL
        WHERE s.outcome IN ('churned', 'renewed') AND s.target_id IS NOT NULL""",
        writing,
    )


def close_decisions(selected: str, writing: Writing) -> dict[str, int]:
    """Close the renewals that the query selects (the first nine, or all twelve, columns of the decisions)."""
    _stage_decisions(selected, writing)
    renewals = insert_rows(RENEWAL, writing) + update_rows(RENEWAL, writing)
    bounds = outcome_bounds()
    outcomes = kept_insert(
        f"""INSERT INTO renewals_outcome AS t (workspace_id, renewal_id, kind, primary_reason, contributing_reasons,
        comment, decided_on, recorded_at, recorded_by) SELECT %(workspace)s, s.target_id,
        CASE WHEN s.result <> 'renewed' THEN s.result WHEN s.target = 0 AND s.final = 0 THEN 'flat'
        WHEN s.final > s.target * {bounds.flat_until} THEN 'expanded'
        WHEN s.final < s.target * {bounds.flat_from} THEN 'contracted' ELSE 'flat' END,
        coalesce(s.primary_reason, '{NO_REASON}'), coalesce(s.reasons, '{{}}'), coalesce(s.comment, ''), s.decided_on,
        %(now)s, %(by)s FROM import_decisions s WHERE s.verdict IN ('create', 'update')""",
        "renewals_outcome",
        OUTCOME_COLUMNS,
        writing,
    )
    return {"renewals": renewals, "outcomes": outcomes}


def _stage_decisions(selected: str, writing: Writing) -> None:
    columns = "account_id, contract_id, term_number, due_on, decided_on, currency, target, final, result"
    more = ", primary_reason, reasons, comment" if "s.primary_reason" in selected else ""
    run_sql(_DECISIONS, writing)
    if not run_sql(f"INSERT INTO import_decisions ({columns}{more}) {selected}", writing):
        return
    _check_somebody_owns(writing)
    run_sql(_OWNERS, writing)
    run_sql(
        "UPDATE import_decisions SET final = CASE WHEN result = 'churned' THEN 0 ELSE coalesce(final, target) END;"
        "UPDATE import_decisions s SET target_id = t.id, verdict = CASE t.stage WHEN 'closed' THEN 'unchanged'"
        f" ELSE 'update' END FROM renewals_renewal t WHERE {RENEWAL.match};"
        "UPDATE import_decisions SET verdict = 'create',"
        " target_id = nextval(pg_get_serial_sequence('renewals_renewal', 'id')) WHERE verdict = 'ok'",
        writing,
    )


def _contracts_of_accounts(writing: Writing) -> dict[str, int]:
    """Make a contract with one ended term for each row taken; it lasts its tenure (at least a day), else a year.

    A repeated or refused row has no account of its own (`target_id`): it may name the same id, and makes nothing.
    """
    fresh = (
        "FROM import_staged s JOIN renewals_account a ON a.id = s.target_id WHERE s.outcome IN ('churned', 'renewed')"
        " AND NOT EXISTS (SELECT FROM renewals_contract c WHERE c.external_id = s.external_id)"
    )
    contracts = kept_insert(
        "INSERT INTO renewals_contract AS t (workspace_id, account_id, external_id, name, currency, timezone, source,"
        " created_at, updated_at) SELECT %(workspace)s, a.id, s.external_id, a.name, a.currency, '', %(source)s,"
        f" %(now)s, %(now)s {fresh}",
        "renewals_contract",
        ("account_id", "external_id", "name", "currency"),
        writing,
    )
    terms = kept_insert(
        "INSERT INTO renewals_termversion AS t (workspace_id, contract_id, number, version, starts_on, ends_on,"
        " notice_period, notice_unit, is_auto_renewing, end_action, change_reason, recorded_at, recorded_by)"
        " SELECT %(workspace)s, c.id, 1, 1, least(coalesce(s.decided_on, %(now)s::date) - 1,"
        " (coalesce(s.decided_on, %(now)s::date) - make_interval(months => coalesce(s.tenure_months, 12)))::date),"
        " coalesce(s.decided_on, %(now)s::date) - 1, 0,"
        " 'days', false, 'manual', '', %(now)s, %(by)s FROM import_staged s"
        " JOIN renewals_contract c ON c.external_id = s.external_id WHERE s.outcome IN ('churned', 'renewed')"
        " AND s.target_id IS NOT NULL AND NOT EXISTS (SELECT FROM renewals_termversion o WHERE o.contract_id = c.id)",
        "renewals_termversion",
        ("contract_id", "number", "version", "starts_on", "ends_on"),
        writing,
    )
    return {"contracts": contracts, "terms": terms, "contract lines": _lines_of_accounts(writing)}


def _lines_of_accounts(writing: Writing) -> int:
    """Give each of these terms that has an amount one line with it."""
    return kept_insert(
        "INSERT INTO renewals_contractline AS t (workspace_id, contract_id, term_id, external_id, description,"
        " quantity, unit, arr_amount, is_recurring, starts_on, ends_on)"
        " SELECT %(workspace)s, c.id, o.id, 'subscription', '', 1, '', s.annual_amount, true, o.starts_on, o.ends_on"
        " FROM import_staged s JOIN renewals_contract c ON c.external_id = s.external_id"
        " JOIN renewals_termversion o ON o.contract_id = c.id"
        " WHERE s.outcome IN ('churned', 'renewed') AND s.target_id IS NOT NULL AND s.annual_amount IS NOT NULL"
        " AND NOT EXISTS (SELECT FROM renewals_contractline l WHERE l.term_id = o.id)",
        "renewals_contractline",
        ("contract_id", "term_id", "external_id", "arr_amount"),
        writing,
    )


def _check_somebody_owns(writing: Writing) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM renewals_membership WHERE is_active)")
        if not cursor.fetchone()[0]:
            raise broken(
                "E-REF-04", "Renewals need an owner and this workspace has no member yet. Create a user first."
            )


def _has_outcomes() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM import_staged WHERE outcome IN ('churned', 'renewed'))")
        return bool(cursor.fetchone()[0])
