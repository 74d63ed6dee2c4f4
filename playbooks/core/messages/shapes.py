"""The Markdown of a message done once for all messages that differ only in their values.

A value is shielded and cannot become markup, so its place may be filled in afterwards. Where that is not certain, the
message is written in full; both ways give the same text, which a property test holds them to.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from playbooks.core.messages.language import FIRST_MARK, LAST_MARK, MARKS, Merged, has_plain_edges
from playbooks.core.messages.markdown import Body, write_body

_MARK = f"[{FIRST_MARK}-{LAST_MARK}]"
# Here what a value holds could change how the words around it are read: half an entity, the number of a list, the name
# of a reference.
_UNCERTAIN = (
    re.compile(rf"&[#\w]*{_MARK}"),
    re.compile(rf"^[^A-Za-z\n]*{_MARK}[\d{FIRST_MARK}-{LAST_MARK}]*[.)]", re.MULTILINE),
    re.compile(r"\][\[:]"),
)
_SPECIAL = re.compile("[&<>\xa0]")
_PLAIN_ADDRESS = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9/._~:=-]*)?(?:\?[A-Za-z0-9._~=&-]*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A body cut at its marks: words and marks in turn.

    `addresses` are the marks that stand where a link leads; `labels` those that stand as the label of another one.
    """

    html: tuple[str, ...]
    text: tuple[str, ...]
    addresses: frozenset[str]
    labels: tuple[tuple[str, str], ...]


def fill_body(merged: Merged) -> Body:
    """Return the body of a merged text, through its shape where every value fits, else written in full."""
    shape = shape_of(merged.text) if merged.marks else None
    if shape is None or not _fits(shape, merged.marks):
        return write_body(merged.in_full())
    escaped = {mark: _escaped(value) for mark, value in merged.marks.items()}
    return Body(
        html="".join([escaped.get(part, part) for part in shape.html]),
        text="".join([merged.marks.get(part, part) for part in shape.text]),
        links=(),
    )


@lru_cache(maxsize=256)
def shape_of(text: str) -> Shape | None:
    """Return the shape of a merged text; None when a value could change more than its own place."""
    if any(uncertain.search(text) for uncertain in _UNCERTAIN):
        return None
    body = write_body(text, has_marks=True)
    leading = [link for link in body.links if MARKS.search(link.href)]
    # An encoded mark is one that stands inside a longer address.
    has_encoded = any(start in body.html + body.text for start in ("%EE%", "%EF%"))
    if has_encoded or any(_may_repeat(link.label, link.href) for link in leading):
        return None
    return Shape(
        html=tuple(MARKS.split(body.html)),
        text=tuple(MARKS.split(body.text)),
        addresses=frozenset(link.href for link in leading),
        labels=tuple((link.label, link.href) for link in leading if MARKS.fullmatch(link.label)),
    )


def _may_repeat(label: str, href: str) -> bool:
    """A label that could turn out to be the address itself is not spelt out twice: only values can tell."""
    is_longer = len(label) > 1 and bool(MARKS.match(label))
    return label != href and (label[:4].lower() == "http" or is_longer)


def _fits(shape: Shape, marks: Mapping[str, str]) -> bool:
    if not all(map(has_plain_edges, marks.values())):
        return False
    if not all(_PLAIN_ADDRESS.fullmatch(marks[mark]) for mark in shape.addresses):
        return False
    return not any(marks[label] == marks[href] for label, href in shape.labels if label != href)


def _escaped(value: str) -> str:
    """Return a value as HTML shows it, in the spelling of the cleaner."""
    if not _SPECIAL.search(value):
        return value
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\xa0", "&nbsp;")
