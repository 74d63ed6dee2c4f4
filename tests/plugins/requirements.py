"""Note which tests prove which numbered requirement, for `make requirements`."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

MARK = "requirement"
RESULTS = Path(__file__).resolve().parents[2] / ".perennial" / "requirements.json"


class RequirementTable:
    """Collects requirement number -> test -> outcome; a test that failed in any phase has failed."""

    def __init__(self) -> None:
        """Start with an empty table."""
        self.table: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of the three phases."""
        if report.when != "call" and report.outcome == "passed":
            return
        for number in (value for name, value in report.user_properties if name == MARK):
            tests = self.table[str(number)]
            if tests.get(report.nodeid, "passed") == "passed":
                tests[report.nodeid] = report.outcome

    def pytest_sessionfinish(self) -> None:
        """Write the table; a partial run adds to what an earlier one wrote."""
        kept = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
        for number, tests in self.table.items():
            kept.setdefault(number, {}).update(tests)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each report carry its test's numbers: it may come from another process."""
    for item in items:
        numbers = (number for mark in item.iter_markers(MARK) for number in mark.args)
        item.user_properties.extend((MARK, number) for number in numbers)


def pytest_configure(config: pytest.Config) -> None:
    """Register the table in the process that reports; xdist workers send their reports to it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(RequirementTable(), "requirement-table")
