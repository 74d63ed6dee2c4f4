"""What playbooks and steps do, by the accounts that chance held out: each lift with arms, interval, rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dashboards.core.dates import date_cell, instant_cell
from dashboards.core.filters import address
from dashboards.core.lift_words import arm_cell, lift_cell, lift_note, lift_title
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.indicators.window import RIGHT, WHOLE_WORKSPACE, counted_accounts
from dashboards.queries.retention.asked import REACH
from playbooks.core.holdouts import Layer
from playbooks.core.lift import Lift, measure_lift
from playbooks.queries.lift import Compared, Comparison, DrawnRow, Responses, compared, drawn_rows, responses
from renewals.core.roles import granted_scope

PATH = "/indicators/lift/"
ROWS = f"{PATH}accounts/"
SPAN = timedelta(days=730)
ORDER = {layer: place for place, layer in enumerate(Layer)}
ARMS = {"treated": False, "held_out": True}
PLAYBOOKS = "/playbooks/"
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftPage:
    """The finding, every lift, and how the messages of the treated were answered; no comparison: how to begin."""

    title: str
    unit: str
    lifts: Table
    notes: tuple[tuple[str, str], ...]
    responses: Table
    is_empty: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftRows:
    """The accounts of one arm of one comparison."""

    title: str
    unit: str
    crumbs: tuple[Link, ...]
    table: Table


def lift_page(asker: Asker) -> LiftPage:
    """Return every holdout that enrolments of the last two years drew, of the accounts that the person reaches."""
    accounts, since = counted_accounts(asker, {}), asker.now - SPAN
    found = [(each.comparison, measure_lift(each.strata, released=each.released)) for each in _compared(asker)]
    return LiftPage(
        title=lift_title([lift for _, lift in found]),
        unit=f"{_reach(asker)} · renewals that entered in the last two years · counted now",
        lifts=_lifts(found),
        notes=tuple((_name(each), note) for each, lift in found if (note := lift_note(lift))),
        responses=_responses(responses(since=since, accounts=accounts)),
        is_empty=not found,
    )


def lift_rows(asker: Asker, choice: Mapping[str, str]) -> LiftRows | None:
    """Return the accounts behind one figure; None for a comparison or an arm that is not there."""
    arm = choice.get("arm", "")
    wanted = (choice.get("layer", ""), choice.get("playbook", "0"), choice.get("step", ""))
    for found in _compared(asker):
        each = found.comparison
        if (each.layer.value, str(each.playbook_id), each.step_key) == wanted and arm in ARMS:
            return _arm_rows(asker, found, is_held_out=ARMS[arm])
    return None


def _arm_rows(asker: Asker, found: Compared, *, is_held_out: bool) -> LiftRows:
    accounts, since = counted_accounts(asker, {}), asker.now - SPAN
    rows = drawn_rows(found.comparison, is_held_out=is_held_out, since=since, accounts=accounts, limit=MOST_ROWS)
    total = sum(pair[is_held_out].drawn for pair in found.strata.values())
    how = "held out of" if is_held_out else "treated by"
    part = f" · the newest {MOST_ROWS:,}" if total > len(rows) else ""
    return LiftRows(
        title=f"{count_words(total, 'account')} {how} {_name(found.comparison)}",
        unit=f"{_reach(asker)} · each account counts once, by the arm it drew first{part}",
        crumbs=(Link(text="Measured lift", href=PATH),),
        table=_rows_table(asker, rows),
    )


def _compared(asker: Asker) -> Sequence[Compared]:
    found = compared(since=asker.now - SPAN, accounts=counted_accounts(asker, {}))
    return sorted(found, key=lambda each: _place(each.comparison))


def _place(each: Comparison) -> tuple[bool, str, int, str]:
    return (each.layer is not Layer.WORKSPACE, each.playbook, ORDER[each.layer], each.step_key)


def _name(each: Comparison) -> str:
    if each.layer is Layer.WORKSPACE:
        return "All playbooks"
    return f"{each.playbook} · {title(each.step_key)}" if each.step_key else each.playbook


def _reach(asker: Asker) -> str:
    return REACH.get(granted_scope(asker.member, RIGHT), WHOLE_WORKSPACE)


def _lifts(found: Sequence[tuple[Comparison, Lift]]) -> Table:
    return Table(
        caption="Measured lift",
        as_cards=True,
        columns=(
            Column(title="Playbook and step"),
            Column(title="Renewed, treated", is_amount=True, term="renewal_rate_count"),
            Column(title="Renewed, held out", is_amount=True, term="holdout"),
            Column(title="Measured lift", is_amount=True, term="measured_lift"),
        ),
        rows=tuple(
            (
                Cell(
                    text=_name(each), href=f"{PLAYBOOKS}{each.playbook_id}/" if each.playbook_id else "", is_long=True
                ),
                arm_cell(lift.treated, href=_href(each, "treated")),
                arm_cell(lift.held_out, href=_href(each, "held_out")),
                lift_cell(lift),
            )
            for each, lift in found
        ),
    )


def _href(each: Comparison, arm: str) -> str:
    chosen = {"layer": each.layer.value, "playbook": str(each.playbook_id), "step": each.step_key, "arm": arm}
    return address(ROWS, {name: value for name, value in chosen.items() if value})


def _responses(found: Sequence[Responses]) -> Table:
    return Table(
        caption="Messages of treated accounts",
        as_cards=True,
        columns=(
            Column(title="Playbook and step"),
            Column(title="Sent", is_amount=True),
            *(Column(title=name, is_amount=True) for name in ("Opened", "Clicked", "Answered")),
        ),
        rows=tuple(
            (
                Cell(text=f"{each.playbook} · {title(each.step_key)}", is_long=True),
                Cell(text=f"{each.sent:,}", is_amount=True),
                *(_share(count, each.sent) for count in (each.opened, each.clicked, each.answered)),
            )
            for each in found
        ),
    )


def _share(count: int, of: int) -> Cell:
    return Cell(text=percent_words(count / of), note=f"{count:,} of {of:,}", is_amount=True)


def _rows_table(asker: Asker, rows: Sequence[DrawnRow]) -> Table:
    return Table(
        caption="Accounts",
        columns=tuple(
            Column(title=name) for name in ("Account", "Entered", "Renewal decided", "Outcome", "Version", "Released")
        ),
        rows=tuple(
            (
                Cell(text=row.account, href=f"/renewals/{row.renewal_id}/"),
                Cell(date=instant_cell(row.entered_at, now=asker.now, zone=asker.workspace.timezone)),
                Cell(date=date_cell(row.decided_on, today=asker.today, missing="Not decided yet")),
                _outcome(row.is_kept),
                Cell(text=title(row.rule_version)),
                Cell(text="By a person" if row.is_released else "No"),
            )
            for row in rows
        ),
    )


def _outcome(is_kept: bool | None) -> Cell:
    if is_kept is None:
        return Cell(text="Open")
    return Cell(text="Renewed", state="good") if is_kept else Cell(text="Lost", state="bad")
