"""The answers of a form: whether each is what its field takes, all mistakes at once. Values are kept as plain text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from playbooks.core.errors import FormIncomplete
from playbooks.core.step_parts import FormField
from playbooks.core.vocabulary import FormFieldKind

LONGEST = 4000
TRUE, FALSE = ("true", "yes", "on"), ("false", "no")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer as it is kept: dates in ISO form, numbers exact, yes and no as true and false."""

    key: str
    kind: FormFieldKind
    value: str


def form_from(rows: Sequence[Mapping[str, object]]) -> tuple[FormField, ...]:
    """Return the form kept with a task."""
    return tuple(
        FormField(
            key=str(row["key"]),
            label=str(row["label"]),
            kind=FormFieldKind(str(row["kind"])),
            choices=tuple(str(item) for item in row["choices"]) if isinstance(row["choices"], list) else (),
            is_required=bool(row["required"]),
        )
        for row in rows
    )


def read_answers(form: Sequence[FormField], given: Mapping[str, str]) -> tuple[Answer, ...]:
    """Return the answers that were given, in the order of the form. Raises FormIncomplete naming every mistake."""
    answers, mistakes = [], []
    for field in form:
        text = given.get(field.key, "").strip()
        if not text:
            if field.is_required:
                mistakes.append(f"“{field.label}” is missing.")
            continue
        value = _value(field, text)
        if value is None:
            mistakes.append(f"“{field.label}” must be {_WORDS[field.kind]}.")
        else:
            answers.append(Answer(key=field.key, kind=field.kind, value=value))
    if mistakes:
        raise FormIncomplete(" ".join(mistakes), where="form")
    return tuple(answers)


def _value(field: FormField, text: str) -> str | None:
    match field.kind:
        case FormFieldKind.NUMBER:
            return _number(text)
        case FormFieldKind.DATE:
            return _day(text)
        case FormFieldKind.YES_NO:
            word = text.lower()
            return "true" if word in TRUE else "false" if word in FALSE else None
        case FormFieldKind.CHOICE:
            return text if text in field.choices else None
        case FormFieldKind.TEXT | FormFieldKind.LONG_TEXT:
            return text if len(text) <= LONGEST else None


def _number(text: str) -> str | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return str(number) if number.is_finite() and abs(number) < 10**15 else None


def _day(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


_WORDS = {
    FormFieldKind.NUMBER: "a number",
    FormFieldKind.DATE: "a day, written as 2027-01-31",
    FormFieldKind.YES_NO: "yes or no",
    FormFieldKind.CHOICE: "one of its choices",
    FormFieldKind.TEXT: f"{LONGEST} characters at most",
    FormFieldKind.LONG_TEXT: f"{LONGEST} characters at most",
}
