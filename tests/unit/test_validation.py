"""Checks against measurements: their statistics, their bars, and the tables that they are read from."""

import gzip
from pathlib import Path

import pytest

from fastc import report
from fastc.errors import InputError
from fastc.validation import suite
from fastc.validation.documents import Entry
from fastc.validation.records import Bar, Check, compare
from fastc.validation.tables import read_table


def check(predicted: list[float], measured: list[float], bar: Bar, regret: float | None = None) -> Check:
    return compare("chip", "time (s)", predicted, measured, bar, "by hand", mapping_regret=regret)


class TestStatistics:
    def test_errors_are_relative_to_what_was_measured(self) -> None:
        result = check([110.0, 90.0, 200.0, 40.0], [100.0, 100.0, 100.0, 50.0], Bar())
        assert result.rows == 4
        assert result.mape == pytest.approx((0.1 + 0.1 + 1.0 + 0.2) / 4)
        assert result.median_ape == pytest.approx(0.15)
        assert result.greatest_ape == pytest.approx(1.0)
        assert result.greatest_difference == pytest.approx(100.0)
        assert result.exact_share == 0.0

    def test_rank_correlation_by_hand(self) -> None:
        # Ranks 1 2 3 4 against 1 3 2 4: 1 - 6 * (0 + 1 + 1 + 0) / (4 * 15).
        assert check([1.0, 2.0, 3.0, 4.0], [10.0, 30.0, 20.0, 99.0], Bar()).spearman == pytest.approx(0.8)

    def test_equal_values_share_their_rank(self) -> None:
        # Ranks 1.5 1.5 3 against 1 2 3: covariance 1.5, variances 1.5 and 2 (times n): 1.5 / sqrt(3).
        assert check([5.0, 5.0, 7.0], [1.0, 2.0, 3.0], Bar()).spearman == pytest.approx(1.5 / 3**0.5)

    def test_constant_rows_have_no_ranks(self) -> None:
        assert check([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], Bar()).spearman is None

    def test_zero_measured_compares_by_difference(self) -> None:
        assert check([0.0, 2.0], [0.0, 2.0], Bar()).exact_share == 1.0
        assert check([1.0, 2.0], [0.0, 2.0], Bar()).exact_share == 0.5

    @pytest.mark.parametrize(("ours", "theirs"), [([], []), ([1.0], [1.0, 2.0]), ([float("nan")], [1.0])])
    def test_what_cannot_be_compared_is_refused(self, ours: list[float], theirs: list[float]) -> None:
        with pytest.raises(ValueError, match="finite predictions"):
            check(ours, theirs, Bar())


class TestBar:
    @pytest.mark.parametrize(
        ("bar", "met"),
        [
            (Bar(), True),
            (Bar(mape=0.1001), True),
            (Bar(mape=0.09), False),
            (Bar(greatest_ape=0.2), True),
            (Bar(greatest_ape=0.19), False),
            (Bar(greatest_difference=65.0), True),
            (Bar(greatest_difference=64.9), False),
            (Bar(spearman=1.0), True),
            (Bar(exact=True), False),
            (Bar(mapping_regret=0.05), True),
            (Bar(mapping_regret=0.04), False),
        ],
    )
    def test_is_met_on_its_own_side(self, bar: Bar, met: bool) -> None:
        assert check([100.0, 220.0, 260.0], [100.0, 200.0, 325.0], bar, regret=0.05).met is met

    def test_rank_that_does_not_exist_is_not_met(self) -> None:
        assert not check([1.0], [1.0], Bar(spearman=0.5)).met

    def test_reads_as_a_sentence(self) -> None:
        assert str(Bar(mape=0.15, spearman=0.985, mapping_regret=0.07)) == (
            "MAPE <= 15 %, Spearman >= 0.985, regret <= 7 %"
        )
        assert str(Bar()) == "none"


