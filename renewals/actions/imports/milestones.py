"""Success milestones from staged rows; a milestone is known by its account and id."""

from renewals.actions.imports.checks import check_duplicates, resolve_references
from renewals.actions.imports.upsert import Column, Target, Writing, classify, insert_rows, update_rows
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.kinds.milestones import MILESTONES
from renewals.core.imports.mapping import ImportMapping

CURRENCY = """CASE WHEN s.gain_amount IS NOT NULL THEN
    coalesce(s.currency, (SELECT currency FROM renewals_account a WHERE a.id = s.account_ref)) END"""
TARGET = Target(
    table="renewals_milestone",
    match="t.account_id = s.account_ref AND t.external_id = s.external_id",
    has_times=False,
    columns=(
        Column(name="external_id", value="s.external_id", is_fixed=True),
        Column(name="account_id", value="s.account_ref", is_fixed=True),
        Column(name="name", value="s.name"),
        Column(name="target_on", value="s.target_on"),
        Column(name="achieved_on", value="s.achieved_on"),
        Column(name="evidence", value="s.evidence", default="''"),
        Column(name="confirmed_by_id", value="s.confirmed_by_ref"),
        Column(name="confirmed_on", value="s.confirmed_on"),
        Column(name="gain_amount", value="s.gain_amount"),
        Column(name="gain_currency", value=CURRENCY, default="''"),
        Column(name="gain_source", value="s.gain_source", default="''"),
    ),
)


def check_milestones(mapping: ImportMapping) -> None:
    """Refuse what cannot be taken and give each row its verdict."""
    resolve_references(MILESTONES)
    check_duplicates(MILESTONES, ("account", "external_id"))
    classify(TARGET)


def write_milestones(writing: Writing) -> dict[str, int]:
    """Write what the verdicts say; return rows by table."""
    return {"milestones": insert_rows(TARGET, writing) + update_rows(TARGET, writing)}


WRITER = KindWriter(spec=MILESTONES, check=check_milestones, write=write_milestones)
