"""The check against SCALE-Sim: it holds on the packaged rows, and says what is wrong with a file."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from fastc.validation.scalesim import FILE, checks

PACKAGED = Path(str(files("fastc.validation"))) / "data"

HEADER = "layer,M,N,K,groups,array_rows,array_cols,dataflow,scalesim_total_cycles"


def written(folder: Path, *rows: str) -> Path:
    (folder / FILE).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return folder


def test_every_packaged_row_is_equal():
    (check,) = checks(PACKAGED)
    assert (check.name, check.quantity) == ("scalesim_cycles", "compute cycles")
    assert check.rows == 170
    assert check.bar.exact
    assert check.met


def test_rows_by_hand(tmp_path: Path):
    # 2 x 2 folds of 8 + (5 + 8 + 4 - 2) cycles, the last numbered one less; 3 groups of one fold of 9 + 8 + 4 - 2.
    data = written(tmp_path, "a,5,8,16,1,8,4,ws,91", "b,8,1,9,3,8,4,os,54")
    (check,) = checks(data)
    assert check.met
    # One cycle off in one row is seen.
    assert not checks(written(tmp_path, "a,5,8,16,1,8,4,ws,91", "b,8,1,9,3,8,4,os,55"))[0].met


def test_no_file(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        checks(tmp_path)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ((), "has no row below its first line; write one a line"),
        (("a,5,8,16,1,8,4,rs,91",), r"cycles\.csv:2: dataflow is 'rs'; write one of ws, is, os"),
        (("a,5,8,16,1,8,4,ws,91", "b,5,8,1.5,1,8,4,ws,91"), r":3: K is '1.5'; write a whole number"),
        (("a,5,8,16,0,8,4,ws,91",), r":2: groups is '0'; write a finite number of at least 1"),
        (("a,5,8,16,1,8,4,ws",), r":2: has 8 cells; write as many as the first line names, 9"),
    ],
)
def test_malformed_files_are_refused_by_place(tmp_path: Path, rows: tuple[str, ...], message: str):
    with pytest.raises(ValueError, match=message):
        checks(written(tmp_path, *rows))