class TestReport:
    def test_table_and_json_hold_every_number(self, capsys: pytest.CaptureFixture[str]) -> None:
        result = check([110.0, 200.0], [100.0, 200.0], Bar(mape=0.04), regret=0.03)
        report.print_validation([result])
        text = capsys.readouterr().out
        for part in ("chip", "time (s)", "5.0 %", "10.0 %", "MAPE <= 4 %", "NO", "regret 3.0 %", "by hand"):
            assert part in text
        json = report.validation_json([result])
        for part in ('"mape": 0.05', '"met": false', '"mapping_regret": 0.03', '"bar": "MAPE <= 4 %"'):
            assert part in json


class TestTable:
    def write(self, tmp_path: Path, text: str | bytes, name: str = "t.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def test_reads_cells_by_column_plain_and_gzipped(self, tmp_path: Path) -> None:
        text = 'a,b\n1.5,"x, y"\n\n2,z\n'
        for path in (self.write(tmp_path, text), self.write(tmp_path, gzip.compress(text.encode()), "t.csv.gz")):
            first, second = read_table(path, ["b", "a"])
            assert (first.number("a"), first.text("b"), second.whole("a")) == (1.5, "x, y", 2)

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("", "is empty; its first line must name the columns a, b"),
            ("a,c\n1,2\n", ":1: lacks the columns b"),
            ("a,b,a\n1,2,3\n", ":1: names a column twice"),
            ("a,b\n", "has no row"),
            ("a,b\n1\n", ":2: has 1 cells; write as many as the first line names, 2"),
            ('a,b\n1,"2\n', "is not a CSV table"),
            (b"a,b\n\xff,1\n", ":2: is not UTF-8 text"),
            ("a,b\n1," + "x" * 5000, ":2: a cell has more than 4096 characters"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, tmp_path: Path, text: str | bytes, problem: str) -> None:
        with pytest.raises(ValueError, match=problem):
            read_table(self.write(tmp_path, text), ["a", "b"])

    @pytest.mark.parametrize("cut", [0, 5, 20])
    def test_refuses_a_torn_gzip_file(self, tmp_path: Path, cut: int) -> None:
        packed = gzip.compress(b"a,b\n" + bytes(range(48, 58)) * 9)
        with pytest.raises(ValueError, match=r"gzip|is empty"):
            read_table(self.write(tmp_path, packed[:cut], "t.csv.gz"), ["a", "b"])

    @pytest.mark.parametrize(
        ("cell", "problem"),
        [
            ("x", "finite number"),
            ("nan", "finite number"),
            ("1e999", "finite"),
            ("0", "at least 1"),
            ("1.5", "whole"),
            ("1e16", "at most 1e"),
        ],
    )
    def test_says_what_is_wrong_with_a_cell(self, tmp_path: Path, cell: str, problem: str) -> None:
        (row,) = read_table(self.write(tmp_path, f"a\n{cell}\n"), ["a"])
        with pytest.raises(ValueError, match=rf"t\.csv:2: a is '{cell}'.*{problem}"):
            row.whole("a")


class TestEntry:
    @pytest.mark.parametrize(("value", "problem"), [(True, "is True; write a finite number"), ("1", "is '1'; write a")])
    def test_a_truth_or_a_text_is_no_number(self, value: object, problem: str) -> None:
        with pytest.raises(ValueError, match=rf"f\.json: a\[0\]: {problem}"):
            Entry("f.json", {"a": [value]})["a"].items()[0].number()


class TestSuite:
    def test_published_figures_that_are_brought_are_not_missing(self, tmp_path: Path) -> None:
        name = "nvdla_resnet50.csv"
        (tmp_path / name).write_bytes((suite.SHIPPED / name).read_bytes())
        found = next(outcome for outcome in suite.validate(tmp_path) if outcome.area == "chips")
        assert found.missing == ()
        assert {"tpu-v3", "nvdla_resnet50"} <= {check.name for check in found.checks}

    def test_a_directory_without_measurements_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"holds no measurements; .* gemmini_firesim\.csv"):
            list(suite.validate(tmp_path))
