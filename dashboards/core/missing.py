"""Why an account is not in a list: what the list asks, what the account has, and the first thing that keeps it out.

It compares and says; which rows a list has is decided by the list's own query.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dashboards.core.parts import Cell, Column, Link, Table
from dashboards.core.rule_words import SIGNS, evidence_words, predicate_words
from dashboards.core.wording import sentence, title
from playbooks.core.audience import Gate
from renewals.core.conditions import Answer, Deciding, Op, Predicate
from renewals.core.roles import Scope

RESULTS = {
    Answer.YES: ("Fits", "good"),
    Answer.NO: ("Keeps it out", "bad"),
    Answer.UNKNOWN: ("Not known, keeps it out", "watch"),
}
LATER = {
    Answer.YES: ("Fits", "good"),
    Answer.NO: ("Not so any more", "none"),
    Answer.UNKNOWN: ("Not known now", "none"),
}
REACH = {Scope.NONE: "nothing", Scope.OWN: "your own", Scope.TEAM: "those of your team", Scope.ALL: "all of them"}
HEADS = ("Condition", "Result", "The list asks for", "Found", "What would help")
HIDDEN = "not shown to you"


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value as a key to compare and as words to read."""

    key: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One condition of a list. `because` goes on "… is not here:"; `mend` leads to what would let the account in.

    `is_hidden` when the fact behind it is not shown to who asks, so that its answer is not told either.
    """

    name: str
    answer: Answer
    wanted: str
    found: str
    because: str = ""
    mend: Link | None = None
    is_hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """The answer: a sentence, the link that helps most, what else keeps the account out, and every condition."""

    sentence: str
    is_here: bool
    link: Link
    note: str
    table: Table


def filter_check(name: str, wanted: Value, found: Value | None, mend: Link) -> Check:
    """Return how a filter sees an account; `found` None is a value nobody knows, which fits no choice."""
    words = title(name)
    if found is None:
        because = f"{_plain(words)} is not known, and the filter asks for {wanted.words}"
        return Check(
            name=words, answer=Answer.UNKNOWN, wanted=wanted.words, found="Not known", because=because, mend=mend
        )
    fits = found.key == wanted.key
    because = "" if fits else f"{_plain(words)} is {found.words}, not {wanted.words}"
    answer = Answer.YES if fits else Answer.NO
    return Check(
        name=words,
        answer=answer,
        wanted=wanted.words,
        found=found.words,
        because=because,
        mend=None if fits else mend,
    )


def reach_check(reach: Scope, *, is_reached: bool, owner: str, noun: str, mend: Link) -> Check:
    """Return whether a record lies within how far a person's right to a list reaches."""
    wanted = f"{noun}: {REACH[reach]}"
    because = "" if is_reached else f"it belongs to {owner}, and this list shows you {REACH[reach]}"
    return Check(
        name="Whose it is",
        answer=Answer.YES if is_reached else Answer.NO,
        wanted=wanted,
        found=owner,
        because=because,
        mend=None if is_reached else mend,
    )


def gate_check(gate: Gate, playbook_names: Mapping[str, str], *, is_hidden: bool) -> Check:
    """Return a gate of a playbook in words; a hidden one tells neither what was found nor the answer."""
    wanted, found, because = GATE_WORDS[gate.code](gate, playbook_names)
    name = GATE_NAMES[gate.code]
    if is_hidden:
        because = "it depends on a figure that your role is not shown"
        return Check(name=name, answer=Answer.UNKNOWN, wanted=wanted, found=HIDDEN, because=because, is_hidden=True)
    return Check(
        name=name,
        answer=gate.answer,
        wanted=wanted,
        found=found,
        because="" if gate.answer is Answer.YES else because,
    )


def first_failing(checks: tuple[Check, ...]) -> Check | None:
    """Return the first condition that is not fulfilled, one that may be told before one that may not; None for none."""
    shut = [check for check in checks if check.answer is not Answer.YES]
    return next((check for check in shut if not check.is_hidden), shut[0] if shut else None)


def answer_of(name: str, checks: tuple[Check, ...], *, here: Link | None, where: str, otherwise: str) -> Missing:
    """Return the answer for an account called `name`.

    `here` is the link to its line when the list has it and `where` says where; `otherwise` says why it may be absent
    although every condition is fulfilled.
    """
    table = checks_table(checks, is_here=here is not None)
    if here is not None:
        return Missing(sentence=f"{name} is here{where}.", is_here=True, link=here, note="", table=table)
    failing = first_failing(checks)
    if failing is None:
        return Missing(sentence=f"{name} {otherwise}.", is_here=False, link=Link(text=""), note="", table=table)
    more = sum(check.answer is not Answer.YES for check in checks if check is not failing and not check.is_hidden)
    note = f"{more} more {'condition keeps' if more == 1 else 'conditions keep'} it out, see below." if more else ""
    said = f"{name} is not here: {failing.because}."
    return Missing(sentence=said, is_here=False, link=failing.mend or Link(text=""), note=note, table=table)


