"""One simulation as a page: how far it is, what it found, and the rows behind each figure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from dashboards.core.dates import DateCell, instant_cell
from dashboards.core.filters import Option, address, filters_of
from dashboards.core.money import count_words
from dashboards.core.offers.simulated import (
    ASKED,
    AT_ONCE,
    AUTO,
    REFUSED,
    STATES,
    DecisionLine,
    Sums,
    finding,
    group_words,
    progress,
    sums_of,
)
from dashboards.core.parts import FilterBar, Link, Pager, Progress, Tab, Table
from dashboards.queries.asker import Asker
from dashboards.queries.offers.simulations.figures import Figure, figures_of
from dashboards.queries.offers.simulations.listing import days_label, policy_label
from dashboards.queries.offers.simulations.reach import CLOSING, PATH, decisions_of, lines_of
from dashboards.queries.offers.simulations.tables import (
    approvers_table,
    chosen_filters,
    closings_table,
    decisions_table,
    moves_table,
    unequal_table,
)
from dashboards.queries.people import small_id
from offers.core.simulation import asked_from
from offers.models import PolicySimulation, SimulatedDecision
from offers.queries.simulations.chosen import read_clocks
from renewals.core.roles import can

PARTS = {
    "": "Where they go",
    "decisions": "Decisions",
    "approvers": "Approvers",
    "closings": "Without a proposal",
    "check": "Check",
}
ROWS_A_PAGE = 60
SIDES = {"was": "before", "would_be": "after"}
"""The filters of an address and the sides of a decision they choose by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationPage:
    """A simulation under one of its parts; what does not belong to the part is None or empty."""

    href: str
    title: str
    unit: str
    crumbs: tuple[Link, ...]
    state: str
    state_tag: str
    state_key: str
    policy: Link
    who: str
    at: DateCell
    waiting: str
    error: str
    ended_by: str
    progress: Progress
    check: str
    check_tone: str
    check_href: str
    figures: tuple[Figure, ...]
    tabs: tuple[Tab, ...]
    part: str
    summary: str
    bar: FilterBar | None
    table: Table | None
    pager: Pager | None
    export_href: str
    may_cancel: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _View:
    """What every part of the page is made from."""

    asker: Asker
    run: PolicySimulation
    choice: Mapping[str, str]
    part: str
    lines: tuple[DecisionLine, ...]

    @property
    def path(self) -> str:
        return f"{PATH}{self.run.id}/"

    @property
    def proposed(self) -> QuerySet[SimulatedDecision]:
        return decisions_of(self.asker, self.run).exclude(kind=CLOSING)

    @property
    def closed(self) -> QuerySet[SimulatedDecision]:
        return decisions_of(self.asker, self.run).filter(kind=CLOSING)


def simulation_page(asker: Asker, run: PolicySimulation, choice: Mapping[str, str]) -> SimulationPage:
    """Return one part of a simulation."""
    lines = lines_of(decisions_of(asker, run).exclude(kind=CLOSING))
    part = choice.get("part", "") if choice.get("part", "") in PARTS else ""
    view = _View(asker=asker, run=run, choice=choice, part=part, lines=lines)
    sums, is_over = sums_of(lines), run.state != "running"
    return SimulationPage(
        href=view.path,
        title=finding(run.state, sums, is_unchanged=asked_from(run.asked).is_unchanged),
        unit=f"{days_label(run)} · {count_words(run.done, 'renewal')} judged again",
        crumbs=(
            Link(text="Pricing policy", href="/offers/policy/"),
            Link(text="Simulations", href=PATH),
            Link(text=f"{run.id}"),
        ),
        **_about(asker, run),
        **_check(view.path, sums),
        figures=figures_of(view.path, sums, currency=asker.workspace.currency) if is_over and lines else (),
        tabs=_tabs(view, sums),
        part=part,
        **_shown(view),
    )


def _about(asker: Asker, run: PolicySimulation) -> dict[str, Any]:
    words, tag = STATES[run.state]
    is_over = run.state != "running"
    return {
        "state": words,
        "state_tag": tag,
        "state_key": run.state,
        "policy": policy_label(run),
        "who": run.ordered_by.name,
        "at": instant_cell(run.ordered_at, now=asker.now, zone=asker.workspace.timezone),
        "waiting": f"{count_words(run.waiting, 'request')} of these days still waited then" if run.waiting else "",
        "error": run.error,
        "ended_by": run.ended_by,
        "progress": progress(done=run.done, total=run.total, has_begun=run.beat_at is not None, is_over=is_over),
        "may_cancel": not is_over and can(asker.member, "offers.change"),
    }


def export_rows(asker: Asker, run: PolicySimulation, choice: Mapping[str, str]) -> QuerySet[SimulatedDecision]:
    """Return the rows under the filters, closings among them when nothing is chosen."""
    return _filtered(decisions_of(asker, run), choice).select_related("account").order_by("decided_at", "id")


