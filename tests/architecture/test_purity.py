"""Deciding is kept apart from reading, writing and the clock."""

import subprocess
import sys

import pytest

from tests.architecture.house import ROOT, Module, Rule, app_modules, offences
from tests.architecture.rules import purity

RULES = (
    purity.core_is_pure,
    purity.core_values_are_frozen,
    purity.no_clock_reads,
    purity.only_actions_write,
    purity.writes_only_own_tables,
)

BAD = (
    (purity.core_is_pure, "offers/core/x.py", "import os"),
    (purity.core_is_pure, "offers/core/x.py", "from time import time"),
    (purity.core_is_pure, "signals/core/learning/x.py", "import importlib"),
    (purity.core_is_pure, "offers/core/x.py", "import random"),
    (purity.core_is_pure, "offers/core/x.py", "from random import choice"),
    (purity.core_is_pure, "offers/core/x.py", "open('x')"),
    (purity.core_is_pure, "offers/core/x.py", "uuid.uuid4()"),
    (purity.core_values_are_frozen, "offers/core/x.py", "@dataclass\nclass A:\n    b: int"),
    (purity.core_values_are_frozen, "offers/core/x.py", "@dataclass(frozen=True)\nclass A:\n    b: int"),
    (
        purity.core_values_are_frozen,
        "offers/core/x.py",
        "@dataclass(frozen=True, slots=True)\nclass A:\n    b: int\n    c: int\n    d: int",
    ),
    (purity.no_clock_reads, "offers/queries/x.py", "timezone.now()"),
    (purity.no_clock_reads, "offers/queries/x.py", "date.today()"),
    (purity.no_clock_reads, "offers/core/x.py", "perf_counter()"),
    (purity.no_clock_reads, "offers/actions/x.py", "datetime.now(tz=UTC)"),
    (purity.no_clock_reads, "offers/actions/x.py", "from renewals.queries.clock import database_now"),
    (purity.no_clock_reads, "offers/actions/x.py", "run('SELECT now()')"),
    (purity.no_clock_reads, "offers/actions/x.py", "run('due_at < clock_timestamp()')"),
    (purity.no_clock_reads, "offers/actions/x.py", "Row.objects.filter(due_at__lte=Now())"),
    (purity.no_clock_reads, "offers/models/x.py", "at = DateTimeField(auto_now_add=True)"),
    (purity.only_actions_write, "offers/queries/x.py", "Offer.objects.create(a=1)"),
    (purity.only_actions_write, "offers/queries/x.py", "Offer.objects.filter(a=1).update(a=2)"),
    (purity.only_actions_write, "dashboards/views/x.py", "offer.save()"),
    (purity.only_actions_write, "offers/tasks.py", "Offer.objects.bulk_create(rows)"),
    (purity.only_actions_write, "offers/queries/x.py", "run('UPDATE offers_offer SET a = 1')"),
    (purity.only_actions_write, "offers/queries/x.py", "run(f'DELETE FROM {table}')"),
    (purity.writes_only_own_tables, "offers/actions/x.py", "run('INSERT INTO signals_signal (a) VALUES (1)')"),
)
GOOD = (
    (purity.core_is_pure, "offers/core/x.py", "from pathlib import PurePosixPath"),
    (purity.core_is_pure, purity.LOADS_LATE, "import importlib"),
    (
        purity.core_is_pure,
        "offers/core/x.py",
        "from random import Random\ndef f(random: Random): return random.random()",
    ),
    (purity.no_clock_reads, "offers/actions/x.py", "run('SELECT perennial_now()')"),
    (purity.no_clock_reads, "offers/actions/x.py", "run('SET lease_until = clock_timestamp()')"),
    (purity.no_clock_reads, "offers/tasks.py", "time.monotonic()"),
    (purity.only_actions_write, "offers/queries/x.py", "found.update({'a': 1})"),
    (purity.only_actions_write, "offers/queries/x.py", "run('CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1)')"),
    (purity.writes_only_own_tables, "offers/actions/x.py", "run('INSERT INTO offers_offer (a) VALUES (1)')"),
)

IMPORT_EVERYTHING = """
import importlib, sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in set("django rest_framework celery kombu redis psycopg2 httpx allauth".split()):
            raise ImportError("a core reaches " + name)
sys.meta_path.insert(0, Blocked())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_purity_of_every_module_is_kept(rule: Rule) -> None:
    assert "\n".join(offences(rule)) == ""


@pytest.mark.parametrize(("rule", "path", "source"), BAD)
def test_impure_example_is_seen(rule: Rule, path: str, source: str) -> None:
    assert len(offences(rule, [Module(path=path, source=source)])) == 1


@pytest.mark.parametrize(("rule", "path", "source"), GOOD)
def test_pure_example_is_left_alone(rule: Rule, path: str, source: str) -> None:
    assert offences(rule, [Module(path=path, source=source)]) == []


def test_cores_import_with_the_frameworks_absent() -> None:
    names = [".".join(m.parts) for m in app_modules() if m.layer == "core"]
    assert len(names) > 20
    command = [sys.executable, "-c", IMPORT_EVERYTHING, *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={"PATH": ""}, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_core_tests_need_no_database() -> None:
    words = (
        "django_db",
        "workspace:",
        "inside:",
        "committed:",
        "actor:",
        "(db",
        "import django",
        "from django",
        ".models",
    )
    found = [p for p in (ROOT / "tests").glob("*/core/**/*.py") if any(w in p.read_text("utf-8") for w in words)]
    assert [str(path.relative_to(ROOT)) for path in found] == []
