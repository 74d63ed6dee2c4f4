"""Keep what people answer: the form of an information request, as dated facts that conditions may read."""

from collections.abc import Mapping
from datetime import datetime

from playbooks.core.forms import form_from, read_answers
from playbooks.models import StepAnswer, StepRun, Task
from renewals.core.actors import Actor


def keep_answers(*, task: Task, given: Mapping[str, str], by: Actor, now: datetime) -> int:
    """Keep the answers to the form of a task being completed; returns how many. Raises FormIncomplete."""
    answers = read_answers(form_from(task.form), given)
    if not answers or task.enrolment_id is None:
        return 0
    step_key = StepRun.objects.filter(id=task.step_run_id).values_list("step_key", flat=True).first() or ""
    StepAnswer.objects.bulk_create(
        StepAnswer(
            workspace_id=task.workspace_id,
            enrolment_id=task.enrolment_id,
            account_id=task.account_id,
            step_key=step_key,
            field_key=answer.key,
            kind=answer.kind.value,
            value=answer.value,
            answered_by=by.label,
            answered_at=now,
        )
        for answer in answers
    )
    return len(answers)
