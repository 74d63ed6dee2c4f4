"""The rows of a replay as tables and as lines of a sheet: touches, losses, kept renewals, what did not come again."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Q, QuerySet

from dashboards.core.dates import date_cell, day_words, instant_cell
from dashboards.core.parts import Cell, Column, Table
from dashboards.core.replay_words import CHANGES, EFFECTS, OUTCOMES, UNEQUAL_SHORT, days_words
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.replay.figures import Load, lead_words
from playbooks.core.replay.acts import HUMAN
from playbooks.models import ReplayedAct, ReplayedRenewal
from renewals.models import User

HEAD = (
    "account", "account_id", "change", "playbook", "step", "name", "before", "before_at", "before_for", "after",
    "after_at", "after_for", "days_later", "why",
)  # fmt: skip


def chosen_acts(acts: QuerySet[ReplayedAct], chosen: Mapping[str, str]) -> QuerySet[ReplayedAct]:
    """Return the decisions that pass the filters; without one, those that differ."""
    change = chosen.get("change", "")
    found = acts.filter(change=change) if change else acts.filter(change__in=("added", "gone", "moved", "other"))
    if chosen.get("effect"):
        found = found.filter(Q(before_effect=chosen["effect"]) | Q(after_effect=chosen["effect"]))
    if chosen.get("playbook"):
        found = found.filter(playbook_key=chosen["playbook"])
    if _number(chosen, "person"):
        person = int(chosen["person"])
        found = found.filter(
            Q(before_owner_id=person, before_effect__in=HUMAN) | Q(after_owner_id=person, after_effect__in=HUMAN)
        )
    if _number(chosen, "renewal"):
        found = found.filter(renewal_id=int(chosen["renewal"]))
    return found


def touches_table(rows: Iterable[ReplayedAct], asker: Asker) -> Table:
    """Return touches with both sides, whose they are, and by how much they moved."""
    found = list(rows)
    names = _names(found)
    return Table(
        caption="Touches before and after",
        columns=(
            Column(title="Account"),
            Column(title="Touch"),
            Column(title="Change"),
            Column(title="As it was"),
            Column(title="As it would be"),
            Column(title="For"),
        ),
        rows=tuple(_touch_cells(row, names, asker) for row in found),
    )


def unequal_table(rows: Iterable[ReplayedAct], asker: Asker) -> Table:
    """Return the decisions that the unchanged replay did not give again, and why."""
    return Table(
        caption="Decisions that did not come again",
        columns=(Column(title="Account"), Column(title="Decision"), Column(title="Recorded"), Column(title="Replayed"),
                 Column(title="Likely because")),
        rows=tuple(
            (
                Cell(text=row.account.name, href=f"/accounts/{row.account_id}/"),
                Cell(text=row.name),
                _side(row.before_effect, row.before_at, asker),
                _side(row.after_effect, row.after_at, asker),
                Cell(text=UNEQUAL_SHORT.get(row.why, "")),
            )
            for row in rows
        ),
    )  # fmt: skip


def losses_table(rows: Iterable[ReplayedRenewal], asker: Asker, path: str) -> Table:
    """Return lost renewals with the first alarm on either side, in days before the loss was decided."""
    return Table(
        caption="Lost renewals and the first alarm about them",
        columns=(
            Column(title="Account"),
            Column(title="Lost"),
            Column(title="First alarm was"),
            Column(title="Would have been"),
            Column(title="Difference"),
            Column(title="Touches", is_amount=True),
        ),
        rows=tuple(_loss_cells(row, asker, path) for row in rows),
    )


def kept_table(rows: Iterable[ReplayedRenewal], path: str) -> Table:
    """Return kept renewals that would have been touched more often."""
    return Table(
        caption="Kept renewals that would have been touched more often",
        columns=(
            Column(title="Account"),
            Column(title="Outcome"),
            Column(title="Touches before", is_amount=True),
            Column(title="After", is_amount=True),
            Column(title="By people before", is_amount=True),
            Column(title="After", is_amount=True),
        ),
        rows=tuple(
            (
                Cell(text=row.account.name, href=f"{path}?part=touches&renewal={row.renewal_id}"),
                Cell(text=OUTCOMES.get(row.outcome, title(row.outcome))),
                *(
                    Cell(text=f"{number:,}", is_amount=True)
                    for number in (row.touches_before, row.touches_after, row.human_before, row.human_after)
                ),
            )
            for row in rows
        ),
    )


def work_table(loads: Iterable[Load], path: str) -> Table:
    """Return the work of each person before and after, with their fullest weeks."""
    return Table(
        caption="Work by person",
        columns=(
            Column(title="Person"),
            Column(title="Before", is_amount=True),
            Column(title="After", is_amount=True),
            Column(title="Difference", is_amount=True),
            Column(title="Fullest week before", is_amount=True),
            Column(title="After", is_amount=True),
        ),
        rows=tuple(
            (
                Cell(text=load.name, href=f"{path}?part=touches&person={load.person_id}"),
                Cell(text=f"{load.before:,}", is_amount=True),
                Cell(text=f"{load.after:,}", is_amount=True),
                Cell(text=f"{load.after - load.before:+,}", is_amount=True),
                Cell(text=f"{load.peak_before:,}", is_amount=True),
                Cell(
                    text=f"{load.peak_after:,}",
                    note=f"from {day_words(load.peak_on)}" if load.peak_on else "",
                    is_amount=True,
                ),
            )
            for load in loads
        ),
    )


def lines_of(rows: Iterable[ReplayedAct]) -> Iterator[tuple[str, ...]]:
    """Yield the rows as the lines of a sheet, head first; instants are in UTC."""
    found = list(rows)
    names = _names(found)
    yield HEAD
    for row in found:
        yield (
            row.account.name,
            row.account.external_id,
            row.change,
            row.playbook_key,
            row.step_key,
            row.name,
            row.before_effect,
            _iso(row.before_at),
            names.get(row.before_owner_id or 0, ""),
            row.after_effect,
            _iso(row.after_at),
            names.get(row.after_owner_id or 0, ""),
            "" if row.days is None else str(row.days),
            row.why,
        )


def _touch_cells(row: ReplayedAct, names: Mapping[int, str], asker: Asker) -> tuple[Cell, ...]:
    words, state = CHANGES.get(row.change, (title(row.change), ""))
    person = names.get(row.after_owner_id or row.before_owner_id or 0, "")
    return (
        Cell(text=row.account.name, href=f"/accounts/{row.account_id}/"),
        Cell(text=row.name),
        Cell(text=words, note=days_words(row.days), state=state),
        _side(row.before_effect, row.before_at, asker),
        _side(row.after_effect, row.after_at, asker),
        Cell(text=person or "Nobody"),
    )


def _side(effect: str, at: datetime | None, asker: Asker) -> Cell:
    if at is None:
        return Cell(text="Nothing")
    cell = instant_cell(at, now=asker.now, zone=asker.workspace.timezone)
    return Cell(text=EFFECTS.get(effect, title(effect)), note=cell.day)


def _loss_cells(row: ReplayedRenewal, asker: Asker, path: str) -> tuple[Cell, ...]:
    words, state = lead_words(row)
    return (
        Cell(text=row.account.name, href=f"{path}?part=touches&change=all&renewal={row.renewal_id}"),
        Cell(date=date_cell(row.decided_on, today=asker.today)),
        _lead(row.lead_before_days),
        _lead(row.lead_after_days),
        Cell(text=words, state=state),
        Cell(text=f"{row.touches_before:,} → {row.touches_after:,}", is_amount=True),
    )


def _lead(days: int | None) -> Cell:
    return Cell(text="None by then") if days is None else Cell(text=f"{days:,} days before")


def _names(rows: Iterable[ReplayedAct]) -> Mapping[int, str]:
    people = {person for row in rows for person in (row.before_owner_id, row.after_owner_id) if person}
    return dict(User.objects.filter(id__in=people).values_list("id", "name"))


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _number(chosen: Mapping[str, str], name: str) -> bool:
    value = chosen.get(name, "")
    return value.isascii() and value.isdecimal()
