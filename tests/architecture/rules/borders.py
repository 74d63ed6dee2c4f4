"""Who may import what. The layers themselves are import-linter's; here stands what it cannot say."""

import ast
import sys
from collections.abc import Iterator

from tests.architecture.house import APPS, Module, calls, dotted, imports

PRIVATE = {"tasks", "api", "admin", "management", "views", "forms", "templatetags"}
PURE_LIBRARIES = {"holidays", "dateutil", "babel", "liquid", "markdown_it", "nh3"}
"""Libraries without file, network or clock of their own that the cores may use."""

NUMERIC_LIBRARIES = {"numpy", "pandas", "scipy", "sklearn", "skops"}
NUMERIC_PLACES = (
    "playbooks/core/world/",
    "signals/core/learning/",
    "signals/core/features/",
    "signals/core/scoring/",
    "signals/core/forecast/",
    "offers/core/choice/",
)
"""Where a decision record (0008) lets a core calculate with arrays."""

SIGNAL_MODULES = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.db.backends.signals")
PAGE_MODULES = ("django.shortcuts", "django.template", "django.forms", "django.views", "django.http")
NEW_TASK = {"delay", "apply_async", "send_task", "s", "si", "signature"}


def only_downwards(module: Module) -> Iterator[str]:
    """An app imports itself and the apps below it, nobody imports the wiring."""
    allowed = APPS[: APPS.index(module.app) + 1]
    for found in imports(module):
        top = found.parts[0]
        if top in (*APPS, "config", "tests", "benchmarks") and top not in allowed:
            yield module.at(found.node, f"imports {found.full}")


def foreign_models_only_read(module: Module) -> Iterator[str]:
    """The models of another app are imported in queries (joins) and models alone."""
    for found in imports(module):
        is_foreign = found.parts[0] in APPS and found.parts[0] != module.app and found.parts[1:2] == ("models",)
        if is_foreign and module.layer not in ("queries", "models"):
            yield module.at(found.node, f"imports {found.full}")


def edges_are_private(module: Module) -> Iterator[str]:
    """Tasks, API, admin and commands of an app are used by nobody else."""
    for found in imports(module):
        if found.parts[0] in APPS and found.parts[0] != module.app and PRIVATE & set(found.parts[1:2]):
            yield module.at(found.node, f"imports {found.full}")


def core_imports_only_pure(module: Module) -> Iterator[str]:
    """A core imports the standard library, cores, and the libraries named above."""
    if module.layer != "core":
        return
    for found in imports(module):
        top = found.parts[0]
        if top in APPS and found.parts[1:2] == ("core",):
            continue
        if top in NUMERIC_LIBRARIES and module.path.startswith(NUMERIC_PLACES):
            continue
        if top not in sys.stdlib_module_names and top not in PURE_LIBRARIES:
            yield module.at(found.node, f"imports {found.full}")


def no_private_imports(module: Module) -> Iterator[str]:
    """A name with a leading underscore stays in its file."""
    for found in imports(module):
        if any(part.startswith("_") and not part.startswith("__") for part in found.parts):
            yield module.at(found.node, f"imports {found.full}")


def no_inline_imports(module: Module) -> Iterator[str]:
    """Imports stand at the top of the file."""
    top = {id(node) for node in module.tree.body}
    for node in module.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom) and id(node) not in top:
            yield module.at(node, "imports inside a block")


def no_django_signals(module: Module) -> Iterator[str]:
    """Facts are pulled up by queries; nothing is called behind a writer's back."""
    for found in imports(module):
        if found.full.startswith(SIGNAL_MODULES):
            yield module.at(found.node, f"imports {found.full}")


def only_dashboards_render(module: Module) -> Iterator[str]:
    """The four domain apps have no pages, forms or templates; "not found" is said in Django's way."""
    if module.app == "dashboards":
        return
    if module.layer in ("views", "forms", "templates", "templatetags", "urls"):
        yield f"{module.path} belongs to dashboards"
    for found in imports(module):
        if found.full.startswith(PAGE_MODULES) and found.full != "django.http.Http404":
            yield module.at(found.node, f"imports {found.full}")


def tasks_start_in_wake(module: Module) -> Iterator[str]:
    """Only `wake.py` puts a message on the broker, and never one for later: due rows live in PostgreSQL."""
    for call, name in calls(module):
        verb = name.rpartition(".")[2]
        if verb in NEW_TASK and "." in name and _looks_like_task(verb, name) and module.parts[-1] != "wake":
            yield module.at(call, f"calls {name}")
        for keyword in call.keywords:
            if keyword.arg in ("eta", "countdown"):
                yield module.at(call, f"schedules with {keyword.arg}")


def _looks_like_task(verb: str, name: str) -> bool:
    return verb in ("delay", "apply_async", "send_task") or "task" in name


def tasks_are_named(module: Module) -> Iterator[str]:
    """A task has an explicit name, so that moving its function loses nothing that waits."""
    for node in module.nodes:
        if not isinstance(node, ast.FunctionDef):
            continue
        for decorator in node.decorator_list:
            if dotted(decorator).rpartition(".")[2] not in ("shared_task", "task"):
                continue
            keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
            if "name" not in {keyword.arg for keyword in keywords}:
                yield module.at(node, f"task {node.name} has no name=")


def links_point_down(module: Module) -> Iterator[str]:
    """Foreign keys name their target as a string, in the same app or one below."""
    if module.layer != "models":
        return
    for call, name in calls(module):
        if name.rpartition(".")[2] not in ("ForeignKey", "WorkspaceForeignKey", "OneToOneField", "ManyToManyField"):
            continue
        target = call.args[0] if call.args else next((k.value for k in call.keywords if k.arg == "to"), None)
        if target is not None and dotted(target) == "settings.AUTH_USER_MODEL":
            continue
        if not isinstance(target, ast.Constant) or not isinstance(target.value, str):
            yield module.at(call, "link without the name of its target")
        elif target.value.split(".")[0] not in ("self", *APPS[: APPS.index(module.app) + 1]):
            yield module.at(call, f"link to {target.value}")
