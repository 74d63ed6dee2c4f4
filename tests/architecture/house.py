"""Reads the files of the project once; a rule is a function from one of them to sentences about its offences."""

import ast
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("renewals", "signals", "offers", "playbooks", "dashboards")
"""Lowest first: each may import those before it."""

DOMAIN_APPS = APPS[:-1]
LEFT_OUT = {"__pycache__", "node_modules", "staticfiles"}


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file: where it lies and what stands in it."""

    path: str
    source: str

    @cached_property
    def parsed(self) -> tuple[ast.Module, str]:
        """The tree, and what is wrong with the file as Python ("" mostly); a test of its own says that, once."""
        try:
            return ast.parse(self.source, self.path), ""
        except SyntaxError as problem:
            return ast.Module(body=[], type_ignores=[]), f"{self.path}:{problem.lineno} {problem.msg}"

    @property
    def tree(self) -> ast.Module:
        return self.parsed[0]

    @property
    def syntax_error(self) -> str:
        return self.parsed[1]

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        return tuple(ast.walk(self.tree))

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.path.removesuffix(".py").removesuffix("/__init__").split("/"))

    @property
    def app(self) -> str:
        return self.parts[0]

    @property
    def layer(self) -> str:
        """The folder or file inside the app, e.g. "core"; "" for the app's own `__init__`."""
        return self.parts[1] if len(self.parts) > 1 else ""

    @property
    def is_ours(self) -> bool:
        return self.app in APPS and self.layer != "migrations"

    def at(self, node: ast.AST, what: str) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)} {what}"


Rule = Callable[[Module], Iterator[str]]


@dataclass(frozen=True, kw_only=True)
class Import:
    """One imported name: `from a.b import c` is Import(module="a.b", name="c"), `import a.b` has no name."""

    node: ast.stmt
    module: str
    name: str = ""

    @property
    def full(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.full.split("."))


@cache
def imports(module: Module) -> tuple[Import, ...]:
    """Every import of the file, wherever it stands; relative ones are made absolute."""
    return tuple(_imports(module))


def _imports(module: Module) -> Iterator[Import]:
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (Import(node=node, module=alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(module.parts[: -node.level]) if node.level else ""
            source = ".".join(part for part in (base, node.module) if part)
            yield from (Import(node=node, module=source, name=alias.name) for alias in node.names)


def dotted(node: ast.AST) -> str:
    """`a.b.c` as text for a chain of names, calls left out (`a.b().c`); "" when it starts with anything else."""
    names: list[str] = []
    while True:
        if isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        elif isinstance(node, ast.Call | ast.Subscript):
            node = node.func if isinstance(node, ast.Call) else node.value
        elif isinstance(node, ast.Name):
            return ".".join(reversed([*names, node.id]))
        else:
            return ".".join(reversed([*names, ""]))


@cache
def calls(module: Module) -> tuple[tuple[ast.Call, str], ...]:
    """Every call with the dotted name of what is called."""
    return tuple((node, dotted(node.func)) for node in module.nodes if isinstance(node, ast.Call))


@cache
def functions(module: Module) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    """Every function and method, nested ones too."""
    return tuple(node for node in module.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def texts(module: Module) -> tuple[tuple[ast.AST, str], ...]:
    """Every string that is not a docstring; the holes of an f-string read as {}."""
    return tuple(_texts(module))


def _texts(module: Module) -> Iterator[tuple[ast.AST, str]]:
    inside = {id(part) for node in module.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    skipped = inside | {id(node.value) for node in module.nodes if isinstance(node, ast.Expr)}
    for node in module.nodes:
        if isinstance(node, ast.JoinedStr):
            yield node, "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node, node.value


def files(*suffixes: str, under: str = "") -> Iterator[Path]:
    """Every file of the project with one of the suffixes (all without), dot folders and made files left out."""
    for folder, names, found in os.walk(ROOT / under):
        names[:] = sorted(n for n in names if n not in LEFT_OUT and (not n.startswith(".") or n == ".ci"))
        for name in sorted(found):
            if not suffixes or name.endswith(suffixes):
                yield Path(folder) / name


def relative(path: Path) -> str:
    """The path as it is written in the project."""
    return path.relative_to(ROOT).as_posix()


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the project."""
    return tuple(Module(path=relative(path), source=path.read_text("utf-8")) for path in files(".py"))


@cache
def app_modules() -> tuple[Module, ...]:
    """The files of the five apps, migrations left out."""
    return tuple(module for module in modules() if module.is_ours)


@cache
def templates() -> tuple[Path, ...]:
    """Every template."""
    return tuple(files(".html", ".txt", ".svg", ".xml", under="templates"))


def offences(rule: Rule, among: Iterable[Module] | None = None) -> list[str]:
    """What `rule` says about the files, the five apps unless told otherwise."""
    return [said for module in (app_modules() if among is None else among) for said in rule(module)]
