"""The fields of a file of accounts, or of a flat table with one row per account and a known end."""

from renewals.core.imports.kinds.rules import AMOUNT_FIELDS, completed_amount, period_rule
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec, RowContext, RowValues

T = FieldType

COMPLEXITIES = ("low", "standard", "high")

FIELDS = (
    FieldSpec(
        name="external_id",
        type=T.IDENTIFIER,
        label="Account id",
        help="The id the account has where the file comes from; the same id is the same account.",
        is_required=True,
        synonyms=(
            *("account_id", "customer_id", "customerid", "company_id", "account", "id", "client_id", "org_id"),
            *("user_id", "subscriber_id", "member_id", "tenant_id"),
        ),
    ),
    FieldSpec(
        name="name",
        label="Account name",
        help="Without a column the account id is shown.",
        synonyms=(
            "account_name",
            "company",
            "company_name",
            "customer_name",
            "account",
            "organisation",
            "organization",
        ),
    ),
    FieldSpec(
        name="parent",
        type=T.IDENTIFIER,
        label="Parent account",
        help="Id of the account above; may stand anywhere in the same file.",
        synonyms=("parent_id", "parent_account", "subsidiary_of", "parent_account_id"),
        refers_to="account",
    ),
    FieldSpec(
        name="owner",
        type=T.EMAIL,
        label="Owner",
        help="E-mail of a member of this workspace.",
        synonyms=("owner_email", "csm", "csm_email", "account_owner", "account_manager_email"),
        refers_to="member",
    ),
    FieldSpec(
        name="team", label="Team", help="Name of a team of this workspace.", synonyms=("team_name",), refers_to="team"
    ),
    FieldSpec(name="industry", label="Industry", max_length=100, synonyms=("sector", "vertical", "branch")),
    FieldSpec(
        name="region", label="Region", max_length=60, synonyms=("territory", "state", "regional_office", "area", "geo")
    ),
    FieldSpec(
        name="country",
        type=T.COUNTRY,
        label="Country",
        help="ISO code or English name.",
        synonyms=("country_code", "office_location", "billing_country", "location"),
    ),
    FieldSpec(
        name="timezone",
        type=T.ZONE,
        label="Time zone",
        help="A region such as Europe/Berlin.",
        synonyms=("time_zone", "tz"),
    ),
    FieldSpec(
        name="currency",
        type=T.CURRENCY,
        label="Currency",
        help="Three letters of ISO 4217; without a column, the workspace's currency.",
        synonyms=("currency_code", "billing_currency"),
    ),
    FieldSpec(
        name="product_complexity",
        type=T.CHOICE,
        label="Product complexity",
        choices=COMPLEXITIES,
        synonyms=("complexity",),
    ),
    FieldSpec(
        name="employees",
        type=T.INTEGER,
        label="Employees",
        lowest=0,
        highest=10_000_000,
        synonyms=("headcount", "number_of_employees", "company_size", "staff"),
    ),
    FieldSpec(
        name="started_on",
        type=T.DATE,
        label="Account since",
        help="First day as a subscriber.",
        synonyms=(
            "signup_date",
            "start_date",
            "created",
            "customer_since",
            "created_at",
            "onboarded_on",
            "signed_up_on",
        ),
    ),
    FieldSpec(
        name="ended_on",
        type=T.DATE,
        label="Account until",
        help="Last day as a subscriber; empty while it lasts.",
        synonyms=("customer_until", "churn_date", "churned_on", "end_date", "cancelled_on", "closed_on"),
    ),
    FieldSpec(
        name="tenure_months",
        type=T.INTEGER,
        label="Months as a subscriber",
        help="Only with [outcome]: how long the account had been with us when its renewal was decided.",
        lowest=0,
        highest=1200,
        synonyms=("tenure", "months_active", "account_length"),
    ),
    FieldSpec(
        name="decided_on",
        type=T.DATE,
        label="Decided on",
        help="Only with [outcome]: the day the renewal was decided; without it, the day of the import.",
        synonyms=("decision_date", "renewal_date"),
    ),
    *AMOUNT_FIELDS[:2],
)


def _complete(row: RowValues, context: RowContext) -> RowValues:
    return completed_amount(row)


ACCOUNTS = KindSpec(
    name="accounts",
    label="Accounts",
    noun="account",
    help="One row per account. Other columns may be kept as attributes, which features may use.",
    fields=FIELDS,
    keeps_attributes=True,
    takes_outcome=True,
    derive=_complete,
    derived=("annual_amount",),
    rules=(period_rule("started_on", "ended_on", "Account", may_be_one_day=True),),
)
