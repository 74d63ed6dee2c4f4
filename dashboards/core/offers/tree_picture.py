"""The picture of a decision tree: questions and outcomes as boxes, from the first question to the right.

Each answer stands in the box of its question and has a line to where it leads. What nothing leads to stands below.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from dashboards.core.offers.plays import play_words
from offers.core.negotiation.trees import Tree, TreeOutcome, TreeQuestion

BOX, GAP_X, GAP_Y, EDGE = 244, 64, 16, 8
LINE, HEAD, ANSWER, PAD = 15, 20, 20, 8
LETTERS = 34
"""Letters in a line of a box."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A line of text and where it stands."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """An answer in its box: where it stands, and the point its line begins at; a loose one leads nowhere."""

    x: int
    y: int
    text: str
    end_x: int
    end_y: int
    is_loose: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A question with its answers, or an outcome: `tone` colours what it suggests."""

    href: str
    x: int
    y: int
    width: int
    height: int
    head: Words
    lines: tuple[Words, ...]
    ports: tuple[Port, ...]
    is_outcome: bool
    tone: str
    spoken: str
    is_unreached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """The line of an answer, as the path of an SVG; one that leads back never ends."""

    path: str
    leads_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePicture:
    """All of it, and what it is called."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    wires: tuple[Wire, ...]
    spoken: str


def tree_picture(tree: Tree) -> TreePicture | None:
    """Return the picture of a tree, also of one with problems; None for one that asks nothing."""
    if not tree.questions:
        return None
    order, columns = _order(tree), _columns(tree)
    boxes: dict[str, Box] = {}
    floors = dict.fromkeys(range(max(columns.values()) + 1), EDGE)
    for key in order:
        box = _box(tree, key, EDGE + columns[key] * (BOX + GAP_X), floors[columns[key]])
        boxes[key], floors[columns[key]] = box, box.y + box.height + GAP_Y
    top = max(floors.values())
    for key in dict.fromkeys(each for each in tree.places if each not in boxes):
        boxes[key] = _box(tree, key, EDGE, top, is_unreached=True)
        top = boxes[key].y + boxes[key].height + GAP_Y
    wires = tuple(_wires(tree, boxes))
    return TreePicture(
        width=2 * EDGE + (max(columns.values()) + 1) * (BOX + GAP_X) - GAP_X,
        height=top,
        boxes=tuple(boxes.values()),
        wires=wires,
        spoken=f"{len(tree.questions)} questions and {len(tree.outcomes)} outcomes",
    )


def _order(tree: Tree) -> tuple[str, ...]:
    """Everything that can be reached, each after what leads to it as long as nothing leads back."""
    done: list[str] = []
    _walk(tree, tree.start, set(), done)
    return tuple(reversed(done))


def _walk(tree: Tree, key: str, seen: set[str], done: list[str]) -> None:
    if key in seen or not (tree.question(key) or tree.outcome(key)):
        return
    seen.add(key)
    for to in reversed(_targets(tree, key)):
        _walk(tree, to, seen, done)
    done.append(key)


def _targets(tree: Tree, key: str) -> tuple[str, ...]:
    question = tree.question(key)
    return tuple(answer.leads_to for answer in question.answers) if question else ()


def _columns(tree: Tree) -> Mapping[str, int]:
    """How many answers at most stand before each; a line back counts for nothing."""
    order = _order(tree)
    place = {key: at for at, key in enumerate(order)}
    found = dict.fromkeys(order, 0)
    for key in order:
        for to in _targets(tree, key):
            if place.get(to, -1) > place[key]:
                found[to] = max(found[to], found[key] + 1)
    return found or {"": 0}


def _box(tree: Tree, key: str, x: int, y: int, *, is_unreached: bool = False) -> Box:
    question = tree.question(key)
    if question is not None:
        return _question(tree, question, x, y, is_unreached=is_unreached)
    outcome = tree.outcome(key)
    if outcome is None:
        raise LookupError(key)
    return _outcome(tree, outcome, x, y, is_unreached=is_unreached)


def _question(tree: Tree, question: TreeQuestion, x: int, y: int, *, is_unreached: bool) -> Box:
    number = tree.questions.index(question) + 1
    texts = _folded(question.text or "No words yet", 3)
    below = y + HEAD + len(texts) * LINE + PAD
    ports = tuple(
        Port(
            x=x + PAD + 4,
            y=below + at * ANSWER + ANSWER - 6,
            text=_folded(answer.text or "No words yet", 1, letters=LETTERS - 2)[0],
            end_x=x + BOX,
            end_y=below + at * ANSWER + ANSWER // 2,
            is_loose=not (tree.question(answer.leads_to) or tree.outcome(answer.leads_to)),
        )
        for at, answer in enumerate(question.answers)
    )
    return Box(
        href=f"#questions:{number - 1}",
        x=x,
        y=y,
        width=BOX,
        height=below - y + len(ports) * ANSWER + 4,
        head=Words(x=x + PAD, y=y + 16, text=f"Question {number}"),
        lines=_lines(texts, x, y),
        ports=ports,
        is_outcome=False,
        tone="",
        spoken=f"Question {number}: {question.text} {len(ports)} answers",
        is_unreached=is_unreached,
    )


def _outcome(tree: Tree, outcome: TreeOutcome, x: int, y: int, *, is_unreached: bool) -> Box:
    number = tree.outcomes.index(outcome) + 1
    words, tone = play_words(outcome.play)
    texts = _folded(outcome.text or "No words yet", 3)
    return Box(
        href=f"#outcomes:{number - 1}",
        x=x,
        y=y,
        width=BOX,
        height=HEAD + len(texts) * LINE + PAD + 4,
        head=Words(x=x + PAD + 4, y=y + 16, text=f"Outcome {number} · {words}"),
        lines=_lines(texts, x + 4, y),
        ports=(),
        is_outcome=True,
        tone=tone,
        spoken=f"Outcome {number}, {words}: {outcome.text}",
        is_unreached=is_unreached,
    )


def _lines(texts: Sequence[str], x: int, y: int) -> tuple[Words, ...]:
    return tuple(Words(x=x + PAD, y=y + HEAD + (at + 1) * LINE - 2, text=text) for at, text in enumerate(texts))


def _folded(text: str, most: int, *, letters: int = LETTERS) -> list[str]:
    """At most so many lines; the last ends in an ellipsis when something is left out."""
    lines = wrap(text, letters)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"{lines[most - 1][: letters - 1].rstrip()}…"]


def _wires(tree: Tree, boxes: Mapping[str, Box]) -> Iterator[Wire]:
    for question in tree.questions:
        box = boxes[question.key]
        for answer, port in zip(question.answers, box.ports, strict=False):
            to = boxes.get(answer.leads_to)
            if to is None:
                continue
            leads_back = to.x <= box.x
            x, y, end_x, end_y = port.end_x, port.end_y, to.x, to.y + HEAD // 2 + 2
            bend = GAP_X // 2 if not leads_back else GAP_X
            yield Wire(path=f"M{x} {y}C{x + bend} {y} {end_x - bend} {end_y} {end_x} {end_y}", leads_back=leads_back)
