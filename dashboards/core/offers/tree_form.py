"""A decision tree as the form it is edited in: every question and outcome a row, every problem at its input.

What is typed is kept, right or wrong. Keys are made from the words and stay; nobody has to type one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboards.core.offers.plays import KINDS, PLAYS
from dashboards.core.offers.words import CAPABILITIES
from dashboards.core.playbooks.fields import Entry, Field
from dashboards.core.playbooks.places import Place, PlacedProblem
from dashboards.core.playbooks.shown import ShownField, Spare, shown_fields
from dashboards.core.playbooks.tables import Table
from dashboards.core.playbooks.typed import typed_table
from playbooks.core.editing.content import key_of
from renewals.core.problems import Problem

NEW = {"+question": "New question", "+outcome": "New outcome"}
PLACE = re.compile(r"(?P<list>question|outcome) (?P<at>\d+)(?: '[^']*')?(?:, answer (?P<answer>\d+)(?: '[^']*')?)?\Z")
LISTS = {"question": "questions", "outcome": "outcomes"}

WHAT = (
    Field(name="name", label="Name", entry=Entry.TEXT),
    Field(
        name="kind",
        label="What is it for?",
        entry=Entry.CHOICE,
        choices=tuple(KINDS.items()),
        help="A walk through one for an objection notes the objection on the renewal, under the name of the tree.",
    ),
    Field(name="when", label="When is it walked?", entry=Entry.LONG),
    Field(
        name="start",
        label="First question",
        entry=Entry.CHOICE,
        source="questions",
        is_optional=True,
        help="Left open: the question that stands first.",
    ),
)
ANSWER = (
    Field(name="text", label="Answer", entry=Entry.TEXT),
    Field(name="leads_to", label="Leads to", entry=Entry.CHOICE, source="places"),
)
QUESTION = (
    Field(name="text", label="Question", entry=Entry.LONG),
    Field(name="hint", label="How to find out", entry=Entry.LONG, is_optional=True),
    Field(name="answers", label="Answers", entry=Entry.ROWS, noun="answer", key_from="text", rows=ANSWER),
)
OUTCOME = (
    Field(name="play", label="What to do", entry=Entry.CHOICE, choices=tuple((k, w) for k, (w, _) in PLAYS.items())),
    Field(
        name="capability",
        label="Suggests offers that can",
        entry=Entry.CHOICE,
        choices=tuple(CAPABILITIES.items()),
        is_optional=True,
    ),
    Field(name="text", label="What to do, in a sentence", entry=Entry.LONG),
    Field(name="why", label="Why", entry=Entry.LONG),
)
QUESTIONS, OUTCOMES = (
    Field(
        name=f"{noun}s",
        label=f"{noun}s".capitalize(),
        entry=Entry.ROWS,
        noun=noun,
        key_from="text",
        rows=rows,
        is_numbered=True,
    )
    for noun, rows in (("question", QUESTION), ("outcome", OUTCOME))
)
GROUPS = (("What it is for", WHAT), ("Questions", (QUESTIONS,)), ("Outcomes", (OUTCOMES,)))
FIELDS = tuple(field for _, fields in GROUPS for field in fields)
LABELS = {field.name: field.label for field in (*FIELDS, *QUESTION, *OUTCOME, *ANSWER)} | {"text": "The text"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldProblem:
    """A problem in the list of all of them: the input it is mended at, and the words."""

    href: str
    where: str
    words: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeForm:
    """The form of a tree; `problems` are all of them, `other` those without an input of their own."""

    groups: tuple[tuple[str, tuple[ShownField, ...]], ...]
    problems: tuple[ToldProblem, ...]
    other: tuple[PlacedProblem, ...]

    @property
    def fields(self) -> tuple[ShownField, ...]:
        """Return every field, those of rows too."""
        return tuple(found for _, fields in self.groups for field in fields for found in field.within)


def tree_form(content: Mapping[str, Any], problems: Sequence[Problem], *, spare: Spare) -> TreeForm:
    """Return the form of a tree with this content; `spare` says how many empty rows a list has besides."""
    mine = tuple(_placed(each, content) for each in problems)
    groups = tuple(
        (head, shown_fields(fields, content, sources=_sources(content), spare=spare, problems=mine))
        for head, fields in GROUPS
    )
    made = TreeForm(groups=groups, problems=(), other=())
    names = {field.name for field in made.fields}
    return TreeForm(
        groups=groups,
        problems=tuple(_told(each, content) for each in mine),
        other=tuple(each for each in mine if each.place.field not in names),
    )


def typed_tree(content: Mapping[str, Any], post: Mapping[str, Any]) -> Table:
    """Return the tree with what was typed; what leads to something new gets it, and every row has a key of its own."""
    made = _chosen(typed_table(FIELDS, post, content))
    _keep_apart(made, content)
    for question in list(made["questions"]):
        for answer in question["answers"]:
            if answer["leads_to"] in NEW:
                answer["leads_to"] = _new_place(made, answer["leads_to"])
    made["questions"] = _with_empty(made["questions"], rows_of(content, "questions"), "hint")
    made["outcomes"] = _with_empty(made["outcomes"], rows_of(content, "outcomes"), "capability")
    if not made.get("start"):
        made["start"] = next((each["key"] for each in made["questions"]), "")
    return made


def asks_for_new(post: Mapping[str, Any]) -> bool:
    """Answer whether an answer leads to a question or an outcome that is not there yet."""
    return any(value in NEW for name, value in post.items() if name.endswith(":leads_to"))


def blank_tree(name: str) -> Table:
    """Return what a new tree begins with; its gaps are told as problems until they are filled."""
    return {
        "key": key_of(name, ()) if name.strip() else "",
        "name": name,
        "kind": "objection",
        "when": "",
        "start": "",
        "questions": [],
        "outcomes": [],
    }


def name_of(content: Mapping[str, Any], key: str) -> str:
    """Return what people call a question or an outcome of this key; the key where there is none."""
    row = next((each for name in LISTS.values() for each in rows_of(content, name) if each.get("key") == key), None)
    return str((row or {}).get("text") or key)


def rows_of(content: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the tables of a list of a content, whatever else stands there."""
    found = content.get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list | tuple) else []