def checks_table(checks: tuple[Check, ...], *, is_here: bool = False) -> Table:
    """Return every condition in order: what is asked, what was found, the result, and what would mend it.

    What is in a playbook already stays there when a condition of entering does not hold any more.
    """
    return Table(
        caption="What the list asks, in order",
        columns=tuple(Column(title=each) for each in HEADS),
        rows=tuple(_row(check, LATER if is_here else RESULTS) for check in checks),
    )


def _row(check: Check, results: Mapping[Answer, tuple[str, str]]) -> tuple[Cell, ...]:
    words, state = ("Not shown to you", "none") if check.is_hidden else results[check.answer]
    mend = check.mend or Link(text="")
    return (
        Cell(text=check.name),
        Cell(text=words, state=state),
        Cell(text=sentence(check.wanted)),
        Cell(text=sentence(check.found)),
        Cell(text=mend.text, href=mend.href),
    )


def _plain(words: str) -> str:
    """A name inside a sentence: no capital, unless it is an abbreviation."""
    return words if words.isupper() else words[:1].lower() + words[1:]


def _asked(item: Deciding) -> str:
    evidence = item.evidence
    predicate = Predicate(field=evidence.field, op=evidence.op, value=evidence.expected)
    if evidence.op in (Op.EQ, Op.NE) and isinstance(evidence.expected, str):
        sign = SIGNS[evidence.op]
        words = f"{evidence.field.rpartition('.')[2].replace('_', ' ')} {sign} {title(evidence.expected)}"
        return f"not ({words})" if item.is_negated else words
    return predicate_words(predicate, is_negated=item.is_negated)


def _facts(gate: Gate) -> str:
    return " and ".join(dict.fromkeys(evidence_words(item.evidence) for item in gate.deciding))


def _case_words(gate: Gate, names: Mapping[str, str]) -> tuple[str, str, str]:
    """The case of another playbook comes first: it must be no."""
    case, playbook = title(str(gate.values["case"])), _playbook(gate, names)
    facts = _facts(gate)
    wanted = f"not of the case “{case}”, which leads to {playbook}"
    if gate.answer is Answer.UNKNOWN:
        return wanted, facts, f"whether the case “{case}” takes it into {playbook} first is open: {facts}"
    return wanted, facts, f"the case “{case}” comes first and leads to {playbook}: {facts}"


def _own_words(gate: Gate, names: Mapping[str, str]) -> tuple[str, str, str]:
    if not gate.values["case"]:
        playbook = _playbook(gate, names)
        return "a case that leads here", "none", f"no case leads it here, and without one it goes to {playbook}"
    wanted = " and ".join(dict.fromkeys(_asked(item) for item in gate.deciding))
    return wanted, _facts(gate), _facts(gate)


def _window_words(gate: Gate, names: Mapping[str, str]) -> tuple[str, str, str]:
    left, window = int(str(gate.values["days_left"])), gate.values["window_days"]
    wanted = f"at most {window} days before the due date"
    if left < 0:
        return wanted, f"{-left} days past it", "its due date has passed"
    return wanted, f"{left} days", f"{left} days are left, and the playbook begins {window} days before the due date"


def _entry_words(gate: Gate, names: Mapping[str, str]) -> tuple[str, str, str]:
    wanted = " and ".join(dict.fromkeys(_asked(item) for item in gate.deciding))
    return wanted or "nothing more", _facts(gate) or "–", _facts(gate)


def _playbook(gate: Gate, names: Mapping[str, str]) -> str:
    key = str(gate.values["playbook"])
    return f"“{names.get(key, title(key))}”" if key else "no playbook"


def _yes_or_no(wanted: str, yes: str, no: str, because: str) -> "GateWords":
    return lambda gate, names: (wanted, yes if gate.answer is Answer.YES else no, because)


GateWords = Callable[[Gate, Mapping[str, str]], tuple[str, str, str]]
GATE_NAMES: Mapping[str, str] = {
    "renewal_open": "Open renewal",
    "not_enrolled": "Not in a playbook yet",
    "other_case": "Playbook that comes first",
    "own_case": "Chosen for this playbook",
    "published": "Published",
    "window": "Days left",
    "entry": "Condition of entry",
}
GATE_WORDS: Mapping[str, GateWords] = {
    "renewal_open": _yes_or_no("an open renewal", "open", "closed", "its renewal is closed"),
    "not_enrolled": _yes_or_no("no playbook in this period", "none", "one", "it went through a playbook for this date"),
    "other_case": _case_words,
    "own_case": _own_words,
    "published": _yes_or_no("a published version", "published", "none", "the playbook is not published"),
    "window": _window_words,
    "entry": _entry_words,
}
