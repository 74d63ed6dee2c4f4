"""One message from a template and plain values: subject, plain text and clean HTML, or the reason it must be parked."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import nh3
from liquid.exceptions import LiquidError
from markdown_it import MarkdownIt
from markdown_it.token import Token

from playbooks.core.messages.checks import SUBJECT_LIMIT
from playbooks.core.messages.language import (
    OUTPUT_LIMIT,
    SOURCE_LIMIT,
    UNPRINTABLE,
    VALUE_LIMIT,
    HoleError,
    parse_source,
    unshield,
    unshield_html,
)
from playbooks.core.messages.templates import MessageTemplate
from playbooks.core.messages.variables import VARIABLES, MessageValue

HTML_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr", "code"}
URL_SCHEMES = {"https", "http", "mailto"}
_ADDRESS = re.compile(r"https?://[^\s()<>\[\]]+")
_BLOCK_ENDS = ("bullet_list_close", "ordered_list_close", "paragraph_close", "heading_close")


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


class _Markdown(MarkdownIt):
    """CommonMark without raw HTML and images, whose links are unshielded before they are judged."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 the library's own name, overridden
        """Return the address as it was written, encoded."""
        return super().normalizeLink(unshield(url))

    def validateLink(self, url: str) -> bool:  # noqa: N802 the library's own name, overridden
        """Answer whether it is a web or mailto address."""
        return url.partition(":")[0].lower() in URL_SCHEMES and ":" in url


_MARKDOWN = _Markdown("commonmark", {"html": False})
_MARKDOWN.disable(["image", "html_block", "html_inline", "autolink"])


def render_message(template: MessageTemplate, values: Mapping[str, MessageValue]) -> RenderedMessage | RenderProblem:
    """Return the rendered message, or the problem for which it is parked; never one with a hole in it.

    `values` maps catalogue names to plain text, numbers or lists of texts; a missing name and None are the same, and
    need a fallback in the template. Values are printed literally: they cannot become markup, merge language or headers.
    """
    problem = _check_values(values)
    if problem is not None:
        return problem
    context = _nested(values)
    subject = _merge(template.subject, context, "subject")
    if isinstance(subject, RenderProblem):
        return subject
    body = _merge(template.body, context, "body")
    if isinstance(body, RenderProblem):
        return body
    return _check_size(_finish(unshield(subject).strip(), body))


def render_written(subject: str, body: str) -> RenderedMessage | RenderProblem:
    """Return a message as a person wrote it: nothing is merged, addresses of pages become links, no markup survives."""
    linked = _ADDRESS.sub(lambda found: f"[{found[0]}]({found[0]})", body)
    done = _finish(subject.strip(), linked)
    return _check_size(RenderedMessage(subject=done.subject, text=body.strip() + "\n", html=done.html))


def fill_text(source: str, values: Mapping[str, MessageValue]) -> str:
    """Return a plain text with its values filled in; with a hole or a mistake in it, the text as it was written."""
    if _check_values(values) is not None:
        return source
    merged = _merge(source, _nested(values), "text")
    return source if isinstance(merged, RenderProblem) else unshield(merged)


def _finish(subject: str, body: str) -> RenderedMessage:
    tokens = _MARKDOWN.parse(body)
    html = unshield_html(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))
    clean = nh3.clean(
        html,
        tags=HTML_TAGS,
        attributes={"a": {"href"}},
        url_schemes=URL_SCHEMES,
        link_rel="noopener nofollow noreferrer",
    )
    return RenderedMessage(subject=subject, text=plain_text(tokens), html=clean.strip())


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
    strangers = tuple(sorted(name for name in values if name not in VARIABLES))
    if strangers:
        return RenderProblem(
            code="E-TPL-01", what="Values were given that the catalogue does not have.", names=strangers
        )
    objects = tuple(sorted(name for name, value in values.items() if not _is_plain(value)))
    if objects:
        return RenderProblem(
            code="E-TPL-08", what="Only text, numbers and lists of texts may be merged.", names=objects
        )
    long = tuple(sorted(name for name, value in values.items() if len(_texts(value)) > VALUE_LIMIT))
    if long:
        return RenderProblem(code="E-TPL-05", what=f"A value has more than {VALUE_LIMIT} characters.", names=long)
    return None


def _is_plain(value: object) -> bool:
    if value is None or type(value) in (str, int, Decimal):
        return True
    return type(value) is tuple and all(type(item) is str for item in value)


def _texts(value: MessageValue) -> str:
    return "".join(value) if isinstance(value, tuple) else str(value)


def _nested(values: Mapping[str, MessageValue]) -> dict[str, dict[str, object]]:
    """Return the values as the language reads them, with every catalogue name present (None when missing)."""
    context: dict[str, dict[str, object]] = {}
    for name in VARIABLES:
        group, _, leaf = name.partition(".")
        value = values.get(name)
        context.setdefault(group, {})[leaf] = [*value] if isinstance(value, tuple) else _blank_to_none(value)
    return context


def _blank_to_none(value: object) -> object:
    return None if isinstance(value, str) and not UNPRINTABLE.sub("", value).strip() else value


def _merge(source: str, context: dict[str, dict[str, object]], part: str) -> str | RenderProblem:
    if len(source.encode(errors="replace")) > SOURCE_LIMIT:
        return RenderProblem(code="E-TPL-05", what=f"The {part} of the template is longer than 64 KB.")
    try:
        return parse_source(source).render(**context)
    except HoleError as hole:
        name = str(hole.args[0]).partition("|")[0].strip()
        return RenderProblem(code="E-TPL-07", what=f"The {part} has no value for '{name}'.", names=(name,))
    except (LiquidError, ValueError, TypeError, RecursionError, OverflowError) as error:
        return RenderProblem(code="E-TPL-02", what=f"The {part} cannot be rendered: {type(error).__name__}.")


def plain_text(tokens: Sequence[Token]) -> str:
    """Return the plain-text part of parsed Markdown: paragraphs apart, list items with a dash, links spelt out."""
    blocks: list[str] = []
    marker = ""
    for token in tokens:
        if token.type == "list_item_open":
            marker = f"{token.info}. " if token.info else "- "
        elif token.type == "inline":
            blocks.append(marker + unshield("".join(_inline_text(token.children or []))).strip())
            marker = ""
        elif token.type in ("fence", "code_block"):
            blocks.append(unshield(token.content).strip())
        elif token.type in _BLOCK_ENDS and not token.hidden:
            blocks.append("")
    return _join_blocks(blocks)


def _inline_text(children: Sequence[Token]) -> Iterator[str]:
    href, label = "", ""
    for child in children:
        if child.type == "link_open":
            href, label = str(child.attrGet("href") or ""), ""
        elif child.type == "link_close":
            yield f" ({href})" if unshield(label) != href else ""
            href = ""
        elif child.type in ("softbreak", "hardbreak"):
            yield "\n"
        else:
            label += child.content
            yield child.content


def _join_blocks(blocks: Sequence[str]) -> str:
    lines: list[str] = []
    for block in blocks:
        if block:
            lines.append(block)
        elif lines and lines[-1]:
            lines.append("")
    return "\n".join(lines).strip() + "\n"
