"""The fields of a file of renewal outcomes: how a contract's renewal ended and why."""

from renewals.core.imports.kinds.rules import money_rule
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec

T = FieldType

RESULTS = ("renewed", "churned", "contracted", "flat", "expanded")

FIELDS = (
    FieldSpec(
        name="contract",
        type=T.IDENTIFIER,
        label="Contract",
        is_required=True,
        synonyms=("contract_id", "subscription_id", "agreement_id", "subscription"),
        refers_to="contract",
    ),
    FieldSpec(
        name="decided_on",
        type=T.DATE,
        label="Decided on",
        help="The day the renewal was won or lost.",
        is_required=True,
        synonyms=("churn_date", "closed_on", "close_date", "decision_date", "date"),
    ),
    FieldSpec(
        name="due_on",
        type=T.DATE,
        label="Renewal date",
        help="First day after the term that was up; without it, the term that ends nearest to the decision.",
        synonyms=("renewal_date", "due_date"),
    ),
    FieldSpec(
        name="result",
        type=T.CHOICE,
        label="Result",
        help="'renewed' is told apart into contracted, flat and expanded by the amount.",
        is_required=True,
        choices=RESULTS,
        synonyms=("outcome", "status", "deal_stage", "stage"),
    ),
    FieldSpec(
        name="final_amount",
        type=T.MONEY,
        label="Final annual amount",
        help="What was renewed, for a year. Without it: nothing when churned, else the amount that was up.",
        synonyms=("renewed_amount", "close_value", "final_arr", "new_arr"),
    ),
    FieldSpec(
        name="primary_reason",
        label="Main reason",
        max_length=40,
        synonyms=("reason", "reason_code", "churn_reason", "loss_reason"),
    ),
    FieldSpec(
        name="contributing_reasons",
        label="Other reasons",
        help="Several with ; between.",
        synonyms=("other_reasons", "secondary_reasons"),
    ),
    FieldSpec(
        name="comment",
        type=T.LONG_TEXT,
        label="Comment",
        max_length=5000,
        synonyms=("feedback_text", "feedback", "notes", "comments"),
    ),
)

OUTCOMES = KindSpec(
    name="outcomes",
    label="Renewal outcomes",
    noun="outcome",
    help="One row per closed renewal; a renewal that is closed keeps its first outcome.",
    fields=FIELDS,
    key=("contract", "due_on", "decided_on"),
    rules=(money_rule("final_amount"),),
)
