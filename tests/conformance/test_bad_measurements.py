"""Measurements that are not what they should be: one clear error, exit code 2, and no output."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fastc.validation import chips, networks, scalesim, tables, timeloop
from fastc.validation.suite import AREAS, SHIPPED
from tests.conftest import Fastc

FILES = sorted({part.file for parts in AREAS.values() for part in parts})
TABLES = [name for name in FILES if ".csv" in name]

HUGE = "9" * 400
BAD_NUMBERS = ("x", "", "-1", "nan", "1e400", HUGE, "1e300")


def content(name: str) -> bytes:
    raw = (SHIPPED / name).read_bytes()
    return gzip.decompress(raw) if name.endswith(".gz") else raw


def put(folder: Path, name: str, text: bytes) -> Path:
    (folder / name).write_bytes(gzip.compress(text, 1) if name.endswith(".gz") else text)
    return folder


def refused(fastc: Fastc, folder: Path, name: str, *says: str) -> None:
    """An error for people about the file ``name`` in ``folder``, and an output that is left as it was."""
    out = folder / "result.json"
    out.write_text("as before")
    run = fastc("hw", "validate", "--data", folder, "--json", out)
    assert run.code == 2
    assert run.out == ""
    (error,) = [line for line in run.err.splitlines() if "error" in line]
    assert str(folder / name) in error
    assert ";" in error, "no remedy"
    assert "Traceback" not in run.err
    for text in says:
        assert text in error
    assert out.read_text() == "as before"


@pytest.mark.parametrize("name", FILES)
class TestAnyFile:
    def test_empty(self, fastc: Fastc, tmp_path: Path, name: str) -> None:
        refused(fastc, put(tmp_path, name, b""), name)

    def test_truncated(self, fastc: Fastc, tmp_path: Path, name: str) -> None:
        text = content(name)
        cut = text.rindex(b"\n", 0, len(text) * 2 // 3) + 4  # within a line
        refused(fastc, put(tmp_path, name, text[:cut]), name)

    def test_not_utf8(self, fastc: Fastc, tmp_path: Path, name: str) -> None:
        text = content(name)
        line = text.count(b"\n", 0, len(text) // 2) + 1
        spoilt = text[: len(text) // 2] + b"\xff" + text[len(text) // 2 :]
        refused(fastc, put(tmp_path, name, spoilt), name, f":{line}: is not UTF-8 text")

    def test_noise(self, fastc: Fastc, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_bytes(random.Random(0).randbytes(4096))
        refused(fastc, tmp_path, name)

    def test_directory(self, fastc: Fastc, tmp_path: Path, name: str) -> None:
        (tmp_path / name).mkdir()
        refused(fastc, tmp_path, name, "is not a regular file")

    def test_too_big(self, fastc: Fastc, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(tables, "MOST_BYTES", 5000)
        refused(fastc, put(tmp_path, name, content(name) * 6), name, "holds more than")


def test_a_torn_archive(fastc: Fastc, tmp_path: Path) -> None:
    name = "timeloop_gemmini.csv.gz"
    (tmp_path / name).write_bytes((SHIPPED / name).read_bytes()[:5000])
    refused(fastc, tmp_path, name, "is not a whole gzip file")


NUMBERS = {
    "gemmini_firesim.csv": ("exec_P", "tile_R", "stride", "array_dim", "measured_cycles"),
    "mlperf_tpu.csv": ("samples_per_s",),
    "nvdla_resnet50.csv": ("macs", "conv_buffer_KB", "sdram_GBps", "clock_GHz", "cell_area_mm2_28nm"),
    "scalesim_cycles.csv": scalesim.SIZES,
    "timeloop_gemmini.csv.gz": ("array_dim", "sp_bytes", "acc_bytes", "R", "K", "stride", "cycles", "energy_uJ"),
    "tpuv4_kernels.csv": ("module_us_median",),
}
TEXTS = {
    "gemmini_firesim.csv": ("op", "dram_loop_order_outer_to_inner"),
    "scalesim_cycles.csv": ("dataflow",),
    "timeloop_gemmini.csv.gz": ("mapping",),
    "tpuv4_kernels.csv": ("op", "kind", "shape", "dtype"),
}


def with_cell(name: str, column: str, value: str) -> bytes:
    """The first rows of a table, the second of them with ``value`` in ``column``."""
    rows = list(csv.reader(io.StringIO(content(name).decode())))[:4]
    rows[2][rows[0].index(column)] = value
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def test_every_table_has_columns_to_spoil() -> None:
    assert sorted(NUMBERS) == TABLES


@pytest.mark.parametrize("value", BAD_NUMBERS)
@pytest.mark.parametrize(("name", "column"), [(name, column) for name in NUMBERS for column in NUMBERS[name]])
def test_a_number_that_is_none(fastc: Fastc, tmp_path: Path, name: str, column: str, value: str) -> None:
    refused(fastc, put(tmp_path, name, with_cell(name, column, value)), name, f":3: {column} is ", "write")


@pytest.mark.parametrize("value", ["\N{SNOWMAN}", "L3[" * 1000, "1x" * 2000, "0x0", "\x00"])
@pytest.mark.parametrize(("name", "column"), [(name, column) for name in TEXTS for column in TEXTS[name]])
def test_a_text_that_is_none(fastc: Fastc, tmp_path: Path, name: str, column: str, value: str) -> None:
    refused(fastc, put(tmp_path, name, with_cell(name, column, value)), name)


@pytest.mark.parametrize("name", TABLES)
def test_tables_without_rows_columns_or_with_two_of_a_name(fastc: Fastc, tmp_path: Path, name: str) -> None:
    header = content(name).splitlines()[0]
    refused(fastc, put(tmp_path, name, header + b"\n"), name, "has no row")
    refused(fastc, put(tmp_path, name, b"a,b\n1,2\n"), name, ":1: lacks the columns")
    refused(fastc, put(tmp_path, name, header + b"," + header + b"\n"), name, ":1: names a column twice")
    refused(fastc, put(tmp_path, name, header + b"\n" + b"," * 9000 + b"\n"), name, ":2: has 9001 cells")
    refused(fastc, put(tmp_path, name, header + b'\n"' + b"1" * 200_000), name)


def test_a_buffer_that_holds_no_tile(tmp_path: Path) -> None:
    name = "nvdla_resnet50.csv"
    put(tmp_path, name, with_cell(name, "conv_buffer_KB", "1e-9"))
    with pytest.raises(ValueError, match=r"csv:3: conv_buffer_KB is '1e-9'; write more: no tile of the contraction"):
        networks.nvdla_checks(tmp_path)


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b'{"cases": ' + b"9" * 5000 + b"}", b"[]", b"3", b'{"cases": []}', b'{"cases": [3]}']
)
def test_documents_of_json_that_are_none(fastc: Fastc, tmp_path: Path, text: bytes) -> None:
    refused(fastc, put(tmp_path, "timeloop_cases.json", text), "timeloop_cases.json")


def test_json_says_line_and_column(fastc: Fastc, tmp_path: Path) -> None:
    refused(fastc, put(tmp_path, "timeloop_cases.json", b'{\n "cases": [,]}'), "timeloop_cases.json", ":2:12: ")


@pytest.mark.parametrize("name", ["chips.toml", "networks.toml"])
@pytest.mark.parametrize("text", [b"a = " + b"[" * 100_000, b"a = " + b"9" * 5000, b"a = 3", b"a ="])
def test_documents_of_toml_that_are_none(fastc: Fastc, tmp_path: Path, name: str, text: bytes) -> None:
    refused(fastc, put(tmp_path, name, text), name)


def leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a document."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        yield value, key
        yield from leaves(inner)


@pytest.mark.parametrize(
    "bad", ["x", "", -1, 0, None, [], {}, float("inf"), float("nan"), 10**400, 1e300, True, [[[3]]]]
)
def test_no_value_of_a_case_but_is_taken_or_refused(tmp_path: Path, bad: Any) -> None:
    """Wherever it stands, in what is said once of each kind: no other exception, no warning."""
    document = json.loads(content("timeloop_cases.json"))
    document["cases"] = [case for case in document["cases"] if "conv1d-1level" in case["name"]][:1]
    refusals: list[str] = []
    for container, key in leaves(document):
        kept = container[key]
        container[key] = bad
        put(tmp_path, "timeloop_cases.json", json.dumps(document).encode())
        container[key] = kept
        try:
            timeloop.case_checks(tmp_path)
        except ValueError as error:
            refusals.append(str(error))
    assert len(refusals) > 20
    assert all("timeloop_cases.json: " in refusal for refusal in refusals)


@pytest.mark.parametrize("bad", ['"x"', "-1", "true", "[]", "{}", "inf", "nan", "1e300", HUGE, "[[[3]]]"])
@pytest.mark.parametrize("name", ["chips.toml", "networks.toml"])
def test_no_value_of_published_figures_but_is_taken_or_refused(tmp_path: Path, name: str, bad: str) -> None:
    text = content(name).decode()
    refusals: list[str] = []
    for found in re.finditer(r'(?<==\s)("[^"\n]*"|[\d.e+-]+|\[[^\n]*\]|\{[^\n]*\})', text):
        put(tmp_path, name, (text[: found.start()] + bad + text[found.end() :]).encode())
        try:
            chips.chip_checks(tmp_path) if name == "chips.toml" else networks.published_networks(tmp_path)
        except ValueError as error:
            refusals.append(str(error))
    assert len(refusals) > 3
    assert all(name in refusal for refusal in refusals)


class TestSomeFilesOnly:
    def test_what_is_not_there_is_left_out_and_said(self, fastc: Fastc, tmp_path: Path) -> None:
        for name in ("scalesim_cycles.csv", "timeloop_cases.json"):
            put(tmp_path, name, content(name))
        out = tmp_path / "result.json"
        run = fastc("hw", "validate", "--data", tmp_path, "--json", out)
        assert run.code == 0
        names = {check["name"] for check in json.loads(out.read_text())["checks"]}
        assert names == {"timeloop_cases", "scalesim_cycles"}
        assert run.err.splitlines() == [
            "fastc: timeloop: no timeloop_gemmini.csv.gz; left out",
            "fastc: timeloop: done",
            "fastc: scalesim: done",
            "fastc: gemmini: no gemmini_firesim.csv; left out",
            "fastc: tpuv4: no tpuv4_kernels.csv; left out",
            "fastc: chips: no chips.toml, nvdla_resnet50.csv; left out",
            "fastc: networks: no mlperf_tpu.csv, networks.toml, nvdla_resnet50.csv; left out",
        ]

    def test_published_chips_come_with_other_chips(self, fastc: Fastc, tmp_path: Path) -> None:
        put(tmp_path, "chips.toml", b'[tpu-v1]\narea_m2 = 331e-6\ntdp_w = 75.0\nsource = "here"\n')
        run = fastc("hw", "validate", "--data", tmp_path, "--json", "-")
        assert {check["name"] for check in json.loads(run.out)["checks"]} == {"tpu-v1", "tpus"}
        assert "fastc: chips: no nvdla_resnet50.csv; left out\nfastc: chips: done" in run.err

    def test_none_at_all(self, fastc: Fastc, tmp_path: Path) -> None:
        out = tmp_path / "result.json"
        run = fastc("hw", "validate", "--data", tmp_path, "--json", out)
        assert (run.code, out.exists()) == (2, False)
        assert "holds no measurements; files that are looked for: chips.toml" in run.err
