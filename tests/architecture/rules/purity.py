"""What cores, queries and actions must not touch: clock, chance, files, network, environment, foreign tables."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.house import APPS, Module, calls, imports, texts

IMPURE_MODULES = (
    "os", "sys", "io", "socket", "ssl", "time", "subprocess", "threading", "multiprocessing", "asyncio", "tempfile",
    "pathlib", "shutil", "glob", "urllib.request", "http", "smtplib", "secrets", "importlib", "sqlite3", "logging",
    "contextvars", "signal", "ctypes", "pickle", "random",
)  # fmt: skip
IMPURE_NAMES = {"uuid.uuid1", "uuid.uuid4", "urllib.request", "random.Random.seed"}
NUMPY_GLOBAL = re.compile(r"(^|\.)(np|numpy)\.random\.(?!Generator$|PCG64$|SeedSequence$|default_rng$)\w+$")
IMPURE_CALLS = {"open", "input", "exec", "eval", "compile", "__import__", "globals", "uuid4", "uuid1", "breakpoint"}

CLOCK_CALLS = re.compile(
    r"(^|\.)((timezone|datetime|dt)\.now|date\.today|datetime\.today|utcnow|localdate|localtime|gmtime"
    r"|time\.time(_ns)?|Now|TransactionNow|CurrentDate)$"
)
STOPWATCH = re.compile(r"(^|\.)(perf_counter|monotonic|process_time)(_ns)?$")
CLOCK_NAMES = {"django.utils.timezone.now", "django.utils.timezone.localdate", "django.db.models.functions.Now"}
SQL_CLOCK = re.compile(r"(?i:\b(now|statement_timestamp|transaction_timestamp)\(\))|\bCURRENT_(DATE|TIME)")
REAL_CLOCK = re.compile(r"\bclock_timestamp\(\)")
ABOUT_PROCESSES = re.compile(r"lease|pulse|heartbeat|attempt_started")
"""Leases and pulses are facts about processes, not about the business: they keep real time when the clock is moved."""

SETS_THE_CLOCK = "FUNCTION perennial_now"

SQL_WRITE = re.compile(
    r"\b(?:INSERT INTO|DELETE FROM|TRUNCATE|COPY|MERGE INTO|UPDATE(?= \S+ (?:AS )?(?:\w+ )?SET))\s+\"?([\w{}]+)"
)
TEMPORARY = re.compile(r"CREATE (?:TEMP|TEMPORARY|UNLOGGED) TABLE (?:IF NOT EXISTS )?\"?([\w{}]+)")
ALWAYS_WRITE = {
    "save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "asave", "acreate", "aupdate", "adelete",
}  # fmt: skip
QUERYSET_WORDS = {"objects", "filter", "exclude", "all", "using", "select_for_update", "order_by", "_base_manager"}
WRITERS = ("actions", "management")


# The one place that loads a library by its name, when it is first used: a core decides the same with it.
LOADS_LATE = "signals/core/learning/late.py"


def core_is_pure(module: Module) -> Iterator[str]:
    """No file, network, environment, clock or chance in a core; types of an argument (`random.Random`) may be named."""
    if module.layer != "core":
        return
    for found in imports(module):
        is_harmless = found.full in ("random.Random", "pathlib.PurePath", "pathlib.PurePosixPath")
        is_harmless |= found.full == "importlib" and module.path == LOADS_LATE
        if not is_harmless and (_under(found.full, IMPURE_MODULES) or found.full in IMPURE_NAMES):
            yield module.at(found.node, f"imports {found.full}")
    for call, name in calls(module):
        if name in IMPURE_CALLS or name.endswith((".uuid4", ".uuid1")) or name == "Random" or _draws(call, name):
            yield module.at(call, f"calls {name}")


def _draws(call: ast.Call, name: str) -> bool:
    """Numpy's global source, or a new source without a seed."""
    return bool(NUMPY_GLOBAL.search(name)) or (name.endswith("default_rng") and not (call.args or call.keywords))


