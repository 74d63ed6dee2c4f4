"""The fields of files of support tickets and of invoices; each row becomes the signals it gives rise to."""

from datetime import date, datetime

from renewals.core.imports.problems import Problem
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec, RowContext, RowRule, RowValues

T = FieldType

PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("open", "paid", "failed", "void")

WHOSE = (
    FieldSpec(
        name="account",
        type=T.IDENTIFIER,
        label="Account",
        help="Id of the account; or give the contract.",
        synonyms=(
            *("account_id", "customer_id", "company_id", "customerid", "customer"),
            *("client_id", "org_id", "user_id", "subscriber_id", "member_id", "tenant_id"),
        ),
        refers_to="account",
    ),
    FieldSpec(
        name="contract",
        type=T.IDENTIFIER,
        label="Contract",
        help="Id of the contract, where the file knows no account.",
        synonyms=("contract_id", "subscription_id", "subscription"),
        refers_to="contract",
    ),
)


def order_rule(first: str, second: str, text: str) -> RowRule:
    """Return the rule that `second` does not lie before `first` (E-DATE-10)."""

    def rule(row: RowValues, context: RowContext) -> Problem | None:
        start, end = row.get(first), row.get(second)
        if isinstance(start, datetime) and isinstance(end, datetime):
            wrong = end < start
        else:
            wrong = isinstance(start, date) and isinstance(end, date) and end < start
        if not wrong:
            return None
        return Problem(code="E-DATE-10", text=f"{text} ({end} lies before {start}).", value=str(end))

    return rule


TICKETS = KindSpec(
    name="tickets",
    label="Support tickets",
    noun="ticket",
    help="One row per ticket: opening, solution, satisfaction and escalation become signals of the family support.",
    keeps_attributes=True,
    one_of=(("account", "contract"),),
    fields=(
        FieldSpec(
            name="external_id",
            type=T.IDENTIFIER,
            label="Ticket id",
            is_required=True,
            max_length=180,
            synonyms=("ticket_id", "case_id", "id", "number", "case_number", "key"),
        ),
        *WHOSE,
        FieldSpec(
            name="opened_at",
            type=T.MOMENT,
            label="Opened at",
            is_required=True,
            synonyms=("submitted_at", "created_at", "created", "opened", "opened_on", "submitted_on", "date"),
        ),
        FieldSpec(
            name="resolved_at",
            type=T.MOMENT,
            label="Solved at",
            synonyms=("closed_at", "closed", "solved_at", "resolved", "resolved_on", "closed_on"),
        ),
        FieldSpec(
            name="priority", type=T.CHOICE, label="Priority", choices=PRIORITIES, synonyms=("severity", "urgency")
        ),
        FieldSpec(name="title", label="Title", synonyms=("subject", "summary", "topic")),
        FieldSpec(
            name="text",
            type=T.LONG_TEXT,
            label="Text",
            help="Its tone is read.",
            max_length=10_000,
            synonyms=("description", "body", "message", "comment"),
        ),
        FieldSpec(
            name="satisfaction",
            type=T.DECIMAL,
            label="Satisfaction",
            help="1 to 5.",
            synonyms=("satisfaction_score", "csat", "rating"),
        ),
        FieldSpec(
            name="is_escalated",
            type=T.BOOLEAN,
            label="Escalated",
            synonyms=("escalation_flag", "escalated", "is_escalation"),
        ),
    ),
    rules=(order_rule("opened_at", "resolved_at", "Solved before it was opened"),),
)

INVOICES = KindSpec(
    name="invoices",
    label="Invoices",
    noun="invoice",
    help="One row per invoice: issue, lateness, payment and failure become signals of the family billing.",
    keeps_attributes=True,
    one_of=(("account", "contract"),),
    fields=(
        FieldSpec(
            name="external_id",
            type=T.IDENTIFIER,
            label="Invoice id",
            is_required=True,
            max_length=180,
            synonyms=("invoice_id", "invoice_number", "number", "id"),
        ),
        *WHOSE,
        FieldSpec(
            name="issued_on",
            type=T.DATE,
            label="Issued on",
            is_required=True,
            synonyms=("invoice_date", "issue_date", "date", "created", "issued"),
        ),
        FieldSpec(name="due_on", type=T.DATE, label="Due on", synonyms=("due_date", "due", "payable_by")),
        FieldSpec(
            name="paid_on", type=T.DATE, label="Paid on", synonyms=("paid_date", "payment_date", "paid_at", "paid")
        ),
        FieldSpec(
            name="amount",
            type=T.MONEY,
            label="Amount",
            may_be_negative=True,
            synonyms=("total", "amount_due", "invoice_amount", "value"),
        ),
        FieldSpec(name="currency", type=T.CURRENCY, label="Currency", synonyms=("currency_code",)),
        FieldSpec(name="status", type=T.CHOICE, label="Status", choices=STATUSES, synonyms=("state", "payment_status")),
    ),
    rules=(order_rule("issued_on", "due_on", "Due before it was issued"),),
)
