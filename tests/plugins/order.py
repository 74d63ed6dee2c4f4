"""Long files first: the processes then end together, instead of one waiting for the other's last browser tests."""

import pytest

FIRST = ("tests/faults/", "tests/browser/", "tests/stack/test_run.py", "tests/imports/test_faults.py", "tests/stack/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take a minute or more before the others; the order within a file stays."""
    items.sort(key=lambda item: _place(item.nodeid))


def _place(nodeid: str) -> int:
    return next((place for place, start in enumerate(FIRST) if nodeid.startswith(start)), len(FIRST))
