"""Templates, styles and scripts; and that every address has a permission."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from dashboards import urls as dashboards_urls
from tests.architecture.house import files, relative, templates
from tests.architecture.rules.pages import style_offences, template_offences
from tests.architecture.rules.shape import forbidden_words

THIRD_PARTY_PAGES = ("allauth.", "drf_spectacular.", "django.")
"""Packages whose pages guard themselves: log-in, its second step, the schema of the API."""

INCLUDED_ONLY = re.compile(r'\{% include "([^"]+)"((?:(?!%\}).)*) only %\}')
BAD_TEMPLATES = (
    "<script>alert(1)</script>",
    "<STYLE>",
    '<p style="color: red">',
    '<a onclick="x()">',
    '<a hx-on:click="x()">',
    '<a href="javascript:x()">',
    "{{ text|safe }}",
    "{{ a|add:1 }}",
    "{% widthratio a b 1 %}",
    "{% for a in account.contract_set.all %}",
    "{{ account.contracts.exists }}",
    '<path fill="#ff0000">',
    "\n" * 81,
)
BAD_STYLES = (
    "a { color: #fff; }",
    "a { border: 1px solid rgb(0 0 0); }",
    "a { background: white }",
    "a{--x: hsl(1 2 3)}",
)
GOOD_STYLES = ("#main { color: var(--color-text); }", "a { color: transparent; }", "a { grid-area: red; }")


def test_templates_hold_no_code_colour_or_arithmetic() -> None:
    found = [said for path in templates() for said in template_offences(relative(path), path.read_text("utf-8"))]
    assert "\n".join(found) == ""


def test_form_in_an_included_template_is_given_the_token() -> None:
    """`only` drops what the page knows, and the test client does not ask for the token: a browser would see 403."""
    with_forms = {relative(path) for path in templates() if "{% csrf_token %}" in path.read_text("utf-8")}
    dropped = [
        f"{relative(path)} includes {name} without csrf_token=csrf_token"
        for path in templates()
        for name, rest in INCLUDED_ONLY.findall(path.read_text("utf-8"))
        if f"templates/{name}" in with_forms and "csrf_token=csrf_token" not in rest
    ]
    assert "\n".join(dropped) == ""
    assert INCLUDED_ONLY.findall('{% include "a.html" with b=c only %}') == [("a.html", " with b=c")]


def test_styles_take_their_colours_from_the_tokens() -> None:
    styles = [path for path in files(".css", under="static") if path.name != "tokens.css"]
    assert "\n".join(said for p in styles for said in style_offences(relative(p), p.read_text("utf-8"))) == ""


@pytest.mark.parametrize("text", BAD_TEMPLATES)
def test_bad_template_is_seen(text: str) -> None:
    assert len(list(template_offences("x.html", text))) == 1


@pytest.mark.parametrize("text", BAD_STYLES)
def test_literal_colour_is_seen(text: str) -> None:
    assert len(list(style_offences("x.css", text))) == 1


@pytest.mark.parametrize("text", GOOD_STYLES)
def test_style_without_literal_colour_is_left_alone(text: str) -> None:
    assert list(style_offences("x.css", text)) == []


def test_scripts_need_no_eval() -> None:
    words = ("eval(", "new Function", "document.write")
    found = [relative(p) for p in files(".js", under="static") if any(w in p.read_text("utf-8") for w in words)]
    assert found == []


def test_every_address_names_its_permission() -> None:
    unguarded = [
        f"{address} ({view.__module__}.{view.__name__})"
        for address, view in _addresses()
        if not view.__module__.startswith(THIRD_PARTY_PAGES) and not _has_permission(view)
    ]
    assert "\n".join(unguarded) == ""


def test_addresses_are_nouns_of_the_glossary() -> None:
    ours = [address for address, view in _addresses() if not view.__module__.startswith(THIRD_PARTY_PAGES)]
    assert [a for a in ours for part in a.split("/") if forbidden_words(part)] == []


def test_names_of_pages_are_given_once() -> None:
    """Of two addresses with one name, links lead to the last one, and nobody is told."""
    given = Counter(found.name for found in dashboards_urls.urlpatterns if found.name)
    assert sorted(name for name, times in given.items() if times > 1) == []


def _addresses() -> Iterator[tuple[str, object]]:
    def walk(prefix: str, patterns: list) -> Iterator[tuple[str, object]]:
        for pattern in patterns:
            address = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(address, pattern.url_patterns)
            elif isinstance(pattern, URLPattern):
                yield address, pattern.callback

    return walk("/", get_resolver().url_patterns)


def _has_permission(view: object) -> bool:
    """A page says `permission` (None only through `@public`); an API view says the scope of each of its methods."""
    api = getattr(view, "cls", None)
    if api is None:
        return hasattr(view, "permission")
    methods = {name.upper() for name in ("get", "post", "put", "patch", "delete") if hasattr(api, name)}
    return methods <= set(getattr(api, "scopes", {})) or getattr(api, "permission_classes", None) == []
