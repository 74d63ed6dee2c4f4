"""The merge language: Liquid with an allow list of tags and filters, hard limits, and no way to reach an object.

What a value prints is shielded character by character, so that no value can become markup; see `shield`.
"""

import re
from functools import lru_cache
from html import escape
from string import punctuation
from typing import TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.output import Output, OutputNode
from liquid.exceptions import LiquidError, LiquidSyntaxError
from liquid.stringify import to_liquid_string

SOURCE_LIMIT = 64 * 1024
OUTPUT_LIMIT = 256 * 1024
TAG_LIMIT = 200
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


MARKUP = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


class HoleError(LiquidError):
    """An output statement printed nothing: a message with a hole in it is never sent."""


class _ShieldedOutputNode(OutputNode):
    """Prints a value shielded, and refuses to print nothing."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Write the value shielded; returns the characters written, raises HoleError for nothing."""
        text = to_liquid_string(self.expression.evaluate(context), False)
        if not text.strip():
            raise HoleError(str(self.expression), token=self.token)
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


def has_range(markup: str) -> bool:
    """Answer whether one output or tag holds a range such as (1..9), which could be made as long as memory."""
    return ".." in _QUOTED.sub("", markup)


def shield(text: str) -> str:
    """Return a value with punctuation and line ends replaced one for one, so that Markdown sees only letters in it."""
    return UNPRINTABLE.sub("", text).strip().translate(_SHIELDED)


def unshield(text: str) -> str:
    """Return shielded text as it was."""
    return text.translate(_UNSHIELDED)


def unshield_html(text: str) -> str:
    """Return shielded text inside HTML as it was, escaped."""
    return text.translate(_UNSHIELDED_HTML)
