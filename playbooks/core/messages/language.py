"""The merge language: Liquid with an allow list of tags and filters, hard limits, and no way to reach an object.

What a value prints is shielded character by character, so that no value can become markup; see `shield`. A merged text
holds a mark for each value, so that what is made of its words can be kept for the next message; see `Merged`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from string import punctuation
from typing import TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import LiquidError, LiquidSyntaxError
from liquid.output import LimitedStringIO
from liquid.stringify import to_liquid_string

SOURCE_LIMIT = 64 * 1024
OUTPUT_LIMIT = 256 * 1024
TAG_LIMIT = 200
BYTES_PER_CHARACTER = 4
LOOP_LIMIT = 1_000
NAMESPACE_LIMIT = 64 * 1024
VALUE_LIMIT = 10_000

TAGS = frozenset({"if", "unless", "case", "for", "assign"})
FILTERS = frozenset(
    {
        "default",
        "upcase",
        "downcase",
        "capitalize",
        "strip",
        "truncate",
        "truncatewords",
        "join",
        "size",
        "first",
        "last",
    }
)

_BUILT_IN = frozenset({"content", "illegal"})
_SHIELD_BASE = 0xE000
_SHIELDED = {ord(char): chr(_SHIELD_BASE + ord(char)) for char in punctuation + "\n"}
_UNSHIELDED = {ord(shield): char for char, shield in ((chr(code), to) for code, to in _SHIELDED.items())}
_UNSHIELDED_HTML = {code: escape(char) for code, char in _UNSHIELDED.items()}
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufeff\ufff9-\uffff]"
)
"""Control characters, invisible and direction-changing ones, and the private range the shield uses; tab and line feed
are fine."""


_PRIVATE = re.compile("[\ue000-\uf8ff]")
MARKS = re.compile("([\ue100-\uf8ff])")
MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_NAME = r"[a-z_]+\.(?!(?:size|first|last)\b)[a-z_]+"
_FOR = re.compile(rf"\{{%-?\s*for\s+[a-z_]+\s+in\s+({_NAME})\s*-?%\}}")
_ASKING = (
    re.compile(rf"\{{\{{-?\s*{_NAME}\s*(?:\|\s*default\s*:\s*(?:{_NAME})?\s*)?-?\}}\}}"),
    re.compile(rf"\{{%-?\s*(?:if|elsif|unless)\s+{_NAME}(?:\s+(?:and|or)\s+{_NAME})*\s*-?%\}}"),
    re.compile(r"\{%-?\s*(?:else|endif|endunless|endfor)\s*-?%\}"),
    _FOR,
    re.compile(r"\{\{-?\s*[a-z_]+\s*-?\}\}"),
)
"""All the markup that is decided by which values are there and by how many lines a list has. Anything else could be
decided by what they say."""

_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


FIRST_MARK, LAST_MARK, LAST_VALUE_MARK = "\ue100", "\uf8ff", "\uefff"
"""Marks are letters to Markdown and to HTML, and no value holds one: the whole range is unprintable. Those of names
begin where those of values end."""


class HoleError(LiquidError):
    """An output statement printed nothing: a message with a hole in it is never sent."""


class _TooMuchError(Exception):
    """More than can be told apart by marks, or so much that the limit of output has to be counted exactly."""


class LookedInto(Exception):
    """A template did more with a sealed value than print it or ask whether it is there."""


class Sealed:
    """Stands for a value that is there; `mark` is printed in its place."""

    __slots__ = ("mark",)

    def __init__(self, mark: str) -> None:
        self.mark = mark

    def __eq__(self, other: object) -> bool:
        """Answer only the question whether it is there."""
        if other is None or other is False:
            return False
        raise LookedInto

    def _refuse(self, *_: object) -> bool:
        raise LookedInto

    __hash__ = __str__ = __repr__ = __len__ = __iter__ = _refuse  # type: ignore[assignment]  # refused alike
    __getitem__ = __contains__ = __lt__ = __le__ = __gt__ = __ge__ = __bool__ = __int__ = __float__ = _refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """A source with its values merged in: words with a mark for each different value, or words alone."""

    text: str
    marks: Mapping[str, str]

    def in_full(self) -> str:
        """Return the text with its values, shielded."""
        return self._with({mark: value.translate(_SHIELDED) for mark, value in self.marks.items()})

    def plain(self) -> str:
        """Return the text with its values as they are."""
        return self._with(self.marks) if self.marks else unshield(self.text)

    def _with(self, values: Mapping[str, str]) -> str:
        return "".join([values.get(part, part) for part in MARKS.split(self.text)]) if values else self.text


class _Places(LimitedStringIO):
    """An output that writes a mark where a value belongs; the same value has the same mark."""

    def __init__(self) -> None:
        super().__init__(OUTPUT_LIMIT)
        self.marks: dict[str, str] = {}
        self._parts: list[str] = []
        self._most_bytes = 0

    def write(self, text: str) -> int:
        """Write words of the template."""
        self._most_bytes += BYTES_PER_CHARACTER * len(text)
        if self._most_bytes > OUTPUT_LIMIT:
            raise _TooMuchError
        self._parts.append(text)
        return len(text)

    def getvalue(self) -> str:
        """Return all that was written."""
        return "".join(self._parts)

    def put(self, value: str) -> int:
        """Write the mark of a value; nothing for nothing."""
        if not value:
            return 0
        mark = self.marks.setdefault(value, chr(ord(FIRST_MARK) + len(self.marks)))
        self._most_bytes += BYTES_PER_CHARACTER * len(value)
        if mark > LAST_VALUE_MARK:
            raise _TooMuchError
        return self.write(mark)


class _ShieldedOutputNode(OutputNode):
    """Prints a value shielded, and refuses to print nothing."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value shielded; returns the characters written, raises HoleError for nothing."""
        value = self.expression.evaluate(context)
        if isinstance(value, Sealed):
            return buffer.write(value.mark)
        text = to_liquid_string(value, False)
        if not text.strip():
            raise HoleError(str(self.expression), token=self.token)
        if isinstance(buffer, _Places):
            return buffer.put(clean(text))
        return buffer.write(shield(text))


