"""The fields of a file of contacts: one row per person, or per person and role."""

from renewals.core.imports.specs import FieldSpec, FieldType, KindSpec

T = FieldType

ROLES = ("economic_buyer", "champion", "executive_sponsor", "user", "legal", "procurement")

FIELDS = (
    FieldSpec(
        name="external_id",
        type=T.IDENTIFIER,
        label="Contact id",
        help="The id the person has where the file comes from.",
        is_required=True,
        synonyms=("contact_id", "person_id", "user_id", "id", "email", "e_mail"),
    ),
    FieldSpec(
        name="account",
        type=T.IDENTIFIER,
        label="Account",
        help="Id of the account, which must be known already.",
        is_required=True,
        synonyms=("account_id", "customer_id", "company_id", "company"),
        refers_to="account",
    ),
    FieldSpec(name="name", label="Name", is_required=True, synonyms=("full_name", "contact_name", "contact", "person")),
    FieldSpec(name="email", type=T.EMAIL, label="E-mail", max_length=254, synonyms=("email_address", "e_mail", "mail")),
    FieldSpec(name="phone", label="Phone", max_length=50, synonyms=("telephone", "mobile", "phone_number")),
    FieldSpec(name="title", label="Job title", max_length=150, synonyms=("job_title", "position", "function")),
    FieldSpec(name="language", label="Language", max_length=10, synonyms=("locale", "lang")),
    FieldSpec(name="timezone", type=T.ZONE, label="Time zone", synonyms=("time_zone", "tz")),
    FieldSpec(
        name="role",
        type=T.CHOICE,
        label="Role in the renewal",
        choices=ROLES,
        synonyms=("contact_role", "buying_role", "role_in_renewal"),
    ),
    FieldSpec(
        name="role_from_on",
        type=T.DATE,
        label="Role since",
        help="Without it, the day of the import.",
        synonyms=("role_since", "since"),
    ),
    FieldSpec(
        name="left_on", type=T.DATE, label="Left on", help="When they left the company.", synonyms=("left_date", "left")
    ),
)

CONTACTS = KindSpec(
    name="contacts",
    label="Contacts",
    noun="contact",
    help="One row per person; a suppression is never lifted by an import.",
    fields=FIELDS,
)
