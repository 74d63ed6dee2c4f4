"""One step that is still ahead of a renewal, as the page shows it on which a person changes it."""

from dataclasses import dataclass

from django.http import Http404

from dashboards.core.dates import date_cell
from dashboards.core.parts import Link
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.renewal_steps import LIVE
from playbooks.core.cadence import plan
from playbooks.models import Enrolment
from playbooks.queries.cases import load_enrolment_cases
from renewals.models import Renewal
from renewals.queries.people import visible_to


@dataclass(frozen=True, slots=True, kw_only=True)
class StepChange:
    """A step ahead: when and why it is planned, and the steps it could be swapped with."""

    enrolment_id: int
    step_key: str
    title: str
    unit: str
    purpose: str
    crumbs: tuple[Link, ...]
    others: tuple[tuple[str, str], ...]


def step_change(asker: Asker, renewal: Renewal, step_key: str) -> StepChange:
    """Return the step; Http404 when no playbook of this renewal has it ahead."""
    enrolments = Enrolment.objects.filter(renewal_id=renewal.id, state__in=LIVE).values_list("id", flat=True)
    for case in load_enrolment_cases(list(enrolments), now=asker.now):
        ahead = plan(case.definition, case.plan, now=asker.now).steps
        item = next((each for each in ahead if each.step_key == step_key), None)
        if item is None:
            continue
        step = case.definition.step(step_key)
        when = date_cell(item.due_on, today=asker.today)
        return StepChange(
            enrolment_id=case.enrolment_id,
            step_key=step_key,
            title=f"Change the step “{step.name}”",
            unit=f"Planned for {when.day}, {when.when} · {title(case.rule_version)}",
            purpose=step.intended_outcome,
            crumbs=(
                Link(text="Accounts", href="/accounts/"),
                Link(text=renewal.account.name, href=f"/renewals/{renewal.id}/"),
            ),
            others=tuple(
                (each.step_key, case.definition.step(each.step_key).name) for each in ahead if each is not item
            ),
        )
    raise Http404("This step is not ahead any more.")


def may_change_steps(asker: Asker, renewal: Renewal) -> bool:
    """Answer whether the person may do the steps of this renewal otherwise."""
    return visible_to(Renewal.objects.filter(id=renewal.id), asker.member, "enrolments.change").exists()
