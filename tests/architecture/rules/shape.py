"""How large things may be, what they must say about themselves, and how they may be called."""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator

from tests.architecture.house import APPS, Module, functions, imports

FUNCTION_LINES = 40
FILE_LINES = 400
PARAMETERS = 6
NESTING = 3
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)
EXPLAINED = ("core", "queries", "actions")
UNTYPED_FRAMEWORK_CODE = ("models", "migrations")
EDGE_NAMES = ("by", "now", "today")

SYNONYMS = """
customer client org campaign journey sequence workflow variant bucket deal manager handler processor helper util
"""
FORBIDDEN_WORDS = frozenset(SYNONYMS.split())
FORBIDDEN_FILES = {"common", "lib", "misc", "tools", "shared"}
FIELD_TERMS = ("cs_manager", "renewal_manager", "customer_success")
"""Terms of the trade that hold a forbidden word and are used whole."""

SILENCED = re.compile(
    r"#\s*(noqa|type:\s*ignore|pragma: no cover)(:?\s*\[?[\w-]*[A-Z]+\d+\]?,?|\[[\w, -]+\])*(?P<reason>.*)"
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def small_functions(module: Module) -> Iterator[str]:
    """A function has 40 lines at most, and nobody should come near."""
    for node in functions(module):
        lines = length(node)
        if lines > FUNCTION_LINES:
            yield module.at(node, f"{node.name} has {lines} lines")


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def small_files(module: Module) -> Iterator[str]:
    """A file has 400 lines at most."""
    lines = module.source.count("\n")
    if lines > FILE_LINES:
        yield f"{module.path} has {lines} lines"


def few_parameters(module: Module) -> Iterator[str]:
    """Six parameters at most, without self and cls."""
    for node in functions(module):
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        count = len([name for name in names if name not in ("self", "cls")])
        if count > PARAMETERS:
            yield module.at(node, f"{node.name} has {count} parameters")


def shallow(module: Module) -> Iterator[str]:
    """Blocks nest three deep at most."""
    for node in functions(module):
        depth = _depth(node.body)
        if depth > NESTING:
            yield module.at(node, f"{node.name} nests {depth} deep")


def _depth(body: list[ast.stmt]) -> int:
    return max((_depth_of(statement) for statement in body), default=0)


def _depth_of(node: ast.stmt) -> int:
    if not isinstance(node, BLOCKS):
        return 0
    inner = [*getattr(node, "body", []), *getattr(node, "finalbody", [])]
    inner += [s for handler in getattr(node, "handlers", []) for s in handler.body]
    inner += [s for case in getattr(node, "cases", []) for s in case.body]
    after = getattr(node, "orelse", [])
    chained = after[0] if isinstance(node, ast.If) and len(after) == 1 and isinstance(after[0], ast.If) else None
    if chained is not None:
        return max(1 + _depth(inner), _depth_of(chained))
    return 1 + max(_depth(inner), _depth(after))


def opens_with_docstring(module: Module) -> Iterator[str]:
    """Each file says in one to five lines what it decides or keeps; an empty `__init__` needs none."""
    if not module.source.strip():
        return
    text = ast.get_docstring(module.tree)
    if not text:
        yield f"{module.path} has no docstring"
    elif len([line for line in text.splitlines() if line.strip()]) > 5:
        yield f"{module.path} has a docstring of more than five lines"


def explains_public_names(module: Module) -> Iterator[str]:
    """Public functions, classes and methods of core, queries and actions have a docstring."""
    if module.layer not in EXPLAINED:
        return
    for node, name in _public(module.tree):
        if not ast.get_docstring(node):
            yield module.at(node, f"{name} has no docstring")


def _public(tree: ast.Module | ast.ClassDef) -> Iterator[tuple[ast.FunctionDef | ast.ClassDef, str]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node, node.name
            if isinstance(node, ast.ClassDef) and node.name != "Meta":
                yield from _public(node)


def annotated(module: Module) -> Iterator[str]:
    """Every function says what it returns; arguments have types wherever the framework leaves room for them."""
    for node in functions(module):
        if node.returns is None and node.name != "__init__":
            yield module.at(node, f"{node.name} says not what it returns")
        if module.layer in UNTYPED_FRAMEWORK_CODE:
            continue
        every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg)
        for arg in every:
            if arg is not None and arg.annotation is None and arg.arg not in ("self", "cls"):
                yield module.at(node, f"{node.name}({arg.arg}) has no type")


def names_time_and_doer(module: Module) -> Iterator[str]:
    """`by`, `now` and `today` are given by name."""
    if module.layer not in EXPLAINED:
        return
    for node in functions(module):
        if node.name.startswith("_"):
            continue
        for arg in (*node.args.posonlyargs, *node.args.args):
            if arg.arg in EDGE_NAMES:
                yield module.at(node, f"{node.name} takes {arg.arg} by position")


def actions_take_names(module: Module) -> Iterator[str]:
    """An action, known by its doer, takes every argument by name; a context manager is none."""
    if module.layer != "actions":
        return
    for node in functions(module):
        names = [a.arg for a in (*node.args.posonlyargs, *node.args.args)]
        is_action = "by" in {a.arg for a in node.args.kwonlyargs} and not node.name.startswith("_")
        is_context = any("contextmanager" in ast.unparse(decorator) for decorator in node.decorator_list)
        if is_action and names and not is_context:
            yield module.at(node, f"{node.name} takes {', '.join(names)} by position")


def views_are_functions(module: Module) -> Iterator[str]:
    """A page is a function; nothing is inherited that has to be looked up."""
    if (module.app, module.layer) == ("dashboards", "views"):
        for node in module.nodes:
            if isinstance(node, ast.ClassDef) and any("View" in ast.unparse(base) for base in node.bases):
                yield module.at(node, f"{node.name} is a class")


def one_word_per_idea(module: Module) -> Iterator[str]:
    """Names that we define use the words of the glossary; a thing of a framework may keep the framework's word.

    So a file that imports `django.test.Client` may call one a client, and a subclass may end like its base.
    """
    if module.path == "config/settings.py":
        return  # a setting is named by the framework that reads it
    imported = {
        word for found in imports(module) if _is_foreign(found.parts[0]) for word in forbidden_words(found.name)
    }
    for part in module.parts:
        words = forbidden_words(part) + [w for w in FORBIDDEN_FILES if w == part]
        yield from (f"{module.path} is called {word}" for word in words)
    for node, name, excused in _defined(module):
        for word in forbidden_words(name):
            if word not in excused | imported:
                yield module.at(node, f"{name} holds the word {word}")


def _is_foreign(package: str) -> bool:
    return package not in (*APPS, "config", "benchmarks", "tests") and package not in sys.stdlib_module_names


def forbidden_words(name: str) -> list[str]:
    """The forbidden words in an identifier, in singular."""
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|-", "_", name).lower()
    for term in FIELD_TERMS:
        plain = re.sub(rf"(^|_){term}s?(?=_|$)", r"\1", plain)
    return [w for part in plain.split("_") for w in {part, part.removesuffix("s")} if w in FORBIDDEN_WORDS]


def _defined(module: Module) -> Iterator[tuple[ast.AST, str, set[str]]]:
    for node in module.nodes:
        if isinstance(node, ast.ClassDef):
            bases = {word for base in node.bases for word in forbidden_words(ast.unparse(base).rpartition(".")[2])}
            yield node, node.name, bases
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.name, set()
        elif isinstance(node, ast.arg):
            yield node, node.arg, set()
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node, node.id, set()


def finished_and_reasoned(module: Module) -> Iterator[str]:
    """Nothing is left for later, and a checker is silenced only with a reason after its code."""
    for number, comment in _comments(module.source):
        if UNFINISHED.search(comment):
            yield f"{module.path}:{number} is unfinished"
        silenced = SILENCED.search(comment)
        if silenced and len(re.findall(r"[A-Za-z]{2,}", silenced["reason"])) < 2:
            yield f"{module.path}:{number} silences a checker without a reason"


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
