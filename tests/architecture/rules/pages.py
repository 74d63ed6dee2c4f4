"""What templates, styles and scripts may hold: no code in the page, no colour outside the tokens, no arithmetic."""

import re
from collections.abc import Iterator

TEMPLATE_LINES = 80
INLINE = (
    (re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE), "inline script"),
    (re.compile(r"<style", re.IGNORECASE), "inline style"),
    (re.compile(r"\sstyle\s*=", re.IGNORECASE), "style attribute"),
    (re.compile(r"\s(on[a-z]+|hx-on[:\-\w]*|hx-vars)\s*=", re.IGNORECASE), "event attribute"),
    (re.compile(r"javascript:", re.IGNORECASE), "script address"),
    (re.compile(r"hx-vals\s*=\s*[\"']\s*js:", re.IGNORECASE), "script in hx-vals"),
)
UNSAFE = re.compile(r"\|\s*(safe|safeseq)\b|\{%\s*autoescape off")
ARITHMETIC = re.compile(
    r"\|\s*(add|divisibleby|mul|sub|div|times|minus|plus|multiply|divide|percent_of)\b|\{%\s*widthratio"
)
QUERIES = re.compile(r"\{[{%][^}%]*\.(objects|all|filter|exclude|exists|select_related|order_by|\w+_set)\b")
COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(|(?<![\w-])(white|black|red|green|blue|grey|gray|orange|yellow|purple|silver|navy|teal)(?![\w-])"
)
COLOUR_PROPERTY = re.compile(r"(color|background|border|outline|fill|stroke|shadow|caret|accent|gradient|decoration)")
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
DECLARATION = re.compile(r"(?P<property>[\w-]+)\s*:\s*(?P<value>[^;{}]+)[;}]")
TEMPLATE_COLOUR = re.compile(r"\b(fill|stroke|stop-color|color|bgcolor)\s*=\s*[\"'](?!none|currentColor|\{|url)[^\"']+")


def template_offences(path: str, text: str) -> Iterator[str]:
    """What a template must not hold."""
    if text.count("\n") > TEMPLATE_LINES:
        yield f"{path} has {text.count(chr(10))} lines"
    plain = re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)
    for pattern, what in INLINE:
        if pattern.search(plain):
            yield f"{path} holds an {what}"
    for pattern, what in (
        (UNSAFE, "switches escaping off"),
        (ARITHMETIC, "calculates"),
        (QUERIES, "asks the database"),
    ):
        if found := pattern.search(plain):
            yield f"{path} {what}: {found[0]}"
    if found := TEMPLATE_COLOUR.search(plain):
        yield f"{path} holds a literal colour: {found[0]}"


def style_offences(path: str, text: str) -> Iterator[str]:
    """Colours are written in the tokens alone; elsewhere `var(--color-…)`."""
    for found in DECLARATION.finditer(CSS_COMMENT.sub("", text)):
        value = re.sub(r"url\([^)]*\)|var\([^)]*\)|\"[^\"]*\"", "", found["value"])
        is_colour = COLOUR_PROPERTY.search(found["property"]) or found["property"].startswith("--")
        if is_colour and (literal := COLOUR.search(value)):
            yield f"{path} holds a literal colour: {found['property']}: {literal[0]}"
