"""Take the answer to a survey: it becomes a signal of the account; a changed mind is a further one."""

from datetime import datetime, timedelta

from playbooks.core.errors import FormIncomplete
from playbooks.core.step_parts import SurveyPlan
from playbooks.core.vocabulary import SurveyScale
from playbooks.models import StepRun
from playbooks.queries.definitions import definitions_of
from playbooks.queries.survey_links import survey_contact
from renewals.core.actors import Actor
from renewals.core.errors import UnknownReference
from signals.actions.intake import ensure_source, load_signals

SOURCE = "own-surveys"
KINDS = {SurveyScale.NPS: "relationship.nps", SurveyScale.CSAT: "support.csat"}
SCALES = {SurveyScale.NPS: range(11), SurveyScale.CSAT: range(1, 6)}
LONGEST_COMMENT = 2000
ANSWERABLE = timedelta(days=90)
"""An answer that comes later says nothing of the days it was asked about."""


def survey_of(step_run_id: int, *, now: datetime) -> SurveyPlan:
    """Return the question behind a link. Raises UnknownReference when the step is gone, too old or asks nothing."""
    run = StepRun.objects.filter(id=step_run_id).first()
    if run is not None and run.done_at is not None and run.done_at + ANSWERABLE < now:
        raise UnknownReference(f"The question of step {step_run_id} is no longer asked.", where="survey")
    plan = None
    if run is not None:
        definition = definitions_of([run.version_id])[run.version_id].definition
        plan = next((step.survey for step in definition.steps if step.key == run.step_key), None)
    if plan is None:
        raise UnknownReference(f"Step {step_run_id} asks nothing.", where="survey")
    return plan


def record_survey_answer(
    *, step_run_id: int, contact_id: int, value: int, comment: str = "", by: Actor, now: datetime
) -> None:
    """Record an answer as a signal; a changed mind is a newer one. Raises UnknownReference, FormIncomplete."""
    plan = survey_of(step_run_id, now=now)
    contact = survey_contact(contact_id)
    if contact is None:
        raise UnknownReference(f"Contact {contact_id} is not in this workspace.", where="survey")
    if value not in SCALES[plan.scale]:
        scale = SCALES[plan.scale]
        raise FormIncomplete(f"Choose a number from {scale[0]} to {scale[-1]}.", where="survey")
    ensure_source(workspace_id=by.workspace_id, key=SOURCE, kind="api", name="Surveys of playbooks", by=by, now=now)
    item = {
        "account": contact.account,
        "kind": KINDS[plan.scale],
        "occurred_at": now.isoformat(),
        "external_id": f"survey-{step_run_id}-{contact_id}-{value}-{now.date().isoformat()}",
        "subject": contact.contact,
        "value": value,
    }
    text = {"text": comment.strip()[:LONGEST_COMMENT]} if comment.strip() else {}
    load_signals(workspace_id=by.workspace_id, source_key=SOURCE, items=[item | text], by=by, now=now)
