"""What looks odd in a file is said, and what is ordinary is not."""

from renewals.core.imports.oddities import Repeats, Watcher, date_pairs
from renewals.core.imports.report import Oddity
from renewals.core.imports.similar import near_misses, run_together, unknown_spellings


def oddities(header: list[str], rows: list[list[str]], **known: tuple[str, ...]) -> tuple[Oddity, ...]:
    watcher = Watcher(header, known=known, ruled=())
    watcher.see(rows, list(range(2, len(rows) + 2)))
    return watcher.oddities()


def test_typo_of_a_known_word_is_said() -> None:
    found = oddities(["sector"], [["technolgy"]] * 12 + [["retail"]] * 20, sector=("technology", "retail"))
    assert [(o.code, o.text, o.count) for o in found] == [("W-ODD-04", "'technolgy' looks like 'technology'.", 12)]


def test_words_run_together_are_said() -> None:
    assert run_together({"GTXPro": 5, "GTX Basic": 4, "MG Pro": 3}) == [("GTXPro", "GTX Pro")]


def test_near_misses_need_more_than_other_digits() -> None:
    assert near_misses({"feature_1": 9, "feature_12": 1, "Company_1": 4, "Company_2": 4}) == []
    assert near_misses({"healthcare": 40, "helthcare": 2, "Retail": 9, "retail": 1}) == [
        ("helthcare", "healthcare"),
        ("retail", "Retail"),
    ]


def test_unknown_spellings_known_words_are_fine() -> None:
    assert unknown_spellings({"technology": 1, "Retail": 2}, ("technology", "retail")) == []


def test_dates_in_the_wrong_order_are_said_with_rows() -> None:
    header = ["submitted_at", "closed_at"]
    found = oddities(header, [["2024-01-02", "2024-01-03 4:00"], ["2024-01-05", "2024-01-03 4:00"]])
    assert [(o.code, o.rows, o.count) for o in found] == [("W-ODD-08", (3,), 1)]


def test_date_pairs_are_found_by_name() -> None:
    header = ["start_date", "end_date", "name", "engage_date", "close_date"]
    assert date_pairs(header) == [(0, 1), (0, 4), (3, 1), (3, 4)]


def test_constant_empty_sparse_and_placeholder_columns_are_said() -> None:
    rows = [["same", "", str(i), "x" if i % 2 else "y"] for i in range(100)]
    rows[7][2], rows[3][3] = " ", "N/A"
    found = {(o.code, o.column) for o in oddities(["a", "b", "c", "d"], rows)}
    assert found == {("W-ODD-02", "a"), ("W-ODD-03", "b"), ("W-ODD-06", "c"), ("W-ODD-07", "d")}


def test_outlier_and_stray_word_among_numbers_are_said() -> None:
    rows = [[str(100 + i % 10)] for i in range(200)] + [["99999999"], ["n. a."]]
    assert [o.code for o in oddities(["amount"], rows)] == ["W-ODD-09", "W-ODD-05"]


def test_ordinary_table_has_nothing_odd() -> None:
    rows = [[f"A-{i}", "retail" if i % 2 else "finance", str(i * 7 % 50)] for i in range(60)]
    assert oddities(["id", "sector", "n"], rows, sector=("retail", "finance")) == ()


def test_rows_alike_in_all_but_their_id_are_said_and_exact_repetitions_are_not() -> None:
    rows = [["1", "a", "x"], ["2", "a", "x"], ["1", "a", "x"], ["3", "a", "y"], ["4", "a", "x"]]
    watcher = Watcher(["id", "plan", "end"], known={}, ruled=(), repeats=Repeats((0, 1, 2), (1, 2)))
    for at, row in enumerate(rows):
        watcher.see([row], [at + 2])
    assert [(o.code, o.count, o.rows) for o in watcher.oddities()] == [("W-ODD-10", 2, (3, 6))]
    apart = Repeats((0, 1, 2), ())
    apart.see(rows, range(2, 7))
    assert apart.oddities() == ()
