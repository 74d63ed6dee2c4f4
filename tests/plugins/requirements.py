"""Note which tests prove which numbered requirement, for `make requirements`."""

import json
from collections import defaultdict
from pathlib import Path

import pytest

RESULTS = Path(__file__).resolve().parents[2] / ".perennial" / "requirements.json"


class RequirementTable:
    """Collects requirement number -> test -> outcome; a test that failed in any phase has failed."""

    def __init__(self) -> None:
        """Start with an empty table."""
        self.numbers: dict[str, tuple[int, ...]] = {}
        self.outcomes: dict[str, str] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read the marks."""
        for item in items:
            marked = tuple(n for mark in item.iter_markers("requirement") for n in mark.args)
            if marked:
                self.numbers[item.nodeid] = marked

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of the three phases."""
        if report.when == "call" or report.outcome != "passed":
            worst = self.outcomes.get(report.nodeid, "passed")
            self.outcomes[report.nodeid] = report.outcome if worst == "passed" else worst

    def pytest_sessionfinish(self) -> None:
        """Write the table; a partial run adds to what an earlier one wrote."""
        table: dict[str, dict[str, str]] = defaultdict(dict)
        if RESULTS.exists():
            table.update(json.loads(RESULTS.read_text()))
        for test, numbers in self.numbers.items():
            for number in numbers if test in self.outcomes else ():
                table.setdefault(str(number), {})[test] = self.outcomes[test]
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(table, indent=1, sort_keys=True))


def pytest_configure(config: pytest.Config) -> None:
    """Register the table in the process that reports; xdist workers send their reports to it."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(RequirementTable(), "requirement-table")
