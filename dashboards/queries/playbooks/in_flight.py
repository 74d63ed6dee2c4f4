"""What each enrolment under way would do next if a draft were published: as it is, under the new version, from anew."""

from dataclasses import dataclass

from dashboards.core.dates import date_cell
from dashboards.core.money import count_words
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from playbooks.core.definition import Playbook
from playbooks.core.definition_parse import parse_definition
from playbooks.core.inflight import Ahead, Treatment
from playbooks.core.planned import Planned
from playbooks.models import PlaybookDraft
from playbooks.queries.inflight import InFlight, preview_definition
from renewals.models import Renewal
from renewals.queries.people import visible_to

COLUMNS = ("Account", "Keeps its version", "Goes on under the new one", "Begins again")
FATES = {Planned.RUN_LATE: "late", Planned.MAKE_TASK: "as a task", Planned.SKIP: "skipped", Planned.RUN: ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class InFlightTable:
    """A page of accounts with their next step under each treatment; `after` starts the next page, 0 on the last."""

    note: str
    table: Table
    after: int


def in_flight_table(asker: Asker, draft: PlaybookDraft, *, after: int) -> InFlightTable:
    """Return the accounts that the person may see; a draft with problems has no next steps, so nothing is listed."""
    parsed = parse_definition(draft.content["playbook"])
    if any(each.is_error for each in parsed.problems):
        return InFlightTable(note="Mend its problems first.", table=_table(asker, (), None), after=0)
    new = parsed.playbook
    page = preview_definition(draft.playbook_id or 0, new, now=asker.now, after=after)
    mine = set(
        visible_to(
            Renewal.objects.filter(id__in=[row.renewal_id for row in page.rows]), asker.member, "enrolments.view"
        ).values_list("id", flat=True)
    )
    seen = tuple(row for row in page.rows if row.renewal_id in mine)
    note = f"{count_words(page.total, 'renewal')} in it. What would come next as things stand today."
    return InFlightTable(note=note, table=_table(asker, seen, new), after=page.after or 0)


def _table(asker: Asker, rows: tuple[InFlight, ...], new: Playbook | None) -> Table:
    return Table(
        caption="Next step of each account under each choice",
        columns=tuple(Column(title=each) for each in COLUMNS),
        rows=tuple(_row(asker, row, new) for row in rows) if new else (),
        as_cards=True,
    )


def _row(asker: Asker, row: InFlight, new: Playbook) -> tuple[Cell, ...]:
    return (
        Cell(text=row.account_name, href=f"/renewals/{row.renewal_id}/", note=title(row.rule_version), is_long=True),
        *(_cell(asker, row.ahead[each], new) for each in Treatment),
    )


def _cell(asker: Asker, ahead: Ahead, new: Playbook) -> Cell:
    item = ahead.following.step
    if item is None:
        return Cell(text="Nothing more; it ends", state="watch", is_long=True)
    step = new.find(item.step_key)
    when = date_cell(item.due_on, today=asker.today)
    again = f"does {count_words(len(ahead.again), 'step')} a second time" if ahead.again else ""
    held_out = "held out" if ahead.is_held_out else ""
    note = " · ".join(each for each in (f"{when.day}", FATES[item.planned], held_out, again) if each)
    return Cell(
        text=step.name if step else title(item.step_key), note=note, state="watch" if ahead.again else "", is_long=True
    )
