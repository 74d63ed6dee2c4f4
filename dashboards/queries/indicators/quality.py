"""How well the work is done: playbooks, automated touches and collaboration, each share with its denominator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboards.core.indicators import HANDOVERS, REVIEWS, TOUCHES, WORK, Measure, of_measure, share_cell
from dashboards.core.money import count_words, percent_words
from dashboards.core.parts import Cell, Column, FilterBar, Table
from dashboards.core.wording import title
from dashboards.queries.asker import Asker
from dashboards.queries.indicators.window import Window, window_bar, window_of
from playbooks.core.indicators import Counted, Tally, added
from playbooks.queries.library import indicator_rules

PATH = "/indicators/quality/"
HOURS_A_DAY = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityPage:
    """The finding, and three tables: playbooks, automated touches with what they claim, collaboration."""

    title: str
    unit: str
    bar: FilterBar
    playbooks: Table
    touches: Table
    touches_note: str
    collaboration: Table
    reviews: Table


def quality_page(asker: Asker, choice: Mapping[str, str]) -> QualityPage:
    """Return the quality of the work on the accounts that the person's right reaches; it names none of them."""
    window = window_of(asker, choice)
    on_time = of_measure(window.shown, "tasks_on_time")
    days = indicator_rules().answer_days
    return QualityPage(
        title=_title(on_time),
        unit=f"{window.reach}{f', {title(window.segment)}' if window.segment else ''} · by month · {window.age}",
        bar=window_bar(window, PATH),
        playbooks=_by_subject("Playbooks", "Playbook", window, WORK),
        touches=_touches(window),
        touches_note=f"Answered within {days} days. Renewed after it: of those whose renewal has closed. "
        "An association, not an effect: who was written to differs from who was not.",
        collaboration=_collaboration(window),
        reviews=_by_subject("Reviews", "Review", window, REVIEWS),
    )


def _title(on_time: Counted) -> str:
    if on_time.share is None:
        return "No task of a playbook was due in these months"
    late = on_time.base - on_time.hits
    return f"{percent_words(on_time.share)} of the work was done on time; {count_words(late, 'task')} late"


def _subjects(window: Window, measures: Sequence[Measure]) -> dict[str, list[Tally]]:
    keys = {measure.key for measure in measures}
    found: dict[str, list[Tally]] = {}
    for each in window.shown:
        if each.measure in keys:
            found.setdefault(each.subject, []).append(each)
    return dict(sorted(found.items()))


def _by_subject(caption: str, head: str, window: Window, measures: Sequence[Measure]) -> Table:
    found = _subjects(window, measures)
    return Table(
        caption=caption,
        columns=(Column(title=head), *(Column(title=each.name, is_amount=True, term=each.term) for each in measures)),
        rows=tuple(
            (Cell(text=subject), *(share_cell(of_measure(mine, each.key)) for each in measures))
            for subject, mine in found.items()
        ),
        totals=_totals(found, measures),
    )


def _totals(found: Mapping[str, Sequence[Tally]], measures: Sequence[Measure]) -> tuple[Cell, ...]:
    if not found:
        return ()
    every = [each for mine in found.values() for each in mine]
    return (Cell(text="All"), *(share_cell(of_measure(every, each.key)) for each in measures))


def _touches(window: Window) -> Table:
    found = _subjects(window, TOUCHES)
    return Table(
        caption="Automated touches",
        columns=(
            Column(title="Playbook and step"),
            *(Column(title=each.name, is_amount=True, term=each.term) for each in TOUCHES),
            Column(title="Days to the renewal", is_amount=True, term="time_to_renewal"),
        ),
        rows=tuple(
            (
                Cell(text=_step_words(subject)),
                *(share_cell(of_measure(mine, each.key)) for each in TOUCHES),
                _days(added(each for each in mine if each.measure == "converted")),
            )
            for subject, mine in found.items()
        ),
    )


def _step_words(subject: str) -> str:
    playbook, _, step = subject.partition(" · ")
    return f"{playbook} · {title(step)}"


def _days(counted: Counted) -> Cell:
    if counted.average is None:
        return Cell(text="no cases", is_amount=True)
    return Cell(text=f"{counted.average:.0f}", note=f"mean of {counted.hits:,}", is_amount=True)


def _collaboration(window: Window) -> Table:
    """Return one row a segment: handovers accepted, and the hours until then."""
    mine = [each for each in window.shown if each.measure == HANDOVERS.key]
    segments = sorted({each.segment for each in mine})
    return Table(
        caption="Handovers",
        columns=(
            Column(title="Segment"),
            Column(title=HANDOVERS.name, is_amount=True, term=HANDOVERS.term),
            Column(title="Time to accept", is_amount=True),
        ),
        rows=tuple(
            _handover_row(title(key) or "No segment", [t for t in mine if t.segment == key]) for key in segments
        ),
        totals=_handover_row("All", mine) if mine else (),
    )


def _handover_row(name: str, mine: Sequence[Tally]) -> tuple[Cell, ...]:
    counted = added(mine)
    return (Cell(text=name), share_cell(counted), Cell(text=_hours(counted.average), is_amount=True))


def _hours(hours: float | None) -> str:
    if hours is None:
        return "no cases"
    return f"{hours:.1f} h" if hours < 2 * HOURS_A_DAY else f"{hours / HOURS_A_DAY:.1f} days"
