"""The fields of a file of contracts or subscriptions: one row per term; rows of one id are its successive terms."""

from renewals.core.imports.kinds.rules import (
    AMOUNT_FIELDS,
    completed_amount,
    completed_period,
    free_rule,
    money_rule,
    notice_rule,
    period_rule,
)
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec, RowContext, RowValues

T = FieldType

NOTICE_UNITS = ("days", "business_days", "weeks", "months")
END_ACTIONS = ("renew", "evergreen", "end", "manual")
BLANK_ENDS = ("open_ended", "one_term", "rolls")

FIELDS = (
    FieldSpec(
        name="external_id",
        type=T.IDENTIFIER,
        label="Contract id",
        help="Several rows with one id are successive terms of that contract.",
        is_required=True,
        synonyms=("contract_id", "subscription_id", "agreement_id", "opportunity_id", "id", "contract", "subscription"),
    ),
    FieldSpec(
        name="account",
        type=T.IDENTIFIER,
        label="Account",
        help="Id of the account, which must be known already.",
        is_required=True,
        synonyms=(
            *("account_id", "customer_id", "company_id", "customerid", "customer", "company"),
            *("client_id", "org_id", "user_id", "subscriber_id", "member_id", "tenant_id"),
        ),
        refers_to="account",
    ),
    FieldSpec(name="name", label="Contract name", synonyms=("contract_name", "subscription_name", "title")),
    FieldSpec(name="currency", type=T.CURRENCY, label="Currency", synonyms=("currency_code",)),
    FieldSpec(name="timezone", type=T.ZONE, label="Time zone of the contract", synonyms=("time_zone",)),
    FieldSpec(
        name="signed_on", type=T.DATE, label="Signed on", synonyms=("signature_date", "signed_date", "signed_at")
    ),
    FieldSpec(
        name="starts_on",
        type=T.DATE,
        label="Term start",
        help="First day of this term.",
        is_required=True,
        synonyms=("start_date", "contract_start", "term_start", "start", "from_date", "valid_from", "begin_date"),
    ),
    FieldSpec(
        name="ends_on",
        type=T.DATE,
        label="Term end",
        help="Last day of this term, inclusive. Empty: see 'When the end is empty'.",
        synonyms=("end_date", "contract_end", "term_end", "end", "to_date", "valid_to", "expiry_date", "expires_on"),
    ),
    FieldSpec(
        name="ends_before",
        type=T.DATE,
        label="First day after the term",
        help="Instead of the term end, where one term's end is the next one's start.",
        synonyms=("end_exclusive",),
    ),
    FieldSpec(
        name="term_months",
        type=T.INTEGER,
        label="Months of a term",
        lowest=1,
        highest=600,
        synonyms=("term_length", "contract_length_months", "term", "duration_months", "bill_period_months"),
    ),
    FieldSpec(
        name="blank_end",
        type=T.CHOICE,
        label="When the end is empty",
        help="open_ended, one_term (start plus the months of a term), or rolls (as many terms as reach the present).",
        choices=BLANK_ENDS,
    ),
    FieldSpec(name="cancelled_on", type=T.DATE, label="Cancelled on", synonyms=("cancellation_date", "cancel_date")),
    FieldSpec(
        name="notice_period",
        type=T.INTEGER,
        label="Notice period",
        lowest=0,
        highest=10_000,
        refusal_code="E-NOTICE-01",
        synonyms=("notice_days", "notice", "notice_period_days", "cancellation_period"),
    ),
    FieldSpec(name="notice_unit", type=T.CHOICE, label="Unit of the notice period", choices=NOTICE_UNITS),
    FieldSpec(
        name="is_auto_renewing",
        type=T.BOOLEAN,
        label="Renews by itself",
        synonyms=("auto_renew", "auto_renew_flag", "auto_renewal", "autorenew"),
    ),
    FieldSpec(name="end_action", type=T.CHOICE, label="When nobody acts at the end", choices=END_ACTIONS),
    FieldSpec(
        name="renewal_months",
        type=T.INTEGER,
        label="Months of the next term",
        lowest=1,
        highest=600,
        synonyms=("renewal_term", "renewal_term_months"),
    ),
    FieldSpec(
        name="uplift_percent",
        type=T.DECIMAL,
        label="Agreed price uplift in %",
        help="What the contract agrees for the next price: 5 is 5 %. It goes before offers and policy.",
        may_be_negative=True,
        synonyms=("agreed_uplift", "uplift", "price_uplift", "annual_increase"),
    ),
    FieldSpec(
        name="cap_percent",
        type=T.DECIMAL,
        label="Cap on the next price in %",
        help="The most the next price may rise by contract.",
        may_be_negative=True,
        synonyms=("price_cap", "cap", "uplift_cap", "increase_cap"),
    ),
    FieldSpec(
        name="price_clause",
        label="Where the contract says so",
        help="Document and clause of price uplift and cap; without it, the contract record itself is named.",
        max_length=300,
        synonyms=("price_clause_reference", "cap_clause", "uplift_clause"),
    ),
    *AMOUNT_FIELDS,
    FieldSpec(
        name="product",
        label="Product or plan",
        help="Becomes the contract's line when an amount is given.",
        synonyms=("plan", "plan_tier", "product_name", "plan_name", "sku", "product_id"),
    ),
    FieldSpec(
        name="quantity",
        type=T.DECIMAL,
        label="Quantity",
        synonyms=("seats", "licenses", "licences", "qty", "users", "units_count"),
    ),
    FieldSpec(name="unit", label="Unit", max_length=30, synonyms=("units", "unit_name")),
)


def _complete(row: RowValues, context: RowContext) -> RowValues:
    period = completed_period(row, context)
    return period | completed_amount({**row, **period})


CONTRACTS = KindSpec(
    name="contracts",
    label="Contracts and subscriptions",
    noun="contract",
    help="One row per term. Rows with the same contract id become its successive terms; they must not overlap.",
    fields=FIELDS,
    key=("external_id", "starts_on"),
    takes_outcome=True,
    derive=_complete,
    derived=("ends_on", "annual_amount"),
    rules=(
        period_rule("starts_on", "ends_on", "Contract"),
        notice_rule,
        money_rule("annual_amount", "monthly_amount", "term_amount"),
        free_rule,
    ),
)
