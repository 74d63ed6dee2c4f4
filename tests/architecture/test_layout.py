"""What lies where: the top level, dependencies, migrations, commands, and nothing that betrays a workplace."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from renewals.models.base import WorkspaceModel
from tests.architecture.house import APPS, ROOT, files, relative

TOP_LEVEL = {
    *APPS, "config", "templates", "static", "tests", "docs", "benchmarks",
    "manage.py", "pyproject.toml", "docker-compose.yml", "Dockerfile", "Makefile",
    "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
}  # fmt: skip
GLOBAL_TABLES = {"Workspace", "User", "EngineCounter", "EnginePulse"}
"""What stands above the workspaces: they themselves, people, and two tables about processes that name nobody."""

TEXT = (
    ".py", ".md", ".toml", ".html", ".css", ".js", ".yml", ".yaml", ".txt", ".json", ".cfg", ".sh", ".in", ".svg",
    "Makefile", "Dockerfile", "LICENSE",
)  # fmt: skip
HOSTS = ("pypi", "pythonhosted", "artifactory", "nexus", "devpi", "npmjs", "index-url", "find-links")
WORKPLACE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/" + r"(home|Users|work|root|mnt|srv)/\w",
            r"\.\./" + r"(shared|\.library|\.mirror)",
            r"(?<![-\w])("
            + "|".join(f"{host}[.]" if host.isalpha() else f"--{host}" for host in HOSTS)
            + r")[\w.]*(org|com|=)",
        )
    )
)


def test_top_level_holds_what_the_architecture_names() -> None:
    found = {
        p.name for p in ROOT.iterdir() if not p.name.startswith(".") and p.name not in ("__pycache__", "staticfiles")
    }
    assert sorted(found - TOP_LEVEL) == []


def test_files_name_no_workplace_and_no_registry() -> None:
    found = [
        f"{relative(path)}: {hit[0]}"
        for path in [*files(*TEXT), *ROOT.glob(".ci/*"), *ROOT.glob(".env.example"), *ROOT.glob(".dockerignore")]
        if (hit := WORKPLACE.search(path.read_text("utf-8", errors="replace")))
    ]
    assert "\n".join(found) == ""


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "home/ann/x",
        "cd /" + "work/main",
        ".." + "/shared/x",
        "https://py" + "pi.org/simple",
        "--index-" + "url=x",
    ],
)
def test_workplace_in_an_example_is_seen(text: str) -> None:
    assert WORKPLACE.search(text)


def test_every_dependency_says_why_it_is_there() -> None:
    source = (ROOT / "pyproject.toml").read_text("utf-8")
    project = tomllib.loads(source)
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values()]
    lists += project["dependency-groups"].values()
    commented = [line for line in source.splitlines() if re.search(r'^\s.*"[^"]+",?.*#\s*\S+', line)]
    bare = [name for names in lists for name in names if not any(f'"{name}"' in line for line in commented)]
    assert bare == []


def test_models_have_no_change_without_migration() -> None:
    loader = MigrationLoader(None)
    changes = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)
    assert {app: [str(m) for m in changes[app]] for app in changes if app in APPS} == {}


def test_every_row_belongs_to_a_workspace() -> None:
    loose = [
        model.__name__
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not issubclass(model, WorkspaceModel) and not hasattr(model, "pgh_tracked_model")
    ]
    assert sorted(set(loose) - GLOBAL_TABLES) == []


def test_history_rows_carry_the_workspace() -> None:
    events = [m for app in APPS for m in apps.get_app_config(app).get_models() if hasattr(m, "pgh_tracked_model")]
    assert [m.__name__ for m in events if "workspace" not in {f.name for f in m._meta.fields}] == []


def test_commands_take_a_workspace_and_answer_in_json() -> None:
    """The one that makes a workspace takes its slug by place."""
    lacking = {}
    for name, app in get_commands().items():
        if app not in APPS:
            continue
        command = load_command_class(app, name)
        if any(base.__module__.startswith("django.core.management.commands") for base in type(command).__mro__):
            continue  # an override of one of Django's own commands keeps Django's arguments
        arguments = command.create_parser("manage.py", name)._actions
        given = {option for each in arguments for option in each.option_strings} | {each.dest for each in arguments}
        if "--json" not in given or not {"--workspace", "slug"} & given:
            lacking[name] = sorted(given)
    assert lacking == {}


def test_shipped_rules_are_readable_toml() -> None:
    found = [path for app in APPS for path in (ROOT / app / "library").glob("**/*.toml")]
    assert found != []
    assert all(tomllib.loads(Path(path).read_text("utf-8")) for path in found)
