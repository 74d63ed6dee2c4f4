"""Decision trees as data: questions, answers, outcomes; read with every problem at once, and walked.

A tree with problems is not used. Every branch of one without ends in an outcome, and everything in it can be reached.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from offers.core.library import CAPABILITIES
from renewals.core.problems import Problem, did_you_mean
from renewals.core.reading import Reader

BAD = "E-NEG-05"
MOST_QUESTIONS = 40


class TreeKind(StrEnum):
    """What a tree is for: an answer to an objection, or the choice of an approach."""

    OBJECTION = "objection"
    APPROACH = "approach"


class Play(StrEnum):
    """What an outcome suggests to do."""

    CASE_STUDY = "case_study"
    PRODUCT_EXPERT = "product_expert"
    SCALE = "scale"
    LEVEL = "level"
    ADJUST_TERMS = "adjust_terms"
    EXECUTIVE = "executive"
    GIVE_AND_GET = "give_and_get"
    HOLD = "hold"
    LET_GO = "let_go"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeAnswer:
    """One answer to a question, and where it leads: a question or an outcome, by key."""

    key: str
    text: str
    leads_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeQuestion:
    """One question to the account or to oneself; `hint` says how to find out."""

    key: str
    text: str
    hint: str
    answers: tuple[TreeAnswer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeOutcome:
    """The end of a branch: what to do next and why; `play` None: not chosen yet, in a tree that is being written.

    `capability` is what an offer has to be able to do, "" for any.
    """

    key: str
    play: Play | None
    text: str
    why: str
    capability: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A whole tree; `when` says in words when to walk it."""

    key: str
    name: str
    kind: TreeKind
    when: str
    start: str
    questions: tuple[TreeQuestion, ...]
    outcomes: tuple[TreeOutcome, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Return the keys of all questions and outcomes, in the order of the definition."""
        return (*(each.key for each in self.questions), *(each.key for each in self.outcomes))

    def question(self, key: str) -> TreeQuestion | None:
        """Return the question of this key, None when there is none."""
        return next((each for each in self.questions if each.key == key), None)

    def outcome(self, key: str) -> TreeOutcome | None:
        """Return the outcome of this key, None when there is none."""
        return next((each for each in self.outcomes if each.key == key), None)


def read_tree(table: Mapping[str, object]) -> tuple[Tree, tuple[Problem, ...]]:
    """Return a tree and its problems; with one among them it must not be walked."""
    problems: list[Problem] = []
    reader = Reader(table, "tree", problems)
    made = Tree(
        key=reader.text("key", longest=60),
        name=reader.text("name", longest=120),
        kind=reader.choice("kind", TreeKind) or TreeKind.OBJECTION,
        when=reader.text("when", longest=300),
        start=reader.text("start", longest=60),
        questions=tuple(_question(item) for item in reader.children("questions", "question")),
        outcomes=tuple(_outcome(item) for item in reader.children("outcomes", "outcome")),
    )
    reader.finish()
    _check_keys(reader, made)
    _check_shape(reader, made)
    return made, tuple(problems)


def walks_through(tree: Tree, *, most: int = 100) -> tuple[tuple[tuple[str, ...], TreeOutcome], ...]:
    """Return every walk through a tree without problems, as the answers said and the outcome; `most` at most."""
    return tuple(islice(_walks(tree, tree.start, ()), most))


def _walks(tree: Tree, at: str, said: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], TreeOutcome]]:
    question, outcome = tree.question(at), tree.outcome(at)
    if outcome is not None:
        yield said, outcome
    elif question is not None:
        for answer in question.answers:
            yield from _walks(tree, answer.leads_to, (*said, answer.text))


def _question(reader: Reader) -> TreeQuestion:
    answers = tuple(_answer(item) for item in reader.children("answers", f"{reader.where}, answer"))
    if len(answers) < 2:
        remedy = "A question that leaves no choice is none."
        reader.tell(BAD, "It has fewer than two answers.", remedy, name="answers")
    _once(reader, "answer", [answer.key for answer in answers])
    made = TreeQuestion(
        key=reader.text("key", longest=60),
        text=reader.text("text", longest=300),
        hint=reader.text("hint", required=False, longest=300),
        answers=answers,
    )
    reader.finish()
    return made


def _answer(reader: Reader) -> TreeAnswer:
    made = TreeAnswer(
        key=reader.text("key", longest=60),
        text=reader.text("text", longest=200),
        leads_to=reader.text("leads_to", longest=60),
    )
    reader.finish()
    return made


def _outcome(reader: Reader) -> TreeOutcome:
    capability = reader.text("capability", required=False)
    if capability and capability not in CAPABILITIES:
        reader.tell(BAD, f"'{capability}' is no capability.", did_you_mean(capability, CAPABILITIES), name="capability")
    made = TreeOutcome(
        key=reader.text("key", longest=60),
        play=reader.choice("play", Play),
        text=reader.text("text", longest=600),
        why=reader.text("why", longest=600),
        capability=capability,
    )
    reader.finish()
    return made


def _check_keys(reader: Reader, tree: Tree) -> None:
    _once(reader, "question or outcome", tree.places)
    if not tree.questions:
        reader.tell(BAD, "It asks nothing.", "Name at least one question.", name="questions")
    if len(tree.questions) > MOST_QUESTIONS:
        reader.tell(BAD, f"It has {len(tree.questions)} questions.", f"{MOST_QUESTIONS} at most.", name="questions")
    if tree.start and tree.question(tree.start) is None:
        reader.tell(BAD, f"There is no question '{tree.start}' to start with.", _near(tree.start, tree), name="start")
    known = {*tree.places, ""}
    for number, question in enumerate(tree.questions, start=1):
        for place, answer in enumerate(question.answers, start=1):
            if answer.leads_to not in known:
                what = f"Answer '{answer.key}' of '{question.key}' leads to '{answer.leads_to}', which is not there."
                where = f"question {number} '{question.key}', answer {place} '{answer.key}', leads_to"
                _tell_at(reader, where, what, _near(answer.leads_to, tree))


def _near(key: str, tree: Tree) -> str:
    return did_you_mean(key, tree.places)


def _check_shape(reader: Reader, tree: Tree) -> None:
    """Every branch ends and nothing hangs in the air."""
    if len(tree.questions) > MOST_QUESTIONS:
        return
    wheres = _wheres(tree)
    circle = circle_in(tree)
    if circle:
        words = " leads to ".join(f"'{key}'" for key in circle)
        remedy = "Let one of its answers lead to an outcome or further on."
        _tell_at(reader, f"{wheres[circle[0]]}, answers", f"A branch never ends: {words}.", remedy)
    reached = reached_from(tree, tree.start)
    for key in tree.places:
        if key not in reached:
            _tell_at(reader, wheres[key], f"No answer leads to '{key}'.", "Let one lead there, or take it out.")


def _wheres(tree: Tree) -> dict[str, str]:
    """Return where each question and outcome stands, by its key."""
    parts: tuple[tuple[str, Sequence[TreeQuestion | TreeOutcome]], ...] = (
        ("question", tree.questions),
        ("outcome", tree.outcomes),
    )
    return {each.key: f"{noun} {at} '{each.key}'" for noun, rows in parts for at, each in enumerate(rows, start=1)}


def _tell_at(reader: Reader, where: str, what: str, remedy: str) -> None:
    reader.problems.append(Problem(code=BAD, where=where, what=what, remedy=remedy))


def reached_from(tree: Tree, start: str) -> frozenset[str]:
    """Return everything that answers lead to from a question, itself included."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key in found:
            continue
        found.add(key)
        question = tree.question(key)
        waiting += [answer.leads_to for answer in question.answers] if question else []
    return frozenset(found)


def circle_in(tree: Tree) -> tuple[str, ...]:
    """Return the questions of a circle, the first repeated at its end; empty when every branch ends."""
    done: set[str] = set()
    for question in tree.questions:
        found = _circle_from(tree, question.key, (), done)
        if found:
            return found
    return ()


def _circle_from(tree: Tree, key: str, path: tuple[str, ...], done: set[str]) -> tuple[str, ...]:
    if key in path:
        return (*path[path.index(key) :], key)
    question = tree.question(key)
    if question is None or key in done:
        return ()
    for answer in question.answers:
        found = _circle_from(tree, answer.leads_to, (*path, key), done)
        if found:
            return found
    done.add(key)
    return ()


def _once(reader: Reader, noun: str, keys: Sequence[str]) -> None:
    for key in sorted({key for key in keys if list(keys).count(key) > 1}):
        reader.tell(BAD, f"The {noun} '{key}' is there twice.", f"Give each {noun} its own key.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One recorded answer: which question, which answer. Later ones go before earlier ones of the same question."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a path: the question with the answer that stands."""

    question: TreeQuestion
    answer: TreeAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How far a walk has come: its steps, then the open question, or the outcome; exactly one of the two is there."""

    steps: tuple[Step, ...]
    question: TreeQuestion | None
    outcome: TreeOutcome | None


def path_of(tree: Tree, said: Iterable[Said]) -> Path:
    """Return the path that the recorded answers make, from the start on.

    An answer given again replaces the one before; answers to questions that are not on the path any more wait aside.
    An answer the tree does not know leaves its question open. The tree must be without problems.
    """
    standing = {each.question: each.answer for each in said}
    steps: list[Step] = []
    key = tree.start
    while (question := tree.question(key)) is not None:
        chosen = next((each for each in question.answers if each.key == standing.get(question.key)), None)
        if chosen is None:
            return Path(steps=tuple(steps), question=question, outcome=None)
        steps.append(Step(question=question, answer=chosen))
        key = chosen.leads_to
    return Path(steps=tuple(steps), question=None, outcome=tree.outcome(key))
