"""Contacts from staged rows, with their role at the account; a suppression is shown and never lifted."""

from django.db import connection

from renewals.actions.imports.checks import check_duplicates, check_same_account, resolve_references, warn
from renewals.actions.imports.upsert import Column, Target, Writing, classify, insert_rows, kept_insert, update_rows
from renewals.actions.imports.writer import KindWriter
from renewals.core.imports.kinds.contacts import CONTACTS
from renewals.core.imports.mapping import ImportMapping

TARGET = Target(
    table="renewals_contact",
    match="t.external_id = s.external_id",
    columns=(
        Column(name="external_id", value="s.external_id", is_fixed=True),
        Column(name="account_id", value="s.account_ref", is_fixed=True),
        Column(name="name", value="s.name"),
        Column(name="email", value="s.email", default="''"),
        Column(name="phone", value="s.phone", default="''"),
        Column(name="title", value="s.title", default="''"),
        Column(name="language", value="s.language", default="''"),
        Column(name="timezone", value="s.timezone", default="''"),
        Column(name="left_on", value="s.left_on"),
        Column(name="source", value="nullif(%(source)s, '')", default="''", is_fixed=True),
    ),
)
_NO_SUCH_ROLE = (
    "s.role IS NOT NULL AND NOT EXISTS (SELECT FROM renewals_contactrole r WHERE r.contact_id = s.target_id"
    " AND r.role = s.role AND (r.until_on IS NULL OR r.until_on >= coalesce(s.role_from_on, r.from_on)))"
)


def check_contacts(mapping: ImportMapping) -> None:
    """Refuse what cannot be taken and give each row its verdict."""
    check_duplicates(CONTACTS, ("external_id",))
    resolve_references(CONTACTS)
    check_same_account("renewals_contact", "Contact")
    warn(
        code="W-MAIL-04",
        field="email",
        text="format('On the suppression list since %%s; kept, will not be mailed.', p.since_at::date)",
        source="renewals_suppression p, renewals_contact c",
        where="p.contact_id = c.id AND p.lifted_at IS NULL AND lower(c.email) = lower(s.email)",
    )
    classify(TARGET)
    _notice_new_roles()


def write_contacts(writing: Writing) -> dict[str, int]:
    """Write what the verdicts say; return rows by table."""
    contacts = insert_rows(TARGET, writing) + update_rows(TARGET, writing)
    roles = kept_insert(
        "INSERT INTO renewals_contactrole AS t (workspace_id, contact_id, account_id, role, from_on)"
        " SELECT %(workspace)s, s.target_id, s.account_ref, s.role, coalesce(s.role_from_on, %(now)s::date)"
        f" FROM import_staged s WHERE s.verdict IN ('create', 'update') AND {_NO_SUCH_ROLE}",
        "renewals_contactrole",
        ("contact_id", "account_id", "role", "from_on"),
        writing,
    )
    return {"contacts": contacts, "contact roles": roles}


def _notice_new_roles() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE import_staged s SET verdict = 'update' WHERE verdict = 'unchanged' AND {_NO_SUCH_ROLE}")


WRITER = KindWriter(spec=CONTACTS, check=check_contacts, write=write_contacts)