def core_values_are_frozen(module: Module) -> Iterator[str]:
    """What a core takes and gives cannot change, and is made by name, but for values of one or two parts.

    A private class may collect while a function runs.
    """
    if module.layer != "core":
        return
    for node in module.nodes:
        if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
            continue
        options = _dataclass_options(node)
        if options is None:
            continue
        fields = sum(isinstance(part, ast.AnnAssign) for part in node.body)
        wanted = {"frozen", "slots"} | ({"kw_only"} if fields > 2 else set())
        if wanted - options:
            yield module.at(node, f"{node.name} is not {', '.join(sorted(wanted - options))}")


def _dataclass_options(node: ast.ClassDef) -> set[str | None] | None:
    for decorator in node.decorator_list:
        call = decorator if isinstance(decorator, ast.Call) else None
        name = call.func if call else decorator
        if isinstance(name, ast.Name) and name.id == "dataclass":
            keywords = call.keywords if call else []
            return {k.arg for k in keywords if isinstance(k.value, ast.Constant) and k.value.value is True}
    return None


def no_clock_reads(module: Module) -> Iterator[str]:
    """Core, queries and actions are told `now`; edges read PostgreSQL's clock once, and may hold a stopwatch."""
    for call, name in calls(module):
        if CLOCK_CALLS.search(name) and not (name.endswith("localtime") and call.args):
            yield module.at(call, f"reads the clock: {name}")
        if STOPWATCH.search(name) and module.layer in ("core", "models", "queries", "actions"):
            yield module.at(call, f"times itself: {name}")
        for keyword in call.keywords:
            if keyword.arg in ("auto_now", "auto_now_add"):
                yield module.at(call, f"reads the clock: {keyword.arg}")
    for found in imports(module):
        if found.full in CLOCK_NAMES:
            yield module.at(found.node, f"imports the clock: {found.full}")
        if found.name == "database_now" and module.layer in ("core", "models", "queries", "actions"):
            yield module.at(found.node, "reads the clock: it is an edge that does")
    for node, text in texts(module):
        is_business = REAL_CLOCK.search(text) and not ABOUT_PROCESSES.search(text)
        if (SQL_CLOCK.search(text) or is_business) and SETS_THE_CLOCK not in text:
            yield module.at(node, "SQL reads the clock past perennial_now()")


def only_actions_write(module: Module) -> Iterator[str]:
    """Rows are written by the actions of the app that owns them (its commands and migrations besides)."""
    if module.layer not in (*WRITERS, "migrations"):
        yield from writes(module)


def writes(module: Module) -> Iterator[str]:
    """Every place at which a module writes rows, whoever may."""
    for call, name in calls(module):
        if _is_write(name, module):
            yield module.at(call, f"writes: {name}")
    for node, text in texts(module):
        made = set(TEMPORARY.findall(text))
        if any(table not in made for table in SQL_WRITE.findall(text)):
            yield module.at(node, "writes by SQL")


def writes_only_own_tables(module: Module) -> Iterator[str]:
    """SQL in an app's actions writes the tables of that app alone."""
    for node, text in texts(module):
        for table in SQL_WRITE.findall(text):
            owner = table.split("_")[0]
            if owner in APPS and "_" in table and owner != module.app:
                yield module.at(node, f"writes {table}")


def _is_write(name: str, module: Module) -> bool:
    chain, _, verb = name.rpartition(".")
    words = chain.split(".")
    if verb in ALWAYS_WRITE:
        return not _is_manager(module, verb, words)
    return verb in ("create", "update", "delete") and bool(QUERYSET_WORDS & set(words))


def _is_manager(module: Module, verb: str, words: list[str]) -> bool:
    """The manager of a model may save what it has just made: `createsuperuser` and allauth call it."""
    return module.layer == "models" and verb == "save" and words == ["user"]


def _under(name: str, roots: tuple[str, ...]) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in roots)
