"""The fields of files of signals, invoices and tickets. What a signal may say is the catalogue's to decide."""

from decimal import Decimal

from renewals.core.imports.problems import Problem
from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec, RowContext, RowRule, RowValues
from signals.core.imports.tickets import INVOICES, TICKETS, WHOSE
from signals.core.kinds import Catalogue
from signals.core.sentiment import Lexicon, tone_of

T = FieldType

FIELDS = (
    FieldSpec(
        name="external_id",
        type=T.IDENTIFIER,
        label="Signal id",
        help="Unique in its source. Without it, two equal signals of one moment are one.",
        synonyms=("signal_id", "event_id", "usage_id", "id", "uuid"),
    ),
    *WHOSE,
    FieldSpec(
        name="kind",
        label="Kind",
        help="family.name, as in usage.logins; often a constant.",
        is_required=True,
        max_length=64,
        synonyms=("signal_kind", "metric", "event", "event_name", "measure"),
    ),
    FieldSpec(
        name="occurred_at",
        type=T.MOMENT,
        label="Happened at",
        is_required=True,
        synonyms=("date", "timestamp", "occurred_on", "time", "usage_date", "event_date", "event_time", "created_at"),
    ),
    FieldSpec(
        name="value",
        type=T.DECIMAL,
        label="Value",
        may_be_negative=True,
        synonyms=("n", "count", "amount", "usage_count", "event_count", "occurrences", "quantity", "score"),
    ),
    FieldSpec(
        name="subject",
        label="About",
        help="The feature, ticket, invoice or mailing.",
        synonyms=("feature", "feature_name", "topic", "event_type"),
    ),
    FieldSpec(name="text", type=T.LONG_TEXT, label="Text", max_length=10_000, synonyms=("message", "comment", "body")),
    FieldSpec(name="author", label="Author", max_length=150, synonyms=("user", "reported_by", "agent")),
    FieldSpec(name="expires_at", type=T.MOMENT, label="Valid until", synonyms=("expires_on", "valid_until")),
)


def signals_kind(catalogue: Catalogue, lexicon: Lexicon) -> KindSpec:
    """Return the kind "signals" with the rules of this catalogue."""

    def complete(row: RowValues, context: RowContext) -> RowValues:
        spec = catalogue.spec(str(row.get("kind")))
        text = row.get("text")
        if spec is None or not spec.has_tone or row.get("value") is not None or not text:
            return {}
        tone = tone_of(str(text), lexicon=lexicon)
        read = {"+attributes": {"tone_confidence": tone.confidence, "tone_version": tone.version}}
        return read | ({"value": Decimal(str(tone.score))} if tone.hits else {})

    return KindSpec(
        name="signals",
        label="Signals",
        noun="signal",
        help="One row per thing seen about an account. Other columns may be kept with the signal.",
        fields=FIELDS,
        keeps_attributes=True,
        derive=complete,
        derived=("value",),
        rules=(_kind_rule(catalogue),),
        one_of=(("account", "contract"),),
    )


def import_kinds(catalogue: Catalogue, lexicon: Lexicon) -> tuple[KindSpec, ...]:
    """Return the kinds whose rows become signals."""
    return (signals_kind(catalogue, lexicon), INVOICES, TICKETS)


def _kind_rule(catalogue: Catalogue) -> RowRule:
    def rule(row: RowValues, context: RowContext) -> Problem | None:
        name = str(row.get("kind"))
        spec = catalogue.spec(name)
        if spec is None:
            text = f"'{name}' is no kind of signal. Write family.name; families: {', '.join(catalogue.families)}."
            return Problem(code="E-ENUM-01", text=text, column="kind", value=name)
        value = row.get("value")
        if value is None:
            missing = (
                "value" if spec.needs_value else "subject" if spec.needs_subject and not row.get("subject") else ""
            )
            return Problem(code="E-REQ-01", text=f"{name} needs a {missing}.", column=missing) if missing else None
        if isinstance(value, Decimal) and not spec.low <= value <= spec.high:
            percent = "; percent?" if spec.high == 1.0 and value <= 100 else ""
            text = f"{name.partition('.')[2]} must be {spec.low:g}–{spec.high:g}, got {value:f}{percent}"
            return Problem(code="E-SIG-01", text=text, column="value", value=f"{value:f}")
        if spec.needs_subject and not row.get("subject"):
            return Problem(code="E-REQ-01", text=f"{name} needs a subject.", column="subject")
        return None

    return rule
