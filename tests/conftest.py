"""Start throw-away PostgreSQL and Valkey for the whole run and set Django up on them; fixtures are in `plugins`.

It happens while this file is imported, because Django's settings read the addresses of the services once.
"""

import os

import django
from hypothesis import HealthCheck, settings

from tests.plugins.services import start_services

os.environ["PERENNIAL_TESTING"] = "1"
# The suite has a process per core; threads of numeric libraries on top of them only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("SECRET_KEY", "only-for-tests")
# Three processes share two cores: how long an example takes there says nothing about it.
# A merge is judged by examples that are the same each time; whoever runs the suite himself tries new ones.
settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("EXAMPLES") == "fixed",
)
settings.load_profile("suite")
start_services()
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

pytest_plugins = [
    "tests.plugins.requirements",
    "tests.plugins.order",
    "tests.plugins.database",
    "tests.plugins.kept",
    "tests.plugins.browser",
]
