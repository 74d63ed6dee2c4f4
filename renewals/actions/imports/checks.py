"""Checks of staged rows against each other and against the workspace, as sets: duplicates, references, conflicts."""

from collections.abc import Mapping, Sequence

from django.db import connection

from renewals.core.imports.specs import KindSpec

# What an external id in a file points at: table, column, and the text of the refusal.
REFERENCES: Mapping[str, tuple[str, str, str]] = {
    "account": ("renewals_account", "external_id", "Account '%s' is not in this workspace. Import the accounts first."),
    "contract": (
        "renewals_contract",
        "external_id",
        "Contract '%s' is not in this workspace. Import the contracts first.",
    ),
    "contact": ("renewals_contact", "external_id", "Contact '%s' is not in this workspace."),
    "team": ("renewals_team", "name", "Team '%s' is not in this workspace."),
}
MEMBERS = (
    "SELECT u.id, lower(u.email) AS reference FROM renewals_user u"
    " JOIN renewals_membership m ON m.user_id = u.id WHERE m.is_active AND u.is_active"
)


def refuse(*, code: str, field: str, text: str, where: str, source: str = "") -> int:
    """Refuse the staged rows `s` for which `where` holds; `text` is a SQL expression. Returns how many."""
    joined = f"FROM {source}" if source else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH found AS (UPDATE import_staged s SET verdict = 'refused' {joined} WHERE s.verdict = 'ok'"
            f" AND ({where}) RETURNING s.row_number, {text} AS text, {_shown(field)} AS value)"
            " INSERT INTO import_problems SELECT row_number, %s, text, %s, left(value, 200) FROM found",
            [code, field],
        )
        return int(cursor.rowcount)


def warn(*, code: str, field: str, text: str, where: str, source: str = "") -> None:
    """Say something about staged rows `s` that are taken all the same."""
    joined = f", {source}" if source else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO import_problems SELECT s.row_number, %s, {text}, %s, left({_shown(field)}, 200)"
            f" FROM import_staged s{joined} WHERE s.verdict = 'ok' AND ({where})",
            [code, field],
        )


def check_duplicates(spec: KindSpec, key: Sequence[str]) -> None:
    """Set aside exact repetitions, and refuse rows that say something else under a key used before (E-DUP-01)."""
    names = ", ".join(f's."{name}"' for name in key)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE import_staged s SET verdict = 'duplicate' FROM (SELECT s.row_number, row_number() OVER"
            f" (PARTITION BY {names}, s.fingerprint ORDER BY s.row_number) AS place FROM import_staged s"
            " WHERE s.verdict = 'ok') d WHERE d.row_number = s.row_number AND d.place > 1"
        )
    shown = f"""coalesce(s."{key[0] if key[0] in spec.by_name else "external_id"}"::text, '')"""
    refuse(
        code="E-DUP-01",
        field=key[0],
        text=f"format('Rows %%s and %%s are the same {spec.noun} (%%s).', d.first, s.row_number, {shown})",
        source=f"(SELECT s.row_number, min(s.row_number) OVER (PARTITION BY {names}) AS first FROM import_staged s"
        " WHERE s.verdict = 'ok') d",
        where="d.row_number = s.row_number AND d.first < s.row_number",
    )


def resolve_reference(field: str, refers_to: str) -> None:
    """Find what an external id points at, or refuse the row (E-REF-01), the same words for another workspace's."""
    if refers_to == "member":
        source, text = MEMBERS, "Owner '%s' is not a member of this workspace."
    else:
        table, column, text = REFERENCES[refers_to]
        source = f"SELECT id, {column} AS reference FROM {table}"
    wanted = f'lower(s."{field}")' if refers_to == "member" else f's."{field}"'
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE import_staged s SET "{field}_ref" = r.id FROM ({source}) r'
            f" WHERE s.verdict = 'ok' AND r.reference = {wanted}"
        )
    refuse(
        code="E-REF-01",
        field=field,
        text=f"""format('{text.replace("'", "''").replace("%", "%%")}', s."{field}")""",
        where=f's."{field}" IS NOT NULL AND s."{field}_ref" IS NULL',
    )


def resolve_references(spec: KindSpec, *, besides: Sequence[str] = ()) -> None:
    """Resolve every field of the kind that points at something, except `besides`."""
    for field in spec.fields:
        if field.refers_to and field.name not in besides:
            resolve_reference(field.name, field.refers_to)


def check_same_account(table: str, noun: str) -> None:
    """Refuse rows whose id is known, or used in the file, under another account (E-DUP-02)."""
    refuse(
        code="E-DUP-02",
        field="account",
        text=f"format('{noun} %%s belongs to account %%s already.', s.external_id, a.external_id)",
        source=f"{table} t, renewals_account a",
        where="t.external_id = s.external_id AND a.id = t.account_id AND t.account_id <> s.account_ref",
    )
    refuse(
        code="E-DUP-02",
        field="account",
        text=f"format('{noun} %%s stands under account %%s in row %%s.', s.external_id, f.account, f.row_number)",
        source="(SELECT DISTINCT ON (external_id) external_id, account, account_ref, row_number FROM import_staged"
        " WHERE verdict = 'ok' ORDER BY external_id, row_number) f",
        where="f.external_id = s.external_id AND f.account_ref <> s.account_ref",
    )


def _shown(field: str) -> str:
    return f's."{field}"::text' if field else "''"