class _ShieldedOutput(Output):
    node_class = _ShieldedOutputNode


class _Language(Environment):
    """Liquid as templates of this project may use it."""

    block_nesting_limit = 10
    context_depth_limit = 15
    loop_iteration_limit = LOOP_LIMIT
    local_namespace_limit = NAMESPACE_LIMIT
    output_stream_limit = OUTPUT_LIMIT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Keep the tags and filters of the allow lists and no other."""
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: tag for name, tag in self.tags.items() if name in TAGS | _BUILT_IN}
        self.filters = {name: filter_ for name, filter_ in self.filters.items() if name in FILTERS}
        self.add_tag(_ShieldedOutput)


_LANGUAGE = _Language()


@lru_cache(maxsize=256)
def parse_source(source: str) -> BoundTemplate:
    """Return the parsed source; raises `LiquidError` with the place for anything the language does not have."""
    if any(has_range(markup.group()) for markup in MARKUP.finditer(source)):
        raise LiquidSyntaxError("ranges are not allowed", token=None)
    return _LANGUAGE.from_string(source)


def merge_source(source: str, context: Mapping[str, object]) -> Merged:
    """Return the source with its values merged in; raises `LiquidError` as the language does, HoleError for a hole."""
    template = parse_source(source)
    if not _PRIVATE.search(source):
        places = _Places()
        try:
            template.render_with_context(RenderContext(template, globals=context), places)
            return Merged(text=places.getvalue(), marks={mark: value for value, mark in places.marks.items()})
        except _TooMuchError:
            pass
    return Merged(text=template.render(**context), marks={})


def merge_sealed(source: str, context: Mapping[str, object]) -> Merged | None:
    """Return the source with sealed values merged in; None where it does more than print and ask what is there."""
    if _PRIVATE.search(source) or not all(_asks_only(found.group()) for found in MARKUP.finditer(source)):
        return None
    template, places = parse_source(source), _Places()
    try:
        template.render_with_context(RenderContext(template, globals=context), places)
    except _TooMuchError:
        return None
    return Merged(text=places.getvalue(), marks={mark: value for value, mark in places.marks.items()})


def lists_in(source: str) -> frozenset[str]:
    """Return the names that a source goes through line by line."""
    return frozenset(_FOR.findall(source))


def _asks_only(markup: str) -> bool:
    return any(allowed.fullmatch(_QUOTED.sub("", markup)) for allowed in _ASKING)


def printed(value: object) -> str:
    """Return a value as the language prints it, before it is cleaned."""
    return value if isinstance(value, str) else to_liquid_string([*value] if isinstance(value, tuple) else value, False)


def is_mark(text: str) -> bool:
    """Answer whether a text is one mark and nothing else."""
    return len(text) == 1 and FIRST_MARK <= text <= LAST_MARK


def has_plain_edges(value: str) -> bool:
    """Answer whether a cleaned value begins and ends with what Markdown takes for a letter once it is shielded."""
    return _is_letter(value[0]) and _is_letter(value[-1])


def _is_letter(char: str) -> bool:
    return char.isalnum() or ord(char) in _SHIELDED


def has_range(markup: str) -> bool:
    """Answer whether one output or tag holds a range such as (1..9), which could be made as long as memory."""
    return ".." in _QUOTED.sub("", markup)


def clean(text: str) -> str:
    """Return a value without characters that cannot be seen, and without space around it."""
    is_plain = text.isascii() and text.isprintable()
    return (text if is_plain else UNPRINTABLE.sub("", text)).strip()


def shield(text: str) -> str:
    """Return a value with punctuation and line ends replaced one for one, so that Markdown sees only letters in it."""
    return clean(text).translate(_SHIELDED)


def unshield(text: str) -> str:
    """Return shielded text as it was."""
    return text.translate(_UNSHIELDED)


def unshield_html(text: str) -> str:
    """Return shielded text inside HTML as it was, escaped."""
    return text.translate(_UNSHIELDED_HTML)
