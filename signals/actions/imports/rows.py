"""What a staged row of each kind says as signals, in the columns of the intake's staging rows."""

_OK = "s.verdict = 'ok'"


def _signal(place: int, kind: str, moment: str, value: str, *, where: str, text: str = "''") -> str:
    """Return the query for one signal per row, known by the row's id and the kind.

    `place` (0-9) keeps the signals of one row apart.
    """
    known_as = f"s.external_id || ':{kind.partition('.')[2]}'"
    return (
        f"SELECT s.row_number, s.row_number * 10 + {place} AS position, s.account, '{kind}' AS kind,"
        f" {moment} AS occurred_at, ({value})::double precision AS value, {known_as} AS external_id,"
        f" s.external_id AS subject, ({text})::text AS text, s.attributes, NULL::timestamptz AS expires_at,"
        f" ''::text AS author FROM import_staged s WHERE {_OK} AND {where}"
    )


SIGNAL_ROWS = f"""SELECT s.row_number, s.row_number AS position, s.account, s.kind, s.occurred_at,
s.value::double precision AS value, coalesce(s.external_id, '') AS external_id, coalesce(s.subject, '') AS subject,
coalesce(s.text, '') AS text, s.attributes, s.expires_at, coalesce(s.author, '') AS author
FROM import_staged s WHERE {_OK}"""

_PRIORITY = "coalesce(array_position(ARRAY['low', 'normal', 'high', 'urgent'], s.priority), 2)"
_SAID = "coalesce(s.title || E'\\n', '') || coalesce(s.text, '')"

TICKET_ROWS = " UNION ALL ".join(
    (
        _signal(
            0,
            "support.ticket_opened",
            "s.opened_at",
            _PRIORITY,
            where="true",
            text=f"left({_SAID}, 10000)",
        ),
        _signal(
            1,
            "support.ticket_resolved",
            "s.resolved_at",
            "extract(epoch FROM s.resolved_at - s.opened_at) / 3600",
            where="s.resolved_at IS NOT NULL",
        ),
        _signal(
            2,
            "support.csat",
            "coalesce(s.resolved_at, s.opened_at)",
            "s.satisfaction",
            where="s.satisfaction BETWEEN 1 AND 5",
        ),
        _signal(
            3,
            "support.escalation",
            "s.opened_at",
            "1",
            where="s.is_escalated",
        ),
    )
)

_DAY = "({0}::timestamp AT TIME ZONE 'UTC')"

INVOICE_ROWS = " UNION ALL ".join(
    (
        _signal(
            0,
            "billing.invoice_issued",
            _DAY.format("s.issued_on"),
            "s.amount",
            where="true",
        ),
        _signal(
            1,
            "billing.invoice_overdue",
            _DAY.format("(s.due_on + 1)"),
            "1",
            where="s.due_on < coalesce(s.paid_on, perennial_now()::date) AND coalesce(s.status, '') <> 'void'",
        ),
        _signal(
            2,
            "billing.invoice_paid",
            _DAY.format("s.paid_on"),
            "s.paid_on - coalesce(s.due_on, s.paid_on)",
            where="s.paid_on IS NOT NULL",
        ),
        _signal(
            3,
            "billing.payment_failed",
            _DAY.format("coalesce(s.due_on, s.issued_on)"),
            "s.amount",
            where="s.status = 'failed'",
        ),
    )
)
