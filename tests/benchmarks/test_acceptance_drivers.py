"""How a named driver is held against the truth of the known world."""

from pathlib import Path

import pytest

from benchmarks.acceptance.drivers import DRIVERS, driver_of, true_amounts
from benchmarks.acceptance.flat import chance_room


@pytest.mark.parametrize(
    ("name", "family", "driver"),
    [
        ("measure.sponsor_stability", "relationship", "sponsor"),
        ("measure.usage_velocity", "usage", "trend"),
        ("volume.usage.events.28", "usage", "health"),
        ("usage (together)", "usage", "health"),
        ("measure.payment_timeliness", "billing", "late"),
        ("contract.unit_price_change", "contract", "price"),
        ("contract.tenure_months", "contract", ""),
    ],
)
def test_column_speaks_of_one_true_driver_or_of_none(name: str, family: str, driver: str) -> None:
    assert driver_of(name, family) == driver


def test_true_amounts_are_those_of_the_sealed_file(tmp_path: Path) -> None:
    truth = tmp_path / "renewals.csv"
    header = "account,term,health,trend,sponsor,time_to_value,late,price"
    truth.write_text(f"{header}\nA,1,0.2,-0.1,0.75,0.0,0.36,0.3\n", "utf-8")
    found = true_amounts(truth)["A", "1"]
    assert found == dict(zip(DRIVERS, (0.2, -0.1, 0.75, 0.0, 0.36, 0.3), strict=True))


@pytest.mark.parametrize(("rows", "lost", "room"), [(7043, 1869, 0.01), (2000, 1000, 0.0258), (10, 0, 0.5)])
def test_room_around_chance_is_two_standard_errors_on_few_rows(rows: int, lost: int, room: float) -> None:
    assert chance_room(rows, lost) == pytest.approx(room, abs=1e-4)
