"""Sizes, words and what files say about themselves."""

from statistics import median

import pytest

from tests.architecture.house import Module, Rule, app_modules, functions, modules, offences
from tests.architecture.rules import shape

EVERYWHERE = (shape.small_functions, shape.small_files, shape.shallow, shape.finished_and_reasoned)
PRODUCT = (
    shape.few_parameters,
    shape.opens_with_docstring,
    shape.explains_public_names,
    shape.annotated,
    shape.names_time_and_doer,
    shape.actions_take_names,
    shape.views_are_functions,
    shape.one_word_per_idea,
)
LONG = "def f():\n" + "    a = 1\n" * 40
DEEP = "def f():\n    if a:\n        for b in c:\n            with d:\n                if e: pass"
FLAT = "def f():\n    if a: pass\n    elif b: pass\n    elif c: pass\n    elif d: pass"

BAD = (
    (shape.small_functions, "offers/core/x.py", LONG),
    (shape.small_files, "offers/core/x.py", "a = 1\n" * 401),
    (shape.few_parameters, "offers/core/x.py", "def f(a, b, c, d, e, *, now, by): pass"),
    (shape.shallow, "offers/core/x.py", DEEP),
    (shape.opens_with_docstring, "offers/core/x.py", "a = 1"),
    (shape.opens_with_docstring, "offers/core/x.py", '"""a\nb\nc\nd\ne\nf"""'),
    (shape.explains_public_names, "offers/core/x.py", "def f(): pass"),
    (shape.explains_public_names, "offers/core/x.py", "class A:\n    '''A.'''\n    def f(self): pass"),
    (shape.annotated, "offers/core/x.py", "def f(a: int): pass"),
    (shape.annotated, "offers/core/x.py", "def f(a) -> None: pass"),
    (shape.names_time_and_doer, "offers/core/x.py", "def f(now): pass"),
    (shape.actions_take_names, "offers/actions/x.py", "def close(offer, *, by, now): pass"),
    (shape.views_are_functions, "dashboards/views/x.py", "class Queue(ListView): pass"),
    (shape.one_word_per_idea, "offers/core/x.py", "def process_customer(): pass"),
    (shape.one_word_per_idea, "offers/core/x.py", "class OfferManager: pass"),
    (shape.one_word_per_idea, "offers/core/x.py", "deals = []"),
    (shape.one_word_per_idea, "offers/core/utils.py", ""),
    (shape.finished_and_reasoned, "offers/core/x.py", "a = 1  # " + "TODO later"),
    (shape.finished_and_reasoned, "offers/core/x.py", "a = 1  # " + "noqa: E501"),
)
GOOD = (
    (shape.shallow, "offers/core/x.py", FLAT),
    (shape.opens_with_docstring, "offers/core/__init__.py", ""),
    (shape.one_word_per_idea, "renewals/core/x.py", "CS_MANAGER = 'cs_manager'\nrenewal_managers = 1"),
    (shape.one_word_per_idea, "renewals/models/x.py", "class UserManager(BaseUserManager): pass"),
    (shape.one_word_per_idea, "benchmarks/x.py", "from django.test import Client\nclient = Client()"),
    (
        shape.one_word_per_idea,
        "renewals/core/x.py",
        "from typing import Sequence\ndef f(a: Sequence): pass",
    ),
    (shape.finished_and_reasoned, "offers/core/x.py", "a = 1  # " + "noqa: E501 - the address is one word"),
)


@pytest.mark.parametrize("rule", EVERYWHERE, ids=lambda rule: rule.__name__)
def test_shape_of_every_file_is_kept(rule: Rule) -> None:
    assert "\n".join(offences(rule, [m for m in modules() if m.layer != "migrations"])) == ""


@pytest.mark.parametrize("rule", PRODUCT, ids=lambda rule: rule.__name__)
def test_shape_of_the_product_is_kept(rule: Rule) -> None:
    wiring = [m for m in modules() if m.app in ("config", "benchmarks")]
    assert "\n".join(offences(rule, [*app_modules(), *wiring])) == ""


@pytest.mark.parametrize(("rule", "path", "source"), BAD)
def test_misshapen_example_is_seen(rule: Rule, path: str, source: str) -> None:
    assert len(offences(rule, [Module(path=path, source=source)])) == 1


@pytest.mark.parametrize(("rule", "path", "source"), GOOD)
def test_well_shaped_example_is_left_alone(rule: Rule, path: str, source: str) -> None:
    assert offences(rule, [Module(path=path, source=source)]) == []


def test_every_file_is_python_of_the_oldest_version_supported() -> None:
    assert [module.syntax_error for module in modules() if module.syntax_error] == []


def test_median_function_is_short() -> None:
    assert median(shape.length(node) for module in app_modules() for node in functions(module)) <= 8


def test_quarter_of_the_code_is_pure() -> None:
    lines = {m.path: m.source.count("\n") for m in app_modules()}
    pure = sum(lines[m.path] for m in app_modules() if m.layer == "core")
    assert pure / sum(lines.values()) >= 0.25


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {m.path.rpartition("/")[0] for m in modules() if m.app == "tests"}
    packages = {m.path.rpartition("/")[0] for m in modules() if m.path.endswith("/__init__.py")}
    assert sorted(folders - packages) == []


def test_names_of_tests_tell_thing_condition_result() -> None:
    short = [
        module.at(node, node.name)
        for module in modules()
        if module.app == "tests"
        for node in functions(module)
        if node.name.startswith("test_") and node.name.count("_") < 2
    ]
    assert short == []
