"""Documents made from the code are what the code says now, and every term on a page is in the glossary."""

import ast
import re

import pytest

from renewals.queries.glossary import glossary_terms
from tests.architecture.house import app_modules, relative, templates
from tests.docs.generated import DOCS, documents

TERM = re.compile(r"""term=["'](?P<key>[a-z_]+)["']|/glossary/#(?P<anchor>[a-z_]+)""")


@pytest.mark.parametrize("name", documents())
def test_made_document_is_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == documents()[name]


@pytest.mark.requirement(6)
def test_each_term_on_a_page_is_defined() -> None:
    known = {term.key for term in glossary_terms()}
    printed = [
        (relative(path), hit["key"] or hit["anchor"])
        for path in templates()
        for hit in TERM.finditer(path.read_text("utf-8"))
    ]
    printed += [
        (module.path, keyword.value.value)
        for module in app_modules()
        if module.app == "dashboards"
        for node in module.nodes
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "term" and isinstance(keyword.value, ast.Constant) and keyword.value.value
    ]
    assert sorted({f"{where}: {key}" for where, key in printed if key not in known}) == []
