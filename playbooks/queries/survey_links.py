"""The signed address at which a survey is answered. It carries its workspace, contact and step, and nothing else."""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer

from renewals.models import Contact

SALT = "perennial.survey"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyToken:
    """Whose answer an address takes, and to which step."""

    workspace_id: int
    contact_id: int
    step_run_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyContact:
    """Who answers, by the external ids that signals name accounts and people with."""

    account: str
    contact: str


def survey_contact(contact_id: int) -> SurveyContact | None:
    """Return who answers; None when the contact is not in this workspace."""
    row = Contact.objects.filter(id=contact_id).values_list("account__external_id", "external_id").first()
    return SurveyContact(account=row[0], contact=row[1]) if row else None


def survey_url(*, workspace_id: int, contact_id: int, step_run_id: int) -> str:
    """Return the whole address, the same every time."""
    token = Signer(salt=SALT).sign(f"{workspace_id}.{contact_id}.{step_run_id}")
    return f"{settings.PUBLIC_URL.rstrip('/')}/survey/{token}/"


def read_survey_token(token: str) -> SurveyToken | None:
    """Return whose answer it is, None if the token was not made by this installation."""
    try:
        workspace, contact, step_run = Signer(salt=SALT).unsign(token).split(".")
        return SurveyToken(workspace_id=int(workspace), contact_id=int(contact), step_run_id=int(step_run))
    except (BadSignature, ValueError):
        return None
