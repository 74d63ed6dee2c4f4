"""The sizes of a run: what programs have in memory and how it grows, and the dead rows of tables."""

import os

import pytest

from tests.faults.sizes import MEGABYTE, WARM_SECONDS, Life, Sizes, dead_rows, in_memory


def life(*looks: tuple[float, int]) -> Life:
    return Life(began=0.0, looks=[(seconds, megabytes * MEGABYTE) for seconds, megabytes in looks])


@pytest.mark.parametrize(
    ("looks", "megabytes"),
    [
        (((0, 50), (60, 100), (660, 110)), 60.0),
        (((60, 100), (1260, 100)), 0.0),
        (((60, 100), (660, 90)), -60.0),
        (((0, 50), (59, 90)), None),
        (((60, 100), (119, 140)), None),
    ],
)
def test_growth_counts_from_when_a_process_is_warm(
    looks: tuple[tuple[float, int], ...], megabytes: float | None
) -> None:
    grown = life(*looks).growth_an_hour()
    assert megabytes is None if grown is None else grown / MEGABYTE == megabytes


def test_kinds_of_programs_are_told_together_with_the_growth_of_those_that_lived() -> None:
    sizes = Sizes(
        lives={
            ("worker0", 1): life((0, 80), (WARM_SECONDS, 100), (WARM_SECONDS + 3600, 130)),
            ("worker1", 2): life((0, 60)),
            ("beat", 3): life((0, 40), (30, 50)),
        }
    )
    assert sizes.told() == {
        "beat": {"processes": 1, "usual_mb": 45.0, "largest_mb": 50.0, "grows_mb_an_hour": None},
        "worker": {"processes": 2, "usual_mb": 90.0, "largest_mb": 130.0, "grows_mb_an_hour": 30.0},
    }


def test_own_group_has_something_in_memory() -> None:
    assert in_memory()[os.getpgid(0)] > 20 * MEGABYTE


def test_dead_rows_of_tables_are_read_from_postgresql(db: None) -> None:
    found = dead_rows()
    assert found["database_mb"] > 1
    assert found["dead_rows"] == 0 or found["most"]
