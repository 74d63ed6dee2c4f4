"""Touchpoints from staged rows, appended to the ledger; what is known already stays as it is."""

from renewals.actions.imports.checks import check_duplicates, resolve_references
from renewals.actions.imports.upsert import Column, Target, Writing, classify, insert_rows
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.kinds.touchpoints import TOUCHPOINTS
from renewals.core.imports.mapping import ImportMapping

_KEY = "'import:' || s.external_id"

TARGET = Target(
    table="renewals_touchpoint",
    match=f"t.origin_key = {_KEY}",
    has_times=False,
    columns=(
        Column(name="account_id", value="s.account_ref", is_fixed=True),
        Column(name="contact_id", value="s.contact_ref", is_fixed=True),
        Column(name="occurred_at", value="s.occurred_at", is_fixed=True),
        Column(name="recorded_at", value="%(now)s::timestamptz", is_fixed=True),
        Column(name="channel", value="s.channel", is_fixed=True),
        Column(name="direction", value="s.direction", default="'outbound'", is_fixed=True),
        Column(name="is_automated", value="s.is_automated", default="false", is_fixed=True),
        Column(name="subject", value="s.subject", is_fixed=True),
        Column(name="summary", value="s.summary", default="''", is_fixed=True),
        Column(name="outcome_code", value="s.outcome_code", default="''", is_fixed=True),
        Column(name="by_label", value="s.by", default="%(by)s", is_fixed=True),
        Column(name="origin", value="'import'", is_fixed=True),
        Column(name="origin_key", value=_KEY, is_fixed=True),
    ),
)


def check_touchpoints(mapping: ImportMapping) -> None:
    """Refuse what cannot be taken and give each row its verdict."""
    check_duplicates(TOUCHPOINTS, ("external_id",))
    resolve_references(TOUCHPOINTS)
    classify(TARGET)


def write_touchpoints(writing: Writing) -> dict[str, int]:
    """Append what is new; return rows by table."""
    return {"touchpoints": insert_rows(TARGET, writing)}


WRITER = KindWriter(spec=TOUCHPOINTS, check=check_touchpoints, write=write_touchpoints)
