"""The fields of a file of contract lines: what is sold under a term, with its amount for a year."""

from renewals.core.imports.kinds.rules import (
    AMOUNT_FIELDS,
    completed_amount,
    completed_period,
    free_rule,
    money_rule,
    period_rule,
)
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec, RowContext, RowValues

T = FieldType

FIELDS = (
    FieldSpec(
        name="external_id",
        type=T.IDENTIFIER,
        label="Line id",
        help="Unique within the term; a product name will do.",
        is_required=True,
        synonyms=("line_id", "contract_line_id", "item_id", "product", "product_id", "sku", "id"),
    ),
    FieldSpec(
        name="contract",
        type=T.IDENTIFIER,
        label="Contract",
        help="Id of the contract, which must be known already.",
        is_required=True,
        synonyms=("contract_id", "subscription_id", "agreement_id", "subscription"),
        refers_to="contract",
    ),
    FieldSpec(name="product", label="Product", synonyms=("product_name", "plan", "item", "sku")),
    FieldSpec(name="description", label="Description", synonyms=("details", "line_description")),
    FieldSpec(name="quantity", type=T.DECIMAL, label="Quantity", synonyms=("qty", "seats", "licenses", "licences")),
    FieldSpec(name="unit", label="Unit", max_length=30, synonyms=("units",)),
    *AMOUNT_FIELDS,
    FieldSpec(
        name="list_amount",
        type=T.MONEY,
        label="Annual list price",
        help="The amount for a year before discounts.",
        synonyms=("list_price", "list_arr_amount", "list_arr"),
    ),
    FieldSpec(name="is_recurring", type=T.BOOLEAN, label="Recurring", synonyms=("recurring", "is_subscription")),
    FieldSpec(
        name="starts_on",
        type=T.DATE,
        label="Line start",
        help="Chooses the term it belongs to; without it, the contract's latest term.",
        synonyms=("start_date", "start", "from_date", "valid_from"),
    ),
    FieldSpec(
        name="ends_on",
        type=T.DATE,
        label="Line end",
        help="Last day, inclusive; without it, the end of the term.",
        synonyms=("end_date", "end", "to_date", "valid_to"),
    ),
    FieldSpec(
        name="ends_before",
        type=T.DATE,
        label="First day after the line",
        help="Instead of the line end, where one term's end is the next one's start.",
        synonyms=("end_exclusive",),
    ),
    FieldSpec(
        name="term_months", type=T.INTEGER, label="Months of the term", lowest=1, highest=600, synonyms=("term_length",)
    ),
)


def _complete(row: RowValues, context: RowContext) -> RowValues:
    period = completed_period(row, context)
    return period | completed_amount({**row, **period})


CONTRACT_LINES = KindSpec(
    name="contract_lines",
    label="Contract lines",
    noun="contract line",
    help="One row per product sold under a term.",
    fields=FIELDS,
    key=("contract", "starts_on", "external_id"),
    derive=_complete,
    derived=("ends_on", "annual_amount"),
    rules=(
        period_rule("starts_on", "ends_on", "Line", may_be_one_day=True),
        money_rule("annual_amount", "monthly_amount", "term_amount", "list_amount"),
        free_rule,
    ),
    one_of=(("annual_amount", "monthly_amount", "term_amount"),),
)
