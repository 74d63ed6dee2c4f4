"""The fields of a file of success milestones with their evidence."""

from renewals.core.imports.kinds.rules import money_rule
from renewals.core.imports.problems import Problem
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec, RowContext, RowValues

T = FieldType

FIELDS = (
    FieldSpec(
        name="external_id",
        type=T.IDENTIFIER,
        label="Milestone id",
        help="Unique within the account.",
        is_required=True,
        synonyms=("milestone_id", "id", "milestone"),
    ),
    FieldSpec(
        name="account",
        type=T.IDENTIFIER,
        label="Account",
        is_required=True,
        synonyms=("account_id", "customer_id", "company_id"),
        refers_to="account",
    ),
    FieldSpec(name="name", label="Milestone", is_required=True, synonyms=("milestone_name", "milestone", "goal")),
    FieldSpec(name="target_on", type=T.DATE, label="Target date", synonyms=("target_date", "due_date", "planned_on")),
    FieldSpec(
        name="achieved_on", type=T.DATE, label="Achieved on", synonyms=("achieved_date", "completed_on", "done_on")
    ),
    FieldSpec(
        name="evidence",
        type=T.LONG_TEXT,
        label="Evidence",
        help="Required when the milestone is achieved.",
        max_length=5000,
        synonyms=("proof", "notes"),
    ),
    FieldSpec(
        name="confirmed_by",
        type=T.IDENTIFIER,
        label="Confirmed by",
        help="Id of the contact who confirmed it.",
        synonyms=("confirmed_by_id",),
        refers_to="contact",
    ),
    FieldSpec(name="confirmed_on", type=T.DATE, label="Confirmed on", synonyms=("confirmed_date",)),
    FieldSpec(
        name="gain_amount",
        type=T.MONEY,
        label="Gain a year",
        help="What it brings the account in a year, by its own statement.",
        synonyms=("annual_gain", "gain", "savings", "benefit", "roi_amount", "annual_value"),
    ),
    FieldSpec(name="currency", type=T.CURRENCY, label="Currency", synonyms=("currency_code", "gain_currency")),
    FieldSpec(
        name="gain_source",
        label="Source of the gain",
        help="Who or what says so; required with a gain.",
        max_length=300,
        synonyms=("gain_stated_by", "savings_source", "source_of_gain"),
    ),
)


def _evidence(row: RowValues, context: RowContext) -> Problem | None:
    if row.get("achieved_on") and not row.get("evidence"):
        return Problem(code="E-EVID-01", text="An achieved milestone needs its evidence.")
    return None


def _confirmation(row: RowValues, context: RowContext) -> Problem | None:
    if bool(row.get("confirmed_by")) != bool(row.get("confirmed_on")):
        return Problem(code="E-EVID-02", text="A confirmation needs both the contact and the day.")
    if row.get("confirmed_on") and not row.get("achieved_on"):
        return Problem(code="E-EVID-02", text="Only an achieved milestone can be confirmed.")
    return None


def _gain(row: RowValues, context: RowContext) -> Problem | None:
    if row.get("gain_amount") is not None and not row.get("gain_source"):
        return Problem(code="E-EVID-03", text="A gain needs its source: who or what says so.")
    return None


MILESTONES = KindSpec(
    name="milestones",
    label="Milestones",
    noun="milestone",
    help="One row per success milestone of an account.",
    fields=FIELDS,
    key=("account", "external_id"),
    rules=(_evidence, _confirmation, _gain, money_rule("gain_amount")),
)
