"""The picture of a playbook: phases as lanes over the days to the renewal date, steps as nodes, branches as forks.

It places and names; the table beside it says the same in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dashboards.core.money import count_words
from playbooks.core.definition import Playbook, Step
from playbooks.core.rehearsal import relative_days
from playbooks.core.vocabulary import AnchorKind, DayUnit, StepKind, family_of

WIDTH, EDGE, TOP = 960, 34, 34
LANE_HEAD, ROW, RADIUS, GAP = 24, 34, 12, 28
TICKS = (7, 14, 30, 60, 90)
NOTICE_DAYS, TERM_DAYS = -60, -365
"""Where the picture puts steps that hang on dates only a contract has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A step: its number, where it stands, its form by family, and what it is called."""

    number: int
    key: str
    href: str
    family: str
    x: int
    y: int
    spoken: str
    is_guess: bool
    has_problem: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A line from one step to the next; a path of a branch has its name on it."""

    x1: int
    y1: int
    x2: int
    y2: int
    is_branch: bool
    label: str
    label_x: int
    label_y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A phase: its stripe, and the part of it in which it is open."""

    name: str
    y: int
    height: int
    open_x: int
    open_width: int
    label_y: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A day of the axis."""

    x: int
    label: str
    is_strong: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """All of it, measured for a picture 960 wide."""

    width: int
    height: int
    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    edges: tuple[Edge, ...]
    nodes: tuple[Node, ...]
    spoken: str
    has_guess: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    first: int
    last: int

    def x(self, day: int) -> int:
        day = min(max(day, self.first), self.last)
        return round(EDGE + (day - self.first) / (self.last - self.first) * (WIDTH - 2 * EDGE))


def picture_of(playbook: Playbook, *, hrefs: Mapping[str, str], problem_keys: frozenset[str]) -> Picture | None:
    """Return the picture, None for a playbook without phases. `hrefs` leads each step's key to where it is told."""
    if not playbook.phases:
        return None
    days, guesses = _days(playbook)
    scale = _scale(playbook, days)
    lanes, spots = _lanes(playbook, days, scale)
    nodes = tuple(
        Node(
            number=number,
            key=step.key,
            href=hrefs.get(step.key, ""),
            family=family_of(step.kind).value,
            x=spots[step.key][0],
            y=spots[step.key][1],
            spoken=f"Step {number}: {step.name}, {_day_words(day)}",
            is_guess=step.key in guesses,
            has_problem=step.key in problem_keys,
        )
        for number, (step, day) in enumerate(zip(playbook.steps, days, strict=True), start=1)
        if step.key in spots
    )
    height = lanes[-1].y + lanes[-1].height + 6
    return Picture(
        width=WIDTH,
        height=height,
        lanes=lanes,
        ticks=tuple(_ticks(scale)),
        edges=tuple(_edges(playbook.steps, spots)),
        nodes=nodes,
        spoken=f"{count_words(len(playbook.phases), 'phase')} and {count_words(len(nodes), 'step')} from"
        f" {count_words(-scale.first, 'day')} before the renewal date",
        has_guess=bool(guesses),
    )


def _days(playbook: Playbook) -> tuple[list[int], frozenset[str]]:
    """Return the day of each step, and the keys of those that hang on a date only a contract has."""
    found: list[int] = []
    guesses: set[str] = set()
    previous = -playbook.window_days
    for step, known in zip(playbook.steps, relative_days(playbook), strict=True):
        anchor = step.anchor
        days = anchor.offset_days * 7 // 5 if anchor.unit is DayUnit.BUSINESS_DAYS else anchor.offset_days
        starts = {AnchorKind.NOTICE_DEADLINE: NOTICE_DAYS, AnchorKind.TERM_START: TERM_DAYS}
        day = known if known is not None else starts.get(anchor.kind, previous) + days
        if known is None:
            guesses.add(step.key)
        found.append(day)
        previous = day
    return found, frozenset(guesses)


