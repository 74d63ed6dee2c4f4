"""The fields of a file of touchpoints. The ledger is append-only: a row that is known is never changed."""

from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec

T = FieldType

CHANNELS = ("email", "call", "meeting", "in_app", "letter", "other")
DIRECTIONS = ("outbound", "inbound")

FIELDS = (
    FieldSpec(
        name="external_id",
        type=T.IDENTIFIER,
        label="Touchpoint id",
        help="The same id from the same source is the same touchpoint.",
        is_required=True,
        max_length=130,
        synonyms=("touchpoint_id", "activity_id", "id", "interaction_id"),
    ),
    FieldSpec(
        name="account",
        type=T.IDENTIFIER,
        label="Account",
        is_required=True,
        synonyms=("account_id", "customer_id", "company_id"),
        refers_to="account",
    ),
    FieldSpec(
        name="contact", type=T.IDENTIFIER, label="Contact", synonyms=("contact_id", "person_id"), refers_to="contact"
    ),
    FieldSpec(
        name="occurred_at",
        type=T.MOMENT,
        label="Happened at",
        is_required=True,
        synonyms=("date", "occurred_on", "activity_date", "timestamp", "sent_at", "created_at"),
    ),
    FieldSpec(
        name="channel",
        type=T.CHOICE,
        label="Channel",
        is_required=True,
        choices=CHANNELS,
        synonyms=("type", "activity_type", "medium"),
    ),
    FieldSpec(name="direction", type=T.CHOICE, label="Direction", choices=DIRECTIONS),
    FieldSpec(name="is_automated", type=T.BOOLEAN, label="Automated", synonyms=("automated",)),
    FieldSpec(name="subject", label="Subject", is_required=True, max_length=300, synonyms=("title", "topic")),
    FieldSpec(
        name="summary",
        type=T.LONG_TEXT,
        label="Summary",
        max_length=20_000,
        synonyms=("notes", "body", "description", "text"),
    ),
    FieldSpec(name="outcome_code", label="Result", max_length=40, synonyms=("outcome", "result")),
    FieldSpec(name="by", label="By whom", max_length=150, synonyms=("owner", "author", "agent", "user")),
)

TOUCHPOINTS = KindSpec(
    name="touchpoints",
    label="Touchpoints",
    noun="touchpoint",
    help="One row per contact with an account. Known rows are left as they are; undo cannot remove them.",
    fields=FIELDS,
)