def _chosen(made: Table) -> Table:
    """What is not chosen yet is left out: it is missing, not unknown."""
    for row in (made, *made["outcomes"]):
        for name in ("kind", "play"):
            if row.get(name) == "":
                del row[name]
    return made


def _keep_apart(made: Table, before: Mapping[str, Any]) -> None:
    """A new row whose key a row of the other list has gets another; those that were there keep theirs."""
    old = {name: {str(row.get("key")) for row in rows_of(before, name)} for name in LISTS.values()}
    rows = [(name, row) for name in LISTS.values() for row in made[name]]
    taken = [row["key"] for name, row in rows if row["key"] in old[name]]
    for name, row in rows:
        if row["key"] in old[name]:
            continue
        row["key"] = key_of(row["key"], taken)
        taken.append(row["key"])


def _with_empty(rows: Sequence[Table], before: Sequence[Mapping[str, Any]], name: str) -> list[Table]:
    """What may be left out and was written down as empty stays so: to type nothing changes nothing."""
    written = {row.get("key") for row in before if name in row}
    return [{name: "", **row} if row["key"] in written else row for row in rows]


def _new_place(made: Table, kind: str) -> str:
    """Add an empty question or outcome, and return its key."""
    key = key_of(NEW[kind], [row["key"] for name in LISTS.values() for row in made[name]])
    row: Table = {"key": key, "text": NEW[kind]}
    if kind == "+question":
        made["questions"].append({**row, "answers": []})
    else:
        made["outcomes"].append({**row, "why": ""})
    return key


def _sources(content: Mapping[str, Any]) -> dict[str, list[tuple[str, str]]]:
    questions = [(str(each.get("key")), f"Ask: {each.get('text', '')}") for each in rows_of(content, "questions")]
    outcomes = [(str(each.get("key")), f"End: {_end_words(each)}") for each in rows_of(content, "outcomes")]
    new = [(key, f"… a {words.lower()}") for key, words in NEW.items()]
    return {"questions": [(key, text[5:]) for key, text in questions], "places": [*questions, *outcomes, *new]}


def _end_words(outcome: Mapping[str, Any]) -> str:
    play = PLAYS.get(str(outcome.get("play")), ("", ""))[0]
    return ": ".join(part for part in (play, str(outcome.get("text", ""))) if part)


def _placed(problem: Problem, content: Mapping[str, Any]) -> PlacedProblem:
    is_list = problem.remedy.startswith(("Known: ", "One of: "))
    remedy = "Choose one of the list." if is_list else problem.remedy
    field = _field(problem.where)
    return PlacedProblem(
        place=Place(section="tree", field=field),
        code=problem.code,
        words=_in_words(f"{problem.what} {remedy}".strip(), field, content),
        is_error=problem.is_error,
    )


def _field(where: str) -> str:
    """Return the name of the input of a place: "question 2 'q', answer 1 'a', text" -> questions:1:answers:0:text.

    What is told of a whole row stands at its text, what is told of an answer as such at the answers.
    """
    head, _, last = where.rpartition(", ")
    for text, name in ((where, ""), (head, last)):
        found = PLACE.match(text)
        if found is None:
            continue
        row = f"{LISTS[found['list']]}:{int(found['at']) - 1}"
        if found["answer"] is None:
            return f"{row}:{name or 'text'}"
        return f"{row}:answers:{int(found['answer']) - 1}:{name}" if name else f"{row}:answers"
    return last if head == "tree" else ""


def _in_words(text: str, field: str, content: Mapping[str, Any]) -> str:
    """Call fields and rows by what people see: 'leads_to' -> “Leads to”, a key -> the words of its row."""
    names = dict(_names(content)) | {name: label for name, label in LABELS.items() if field.endswith(name)}
    return re.sub(r"'([^']*)'", lambda found: f"“{names.get(found[1], found[1])}”", text)


def _names(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for question in rows_of(content, "questions"):
        for answer in rows_of(question, "answers"):
            yield str(answer.get("key")), str(answer.get("text") or answer.get("key"))
    for name in LISTS.values():
        for row in rows_of(content, name):
            yield str(row.get("key")), str(row.get("text") or row.get("key"))


def _told(problem: PlacedProblem, content: Mapping[str, Any]) -> ToldProblem:
    field = problem.place.field
    part, _, rest = field.partition(":")
    at = rest.partition(":")[0]
    where = f"{'Question' if part == 'questions' else 'Outcome'} {int(at) + 1}" if at else LABELS.get(part, "The tree")
    href = f"#{part}:{at}" if at else f"#f-{part}" if part in LABELS and part not in LISTS.values() else "#editor"
    return ToldProblem(href=href, where=where, words=problem.words, code=problem.code)
