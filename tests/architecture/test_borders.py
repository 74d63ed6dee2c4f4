"""Who may import what."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import APPS, ROOT, Module, Rule, app_modules, offences
from tests.architecture.rules import borders

RULES = (
    borders.only_downwards,
    borders.foreign_models_only_read,
    borders.edges_are_private,
    borders.core_imports_only_pure,
    borders.no_private_imports,
    borders.no_inline_imports,
    borders.no_django_signals,
    borders.only_dashboards_render,
    borders.tasks_start_in_wake,
    borders.tasks_are_named,
    borders.links_point_down,
)

BAD = (
    (borders.only_downwards, "signals/queries/x.py", "from playbooks.queries import due"),
    (borders.only_downwards, "renewals/core/x.py", "import config.settings"),
    (borders.foreign_models_only_read, "playbooks/actions/x.py", "from renewals.models import Account"),
    (borders.foreign_models_only_read, "dashboards/views/x.py", "from renewals.models.accounts import Account"),
    (borders.edges_are_private, "playbooks/actions/x.py", "from signals.tasks import refresh"),
    (borders.core_imports_only_pure, "signals/core/x.py", "from renewals.queries.clock import database_now"),
    (borders.core_imports_only_pure, "signals/core/x.py", "import pandas"),
    (borders.core_imports_only_pure, "signals/core/x.py", "import numpy"),
    (borders.core_imports_only_pure, "signals/core/learning/x.py", "import statsmodels"),
    (borders.no_private_imports, "signals/core/x.py", "from signals.core.y import _hidden"),
    (borders.no_inline_imports, "signals/core/x.py", "def f():\n    import math"),
    (borders.no_django_signals, "signals/actions/x.py", "from django.db.models.signals import post_save"),
    (borders.only_dashboards_render, "offers/queries/x.py", "from django.shortcuts import render"),
    (borders.only_dashboards_render, "offers/views/x.py", ""),
    (borders.tasks_start_in_wake, "signals/actions/x.py", "refresh.delay(1)"),
    (borders.tasks_start_in_wake, "signals/wake.py", "refresh.apply_async(countdown=5)"),
    (borders.tasks_are_named, "signals/tasks.py", "@shared_task\ndef f(): pass"),
    (borders.links_point_down, "signals/models/x.py", "account = ForeignKey(Account)"),
    (borders.links_point_down, "signals/models/x.py", "step = WorkspaceForeignKey('playbooks.Step')"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_borders_of_every_module_are_kept(rule: Rule) -> None:
    assert "\n".join(offences(rule)) == ""


@pytest.mark.parametrize(("rule", "path", "source"), BAD)
def test_border_crossed_by_an_example_is_seen(rule: Rule, path: str, source: str) -> None:
    assert len(offences(rule, [Module(path=path, source=source)])) == 1


def test_import_contracts_of_the_layers_are_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_every_domain_app_has_the_same_folders() -> None:
    layers = {"core", "models", "queries", "actions", "tasks", "api", "admin", "management"}
    folders = {"", "apps", "migrations", "library", "channels", "wake", "rest", *layers}
    strange = {f"{m.app}/{m.layer}" for m in app_modules() if m.app != "dashboards" and m.layer not in folders}
    assert sorted(strange) == []


def test_pages_own_no_table() -> None:
    assert [m.path for m in app_modules() if m.app == "dashboards" and m.layer in ("models", "actions")] == []


def test_headless_apps_have_no_templates() -> None:
    found = [str(p.relative_to(ROOT)) for app in APPS for p in (ROOT / app).rglob("*.html")]
    assert found == []
