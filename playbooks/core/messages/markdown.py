"""The body of a message from its Markdown: clean HTML with allowed tags and links, and the plain text beside it.

What a value printed is shielded until the Markdown is done; a mark (see `language`) may stand for a whole address.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from playbooks.core.messages.language import is_mark, unshield, unshield_html

HTML_TAGS = {"p", "br", "strong", "em", "a", "ul", "ol", "li", "h1", "h2", "h3", "blockquote", "hr", "code"}
URL_SCHEMES = {"https", "http", "mailto"}
_BLOCK_ENDS = ("bullet_list_close", "ordered_list_close", "paragraph_close", "heading_close")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of a body: where it leads, and the label as it stands before values are unshielded."""

    href: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body as it goes out; `html` holds only allowed tags and links."""

    html: str
    text: str
    links: tuple[Link, ...]


class _Markdown(MarkdownIt):
    """CommonMark without raw HTML and images, whose links are unshielded before they are judged."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False})
        self.disable(["image", "html_block", "html_inline", "autolink"])

    def normalizeLink(self, url: str) -> str:  # noqa: N802 the library's own name, overridden
        """Return the address as it was written, encoded."""
        return super().normalizeLink(unshield(url))

    def validateLink(self, url: str) -> bool:  # noqa: N802 the library's own name, overridden
        """Answer whether it is a web or mailto address."""
        return url.partition(":")[0].lower() in URL_SCHEMES and ":" in url


class _MarkedMarkdown(_Markdown):
    """The same for text with marks, one of which may be where a link leads: its value is judged when it is filled."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 the library's own name, overridden
        """Return the address as it was written, encoded; a mark stays as it is."""
        return url if is_mark(url) else super().normalizeLink(url)

    def validateLink(self, url: str) -> bool:  # noqa: N802 the library's own name, overridden
        """Answer whether it is a web or mailto address, or a mark."""
        return is_mark(url) or super().validateLink(url)


_PLAIN, _MARKED = _Markdown(), _MarkedMarkdown()


def write_body(source: str, *, has_marks: bool = False) -> Body:
    """Return the body of shielded Markdown; `has_marks` lets a mark stand for an address."""
    markdown = _MARKED if has_marks else _PLAIN
    tokens = markdown.parse(source)
    html = unshield_html(markdown.renderer.render(tokens, markdown.options, {}))
    clean = nh3.clean(
        html,
        tags=HTML_TAGS,
        attributes={"a": {"href"}},
        url_schemes=URL_SCHEMES,
        link_rel="noopener nofollow noreferrer",
    )
    return Body(html=clean.strip(), text=_plain_text(tokens), links=tuple(_links(tokens)))


def _plain_text(tokens: Sequence[Token]) -> str:
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


def _links(tokens: Sequence[Token]) -> Iterator[Link]:
    href, label = "", ""
    for child in (child for token in tokens for child in token.children or []):
        if child.type == "link_open":
            href, label = str(child.attrGet("href") or ""), ""
        elif child.type == "link_close":
            yield Link(href=href, label=label)
        else:
            label += child.content


def _join_blocks(blocks: Sequence[str]) -> str:
    lines: list[str] = []
    for block in blocks:
        if block:
            lines.append(block)
        elif lines and lines[-1]:
            lines.append("")
    return "\n".join(lines).strip() + "\n"
