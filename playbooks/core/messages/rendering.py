"""One message from a template and plain values: subject, plain text and clean HTML, or the reason it must be parked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from liquid.exceptions import LiquidError

from playbooks.core.messages.checks import SUBJECT_LIMIT
from playbooks.core.messages.language import (
    MARKUP,
    OUTPUT_LIMIT,
    SOURCE_LIMIT,
    VALUE_LIMIT,
    HoleError,
    Merged,
    clean,
    merge_source,
)
from playbooks.core.messages.markdown import Body, write_body
from playbooks.core.messages.programs import merge_known
from playbooks.core.messages.shapes import fill_body
from playbooks.core.messages.templates import MessageTemplate
from playbooks.core.messages.variables import VARIABLES, MessageValue

_ADDRESS = re.compile(r"https?://[^\s()<>\[\]]+")
_INDIRECT = re.compile(rf"\b(?:{'|'.join(sorted({name.partition('.')[0] for name in VARIABLES}))})\b(?!\.[a-z_])")
_PLACES = tuple((name, *name.split(".", 1)) for name in VARIABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedMessage:
    """A message ready for the outbox; `html` holds only allowed tags and links."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderProblem:
    """Why a message is parked instead of sent: a code, what is wrong, and the names concerned."""

    code: str
    what: str
    names: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def names_in(*texts: str) -> frozenset[str]:
    """Return the names of the catalogue that texts ask for, and perhaps more; no other value needs to be made."""
    is_indirect = any(_INDIRECT.search(markup) for text in texts for markup in MARKUP.findall(text))
    return frozenset(name for name in VARIABLES if is_indirect or any(name in text for text in texts))


def render_message(template: MessageTemplate, values: Mapping[str, MessageValue]) -> RenderedMessage | RenderProblem:
    """Return the rendered message, or the problem for which it is parked; never one with a hole in it.

    `values` maps catalogue names to plain text, numbers or lists of texts; a missing name and None are the same, and
    need a fallback in the template. Values are printed literally: they cannot become markup, merge language or headers.
    """
    problem = _check_values(values)
    if problem is not None:
        return problem
    merged = merge_known(template.subject, template.body, values) or merge_both(template, values)
    if isinstance(merged, RenderProblem):
        return merged
    subject, body = merged
    return _check_size(_done(subject.plain().strip(), fill_body(body)))


def merge_both(template: MessageTemplate, values: Mapping[str, MessageValue]) -> tuple[Merged, Merged] | RenderProblem:
    """Return subject and body merged value by value, or why they cannot be; `merge_known` is the short cut."""
    context = _nested(values)
    subject = _merge(template.subject, context, "subject")
    if isinstance(subject, RenderProblem):
        return subject
    body = _merge(template.body, context, "body")
    return body if isinstance(body, RenderProblem) else (subject, body)


def render_written(subject: str, body: str) -> RenderedMessage | RenderProblem:
    """Return a message as a person wrote it: nothing is merged, addresses of pages become links, no markup survives."""
    linked = _ADDRESS.sub(lambda found: f"[{found[0]}]({found[0]})", body)
    html = write_body(linked).html
    return _check_size(RenderedMessage(subject=subject.strip(), text=body.strip() + "\n", html=html))


def fill_text(source: str, values: Mapping[str, MessageValue]) -> str:
    """Return a plain text with its values filled in; with a hole or a mistake in it, the text as it was written."""
    if _check_values(values) is not None:
        return source
    merged = _merge(source, _nested(values), "text")
    return source if isinstance(merged, RenderProblem) else merged.plain()


def _done(subject: str, body: Body) -> RenderedMessage:
    return RenderedMessage(subject=subject, text=body.text, html=body.html)


def _check_size(message: RenderedMessage) -> RenderedMessage | RenderProblem:
    if any(mark in message.subject for mark in "\r\n"):
        return RenderProblem(code="E-TXT-04", what="Line breaks are not allowed in the subject.")
    if not 0 < len(message.subject) <= SUBJECT_LIMIT:
        what = f"The subject has {len(message.subject)} characters; 1 to {SUBJECT_LIMIT} are allowed."
        return RenderProblem(code="E-TPL-05", what=what)
    if max(len(message.html.encode()), len(message.text.encode())) > OUTPUT_LIMIT:
        return RenderProblem(code="E-TPL-05", what="The message is longer than 256 KB.")
    return message


def _check_values(values: Mapping[str, MessageValue]) -> RenderProblem | None:
    if values.keys() <= VARIABLES.keys() and all(map(_is_fine, values.values())):
        return None
    strangers = tuple(sorted(values.keys() - VARIABLES.keys()))
    if strangers:
        return RenderProblem(
            code="E-TPL-01", what="Values were given that the catalogue does not have.", names=strangers
        )
    objects = tuple(sorted(name for name, value in values.items() if not _is_plain(value)))
    if objects:
        return RenderProblem(
            code="E-TPL-08", what="Only text, numbers and lists of texts may be merged.", names=objects
        )
    long = tuple(sorted(name for name, value in values.items() if _length(value) > VALUE_LIMIT))
    if long:
        return RenderProblem(code="E-TPL-05", what=f"A value has more than {VALUE_LIMIT} characters.", names=long)
    return None


def _is_fine(value: MessageValue) -> bool:
    """Answer both questions below at once for what values mostly are."""
    return (
        value is None
        or (type(value) is str and len(value) <= VALUE_LIMIT)
        or (_is_plain(value) and _length(value) <= VALUE_LIMIT)
    )


def _is_plain(value: object) -> bool:
    if value is None or type(value) in (str, int, Decimal):
        return True
    return type(value) is tuple and all(type(item) is str for item in value)


def _length(value: MessageValue) -> int:
    if isinstance(value, tuple):
        return sum(map(len, value))
    return len(value if isinstance(value, str) else str(value))


def _nested(values: Mapping[str, MessageValue]) -> dict[str, dict[str, object]]:
    """Return the values as the language reads them, with every catalogue name present (None when missing)."""
    context: dict[str, dict[str, object]] = {group: {} for _, group, _ in _PLACES}
    for name, group, leaf in _PLACES:
        value = values.get(name)
        context[group][leaf] = [*value] if isinstance(value, tuple) else _blank_to_none(value)
    return context


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not clean(value) else value


def _merge(source: str, context: dict[str, dict[str, object]], part: str) -> Merged | RenderProblem:
    if len(source.encode(errors="replace")) > SOURCE_LIMIT:
        return RenderProblem(code="E-TPL-05", what=f"The {part} of the template is longer than 64 KB.")
    try:
        return merge_source(source, context)
    except HoleError as hole:
        name = str(hole.args[0]).partition("|")[0].strip()
        return RenderProblem(code="E-TPL-07", what=f"The {part} has no value for '{name}'.", names=(name,))
    except (LiquidError, ValueError, TypeError, RecursionError, OverflowError) as error:
        return RenderProblem(code="E-TPL-02", what=f"The {part} cannot be rendered: {type(error).__name__}.")
