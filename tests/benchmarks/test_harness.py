"""How benchmarks are compared and judged."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import benchmarks.__main__ as program
from benchmarks.harness import Ratio, alternate, cheaper, faster, quantile, slope, table, within


def takes(*seconds: float) -> Callable[[], float]:
    """Work that gives its own account, one figure a round; the first round does not count."""
    rounds = iter((99.0, *seconds))
    return lambda: next(rounds)


def test_faster_work_is_judged_by_the_median_ratio_of_the_rounds() -> None:
    found = faster("ingest", ours=takes(1, 1, 1, 1, 9), peer=takes(2, 2, 2, 2, 2), rows=100, at_least=2)
    assert found == Ratio(name="ingest", ours=100, peer=50, ratio=2, target=">= 2", met=True, unit="rows/s")


def test_cheaper_work_over_its_target_is_not_met() -> None:
    found = cheaper("page", ours=takes(4, 4, 4, 4, 4), peer=takes(1, 1, 1, 1, 1), at_most=3)
    assert (found.ratio, found.target, found.met) == (4, "<= 3", False)


def test_rounds_alternate_and_the_first_is_left_out() -> None:
    order: list[str] = []
    alternate(lambda: order.append("a"), lambda: order.append("b"), rounds=5)
    assert order == ["a", "b"] * 6


def test_too_few_rounds_are_refused() -> None:
    with pytest.raises(ValueError, match="needs 5 rounds"):
        alternate(takes(), takes(), rounds=4)


@pytest.mark.parametrize(("value", "met"), [(0.1, True), (0.11, False)])
def test_figure_without_peer_is_judged_against_its_limit(value: float, met: bool) -> None:
    assert within("tick", value, at_most=0.1, unit="slope").met is met


@pytest.mark.parametrize(("share", "found"), [(0.5, 2), (0.95, 4), (0.0, 1), (1.0, 4)])
def test_quantile_of_few_values_is_one_of_them(share: float, found: float) -> None:
    assert quantile([4, 1, 2, 3], share) == found


@pytest.mark.parametrize(("power", "expected"), [(0, 0.0), (1, 1.0), (2, 2.0)])
def test_slope_of_a_power_law_is_its_power(power: int, expected: float) -> None:
    assert slope([(size, 3.0 * size**power) for size in (10, 100, 1000)]) == pytest.approx(expected)


def test_line_is_json_with_the_agreed_members() -> None:
    line = json.loads(Ratio(name="a", ours=1, peer=2, ratio=0.5, target="<= 1", met=True).line())
    assert {"name", "ours", "peer", "ratio", "target", "met"} <= line.keys()


def test_table_shows_what_was_missed() -> None:
    rows = table([Ratio(name="a", ours=1, peer=2, ratio=0.5, target=">= 1", met=False, note="n")]).splitlines()
    assert rows[2] == "| `a` | 1 s | 2 s | 0.5 | >= 1 | **no** | n |"


def test_table_goes_between_its_marks_and_nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = tmp_path / "performance.md"
    document.write_text(f"before\n{program.BEGIN}\nold\n{program.END}\nafter\n", "utf-8")
    monkeypatch.setattr(program, "DOCUMENT", document)
    ratios = [Ratio(name="a", ours=1, peer=2, ratio=0.5, target="<= 1", met=True)]
    for _ in range(2):
        program.write_table(ratios, "small", is_whole=True)
    made = f"Measured with `SCALE=small`.\n\n{table(ratios)}"
    assert document.read_text("utf-8") == f"before\n{program.BEGIN}\n{made}{program.END}\nafter\n"


def test_run_of_some_benchmarks_replaces_their_rows_alone() -> None:
    def ratio(name: str, ours: float) -> Ratio:
        return Ratio(name=name, ours=ours, peer=2, ratio=0.5, target="<= 1", met=True)

    before = table([ratio("a", 1), ratio("b", 1)])
    assert program.updated(before, [ratio("b", 9), ratio("c", 9)]) == table(
        [ratio("a", 1), ratio("b", 9), ratio("c", 9)]
    )


def test_benchmarks_found_are_the_modules_with_a_run() -> None:
    assert {"ingest", "pages"} <= set(program.benchmark_names())
    assert not {"harness", "book", "__main__"} & set(program.benchmark_names())


def test_unknown_benchmark_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["nothing"]) == 2
    assert "the benchmarks are: " in capsys.readouterr().err