def _scale(playbook: Playbook, days: Sequence[int]) -> _Scale:
    opens = [max(phase.opens_days, -playbook.window_days) for phase in playbook.phases]
    closes = [phase.closes_days for phase in playbook.phases]
    first, last = min([*opens, *days, -14]), max([*closes, *days, 7])
    return _Scale(first=max(first, -400), last=min(last, 120))


def _lanes(
    playbook: Playbook, days: Sequence[int], scale: _Scale
) -> tuple[tuple[Lane, ...], dict[str, tuple[int, int]]]:
    lanes: list[Lane] = []
    spots: dict[str, tuple[int, int]] = {}
    y = TOP
    for phase in playbook.phases:
        mine = sorted(
            (scale.x(day), at, step.key)
            for at, (step, day) in enumerate(zip(playbook.steps, days, strict=True))
            if step.phase == phase.key
        )
        rows = _rows(mine)
        for (x, _, key), row in zip(mine, rows, strict=True):
            spots.setdefault(key, (x, y + LANE_HEAD + row * ROW + ROW // 2))
        height = LANE_HEAD + max((row + 1 for row in rows), default=1) * ROW + 4
        left, right = scale.x(phase.opens_days), scale.x(phase.closes_days)
        lanes.append(
            Lane(
                name=phase.name,
                y=y,
                height=height,
                open_x=left,
                open_width=max(right - left, 4),
                label_y=y + 16,
            )
        )
        y += height + 6
    return tuple(lanes), spots


def _rows(placed: Sequence[tuple[int, int, str]]) -> list[int]:
    """Give each node the first row in which it touches none before it."""
    ends: list[int] = []
    rows = []
    for x, _, _ in placed:
        row = next((at for at, end in enumerate(ends) if end + GAP <= x), len(ends))
        ends[row : row + 1] = [x]
        rows.append(row)
    return rows


def _ticks(scale: _Scale) -> Iterator[Tick]:
    span = scale.last - scale.first
    step = next((each for each in TICKS if span / each <= 12), 90)
    for day in range(scale.first // step * step, scale.last + 1, step):
        if scale.first <= day <= scale.last:
            label = "Renewal" if day == 0 else f"T−{-day}" if day < 0 else f"T+{day}"
            yield Tick(x=scale.x(day), label=label, is_strong=day == 0)


def _edges(steps: Sequence[Step], spots: Mapping[str, tuple[int, int]]) -> Iterator[Edge]:
    """A step follows the one before it; the first step of a path follows its branch; paths join again by themselves."""
    open_ends: list[tuple[str, str]] = []
    labels: dict[str, str] = {}
    last_of: dict[str, str] = {}
    for step in steps:
        if step.key not in spots:
            continue
        if step.path:
            before = last_of.get(step.path)
            start = before or step.branch_key
            label = "" if before else labels.get(step.path, step.path_key)
            if start in spots:
                yield _edge(spots[start], spots[step.key], label, is_branch=not before)
            last_of[step.path] = step.key
            open_ends = [end for end in open_ends if end[0] not in (before, step.branch_key)] + [(step.key, "")]
            continue
        for end, label in open_ends:
            yield _edge(spots[end], spots[step.key], label, is_branch=False)
        open_ends, last_of = [(step.key, "")], {}
        if step.kind is StepKind.BRANCH:
            ways = (*step.paths, *((step.otherwise,) if step.otherwise else ()))
            labels |= {f"{step.key}.{way.key}": way.label for way in ways}


def _edge(start: tuple[int, int], end: tuple[int, int], label: str, *, is_branch: bool) -> Edge:
    return Edge(
        x1=start[0],
        y1=start[1],
        x2=end[0],
        y2=end[1],
        is_branch=is_branch,
        label=label,
        label_x=(start[0] + end[0]) // 2,
        label_y=(start[1] + end[1]) // 2 - 4,
    )


def _day_words(day: int) -> str:
    if day == 0:
        return "on the renewal date"
    return f"{abs(day)} days {'before' if day < 0 else 'after'} the renewal date"