def _shown(view: _View) -> dict[str, Any]:
    nothing: dict[str, Any] = {"summary": "", "bar": None, "table": None, "pager": None, "export_href": ""}
    match view.part:
        case "decisions":
            return nothing | _decisions(view)
        case "approvers":
            return nothing | {"table": approvers_table(view.lines, read_clocks(view.run.clocks))}
        case "closings":
            rows = view.closed.select_related("account", "run__workspace").order_by("-after_given", "id")
            return nothing | {"summary": _summary(lines_of(view.closed))} | _pages(view, rows, closings_table)
        case "check":
            rows = view.proposed.filter(is_reproduced=False).select_related("account").order_by("decided_at", "id")
            return nothing | _pages(view, rows, lambda shown: unequal_table(shown, view.asker))
    return nothing | {"table": moves_table(view.lines, view.path, currency=view.asker.workspace.currency)}


def _summary(lines: tuple[DecisionLine, ...]) -> str:
    """How many closings would have needed what, the most frequent first."""
    counts = Counter(group_words(line.after)[0] for line in lines)
    return "; ".join(f"{words}: {number:,}" for words, number in counts.most_common())


def _decisions(view: _View) -> dict[str, Any]:
    chosen = chosen_filters(view.choice)
    rows = _filtered(view.proposed, chosen).select_related("account").order_by("decided_at", "id")
    bar = FilterBar(
        filters=filters_of(view.path, _options(view.lines), {"part": "decisions", **chosen}),
        count=count_words(rows.count(), "decision"),
        clear_href=address(view.path, {"part": "decisions"}) if chosen else "",
    )
    export = address(f"{view.path}decisions.csv", chosen) if can(view.asker.member, "exports.view") else ""
    found = _pages(view, rows, lambda shown: decisions_table(shown, view.asker))
    return found | {"bar": bar, "export_href": export}


def _filtered(rows: QuerySet[SimulatedDecision], choice: Mapping[str, str]) -> QuerySet[SimulatedDecision]:
    for name, side in SIDES.items():
        if choice.get(name):
            rows = rows.filter(_of_group(side, choice[name]))
    return rows.exclude(unknown=[]) if choice.get("unknown") else rows


def _of_group(side: str, group: str) -> Q:
    if group.startswith(ASKED):
        name = group.removeprefix(ASKED)
        return Q(**{f"{side}_way": "ask"} | ({f"{side}_level": name} if name else {}))
    if group == AUTO:
        return Q(**{f"{side}_way__in": AT_ONCE})
    return Q(**{f"{side}_way": "refused" if group == REFUSED else ""})


def _options(lines: Sequence[DecisionLine]) -> dict[str, list[Option]]:
    found: dict[str, list[Option]] = {}
    for name, side in SIDES.items():
        groups = [getattr(line, side) for line in lines]
        found[name] = [
            Option(key=group, text=group_words(group)[0], count=groups.count(group)) for group in sorted(set(groups))
        ]
    number = sum(line.is_unknown for line in lines)
    return found | {"unknown": [Option(key="1", text="Something was not known then", count=number)] if number else []}


def _pages(
    view: _View, rows: QuerySet[SimulatedDecision], table: Callable[[list[SimulatedDecision]], Table]
) -> dict[str, Any]:
    choice = view.choice
    skip = small_id(choice.get("skip", ""))
    found = list(rows[skip : skip + ROWS_A_PAGE + 1])
    kept = {name: value for name, value in choice.items() if name != "skip"}
    pager = Pager(
        shown=count_words(len(found[:ROWS_A_PAGE]), "row"),
        first_href=address(view.path, kept) if skip else "",
        next_href=address(view.path, kept, skip=str(skip + ROWS_A_PAGE)) if len(found) > ROWS_A_PAGE else "",
    )
    return {"table": table(found[:ROWS_A_PAGE]), "pager": pager}


def _check(path: str, sums: Sums) -> dict[str, str]:
    if not sums.decisions:
        return {"check": "No price was decided in these days", "check_tone": "", "check_href": ""}
    is_whole = sums.reproduced == sums.decisions
    return {
        "check": f"By the policy of then: {sums.reproduced:,} of {sums.decisions:,} reproduced",
        "check_tone": "good" if is_whole else "watch",
        "check_href": "" if is_whole else address(path, {"part": "check"}),
    }


def _tabs(view: _View, sums: Sums) -> tuple[Tab, ...]:
    left = sums.decisions - sums.reproduced
    numbers = {"decisions": sums.decisions, "closings": view.closed.count(), "check": left}
    return tuple(
        Tab(
            text=words,
            href=address(view.path, {"part": key}),
            count=f"{numbers[key]:,}" if key in numbers else "",
            is_current=key == view.part,
        )
        for key, words in PARTS.items()
    )
